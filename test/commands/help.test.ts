import { describe, expect, it } from 'vitest';
import { runCli, type CliOptions } from '../../src/cli.js';
import { commands } from '../../src/commands/index.js';
import { splitLine } from '../../src/core/completion/split-line.js';
import { providers } from '../../src/known-providers.js';
import { written } from '../../src/output/output.js';

/** Only help works; a run fails the test. */
async function help(args: readonly string[], columns: number): Promise<string> {
  const out: string[] = [];
  const options: CliOptions = {
    providers,
    version: '1.2.3',
    print: (text) => out.push(written(text)),
    printError: (text) => out.push(written(text)),
    columns: () => columns,
    begin: () => Promise.reject(new Error('a run was begun')),
  };
  await expect(runCli(options, args)).resolves.toBe(0);
  return out.join('\n');
}

const NAMES = [...providers.map(({ id }) => id), ...commands.map(({ name }) => name)];

const examplesIn = (text: string): string[] => {
  const lines = text.split('\n');
  const from = lines.indexOf('Examples:') + 1;
  return lines.slice(from, lines.indexOf('', from)).map((line) => line.trim());
};

describe.each(NAMES)('the help of %s', (name) => {
  it('has what the command does, examples that can be run, its own options, then the shared ones', async () => {
    const text = await help([name, '--help'], 80);
    const [usage, does, examples] = text.split('\n\n');
    expect(usage).toMatch(new RegExp(`^Usage: connect-wizard ${name} `, 'u'));
    expect(does).toMatch(/^[A-Z][^]+\.$/u);
    expect(examples).toMatch(/^Examples:\n/u);
    const own = text.indexOf('\nOptions:');
    const shared = text.indexOf('\nEverywhere: ');
    expect(own).toBeLessThan(shared);
    const lines = examplesIn(text);
    expect(lines.length).toBeGreaterThanOrEqual(2);
    for (const line of lines) {
      const [, command = ''] = /\b(connect-wizard [^|)]*)/u.exec(line) ?? [];
      const words = splitLine(command.replace(/ -- .*$/u, '')).slice(1);
      expect(await help([...words, '--help'], 80), line).toMatch(/^Usage: /u);
    }
  });

  it.each([80, 40])('fits into %i columns, except for commands to copy', async (columns) => {
    const text = await help([name, '--help'], columns);
    const examples = examplesIn(text);
    const long = text.split('\n').filter((line) => line.length > columns);
    expect(long.filter((line) => !examples.includes(line.trim()))).toEqual([]);
  });
});

it.each([80, 40])(
  'the help of the program fits into %i columns and has a line about every command',
  async (columns) => {
    const text = await help(['--help'], columns);
    expect(text.split('\n').filter((line) => line.length > columns)).toEqual([]);
    for (const name of NAMES) {
      const { aliases = [] } = commands.find((each) => each.name === name) ?? {};
      // A long name has its line below it.
      const line = new RegExp(`^ {2}${[name, ...aliases].join('[|]')}(?:\\n)? {2,}\\S+ `, 'mu');
      expect(text).toMatch(line);
    }
  },
);

it('the help of a field with choices names them all', async () => {
  const text = await help(['pagerduty', '--help'], 80);
  expect(text.replaceAll(/\s+/gu, ' ')).toContain(
    '--region <value> Service region, one of api, api.eu (or PAGERDUTY_REGION)',
  );
});

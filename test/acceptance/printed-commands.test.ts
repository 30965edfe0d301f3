import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { allCommands } from '../../src/commands/index.js';
import { splitLine } from '../../src/core/completion/split-line.js';
import { wayOn, wayToConnect, type NextStep } from '../../src/core/next-steps.js';
import { INSTALLED } from '../../src/core/shell.js';
import { verdictByReason, type Reason } from '../../src/core/verdict.js';
import { loadGuides } from '../../src/known-providers.js';
import { PROGRAM, start } from '../support/run.js';

const NAME = 'freshservice/acme';

/** Each command that is printed or documented, as the words behind the program's name. */
async function printed(): Promise<Map<string, readonly string[]>> {
  const providers = await loadGuides(new Date());
  const reasons = Object.keys(verdictByReason) as Reason[];
  const steps: NextStep[] = [];
  for (const { id } of providers) {
    for (const reason of reasons) {
      for (const situation of [
        { name: `${id}/acme`, provider: id, stored: true },
        { name: null, provider: id, stored: false },
      ]) {
        steps.push(...wayOn(reason, situation, INSTALLED).nextSteps);
      }
    }
    steps.push(...wayToConnect(id, true, INSTALLED).nextSteps);
  }
  const { wizards, others } = allCommands(providers);
  const examples = [...wizards, ...others].flatMap((command) => command.examples);
  const agents = await readFile(new URL('../../docs/agents.md', import.meta.url), 'utf8');
  const documented = [...agents.matchAll(/`(connect-wizard [^`<]+)`/gu)].map(
    ([, line = '']) => line,
  );
  const lines = [...examples, ...documented].flatMap((line) => wordsOf(line));
  const all = [...steps.map(({ argv }) => argv.slice(1)), ...lines];
  return new Map(all.map((words) => [words.join(' '), words]));
}

/** The words of a line up to what the shell does with it. */
function wordsOf(line: string): string[][] {
  const filled = line
    .replaceAll('{provider}', 'freshservice')
    .replaceAll('{name}', NAME)
    .replaceAll('{flag}', '--api-key-stdin')
    .replaceAll('{variable}', 'FRESHSERVICE_API_KEY');
  const [, rest] = filled.split('connect-wizard ', 2);
  if (rest === undefined) return [];
  const words = splitLine(rest.replace(/\)"$/u, ''));
  const end = words.findIndex((word) => /^[|<>]/u.test(word));
  return [end === -1 ? words : words.slice(0, end)];
}

test('each command that is printed runs as it is printed: with --help, it is known and shows help', async () => {
  const commands = await printed();
  expect(commands.size).toBeGreaterThan(30);
  const wrong: string[] = [];
  for (const [line, words] of commands) {
    const dashes = words.indexOf('--');
    const own = dashes === -1 ? words : words.slice(0, dashes);
    const { code, stdout } = await start(process.execPath, [PROGRAM, ...own, '--help']).ended;
    if (code !== 0 || !stdout.startsWith('Usage: ')) wrong.push(`${line}: ${code}`);
  }
  expect(wrong).toEqual([]);
});

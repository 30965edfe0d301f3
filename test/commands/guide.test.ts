import { describe, expect, it } from 'vitest';
import { runCli, type CliOptions } from '../../src/cli.js';
import type { Session } from '../../src/commands/command.js';
import { UsageError } from '../../src/core/errors.js';
import { INSTALLED } from '../../src/core/shell.js';
import { createStyle } from '../../src/output/style.js';
import { fakeClock, NOW } from '../support/fakes.js';
import { faked, fakedGuides } from '../support/built-ins.js';
import { written } from '../../src/output/output.js';

const PIPE = await createStyle({ colour: false, unicode: true, columns: undefined });

/** Network, stores, records and questions are missing, so that every use of them fails. */
function program(style = PIPE, more: Partial<Session> = {}) {
  const out: string[] = [];
  const session: Partial<Session> = {
    providers: faked,
    style,
    clock: fakeClock(),
    print: (output) => out.push(written(output)),
    ...more,
  };
  const options: CliOptions = {
    providers: faked,
    version: '1.2.3',
    print: (text) => out.push(text),
    printError: (text) => out.push(text),
    columns: () => undefined,
    begin: async ({ json = false, quiet = false }) => ({ ...session, json, quiet }) as Session,
  };
  return { run: (...args: string[]) => runCli(options, args), out: () => out.join('\n') };
}

const ALL = fakedGuides.map(({ id, guide }) => [id, guide.topics] as const);
const EACH = fakedGuides.flatMap(({ id, guide }) =>
  guide.topics.map((topic) => [id, topic.id, topic.title] as const),
);

async function usage(...args: string[]): Promise<UsageError> {
  const { run, out } = program();
  const error: unknown = await run(...args).catch((caught: unknown) => caught);
  expect(out()).toBe('');
  expect(error).toBeInstanceOf(UsageError);
  return error as UsageError;
}

describe('guide', () => {
  it.each(ALL)('%s prints every topic, in order', async (id, topics) => {
    const { run, out } = program();
    await expect(run('guide', id)).resolves.toBe(0);
    const headings = out()
      .split('\n')
      .filter((line) => /^\S/u.test(line));
    expect(headings).toEqual(topics.map((topic) => `${topic.title} (${topic.id})`));
    const full = out();
    for (const topic of topics) {
      const alone = program();
      await alone.run('guide', id, topic.id);
      expect(full).toContain(alone.out());
    }
  });

  it.each(EACH)('%s %s prints only that topic', async (id, topic, title) => {
    const { run, out } = program();
    await expect(run('guide', id, topic)).resolves.toBe(0);
    expect(
      out()
        .split('\n')
        .filter((line) => /^\S/u.test(line)),
    ).toEqual([`${title} (${topic})`]);
    expect(out()).toMatch(/ {2}Sources: .+ \(read \d{4}-\d\d-\d\d\)$/u);
  });

  it.each(ALL)('%s on a terminal lists the topics', async (id, topics) => {
    const { run, out } = program(PIPE, { stdoutIsTerminal: true, invocation: INSTALLED });
    await expect(run('guide', id)).resolves.toBe(0);
    expect(out().split('\n')).toHaveLength(topics.length + 3);
    for (const topic of topics) expect(out()).toMatch(new RegExp(`^  ${topic.id} +\\S`, 'mu'));
    expect(out()).toContain(`One of them: connect-wizard guide ${id} <topic>`);
  });

  it.each([
    [['guide', 'freshservise'], 'Did you mean freshservice? '],
    [['guide', 'freshservice', 'limts'], 'Did you mean limits? '],
    [['guide', 'kQ7rTz29xWmB4vNc8LpD'], 'The providers are: '],
  ])('%j is refused with what is close', async (args, start) => {
    const { advice } = await usage(...args);
    expect(advice.next).toMatch(new RegExp(`^${start.replace('?', String.raw`\?`)}`, 'u'));
  });

  it('leaves blanks for an unknown host and e-mail address', async () => {
    const { run, out } = program();
    await run('guide', 'freshservice', 'admin-message');
    expect(out()).toContain('Log in at https://<your-domain>.freshservice.com/ as an');
    expect(out()).toContain('please enable the API key of <e-mail of the agent>');
    expect(out()).not.toMatch(/[{}]/u);
  });
});

describe('guide --json', () => {
  interface Document {
    readonly topics: readonly Readonly<Record<'id' | 'title' | 'text', string>>[];
  }

  it.each(ALL)('%s prints a document with every topic', async (id, topics) => {
    const { run, out } = program();
    await expect(run('guide', id, '--json')).resolves.toBe(0);
    const document = JSON.parse(out()) as Document;
    expect(Object.keys(document)).toEqual([
      'schemaVersion',
      'command',
      'checkedAt',
      'topics',
      'exitCode',
    ]);
    expect(document).toMatchObject({
      schemaVersion: 1,
      command: 'guide',
      checkedAt: NOW,
      exitCode: 0,
    });
    expect(document.topics.map(({ id: topic, title }) => [topic, title])).toEqual(
      topics.map((topic) => [topic.id, topic.title]),
    );
    for (const topic of document.topics) {
      expect(Object.keys(topic)).toEqual(['id', 'title', 'text']);
      expect(topic.text).toMatch(/^\S.*\S$/su);
    }
  });

  it.each(EACH)('%s %s prints the text of that topic', async (id, topic, title) => {
    const text = program();
    await text.run('guide', id, topic);
    const { run, out } = program();
    await run('guide', id, topic, '--json');
    const document = JSON.parse(out()) as Document;
    expect(document.topics).toHaveLength(1);
    const lines = (document.topics[0]?.text ?? '').replaceAll(/^(?=.)/gmu, '  ');
    expect(text.out()).toBe(`${title} (${topic})\n\n${lines}`);
  });

  it('has no colour and no broken lines on a narrow terminal', async () => {
    const { run, out } = program(await createStyle({ colour: true, unicode: true, columns: 40 }));
    await run('guide', 'gladly', 'limits', '--json');
    const plain = program();
    await plain.run('guide', 'gladly', 'limits', '--json');
    expect(out()).toBe(plain.out());
  });
});

describe('guide with wrong words', () => {
  it.each([[], ['zendesk'], ['Gladly'], ['gladly/acme'], ['', 'find']])(
    'names the providers: %j',
    async (...args) => {
      const { message, advice } = await usage('guide', ...args);
      expect(advice.next).toMatch(/(?:^|\? )The providers are: freshservice, gladly\.$/u);
      expect(message).toMatch(/provider\.$/u);
    },
  );

  it.each(ALL)('names the topics of %s', async (id, topics) => {
    const { message, advice } = await usage('guide', id, 'xyzzy');
    expect(message + advice.next).not.toContain('xyzzy');
    expect(advice.next).toBe(`Its topics are: ${topics.map((topic) => topic.id).join(', ')}.`);
  });

  it("does not know another provider's topics", async () => {
    const { advice } = await usage('guide', 'gladly', 'disabled-key');
    expect(advice.next).not.toContain('disabled-key');
  });

  it.each([['gladly', 'xyzzy'], ['xyzzy']])('is refused with --quiet, too: %j', async (...args) => {
    const { message } = await usage('guide', ...args, '--quiet');
    expect(message).toMatch(/no such/u);
  });
});

it.each([
  ['guide', 'gladly', '--quiet'],
  ['guide', 'freshservice', 'find', '--quiet', '--json'],
])('%s %s with --quiet prints nothing', async (...args) => {
  const { run, out } = program();
  await expect(run(...args)).resolves.toBe(0);
  expect(out()).toBe('');
});

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectCommand } from '../../src/commands/connect.js';
import { loadCommands } from '../../src/commands/index.js';
import { splitLine } from '../../src/core/completion/split-line.js';
import { wayOn, wayToConnect, type NextStep } from '../../src/core/next-steps.js';
import { INSTALLED } from '../../src/core/shell.js';
import { verdictByReason, type Reason } from '../../src/core/verdict.js';
import { providers } from '../../src/known-providers.js';
import { PROGRAM, start } from '../support/run.js';

const NAME = 'freshservice/acme';

/** The provider that a reader of docs/adding-a-provider.md has added. */
const OWN = 'quill';

/** Makes a home with that provider. */
async function homeWithOwn(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'connect-wizard-printed-'));
  const page = await readFile(new URL('../../docs/adding-a-provider.md', import.meta.url), 'utf8');
  const [, definition = ''] = /^```json\n(.*?)^```$/msu.exec(page) ?? [];
  const file = join(home, `${OWN}.json`);
  await writeFile(file, definition, { mode: 0o600 });
  const run = (...args: string[]) =>
    start(process.execPath, [PROGRAM, 'providers', ...args], { env: { HOME: home } }).ended;
  const { stdout } = await run('check', file);
  const [sha256 = ''] = /[0-9a-f]{64}/u.exec(stdout) ?? [];
  expect(await run('add', file, '--sha256', sha256)).toMatchObject({ code: 0 });
  return home;
}

/** Every printed or documented command, as the words after the program's name. */
async function printed(): Promise<Map<string, readonly string[]>> {
  const reasons = Object.keys(verdictByReason) as Reason[];
  const steps: NextStep[] = [];
  for (const id of [...providers.map((each) => each.id), OWN]) {
    for (const reason of reasons) {
      for (const situation of [
        { name: `${id}/acme`, provider: id, stored: true },
        { name: null, provider: id, stored: false },
      ]) {
        steps.push(...wayOn(reason, situation, INSTALLED).nextSteps);
      }
    }
    steps.push(
      ...wayToConnect(id, true, INSTALLED).nextSteps,
      ...wayToConnect(id, true, INSTALLED, {
        connection: `${id}/acme`,
        page: ['rotate', `${id}/acme`, '--web'],
      }).nextSteps,
    );
  }
  const all = await Promise.all(providers.map((each) => each.load()));
  const wizards = all.map((each) => connectCommand(each, []));
  const examples = [...wizards, ...(await loadCommands())].flatMap(({ examples: each }) => each);
  const documented = (await Promise.all((await pages()).map(commandsIn))).flat();
  expect(documented.length).toBeGreaterThan(60);
  const lines = [...examples, ...documented].flatMap((line) => wordsOf(line));
  const printedWords = [...steps.map(({ argv }) => argv.slice(1)), ...lines];
  return new Map(printedWords.map((words) => [words.join(' '), words]));
}

/** This page needs a file to be added first. adding-a-provider.test.ts follows it. */
const WITH_A_FILE = 'adding-a-provider.md';

/** README and the pages in docs. */
async function pages(): Promise<URL[]> {
  const root = new URL('../../', import.meta.url);
  const docs = (await readdir(new URL('docs/', root))).filter(
    (name) => name.endsWith('.md') && name !== WITH_A_FILE,
  );
  return [new URL('README.md', root), ...docs.map((name) => new URL(`docs/${name}`, root))];
}

/** The commands that a reader of a page could run, in inline code and in shell blocks. */
async function commandsIn(page: URL): Promise<string[]> {
  const text = (await readFile(page, 'utf8')).replaceAll('\\\n', ' ');
  const blocks = [...text.matchAll(/^ *```(?:sh|console|yaml)\n(.*?)^ *```$/gmsu)];
  const lines = blocks.flatMap(([, block = '']) => block.split('\n'));
  // Anywhere else the name is that of a package or an image.
  const begins = /(?:^ *|[|&(] ?|run: |\b[A-Z]+=\S+ |\$ |npx )connect-wizard [^<]*/u;
  const inProse = [...text.matchAll(/`(?:npx )?(connect-wizard [^`<…]+)`/gu)];
  return [
    ...lines.flatMap((line) => begins.exec(line.replace(/ #.*$/u, ''))?.[0] ?? []),
    ...inProse.map(([, line = '']) => line),
  ];
}

/** The words of a line up to the first pipe or redirection. */
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

test('each printed or documented command is known and has help', async () => {
  const all = await printed();
  expect(all.size).toBeGreaterThan(30);
  const left = [...all];
  const home = await homeWithOwn();
  const wrong: string[] = [];
  const runner = async (): Promise<void> => {
    for (let next = left.pop(); next; next = left.pop()) {
      const [line, words] = next;
      const dashes = words.indexOf('--');
      const own = dashes === -1 ? words : words.slice(0, dashes);
      const { code, stdout } = await start(process.execPath, [PROGRAM, ...own, '--help'], {
        env: { HOME: home },
      }).ended;
      if (code !== 0 || !stdout.startsWith('Usage: ')) wrong.push(`${line}: ${code}`);
    }
  };
  // There are many commands, so several run at once, with enough time for a busy machine.
  await Promise.all(Array.from({ length: 4 }, runner));
  await rm(home, { recursive: true });
  expect(wrong).toEqual([]);
}, 180_000);

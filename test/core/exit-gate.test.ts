import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const WRITE = `declare const stream: { writeAsItIs(text: string): void };\n\nstream.writeAsItIs('x');\n`;

it('the linter allows writeAsItIs() in main.ts alone', () => {
  const tree = mkdtempSync(join(tmpdir(), 'connect-wizard-gate-'));
  mkdirSync(join(tree, '.github'));
  copyFileSync(join(ROOT, '.github/oxlint.json'), join(tree, '.github/oxlint.json'));
  const rooms = ['core', 'flows/verify', 'terminal', 'adapters', 'output', 'commands'];
  const files = [...rooms.map((room) => `src/${room}/planted.ts`), 'src/cli.ts', 'src/services.ts'];
  for (const file of [...files, 'src/main.ts']) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), WRITE);
  }
  const oxlint = join(ROOT, 'node_modules/oxlint/bin/oxlint');
  const args = [oxlint, '-c', '.github/oxlint.json', '-f', 'json', 'src'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: tree, encoding: 'utf8' });
  rmSync(tree, { recursive: true, force: true });
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { code: string; filename: string }[];
  };
  const found = diagnostics.filter(({ code }) => code === 'eslint(no-restricted-properties)');
  expect(found.map(({ filename }) => filename).toSorted()).toEqual(files.toSorted());
});

/** The files that hold a stream of the process, and what for. */
const HOLDERS: Readonly<Record<string, string>> = {
  'main.ts': 'hands both to what passes the gates',
  'complete.ts': 'answers a shell with names, which cannot be anything else',
  'adapters/runner.ts': "the output of exec's program",
};

it('only the files that hold a stream on purpose can write to the terminal', () => {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts') && !name.startsWith('page/'));
  expect(sources.length).toBeGreaterThan(100);
  const writing = sources.filter((name) => {
    const text = readFileSync(join(ROOT, 'src', name), 'utf8').replaceAll(
      /\/\*.*?\*\/|\/\/.*/gsu,
      '',
    );
    return /\bconsole\b|process\??\.std(?:out|err)\b|_rawDebug|writeSync\(\s*[12]\b|\/dev\/(?:tty|std)\w*['"],\s*['"][wa]/u.test(
      text,
    );
  });
  expect(writing.toSorted()).toEqual(Object.keys(HOLDERS).toSorted());
});

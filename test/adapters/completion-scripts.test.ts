import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { completionScript } from '../../src/adapters/completion-script.js';
import { toScreen } from '../../src/output/style.js';
import { openPty, type Pty } from '../support/pty.js';

/** What the program offers in these tests; the last four would do harm if a shell evaluated them. */
const OFFERED = [
  'freshservice/acme\tFreshservice',
  'freshservice/beta\ta: b',
  'gladly/acme\t',
  'helper:\ta program',
  'vault:secret/team\t',
  '--store=vault:secret/team\t',
  '$(touch pwned)\t',
  '`touch pwned`\t',
  "x';touch pwned;'\t",
  'freshservice/$(touch pwned)\t',
];

test.each(['bash', 'zsh', 'fish', 'powershell'] as const)(
  'the script for %s is printed unchanged',
  (shell) => {
    expect(toScreen(completionScript(shell))).toBe(completionScript(shell));
  },
);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connect-wizard-completion-'));
  const program = [
    '#!/bin/sh',
    'if [ "$3" = --candidates ]; then',
    `  cat >"${folder}/line"; echo "noise on stderr" >&2; cat "${folder}/offered"`,
    'else printf "ran"; printf " <%s>" "$@"; echo; fi',
  ];
  await writeFile(join(folder, 'connect-wizard'), `${program.join('\n')}\n`);
  await chmod(join(folder, 'connect-wizard'), 0o755);
  await writeFile(join(folder, 'a-file.txt'), '');
  await offer(OFFERED);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const offer = (lines: readonly string[]): Promise<void> =>
  writeFile(join(folder, 'offered'), lines.map((line) => `${line}\n`).join(''));

/** The line up to the cursor, as the program gets it. */
const given = async (): Promise<string> =>
  (await readFile(join(folder, 'line'), 'utf8')).replace(/\n$/u, '');

const script = (shell: string): string =>
  fileURLToPath(new URL(`../../src/adapters/completion/connect-wizard.${shell}`, import.meta.url));

interface Shell {
  readonly command: string;
  readonly args: readonly string[];
  readonly ready: readonly string[];
}

const SHELLS: Readonly<Record<string, Shell>> = {
  bash: {
    command: 'bash',
    args: ['--norc', '--noprofile', '-i'],
    ready: ["PS1='> '", "bind 'set bell-style none' 'set show-all-if-ambiguous on'", 'set -u'],
  },
  zsh: {
    command: 'zsh',
    args: ['-f', '-i'],
    ready: ["PS1='> '", 'autoload -Uz compinit && compinit -u -D', 'unsetopt beep'],
  },
  fish: {
    command: 'fish',
    args: ['--no-config', '-i'],
    ready: ["function fish_prompt; echo '> '; end"],
  },
};

/** Runs `work` in an interactive shell that has loaded the script twice, as a profile may. */
async function inShell(name: string, work: (shell: Pty) => Promise<void>): Promise<void> {
  const { command, args, ready } = SHELLS[name] as Shell;
  const shell = openPty(command, args, {
    env: { HOME: folder, PATH: `${folder}:${process.env['PATH']}`, LC_ALL: 'C.UTF-8' },
    cwd: folder,
  });
  try {
    for (const line of [...ready, `source ${script(name)}`, `source ${script(name)}`]) {
      shell.type(`${line}\r`);
    }
    shell.type('echo rea""dy\r');
    await shell.waitFor('ready');
    await work(shell);
  } finally {
    shell.hangUp();
  }
}

const pwned = async (): Promise<boolean> =>
  readFile(join(folder, 'pwned')).then(
    () => true,
    () => false,
  );

describe.each(['bash', 'zsh', 'fish'])('%s', (name) => {
  test('completes names with slashes and colons, values after =, and files', async () => {
    await inShell(name, async (shell) => {
      const completed = async (typed: string, expected: string): Promise<void> => {
        shell.type(`connect-wizard ${typed}\t\r`);
        await shell.waitFor(`ran ${expected}`);
      };
      await completed('token freshservice/a', '<token> <freshservice/acme>');
      expect(await given()).toBe('connect-wizard token freshservice/a');
      await completed('list --store va', '<list> <--store> <vault:secret/team>');
      await completed('list --store vault:s', '<list> <--store> <vault:secret/team>');
      await completed('list --store=vault:', '<list> <--store=vault:secret/team>');
      await offer([':file']);
      await completed('import a-f', '<import> <a-file.txt>');
      await completed('nimbus --key-file=./a-f', '<nimbus> <--key-file=./a-file.txt>');
      await offer([':program']);
      await completed('exec x -- connect-wiz', '<exec> <x> <--> <connect-wizard>');
      await completed('exec x -- cat a-f', '<exec> <x> <--> <cat> <a-file.txt>');
    });
  });

  test('evaluates neither what is typed nor what is offered', async () => {
    await inShell(name, async (shell) => {
      shell.type('connect-wizard token $(touch pwned) f\t');
      await shell.waitFor('freshservice/');
      shell.key('ctrl-u');
      for (const typed of ['$', '\\`', 'freshservice/\\$']) {
        shell.type(`connect-wizard token ${typed}\t\t`);
        shell.key('ctrl-u');
      }
      shell.type('echo do""ne\r');
      await shell.waitFor('done');
      expect(await pwned()).toBe(false);
    });
  });

  test('offers nothing, and hides the error, if the program fails', async () => {
    await offer([]);
    await inShell(name, async (shell) => {
      shell.type('connect-wizard token a-f\t\r');
      await shell.waitFor('ran <token> <a-f>');
      expect(shell.screen()).not.toContain('noise');
    });
  });
});

test('zsh prints one line, and registers nothing, if the script is loaded before compinit', async () => {
  const shell = openPty('zsh', ['-f', '-c', `source ${script('zsh')}; echo "code $?"`], {
    env: { HOME: folder },
  });
  await shell.end();
  expect(shell.screen()).toBe(
    'connect-wizard: load its completion behind compinit (autoload -Uz compinit && co\nmpinit).\ncode 0',
  );
});

test('zsh finds the script in a folder of fpath, too', async () => {
  await writeFile(join(folder, '_connect-wizard'), await readFile(script('zsh')));
  const shell = openPty('zsh', ['-f', '-i'], {
    env: { HOME: folder, PATH: `${folder}:${process.env['PATH']}` },
    cwd: folder,
  });
  try {
    shell.type(`fpath=(${folder} $fpath); autoload -Uz compinit && compinit -u -D; echo rea""dy\r`);
    await shell.waitFor('ready');
    shell.type('connect-wizard token freshservice/a\t');
    await shell.waitFor('freshservice/acme');
    expect(await given()).toBe('connect-wizard token freshservice/a');
  } finally {
    shell.hangUp();
  }
});

test('the script for PowerShell registers a native command, evaluates nothing, and parses if there is a pwsh', async () => {
  const text = await readFile(script('ps1'), 'utf8');
  expect(text).toContain('Register-ArgumentCompleter -Native ');
  expect(text).not.toMatch(/Invoke-Expression|\biex\b|Write-(?:Host|Error|Warning)/iu);
  const parse = `$null = [scriptblock]::Create([IO.File]::ReadAllText('${script('ps1')}'))`;
  const { error, status, stderr } = spawnSync('pwsh', ['-NoProfile', '-Command', parse]);
  if (error === undefined)
    expect({ status, stderr: String(stderr) }).toEqual({ status: 0, stderr: '' });
});

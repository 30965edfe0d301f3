import { existsSync } from 'node:fs';
import type { Browser } from '../core/ports.js';
import { findProgram, startProgram } from './spawn.js';

export interface BrowserOptions {
  readonly platform: NodeJS.Platform;
  /** Without any variable that contains a secret. */
  readonly env: NodeJS.ProcessEnv;
  /** There is a screen to show a page on, and the user wants it. */
  readonly available: boolean;
}

/** Opens a page with `BROWSER`, otherwise with the system's own opener. A failure is ignored. */
export function createBrowser({ platform, env, available }: BrowserOptions): Browser {
  return {
    available,
    async open(url) {
      const command = opener(platform, env['BROWSER'], url);
      if (command === undefined) return;
      const [name, ...args] = command;
      // A name is only looked up in absolute folders of PATH, because anybody may have put a file
      // into the current folder.
      const program = /[\\/]/u.test(name) ? name : findProgram(name, platform, env);
      if (program === undefined) return;
      const { child } = await startProgram(program, args, { env, stdio: 'ignore', detached: true });
      // It may stay open long after this program has ended.
      child?.unref();
    },
  };
}

/**
 * The command in `BROWSER`: the first of a list separated by colons (catb.org/~esr/BROWSER). On
 * Windows, whose paths have colons, it's a single command.
 *
 * @returns undefined if it names none; `null` if no page should be opened, because it's `none` or
 *   an empty list.
 */
export function ownBrowser(
  platform: NodeJS.Platform,
  value: string | undefined,
): string | null | undefined {
  if (value === undefined || value === '') return undefined;
  const commands = (platform === 'win32' ? [value] : value.split(':')).map((each) => each.trim());
  const first = commands.find((each) => each !== '');
  return first === undefined || first.toLowerCase() === 'none' ? null : first;
}

/** The program and its arguments. No shell reads them. Undefined if no page should be opened. */
function opener(
  platform: NodeJS.Platform,
  value: string | undefined,
  url: string,
): [string, ...string[]] | undefined {
  const own = ownBrowser(platform, value);
  if (own === null) return undefined;
  if (own !== undefined) return withAddress(splitCommand(own), url);
  if (platform === 'darwin') return ['open', url];
  // Not `start`, a command of cmd.exe, which would interpret & and ^ in the address.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url];
  return ['xdg-open', url];
}

/** Splits a command at spaces outside quotes. The path of an existing file needs no quotes. */
function splitCommand(command: string): [string, ...string[]] {
  if (existsSync(command)) return [command];
  const [program = command, ...args] = Array.from(
    command.matchAll(/"([^"]*)"|'([^']*)'|\S+/gu),
    ([word, double, single]) => double ?? single ?? word,
  );
  return [program, ...args];
}

/** Replaces each `%s` with the address, or appends it. */
function withAddress(
  [program, ...args]: [string, ...string[]],
  url: string,
): [string, ...string[]] {
  if (!args.some((each) => each.includes('%s'))) return [program, ...args, url];
  return [program, ...args.map((each) => each.replaceAll('%s', () => url))];
}

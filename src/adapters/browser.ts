import { existsSync } from 'node:fs';
import type { Browser } from '../core/ports.js';
import { findProgram, startProgram } from './spawn.js';

export interface BrowserOptions {
  readonly platform: NodeJS.Platform;
  /** Without any variable that holds a secret. */
  readonly env: NodeJS.ProcessEnv;
  /** Is there a screen to show a page on, and does the person want it? */
  readonly available: boolean;
}

/** Opens a page with `BROWSER`, else with the system's own opener; when that fails, nothing happens. */
export function createBrowser({ platform, env, available }: BrowserOptions): Browser {
  return {
    available,
    async open(url) {
      const command = opener(platform, env['BROWSER'], url);
      if (command === undefined) return;
      const [name, ...args] = command;
      // A name is looked for in absolute folders of PATH alone: what lies in the current one is anybody's.
      const program = /[\\/]/u.test(name) ? name : findProgram(name, platform, env);
      if (program === undefined) return;
      const { child } = await startProgram(program, args, { env, stdio: 'ignore', detached: true });
      // It may stay open long after this program has ended.
      child?.unref();
    },
  };
}

/**
 * The command that `BROWSER` names: the first of a list that colons part (catb.org/~esr/BROWSER), but
 * on Windows, whose paths have colons.
 *
 * @returns undefined where it names none, `null` where no page is to be opened: it is `none`, or a
 *   list of nothing.
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

/** The program and its arguments; no shell reads them. Undefined where no page is to be opened. */
function opener(
  platform: NodeJS.Platform,
  value: string | undefined,
  url: string,
): [string, ...string[]] | undefined {
  const own = ownBrowser(platform, value);
  if (own === null) return undefined;
  if (own !== undefined) return withAddress(words(own), url);
  if (platform === 'darwin') return ['open', url];
  // Not `start`: that one is a word of cmd.exe, which would read & and ^ in the address.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url];
  return ['xdg-open', url];
}

/** Words with spaces in them stand in quotes; a path with spaces that is there needs none. */
function words(command: string): [string, ...string[]] {
  if (existsSync(command)) return [command];
  const [program = command, ...args] = Array.from(
    command.matchAll(/"([^"]*)"|'([^']*)'|\S+/gu),
    ([word, double, single]) => double ?? single ?? word,
  );
  return [program, ...args];
}

/** In the place of each `%s`, else at the end. */
function withAddress(
  [program, ...args]: [string, ...string[]],
  url: string,
): [string, ...string[]] {
  if (!args.some((each) => each.includes('%s'))) return [program, ...args, url];
  return [program, ...args.map((each) => each.replaceAll('%s', () => url))];
}

import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

/** The keys of a person, as a terminal sends them. */
const KEYS = {
  enter: '\r',
  down: '\u001B[B',
  up: '\u001B[A',
  escape: '\u001B',
  backspace: '\u007F',
  'ctrl-c': '\u0003',
  'ctrl-d': '\u0004',
  'ctrl-u': '\u0015',
  'ctrl-z': '\u001A',
} as const;

const HANG_MS = 20_000;

export interface PtyOptions {
  /** The whole environment except PATH and TERM. */
  readonly env: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd?: string;
}

/** A terminal of 80 by 24 with a program in it, and a person in front of it. */
export interface Pty {
  readonly pid: number;
  /** Every byte the program has written. */
  readonly raw: () => string;
  /** The text on the screen and above it, without trailing blanks. */
  readonly screen: () => string;
  readonly cursorHidden: () => boolean;
  /**
   * Waits until `text` is on the screen, in what came since the last key or text was sent, so
   * that a question that comes twice is waited for twice.
   */
  waitFor(text: string | RegExp): Promise<void>;
  type(text: string): void;
  key(name: keyof typeof KEYS): void;
  kill(signal: NodeJS.Signals): void;
  /** Takes the terminal away from a program that has not ended, and ends it. */
  hangUp(): void;
  /** Waits until the program has ended. @returns its exit code. */
  end(): Promise<number>;
}

export function openPty(command: string, args: readonly string[], options: PtyOptions): Pty {
  const { columns: cols = 80, rows = 24, env, cwd } = options;
  const screen = new xterm.Terminal({ cols, rows, scrollback: 2000, allowProposedApi: true });
  const child = spawn(command, [...args], {
    cols,
    rows,
    name: env['TERM'] ?? 'xterm-256color',
    env: { PATH: process.env['PATH'], TERM: 'xterm-256color', ...env },
    ...(cwd !== undefined && { cwd }),
  });
  let raw = '';
  /** The length of `raw` when something was last sent, and the length that is on the screen. */
  let sent = 0;
  let drawn = 0;
  let code: number | undefined;
  /** Whether it has ended with everything on the screen. */
  let complete = false;
  const watchers = new Set<() => void>();
  const changed = (): void => {
    for (const watcher of watchers) watcher();
  };
  child.onData((data) => {
    raw += data;
    const all = raw.length;
    screen.write(data, () => {
      drawn = all;
      changed();
    });
  });
  child.onExit(({ exitCode }) => {
    code = exitCode;
    // The screen reads its input in order, so that everything is on it once this is.
    screen.write('', () => {
      complete = true;
      changed();
    });
  });

  const lines = (): string => {
    const buffer = screen.buffer.active;
    return Array.from(
      { length: buffer.length },
      (_, row) => buffer.getLine(row)?.translateToString(true) ?? '',
    )
      .join('\n')
      .trimEnd();
  };
  const fresh = (): string => plain(raw.slice(sent, Math.max(sent, drawn)));
  const send = (text: string): void => {
    sent = raw.length;
    child.write(text);
  };

  /** @throws {Error} with the screen, if `holds` throws or takes too long to be true. */
  const until = (what: string, holds: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const stop = (settle: () => void): void => {
        clearTimeout(limit);
        watchers.delete(look);
        settle();
      };
      const fail = (why: string): void =>
        stop(() => reject(new Error(`${why} before ${what}:\n${lines()}`)));
      const limit = setTimeout(() => fail(`${HANG_MS / 1000} s went by`), HANG_MS);
      const look = (): void => {
        try {
          if (holds()) stop(resolve);
        } catch (error) {
          fail(String(error));
        }
      };
      watchers.add(look);
      look();
    });

  return {
    pid: child.pid,
    raw: () => raw,
    screen: lines,
    cursorHidden: () => raw.lastIndexOf('\u001B[?25l') > raw.lastIndexOf('\u001B[?25h'),
    waitFor(text) {
      const there = (): boolean =>
        typeof text === 'string' ? oneLine(fresh()).includes(text) : text.test(oneLine(fresh()));
      return until(`${String(text)} stands there`, () => {
        if (there()) return true;
        if (code !== undefined) throw new Error(`it ended (${code})`);
        return false;
      });
    },
    type: send,
    key: (name) => send(KEYS[name]),
    kill: (signal) => child.kill(signal),
    hangUp() {
      if (code === undefined) child.kill('SIGKILL');
    },
    async end() {
      await until('the program ends', () => complete);
      return code ?? -1;
    },
  };
}

/** The text without escape sequences. */
export function plain(raw: string): string {
  // oxlint-disable-next-line no-control-regex -- it looks for escape sequences
  return raw.replaceAll(/\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007]*\u0007|[@-Z\\-_])/gu, '');
}

/** One line, so that a sentence is found even if the screen has broken it. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ');
}

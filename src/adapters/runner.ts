import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants, platform } from 'node:os';
import type { Runner } from '../core/ports.js';
import { revealAll } from '../core/secret.js';
import { passMasked } from './masked-output.js';
import { startProgram, whyNotStarted } from './spawn.js';

/** Signals with which a person or the system ends or controls a program. */
const SIGNALS: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
];

/**
 * A terminal sends these to all programs in its foreground. If they were passed on, they would
 * arrive twice.
 */
const FROM_THE_TERMINAL: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT', 'SIGHUP']);

export interface RunnerOptions {
  /** This process, whose signals are passed on to the child. */
  readonly process: NodeJS.Process;
  readonly env: NodeJS.ProcessEnv;
  /** A terminal sends its keys' signals to this process. Default: ask the system. */
  readonly onTerminal?: boolean;
}

/** Runs programs with credentials in their environment, in place of this one. */
export function createRunner({ process, env, onTerminal = hasTerminal() }: RunnerOptions): Runner {
  return {
    async run([command, ...args], variables, masking) {
      const { child, ending } = await startProgram(command, args, {
        env: { ...env, ...revealAll(variables) },
        stdio: masking ? ['inherit', 'pipe', 'pipe'] : 'inherit',
        windowsHide: false,
      });
      const passOn = (signal: NodeJS.Signals): void => {
        if (!onTerminal || !FROM_THE_TERMINAL.has(signal)) child?.kill(signal);
      };
      for (const signal of SIGNALS) process.on(signal, passOn);
      const { stdout, stderr } = child ?? {};
      const masked =
        masking && stdout && stderr
          ? passMasked(
              [
                { from: stdout, to: process.stdout },
                { from: stderr, to: process.stderr },
              ],
              { ...masking, ended: ending, onReaderLeft: () => stopWriting(child) },
            )
          : undefined;
      const ended = await ending;
      const output = await masked;
      for (const signal of SIGNALS) process.off(signal, passOn);
      if ('notStarted' in ended) return { ...ended, why: whyNotStarted(ended.notStarted) };
      // `| head -1`: the program's complaint about it isn't a failure.
      if (output?.readerLeft) return { code: 0 };
      const { code, signal } = ended;
      return { code: code ?? 128 + (signal ? constants.signals[signal] : 0) };
    },
  };
}

/**
 * Does what the system does to a program that writes to a pipe without a reader (pipe(7)). If only
 * its pipe were closed, the program would report a reset connection.
 */
function stopWriting(child: ChildProcess | undefined): void {
  if (platform() !== 'win32') child?.kill('SIGPIPE');
}

/**
 * Works wherever stdin, stdout and stderr lead, because /dev/tty opens for a process with a
 * terminal. Windows has none, and Ctrl-C reaches every program of a console.
 */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return platform() === 'win32';
  }
}

import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants, platform } from 'node:os';
import type { Runner } from '../core/ports.js';
import { revealAll } from '../core/secret.js';
import { passMasked } from './masked-output.js';
import { startProgram, whyNotStarted } from './spawn.js';

/** What a person or a system sends to end or steer a program. */
const SIGNALS: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
];

/** Sent by a terminal to every program in its foreground at once: passed on, they would arrive twice. */
const FROM_THE_TERMINAL: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT', 'SIGHUP']);

export interface RunnerOptions {
  /** This process: its signals are the child's. */
  readonly process: NodeJS.Process;
  readonly env: NodeJS.ProcessEnv;
  /** Does a terminal send its keys' signals to this process? Left out, the system is asked. */
  readonly onTerminal?: boolean;
}

/** Programs with credentials in their environment, in the place of this one. */
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
      // `| head -1`: what the program says of it is no failure.
      if (output?.readerLeft) return { code: 0 };
      const { code, signal } = ended;
      return { code: code ?? 128 + (signal ? constants.signals[signal] : 0) };
    },
  };
}

/**
 * What the system does to a program that writes where nobody reads (pipe(7)). Closing its pipe alone
 * would say that the connection was reset, which programs report.
 */
function stopWriting(child: ChildProcess | undefined): void {
  if (platform() !== 'win32') child?.kill('SIGPIPE');
}

/**
 * Wherever stdin, stdout and stderr lead to: /dev/tty opens for a process that has a terminal. On
 * Windows there is none, and Ctrl-C reaches every program of a console.
 */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return platform() === 'win32';
  }
}

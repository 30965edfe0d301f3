import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants, platform } from 'node:os';
import type { Runner } from '../core/ports.js';
import { revealAll } from '../core/secret.js';
import { codeOf } from './files.js';

/** What a person or a system sends to end or steer a program. */
const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];

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
    async run([command, ...args], variables) {
      const { default: spawn } = await import('cross-spawn');
      let child: ChildProcess;
      try {
        // cross-spawn: on Windows, npm and its like are .cmd files, and PATHEXT decides.
        child = spawn(command, args, {
          env: { ...env, ...revealAll(variables) },
          stdio: 'inherit',
        });
      } catch (error) {
        // Some of what cannot be started is thrown at once (ENOTDIR, E2BIG), the rest comes as an event.
        return { notStarted: codeOf(error) };
      }
      const passOn = (signal: NodeJS.Signals): void => {
        if (!onTerminal || !FROM_THE_TERMINAL.has(signal)) child.kill(signal);
      };
      for (const signal of SIGNALS) process.on(signal, passOn);
      return new Promise((resolve) => {
        const end = (outcome: Awaited<ReturnType<Runner['run']>>): void => {
          for (const signal of SIGNALS) process.off(signal, passOn);
          resolve(outcome);
        };
        // Also comes when a signal cannot be passed on (`sudo`): then it runs all the same.
        child.on('error', (error: NodeJS.ErrnoException) => {
          if (error.syscall !== 'kill') end({ notStarted: codeOf(error) });
        });
        child.once('exit', (code, signal) =>
          end({ code: code ?? 128 + (signal ? constants.signals[signal] : 0) }),
        );
      });
    },
  };
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

import { basicPair } from '../core/auth-scheme.js';
import { UsageError, type Advice } from '../core/errors.js';
import { baseName, entryOfRecord } from '../core/history.js';
import { createMask } from '../core/mask.js';
import type { Masking } from '../core/ports.js';
import { Secret } from '../core/secret.js';
import { toVariables, variableNames } from '../core/stored-item.js';
import { getCredential, type Credential } from '../flows/connections/get-credential.js';
import { formatAdvice } from '../output/style.js';
import type { Command, Session, SharedOptions } from './command.js';
import { ALLOW_UNVERIFIED, LOOK_IN, REASON } from './options.js';

/** A shell's exit codes for a program that doesn't exist, and for one that can't be started. */
const NOT_FOUND = 127;
const NOT_STARTED = 126;

interface Options extends SharedOptions {
  readonly allowUnverified?: boolean;
  readonly reason?: string;
  readonly mask?: boolean;
}

interface Parsed {
  readonly names: readonly string[];
  readonly command: readonly [string, ...string[]];
  readonly allowUnverified: boolean;
  readonly why: string | undefined;
  readonly mask: boolean;
  readonly storeId: string | undefined;
}

/**
 * `connect-wizard exec <name…> -- <command>`: runs a program with credentials in its environment.
 */
export const execCommand: Command<Options, Parsed> = {
  name: 'exec',
  description:
    'Run a program with credentials in its environment, and exit with its code. The variables are those that the wizard reads, plus <PROVIDER>_HOST.',
  examples: ['connect-wizard exec {name} -- node sync.js', 'connect-wizard exec {provider} -- env'],
  runsProgram: true,
  usage: '[options] <name...> -- <command> [arguments]',
  arguments: [
    {
      name: '<name...>',
      says: 'exact names, or providers with only one connection',
      takes: 'connection',
    },
  ],
  options: [
    LOOK_IN,
    ALLOW_UNVERIFIED,
    {
      flags: '--mask',
      says: 'replace the secrets that the program gets with [redacted] in its output (or CONNECT_WIZARD_MASK=1)',
    },
    REASON,
  ],
  notes: [
    'With --mask, the program has pipes instead of the terminal: no colours, bars or questions. If it leaves a service in the background, give the service an output of its own.',
  ],
  parse({ operands, options, afterDashes: [program, ...rest] }) {
    if (options.json) {
      throw new UsageError({
        what: 'exec has no --json',
        why: 'stdout is that of the program it runs',
        next: 'Leave out --json; connect-wizard list --json shows what is stored.',
      });
    }
    if (!program) {
      throw new UsageError({
        what: 'exec needs a program to run',
        next: 'Put it after two dashes: connect-wizard exec <name> -- <command> [arguments].',
      });
    }
    return {
      names: [...new Set(operands)],
      command: [program, ...rest],
      allowUnverified: options.allowUnverified ?? false,
      storeId: options.store,
      why: options.reason,
      mask: options.mask ?? false,
    };
  },
  async run(session, { names, command, why, mask, ...options }) {
    const credentials: Credential[] = [];
    for (const name of names) {
      const next = await getCredential(session, session.providers, name, options);
      if (credentials.some(({ connection }) => connection.name === next.connection.name)) continue;
      refuseClash(credentials, next);
      credentials.push(next);
    }
    for (const warning of new Set(credentials.flatMap(({ warnings }) => warnings))) {
      session.terminal.warn(warning);
    }
    const [program] = command;
    // Written before the program starts, so the hand-over is recorded whatever becomes of this run.
    for (const { connection } of credentials) {
      const entry = entryOfRecord('handed-over', connection);
      const unrecorded = session.history.record({ ...entry, program: baseName(program), why });
      for (const { message } of unrecorded) session.terminal.warn(message);
    }
    const variables = credentials.map(({ provider, connection, values }) =>
      toVariables(provider, connection.host, values),
    );
    const isMasked = mask || isOn(session.variable('CONNECT_WIZARD_MASK'));
    const masking = isMasked ? maskingOf(session, credentials) : undefined;
    // From now on, signals are for the program.
    const ended = await session.interruption.shield(() =>
      session.runner.run(command, Object.assign({}, ...variables), masking),
    );
    return 'code' in ended ? ended.code : printNotStarted(session, command[0], ended);
  },
};

/** Any other value turns it on, so no secret is shown because somebody wrote `true` or `yes`. */
function isOn(value = ''): boolean {
  return !/^(?:0|false|no|off)?$/iu.test(value.trim());
}

/** Masks each secret and its Basic auth pair. Warns about secrets that can't always be masked. */
function maskingOf({ terminal }: Session, credentials: readonly Credential[]): Masking {
  const secrets = credentials.flatMap(({ provider, values }) => [
    ...Object.values(values),
    basicPair(provider.auth, values),
  ]);
  const mask = createMask(
    secrets.flatMap((value) => (value instanceof Secret ? [value.reveal()] : [])),
  );
  if (mask.hasTooShort) terminal.warn('A secret of fewer than 4 characters is not masked.');
  if (mask.hasShort) {
    terminal.warn(
      'A secret of fewer than 8 characters is masked only if no letter or digit is next to it.',
    );
  }
  return {
    mask,
    onRedacted: () => terminal.warn('A secret in the output was replaced by [redacted].'),
  };
}

/** Shell words that people take for programs. */
const SHELL_WORDS: ReadonlySet<string> = new Set(
  '. alias bg cd dir declare eval exec export fg for if jobs local pushd popd read set shift source trap type ulimit umask unalias unset while'.split(
    ' ',
  ),
);

/** @returns the exit code. */
function printNotStarted(
  session: Session,
  program: string,
  { notStarted, why }: { readonly notStarted: string; readonly why: string },
): number {
  const { style } = session;
  const missing = notStarted === 'ENOENT';
  const advice = notStartedAdvice(program, missing ? undefined : why);
  session.printError(formatAdvice(style, style.bad, advice));
  return missing ? NOT_FOUND : NOT_STARTED;
}

/** @param why why it could not be started; undefined if it was not found. */
function notStartedAdvice(program: string, why: string | undefined): Advice {
  const what = 'The program after -- was not found';
  if (SHELL_WORDS.has(program)) {
    return {
      what,
      why: `${program} is a word of the shell, and no program`,
      next: 'Run a shell that knows it: after --, sh -c on Linux and macOS, cmd /c on Windows.',
    };
  }
  const next = 'Check its name and PATH.';
  if (why !== undefined) return { what: 'The program after -- could not be started', why, next };
  if (!/\s/u.test(program)) return { what, next };
  return {
    what,
    why: 'its name has a space in it',
    next: 'Leave out the quotes around a whole command line: each argument is a word of its own.',
  };
}

/** @throws {UsageError} two connections would set the same variable. */
function refuseClash(credentials: readonly Credential[], next: Credential): void {
  const names = new Set(variableNames(next.provider));
  for (const { provider, connection } of credentials) {
    const shared = variableNames(provider).filter((name) => names.has(name));
    if (shared.length === 0) continue;
    throw new UsageError({
      what: `${connection.name} and ${next.connection.name} cannot be used together`,
      why: `both set ${shared.join(', ')}`,
      next: 'Run the program once for each.',
    });
  }
}

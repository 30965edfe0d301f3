import { UsageError } from '../core/errors.js';
import { toVariables, variableNames } from '../core/stored-item.js';
import { getCredential, type Credential } from '../flows/connections/get-credential.js';

import { formatAdvice } from '../output/style.js';
import {
  ALLOW_UNVERIFIED,
  withSharedOptions,
  type CommandDefinition,
  type SharedOptions,
} from './command.js';

/** What a shell ends with for a program that is not there, and for one that cannot be started. */
const NOT_FOUND = 127;
const NOT_STARTED = 126;

interface RawOptions extends SharedOptions {
  readonly allowUnverified?: boolean;
}

/** `connect-wizard exec <name…> -- <command>`: a program with credentials in its environment. */
export const execCommand: CommandDefinition = {
  name: 'exec',
  summary: 'run a program with credentials in its environment',
  define(command, program) {
    command
      .argument('<name...>', 'exact names, or providers that have one connection only')
      .usage('[options] <name...> -- <command> [arguments]')
      .description(
        'Run a program with credentials in its environment, and end with its exit code.\nIts variables are those of the wizard, and <PROVIDER>_HOST.',
      )
      .option(...ALLOW_UNVERIFIED);
    withSharedOptions(command);
    // Known, so that it can be refused with a reason.
    command.options.find(({ long }) => long === '--json')?.hideHelp();
    command.action(async (names: string[]) => {
      const options = command.optsWithGlobals<RawOptions>();
      const [first, ...rest] = program.afterDashes;
      if (options.json) {
        throw new UsageError({
          what: 'exec has no --json',
          why: 'stdout is that of the program it runs',
          next: 'Leave --json out; connect-wizard list --json tells of what is stored.',
        });
      }
      if (!first) {
        throw new UsageError({
          what: 'There is no program to run',
          next: 'It stands after two dashes: connect-wizard exec <name> -- <command> [arguments].',
        });
      }
      const session = await program.begin(options);
      const credentials: Credential[] = [];
      for (const name of new Set(names)) {
        const credential = await getCredential(session, program.providers, name, {
          allowUnverified: options.allowUnverified ?? false,
        });
        if (credentials.some(({ connection }) => connection.name === credential.connection.name))
          continue;
        refuseClash(credentials, credential);
        credentials.push(credential);
      }
      for (const { warning } of credentials) {
        if (warning !== undefined) session.terminal.warn(warning);
      }
      const variables = credentials.map(({ provider, connection, values }) =>
        toVariables(provider, connection.host, values),
      );
      // Signals are the program's from now on.
      const ended = await session.interruption.shield(() =>
        session.runner.run([first, ...rest], Object.assign({}, ...variables)),
      );
      if ('code' in ended) return program.exit(ended.code);
      const missing = ended.notStarted === 'ENOENT';
      session.printError(
        formatAdvice(session.style, session.style.bad, {
          what: `The program after -- ${missing ? 'was not found' : 'could not be started'}`,
          why: missing ? undefined : ended.notStarted,
          next: 'Check its name and PATH.',
        }),
      );
      program.exit(missing ? NOT_FOUND : NOT_STARTED);
    });
  },
};

/** @throws {UsageError} two connections would set the same variable. */
function refuseClash(credentials: readonly Credential[], next: Credential): void {
  const names = new Set(variableNames(next.provider));
  for (const { provider, connection } of credentials) {
    const shared = variableNames(provider).filter((name) => names.has(name));
    if (shared.length === 0) continue;
    throw new UsageError({
      what: `${connection.name} and ${next.connection.name} cannot go together`,
      why: `both set ${shared.join(', ')}`,
      next: 'Run the program once for each.',
    });
  }
}

import { existsSync, readFileSync } from 'node:fs';
import { domainToUnicode, fileURLToPath } from 'node:url';
import { readEnvironment, type Environment } from './adapters/environment.js';
import { StandardStream } from './adapters/standard-stream.js';
import { createFileGuard } from './adapters/file-guard.js';
import { codeOf, fileFailed } from './adapters/file-failure.js';
import { redactDebugging } from './adapters/node-debugging.js';
import { createProviderFiles } from './adapters/provider-files.js';
import { commandName, runCli, splitArguments, type CliOptions } from './cli.js';
import { storeOptions } from './commands/options.js';
import { commands } from './commands/index.js';
import { Interrupted, StoreError, VerdictError, WizardError } from './core/errors.js';
import { Interruption } from './core/interruption.js';
import { runnable } from './core/shell.js';
import { exitCodes, verdictByReason, verdicts } from './core/verdict.js';
import { ownProviders } from './flows/definitions/own-definitions.js';
import type { Output } from './output/output.js';
import { reportError } from './output/report-error.js';
import { createStyle } from './output/style.js';
import { providers as shipped, shippedDefinitions, shippedIds, taken } from './known-providers.js';
import { closeAll, columnsOf, lineOn, styleOptions, type Parts } from './parts.js';
import { SECRET_VARIABLES } from './secret-variables.js';

/**
 * The composition root: reads the process, builds the adapters, runs the command.
 *
 * @param version the package's version.
 * @param direct stdout and stderr are the descriptors 1 and 2.
 * @returns the exit code, after all output is written.
 */
export async function main(
  process: NodeJS.Process,
  version: string,
  direct = true,
): Promise<number> {
  const environment = readEnvironment(process, SECRET_VARIABLES, true);
  if (environment.variable('NODE_DEBUG') !== undefined) redactDebugging(process.stderr);
  const definitions = definitionsOf(environment);
  const edit = runnable(environment.invocation, () => [
    ...commands.map(({ name }) => name),
    ...shipped.map(({ id }) => id),
    ...definitions.files.ids(),
  ]);
  const parts: Parts = {
    process,
    version,
    environment,
    definitions,
    interruption: interruptionOf(process),
    stdout: new StandardStream(() => process.stdout, direct ? 1 : undefined),
    stderr: new StandardStream(() => process.stderr, direct ? 2 : undefined),
    runnable: edit,
    closers: [],
  };
  // It has no effect here (see `adapters/http.ts`), but Node would warn about it.
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  const code = await run(parts);
  await parts.stdout.flush();
  const { failure } = parts.stdout;
  if (failure !== undefined) {
    lineOn(parts, parts.stderr)(`Not all could be written to stdout: ${failure}.`);
  }
  await parts.stderr.flush();
  return failure !== undefined && code === exitCodes.done ? exitCodes.internal : code;
}

async function run(parts: Parts): Promise<number> {
  const { process, version, interruption, closers } = parts;
  const print = lineOn(parts, parts.stdout);
  const printError = lineOn(parts, parts.stderr);
  const begin: CliOptions['begin'] = async (shared, keeps, provider) => {
    const { openSession } = await import('./session.js');
    return openSession(parts, shared, {
      where: storeOptions(shared, keeps, parts.environment.variable),
      provider,
    });
  };
  const columns = (): number | undefined => columnsOf(parts);
  const cli: CliOptions = {
    // These serve to read the command line. For anything else, the session asks for approval.
    providers: [...shipped, ...ownProviders(parts.definitions, shippedIds)],
    version,
    print,
    printError,
    begin,
    columns,
  };
  const argv = process.argv.slice(2);
  const { args } = splitArguments(argv);
  let error: unknown;
  let known: Output | undefined;
  try {
    return await interruption.race(runCli(cli, argv));
  } catch (failure) {
    error = ofMachine(failure);
    // Before the closing cuts off what is under way, which would look like an outcome.
    if (error instanceof Interrupted) known = parts.interrupted?.(error.exitCode);
  } finally {
    // Restore the terminal before the last message.
    await closeAll(closers);
  }

  const command = commandName(cli, args);
  if (error instanceof Interrupted) {
    if (known !== undefined) print(known);
    // Other commands have nothing to save, unless they ask for a credential.
    const isConnect = error.canResume || (command ?? 'connect') === 'connect';
    printError(isConnect ? 'No credential was saved.' : 'Interrupted.');
    return error.exitCode;
  }
  const code = exitCodeOf(error);
  const style = await createStyle(styleOptions(parts, { color: !args.includes('--no-color') }));
  const { invocation } = parts.environment;
  const json = args.includes('--json');
  reportError({ style, json, command, invocation, print, printError }, error, code);
  return code;
}

/**
 * Parts of the program are loaded on demand. If too many files are open, or the program was updated
 * or removed meanwhile, that isn't a bug of ours.
 */
function ofMachine(failure: unknown): unknown {
  if (!(failure instanceof Error)) return failure;
  const what = 'A part of connect-wizard could not be loaded';
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const code = codeOf(failure);
  if (/^E[MN]FILE$/u.test(code)) return fileFailed(what, folder, failure);
  const { path = '' } = failure as NodeJS.ErrnoException;
  if (code !== 'ENOENT' || !path.startsWith(folder)) return failure;
  const why = `${path} is gone, so it was updated or removed meanwhile`;
  const next = 'Run the same command again. If that fails, install it again.';
  return new StoreError('store-unavailable', { what, why, next }, { cause: failure });
}

function exitCodeOf(error: unknown): number {
  if (error instanceof VerdictError) return verdicts[verdictByReason[error.reason]].exitCode;
  return error instanceof WizardError ? exitCodes.usage : exitCodes.internal;
}

/** Reads, stores and shows definitions. Nothing heavy is loaded before it's used. */
function definitionsOf({ folders, platform, userId }: Environment): Parts['definitions'] {
  const guard = createFileGuard({ platform, userId });
  const schema = new URL('provider.schema.json', import.meta.url);
  const inProject = 'node_modules/connect-wizard/dist/provider.schema.json';
  return {
    shipped: shippedDefinitions,
    files: createProviderFiles(folders.home, guard, folders.expand),
    taken,
    suffixes: async () => (await import('./adapters/public-suffix.js')).publicSuffix,
    schema: () => readFileSync(schema, 'utf8'),
    get schemaAddress() {
      return existsSync(inProject) ? `./${inProject}` : schema.href;
    },
    inLetters: domainToUnicode,
  };
}

/**
 * Handles Ctrl-C, termination signals and bugs. Inside a prompt, the terminal adapter handles
 * Ctrl-C.
 */
function interruptionOf(process: NodeJS.Process): Interruption {
  const interruption = new Interruption();
  process.on('SIGINT', () => interruption.raise(130));
  process.on('SIGTERM', () => interruption.raise(143));
  process.on('SIGHUP', () => interruption.raise(143));
  // Node would print it unredacted, after a line of code, which has 20 KB in a bundled library.
  process.on('uncaughtException', (error) => interruption.fail(error));
  return interruption;
}

import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { domainToUnicode } from 'node:url';
import { createBrowser } from './adapters/browser.js';
import { createClipboard } from './adapters/clipboard.js';
import { IGNORED_VARIABLES, VAULT_TOKEN_VARIABLES } from './adapters/vault/settings.js';
import { readEnvironment, type Environment, without } from './adapters/environment.js';
import { completionScript } from './adapters/completion-script.js';
import { createImportInput } from './adapters/import-input.js';
import { createDiagnostics } from './adapters/diagnostics.js';
import { StandardStream } from './adapters/standard-stream.js';
import { createFileGuard } from './adapters/file-guard.js';
import { createPages } from './adapters/pages.js';
import { createProviderFiles } from './adapters/provider-files.js';
import { createRunner } from './adapters/runner.js';
import { createTerminal } from './terminal/terminal.js';
import { commandName, runCli, splitArguments, type CliOptions } from './cli.js';
import {
  DEFAULT_STORE,
  readStore,
  storeOptions,
  type Definitions,
  type Session,
  type SharedOptions,
} from './commands/command.js';
import { commands } from './commands/index.js';
import { Interrupted, VerdictError, WizardError } from './core/errors.js';
import type { Taken } from './core/definition-check/check.js';
import { Interruption } from './core/interruption.js';
import { Secret } from './core/secret.js';
import { runnable } from './core/shell.js';
import type { StoreOptions } from './core/store.js';
import { isVaultId } from './core/vault-id.js';
import type { KnownProvider } from './core/known-provider.js';
import { exitCodes, verdictByReason, verdicts } from './core/verdict.js';
import { ownProviders, type ApprovableFile } from './flows/definitions/own-definitions.js';
import { reportError } from './output/report-error.js';
import { createStyle, type StyleOptions } from './output/style.js';
import { written, type Output } from './output/output.js';
import {
  noteLoaded,
  providers as shipped,
  shippedDefinitions,
  takenByShipped,
} from './known-providers.js';
import { clock, createServices, SECRET_VARIABLES } from './services.js';
import { sandboxServices } from './sandbox-services.js';

/**
 * The composition root: reads the process, builds the adapters, runs the command.
 *
 * @param version of the package.
 * @param direct are stdout and stderr the descriptors 1 and 2?
 * @returns the exit code, once all that was said is written.
 */
export async function main(
  process: NodeJS.Process,
  version: string,
  direct = true,
): Promise<number> {
  const environment = readEnvironment(process, SECRET_VARIABLES, true);
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
  // It changes nothing here (see `adapters/http.ts`); Node would warn that it does.
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

/** What a run is made of. */
interface Parts {
  readonly process: NodeJS.Process;
  readonly version: string;
  readonly environment: Environment;
  readonly definitions: Omit<Definitions, 'approvals'>;
  readonly interruption: Interruption;
  readonly stdout: StandardStream;
  readonly stderr: StandardStream;
  /** Edits a text so that its commands can be run as they are printed. */
  readonly runnable: (text: string) => string;
  /** What is open when the run ends. */
  readonly closers: (() => Promise<void>)[];
  /** What there is to print when the run is interrupted. */
  interrupted?: (exitCode: number) => Output | undefined;
}

/** Prints on `stream`, through the wall. */
function lineOn(
  { runnable: edit }: Pick<Parts, 'runnable'>,
  stream: StandardStream,
): (output: Output) => void {
  return (output) => stream.writeAsItIs(edit(written(output)));
}

async function run(parts: Parts): Promise<number> {
  const { process, version, interruption, closers } = parts;
  const print = lineOn(parts, parts.stdout);
  const printError = lineOn(parts, parts.stderr);
  const begin: CliOptions['begin'] = (shared, keeps, provider) =>
    openSession(parts, shared, {
      where: storeOptions(shared, keeps, parts.environment.variable),
      provider,
    });
  const columns = (): number | undefined => columnsOf(parts);
  const cli: CliOptions = {
    // To read a command line; what is used for more passes an approval in the session.
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
  try {
    return await interruption.race(runCli(cli, argv));
  } catch (failure) {
    error = failure;
  } finally {
    // The terminal is as it was before the last words are said.
    await closeAll(closers);
  }

  const command = commandName(cli, args);
  if (error instanceof Interrupted) {
    const text = parts.interrupted?.(error.exitCode);
    if (text !== undefined) print(text);
    // The other commands have nothing to save.
    const usual =
      (command ?? 'connect') === 'connect' ? 'No credential was saved.' : 'Interrupted.';
    printError(error.farewell ?? usual);
    return error.exitCode;
  }
  const code = exitCodeOf(error);
  const style = await createStyle(styleOptions(parts, { color: !args.includes('--no-color') }));
  const { invocation } = parts.environment;
  const json = args.includes('--json');
  reportError({ style, json, command, invocation, print, printError }, error, code);
  return code;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof VerdictError) return verdicts[verdictByReason[error.reason]].exitCode;
  return error instanceof WizardError ? exitCodes.usage : exitCodes.internal;
}

async function openSession(
  parts: Parts,
  shared: SharedOptions,
  { where, provider }: { where: StoreOptions; provider: KnownProvider | undefined },
): Promise<Session> {
  const { process, version, environment, interruption, stdout, stderr, closers } = parts;
  const { platform, childEnv: env, variable } = environment;
  // stdin comes last: Node makes it when it is asked, and scripts often have no need of it.
  const interactive =
    stderr.isTerminal && !environment.ci && shared.input !== false && process.stdin.isTTY;
  const looks = styleOptions(parts, shared);
  const style = await createStyle(looks);
  const terminal = createTerminal({
    input: () => process.stdin,
    output: () => stderr.stream,
    say: lineOn(parts, stderr),
    interactive,
    accessible:
      shared.accessible === true ||
      environment.dumb ||
      variable('CONNECT_WIZARD_ACCESSIBLE') === '1',
    // Inquirer begins a new line where one fills the last column.
    style: interactive
      ? await createStyle({ ...looks, columns: looks.columns && looks.columns - 1 })
      : style,
    interruption,
  });
  const services = createServices(environment, version, () => process.stdin, where, terminal);
  closers.push(
    () => terminal.close(),
    () => services.close(),
  );
  if (where.only !== undefined) readStore(services.stores, '--store', where.only);
  for (const name of where.vaults.length > 0 ? IGNORED_VARIABLES : []) {
    if (variable(name) === undefined) continue;
    terminal.warn(`${name} is not followed: the certificate of a Vault is always verified.`);
  }
  // A run that is being ended has nothing to say any more; its last words are `main`'s.
  const unlessEnded = (say: (output: Output) => void) => (output: Output) => {
    if (!interruption.signal.aborted) say(output);
  };
  const pages = createPages({
    path: new URL('page.html', import.meta.url),
    server: {
      user: environment.user(),
      machine: hostname(),
      program: `connect-wizard ${version}`,
    },
    folder: () => environment.folders.state(),
    print: unlessEnded(lineOn(parts, stderr)),
    // Whether somebody is at the terminal does not matter here.
    open:
      shared.browser !== false && environment.desktop
        ? (url) => createBrowser({ platform, env, available: true }).open(url)
        : undefined,
    ssh: variable('SSH_CONNECTION'),
  });
  closers.push(() => pages.close());
  const definitions = { ...parts.definitions, approvals: services.approvals };
  const ask = async (file: ApprovableFile): Promise<boolean> => {
    const { inLetters } = definitions;
    const { definitionText } = await import('./output/definition.js');
    lineOn(parts, stderr)(definitionText(style, file, { today: clock.now(), inLetters }));
    lineOn(parts, stderr)('');
    return terminal.confirm('Whoever wrote this file chose these hosts. Add it?');
  };
  const approval = {
    approvals: services.approvals,
    ask: interactive ? ask : undefined,
    onUse: noteLoaded,
  };
  const own = ownProviders({ ...definitions, approval }, shippedIds);
  const providers = [...shipped, ...own];
  const available =
    shared.browser !== false && !shared.sandbox && environment.desktop && interactive;
  return {
    ...services,
    ...(shared.sandbox && provider && (await sandboxServices(provider, reasonOf(shared), where))),
    providers,
    definitions,
    pages,
    json: shared.json ?? false,
    quiet: shared.quiet ?? false,
    invocation: environment.invocation,
    terminal,
    style,
    interruption,
    diagnostics: createDiagnostics({ environment, version, interactive }),
    print: unlessEnded((output) => {
      terminal.giveWay();
      lineOn(parts, stdout)(output);
    }),
    printError: unlessEnded((output) => {
      terminal.giveWay();
      lineOn(parts, stderr)(output);
    }),
    onInterruption: (output) => (parts.interrupted = output),
    printSecret: (secret) =>
      stdout.writeAsItIs(secret instanceof Secret ? secret.reveal() : secret),
    variable,
    completionScript,
    browser: createBrowser({ platform, env, available }),
    clipboard: createClipboard({
      platform,
      env,
      // The console of Linux has no clipboard, and a dumb terminal takes no sequences.
      writeToTerminal:
        interactive && !environment.dumb && variable('TERM') !== 'linux'
          ? (sequence) => stderr.stream.write(sequence)
          : undefined,
    }),
    secretInput: services.secretInput,
    importInput: createImportInput({
      secretInput: services.secretInput,
      stdinIsTerminal: () => process.stdin.isTTY,
    }),
    runner: {
      async run(command, variables, masking) {
        // The terminal is the program's now, and no child of ours stays behind it.
        await closeAll(closers);
        const { execEnv } = environment;
        // A program that gets one credential does not get the key to all of the team's.
        const isGuarded = [shared.store, variable(DEFAULT_STORE)].some(
          (storeId) => storeId !== undefined && isVaultId(storeId),
        );
        const given = isGuarded ? without(execEnv, platform, VAULT_TOKEN_VARIABLES) : execEnv;
        return createRunner({ process, env: given }).run(command, variables, masking);
      },
    },
    get readerLeft() {
      return stdout.readerLeft;
    },
    get stdinIsTerminal() {
      return process.stdin.isTTY;
    },
    get stdoutIsTerminal() {
      return stdout.isTerminal;
    },
    get stderrIsTerminal() {
      return stderr.isTerminal;
    },
  };
}

/** Of `--sandbox=<reason>`. */
function reasonOf({ sandbox }: SharedOptions): string | undefined {
  return typeof sandbox === 'string' ? sandbox : undefined;
}

const shippedIds: ReadonlySet<string> = new Set(shipped.map(({ id }) => id));

/** What definitions are read, kept and shown with. Nothing heavy is loaded before it is used. */
function definitionsOf({ folders, platform, userId }: Environment): Parts['definitions'] {
  const guard = createFileGuard({ platform, userId });
  const schema = new URL('provider.schema.json', import.meta.url);
  const inProject = 'node_modules/connect-wizard/dist/provider.schema.json';
  let taken: Promise<Taken> | undefined;
  return {
    shipped: shippedDefinitions,
    files: createProviderFiles(folders.home, guard, folders.expand),
    taken: () => (taken ??= takenOf()),
    suffixes: async () => (await import('./adapters/public-suffix.js')).publicSuffix,
    schema: () => readFileSync(schema, 'utf8'),
    get schemaAddress() {
      return existsSync(inProject) ? `./${inProject}` : schema.href;
    },
    inLetters: domainToUnicode,
  };
}

async function takenOf(): Promise<Taken> {
  const { takenWords } = await import('./commands/taken.js');
  return { ...(await takenWords()), builtIns: await takenByShipped() };
}

async function closeAll(closers: Parts['closers']): Promise<void> {
  await Promise.all(closers.splice(0).map((close) => close()));
}

/** What is printed on stderr and on stdout looks the same: in colour where both are terminals. */
function styleOptions(parts: Parts, { color }: Pick<SharedOptions, 'color'>): StyleOptions {
  const { environment, stdout, stderr } = parts;
  const { colour, dumb, unicode } = environment;
  const wanted = colour ?? (!dumb && stderr.isTerminal && stdout.isTerminal);
  return {
    colour: color !== false && wanted,
    unicode,
    columns: columnsOf(parts),
    runnable: parts.runnable,
  };
}

const USUAL_COLUMNS = 80;

function columnsOf({ stdout, stderr }: Parts): number | undefined {
  const terminal = [stderr, stdout].find(({ isTerminal }) => isTerminal);
  // Terminals without a size of their own say 0 (`script`, `expect`).
  return terminal && (terminal.stream.columns || USUAL_COLUMNS);
}

/** Ctrl-C, and being told to end; inside a prompt, the terminal adapter sees Ctrl-C itself. */
function interruptionOf(process: NodeJS.Process): Interruption {
  const interruption = new Interruption();
  process.on('SIGINT', () => interruption.raise(130));
  process.on('SIGTERM', () => interruption.raise(143));
  process.on('SIGHUP', () => interruption.raise(143));
  return interruption;
}

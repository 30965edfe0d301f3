import { fileURLToPath } from 'node:url';
import { createBrowser } from './adapters/browser.js';
import { readEnvironment, type Environment } from './adapters/environment.js';
import { createHttp } from './adapters/http.js';
import { createKeychain } from './adapters/keychain.js';
import { createMemoryRecords, createMemoryStore } from './adapters/memory.js';
import { createRecords } from './adapters/records.js';
import { createSandbox } from './adapters/sandbox.js';
import { createSecretInput } from './adapters/secret-input.js';
import { createStores } from './adapters/stores.js';
import { createTerminal } from './adapters/terminal.js';
import { commandName, runCli, type CliOptions } from './cli.js';
import type { Session, SharedOptions } from './commands/command.js';
import { Interrupted, StoreError, WizardError } from './core/errors.js';
import { Interruption } from './core/interruption.js';
import { secretFields } from './core/field.js';
import { redact } from './core/secret.js';
import { exitCodes, verdicts } from './core/verdict.js';
import { formatAdvice } from './output/advice.js';
import { reportError } from './output/report-error.js';
import { createStyle } from './output/style.js';
import { providers } from './providers/index.js';

/** Variables besides the providers' own that hold a secret. */
const OTHER_SECRETS = ['CONNECT_WIZARD_PASSPHRASE'];

/** A person may need a minute to type the password of a keychain; a job has nobody to ask. */
const KEYCHAIN_LIMIT_MS = { interactive: 60_000, alone: 3000 };

/**
 * The composition root: reads the process, builds the adapters, runs the command.
 *
 * @param version of the package.
 * @returns the exit code.
 */
export async function main(process: NodeJS.Process, version: string): Promise<number> {
  const secretVariables = [
    ...providers.flatMap((provider) => secretFields(provider).map(({ env }) => env)),
    ...OTHER_SECRETS,
  ];
  const environment = readEnvironment(process, secretVariables);
  // It changes nothing here (see `adapters/http.ts`); Node would warn that it does.
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  const interruption = interruptionOf(process);
  const print = writer(process.stdout);
  const complain = writer(process.stderr);
  const closers: (() => unknown)[] = [];

  const cli: CliOptions = {
    providers,
    version,
    print,
    complain,
    begin: (shared) =>
      openSession(
        { process, version, environment, interruption, print, complain, closers },
        shared,
      ),
  };
  const args = process.argv.slice(2);
  let failure: { error: unknown } | undefined;
  let code: number = exitCodes.done;
  try {
    code = await interruption.race(runCli(cli, args));
  } catch (error) {
    failure = { error };
  }
  // The terminal is as it was before the last words are said.
  await Promise.all(closers.map((close) => close()));
  if (!failure) return code;

  const { error } = failure;
  if (error instanceof Interrupted) {
    // The other commands have nothing to save.
    const connecting = (commandName(cli, args) ?? 'connect') === 'connect';
    complain(connecting ? 'Nothing was saved.' : 'Interrupted.');
    return error.exitCode;
  }
  code = exitCodeOf(error);
  const style = createStyle(
    styleOptions(process, environment, { color: !args.includes('--no-color') }),
  );
  const json = args.includes('--json');
  reportError({ style, json, command: commandName(cli, args), print, complain }, error, code);
  return code;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof StoreError) return verdicts['store-error'].exitCode;
  return error instanceof WizardError ? exitCodes.usage : exitCodes.internal;
}

interface SessionParts {
  readonly process: NodeJS.Process;
  readonly version: string;
  readonly environment: Environment;
  readonly interruption: Interruption;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** What is open when the run ends. */
  readonly closers: (() => unknown)[];
}

function openSession(parts: SessionParts, shared: SharedOptions): Session {
  const { process, version, environment, interruption, print, complain, closers } = parts;
  const { platform, childEnv: env, nodePath, variable } = environment;
  const interactive =
    environment.stdinIsTerminal &&
    environment.stderrIsTerminal &&
    !environment.ci &&
    shared.input !== false;
  const style = createStyle(styleOptions(process, environment, shared));
  const terminal = createTerminal({
    input: process.stdin,
    output: process.stderr,
    interactive,
    accessible:
      shared.accessible === true ||
      environment.dumb ||
      variable('CONNECT_WIZARD_ACCESSIBLE') === '1',
    style,
    interruption,
    formatAdvice,
    redact,
  });
  const keychain = createKeychain({
    platform,
    env,
    nodePath,
    childPath: fileURLToPath(new URL('keychain-child.js', import.meta.url)),
    service: variable('CONNECT_WIZARD_KEYCHAIN_SERVICE') ?? 'connect-wizard',
    limitMs: interactive ? KEYCHAIN_LIMIT_MS.interactive : KEYCHAIN_LIMIT_MS.alone,
    onWaiting: () => {
      if (!interactive) return;
      terminal.tell(
        'Your keychain has not answered yet. Look for a window that asks for its password; waiting up to 60 s.',
      );
    },
  });
  const http = createHttp(
    {
      http: variable('http_proxy') ?? variable('HTTP_PROXY'),
      https: variable('https_proxy') ?? variable('HTTPS_PROXY'),
      none: variable('no_proxy') ?? variable('NO_PROXY'),
    },
    `connect-wizard/${version}`,
  );
  closers.push(
    () => terminal.close(),
    () => keychain.close(),
    () => http.close(),
  );
  // A run that is being ended has nothing to say any more; its last words are `main`'s.
  const unlessEnded = (say: (text: string) => void) => (text: string) => {
    if (!interruption.signal.aborted) say(text);
  };
  const available =
    shared.browser !== false && !shared.sandbox && environment.desktop && interactive;
  return {
    terminal,
    style,
    http: shared.sandbox ? createSandbox(providers) : http,
    interruption,
    print: unlessEnded(print),
    complain: unlessEnded(complain),
    variable,
    stores: createStores({ keychain: shared.sandbox ? createMemoryStore() : keychain }),
    records: shared.sandbox ? createMemoryRecords() : createRecords(environment.home),
    browser: createBrowser({ platform, env, available }),
    secretInput: createSecretInput(process.stdin),
    stdinIsTerminal: environment.stdinIsTerminal,
    clock: { now: () => new Date() },
  };
}

/** What is printed on stderr and on stdout looks the same: in colour where both are terminals. */
function styleOptions(
  process: NodeJS.Process,
  environment: Environment,
  { color }: Pick<SharedOptions, 'color'>,
) {
  const { stdoutIsTerminal, stderrIsTerminal, dumb } = environment;
  const wanted = environment.colour ?? (stdoutIsTerminal && stderrIsTerminal && !dumb);
  return {
    colour: color !== false && wanted,
    unicode: environment.unicode,
    columns: process.stderr.columns ?? process.stdout.columns,
  };
}

/** Ctrl-C, and being told to end; inside a prompt, the terminal adapter sees Ctrl-C itself. */
function interruptionOf(process: NodeJS.Process): Interruption {
  const interruption = new Interruption();
  process.on('SIGINT', () => interruption.raise(130));
  process.on('SIGTERM', () => interruption.raise(143));
  process.on('SIGHUP', () => interruption.raise(143));
  return interruption;
}

/** Every line goes through the redactor; a reader that has gone away (`| head -1`) is no fault. */
function writer(stream: NodeJS.WriteStream): (text: string) => void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return (text) => {
    stream.write(`${redact(text)}\n`);
  };
}

import { hostname } from 'node:os';
import { createBrowser } from './adapters/browser.js';
import { createClipboard } from './adapters/clipboard.js';
import { completionScript } from './adapters/completion-script.js';
import { createDiagnostics } from './adapters/diagnostics.js';
import { without } from './adapters/environment.js';
import { httpUntil } from './adapters/http-until.js';
import { createImportInput } from './adapters/import-input.js';
import { createPages } from './adapters/pages.js';
import { createRunner } from './adapters/runner.js';
import { VAULT_TOKEN_VARIABLES } from './adapters/secret-variables.js';
import { IGNORED_VARIABLES } from './adapters/vault/settings.js';
import type { Session, SharedOptions } from './commands/command.js';
import { DEFAULT_STORE, readStore } from './commands/options.js';
import type { KnownProvider } from './core/known-provider.js';
import { reveal } from './core/secret.js';
import type { StoreOptions } from './core/store.js';
import { isVaultId } from './core/vault-id.js';
import { ownProviders, type ApprovableFile } from './flows/definitions/own-definitions.js';
import { providers as shipped, shippedIds } from './known-providers.js';
import type { Output } from './output/output.js';
import { createStyle } from './output/style.js';
import { closeAll, lineOn, styleOptions, type Parts } from './parts.js';
import { sandboxServices } from './sandbox-services.js';
import { clock, createServices } from './services.js';
import { createTerminal } from './terminal/terminal.js';

/** Opens everything that a command works with. Help and a refused command line don't need it. */
export async function openSession(
  parts: Parts,
  shared: SharedOptions,
  { where, provider }: { where: StoreOptions; provider: KnownProvider | undefined },
): Promise<Session> {
  const { process, version, environment, interruption, stdout, stderr, closers } = parts;
  const { platform, childEnv: env, variable } = environment;
  // stdin comes last: Node creates it on access, and scripts often don't need it.
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
    // Inquirer begins a new line after a line that fills the last column.
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
    if (SAYS_NO.has(variable(name) ?? '')) continue;
    terminal.warn(`${name} is not followed: the certificate of a Vault is always verified.`);
  }
  // A run that is being ended prints nothing more. `main` prints the last message.
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
    // It doesn't matter here whether somebody is at the terminal.
    open:
      shared.browser !== false && environment.desktop
        ? (url) => createBrowser({ platform, env, available: true }).open(url)
        : undefined,
    ssh: variable('SSH_CONNECTION'),
  });
  closers.push(() => pages.close());
  const { approvals, providerFiles: files } = services;
  const definitions = { ...parts.definitions, files, approvals };
  const ask = async (file: ApprovableFile): Promise<boolean> => {
    const { inLetters } = definitions;
    const { definitionText } = await import('./output/definition.js');
    lineOn(parts, stderr)(definitionText(style, file, { today: clock.now(), inLetters }));
    lineOn(parts, stderr)('');
    return terminal.confirm('Whoever wrote this file chose these hosts. Add it?');
  };
  const approval = {
    approvals,
    ask: interactive ? ask : undefined,
    onUse: services.noteOwn,
  };
  const own = ownProviders({ ...definitions, approval }, shippedIds);
  const providers = [...shipped, ...own];
  const available =
    shared.browser !== false && !shared.sandbox && environment.desktop && interactive;
  return {
    ...services,
    http: httpUntil(interruption.signal, services.http),
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
    printSecret: (secret) => stdout.writeAsItIs(reveal(secret)),
    variable,
    completionScript,
    browser: createBrowser({ platform, env, available }),
    clipboard: createClipboard({
      platform,
      env,
      // The Linux console has no clipboard, and a dumb terminal accepts no escape sequences.
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
        // The terminal belongs to the program now, and none of our child processes must stay.
        await closeAll(closers);
        const { execEnv } = environment;
        // A program that gets one credential must not get the key to all of the team's.
        const isGuarded = [shared.store, variable(DEFAULT_STORE)].some(
          (storeId) => storeId !== undefined && isVaultId(storeId),
        );
        const childEnv = isGuarded ? without(execEnv, platform, VAULT_TOKEN_VARIABLES) : execEnv;
        return createRunner({ process, env: childEnv }).run(command, variables, masking);
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

/** The values that mean "no" to Vault's own command line, which is written in Go. */
const SAYS_NO: ReadonlySet<string> = new Set(['', '0', 'f', 'F', 'false', 'False', 'FALSE']);

/** The reason in `--sandbox=<reason>`. */
function reasonOf({ sandbox }: SharedOptions): string | undefined {
  return typeof sandbox === 'string' ? sandbox : undefined;
}

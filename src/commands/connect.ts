import { UsageError } from '../core/errors.js';
import { fieldFlags } from '../core/field.js';
import type { Field, Guide, Provider } from '../core/provider.js';
import { secretFields } from '../core/field.js';
import { Secret } from '../core/secret.js';
import { checkName } from '../core/name.js';
import { reportVerdict, type Report } from '../core/report.js';
import { isAccepted } from '../core/verdict.js';
import type { SuppliedValue } from '../flows/connect/supplied.js';
import { connect, type Connected, type ConnectOptions } from '../flows/connect/connect.js';
import { formatAdvice } from '../output/style.js';
import { connectedText, ladderLine } from '../output/text.js';
import {
  badOption,
  defaultStore,
  readStore,
  readTimeout,
  REPLACE,
  finish,
  TIMEOUT,
  withSharedOptions,
  type CommandDefinition,
  type Program,
  type Session,
  type SharedOptions,
} from './command.js';

/** As commander hands them over: a field's flags by their camel-cased name, and these. */
interface RawOptions extends SharedOptions {
  readonly name?: string;
  readonly store?: string;
  readonly need?: string;
  readonly replace?: boolean;
  readonly allowUnverified?: boolean;
  readonly timeout: string;
}

/** `connect-wizard <provider>`: the wizard, its options made from the definition. */
export function connectCommand(provider: Provider): CommandDefinition {
  const { id, name, summary, fields, capabilities } = provider;
  return {
    name: id,
    summary,
    define(command, program) {
      command.description(`Connect ${name}: ${summary}.`);
      for (const field of fields) {
        for (const flag of fieldFlags(field)) command.option(flag, flagHelp(field, flag));
      }
      command
        .option('--name <name>', `name of the connection (default: ${id}/<tenant>)`)
        .option(
          '--store <store>',
          'where the secret goes: keychain (the default), file, helper:<program>, or none to verify only',
        )
        .option(
          '--need <a,b>',
          `what it must be able to do: ${capabilities.map((each) => each.id).join(', ')}`,
        )
        .option(...REPLACE)
        .option('--allow-unverified', 'store it although the provider could not be asked')
        .option(...TIMEOUT)
        .option('--no-browser', 'never offer to open a page')
        .option('--sandbox', 'rehearse it all: nothing is sent, nothing is stored');
      withSharedOptions(command);
      command.addHelpText('after', `\nVariables: ${fields.map(({ env }) => env).join(', ')}`);
      command.action(async () => {
        const options = command.optsWithGlobals<RawOptions>();
        const session = await program.begin(options);
        program.exit(await runConnect(program, provider, session, options));
      });
    },
  };
}

export function flagHelp({ label, kind, example, env }: Field, flag: string): string {
  if (kind !== 'secret') return `${label}, such as ${example} (or ${env})`;
  return flag.endsWith('-stdin')
    ? `read the ${label} from standard input (or ${env})`
    : `read the ${label} from a file`;
}

/** The wizard's run, from options to exit code. */
export async function runConnect(
  program: Pick<Program, 'providers' | 'definitions'>,
  provider: Provider,
  session: Session,
  raw: RawOptions,
): Promise<number> {
  if (raw.sandbox) announceSandbox(session, provider, raw);
  const options = {
    ...(await parseConnect(program.providers, provider, session, raw)),
    guide: await guideFor(program, provider, session),
  };
  return printConnected(
    session,
    raw,
    'connect',
    provider,
    await connect(session, provider, options),
  );
}

/** What helps at the questions; loaded only where there are any. */
export async function guideFor(
  { definitions }: Pick<Program, 'definitions'>,
  { id }: Provider,
  { terminal }: Pick<Session, 'terminal'>,
): Promise<Guide | undefined> {
  if (!terminal.interactive) return undefined;
  return (await definitions()).find((each) => each.id === id)?.guide;
}

/** How a connect or a rotation ended. @returns the exit code. */
export function printConnected(
  session: Session,
  options: SharedOptions,
  command: string,
  provider: Provider,
  { report, told }: Connected,
): number {
  return finish(session, options, command, [report], () => {
    if (report.stored || isAccepted(reportVerdict(report))) {
      const { interactive } = session.terminal;
      // Set off from the questions above; on a pipe it stands alone.
      if (interactive) session.printError('');
      session.print(connectedText(session.style, provider, report, interactive));
      return;
    }
    if (!told) {
      session.printError(formatAdvice(session.style, session.style.bad, report.advice));
      for (const line of ladderLine(session.style, report.ladder)) session.printError(line);
    }
    session.printError(nothingSaved(report));
  });
}

function nothingSaved({ reason }: Report): string {
  return `Nothing was saved. (${reason})`;
}

type ParseSession = Pick<
  Session,
  'variable' | 'secretInput' | 'stdinIsTerminal' | 'stores' | 'terminal'
>;

/**
 * From flags and variables to the flow's options.
 *
 * @throws {UsageError} one of them cannot be used.
 */
export async function parseConnect(
  providers: readonly Provider[],
  provider: Provider,
  session: ParseSession,
  raw: RawOptions,
): Promise<ConnectOptions> {
  return {
    name:
      raw.name === undefined
        ? undefined
        : checkName(
            raw.name,
            providers.map(({ id }) => id),
          ),
    store: raw.store === undefined ? undefined : readStore(session.stores, '--store', raw.store),
    defaultStore: defaultStore(session),
    needs: raw.need === undefined ? undefined : readNeeds(provider, raw.need),
    replace: raw.replace ?? false,
    allowUnverified: raw.allowUnverified ?? false,
    timeoutMs: readTimeout(raw.timeout),
    supplied: await withSandboxValues(provider, session, raw),
    askDirectly: askDirectly(provider, raw),
  };
}

/** Who says where a secret comes from has it: on a terminal, it is asked for at once. */
export function askDirectly(provider: Provider, raw: object): ReadonlySet<string> {
  const flag = flagsOf(raw);
  const named = secretFields(provider).filter((field) => flag(`${field.flag}-stdin`) === true);
  return new Set(named.map(({ id }) => id));
}

/** A field's flags, which commander keeps by their camel-cased name. */
function flagsOf(raw: object): (name: string) => string | boolean | undefined {
  const flags = raw as Readonly<Record<string, string | boolean | undefined>>;
  return (name) => flags[name.replaceAll(/-(\w)/gu, (_, letter: string) => letter.toUpperCase())];
}

/** What there is to type, before anything is asked. */
function announceSandbox(session: Session, provider: Provider, { json, quiet }: RawOptions): void {
  if (json || quiet) return;
  const { terminal } = session;
  terminal.note(`Sandbox: a simulated ${provider.name}; nothing is sent, nothing is stored.`);
  terminal.note('It takes:');
  for (const { id, label } of provider.fields) {
    terminal.note(`  ${label}: ${provider.sandbox.values[id]}`);
  }
  if (terminal.interactive) session.printError('');
}

/** At most four, so that a check stays far below every provider's request limit. */
const MOST_NEEDS = 4;

function readNeeds(provider: Provider, value: string): string[] {
  const known = provider.capabilities.map(({ id }) => id);
  const needs = [...new Set(value.split(',').map((each) => each.trim()))].filter(
    (each) => each !== '',
  );
  if (
    needs.length > 0 &&
    needs.length <= MOST_NEEDS &&
    needs.every((each) => known.includes(each))
  ) {
    return needs;
  }
  throw badOption(
    '--need',
    `one to ${MOST_NEEDS} of these, with commas between: ${known.join(', ')}`,
  );
}

/** Where nobody can be asked, the sandbox's own values stand in for those not given. */
async function withSandboxValues(
  provider: Provider,
  session: ParseSession,
  raw: RawOptions,
): Promise<Map<string, SuppliedValue>> {
  const supplied = await readSupplied(provider, session, raw);
  if (!raw.sandbox || session.terminal.interactive) return supplied;
  for (const { id, kind } of provider.fields) {
    const value = provider.sandbox.values[id];
    if (value === undefined || supplied.has(id)) continue;
    supplied.set(id, { value: kind === 'secret' ? new Secret(value) : value });
  }
  return supplied;
}

/**
 * What flags and variables give of the provider's fields: a flag counts first, an empty value as missing.
 *
 * @param raw as commander hands them over, a field's flags by their camel-cased name.
 * @throws {UsageError} one of them cannot be used.
 */
export async function readSupplied(
  provider: Provider,
  session: Pick<Session, 'variable' | 'secretInput' | 'stdinIsTerminal'>,
  raw: object,
): Promise<Map<string, SuppliedValue>> {
  const flag = flagsOf(raw);
  const fromStdin = secretFields(provider).filter((field) => flag(`${field.flag}-stdin`) === true);
  if (fromStdin.length > 1) {
    throw new UsageError({
      what: 'Only one value can come from standard input',
      next: `Use one of ${fromStdin.map((each) => `--${each.flag}-stdin`).join(', ')}.`,
    });
  }

  const supplied = new Map<string, SuppliedValue>();
  for (const field of provider.fields) {
    const { id, label, kind, env } = field;
    let value: string | boolean | undefined;
    if (kind === 'secret') {
      const path = flag(`${field.flag}-file`);
      if (flag(`${field.flag}-stdin`) === true && typeof path === 'string') {
        throw new UsageError({
          what: `${label} is given twice`,
          next: `Use either --${field.flag}-stdin or --${field.flag}-file.`,
        });
      }
      if (typeof path === 'string') value = await session.secretInput.fromFile(label, path);
      else if (fromStdin.includes(field)) {
        // On a terminal the person is the standard input: they are asked, with a masked prompt.
        if (session.stdinIsTerminal) continue;
        value = await session.secretInput.fromStdin(label);
      }
    } else {
      value = flag(field.flag);
    }
    const variable = session.variable(env);
    if (typeof value === 'string' && value !== '') {
      supplied.set(id, { value: kind === 'secret' ? new Secret(value) : value.trim() });
    } else if (variable !== undefined) {
      supplied.set(id, {
        value: kind === 'secret' ? new Secret(variable) : variable.trim(),
        variable: env,
      });
    }
  }
  return supplied;
}

import { UsageError } from '../core/errors.js';
import { checkName } from '../core/name.js';
import type { Guide } from '../core/guide.js';
import { loadProvider } from '../core/known-provider.js';
import type { Provider } from '../core/provider.js';
import { Secret } from '../core/secret.js';
import { commandLine } from '../core/shell.js';
import { connect } from '../flows/connect/connect.js';
import { MOST_NEEDS, type ConnectOptions } from '../flows/connect/run.js';
import type { SuppliedValue } from '../flows/connect/supplied.js';
import {
  badOption,
  defaultStore,
  loadGuided,
  NO_BROWSER,
  readStore,
  readTimeout,
  REPLACE,
  TIMEOUT,
  type Command,
  type Option,
  type Session,
} from './command.js';
import { askDirectly, fieldOptions, readSupplied } from './field-options.js';
import { finishConnected } from './result.js';
import { pageFor, readWeb, WEB, type WebOptions } from './web-option.js';

/** A provider's flags by their camel-cased name, and these. */
interface Options extends WebOptions {
  readonly name?: string;
  readonly store?: string;
  readonly need?: string;
  readonly replace?: boolean;
  readonly allowUnverified?: boolean;
  readonly timeout: string;
}

/** What the command line alone decides; the flags of the fields are read once the run begins. */
interface Parsed extends Pick<
  ConnectOptions,
  'needs' | 'replace' | 'allowUnverified' | 'timeoutMs'
> {
  readonly name: string | undefined;
  readonly web: ReturnType<typeof readWeb>;
  readonly options: Options;
}

/** `connect-wizard <provider>`: the wizard, its options made from the definition. */
export function connectCommand(
  provider: Provider,
  reservedNames: readonly string[],
): Command<Options, Parsed> {
  const { id, name, summary, fields } = provider;
  return {
    name: id,
    summary,
    description: `Connect ${name}: ${summary}.`,
    examples: [
      `connect-wizard ${id}`,
      `connect-wizard ${id} --sandbox`,
      `connect-wizard guide ${id}`,
    ],
    arguments: [],
    keeps: true,
    options: [...fieldOptions(fields), ...wizardOptions(provider)],
    notes: [`Variables: ${fields.map(({ env }) => env).join(', ')}`],
    parse: ({ options }) => ({
      name: options.name === undefined ? undefined : checkName(options.name, reservedNames),
      needs: options.need === undefined ? undefined : readNeeds(provider, options.need),
      replace: options.replace ?? false,
      allowUnverified: options.allowUnverified ?? false,
      timeoutMs: readTimeout(options.timeout),
      web: readWeb(options),
      options,
    }),
    // Loaded again: what was enough to read the command line may not be approved.
    async run(session, parsed) {
      const usable = await loadProvider(session.providers, id);
      if (usable) return runConnect(session, usable, parsed);
      throw new UsageError({ what: `The definition of ${id} is gone`, next: 'Add it again.' });
    },
  };
}

/** The options that every provider's wizard has. */
export function wizardOptions(provider: Pick<Provider, 'id' | 'capabilities'>): Option[] {
  return [
    { flags: '--name <name>', says: `name of the connection (default: ${provider.id}/<tenant>)` },
    {
      flags: '--store <store>',
      says: 'where the secret goes: keychain (the default), file, helper:<program>, vault:<mount>/<path>, or none to verify only',
      takes: 'store',
    },
    ...needOption(provider),
    REPLACE,
    {
      flags: '--allow-unverified',
      says: 'store it although the provider could not be asked',
    },
    TIMEOUT,
    ...WEB,
    NO_BROWSER,
    {
      flags: '--sandbox [reason]',
      says: `rehearse it all: nothing is sent, nothing is stored; with a reason (connect-wizard providers ${provider.id} lists them), how that looks`,
    },
  ];
}

function needOption({ capabilities }: Pick<Provider, 'capabilities'>): Option[] {
  if (capabilities.length === 0) return [];
  const ids = capabilities.map((each) => each.id).join(', ');
  return [
    {
      flags: '--need <a,b>',
      says: `what it must be able to do: ${ids}`,
      takes: 'capabilities',
    },
  ];
}

/** The wizard's run, from what the command line says to the exit code. */
export async function runConnect(
  session: Session,
  provider: Provider,
  { options, web, ...parsed }: Parsed,
): Promise<number> {
  const { store, sandbox } = options;
  const { situation } = session;
  if (sandbox) announceSandbox(session, provider);
  await announceRequests(session, provider);
  const connected = await connect(session, provider, {
    ...parsed,
    needs: parsed.needs ?? situation?.needs,
    store: store === undefined ? undefined : readStore(session.stores, '--store', store),
    defaultStore: defaultStore(session),
    rehearsal: Boolean(sandbox),
    supplied: await withSandboxValues(provider, session, options),
    askDirectly: askDirectly(provider, options),
    reservedNames: session.providers.map(({ id }) => id),
    guide: await guideFor(session, provider),
    page: await pageFor(session, provider, web),
  });
  return finishConnected(session, 'connect', provider, connected);
}

/** What helps at the questions; loaded only if there are any. */
export async function guideFor(session: Session, { id }: Provider): Promise<Guide | undefined> {
  if (!session.terminal.interactive) return undefined;
  return (await loadGuided(session, id))?.guide;
}

/** What this machine waits for, so that nobody asks for it twice. */
async function announceRequests(session: Session, { id }: Provider): Promise<void> {
  const { requests, terminal, invocation } = session;
  if (!terminal.interactive) return;
  const { open } = await requests.list();
  for (const { name, provider, host, createdAt } of open) {
    if (provider !== id) continue;
    const of = host === null ? '' : ` for ${host}`;
    terminal.note(
      `${name}${of} waits for an answer since ${createdAt.slice(0, 10)}. Once it is here: ${commandLine(invocation, ['accept'])}`,
    );
  }
}

/** What there is to type, before anything is asked. */
function announceSandbox(session: Session, provider: Provider): void {
  const { terminal, json, quiet, situation } = session;
  if (json || quiet) return;
  terminal.note(`Sandbox: a simulated ${provider.name}; nothing is sent, nothing is stored.`);
  terminal.note('It takes:');
  for (const { id, label } of provider.fields) {
    terminal.note(`  ${label}: ${provider.sandbox.values[id]}`);
  }
  if (situation) terminal.note(`What happens then: ${situation.title}.`);
  if (terminal.interactive) session.printError('');
}

/** Why a connection can't need that, or undefined. */
export function needsFault(
  { capabilities }: Provider,
  needs: readonly string[],
): string | undefined {
  if (capabilities.length === 0)
    return 'nothing: this provider has no capability that can be asked for';
  const known = capabilities.map(({ id }) => id);
  const fits =
    needs.length > 0 && needs.length <= MOST_NEEDS && needs.every((each) => known.includes(each));
  return fits
    ? undefined
    : `one to ${MOST_NEEDS} of these, with commas between: ${known.join(', ')}`;
}

/** `--need` in its parts. @throws {UsageError} one is not known, or there are too many. */
export function readNeeds(provider: Provider, value: string): string[] {
  const needs = [...new Set(value.split(',').map((each) => each.trim()))].filter(
    (each) => each !== '',
  );
  const fault = needsFault(provider, needs);
  if (fault !== undefined) throw badOption('--need', fault);
  return needs;
}

/** Without a terminal, the sandbox's own values are taken for those that are missing. */
async function withSandboxValues(
  provider: Provider,
  session: Session,
  options: Options,
): Promise<Map<string, SuppliedValue>> {
  const supplied = await readSupplied(provider, session, options);
  if (!options.sandbox || options.web || session.terminal.interactive) return supplied;
  for (const { id, kind } of provider.fields) {
    const value = provider.sandbox.values[id];
    if (value === undefined || supplied.has(id)) continue;
    supplied.set(id, { value: kind === 'secret' ? new Secret(value) : value });
  }
  return supplied;
}

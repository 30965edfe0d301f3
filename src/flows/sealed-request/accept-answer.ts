import type { Connection } from '../../core/connection.js';
import { ConnectionError, UsageError, type HostError } from '../../core/errors.js';
import { stripInvisible } from '../../core/field.js';
import type { Finding } from '../../core/finding.js';
import { hostTyped, readHost } from '../../core/host.js';
import type { Context } from '../../core/ports.js';
import { loadProvider, type LoadableProvider } from '../../core/known-provider.js';
import type { Provider } from '../../core/provider.js';
import { askAgain } from '../../core/sealed/payload.js';
import type { RequestItem } from '../../core/sealed/request.js';
import { Secret } from '../../core/secret.js';
import { connect, type Connected } from '../connect/connect.js';
import type { ConnectOptions } from '../connect/run.js';
import type { SuppliedValue } from '../connect/supplied.js';
import { withoutQuestions } from '../connect/without-questions.js';
import { findConnection } from '../connections/find.js';
import { closeAnswered } from './end-request.js';
import { openAnswer, type OpenedAnswer } from './open-answer.js';
import type { RequestPorts } from './ports.js';

export interface AcceptOptions extends Pick<
  ConnectOptions,
  'name' | 'store' | 'defaultStore' | 'replace' | 'allowUnverified' | 'timeoutMs' | 'reservedNames'
> {
  /** `--need`, once the provider is known. If it returns undefined, the request's needs count. */
  readonly needs: (provider: Provider) => readonly string[] | undefined;
  /** Go ahead although the request named no host. */
  readonly yes: boolean;
}

export interface AcceptedAnswer extends Connected {
  readonly provider: Provider;
  /** The request that was answered. */
  readonly request: string;
}

/**
 * Opens a sealed answer and connects with it as a run without a terminal does: verify, store, read
 * back. Only then is the request's key deleted. A refused answer leaves the request open.
 *
 * @param answer text, or the bytes of an age file.
 * @throws {UsageError} it contains no answer, or not what was asked for.
 * @throws {ConnectionError} it belongs to no open request, or to another provider or host.
 */
export async function acceptAnswer(
  context: Context & Pick<RequestPorts, 'requests' | 'sealing'>,
  providers: readonly LoadableProvider[],
  answer: string | Uint8Array,
  { yes, needs, ...options }: AcceptOptions,
): Promise<AcceptedAnswer> {
  const opened = await openAnswer(context, answer);
  const { record, item } = opened;
  context.terminal.done(`The answer to ${record.name} is opened`);
  const provider = await providerOf(providers, item);
  const supplied = suppliedBy(provider, opened);
  const isAnybodys = !yes && mayBeAnybodys(provider, item);
  if (isAnybodys && !context.terminal.interactive) throw unnamedHost(provider, item, supplied);
  const { terminal } = context;
  const { report, shown } = await connect(
    { ...context, terminal: withoutQuestions(terminal) },
    provider,
    {
      ...options,
      name: options.name ?? item.rotates,
      needs: needs(provider) ?? (item.needs.length > 0 ? item.needs : undefined),
      supplied,
      rotating: await rotatedBy(context, item),
      beforeSave: isAnybodys ? (finding) => askWhose(terminal, finding) : undefined,
    },
  );
  const warnings = report.stored ? await closeAnswered(context, record) : [];
  return {
    report: { ...report, warnings: [...report.warnings, ...warnings] },
    shown,
    provider,
    request: record.name,
  };
}

async function providerOf(
  providers: readonly LoadableProvider[],
  { name, provider: id }: RequestItem,
): Promise<Provider> {
  const found = await loadProvider(providers, id);
  if (found) return found;
  throw new UsageError({
    what: `The answer to ${name} cannot be used`,
    why: 'its provider is not known here',
    next: 'Use the newest connect-wizard, or add the definition of the provider again.',
  });
}

/** The values from the store and from the answer. */
function suppliedBy(
  provider: Provider,
  { item, fields: answered }: OpenedAnswer,
): ReadonlyMap<string, SuppliedValue> {
  const again = askAgain(item);
  return new Map(
    provider.fields.flatMap((field): [string, SuppliedValue][] => {
      const raw = answered[field.id] ?? item.fields[field.id];
      if (raw === undefined) return [];
      const { value } = stripInvisible(raw);
      return [[field.id, { value: field.kind === 'secret' ? new Secret(value) : value, again }]];
    }),
  );
}

/**
 * The host could belong to anybody: nobody here named it, or the provider's host can be any host.
 */
function mayBeAnybodys({ hosts }: Provider, { host, rotates }: RequestItem): boolean {
  return host === null || (hosts.selfHosted && rotates === undefined);
}

/** Without a person, no credential is sent to such a host. */
function unnamedHost(
  provider: Provider,
  item: RequestItem,
  supplied: ReadonlyMap<string, SuppliedValue>,
): UsageError | HostError {
  const address = hostTyped(provider, (id) => supplied.get(id)?.value);
  const [host] = readHost(provider, address).candidates;
  return new UsageError(
    {
      what:
        item.host === null
          ? `The answer is for ${host}, which the request did not name`
          : `The answer is for ${host}, and any host can be one of ${provider.name}`,
      why: 'nothing was sent there',
      next: 'If that is the right one, accept the answer again with --yes.',
    },
    'input-needed',
    {
      steps: [
        {
          args: ['accept', '--yes'],
          when: 'If that is the right host: on a terminal, this asks for the answer again.',
        },
      ],
      needsPerson: true,
    },
  );
}

/** @throws {UsageError} the person says no. */
async function askWhose(terminal: Context['terminal'], finding: Finding): Promise<void> {
  const { host, identity } = finding;
  const whose = identity ? `, and acts as ${identity.label}` : '';
  terminal.note(`The answer is for ${host}${whose}.`);
  if (await terminal.confirm('Is that right? Then it is stored.')) return;
  throw new UsageError({
    what: 'The answer was not stored',
    why: `${host} was not meant`,
    next: 'The request stays open: ask for another answer, or end it with connect-wizard remove.',
  });
}

/**
 * The connection whose secret is replaced; undefined if it no longer exists and is connected again.
 */
async function rotatedBy(
  context: Pick<Context, 'records'>,
  { name, rotates, host }: RequestItem,
): Promise<Connection | undefined> {
  if (rotates === undefined) return undefined;
  let connection: Connection;
  try {
    ({ connection } = await findConnection(context, rotates));
  } catch (error) {
    if (error instanceof ConnectionError && error.reason === 'not-stored') return undefined;
    throw error;
  }
  if (connection.host === host) return connection;
  throw new ConnectionError(name, 'other-tenant', {
    what: `${rotates} is not the connection that the answer is for`,
    why: `it is at ${connection.host} now, and the answer is for ${host ?? 'another host'}`,
    next: `Nothing was stored. To keep both, accept the answer with another --name.`,
  });
}

import type { Connection } from '../../core/connection.js';
import { ConnectionError, StoreError } from '../../core/errors.js';
import { secretFields } from '../../core/field.js';
import { fillText } from '../../core/fill.js';
import type { Values } from '../../core/stored-item.js';
import type { Context } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';
import { Secret } from '../../core/secret.js';
import type { SuppliedValue } from './supplied.js';
import { connect, type Connected, type ConnectOptions } from './connect.js';
import { findConnection } from '../connections/find.js';
import { openCredential, providerOfRecord } from '../store/open-credential.js';

export interface RotateOptions {
  /** An exact name, or the id of a provider that has one connection. */
  readonly name: string;
  /** Gives what came with the command, once the provider is known. */
  readonly supplied: (provider: Provider) => Promise<ReadonlyMap<string, SuppliedValue>>;
  /** `--store`: where the new secret goes, or which one is meant, if several places have the name. */
  readonly store?: string | undefined;
  readonly replace: boolean;
  readonly timeoutMs: number;
  /** The same as of a connect, once the provider is known. */
  readonly helped: (provider: Provider) => Promise<Pick<ConnectOptions, 'guide' | 'askDirectly'>>;
}

/**
 * Replaces the secret of a connection. The old one stays until the provider has accepted the new
 * one, and comes back where the new one cannot be stored.
 *
 * @throws {ConnectionError} there is no such connection, or its store cannot be read.
 */
export async function rotate(
  context: Context,
  providers: readonly Provider[],
  options: RotateOptions,
): Promise<Connected & { readonly provider: Provider }> {
  const { connection } = await findConnection(context, options.name, options.store);
  const provider = providerOfRecord(providers, connection);
  const old = await oldValues(context, provider, connection);
  const supplied = new Map<string, SuppliedValue>();
  for (const [id, value] of Object.entries(connection.fields)) supplied.set(id, { value });
  for (const [id, each] of await options.supplied(provider)) {
    // A variable often still holds what is stored: it is the new one only where it differs.
    const same = each.variable !== undefined && isSame(each.value, old[id]);
    if (!same) supplied.set(id, each);
  }
  const shared = await sharedWith(context, provider, connection);
  const connected = await connect(context, provider, {
    supplied,
    name: connection.name,
    store: options.store,
    defaultStore: connection.store,
    replace: options.replace,
    allowUnverified: false,
    timeoutMs: options.timeoutMs,
    current: secretsOf(provider, old),
    shared,
    ...(await options.helped(provider)),
  });
  const { report, told } = connected;
  const warnings =
    shared === undefined || !report.stored
      ? report.warnings
      : [...report.warnings, { code: 'also-stored', message: shared }];
  return { report: { ...report, warnings }, told, provider };
}

/** What to know of the other connections with the same owner: they may hold the same secret. */
async function sharedWith(
  { records }: Context,
  provider: Provider,
  { name, host, identity }: Connection,
): Promise<string | undefined> {
  if (!identity) return undefined;
  const { connections } = await records.list();
  const names = connections
    .filter((each) => each.name !== name && each.provider === provider.id && each.host === host)
    .filter((each) => each.identity?.id === identity.id)
    .map((each) => each.name);
  if (names.length === 0) return undefined;
  return fillText(provider.rotation.shared, { names: names.join(', ') });
}

/** What is stored now; nothing where the secret is lost, which a new one mends. */
async function oldValues(
  context: Context,
  provider: Provider,
  connection: Connection,
): Promise<Values> {
  try {
    return (await openCredential(context, provider, connection)).values;
  } catch (error) {
    if (error instanceof ConnectionError && error.reason === 'secret-lost') return {};
    // A store does not know whose secret it failed to give.
    if (!(error instanceof StoreError)) throw error;
    throw new ConnectionError(connection.name, error.reason, error.advice, { cause: error });
  }
}

function secretsOf(provider: Provider, values: Values): ReadonlyMap<string, Secret> {
  const secrets = new Map<string, Secret>();
  for (const { id } of secretFields(provider)) {
    const value = values[id];
    if (value instanceof Secret) secrets.set(id, value);
  }
  return secrets;
}

function isSame(value: string | Secret, old: string | Secret | undefined): boolean {
  return value instanceof Secret && old instanceof Secret && value.equals(old);
}

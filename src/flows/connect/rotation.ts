import type { Connection } from '../../core/connection.js';
import { ConnectionError, StoreError } from '../../core/errors.js';
import { secretFields } from '../../core/field.js';
import { fillText } from '../../core/fill.js';
import { hostAnswers } from '../../core/tenant.js';
import type { Context } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';
import { Secret } from '../../core/secret.js';
import type { Values } from '../../core/stored-item.js';
import { openCredential } from '../store/open-credential.js';
import type { FieldId } from './draft.js';
import type { SuppliedValue } from './supplied.js';

/** What a rotation knows in addition to every connect. */
export interface Rotation {
  /** The secrets that are being replaced. There are none if they are lost; new ones fix that. */
  readonly current: ReadonlyMap<FieldId, Secret>;
  /** What came with the command, and the connection's fields. */
  readonly supplied: ReadonlyMap<FieldId, SuppliedValue>;
  /** A note about other connections of the same owner, which may use the same secret. */
  readonly shared: string | undefined;
}

/**
 * Of what was given, only the secrets count. A new secret goes to the same place as the old one,
 * with the other values from the store. A record decides neither, because others may have written
 * it.
 *
 * @throws {ConnectionError} the store can't be read, or has another tenant's secret.
 */
export async function openRotation(
  context: Context,
  provider: Provider,
  connection: Connection,
  supplied: ReadonlyMap<FieldId, SuppliedValue>,
): Promise<Rotation> {
  const stored = await storedValues(context, provider, connection);
  const current = secretsOf(provider, stored);
  const values = new Map<FieldId, SuppliedValue>();
  for (const { id, kind } of provider.fields) {
    const each = kind === 'secret' ? supplied.get(id) : plainValue(stored[id]);
    if (!each) continue;
    const old = current.get(id);
    // A variable often still holds the stored secret. It's a new one only if it differs.
    const same = old && each.value instanceof Secret && each.value.matches(old);
    if (!(each.variable !== undefined && same)) values.set(id, each);
  }
  return { current, supplied: values, shared: await sharedWith(context, provider, connection) };
}

function plainValue(value: string | Secret | undefined): SuppliedValue | undefined {
  return typeof value === 'string' ? { value } : undefined;
}

async function storedValues(
  context: Context,
  provider: Provider,
  connection: Connection,
): Promise<Values> {
  try {
    return (await openCredential(context, provider, connection)).values;
  } catch (error) {
    if (error instanceof ConnectionError && error.reason === 'secret-lost') {
      return ofRecord(provider, connection);
    }
    // A store doesn't know which connection it failed for.
    if (!(error instanceof StoreError)) throw error;
    throw new ConnectionError(connection.name, error.reason, error.advice, { cause: error });
  }
}

/**
 * If the secret is lost, so is everything that says whose it was. The record is then believed only
 * if the provider's hosts are on a list.
 *
 * @throws {ConnectionError} `secret-lost`: the provider's host can be any host.
 */
function ofRecord(provider: Provider, { name, host, fields }: Connection): Values {
  if (!provider.hosts.selfHosted) return { ...fields, ...hostAnswers(provider, host) };
  throw new ConnectionError(name, 'secret-lost', {
    what: `The secret of ${name} is gone`,
    why: `nothing but its record says that ${host} is its host, and any host can be one of ${provider.name}`,
    next: `Connect it again, and say which host is yours: connect-wizard ${provider.id} --name ${name}`,
  });
}

function secretsOf(provider: Provider, values: Values): ReadonlyMap<FieldId, Secret> {
  const secrets = new Map<FieldId, Secret>();
  for (const { id } of secretFields(provider)) {
    const value = values[id];
    if (value instanceof Secret) secrets.set(id, value);
  }
  return secrets;
}

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

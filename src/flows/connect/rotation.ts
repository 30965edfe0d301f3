import type { Connection } from '../../core/connection.js';
import { ConnectionError, StoreError } from '../../core/errors.js';
import { secretFields } from '../../core/field.js';
import { fillText } from '../../core/fill.js';
import type { Context } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';
import { Secret } from '../../core/secret.js';
import type { Values } from '../../core/stored-item.js';
import { openCredential } from '../store/open-credential.js';
import type { FieldId } from './draft.js';
import type { SuppliedValue } from './supplied.js';

/** What a rotation knows beside what every connect does. */
export interface Rotation {
  /** The secrets that are replaced; none if they are lost, which new ones mend. */
  readonly current: ReadonlyMap<FieldId, Secret>;
  /** What came with the command, and the fields of the connection. */
  readonly supplied: ReadonlyMap<FieldId, SuppliedValue>;
  /** What to know of other connections of the same owner: they may hold the same secret. */
  readonly shared: string | undefined;
}

/** @throws {ConnectionError} the store cannot be read, or has another tenant's secret. */
export async function openRotation(
  context: Context,
  provider: Provider,
  connection: Connection,
  given: ReadonlyMap<FieldId, SuppliedValue>,
): Promise<Rotation> {
  const current = secretsOf(provider, await storedValues(context, provider, connection));
  const supplied = new Map<FieldId, SuppliedValue>();
  for (const [id, value] of Object.entries(connection.fields)) supplied.set(id, { value });
  for (const [id, each] of given) {
    const old = current.get(id);
    // A variable often still holds the stored secret: it is a new one only if it differs.
    const same = old && each.value instanceof Secret && each.value.matches(old);
    if (!(each.variable !== undefined && same)) supplied.set(id, each);
  }
  return { current, supplied, shared: await sharedWith(context, provider, connection) };
}

async function storedValues(
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

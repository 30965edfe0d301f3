import { ITEM_VERSION } from './connection.js';
import { variableName } from './field-names.js';
import type { Provider } from './provider.js';
import { StoreError } from './errors.js';
import { secretFields } from './field.js';
import { revealAll, Secret } from './secret.js';
import { isObject, isTexts } from './shape.js';
import { parseJson } from './json.js';

/** The values of a connection's fields by id. Those of secret fields are `Secret`s. */
export type Values = Readonly<Record<string, string | Secret>>;

/** Everything that the store keeps under a connection's name. The record can be rebuilt from it. */
export interface StoredItem {
  /** The connection's name; undefined in an item of version 1, which doesn't have it. */
  readonly name: string | undefined;
  readonly provider: string;
  readonly host: string;
  readonly values: Values;
  /** The hash of the definition under which it was stored; undefined for a built-in provider. */
  readonly definition?: string | undefined;
}

/** In bytes. No credential is this long, fields included. */
const LONGEST_ITEM = 16 * 1024;

/**
 * @param most how many characters the store takes.
 * @throws {StoreError} `store-denied`: it's longer.
 */
export function writeItem(
  item: StoredItem & { readonly name: string },
  most = LONGEST_ITEM,
): Secret {
  const fields = revealAll(item.values);
  const { name, provider, host, definition } = item;
  const text = JSON.stringify({ v: ITEM_VERSION, name, provider, host, fields, definition });
  const what = 'The credential is too long to be stored';
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > LONGEST_ITEM) {
    throw new StoreError('store-denied', {
      what,
      why: `it makes ${bytes} bytes with its fields, and ${LONGEST_ITEM} are the most`,
      next: 'Check that the right value was pasted.',
    });
  }
  if (text.length > most) {
    throw new StoreError('store-denied', {
      what: `${what} there`,
      why: `it makes ${text.length} characters with its fields, and that store takes ${most}`,
      next: 'Check that the right value was pasted; if it was, keep it in encrypted files: --store file.',
    });
  }
  return Secret.around(text);
}

/**
 * Reads what `writeItem` wrote.
 *
 * @throws {StoreError} `store-corrupt`: a newer version wrote it, or another program did.
 */
export function readItem(provider: Provider, stored: Secret, name: string): StoredItem {
  const parsed = parseJson(stored.reveal());
  if (parsed === undefined) {
    throw corrupt(name, 'what is stored there is cut off or not of this tool');
  }
  const {
    v,
    name: own,
    provider: id,
    host,
    fields,
    definition,
  } = (parsed ?? {}) as Record<string, unknown>;
  if (typeof v === 'number' && v > ITEM_VERSION)
    throw corrupt(name, 'a newer version of connect-wizard wrote it');
  const named = v === 1 || (v === ITEM_VERSION && typeof own === 'string');
  // Another definition may have other fields. Whoever reads the item compares the definitions
  // first.
  const isOwn = id === provider.id && definition === provider.definition;
  const whole = isTexts(fields) && (!isOwn || hasAll(provider, fields));
  const isHash = definition === undefined || typeof definition === 'string';
  if (!named || typeof id !== 'string' || typeof host !== 'string' || !whole || !isHash) {
    throw corrupt(name, 'what is stored there is damaged or belongs to another program');
  }
  const secrets = new Set(secretFields(provider).map((field) => field.id));
  const values = Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      secrets.has(key) ? new Secret(value) : value,
    ]),
  );
  return { name: v === 1 ? undefined : String(own), provider: id, host, values, definition };
}

/**
 * Returns a stored item with another definition's hash and nothing else changed.
 *
 * @param definition undefined for the built-in definition.
 */
export function underDefinition(stored: Secret, definition: string | undefined): Secret {
  const { definition: _before, ...rest } = JSON.parse(stored.reveal()) as Record<string, unknown>;
  return Secret.around(JSON.stringify({ ...rest, definition }));
}

/**
 * The owner of an item and the ids of its filled fields, without their values; undefined if this
 * tool didn't write it.
 */
export function itemHeader(
  stored: Secret,
): (Pick<StoredItem, 'name' | 'provider' | 'host'> & { readonly ids: string[] }) | undefined {
  const json = parseJson(stored.reveal());
  if (!isObject(json) || json['v'] !== ITEM_VERSION) return undefined;
  const { name, provider, host, fields } = json;
  const isWhole =
    typeof name === 'string' && typeof provider === 'string' && typeof host === 'string';
  if (!isWhole || !isTexts(fields)) return undefined;
  return { name, provider, host, ids: Object.keys(fields).filter((id) => fields[id] !== '') };
}

/**
 * A missing value must not be sent as an empty one, or the provider would refuse the credential.
 */
function hasAll(provider: Provider, fields: Readonly<Record<string, string>>): boolean {
  return provider.fields.every(
    ({ id, optional }) => optional || (Object.hasOwn(fields, id) && fields[id] !== ''),
  );
}

function corrupt(name: string, why: string): StoreError {
  return new StoreError('store-corrupt', {
    what: `The secret of ${name} cannot be read`,
    why,
    next: `Nothing was changed. Use the newest connect-wizard, or delete ${name} where it is stored and connect again.`,
  });
}

/** The variables of a provider: one for each field, and `<PROVIDER>_HOST`. */
export function variableNames(provider: Provider): string[] {
  return [...provider.fields.map(({ env }) => env), variableName(provider.id, 'host')];
}

/** A credential as the environment variables that `exec` sets. */
export function toVariables(
  provider: Provider,
  host: string,
  values: Values,
): Record<string, Values[string]> {
  const fields = provider.fields.flatMap(({ id, env }) => {
    const value = values[id];
    return value === undefined ? [] : [[env, value] as const];
  });
  return { ...Object.fromEntries(fields), [variableName(provider.id, 'host')]: host };
}

/**
 * All fields that the provider calls secret have the same value in both. An optional one may be
 * missing in both.
 */
export function hasSameSecrets(provider: Provider, a: Values, b: Values): boolean {
  return secretFields(provider).every(({ id }) => {
    const [one, other] = [a[id], b[id]];
    if (one instanceof Secret && other instanceof Secret) return one.matches(other);
    return [one, other].every((each) => each === undefined || each === '');
  });
}

import type { Connection } from '../../core/connection.js';
import { secretFields } from '../../core/field.js';
import type { Field, Provider } from '../../core/provider.js';
import { isAllowedHost } from '../../core/wall.js';

/**
 * Why a connection can't continue under another definition, according to its record; undefined if
 * it can. What was stored as plain text never becomes a secret that way, and a secret never becomes
 * plain text.
 */
export function misfit(
  provider: Provider,
  { host, fields }: Pick<Connection, 'host' | 'fields'>,
): string | undefined {
  if (!isAllowedHost(provider, host)) return `${host} is not one of its hosts now`;
  const wasPlain = secretFields(provider).find(({ id }) => Object.hasOwn(fields, id));
  if (wasPlain) return `its ${wasPlain.label} was no secret when it was stored`;
  const plain = provider.fields.filter(({ kind }) => kind !== 'secret');
  return otherFields(plain, Object.keys(fields));
}

/** Why the fields of these ids aren't `fields`; undefined if they are. */
export function otherFields(fields: readonly Field[], ids: readonly string[]): string | undefined {
  const lost = fields.find(({ id, optional }) => !optional && !ids.includes(id));
  if (lost) return `nothing is stored of its ${lost.label}`;
  const other = ids.find((id) => !fields.some((field) => field.id === id));
  return other === undefined ? undefined : `${other} is no field of it now`;
}

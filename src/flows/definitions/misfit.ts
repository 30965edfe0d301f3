import type { Connection } from '../../core/connection.js';
import type { Provider } from '../../core/provider.js';
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
  if (!isAllowedHost(provider, host)) return `${host} is none of its hosts now`;
  for (const { id, label, kind, optional } of provider.fields) {
    const isPlain = Object.hasOwn(fields, id);
    if (kind === 'secret' && isPlain) return `its ${label} was no secret when it was stored`;
    if (kind !== 'secret' && !isPlain && !optional) return `nothing is stored of its ${label}`;
  }
  const known = new Set(provider.fields.map(({ id }) => id));
  const other = Object.keys(fields).find((id) => !known.has(id));
  return other === undefined ? undefined : `${other} is no field of it now`;
}

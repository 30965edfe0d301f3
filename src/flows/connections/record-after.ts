import type { Connection } from '../../core/connection.js';
import type { Finding } from '../../core/finding.js';
import { hostAnswers } from '../../core/tenant.js';
import type { Provider } from '../../core/provider.js';
import { isAccepted } from '../../core/verdict.js';
import { changesSince, pendingChanges } from './changes.js';

/** The record after a check. What a failed check couldn't find out stays as it was. */
export function recordAfter(
  provider: Provider,
  connection: Connection,
  found: Finding,
  now: string,
): Connection {
  const outcome = { reason: found.reason, verifiedAt: now };
  if (!isAccepted(found.reason)) return { ...connection, ...outcome };
  const { changes: before = [], ...rest } = connection;
  const changes = pendingChanges(before, changesSince(connection, found));
  return {
    ...rest,
    ...outcome,
    host: found.host,
    fields: { ...connection.fields, ...hostAnswers(provider, found.host) },
    identity: found.identity ?? connection.identity,
    recognised: true,
    lastValidAt: now,
    ...(found.roles && { roles: found.roles }),
    ...(changes.length > 0 && { changes }),
  };
}

import type { Change, Connection } from '../../core/connection.js';
import { StoreError } from '../../core/errors.js';
import type { Finding } from '../../core/finding.js';
import type { Context } from '../../core/ports.js';
import type { Report } from '../../core/report.js';
import { isAccepted } from '../../core/verdict.js';

/** How an accepted credential differs from its record. */
export function changesSince(connection: Connection, found: Finding): Change[] {
  if (!isAccepted(found.reason)) return [];
  const changes: Change[] = [];
  const [was, is] = [connection.identity, found.identity];
  if (was && is && was.id !== is.id) {
    // Another user can have the same name.
    const shown = was.label === is.label ? withId : ({ label }: typeof is) => label;
    changes.push({ what: 'identity', was: shown(was), is: shown(is) });
  }
  if (connection.host !== found.host) {
    changes.push({ what: 'host', was: connection.host, is: found.host });
  }
  const [hadAll, hasAll] = [connection.reason === 'ok', found.reason === 'ok'];
  if (isAccepted(connection.reason) && hadAll !== hasAll) {
    const missing = found.capabilities.filter(({ granted }) => granted === false);
    changes.push({
      what: 'needs',
      was: hadAll ? 'all there' : 'not all there',
      is: hasAll ? 'all there' : `missing: ${missing.map(({ id }) => id).join(', ')}`,
    });
  }
  const [had, has] = [connection.roles, found.roles];
  if (had && has && had.join() !== has.join()) {
    changes.push({ what: 'roles', was: had.join(', ') || 'none', is: has.join(', ') || 'none' });
  }
  return changes;
}

function withId({ id, label }: { readonly id: string; readonly label: string }): string {
  return `${label} (id ${id})`;
}

/**
 * The changes that nobody has seen yet, old and new. A value that has changed back is no change.
 */
export function pendingChanges(before: readonly Change[], since: readonly Change[]): Change[] {
  const pending = new Map(before.map((change) => [change.what, change]));
  for (const change of since) {
    const was = pending.get(change.what)?.was ?? change.was;
    if (was === change.is) pending.delete(change.what);
    else pending.set(change.what, { ...change, was });
  }
  return [...pending.values()];
}

/** Removes the changes that a person has seen from the records. Later changes stay. */
export async function acknowledgeChanges(
  { records }: Pick<Context, 'records'>,
  reports: readonly Report[],
): Promise<void> {
  for (const { name, storeId, changes: shown } of reports) {
    if (name === null || shown.length === 0) continue;
    try {
      const record = await records.read(name, storeId);
      if (!record) continue;
      const { changes = [], ...rest } = record;
      const unseen = changes.filter(
        ({ what, is }) => !shown.some((each) => each.what === what && each.is === is),
      );
      await records.update({ ...rest, ...(unseen.length > 0 && { changes: unseen }) });
    } catch (error) {
      // Then they are shown once more, which does no harm.
      if (!(error instanceof StoreError)) throw error;
    }
  }
}

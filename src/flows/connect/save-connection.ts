import { StoreError, UsageError } from '../../core/errors.js';
import type { Warning } from '../../core/ladder.js';
import type { Connection } from '../../core/connection.js';
import type { SecretStore } from '../../core/ports.js';
import { storeName } from '../../core/store.js';
import { isAccepted } from '../../core/verdict.js';
import { deleteOldCopies } from '../connections/move.js';
import { save } from '../store/save.js';
import { connectionOf, valuesOf } from './draft-result.js';
import type { Verified } from './draft.js';
import { on, type Outcome, type Run } from './run.js';
import { resolve, settle } from './settle.js';
import { locate, offerStores } from './slot.js';

/**
 * Saves what may be stored. With `--store none` it does nothing. If the store fails at the end or
 * the name turns out to be taken, the answers are kept.
 *
 * @throws {UsageError} `name-taken`
 */
export async function saveConnection(run: Run, draft: Verified): Promise<Outcome<Verified>> {
  const { terminal } = run.context;
  const settled = await settle(run, draft);
  if (settled.next !== 'on') return settled;
  const known = settled.draft;
  const { slot, finding } = known;
  if (!slot.store) return on(known);
  await run.options.beforeSave?.(finding);
  const accepted = isAccepted(finding.reason);
  const doubts: Warning[] = [];
  if (!accepted) {
    const why = known.storeUnverified ? '' : ', because of --allow-unverified';
    doubts.push({ code: 'not-proven', message: `Stored without proof${why}.` });
  }
  try {
    const { connection, leftovers } = await write(run, known, slot.store);
    const warnings = [...(known.warnings ?? [])];
    for (const each of [...doubts, ...leftovers]) {
      // A script finds them in the report.
      if (terminal.interactive) terminal.warn(each.message);
      warnings.push({ warning: { ...each, ...(terminal.interactive && { said: true }) } });
    }
    return on({ ...known, saved: connection, warnings });
  } catch (error) {
    let outcome: Outcome<Verified>;
    if (error instanceof StoreError) {
      outcome = await offerStores(run, known, error);
      if (outcome.next === 'on') outcome = await locate(run, outcome.draft, slot);
    } else if (terminal.interactive && isNameTaken(error)) {
      const { why = '' } = error.advice;
      outcome = await resolve(run, known, { why, field: undefined, unverified: !accepted });
    } else {
      throw error;
    }
    return outcome.next === 'on' ? { next: 'again', draft: outcome.draft } : outcome;
  }
}

/** Only the store knew that the name belongs to another tenant. */
function isNameTaken(error: unknown): error is UsageError {
  return error instanceof UsageError && error.code === 'name-taken';
}

async function write(
  { context, provider }: Run,
  draft: Verified,
  store: SecretStore,
): Promise<{ readonly connection: Connection; readonly leftovers: readonly Warning[] }> {
  const { terminal, clock } = context;
  const { existing, consent } = draft.slot;
  const connection = connectionOf(provider, draft, clock.now());
  terminal.explain(`Saving in the ${storeName(store.description)} as ${connection.name}.`);
  const values = { ...valuesOf(provider, draft), ...connection.fields };
  const replace = consent !== 'none';
  const saved = await save(context, provider, store, connection, values, replace, existing);
  return { connection, leftovers: existing ? await deleteOldCopies(context, existing, saved) : [] };
}

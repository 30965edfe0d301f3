import { StoreError, VerdictError } from '../../core/errors.js';
import type { Context } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';
import { recordReport, type Report } from '../../core/report.js';
import { storeName } from '../../core/store.js';
import { findConnection } from './find.js';
import { openCredential, providerOfRecord } from '../store/open-credential.js';
import { deleteSecret } from './remove.js';
import { save } from '../store/save.js';
import { testStore } from '../store/test-store.js';

export interface MoveOptions {
  /** An exact name, or the id of a provider that has one connection. */
  readonly name: string;
  /** The value of `--store` that it moves to. */
  readonly store: string;
  /** Overwrite what another tenant has there under the name. */
  readonly replace: boolean;
}

export interface Moved {
  /** With the last verdict on the connection, which moving does not change, or with what failed. */
  readonly report: Report;
  readonly moved: boolean;
}

type MoveContext = Pick<Context, 'records' | 'stores' | 'interruption'>;

/**
 * Moves a secret to another store: written there, read back, the record switched, and only then
 * deleted where it was. Asks no provider.
 *
 * @throws {ConnectionError} there is no such connection.
 * @throws {UsageError} the name is taken there, or the provider has several connections.
 */
export async function move(
  context: MoveContext,
  providers: readonly Provider[],
  { name: wanted, store: choice, replace }: MoveOptions,
): Promise<Moved> {
  const connection = await findConnection(context, wanted);
  const { name, store: from } = connection;
  try {
    const provider = providerOfRecord(providers, connection);
    const target = context.stores.open(choice);
    const where = storeName(target.description);
    if (from === choice) {
      const advice = { what: `${name} is in the ${where} already`, next: 'Nothing to do.' };
      return { report: recordReport(connection, advice, target.description), moved: true };
    }
    const { values } = await openCredential(context, provider, connection);
    await testStore(context, target);
    const moved = { ...connection, store: choice };
    const whole = { ...values, ...connection.fields };
    await save(context, provider, target, moved, whole, replace);
    const advice = { what: `${name} is in the ${where} now`, next: 'Nothing to do.' };
    const warnings = await deleteOldCopy(context, from, name);
    return {
      report: { ...recordReport(moved, advice, target.description), warnings },
      moved: true,
    };
  } catch (error) {
    if (!(error instanceof VerdictError)) throw error;
    const { reason, advice } = error;
    const report = recordReport(connection, advice, context.stores.describe(from));
    return { report: { ...report, reason }, moved: false };
  }
}

/** What is left behind is no reason to fail: all is saved by now, and may not be said to be not. */
export async function deleteOldCopy(
  { stores, interruption }: Pick<Context, 'stores' | 'interruption'>,
  from: string,
  name: string,
): Promise<Report['warnings']> {
  try {
    await interruption.shield(() => deleteSecret({ interruption }, stores.open(from), name));
    return [];
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const where = stores.describe(from)?.backend ?? 'the store that was used before';
    return [{ code: 'old-secret-left', message: `The old secret may still be in ${where}.` }];
  }
}

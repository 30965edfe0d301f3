import type { Connection } from '../../core/connection.js';
import { isoDate } from '../../core/duration.js';
import { ConnectionError, StoreError, type Advice } from '../../core/errors.js';
import type { Values } from '../../core/stored-item.js';
import type { Context } from '../../core/ports.js';
import type { LoadableProvider } from '../../core/known-provider.js';
import type { Provider } from '../../core/provider.js';
import { wayOn } from '../../core/next-steps.js';
import { INSTALLED } from '../../core/shell.js';
import { isAccepted, isRejected, isUndecided, verdictByReason } from '../../core/verdict.js';
import { openCredential, providerOfRecord } from '../store/open-credential.js';
import { findConnection } from './find.js';

/** A stored credential that may be given out. */
export interface Credential {
  readonly connection: Connection;
  readonly provider: Provider;
  readonly values: Values;
  /** Doubts about it that are no reason to withhold it. */
  readonly warnings: readonly string[];
}

interface GetOptions {
  readonly allowUnverified: boolean;
  /** The value of `--store`. It decides if several places have the name. */
  readonly storeId?: string | undefined;
}

type GetContext = Pick<Context, 'records' | 'stores' | 'interruption'>;

/**
 * Returns what is stored under `wanted`, if the last verdict allows that. It doesn't ask the
 * provider.
 *
 * @param wanted an exact name, or the id of a provider with one connection.
 * @throws {ConnectionError} nothing is stored, it can't be used, or it was never accepted.
 * @throws {UsageError} the provider has several connections, or the store's passphrase is missing.
 */
export async function getCredential(
  context: GetContext,
  providers: readonly LoadableProvider[],
  wanted: string,
  { allowUnverified, storeId }: GetOptions,
): Promise<Credential> {
  const { connection, warnings } = await findConnection(context, wanted, storeId);
  const { name } = connection;
  try {
    const provider = await providerOfRecord(providers, connection);
    const warning = judge(connection, allowUnverified);
    const { values } = await openCredential(context, provider, connection);
    const said = [...warnings.map(({ message }) => message), ...(warning ? [warning] : [])];
    return { connection, provider, values, warnings: said };
  } catch (error) {
    // A store doesn't know which connection it failed for.
    if (error instanceof StoreError) {
      throw new ConnectionError(name, error.reason, error.advice, { cause: error });
    }
    throw error;
  }
}

/**
 * @returns a warning, if there is one.
 * @throws {ConnectionError} it must not be given out.
 */
function judge(
  { name, provider, reason, verifiedAt, lastValidAt }: Connection,
  allowUnverified: boolean,
): string | undefined {
  if (reason === 'ok') return undefined;
  const verdict = verdictByReason[reason];
  const last = `the last check of ${name} (${isoDate(verifiedAt)}) said ${verdict} (${reason})`;
  if (isAccepted(reason) || isRejected(reason)) {
    const [step] = wayOn(reason, { name, provider, stored: true }, INSTALLED).nextSteps;
    return `Handed over anyway: ${last}.${step ? ` What helps: ${step.command}` : ''}`;
  }
  if (isUndecided(reason)) {
    // A credential that was accepted once isn't worse because of a dead VPN.
    if (lastValidAt !== null) return undefined;
    if (allowUnverified) return `Never proven: ${last}.`;
  }
  const advice: Advice = {
    what: `${name} was not handed over`,
    why: lastValidAt === null ? `it was never proven; ${last}` : last,
    next: `connect-wizard check ${name} asks the provider again.${
      isUndecided(reason) ? ' --allow-unverified hands it over anyway.' : ''
    }`,
  };
  throw new ConnectionError(name, reason, advice);
}

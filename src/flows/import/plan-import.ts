import type { Connection } from '../../core/connection.js';
import { HostError, sentence, StoreError, UsageError, type Fault } from '../../core/errors.js';
import { hostFields } from '../../core/field.js';
import type { Finding } from '../../core/finding.js';
import { hostAnswers, tenantOf } from '../../core/tenant.js';
import { hostTyped, readHost } from '../../core/host.js';
import type { ImportRow } from '../../core/import/read-import.js';
import { defaultName } from '../../core/name.js';
import type { Context } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';
import { conflict } from '../connect/conflict.js';
import type { Pace } from '../../core/pace.js';
import { verdictByReason } from '../../core/verdict.js';
import { mapPool } from '../connections/map-pool.js';
import { findHost, isFinding, type RecognisedHost } from '../verify/find-host.js';

/** A row of the file, with what will be done with it. */
export interface PlannedRow {
  readonly row: ImportRow<Provider>;
  readonly name: string;
  /** What is stored under the name now. */
  readonly existing: Connection | undefined;
  /** The host that gets the credential. */
  readonly host: string;
  /** The answers that lead there: the host's if it was found, otherwise those in the file. */
  readonly address: Readonly<Record<string, string>>;
  /** Why it goes nowhere: no host is the provider's, or its record can't be read. */
  readonly refused: Finding | HostError | StoreError | UsageError | undefined;
}

export interface ImportPlan {
  readonly rows: readonly PlannedRow[];
  /** Faults of the whole file. If there are any, nothing is imported. */
  readonly faults: readonly Fault[];
}

export interface PlanOptions {
  /** A name that exists may point to another tenant or account. */
  readonly replace: boolean;
  /** A person is there who can judge the host of a self-hosted provider. */
  readonly interactive: boolean;
  readonly timeoutMs: number;
  readonly concurrency: number;
  /**
   * The file already has faults, so nothing is requested and only its other faults are looked for.
   */
  readonly faulty: boolean;
  /** Tracks the progress. */
  readonly pace: Pace;
}

type PlanContext = Pick<Context, 'http' | 'records'>;

/**
 * Finds the name and the host of each row, and what is already stored. It sends no secret. It only
 * sends a request, without a credential, if a bare name may mean several hosts.
 */
export async function planImport(
  context: PlanContext,
  rows: readonly ImportRow<Provider>[],
  options: PlanOptions,
): Promise<ImportPlan> {
  const faults = rows.flatMap((row) => selfHostedFault(row, options));
  const isFaulty = options.faulty || faults.length > 0;
  const usable = isFaulty ? rows.filter((row) => row.misnamed !== true && hasOneHost(row)) : rows;
  const { pace, concurrency } = options;
  pace.expect(usable.length);
  const planned = await mapPool(usable, concurrency, (row) =>
    pace.of(row.path, () => planRow(context, row, options)),
  );
  return {
    rows: planned,
    faults: [
      ...faults,
      ...planned.flatMap(usageFault),
      ...repeatedNames(planned),
      ...takenNames(planned, options),
    ],
  };
}

function selfHostedFault(
  { path, provider }: ImportRow<Provider>,
  { interactive }: PlanOptions,
): Fault[] {
  if (!provider.hosts.selfHosted || interactive) return [];
  const message = `${provider.name} is self-hosted: its host is judged by a person, so such a row is imported on a terminal only`;
  return [{ path, message }];
}

/** The row's host is known without a request. */
function hasOneHost({ provider, values }: ImportRow<Provider>): boolean {
  const isWhole = hostFields(provider).every(({ id, optional }) => optional || values.has(id));
  if (!isWhole) return false;
  try {
    return readHost(provider, hostOf(provider, values)).candidates.length === 1;
  } catch (error) {
    if (error instanceof UsageError || error instanceof HostError) return false;
    throw error;
  }
}

function hostOf(provider: Provider, values: ImportRow<Provider>['values']): Record<string, string> {
  return hostTyped(provider, (id) => values.get(id));
}

async function planRow(
  context: PlanContext,
  row: ImportRow<Provider>,
  { timeoutMs }: PlanOptions,
): Promise<PlannedRow> {
  const { provider, values } = row;
  const typed = hostOf(provider, values);
  const found = await lookUp(context, provider, typed, timeoutMs);
  const { host } = found;
  const name = row.name ?? defaultName(provider.id, tenantOf(provider, host));
  const plan = { row, name, host, address: hostAnswers(provider, host), existing: undefined };
  if (found instanceof HostError) return { ...plan, refused: found };
  if (isFinding(found)) {
    // An unreachable network says nothing about the host. The connect tries again.
    const isWrong = verdictByReason[found.reason] === 'wrong-host';
    return { ...plan, address: typed, refused: isWrong ? found : undefined };
  }
  try {
    const existing = await context.records.read(name, row.store);
    return { ...plan, existing, refused: undefined };
  } catch (error) {
    if (error instanceof StoreError) return { ...plan, refused: error };
    // Several places have the name, and nothing says which is meant.
    if (error instanceof UsageError) return { ...plan, refused: error };
    throw error;
  }
}

async function lookUp(
  context: PlanContext,
  provider: Provider,
  address: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<RecognisedHost | Finding | HostError> {
  try {
    const { candidates } = readHost(provider, address);
    const [host, ...others] = candidates;
    if (others.length === 0) return { host, recognised: false, ladder: [] };
    return await findHost(context, provider, candidates, timeoutMs);
  } catch (error) {
    if (error instanceof HostError) return error;
    throw error;
  }
}

function usageFault({ row: { path }, refused }: PlannedRow): Fault[] {
  return refused instanceof UsageError ? [{ path, message: sentence(refused.advice) }] : [];
}

function repeatedNames(rows: readonly PlannedRow[]): Fault[] {
  const first = new Map<string, string>();
  return rows.flatMap(({ name, row: { path } }) => {
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, path);
    return earlier === undefined
      ? []
      : [
          {
            path,
            message: `its name, ${name}, is that of ${earlier}, too; give one of them a "name"`,
          },
        ];
  });
}

/** Faults for names that would point to another tenant or account without consent. */
function takenNames(rows: readonly PlannedRow[], { replace }: PlanOptions): Fault[] {
  if (replace) return [];
  return rows.flatMap(({ row: { path, provider, values }, name, host, existing, refused }) => {
    if (!existing || refused) return [];
    const slot = { existing, consent: 'none' } as const;
    const found = conflict(provider, { answers: values, host: { host }, slot });
    if (!found) return [];
    const message = `the name ${name} is taken: ${found.why}; give the row another "name", or --replace to point that one elsewhere`;
    return [{ path, message }];
  });
}

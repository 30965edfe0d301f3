import type { Connection } from './connection.js';
import { nextStep, sentence, type Advice } from './errors.js';
import type { Capability, LadderRung, Warning } from './ladder.js';
import { wayOn, type WayOn } from './next-steps.js';
import { INSTALLED, type Invocation } from './shell.js';
import type { StoreDescription } from './store.js';
import { verdictByReason, type Reason, type Verdict } from './verdict.js';

/** What a command tells of one connection; the JSON of it says the verdict and the advice in words. */
export interface Report extends Omit<
  ConnectionReport,
  'verdict' | 'message' | 'nextStep' | keyof WayOn
> {
  readonly advice: Advice;
  /** The `--store` value of where the secret is; `store.kind` alone does not lead to a Vault. */
  readonly storeId?: string;
}

export const NOTHING_KNOWN = {
  host: null,
  fields: {},
  identity: null,
  httpStatus: null,
  ladder: [],
  capabilities: [],
  warnings: [],
  changes: [],
  store: null,
  stored: false,
  replaced: false,
  createdAt: null,
  changedAt: null,
  verifiedAt: null,
  lastValidAt: null,
} satisfies Partial<Report>;

/** What a record alone tells of its connection. */
export function recordReport(
  connection: Connection,
  advice: Advice,
  store: StoreDescription | null,
): Report {
  const { name, provider, host, fields, identity, reason } = connection;
  const { createdAt, changedAt = null, verifiedAt, lastValidAt } = connection;
  return {
    ...NOTHING_KNOWN,
    name,
    provider,
    host,
    fields,
    identity,
    reason,
    advice,
    store,
    storeId: connection.store,
    stored: true,
    createdAt,
    changedAt,
    verifiedAt,
    lastValidAt,
  };
}

export function reportVerdict({ reason }: Pick<Report, 'reason'>): Verdict {
  return verdictByReason[reason];
}

export function reportJson(report: Report, invocation: Invocation = INSTALLED): ConnectionReport {
  const { advice } = report;
  const verdict = reportVerdict(report);
  // In the contract's order.
  return {
    name: report.name,
    provider: report.provider,
    host: report.host,
    fields: report.fields,
    identity: report.identity,
    verdict,
    reason: report.reason,
    httpStatus: report.httpStatus,
    message: sentence(advice),
    nextStep: verdict === 'valid' ? null : nextStep(advice),
    ...wayOn(report.reason, report, invocation),
    ladder: report.ladder,
    capabilities: report.capabilities,
    warnings: report.warnings,
    changes: report.changes,
    store: report.store,
    stored: report.stored,
    replaced: report.replaced,
    createdAt: report.createdAt,
    changedAt: report.changedAt,
    verifiedAt: report.verifiedAt,
    lastValidAt: report.lastValidAt,
  };
}

/** Something about a connection that is not as it was. */
export interface Change {
  /** `identity`, `host`, `needs` */
  readonly what: string;
  readonly was: string;
  readonly is: string;
}

/** A connection in the JSON of the contract, as `list`, `check` and the library give it. No secret is in it. */
export interface ConnectionReport extends WayOn {
  /** `null` while it has none: the run failed before the tenant was known. */
  readonly name: string | null;
  /** `null` where there is no connection to tell it by. */
  readonly provider: string | null;
  readonly host: string | null;
  /** The fields that are not secret. */
  readonly fields: Readonly<Record<string, string>>;
  /** Whose credential it is; `null` where the provider does not say. */
  readonly identity: { readonly id: string; readonly label: string } | null;
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly httpStatus: number | null;
  /** One sentence. */
  readonly message: string;
  /** What to do now; `null` where there is nothing to do. */
  readonly nextStep: string | null;
  /** How far it came; empty where nobody was asked. */
  readonly ladder: readonly LadderRung[];
  readonly capabilities: readonly Capability[];
  readonly warnings: readonly Warning[];
  /** What is not as it was when it was last asked. */
  readonly changes: readonly Change[];
  /** Where the secret is; `null` where that is not known. */
  readonly store: StoreDescription | null;
  readonly stored: boolean;
  /** Was an existing connection of the name written over? */
  readonly replaced: boolean;
  /** Times are ISO 8601 in UTC; so below. */
  readonly createdAt: string | null;
  /** When the secret was last stored anew; `null` if that is not known. */
  readonly changedAt: string | null;
  /** The last check. */
  readonly verifiedAt: string | null;
  /** The last `valid` or `limited`. */
  readonly lastValidAt: string | null;
}

import type { Connection } from './connection.js';
import { nextStep, sentence, type Advice } from './errors.js';
import type { Finding } from './finding.js';
import type { Capability, LadderRung, Warning } from './ladder.js';
import type { Change, ConnectionReport } from './report-json.js';
import type { StoreDescription } from './store.js';
import { verdictByReason, type Reason, type Verdict } from './verdict.js';

/** What a command tells of one connection. */
export interface Report {
  /** `null` while it has none: the run failed before the tenant was known. */
  readonly name: string | null;
  /** `null` where there is no connection to tell it by. */
  readonly provider: string | null;
  readonly host: string | null;
  readonly fields: Readonly<Record<string, string>>;
  readonly identity: Finding['identity'];
  readonly reason: Reason;
  readonly advice: Advice;
  readonly httpStatus: number | null;
  readonly ladder: readonly LadderRung[];
  readonly capabilities: readonly Capability[];
  readonly warnings: readonly Warning[];
  /** What is not as it was when it was last asked. */
  readonly changes: readonly Change[];
  readonly store: StoreDescription | null;
  readonly stored: boolean;
  readonly createdAt: string | null;
  readonly verifiedAt: string | null;
  readonly lastValidAt: string | null;
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
  createdAt: null,
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
  const { createdAt, verifiedAt, lastValidAt } = connection;
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
    stored: true,
    createdAt,
    verifiedAt,
    lastValidAt,
  };
}

export function reportVerdict({ reason }: Pick<Report, 'reason'>): Verdict {
  return verdictByReason[reason];
}

export function reportJson(report: Report): ConnectionReport {
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
    ladder: report.ladder,
    capabilities: report.capabilities,
    warnings: report.warnings,
    changes: report.changes,
    store: report.store,
    stored: report.stored,
    createdAt: report.createdAt,
    verifiedAt: report.verifiedAt,
    lastValidAt: report.lastValidAt,
  };
}

import type { Connection } from './connection.js';
import { nextStep, sentence, type Advice } from './errors.js';
import type { ConnectionReport } from './report-json.js';
import type { StoreDescription } from './store.js';
import { verdictByReason, type Verdict } from './verdict.js';

/** What a command tells of one connection; the JSON of it says the verdict and the advice in words. */
export interface Report extends Omit<ConnectionReport, 'verdict' | 'message' | 'nextStep'> {
  readonly advice: Advice;
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

import { lastChange, type Change, type Connection } from './connection.js';
import { nextStep, sentence, type Advice } from './errors.js';
import type { Capability, LadderRung, Warning } from './ladder.js';
import { wayOn, type WayOn } from './next-steps.js';
import { commandLine, INSTALLED, type Invocation } from './shell.js';
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
  providerMessage: null,
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
  const { createdAt, verifiedAt, lastValidAt, changes = [] } = connection;
  return {
    ...NOTHING_KNOWN,
    changes,
    name,
    provider,
    host,
    fields,
    identity,
    reason,
    advice,
    store,
    ...(connection.definition !== undefined && { definition: connection.definition }),
    storeId: connection.store,
    stored: reason !== 'secret-lost',
    createdAt,
    changedAt: lastChange(connection),
    verifiedAt,
    lastValidAt,
  };
}

export function reportVerdict({ reason }: Pick<Report, 'reason'>): Verdict {
  return verdictByReason[reason];
}

/** After these verdicts a command leads on: a new credential, the right address, a message to an admin. */
const MENDED: ReadonlySet<Verdict> = new Set(['rejected', 'limited', 'wrong-host']);

/** The advice of a refusal, with the command that mends it, if there is one. */
export function adviceWithCommand(report: Report, invocation: Invocation = INSTALLED): Advice {
  const { advice, reason, stored } = report;
  if (advice.command !== undefined || !MENDED.has(reportVerdict(report))) return advice;
  const { nextSteps, guide } = wayOn(reason, report, invocation);
  // What is not stored yet has nothing to be rotated: the guide says where the credential is.
  const command =
    stored || !guide
      ? nextSteps[0]?.command
      : commandLine(invocation, ['guide', guide.provider, guide.topic]);
  return command === undefined ? advice : { ...advice, command };
}

export function reportJson(report: Report, invocation: Invocation = INSTALLED): ConnectionReport {
  const { advice } = report;
  const verdict = reportVerdict(report);
  // In the contract's order.
  return {
    ...(report.row !== undefined && { row: report.row }),
    name: report.name,
    provider: report.provider,
    host: report.host,
    fields: report.fields,
    identity: report.identity,
    verdict,
    reason: report.reason,
    httpStatus: report.httpStatus,
    providerMessage: report.providerMessage,
    message: sentence(advice),
    nextStep: verdict === 'valid' ? null : nextStep(adviceWithCommand(report, invocation)),
    ...wayOn(report.reason, report, invocation),
    ladder: report.ladder,
    capabilities: report.capabilities,
    warnings: report.warnings.map(({ code, message }) => ({ code, message })),
    changes: report.changes,
    ...(report.definition !== undefined && { definition: report.definition }),
    store: report.store,
    stored: report.stored,
    replaced: report.replaced,
    createdAt: report.createdAt,
    changedAt: report.changedAt,
    verifiedAt: report.verifiedAt,
    lastValidAt: report.lastValidAt,
  };
}

/** A connection in the JSON of the contract, as `list`, `check` and the library give it. No secret is in it. */
export interface ConnectionReport extends WayOn {
  /** Of an import: its line or path in the file. */
  readonly row?: string;
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
  /** What the provider said of a refusal, in its own words: cleaned, at most 200 characters. */
  readonly providerMessage: string | null;
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
  /** Of a person's own provider: the hash of the definition under which it was stored. */
  readonly definition?: string;
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

import { lastChange, type Change, type Connection } from './connection.js';
import { nextStep, sentence, type Advice } from './errors.js';
import type { Capability, LadderRung, Warning } from './ladder.js';
import { wayOn, type WayOn } from './next-steps.js';
import { commandLine, INSTALLED, type Invocation } from './shell.js';
import type { StoreDescription } from './store.js';
import { verdictByReason, type Reason, type Verdict } from './verdict.js';

/**
 * What a command tells about one connection. Its JSON adds the verdict and turns the advice into
 * text.
 */
export interface Report extends Omit<
  ConnectionReport,
  'verdict' | 'message' | 'nextStep' | keyof WayOn
> {
  readonly advice: Advice;
  /** The `--store` value of the secret's place. `store.kind` alone doesn't identify a Vault. */
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

/** The report that a record alone makes possible. */
export function recordReport(
  connection: Connection,
  advice: Advice,
  store: StoreDescription | null,
  warnings: Report['warnings'] = [],
): Report {
  const { name, provider, host, fields, identity, reason } = connection;
  const { createdAt, verifiedAt, lastValidAt, changes = [], definition } = connection;
  const report = {
    ...NOTHING_KNOWN,
    warnings,
    changes,
    name,
    provider,
    host,
    fields,
    identity,
    reason,
    advice,
    store,
    storeId: connection.store,
    stored: reason !== 'secret-lost',
    createdAt,
    changedAt: lastChange(connection),
    verifiedAt,
    lastValidAt,
  };
  return definition === undefined ? report : { ...report, definition };
}

export function reportVerdict({ reason }: Pick<Report, 'reason'>): Verdict {
  return verdictByReason[reason];
}

/**
 * After these verdicts a command helps: a new credential, the right address, a message to an admin.
 */
const MENDED: ReadonlySet<Verdict> = new Set(['rejected', 'limited', 'wrong-host']);

/** The advice of a refusal, with the command that helps, if there is one. */
export function adviceWithCommand(report: Report, invocation: Invocation = INSTALLED): Advice {
  const { advice, reason, stored } = report;
  if (advice.command !== undefined || !MENDED.has(reportVerdict(report))) return advice;
  const { nextSteps, guide } = wayOn(reason, report, invocation);
  // An unstored credential can't be rotated; the guide says where to find it.
  const command =
    stored || !guide
      ? nextSteps[0]?.command
      : commandLine(invocation, ['guide', guide.provider, guide.topic]);
  return command === undefined ? advice : { ...advice, command };
}

export function reportJson(report: Report, invocation: Invocation = INSTALLED): ConnectionReport {
  const { advice } = report;
  const verdict = reportVerdict(report);
  // Keys stay in this order.
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

/**
 * A connection in the JSON of docs/json.md, as `list`, `check` and the library return it. It contains
 * no secret.
 */
export interface ConnectionReport extends WayOn {
  /** For an import: the line or path in the file. */
  readonly row?: string;
  /** `null` if the run failed before the tenant was known. */
  readonly name: string | null;
  /** `null` if there is no connection that tells it. */
  readonly provider: string | null;
  /** `name`, or `name:port` if the port isn't 443; `null` if it isn't known. */
  readonly host: string | null;
  /** The values of the fields that aren't secret, by field id. */
  readonly fields: Readonly<Record<string, string>>;
  /** The owner of the credential; `null` if the provider doesn't say. */
  readonly identity: { readonly id: string; readonly label: string } | null;
  /** What is known about the credential. It decides the exit code. */
  readonly verdict: Verdict;
  /** Why: the cause behind the verdict. */
  readonly reason: Reason;
  /** The status of the response that decided; `null` if there was none. */
  readonly httpStatus: number | null;
  /** The provider's own words about a refusal: cleaned, at most 200 characters. */
  readonly providerMessage: string | null;
  /** One sentence that says what happened. */
  readonly message: string;
  /** What to do now; `null` if there is nothing to do. */
  readonly nextStep: string | null;
  /** The steps that were reached; empty if no provider was asked. */
  readonly ladder: readonly LadderRung[];
  /** The needed capabilities (`--need`), and whether the credential has them. */
  readonly capabilities: readonly Capability[];
  readonly warnings: readonly Warning[];
  /** What has changed since the last check. */
  readonly changes: readonly Change[];
  /** For a user's own provider: the hash of the definition under which it was stored. */
  readonly definition?: string;
  /** Where the secret is; `null` if that isn't known. */
  readonly store: StoreDescription | null;
  /** The connection and its secret are stored. */
  readonly stored: boolean;
  /** An existing connection of this name was overwritten. */
  readonly replaced: boolean;
  /** ISO 8601 in UTC, like the times below. */
  readonly createdAt: string | null;
  /** When the secret was last stored anew; `null` if unknown. */
  readonly changedAt: string | null;
  /** The last check. */
  readonly verifiedAt: string | null;
  /** The last check that ended in `valid` or `limited`. */
  readonly lastValidAt: string | null;
}

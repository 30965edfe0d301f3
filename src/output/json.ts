import { nextStep, sentence, UsageError, type WizardError } from '../core/errors.js';
import type { HealthCheck } from '../core/health.js';
import type { HistoryEvent } from '../core/history.js';
import { REPOSITORY } from '../core/project.js';
import { safeJson } from '../core/safe-json.js';
import { reportJson, reportVerdict, type Report } from '../core/report.js';
import { toNextStep, wayToConnect } from '../core/next-steps.js';
import { INSTALLED, type Invocation } from '../core/shell.js';
import { exitCodes, type Verdict } from '../core/verdict.js';
import type { TopicText } from './guide.js';

/** JSON that has passed the gate and is written as it is. */
export type JsonText = string & { readonly [passed]: true };

declare const passed: unique symbol;

/** The version of the documents that `docs/json.md` describes. */
const schemaVersion = 1;

/** @param more the command's keys besides its connections. */
export function reportsDocument(
  command: string,
  checkedAt: Date,
  reports: readonly Report[],
  exitCode: number,
  invocation = INSTALLED,
  more: object = {},
): JsonText {
  const connections = reports.map((report) => reportJson(report, invocation));
  return print({
    schemaVersion,
    command,
    checkedAt: checkedAt.toISOString(),
    connections,
    ...more,
    exitCode,
  });
}

/** One line of JSON Lines: a connection as in the document. */
export function reportLine(report: Report, invocation: Invocation): JsonText {
  return print(reportJson(report, invocation), 0);
}

/** The last line: the number of connections with each verdict. */
export function summaryLine(
  command: string,
  reports: readonly Report[],
  exitCode: number,
): JsonText {
  const count = (verdict: Verdict): number =>
    reports.filter((report) => reportVerdict(report) === verdict).length;
  const summary = {
    checked: reports.length,
    valid: count('valid'),
    limited: count('limited'),
    rejected: count('rejected'),
    'wrong-host': count('wrong-host'),
    unreachable: count('unreachable'),
    undecided: count('undecided'),
    missing: count('missing'),
    'store-error': count('store-error'),
  } satisfies Record<Verdict | 'checked', number>;
  return print({ schemaVersion, command, summary, exitCode }, 0);
}

/** A new request, and the file of its page. */
export function requestDocument(request: object): JsonText {
  return print({ schemaVersion, command: 'request', request, exitCode: exitCodes.done });
}

export function healthDocument(
  checkedAt: Date,
  checks: readonly HealthCheck[],
  exitCode: number,
): JsonText {
  return print({
    schemaVersion,
    command: 'doctor',
    checkedAt: checkedAt.toISOString(),
    checks: checks.map(({ id, ok, detail, nextStep: next }) => ({
      id,
      ok,
      detail,
      nextStep: next,
    })),
    exitCode,
  });
}

export function providersDocument(checkedAt: Date, providers: readonly object[]): JsonText {
  return print({
    schemaVersion,
    command: 'providers',
    checkedAt: checkedAt.toISOString(),
    providers,
    exitCode: exitCodes.done,
  });
}

/** A definition without anything around it, as a file that loads again. */
export function definitionJson(definition: object): JsonText {
  return print(definition);
}

/** The result of `providers add`, `check`, `new` and `remove`. */
export function definitionDocument(done: object): JsonText {
  return print({ schemaVersion, command: 'providers', ...done, exitCode: exitCodes.done });
}

export function guideDocument(checkedAt: Date, topics: readonly TopicText[]): JsonText {
  return print({
    schemaVersion,
    command: 'guide',
    checkedAt: checkedAt.toISOString(),
    topics,
    exitCode: exitCodes.done,
  });
}

export function historyDocument(events: readonly HistoryEvent[], skipped: number): JsonText {
  const exitCode = exitCodes.done;
  return print({ schemaVersion, command: 'history', events, skipped, exitCode });
}

/** A usage error, or a bug of ours. */
export function errorDocument(
  command: string | null,
  error: WizardError | undefined,
  exitCode: number,
  invocation = INSTALLED,
): JsonText {
  const described = error
    ? {
        code: error instanceof UsageError ? error.code : 'internal',
        message: sentence(error.advice),
        nextStep: nextStep(error.advice),
        ...(error instanceof UsageError && detailsJson(error, invocation)),
      }
    : {
        code: 'internal',
        message: 'connect-wizard failed because of a bug of its own.',
        nextStep: REPORT_IT,
      };
  return print({ schemaVersion, command, error: described, exitCode });
}

/** What a program needs to go on. */
function detailsJson({ code, details }: UsageError, invocation: Invocation): object {
  const { missing = [], provider, connection, page, steps = [], faults } = details;
  if (faults) return { faults };
  if (code !== 'input-needed') return {};
  const needsPerson = details.needsPerson ?? missing.some(({ secret }) => secret);
  return {
    missing: missing.map(({ field, label, secret, flags, variables }) => ({
      field,
      label,
      secret,
      flags: flags.map((flag) => flag.replace(/ <.*$/u, '')),
      variable: variables[0],
    })),
    ...(provider === undefined
      ? {
          nextSteps: steps.map(({ args, when }) => toNextStep(invocation, args, when)),
          needsPerson,
          guide: null,
        }
      : wayToConnect(provider, needsPerson, invocation, {
          ...(connection !== undefined && { connection }),
          ...(page && { page }),
        })),
  };
}

export const REPORT_IT = `Please report this at ${REPOSITORY}/issues, with the command you ran.`;

/**
 * Writes a document. Each string in it is cleaned and redacted. Azure Pipelines also finds commands
 * in a line of JSON; `\u0023` is the same character to a parser.
 */
function print(document: object, indent = 2): JsonText {
  const text = JSON.stringify(safeJson(document), null, indent);
  return text.replaceAll(/#(?=#[a-z]*\[)/giu, String.raw`\u0023`) as JsonText;
}

import {
  ConnectionError,
  UsageError,
  VerdictError,
  WizardError,
  type Fault,
} from '../core/errors.js';
import type { Invocation } from '../core/shell.js';
import { formatAdvice, type Style } from './style.js';
import { NOTHING_KNOWN } from '../core/report.js';
import { errorDocument, REPORT_IT, reportsDocument, type JsonText } from './json.js';
import type { Output } from './output.js';

export interface ErrorOutput {
  readonly style: Style;
  readonly json: boolean;
  readonly command: string | null;
  /** How the tool was started. */
  readonly invocation?: Invocation;
  print(output: Output): void;
  printError(text: string): void;
}

/** Reports the error that ended a run. Only a bug of ours gets a stack trace. */
export function reportError(output: ErrorOutput, error: unknown, exitCode: number): void {
  const known = error instanceof WizardError ? error : undefined;
  if (output.json) output.print({ json: documentOf(output, error, exitCode) });
  if (known) {
    if (output.json) return;
    const { faults = [] } = known instanceof UsageError ? known.details : {};
    for (const each of faults) output.printError(faultText(output.style, each));
    output.printError(formatAdvice(output.style, output.style.bad, known.advice));
    return;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  output.printError(
    `${output.style.bad} connect-wizard failed because of a bug of its own.\n${stack}\n${REPORT_IT}`,
  );
}

function faultText(style: Style, { path, message }: Fault): string {
  return style.paragraph(path === '' ? message : `${path}: ${message}`, '  ', `${style.bad} `);
}

/** A failure with a verdict is reported like a connection. */
function documentOf(
  { command, invocation }: ErrorOutput,
  error: unknown,
  exitCode: number,
): JsonText {
  if (!(error instanceof VerdictError)) {
    const known = error instanceof WizardError ? error : undefined;
    return errorDocument(command, known, exitCode, invocation);
  }
  const { reason, advice } = error;
  const known = error instanceof ConnectionError ? error : undefined;
  const report = {
    ...NOTHING_KNOWN,
    name: known?.connection ?? null,
    provider: null,
    // A record without its secret doesn't count as stored.
    stored: known?.recorded === true && reason !== 'secret-lost',
    reason,
    advice,
  };
  return reportsDocument(command ?? '', new Date(), [report], exitCode, invocation);
}

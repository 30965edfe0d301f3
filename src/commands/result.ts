import { entryOf, type HistoryEventName } from '../core/history.js';
import type { Pace } from '../core/pace.js';
import type { Provider } from '../core/provider.js';
import { adviceWithCommand, reportVerdict, type Report } from '../core/report.js';
import { isAccepted, isRejected, verdicts, worstExitCode } from '../core/verdict.js';
import type { Connected } from '../flows/connect/connect.js';
import type { Accepted } from '../flows/sealed-request/accept-answer.js';
import { reportsDocument } from '../output/json.js';
import { formatAdvice } from '../output/style.js';
import { checkCausesText, checkText } from '../output/check.js';
import { connectedText } from '../output/connected.js';
import { ladderLine } from '../output/report.js';
import { variableLine } from '../core/shell.js';
import { isVaultId } from '../core/vault-id.js';
import { DEFAULT_STORE, type Session } from './command.js';

/**
 * Prints the outcome of a command over connections, as text or JSON, and gives its exit code.
 *
 * @param text the same for people; not called for JSON or if nothing is to be said.
 * @param more what the JSON has beside the connections.
 */
export function finish(
  session: Session,
  command: string,
  reports: readonly Report[],
  text: (reports: readonly Report[]) => void,
  exitCode = worstExitCode(reports.map(reportVerdict)),
  more?: object,
): number {
  const { json, quiet, invocation } = session;
  if (quiet && exitCode === 0) return exitCode;
  if (json) {
    const now = session.clock.now();
    const document = reportsDocument(command, now, reports, exitCode, invocation, more);
    session.print({ json: document });
    return exitCode;
  }
  // First, so that the next step is what a person reads last.
  for (const { name, warnings } of reports) {
    for (const { message, forPerson, said } of warnings) {
      if (said || (forPerson && !session.terminal.interactive)) continue;
      session.terminal.warn(`${name}: ${message}`);
    }
  }
  text(quiet ? reports.filter((each) => verdicts[reportVerdict(each)].exitCode !== 0) : reports);
  return exitCode;
}

/** While many are asked about: how far that is. */
export function askingText(pace: Pace): () => string {
  return () => {
    const text = pace.toString();
    return text === '' ? 'Asking the providers' : text;
  };
}

/**
 * What is known of many when the run is interrupted; undefined if that is nothing.
 *
 * @param isTableShown the table stands there already.
 */
export function interruptedText(
  { style, invocation }: Session,
  done: readonly Report[],
  pace: Pace,
  isTableShown = false,
): string | undefined {
  if (done.length === 0) return undefined;
  const text = isTableShown
    ? `\n${checkCausesText(style, done, invocation)}`
    : checkText(style, done, invocation);
  return `${text}\n\n${pace.count} were asked about.`;
}

/**
 * Prints on stderr what changed since a person last saw it, whatever the mode; if only stdout is a
 * terminal, there, too. What a terminal has shown is not said again.
 */
export async function printChanges(session: Session, reports: readonly Report[]): Promise<void> {
  const { json, quiet, style, stdoutIsTerminal, stderrIsTerminal } = session;
  const lines = reports.flatMap(({ name, changes }) =>
    changes.map(({ what, was, is }) => `${name}: ${what} changed: it was ${was}, it is ${is}`),
  );
  for (const line of lines) session.terminal.warn(line);
  if (!stderrIsTerminal) {
    if (!stdoutIsTerminal || quiet) return;
    // The JSON has them anyway.
    if (!json)
      for (const line of lines) session.print(style.paragraph(line, '  ', `${style.warning} `));
  }
  if (lines.length === 0) return;
  const { acknowledgeChanges } = await import('../flows/connections/changes.js');
  await acknowledgeChanges(session, reports);
}

/**
 * How a connect or a rotation ended: written into the history and printed.
 *
 * @param why the text of `--reason`.
 * @returns the exit code.
 */
export function finishConnected(
  session: Session,
  command: 'connect' | 'rotate' | 'accept',
  provider: Provider,
  { report: found, shown, left = false }: Connected,
  why?: string,
): number {
  if (left)
    return finish(session, command, [found], () => session.printError('Nothing was changed.'));
  const event = eventOf(command, found);
  const warnings = event ? session.history.record({ ...entryOf(event, found), why }) : [];
  const report = { ...found, warnings: [...found.warnings, ...warnings] };
  const code = finish(session, command, [report], () => {
    if (report.stored || isAccepted(report.reason)) {
      const { interactive } = session.terminal;
      // Set off from the questions above; on a pipe it stands alone.
      if (interactive) session.printError('');
      const { invocation } = session;
      const reader = { person: interactive, invocation, rotated: command === 'rotate' };
      session.print(connectedText(session.style, provider, report, reader));
      return;
    }
    if (!shown) {
      const advice = adviceWithCommand(report, session.invocation);
      session.printError(formatAdvice(session.style, session.style.bad, advice));
      for (const line of ladderLine(session.style, report.ladder)) session.printError(line);
    }
    session.printError(session.style.paragraph(`No credential was saved. (${report.reason})`, ''));
  });
  if (report.stored) showWhereToLook(session, report);
  return code;
}

/** How an answer ended: printed, and written into the history. @returns the exit code. */
export function finishAccepted(session: Session, accepted: Accepted): number {
  const code = finishConnected(session, 'accept', accepted.provider, accepted);
  if (!accepted.report.stored) {
    session.terminal.note(
      `${accepted.request} stays open: whoever answered can enter another one on the same page. Tell them what is said above.`,
    );
  }
  return code;
}

/** No command looks into a Vault that it isn't told of. */
function showWhereToLook(session: Session, { storeId }: Report): void {
  const { json, quiet, invocation, terminal } = session;
  if (json || quiet || storeId === undefined || !isVaultId(storeId)) return;
  if (session.variable(DEFAULT_STORE) === storeId) return;
  terminal.note('So that the other commands look there too, on every machine of the team:');
  terminal.note(`  ${variableLine(invocation, DEFAULT_STORE, storeId)}`);
}

/** What a connect or a rotation was; undefined if there is nothing to remember. */
function eventOf(
  command: 'connect' | 'rotate' | 'accept',
  report: Report,
): HistoryEventName | undefined {
  if (report.stored) {
    if (command === 'accept') return 'accepted';
    if (command === 'rotate') return 'rotated';
    return report.replaced ? 'replaced' : 'connected';
  }
  // With `--store none` there is no store.
  const refused = isRejected(report.reason) && report.store !== null;
  return refused ? 'refused' : undefined;
}

import { entryOf, type HistoryEventName } from '../core/history.js';
import type { Pace } from '../core/pace.js';
import type { Provider } from '../core/provider.js';
import { adviceWithCommand, reportVerdict, type Report } from '../core/report.js';
import { exitCodes, isAccepted, isRejected, verdicts, worstExitCode } from '../core/verdict.js';
import type { Connected } from '../flows/connect/connect.js';
import type { AcceptedAnswer } from '../flows/sealed-request/accept-answer.js';
import { reportsDocument } from '../output/json.js';
import { formatAdvice } from '../output/style.js';
import { checkCausesText, checkText } from '../output/check.js';
import { connectedText } from '../output/connected.js';
import { ladderLine } from '../output/report.js';
import { variableLine } from '../core/shell.js';
import { isVaultId } from '../core/vault-id.js';
import type { Session } from './command.js';
import { DEFAULT_STORE } from './options.js';

/**
 * Prints the result of a command over connections as text or JSON, and returns its exit code.
 *
 * @param text returns the text for people. It isn't called for JSON, or if nothing is printed.
 * @param more additional keys of the JSON.
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
  // Warnings come first, so that the next step is what a person reads last.
  for (const { name, warnings } of reports) {
    for (const { message, forPerson, said } of warnings) {
      if (said || (forPerson && !session.terminal.interactive)) continue;
      session.terminal.warn(`${name}: ${message}`);
    }
  }
  text(quiet ? troubled(reports) : reports);
  return exitCode;
}

function troubled(reports: readonly Report[]): Report[] {
  return reports.filter((each) => verdicts[reportVerdict(each)].exitCode !== exitCodes.done);
}

/** The progress of many; `what` is done until there is any. */
export function progressText(what: string, pace: Pace): () => string {
  return () => {
    const text = pace.toString();
    return text === '' ? what : text;
  };
}

/**
 * What is known about many connections when the run is interrupted; undefined if nothing is.
 *
 * @param isTableShown the table is already on the screen.
 */
export function interruptedText(
  { style, invocation, quiet }: Session,
  done: readonly Report[],
  pace: Pace,
  isTableShown = false,
): string | undefined {
  if (done.length === 0) return undefined;
  const shown = quiet ? troubled(done) : done;
  const isTable = !isTableShown && shown.length > 0;
  const text = isTable
    ? checkText(style, shown, invocation, done)
    : `${isTableShown ? '\n' : ''}${checkCausesText(style, shown, invocation, done)}`;
  return `${text}\n\n${pace.count} were asked about.`;
}

/**
 * Prints on stderr what has changed since a person last saw it, in every mode. If only stdout is a
 * terminal, it prints it there too. Changes that a terminal has shown aren't printed again.
 */
export async function printChanges(session: Session, reports: readonly Report[]): Promise<void> {
  const { json, quiet, style, stdoutIsTerminal, stderrIsTerminal } = session;
  const lines = reports.flatMap(({ name, changes }) =>
    changes.map(({ what, was, is }) => `${name}: ${what} changed: it was ${was}, it is ${is}`),
  );
  for (const line of lines) session.terminal.warn(line);
  if (!stderrIsTerminal) {
    if (!stdoutIsTerminal || quiet) return;
    // The JSON contains them anyway.
    if (!json)
      for (const line of lines) session.print(style.paragraph(line, '  ', `${style.warning} `));
  }
  if (lines.length === 0) return;
  const { acknowledgeChanges } = await import('../flows/connections/changes.js');
  await acknowledgeChanges(session, reports);
}

/**
 * Records the end of a connect or a rotation in the history, and prints it.
 *
 * @param why the text of `--reason`.
 * @returns the exit code.
 */
export function finishConnected(
  session: Session,
  command: 'connect' | 'rotate' | 'accept',
  provider: Provider,
  { report: found, shown, kept = false }: Connected,
  why?: string,
): number {
  if (kept)
    return finish(session, command, [found], () => session.printError('Nothing was changed.'));
  const event = eventOf(command, found);
  const warnings = event ? session.history.record({ ...entryOf(event, found), why }) : [];
  const report = { ...found, warnings: [...found.warnings, ...warnings] };
  const code = finish(session, command, [report], () => {
    if (report.stored || isAccepted(report.reason)) {
      const { interactive } = session.terminal;
      // A blank line separates it from the questions above. On a pipe there are none.
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

/** Prints the result of a sealed answer and records it in the history. @returns the exit code. */
export function finishAnswer(session: Session, answered: AcceptedAnswer): number {
  const code = finishConnected(session, 'accept', answered.provider, answered);
  if (!answered.report.stored) {
    session.terminal.note(
      `${answered.request} stays open: whoever answered can enter another one on the same page. Tell them what is said above.`,
    );
  }
  return code;
}

/** A command looks only into the Vaults that it names. This prints how to name one. */
function showWhereToLook(session: Session, { storeId }: Report): void {
  const { json, quiet, invocation, terminal } = session;
  if (json || quiet || storeId === undefined || !isVaultId(storeId)) return;
  if (session.variable(DEFAULT_STORE) === storeId) return;
  terminal.note('So that the other commands look there too, on every machine of the team:');
  terminal.note(`  ${variableLine(invocation, DEFAULT_STORE, storeId)}`);
}

/** The history event for a connect or a rotation; undefined if there is nothing to record. */
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

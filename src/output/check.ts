import { adviceWithCommand, reportVerdict, type Report } from '../core/report.js';
import { INSTALLED, type Invocation } from '../core/shell.js';
import { isUndecided, type Verdict } from '../core/verdict.js';
import { formatAdvice, type Style } from './style.js';
import { ladderLine, markOf, nameOf, shortHash } from './report.js';

/**
 * One line for each connection, then what to do about problems, then the counts.
 *
 * @param all includes connections that aren't shown.
 */
export function checkText(
  style: Style,
  reports: readonly Report[],
  invocation: Invocation = INSTALLED,
  all: readonly Report[] = reports,
): string {
  const rows = checkRows(style, reports, Math.max(...reports.map((each) => nameOf(each).length)));
  const [only] = reports;
  if (only && reports.length === 1 && all.length <= 1) {
    const isWell = reportVerdict(only) === 'valid';
    return isWell ? rows : [rows, ...troubleText(style, only, invocation)].join('\n');
  }
  return `${rows}\n\n${checkCausesText(style, reports, invocation, all)}`;
}

/** @param widest the width of the longest name in the table. */
export function checkRows(style: Style, reports: readonly Report[], widest: number): string {
  return reports
    .map((report) => {
      const verdict = reportVerdict(report);
      const head = `${nameOf(report).padEnd(widest)}  ${verdict.padEnd(11)} `;
      const said = verdict === 'valid' ? shortLabel(report) : report.reason;
      const hash = shortHash(report);
      const own = hash === '' ? '' : `your file ${hash}`;
      const rest = [said, own].filter((part) => part !== '').join(', ');
      const row = `${head} ${style.dim(rest)}`.trimEnd();
      return style.paragraph(row, '    ', `${markOf(style, verdict)} `);
    })
    .join('\n');
}

/** What follows the table: what to do, and the counts. */
export function checkCausesText(
  style: Style,
  reports: readonly Report[],
  invocation: Invocation = INSTALLED,
  all: readonly Report[] = reports,
): string {
  const troubled = reports.filter((report) => reportVerdict(report) !== 'valid');
  const blocks = alike(troubled).map((group) => {
    const [first] = group;
    const names = style.bold(group.map(nameOf).join(', '));
    const heading = style.paragraph(names, '  ', `${markOf(style, reportVerdict(first))} `);
    return [heading, ...troubleText(style, first, invocation)].join('\n');
  });
  return [...blocks, style.paragraph(sumText(all), '')].join('\n\n');
}

/** How far the check came, why it stopped, and what to do. */
function troubleText(style: Style, report: Report, invocation: Invocation): string[] {
  const advice = formatAdvice(style, style.dim('-'), adviceWithCommand(report, invocation), '  ');
  return [...ladderLine(style, report.ladder), advice];
}

/** Groups connections that couldn't be reached for the same reason: one network, one cause. */
function alike(reports: readonly Report[]): [Report, ...Report[]][] {
  const groups = new Map<string, [Report, ...Report[]]>();
  for (const report of reports) {
    const key = isUndecided(report.reason) ? `${report.provider} ${report.reason}` : nameOf(report);
    const group = groups.get(key);
    if (group) group.push(report);
    else groups.set(key, [report]);
  }
  return [...groups.values()];
}

/** For one connection, and for several. */
const COUNTED: Readonly<Record<Verdict, readonly [string, string]>> = {
  valid: ['works', 'work'],
  rejected: ['refused', 'refused'],
  'wrong-host': ['with a wrong address', 'with a wrong address'],
  limited: ['with limits', 'with limits'],
  missing: ['missing', 'missing'],
  'store-error': ['not read', 'not read'],
  unreachable: ['unknown', 'unknown'],
  undecided: ['unknown', 'unknown'],
};

/** `7 checked: 3 work, 1 refused, 3 unknown`. */
function sumText(reports: readonly Report[]): string {
  const counts = new Map<string, number>();
  const verdicts = reports.map(reportVerdict);
  for (const verdict of Object.keys(COUNTED) as Verdict[]) {
    const [one, many] = COUNTED[verdict];
    const count = verdicts.filter((each) => COUNTED[each][1] === many).length;
    if (count > 0) counts.set(count === 1 ? one : many, count);
  }
  const total = reports.length;
  if (counts.get('work') === total) return `${total} checked: all work`;
  const parts = [...counts].map(([word, count]) => `${count} ${word}`);
  return `${total} checked: ${parts.join(', ')}`;
}

/** Only the name. A table has no room for the address after it. */
function shortLabel({ identity }: Report): string {
  return identity?.label.replace(/ <[^<>]*>$/u, '') ?? '';
}

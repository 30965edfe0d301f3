import { ago, daysBetween } from '../core/duration.js';
import { reportVerdict, type Report } from '../core/report.js';
import { formatAdvice, type Style } from './style.js';
import { markOf, shortHash } from './report.js';

/** What is stored, as a table. If the table is too wide, each connection has two lines. */
export function listText(style: Style, reports: readonly Report[], now: Date): string {
  const ages = reports.map(({ changedAt }) => oldAge(changedAt, now));
  const backends = new Set(reports.map(({ store }) => store?.backend ?? '-'));
  // Most lists don't need these columns, and 80 columns are few.
  const hasAges = ages.some((age) => age !== '');
  const hasBackends = backends.size > 1;
  const hasOwn = reports.some(({ definition }) => definition !== undefined);
  const rows = reports.map((report, index) => [
    report.name ?? '',
    lastCheck(report),
    report.verifiedAt === null ? '-' : ago(report.verifiedAt, now),
    ...(hasAges ? [ages[index] ?? ''] : []),
    ...(hasBackends ? [report.store?.backend ?? '-'] : []),
    ...(hasOwn ? [shortHash(report)] : []),
  ]);
  const marks = reports.map((report) => listMark(style, report));
  const titles = [
    'NAME',
    'LAST CHECK',
    'WHEN',
    ...(hasAges ? ['AGE'] : []),
    ...(hasBackends ? ['STORED IN'] : []),
    ...(hasOwn ? ['YOUR FILE'] : []),
  ];
  const broken = reports.filter(({ reason }) => reason === 'store-corrupt');
  const [backend] = backends;
  return [
    ...(table(style, titles, rows, marks) ?? stacked(style, rows, marks)),
    ...broken.map(({ advice }) => formatAdvice(style, style.bad, advice)),
    '',
    style.paragraph(
      `${hasBackends || backend === '-' ? '' : `All in ${backend}. `}Ask again: connect-wizard check`,
      '  ',
    ),
  ].join('\n');
}

/** @returns undefined if a line is wider than the terminal. */
function table(
  style: Style,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  marks: readonly string[],
): string[] | undefined {
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const lines = [
    style.paragraph(style.dim(line(titles)), '  '),
    ...rows.map((row, index) => style.paragraph(line(row), '  ', `${marks[index]} `)),
  ];
  return lines.some((each) => each.includes('\n')) ? undefined : lines;
}

function stacked(
  style: Style,
  rows: readonly (readonly string[])[],
  marks: readonly string[],
): string[] {
  return rows.flatMap(([name = '', ...rest], index) => [
    style.paragraph(name, '  ', `${marks[index]} `),
    style.paragraph(rest.filter((cell) => cell !== '' && cell !== '-').join(', '), '    '),
  ]);
}

function lastCheck(report: Report): string {
  const { lastValidAt, verifiedAt, reason } = report;
  if (lastValidAt === null && verifiedAt !== null) return `unverified: ${reason}`;
  return reason === 'ok' ? 'valid' : `${reportVerdict(report)}: ${reason}`;
}

function listMark(style: Style, report: Report): string {
  const isProven = report.lastValidAt !== null || report.verifiedAt === null;
  return isProven ? markOf(style, reportVerdict(report)) : style.warning;
}

/** In days. A secret that was changed more recently isn't old. */
const OLD_DAYS = 90;

function oldAge(changedAt: string | null, now: Date): string {
  if (changedAt === null) return '';
  const days = daysBetween(changedAt, now);
  return days > OLD_DAYS ? `${days} d` : '';
}

/** Says that a connection was removed, or didn't exist. */
export function removedText(style: Style, { advice, createdAt }: Report): string {
  return `${createdAt === null ? '-' : style.good} ${advice.what}.`;
}

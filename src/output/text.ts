import { counted } from '../core/counted.js';
import type { HealthCheck } from '../core/health.js';
import { ago, daysBetween } from '../core/duration.js';
import { fieldFlags, secretFields } from '../core/field.js';
import type { LadderRung } from '../core/ladder.js';
import { saidFirst } from '../core/provenance.js';
import type { Provider } from '../core/provider.js';
import { adviceWithCommand, reportVerdict, type Report } from '../core/report.js';
import { commandLine, INSTALLED, type Invocation } from '../core/shell.js';
import { isAccepted, isUndecided, type Verdict } from '../core/verdict.js';
import { scriptCommand } from './script-command.js';
import { formatAdvice, nextWidth, type Style } from './style.js';

/** The mark of a verdict: good, of no consequence for the credential, or bad. */
function markOf(style: Style, verdict: Verdict): string {
  if (verdict === 'valid') return style.good;
  const mild: readonly Verdict[] = ['limited', 'unreachable', 'undecided'];
  return mild.includes(verdict) ? style.warning : style.bad;
}

export interface Reader {
  /** Somebody reads it who may want to know how to go on; not so the log of a job. */
  readonly person: boolean;
  readonly invocation: Invocation;
  /** Was the secret of a stored connection replaced? */
  readonly rotated?: boolean;
}

/** What a connect ends with, when the credential was accepted or stored. */
export function connectedText(
  style: Style,
  provider: Provider,
  report: Report,
  { person, invocation, rotated = false }: Reader,
): string {
  const verdict = reportVerdict(report);
  const { stored, store, identity, host } = report;
  const mark = verdict === 'valid' ? style.good : style.warning;
  const row = (label: string, value: string): string =>
    style.paragraph(value, ROW_INDENT, `  ${style.dim(label.padEnd(12))}`);
  const lines = [
    style.paragraph(
      style.bold(connectedHeadline(provider, report, { person, rotated })),
      '  ',
      `${mark} `,
    ),
    ...(identity ? [row('Acts as', identity.label)] : []),
    row('Host', host ?? ''),
    ...(stored && store ? [row('Stored in', store.backend)] : []),
  ];
  if (verdict !== 'valid') {
    lines.push(formatAdvice(style, markOf(style, verdict), adviceWithCommand(report, invocation)));
  }
  if (!person) return lines.join('\n');
  const command = (label: string, args: readonly string[], after = ''): string =>
    commandRow(style, label, `${commandLine(invocation, args)}${after}`);
  if (store?.persistent === false) {
    return [...lines, '', command('For real', [provider.id])].join('\n');
  }
  if (stored) {
    const own = nameOf(report);
    lines.push(
      '',
      command('Use it', ['exec', own, '--', 'your-program']),
      command('In a pipe', ['token', own], ' | your-program'),
      command('Re-check', ['check', own]),
      command('Remove', ['remove', own]),
    );
  }
  const script = scriptCommand(provider, report, invocation);
  const [first = '', ...more] = script.lines;
  lines.push(
    commandRow(style, 'In CI', first),
    ...more.map((line) => `${ROW_INDENT}${style.accent(line)}`),
    style.paragraph(style.dim(`with ${script.variables.join(' and ')} set`), ROW_INDENT),
  );
  return lines.join('\n');
}

const ROW_INDENT = ' '.repeat(14);

/** A command is never broken by us: what is copied runs. */
function commandRow(style: Style, label: string, command: string): string {
  const beside = style.paragraph(
    style.accent(command),
    ROW_INDENT,
    `  ${style.dim(label.padEnd(12))}`,
  );
  return beside.includes('\n') ? `  ${style.dim(label)}\n    ${style.accent(command)}` : beside;
}

function connectedHeadline(
  provider: Provider,
  report: Report,
  { person, rotated = false }: Pick<Reader, 'person' | 'rotated'>,
): string {
  const { name, stored, store, replaced } = report;
  const verdict = reportVerdict(report);
  const limits = verdict === 'limited' ? ', with limits' : '';
  if (store?.persistent === false) return `Rehearsed ${name}${limits}; nothing was stored`;
  if (!stored) return `${name} works${limits}; nothing was stored`;
  if (!isAccepted(report.reason)) return `Stored, unverified: ${name}`;
  const secrets = secretFields(provider).map(({ label }) => label);
  if (replaced && !rotated && person) {
    return `Replaced the ${secrets.join(' and ')} of ${name}${limits}`;
  }
  const done = rotated ? 'Rotated' : replaced ? 'Updated' : 'Connected';
  return limits === '' ? `${done} ${name}` : `${done}${limits}: ${name}`;
}

/**
 * A line for each connection; below that, what to do about those that are not simply good; how many
 * of each there are comes last.
 *
 * @param all with those that are not shown.
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

/** @param widest of the names in the table. */
export function checkRows(style: Style, reports: readonly Report[], widest: number): string {
  return reports
    .map((report) => {
      const verdict = reportVerdict(report);
      const head = `${nameOf(report).padEnd(widest)}  ${verdict.padEnd(11)} `;
      const rest = verdict === 'valid' ? shortLabel(report) : report.reason;
      const row = `${head} ${style.dim(rest)}`.trimEnd();
      return style.paragraph(row, '    ', `${markOf(style, verdict)} `);
    })
    .join('\n');
}

/** What follows the table: what to do, and how many of each there are. */
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

/** How far it came, why no further, and what to do. */
function troubleText(style: Style, report: Report, invocation: Invocation): string[] {
  const advice = formatAdvice(style, style.dim('-'), adviceWithCommand(report, invocation), '  ');
  return [...ladderLine(style, report.ladder), advice];
}

/** What failed on the way for the same reason is told once: one network, one cause. */
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

/** One, and several. */
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

/** The name alone: an address behind it has no room in a table. */
function shortLabel({ identity }: Report): string {
  return identity?.label.replace(/ <[^<>]*>$/u, '') ?? '';
}

/** A store that could not be looked into has no name. */
function nameOf({ name, store }: Report): string {
  return name ?? store?.backend ?? '';
}

/** How far it came, on one line; nothing where nobody was asked. */
export function ladderLine(style: Style, ladder: readonly LadderRung[], margin = '  '): string[] {
  if (ladder.length === 0) return [];
  const mark = (ok: boolean | null): string =>
    ok === null ? style.warning : ok ? style.good : style.bad;
  const rungs = ladder.map(({ rung, ok }) => `${mark(ok)}${NO_BREAK}${rung}`);
  return [style.paragraph(rungs.join('  '), margin).replaceAll(NO_BREAK, ' ')];
}

/** Keeps a mark on the line of its word. */
const NO_BREAK = '\u00A0';

/** What is stored, as a table; where that is too wide, a connection has two lines. */
export function listText(style: Style, reports: readonly Report[], now: Date): string {
  const ages = reports.map(({ changedAt }) => oldAge(changedAt, now));
  const places = new Set(reports.map(({ store }) => store?.backend ?? '-'));
  // Columns that most lists need not have, for 80 columns are few.
  const hasAges = ages.some((age) => age !== '');
  const hasPlaces = places.size > 1;
  const rows = reports.map((report, index) => [
    report.name ?? '',
    lastCheck(report),
    report.verifiedAt === null ? '-' : ago(report.verifiedAt, now),
    ...(hasAges ? [ages[index] ?? ''] : []),
    ...(hasPlaces ? [report.store?.backend ?? '-'] : []),
  ]);
  const marks = reports.map((report) => listMark(style, report));
  const titles = [
    'NAME',
    'LAST CHECK',
    'WHEN',
    ...(hasAges ? ['AGE'] : []),
    ...(hasPlaces ? ['STORED IN'] : []),
  ];
  const broken = reports.filter(({ reason }) => reason === 'store-corrupt');
  const [place] = places;
  return [
    ...(table(style, titles, rows, marks) ?? stacked(style, rows, marks)),
    ...broken.map(({ advice }) => formatAdvice(style, style.bad, advice)),
    '',
    style.paragraph(
      `${hasPlaces || place === '-' ? '' : `All in ${place}. `}Ask again: connect-wizard check`,
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
    style.paragraph(rest.filter((cell) => cell !== '').join(', '), '    '),
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

/** What an import is going to do, a line a connection. */
export function planText(style: Style, rows: readonly PlanLine[]): string {
  const widest = Math.max(...rows.map(({ name }) => name.length));
  return rows
    .map(({ name, host, existing, row }) => {
      const what = existing ? `replaces what is stored (${existing.host})` : 'new';
      const line = `${name.padEnd(widest)}  ${row.provider.name}, ${host}: ${what}`;
      return style.paragraph(line, '    ', `  ${existing ? style.warning : style.next} `);
    })
    .join('\n');
}

/** As much of a planned row as is shown. */
interface PlanLine {
  readonly name: string;
  readonly host: string;
  readonly existing: { readonly host: string } | undefined;
  readonly row: { readonly provider: { readonly name: string } };
}

/** A secret that was changed in the last 90 days is not old. */
const OLD_DAYS = 90;

function oldAge(changedAt: string | null, now: Date): string {
  if (changedAt === null) return '';
  const days = daysBetween(changedAt, now);
  return days > OLD_DAYS ? `${days} d` : '';
}

/**
 * What a provider asks for, what can be asked of it, and what can be rehearsed.
 *
 * @param situations what happens, by the reason that a rehearsal ends with.
 */
export function providerText(
  style: Style,
  provider: Provider,
  now: Date,
  situations: ReadonlyMap<string, { readonly title: string }>,
): string {
  const { id, name, summary, fields, hosts, capabilities } = provider;
  const said = saidFirst(provider, now.toISOString().slice(0, 10));
  const entry = (head: string, text: string): string =>
    style.paragraph(text, '      ', `    ${style.bold(head)}\n      `);
  return [
    `${style.bold(name)} (${id}): ${summary}`,
    ...said.map((text) => style.paragraph(text, '  ', '  ')),
    '',
    '  What it asks for',
    ...fields.map((field) =>
      entry(
        field.label,
        // Of a secret it's a description, not a value.
        `${[...fieldFlags(field), field.env].join(', ')}${field.kind === 'secret' ? ':' : ', such as'} ${field.example}`,
      ),
    ),
    '',
    '  Where it may be',
    ...hosts.templates.flatMap(({ template, environment }) =>
      hostForms(provider, template).map((form) => `    ${form} (${environment})`),
    ),
    ...(capabilities.length === 0
      ? []
      : [
          '',
          '  What --need can ask for',
          ...capabilities.map((capability) =>
            entry(capability.id, `granted by: ${capability.grantedBy}`),
          ),
        ]),
    '',
    '  What --sandbox=<reason> can rehearse',
    ...situationLines(style, situations),
  ].join('\n');
}

function situationLines(
  style: Style,
  situations: ReadonlyMap<string, { readonly title: string }>,
): string[] {
  const widest = Math.max(...[...situations.keys()].map(({ length }) => length));
  return [...situations].map(([reason, { title }]) =>
    style.paragraph(title, ' '.repeat(widest + 6), `    ${style.bold(reason.padEnd(widest))}  `),
  );
}

/** The hosts that a template stands for: each of a few, or what any of them looks like. */
function hostForms(provider: Provider, template: string): string[] {
  const [, id] = /\{(\w+)\}/u.exec(template) ?? [];
  if (id === undefined) return [template.replaceAll(/[*#]/gu, '<anything>')];
  const { choices } = provider.fields.find((field) => field.id === id) ?? {};
  const values = choices?.map(({ value }) => value) ?? ['<anything>'];
  return values.flatMap((value) => hostForms(provider, template.replace(`{${id}}`, value)));
}

/** That a connection is gone, or was not there. */
export function removedText(style: Style, { advice, createdAt }: Report): string {
  return `${createdAt === null ? '-' : style.good} ${advice.what}.`;
}

/** Where a check belongs, by what its id begins with; the network is what is left. */
const SECTIONS: readonly (readonly [title: string, ids: readonly string[]])[] = [
  [
    'This machine',
    ['connect-wizard', 'node', 'terminal', 'proxy', 'certificates', 'tls', 'folder', 'clock'],
  ],
  ['Stores', ['records', 'record', 'permissions', 'store', 'items', 'secret', 'test-value']],
];
const REST = 'Network';

/** What `doctor` saw, in sections; the fix stands below what is not well, and the sum last. */
export function healthText(style: Style, checks: readonly HealthCheck[]): string {
  const sectionOf = ({ id }: HealthCheck): string => {
    const [kind = ''] = id.split(':');
    return SECTIONS.find(([, ids]) => ids.includes(kind))?.[0] ?? REST;
  };
  const sections = [...SECTIONS.map(([title]) => title), REST].flatMap((title) => {
    const own = checks.filter((check) => sectionOf(check) === title);
    return own.length === 0
      ? []
      : [[style.bold(title), ...own.map((check) => checkLine(style, check))].join('\n')];
  });
  return [...sections, style.paragraph(healthSum(checks), '')].join('\n\n');
}

function checkLine(style: Style, check: HealthCheck): string {
  const { id, ok, detail, nextStep } = check;
  const mark = ok ? style.good : isWarning(check) ? style.warning : style.bad;
  const line = style.paragraph(`${id}: ${detail}`, '    ', `  ${mark} `);
  if (nextStep === null) return line;
  const indent = ' '.repeat(4 + nextWidth(style) + 1);
  return `${line}\n${style.paragraph(nextStep, indent, `    ${style.next} `)}`;
}

/** It may pass by itself, or be on the way and not here. */
function isWarning({ verdict }: HealthCheck): boolean {
  return verdict === 'unreachable' || verdict === 'undecided';
}

function healthSum(checks: readonly HealthCheck[]): string {
  const failing = checks.filter(({ ok }) => !ok);
  if (failing.length === 0) return 'All is well.';
  const warnings = failing.filter(isWarning).length;
  const problems = failing.length - warnings;
  const parts = [
    ...(problems > 0 ? [counted(problems, 'problem')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ];
  return `${parts.join(', ')}. To send this: connect-wizard doctor --report report.txt`;
}

import type { HealthCheck } from '../core/health.js';
import { daysBetween } from '../core/duration.js';
import { fieldFlags } from '../core/field.js';
import type { LadderRung } from '../core/ladder.js';
import type { Provider } from '../core/provider.js';
import { adviceWithCommand, reportVerdict, type Report } from '../core/report.js';
import { commandLine, INSTALLED, type Invocation } from '../core/shell.js';
import { isAccepted, type Verdict } from '../core/verdict.js';
import { scriptCommand } from './script-command.js';
import { formatAdvice, type Style } from './style.js';

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
  const run = (...args: string[]): string => style.accent(commandLine(invocation, args));
  const { name, stored, store, identity, host } = report;
  const accepted = isAccepted(reportVerdict(report));
  const rehearsed = store?.persistent === false;
  const headline = stored
    ? `${accepted ? (rotated ? 'Rotated' : 'Connected') : 'Stored, unverified:'} ${name}`
    : rehearsed
      ? `Rehearsed ${name}; nothing was stored`
      : `${name} works; nothing was stored`;
  const facts: [string, string][] = [
    ...(identity ? ([['Whose', identity.label]] as [string, string][]) : []),
    ['Host', host ?? ''],
    ...(stored && store
      ? ([['Stored in', `${store.backend}, as ${name}`]] as [string, string][])
      : []),
  ];
  const lines = [
    style.paragraph(style.bold(headline), '  ', `${accepted ? style.good : style.warning} `),
    ...facts.map(([label, value]) =>
      style.paragraph(value, ' '.repeat(14), `  ${style.dim(label.padEnd(12))}`),
    ),
  ];
  if (reportVerdict(report) !== 'valid') {
    lines.push(
      formatAdvice(
        style,
        markOf(style, reportVerdict(report)),
        adviceWithCommand(report, invocation),
      ),
    );
  }
  if (!person) return lines.join('\n');
  if (stored) {
    lines.push(
      '',
      `  ${style.dim('Is it still good?')}`,
      `    ${run('check', nameOf(report))}`,
      `  ${style.dim('What is stored, and how to take it away:')}`,
      `    ${run('list')}`,
      `    ${run('remove', nameOf(report))}`,
    );
  }
  if (rehearsed) {
    lines.push('', `  ${style.dim('For real:')}`, `    ${run(provider.id)}`);
    return lines.join('\n');
  }
  lines.push(
    `  ${style.dim('The same without questions, for scripts:')}`,
    ...scriptCommand(provider, report, invocation).map((line) => `    ${style.accent(line)}`),
  );
  return lines.join('\n');
}

/** One line a connection, with the advice below where it is not simply good. */
export function checkText(
  style: Style,
  reports: readonly Report[],
  invocation: Invocation = INSTALLED,
): string {
  const widest = Math.max(...reports.map((report) => nameOf(report).length));
  return reports
    .map((report) => {
      const verdict = reportVerdict(report);
      const who = report.identity ? style.dim(report.identity.label) : '';
      const head = `${nameOf(report).padEnd(widest)}  ${verdict.padEnd(11)}`;
      const line = (rest: string): string =>
        style.paragraph(`${head} ${rest}`.trimEnd(), '    ', `${markOf(style, verdict)} `);
      if (verdict === 'valid') return line(who);
      return [
        line(style.dim(report.reason)),
        ...ladderLine(style, report.ladder),
        formatAdvice(style, style.dim('-'), adviceWithCommand(report, invocation), '  '),
      ].join('\n');
    })
    .join('\n');
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
  const rungs = ladder.map(({ rung, ok }) => `${mark(ok)} ${rung}`);
  return [`${margin}${rungs.join('  ')}`];
}

/** What is stored, as a table. */
export function listText(style: Style, reports: readonly Report[], now: Date): string {
  const ages = reports.map(({ changedAt }) => oldAge(changedAt, now));
  // A column that most lists need not have, for 80 columns are few.
  const hasAges = ages.some((age) => age !== '');
  const rows = reports.map((report, index) => [
    report.name ?? '',
    report.lastValidAt === null && report.verifiedAt !== null
      ? `unverified (${report.reason})`
      : report.reason === 'ok'
        ? 'valid'
        : `${reportVerdict(report)} (${report.reason})`,
    report.verifiedAt === null ? '-' : minute(report.verifiedAt),
    ...(hasAges ? [ages[index] ?? ''] : []),
    report.store?.backend ?? '-',
  ]);
  const age = hasAges ? ['AGE'] : [];
  const titles = ['NAME', 'LAST CHECK', 'CHECKED (UTC)', ...age, 'STORED IN'];
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    style.paragraph(
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
      '    ',
      '',
    );
  const broken = reports.filter(({ reason }) => reason === 'store-corrupt');
  return [
    style.dim(line(titles)),
    ...rows.map(line),
    ...broken.map(({ advice }) => formatAdvice(style, style.bad, advice)),
  ].join('\n');
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

/** The providers, one a line. */
export function providersText(style: Style, providers: readonly Provider[]): string {
  const widest = Math.max(...providers.map(({ id }) => id.length));
  return [
    ...providers.map(({ id, name, summary }) =>
      style.paragraph(
        `${name}: ${summary}`,
        ' '.repeat(widest + 2),
        `${style.bold(id.padEnd(widest))}  `,
      ),
    ),
    '',
    style.dim('More about one: connect-wizard providers <id>'),
  ].join('\n');
}

/** What a provider asks for, and what can be asked of it. */
export function providerText(style: Style, provider: Provider): string {
  const { id, name, summary, fields, hosts, capabilities } = provider;
  const entry = (head: string, text: string): string =>
    style.paragraph(text, '      ', `    ${style.bold(head)}\n      `);
  return [
    `${style.bold(name)} (${id}): ${summary}`,
    '',
    '  What it asks for',
    ...fields.map((field) =>
      entry(
        field.label,
        `${[...fieldFlags(field), field.env].join(', ')}, such as ${field.example}`,
      ),
    ),
    '',
    '  Where it may be',
    ...hosts.templates.map(
      ({ template, environment }) =>
        `    ${template.replaceAll(/\{\w+\}|\*/gu, '<anything>')} (${environment})`,
    ),
    '',
    '  What --need can ask for',
    ...capabilities.map((capability) =>
      entry(capability.id, `comes with: ${capability.grantedBy}`),
    ),
  ].join('\n');
}

function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

/** That a connection is gone, or was not there. */
export function removedText(style: Style, { advice, createdAt }: Report): string {
  return `${createdAt === null ? '-' : style.good} ${advice.what}.`;
}

/** One line a check, and the fix below it where it is not well. */
export function healthText(style: Style, checks: readonly HealthCheck[]): string {
  return checks
    .flatMap(({ id, ok, detail, nextStep }) => [
      style.paragraph(
        `${id}: ${detail}`,
        '     ',
        `${ok ? style.dim('[ok]') : style.bold('[!!]')} `,
      ),
      ...(nextStep === null ? [] : [style.paragraph(nextStep, '       ', `     ${style.next} `)]),
    ])
    .join('\n');
}

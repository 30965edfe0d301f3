import { counted } from '../core/counted.js';
import type { HealthCheck } from '../core/health.js';
import { nextWidth, type Style } from './style.js';

/** The sections, with the first parts of their checks' ids. The network has the rest. */
const SECTIONS: readonly (readonly [title: string, ids: readonly string[]])[] = [
  [
    'This machine',
    ['connect-wizard', 'node', 'terminal', 'proxy', 'certificates', 'tls', 'folder', 'clock'],
  ],
  [
    'Stores',
    ['records', 'record', 'permissions', 'store', 'items', 'secret', 'copy', 'test-value'],
  ],
];

const REST = 'Network';

/**
 * The result of `doctor` in sections, with the fix below each failed check and the count last.
 *
 * @param reported it's part of a report, or was written to one.
 */
export function healthText(style: Style, checks: readonly HealthCheck[], reported = false): string {
  return [healthSections(style, checks), style.paragraph(healthSum(checks, reported), '')].join(
    '\n\n',
  );
}

/** The same without the count: there may be more to check. */
export function healthSections(style: Style, checks: readonly HealthCheck[]): string {
  const sectionOf = ({ id }: HealthCheck): string => {
    const [kind = ''] = id.split(':');
    return SECTIONS.find(([, ids]) => ids.includes(kind))?.[0] ?? REST;
  };
  const titles = [...SECTIONS.map(([title]) => title), REST];
  const sections = titles.flatMap((title) => {
    const own = checks.filter((check) => sectionOf(check) === title);
    return own.length === 0
      ? []
      : [[style.bold(title), ...own.map((check) => checkLine(style, check))].join('\n')];
  });
  return sections.join('\n\n');
}

function checkLine(style: Style, check: HealthCheck): string {
  const { id, ok, detail, nextStep } = check;
  const mark = ok ? style.good : isWarning(check) ? style.warning : style.bad;
  const line = style.paragraph(`${id}: ${detail}`, '    ', `  ${mark} `);
  if (nextStep === null) return line;
  const indent = ' '.repeat(4 + nextWidth(style) + 1);
  return `${line}\n${style.paragraph(nextStep, indent, `    ${style.next} `)}`;
}

/** It may pass by itself, or the cause may be on the way instead of here. */
function isWarning({ verdict }: HealthCheck): boolean {
  return verdict === 'unreachable' || verdict === 'undecided';
}

function healthSum(checks: readonly HealthCheck[], reported: boolean): string {
  const failing = checks.filter(({ ok }) => !ok);
  if (failing.length === 0) return 'All is well.';
  const warnings = failing.filter(isWarning).length;
  const problems = failing.length - warnings;
  const parts = [
    ...(problems > 0 ? [counted(problems, 'problem')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ];
  const toSend = reported ? '' : ' To send this: connect-wizard doctor --report report.txt';
  return `${parts.join(', ')}.${toSend}`;
}

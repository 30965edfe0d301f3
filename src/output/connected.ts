import { secretLabels } from '../core/field.js';
import type { Provider } from '../core/provider.js';
import { adviceWithCommand, reportVerdict, type Report } from '../core/report.js';
import { commandLine, type Invocation } from '../core/shell.js';
import { isAccepted } from '../core/verdict.js';
import { scriptCommand } from './script-command.js';
import { formatAdvice, type Style } from './style.js';
import { markOf, nameOf } from './report.js';

export interface Reader {
  /** A person reads it and may want to know how to go on. It's false for the log of a job. */
  readonly person: boolean;
  readonly invocation: Invocation;
  /** The secret of a stored connection was replaced. */
  readonly rotated?: boolean;
}

/** The text at the end of a connect that was accepted or stored. */
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
    lines.push(
      '',
      formatAdvice(style, markOf(style, verdict), adviceWithCommand(report, invocation)),
    );
  }
  if (!person) return lines.join('\n');
  const command = (label: string, args: readonly string[], after = ''): string =>
    commandRow(style, label, `${commandLine(invocation, args)}${after}`);
  if (store?.persistent === false) {
    return [...lines, '', command('For real', [provider.id])].join('\n');
  }
  lines.push('');
  if (stored) {
    const own = nameOf(report);
    lines.push(
      command('Use it', ['exec', own, '--', 'your-program']),
      command('In a pipe', ['token', own], ' | your-program'),
      command('Re-check', ['check', own]),
      command('Remove', ['remove', own]),
    );
  }
  const script = scriptCommand(provider, report, invocation);
  const [first = '', ...more] = script.lines;
  const inCi = commandRow(style, 'In CI', first);
  const indent = inCi.includes('\n') ? STACKED_INDENT : ROW_INDENT;
  lines.push(
    inCi,
    ...more.map((line) => `${indent}${style.accent(line)}`),
    style.paragraph(style.dim(`with ${script.variables.join(' and ')} set`), indent),
  );
  return lines.join('\n');
}

const ROW_INDENT = ' '.repeat(14);
const STACKED_INDENT = ' '.repeat(4);

/** A command is never wrapped, so that it runs when it's copied. */
function commandRow(style: Style, label: string, command: string): string {
  const beside = style.paragraph(
    style.accent(command),
    ROW_INDENT,
    `  ${style.dim(label.padEnd(12))}`,
  );
  return beside.includes('\n')
    ? `  ${style.dim(label)}\n${STACKED_INDENT}${style.accent(command)}`
    : beside;
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
  if (replaced && !rotated && person) {
    return `Replaced the ${secretLabels(provider)} of ${name}${limits}`;
  }
  const done = rotated ? 'Rotated' : replaced ? 'Updated' : 'Connected';
  return limits === '' ? `${done} ${name}` : `${done}${limits}: ${name}`;
}

import type { LadderRung } from '../core/ladder.js';
import type { Report } from '../core/report.js';
import type { Verdict } from '../core/verdict.js';
import type { Style } from './style.js';

/** The mark of a verdict: good, of no consequence for the credential, or bad. */
export function markOf(style: Style, verdict: Verdict): string {
  if (verdict === 'valid') return style.good;
  const mild: readonly Verdict[] = ['limited', 'unreachable', 'undecided'];
  return mild.includes(verdict) ? style.warning : style.bad;
}

/** A store that could not be looked into has no name. */
export function nameOf({ name, store }: Report): string {
  return name ?? store?.backend ?? '';
}

/** How far it came, on one line; nothing if nobody was asked. */
export function ladderLine(style: Style, ladder: readonly LadderRung[], margin = '  '): string[] {
  if (ladder.length === 0) return [];
  const mark = (ok: boolean | null): string =>
    ok === null ? style.warning : ok ? style.good : style.bad;
  const rungs = ladder.map(({ rung, ok }) => `${mark(ok)}${NO_BREAK}${rung}`);
  return [style.paragraph(rungs.join('  '), margin).replaceAll(NO_BREAK, ' ')];
}

/** Keeps a mark on the line of its word. */
const NO_BREAK = '\u00A0';

/** The beginning of the hash of a person's own definition; nothing of what ships. */
export function shortHash({ definition }: Report): string {
  return definition?.slice(0, 12) ?? '';
}

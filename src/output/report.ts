import type { LadderRung } from '../core/ladder.js';
import type { Report } from '../core/report.js';
import type { Verdict } from '../core/verdict.js';
import type { Style } from './style.js';

/** The mark of a verdict: good, bad, or a warning if it says nothing bad about the credential. */
export function markOf(style: Style, verdict: Verdict): string {
  if (verdict === 'valid') return style.good;
  const mild: readonly Verdict[] = ['limited', 'unreachable', 'undecided'];
  return mild.includes(verdict) ? style.warning : style.bad;
}

/** The connection's name. The report of an unreadable store has none. */
export function nameOf({ name, store }: Report): string {
  return name ?? store?.backend ?? '';
}

/** How far the check came, on one line; nothing if no provider was asked. */
export function ladderLine(style: Style, ladder: readonly LadderRung[], margin = '  '): string[] {
  if (ladder.length === 0) return [];
  const mark = (ok: boolean | null): string =>
    ok === null ? style.warning : ok ? style.good : style.bad;
  const rungs = ladder.map(({ rung, ok }) => `${mark(ok)}${NO_BREAK}${rung}`);
  return [style.paragraph(rungs.join('  '), margin).replaceAll(NO_BREAK, ' ')];
}

/** Keeps a mark on the same line as its word. */
const NO_BREAK = '\u00A0';

/** The first digits of the hash of a user's own definition; empty for a built-in one. */
export function shortHash({ definition }: Report): string {
  return definition?.slice(0, 12) ?? '';
}

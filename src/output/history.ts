import type { HistoryEvent } from '../core/history.js';
import type { Style } from './style.js';

/** Few names are longer, and a line has 80 columns. */
const USUAL_NAME = 24;

/** The history, one event a line, the newest last. */
export function historyText(style: Style, events: readonly HistoryEvent[]): string {
  const widest = Math.max(...events.map(({ event }) => event.length));
  const longest = Math.max(...events.map(({ connection }) => connection.length));
  // A longer name makes only its own line longer.
  const room = Math.min(longest, USUAL_NAME);
  return events
    .map((event) => {
      const head = `${event.time.slice(0, 16).replace('T', ' ')}  ${event.event.padEnd(widest)}`;
      const details = detailsOf(event).join(', ');
      return style.paragraph(
        `${head}  ${event.connection.padEnd(room)}  ${style.dim(details)}`.trimEnd(),
        '    ',
        '',
      );
    })
    .join('\n');
}

/**
 * What is worth reading about an event, in the order people ask: what, where, who, why.
 */
function detailsOf(event: HistoryEvent): string[] {
  const text = (key: string): string => {
    const value = event[key];
    return typeof value === 'string' ? value : '';
  };
  const verdict = text('verdict');
  return [
    verdict === '' || verdict === 'valid' ? verdict : `${verdict} (${text('reason')})`,
    text('formerName') === '' ? '' : `was ${text('formerName')}`,
    text('program') === '' ? '' : `to ${text('program')}`,
    text('user') === '' ? '' : `by ${text('user')}`,
    text('why'),
  ].filter((detail) => detail !== '');
}

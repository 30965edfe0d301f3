import { counted } from '../core/counted.js';
import { emitKeypressEvents } from 'node:readline';
import type { PasteQuestion } from '../core/ports.js';
import { MARK_PASTES, QUIET_MS, type PromptsOptions } from './prompts.js';

/** The marks that some terminals put around a paste. */
// oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
const PASTE_MARKS = /\u001B\[20[01]~/gu;

/**
 * Collects a text of several lines without showing it. The terminal is in raw mode, because a
 * terminal that edits lines cuts them after 1,024 characters (macOS) or 4,096.
 *
 * @param begun what has already arrived.
 */
export function askPaste(
  { input, output, signal }: PromptsOptions,
  { label, isWhole }: PasteQuestion,
  begun = '',
): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = begun;
    let quiet: NodeJS.Timeout | undefined;
    const end = (settle: () => void): void => {
      clearTimeout(quiet);
      input.off('data', onData);
      signal.removeEventListener('abort', onAbort);
      output.write(MARK_PASTES.off);
      settle();
    };
    const onAbort = (): void => {
      output.write('\n');
      end(() => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted')));
    };
    const finish = (): void => {
      const lines = text.trim().split(/\r\n?|\n/u).length;
      output.write(`${counted(lines, 'line')} arrived.\n`);
      end(() => resolve(text));
    };
    const wait = (): void => {
      clearTimeout(quiet);
      if (isWhole(text)) finish();
      else if (text.trim() !== '') quiet = setTimeout(finish, QUIET_MS);
    };
    const onData = (chunk: Buffer | string): void => {
      text += String(chunk).replaceAll(PASTE_MARKS, '');
      wait();
    };
    // Take Ctrl-C and Esc as keys, not as what the terminal makes of them.
    emitKeypressEvents(input);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    output.write(`${MARK_PASTES.on}  ${label} (not shown): `);
    input.setRawMode(true).on('data', onData).resume();
    wait();
  });
}

import { UsageError } from './errors.js';
import { isSealedText } from './sealed/text.js';

/**
 * Reads a secret from a variable, a file or a pipe. Removes a leading BOM and one line ending,
 * which editors and programs add.
 *
 * @param from where it comes from, for the message: `it`, or the name of a variable.
 * @throws {UsageError} it has more than one line, or is a sealed answer.
 */
export function secretLine(label: string, text: string, from = 'it'): string {
  const value = text.replace(/^\uFEFF/u, '').replace(/\r?\n$|\r$/u, '');
  if (isSealedText(value)) {
    throw new UsageError({
      what: `${label} could not be read`,
      why: `${from} is a sealed answer, or a part of one`,
      next: 'Nothing was sent. Give its file, or standard input, to:',
      command: 'connect-wizard accept',
    });
  }
  if (!/[\r\n]/u.test(value)) return value;
  throw new UsageError({
    what: `${label} could not be read`,
    why: `${from} has more than one line`,
    next: 'Give only the value, on one line.',
  });
}

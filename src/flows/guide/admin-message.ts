import { UsageError } from '../../core/errors.js';
import { blanksIn, blanksOf, fillPart, messageText } from '../../core/guide.js';
import { refuseValue, stripInvisible } from '../../core/field.js';
import { looksLikeKey } from '../../core/key-likeness.js';
import { BACK, type Back, type Choice, type Context } from '../../core/ports.js';
import type { AdminMessage, Guide } from '../../core/guide.js';
import { redact } from '../../core/secret.js';
import { cleanAnswer } from './clean-answer.js';

type World = Pick<Context, 'terminal' | 'clipboard' | 'diagnostics'>;

/**
 * Asks for the values of the message's blanks.
 *
 * @param words the known values. They are offered again and updated.
 * @returns the message as it will be sent, or `BACK` from the first question.
 */
export async function askBlanks(
  { terminal }: World,
  guide: Guide,
  message: AdminMessage,
  filled: Map<string, string>,
): Promise<AdminMessage | Back> {
  const blanks = blanksIn(guide, message).flatMap((name) => {
    const ask = guide.blanks[name]?.ask;
    return ask ? [{ name, ...ask }] : [];
  });
  for (let index = 0; index < blanks.length;) {
    const blank = blanks[index];
    if (!blank) break;
    const answer = await terminal.askText({
      label: blank.label,
      initial: filled.get(blank.name) ?? blank.default,
      back: true,
      refuse: (typed) => {
        const { value } = stripInvisible(typed);
        return (
          refuseForOthers(value) ?? refuseValue({ ...blank, example: 'name@company.com' }, value)
        );
      },
    });
    if (answer === BACK && index === 0) return BACK;
    if (answer !== BACK) filled.set(blank.name, cleanAnswer(terminal, answer));
    index += answer === BACK ? -1 : 1;
  }
  return fillPart(message, { ...blanksOf(guide), ...Object.fromEntries(filled) });
}

/**
 * The ways to pass a message on, besides reading it on the screen. Each returns `sent` if it
 * worked.
 *
 * @param file the suggested name if it's written to a file.
 */
export function waysToSend(
  { terminal, clipboard, diagnostics }: World,
  message: AdminMessage,
  file: string,
): Choice<() => Promise<'sent' | Back | undefined>>[] {
  // Defence in depth: `refuseForOthers` should have caught it.
  const text = redact(messageText(message));
  const { program, byTerminal } = clipboard;
  const copy = async (): Promise<'sent' | undefined> => {
    if (await clipboard.copy(text)) {
      if (byTerminal) terminal.note(SENT_TO_TERMINAL);
      else terminal.done('It is in the clipboard');
      return 'sent';
    }
    terminal.warn(`${program} did not take it. Write it to a file instead.`);
    return undefined;
  };
  return [
    ...(program === undefined && !byTerminal
      ? []
      : [{ label: 'Copy it to the clipboard', value: copy }]),
    {
      label: 'Write it to a file',
      value: () => writeToFile({ terminal, diagnostics }, text, file),
    },
  ];
}

const SENT_TO_TERMINAL =
  'Sent to your terminal for the clipboard. Not every terminal takes it: paste it somewhere to see. If it is not there, write it to a file.';

/** Asks until the file is written or the person goes back. */
async function writeToFile(
  { terminal, diagnostics }: Pick<World, 'terminal' | 'diagnostics'>,
  text: string,
  suggestion: string,
): Promise<'sent' | Back | undefined> {
  for (;;) {
    const typed = await terminal.askText({
      label: 'File',
      initial: suggestion,
      back: true,
      refuse: (answer) => {
        const { value } = stripInvisible(answer);
        return value === '' ? 'A name is needed.' : refuseForOthers(value);
      },
    });
    if (typed === BACK) return BACK;
    const path = cleanAnswer(terminal, typed);
    try {
      await diagnostics.writeNew(path, text);
      terminal.done(`Written to ${path}`);
      return 'sent';
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      terminal.problem(error.advice);
    }
  }
}

/**
 * Somebody else will read it, so it can't be a request for help, a secret, or something that looks
 * like one.
 */
function refuseForOthers(value: string): string | undefined {
  if (value === '?') return 'No more help for this question.';
  if (redact(value) === value && !looksLikeKey(value)) return undefined;
  return 'That looks like a key or a token, which nobody else should see.';
}

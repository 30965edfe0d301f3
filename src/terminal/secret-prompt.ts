import { counted } from '../core/counted.js';
import {
  createPrompt,
  isBackspaceKey,
  isEnterKey,
  isTabKey,
  makeTheme,
  useEffect,
  useKeypress,
  usePrefix,
  useRef,
  useState,
  type KeypressEvent,
} from '@inquirer/core';
import { stripInvisible } from '../core/field.js';
import type { Question } from '../core/ports.js';
import { hasEnd, isSealedText } from '../core/sealed/text.js';
import { countCharacters, fingerprint } from '../core/secret.js';
import { toScreen } from '../output/style.js';
import { QUIET_MS, SEVERAL_LINES } from './prompts.js';

interface SecretConfig extends Pick<
  Question,
  'refuse' | 'fingerprint' | 'initial' | 'invitation' | 'typed' | 'sealed'
> {
  readonly message: string;
  /** Wraps lines between words. */
  readonly paragraph: (text: string, indent: string, first: string) => string;
  readonly theme: {
    readonly prefix: string;
    readonly style: {
      readonly answer: (text: string) => string;
      readonly message: (text: string) => string;
      readonly error: (text: string) => string;
      readonly help: (text: string) => string;
    };
  };
}

/** As readline emits it. A key without a character has no `sequence`. */
type Key = KeypressEvent & { readonly sequence?: string };

interface Typed {
  readonly text: string;
  /** Between the marks that a terminal puts around a paste. */
  readonly pasting: boolean;
  /** Inside a sealed answer with more lines to come, so an Enter is part of it. */
  readonly collecting: boolean;
}

interface State extends Typed {
  readonly shown: boolean;
  readonly error?: string | undefined;
  /** The answer, once there is one. */
  readonly answer?: string;
}

/**
 * Shows the number of characters instead of a star for each. So a person sees on one line that a
 * paste has worked, and can compare its length. Tab shows the text, and hides it again.
 *
 * The text is kept here rather than in readline, which ends its line at each line break of a paste,
 * and in some versions of Node also at other characters.
 */
export const secretPrompt = createPrompt<string, SecretConfig>((config, done) => {
  const theme = makeTheme(config.theme);
  const [state, setState] = useState<State>({
    text: config.typed ?? '',
    pasting: false,
    collecting: false,
    shown: false,
  });
  const quiet = useRef<NodeJS.Timeout | undefined>(undefined);
  useEffect(() => () => clearTimeout(quiet.current), []);
  const prefix = usePrefix({ status: state.answer === undefined ? 'idle' : 'done', theme });
  const arrived = useRef<Key[]>([]);

  function take(keys: readonly Key[]): void {
    const next = afterKeys(config, state, keys);
    clearTimeout(quiet.current);
    if (next.collecting) {
      // Whoever opens an incomplete answer reports that.
      const end = (): void => finish({ ...next, collecting: false, answer: next.text });
      quiet.current = setTimeout(end, QUIET_MS);
    }
    if (next !== state) finish(next);
  }

  function finish(next: State): void {
    setState(next);
    if (next.answer !== undefined) done(next.answer);
  }

  useKeypress((key, line) => {
    line.clearLine(0);
    // Readline delivers everything that was read at once before anything else happens. Only then is
    // it known whether an Enter came last.
    if (arrived.current.push(key) === 1) queueMicrotask(() => take(arrived.current.splice(0)));
  });

  const message = theme.style.message(config.message, 'idle');
  const first = `${prefix} `;
  const beside = (text: string): string =>
    toScreen(config.paragraph(`${message} ${text}`, '    ', first));
  if (state.answer !== undefined) {
    return beside(theme.style.answer(confirmation(state.answer, config)));
  }
  const text = withoutEnd(state.text);
  // Every shown character counts, and a wrapped paragraph would drop spaces.
  const line =
    state.shown && text !== ''
      ? // The only text from which no gate removes a secret: the person asked to see it.
        `${toScreen(`${first}${message}`)} ${visible(text)} (${sizeOf(text)})`
      : beside(
          theme.style.help(text === '' ? invitation(config) : `${sizeOf(text)}; Tab shows it`),
        );
  return [line, state.error === undefined ? '' : toScreen(theme.style.error(state.error))];
});

/** The state after the keys that arrived at once. It's the same object if they do nothing. */
function afterKeys(config: SecretConfig, state: State, keys: readonly Key[]): State {
  const { action, lines, ...typed } = read(state, keys);
  const empty: State = { text: '', pasting: typed.pasting, collecting: false, shown: false };
  const entered = state.collecting || action === 'enter' || action === 'several';
  if (entered && config.sealed && isSealedText(lines)) {
    return hasEnd(lines)
      ? { ...empty, answer: lines }
      : { ...typed, text: lines, collecting: true, shown: false };
  }
  // With nothing typed yet, Tab would show what comes next without a warning.
  if (action === 'tab') return { ...state, shown: !state.shown && withoutEnd(state.text) !== '' };
  if (action === 'several') return { ...empty, error: SEVERAL_LINES };
  if (action === 'enter') {
    const answer = withoutEnd(typed.text) || (config.initial ?? '');
    const error = config.refuse(answer);
    // A secret is pasted again rather than edited.
    return error === undefined ? { ...empty, answer } : { ...empty, error };
  }
  const same = typed.text === state.text && typed.pasting === state.pasting;
  return same ? state : { ...typed, shown: state.shown };
}

/**
 * Adds what was typed or pasted, and finds out what the person did.
 *
 * An Enter was pressed by the person if nothing came after it. In a marked paste it's part of the
 * text, and in an unmarked paste it separates lines. Likewise, a Tab was pressed only if it came
 * alone.
 */
function read(
  before: Typed,
  arrived: readonly Key[],
): Typed & {
  readonly action?: 'tab' | 'enter' | 'several';
  /** The text with each Enter as a line break. */
  readonly lines: string;
} {
  let { text, pasting } = before;
  let lines = text;
  const { collecting } = before;
  // "\r\n" is one Enter.
  const keys = arrived.filter(
    ({ name }, index) => !(name === 'enter' && arrived[index - 1]?.name === 'return'),
  );
  let entered: number | undefined;
  for (const [index, key] of keys.entries()) {
    lines += isEnterKey(key) ? '\n' : printed(key);
    if (key.name === 'paste-start') pasting = true;
    else if (key.name === 'paste-end') pasting = false;
    else if (pasting) text += isEnterKey(key) ? '\n' : (key.sequence ?? '');
    else if (isEnterKey(key)) entered ??= index;
    else if (isTabKey(key) && keys.length === 1)
      return { text, lines, pasting, collecting, action: 'tab' };
    else text = edited(text, key);
  }
  if (entered === undefined) return { text, lines, pasting, collecting };
  return {
    text,
    lines,
    pasting,
    collecting,
    action: entered === keys.length - 1 ? 'enter' : 'several',
  };
}

/** Hidden text has no cursor to move, so everything happens at its end. */
function edited(text: string, key: Key): string {
  if (isBackspaceKey(key)) return Array.from(withoutEnd(text)).slice(0, -1).join('');
  if (key.ctrl && key.name === 'u') return '';
  if (key.ctrl && key.name === 'w') return text.replace(/\S*\s*$/u, '');
  return text + printed(key);
}

/** The character of a key. Arrows and the like start with an escape character. */
function printed({ sequence = '' }: Key): string {
  return sequence >= ' ' || sequence === '\t' ? sequence : '';
}

/** A line break at the end comes from a paste and isn't part of a secret. */
function withoutEnd(text: string): string {
  return text.replace(/\n+$/u, '');
}

function invitation(config: SecretConfig): string {
  if (!config.initial) return 'type or paste it; it is not shown';
  if (config.invitation !== undefined) return config.invitation;
  return `Enter keeps the one typed before (${confirmation(config.initial, config)})`;
}

/** What may be printed about a secret that is entered. */
function confirmation(value: string, config: Pick<SecretConfig, 'fingerprint'>): string {
  // This isn't a secret but a request for help.
  if (value.trim() === '?') return '?';
  if (isSealedText(value)) return 'a sealed answer';
  // The caller cleans the value; clean it here too, or the counts differ.
  return config.fingerprint ? visible(fingerprint(stripInvisible(value).value)) : sizeOf(value);
}

function sizeOf(text: string): string {
  return counted(countCharacters(text), 'character');
}

/** One line without anything that a terminal would obey. */
function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '\n' ? '\\n' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

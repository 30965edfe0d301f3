import {
  createPrompt,
  isEnterKey,
  isTabKey,
  makeTheme,
  useKeypress,
  usePrefix,
  useState,
} from '@inquirer/core';
import type { Question } from '../core/ports.js';
import { countCharacters, fingerprint } from '../core/secret.js';

interface SecretConfig extends Pick<Question, 'refuse' | 'fingerprint'> {
  readonly message: string;
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

/**
 * Shows how many characters have arrived instead of one star each: a paste can be
 * seen to have worked, and its length can be compared, on one line. Tab shows the text itself, and
 * hides it again.
 */
export const secretPrompt = createPrompt<string, SecretConfig>((config, done) => {
  const theme = makeTheme(config.theme);
  const [status, setStatus] = useState<'idle' | 'done'>('idle');
  const [value, setValue] = useState('');
  const [shown, setShown] = useState(false);
  const [error, setError] = useState<string | undefined>(undefined);
  const prefix = usePrefix({ status, theme });

  useKeypress((key, line) => {
    if (status === 'done') return;
    if (isTabKey(key)) {
      // Readline has taken the tab into its line.
      line.clearLine(0);
      line.write(value);
      setShown(!shown);
      return;
    }
    if (!isEnterKey(key)) {
      setValue(line.line);
      setError(undefined);
      return;
    }
    const refusal = config.refuse(value);
    if (refusal === undefined) {
      setStatus('done');
      done(value);
      return;
    }
    // Enter has emptied readline's own line; a secret is pasted anew rather than mended.
    setValue('');
    setError(refusal);
  });

  const count = countCharacters(value);
  const counted = `${count} ${count === 1 ? 'character' : 'characters'}`;
  const arrived = shown ? `${value} (${counted})` : `${counted}; Tab shows it`;
  const line = `${prefix} ${theme.style.message(config.message, status)} ${
    status === 'done'
      ? theme.style.answer(config.fingerprint ? fingerprint(value) : counted)
      : theme.style.help(count === 0 ? 'type or paste it; it is not shown' : arrived)
  }`;
  return [line, error === undefined ? '' : theme.style.error(error)];
});

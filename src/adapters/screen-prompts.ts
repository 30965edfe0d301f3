import {
  createPrompt,
  isEnterKey,
  makeTheme,
  useKeypress,
  usePrefix,
  useState,
} from '@inquirer/core';
import { confirm, input, select } from '@inquirer/prompts';
import type { Question, Style } from '../core/ports.js';
import { countCharacters } from '../core/secret.js';
import type { Prompts, PromptsOptions } from './terminal.js';

/** Questions on a screen that is redrawn, with Inquirer. */
export function createScreenPrompts(options: PromptsOptions): Prompts {
  const { style, signal } = options;
  const theme = themeOf(style);
  const context = { input: options.input, output: options.output, signal };
  return {
    text: ({ label, initial, refuse }) =>
      input(
        {
          message: `${label}:`,
          theme,
          ...(initial !== undefined && { default: initial }),
          validate: (answer) => refuse(answer) ?? true,
        },
        context,
      ),
    secret: ({ label, refuse }) => secretPrompt({ message: `${label}:`, theme, refuse }, context),
    confirm: (message) => confirm({ message, theme, default: false }, context),
    choose: (message, choices) =>
      select(
        {
          message,
          theme,
          choices: choices.map(({ value, label }) => ({ value, name: label })),
        },
        context,
      ),
  };
}

/** Inquirer takes its colours from stdout and the environment; here they are decided once for all. */
function themeOf(style: Style) {
  return {
    // The same before and after: an answer is not good because it was given.
    prefix: `  ${style.accent('?')}`,
    icon: { cursor: style.next },
    style: {
      answer: style.accent,
      message: style.bold,
      error: (text: string) => style.paragraph(text, '    ', `  ${style.bad} `),
      defaultAnswer: (text: string) => style.dim(`(${text})`),
      help: style.dim,
      highlight: style.accent,
      key: style.accent,
      keysHelpTip: () => style.dim('  up and down to move, Enter to choose'),
    },
  };
}

interface SecretConfig extends Pick<Question, 'refuse'> {
  readonly message: string;
  readonly theme: ReturnType<typeof themeOf>;
}

/**
 * Shows how many characters have arrived instead of one star each: a paste can be
 * seen to have worked, and its length can be compared, on one line.
 */
const secretPrompt = createPrompt<string, SecretConfig>((config, done) => {
  const theme = makeTheme(config.theme);
  const [status, setStatus] = useState<'idle' | 'done'>('idle');
  const [value, setValue] = useState('');
  const [error, setError] = useState<string | undefined>(undefined);
  const prefix = usePrefix({ status, theme });

  useKeypress((key, line) => {
    if (status === 'done') return;
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
  const shown = `${count} ${count === 1 ? 'character' : 'characters'}`;
  const line = `${prefix} ${theme.style.message(config.message, status)} ${
    status === 'done'
      ? theme.style.answer(shown)
      : theme.style.help(count === 0 ? 'paste it here; it is not shown' : shown)
  }`;
  return [line, error === undefined ? '' : theme.style.error(error)];
});

import { confirm, input, select } from '@inquirer/prompts';
import type { Style } from '../core/ports.js';
import { secretPrompt } from './secret-prompt.js';
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
    secret: ({ label, refuse, fingerprint = false }) =>
      secretPrompt({ message: `${label}:`, theme, refuse, fingerprint }, context),
    confirm: (message) => confirm({ message, theme, default: false }, context),
    choose: (message, choices) =>
      select(
        {
          message,
          theme,
          choices: choices.map(({ value, label, short }) => ({
            value,
            // Inquirer puts the mark at the edge; the rest lines up with the questions.
            name: `  ${label}`,
            short: short ?? label,
          })),
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

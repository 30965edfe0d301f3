import { checkbox, confirm, input, select } from '@inquirer/prompts';
import { drawn, type Style } from '../output/style.js';
import { secretPrompt } from './secret-prompt.js';
import { askPaste } from './paste-prompt.js';
import {
  Left,
  MARK_PASTES,
  refuseTicks,
  type ChooseOptions,
  type Prompts,
  type PromptsOptions,
} from './prompts.js';

/** As many lines of choices as Inquirer shows by itself, and fewer never. */
const FEWEST_LINES = 7;

/** Below that many columns, a short help is better than a broken one. */
const NARROW = 60;

/** Questions on a screen that is redrawn, with Inquirer. */
export function createScreenPrompts(options: PromptsOptions): Prompts {
  const { output, style, signal } = options;
  const look = drawn(style);
  const theme = themeOf(look);
  const context = {
    input: options.input,
    output,
    signal,
    /** Inquirer asks when a question ends: one that was left is taken off the screen. */
    get clearPromptOnDone() {
      return signal.reason instanceof Left;
    },
  };
  return {
    paste: (question) => askPaste(options, question),
    text: ({ label, initial, refuse }) =>
      input(
        {
          message: `${label}:`,
          theme: {
            ...theme,
            style: {
              ...theme.style,
              defaultAnswer: (usual: string) => look.dim(behind(look, `${label}:`, `(${usual})`)),
            },
          },
          ...(initial !== undefined && { default: initial }),
          validate: (answer) => refuse(answer) ?? true,
        },
        context,
      ),
    async secret({ label, refuse, fingerprint = false, initial, invitation, typed, sealed }) {
      // Shown or not, nothing of a secret stays on the screen of a run that is ended.
      const wiped = {
        ...context,
        get clearPromptOnDone() {
          return signal.aborted;
        },
      };
      // The whole is broken into lines there, not the label alone.
      const own = themeOf(style);
      const whole = { ...own, style: { ...own.style, message: style.bold } };
      output.write(MARK_PASTES.on);
      try {
        return await secretPrompt(
          {
            message: `${label}:`,
            theme: whole,
            paragraph: (text, indent, first) => style.paragraph(text, indent, first),
            refuse,
            fingerprint,
            initial,
            invitation,
            typed,
            sealed,
          },
          wiped,
        );
      } finally {
        // However it ended: the terminal is as it was.
        output.write(MARK_PASTES.off);
      }
    },
    confirm: (message) => confirm({ message, theme, default: false }, context),
    tick(message, choices, { most, back }) {
      const help = style.paragraph(tickHelpOf(output.columns || 80, back), '  ');
      return checkbox(
        {
          message,
          theme: {
            ...theme,
            icon: { ...theme.icon, checked: ' [x]', unchecked: ' [ ]' },
            style: {
              ...theme.style,
              keysHelpTip: () => look.dim(help),
              renderSelectedChoices: (ticked: readonly { readonly short: string }[]) =>
                behind(
                  look,
                  message,
                  ticked.map(({ short }) => short).join(', ') || 'nothing ticked',
                ),
            },
          },
          choices: choices.map(({ value, label, short }) => ({
            value,
            name: look.paragraph(label, TICK_INDENT).slice(TICK_INDENT.length),
            short: short ?? label,
          })),
          shortcuts: { all: null, invert: null },
          pageSize: Math.max(FEWEST_LINES, choices.length),
          loop: false,
          validate: (ticked) => refuseTicks(ticked.length, most) ?? true,
        },
        context,
      );
    },
    async choose(message, choices, asked = {}) {
      const [columns, rows] = [output.columns || 80, output.rows || 24];
      const help = style.paragraph(helpOf(columns, asked), '  ');
      const question = style.paragraph(message, '    ', '');
      if (asked.paste) output.write(MARK_PASTES.on);
      try {
        return await select(
          {
            message,
            theme: { ...theme, style: { ...theme.style, keysHelpTip: () => look.dim(help) } },
            choices: choices.map(({ value, label, short }) => ({
              value,
              // Inquirer puts the mark and a space in front of the first line.
              name: style.paragraph(label, LABEL_INDENT).slice('→ '.length),
              short: behind(look, message, short ?? label),
            })),
            // All of them, as long as the question stays on the screen: it, them, an empty line, the help.
            pageSize: Math.max(FEWEST_LINES, rows - height(question) - height(help) - 2),
          },
          context,
        );
      } finally {
        if (asked.paste) output.write(MARK_PASTES.off);
      }
    },
  };
}

/** The labels line up with the questions. */
const LABEL_INDENT = ' '.repeat(4);

/** The same behind the box of a list to tick. */
const TICK_INDENT = ' '.repeat('→ [x] '.length);

function tickHelpOf(columns: number, back: boolean | undefined): string {
  if (columns < NARROW) return `Space ticks, Enter goes on${back ? ', Esc goes back' : ''}`;
  return `Space to tick, Enter to go on${back ? ', Esc to go back' : ''}`;
}

function helpOf(columns: number, { back, paste }: ChooseOptions): string {
  if (columns < NARROW && back) {
    return paste ? 'Paste it, or choose; Esc goes back' : 'Enter chooses, Esc goes back';
  }
  const move = `up and down to move, Enter to choose${back ? ', Esc to go back' : ''}`;
  return paste ? `paste it now, or: ${move}` : move;
}

/** An answer as it goes on from its question, which Inquirer prints with a space behind it. */
function behind(style: Style, question: string, answer: string): string {
  const asked = style.paragraph(question, LABEL_INDENT, '');
  return style
    .paragraph(`${question} ${answer}`, LABEL_INDENT, '')
    .slice(asked.length)
    .replace(/^ /u, '');
}

function height(text: string): number {
  return text.split('\n').length;
}

/** Inquirer takes its colours from stdout and the environment; here they are decided once for all. */
function themeOf(style: Style) {
  return {
    // The same before and after: an answer is not good because it was given.
    prefix: `  ${style.accent('?')}`,
    // One column wide, as the space in front of the other choices.
    icon: { cursor: style.unicode ? style.next : style.accent('>') },
    // Of the search that these switch off, a person would notice only that Esc moves to the first choice.
    keybindings: ['vim', 'emacs'] as const,
    style: {
      answer: style.accent,
      message: (text: string) => style.bold(style.paragraph(text, '    ', '')),
      error: (text: string) => style.paragraph(text, '    ', `  ${style.bad} `),
      defaultAnswer: (text: string) => style.dim(`(${text})`),
      help: style.dim,
      highlight: style.accent,
      key: style.accent,
    },
  };
}

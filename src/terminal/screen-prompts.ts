import { checkbox, confirm, input, select } from '@inquirer/prompts';
import { drawn, type Style } from '../output/style.js';
import { secretPrompt } from './secret-prompt.js';
import { askPaste } from './paste-prompt.js';
import {
  Abandoned,
  MARK_PASTES,
  refuseTicks,
  type ChooseOptions,
  type Prompts,
  type PromptsOptions,
} from './prompts.js';

/** At least as many lines of choices as Inquirer shows by default. */
const FEWEST_LINES = 7;

/** In columns. Below this, a short help is better than a wrapped one. */
const NARROW = 60;

/** Asks on a screen that is redrawn, with Inquirer. */
export function createScreenPrompts(options: PromptsOptions): Prompts {
  const { output, style, signal } = options;
  const look = drawn(style);
  const theme = themeOf(look);
  const context = {
    input: options.input,
    output,
    signal,
    /**
     * Inquirer reads this when a question ends. A question that was left is removed from the
     * screen.
     */
    get clearPromptOnDone() {
      return signal.reason instanceof Abandoned;
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
      // If the run ends, nothing of a secret stays on the screen, shown or not.
      const wiped = {
        ...context,
        get clearPromptOnDone() {
          return signal.aborted;
        },
      };
      // There the whole line is wrapped, not just the label.
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
        // Restores the terminal, however it ended.
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
              // Inquirer puts the mark and a space before the first line.
              name: style.paragraph(label, LABEL_INDENT).slice('→ '.length),
              short: behind(look, message, short ?? label),
            })),
            // All of them, as long as the question stays visible: the question, the choices, an
            // empty line, the help.
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

/** The indent after the box of a checkbox list. */
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

/** An answer that continues its question. Inquirer prints the question with a space after it. */
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

/** Inquirer takes its colours from stdout and the environment. Here one style decides them. */
function themeOf(style: Style) {
  return {
    // The same before and after, because an answer isn't good just because it was given.
    prefix: `  ${style.accent('?')}`,
    // One column wide, like the space before the other choices.
    icon: { cursor: style.unicode ? style.next : style.accent('>') },
    // These switch off the search. Without this, a person would only notice that Esc moves to the
    // first choice.
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

import { profileLines, shells, type Shell } from '../core/completion/shells.js';
import { UsageError } from '../core/errors.js';
import { exitCodes } from '../core/verdict.js';
import type { Command, SharedOptions } from './command.js';

const names = Object.keys(shells) as Shell[];

/**
 * `connect-wizard completion <shell>`: prints the script that completes commands, options and
 * names.
 */
export const completionCommand: Command<SharedOptions, Shell> = {
  name: 'completion',
  description:
    'Print the script with which your shell completes commands, options and connection names. connect-wizard must be installed (npm install --global), because a shell cannot complete npx.',
  examples: names.map((name) => profileLines[name].line),
  arguments: [{ name: '[shell]', says: names.join(', '), takes: names }],
  options: [],
  parse({ operands: [wanted] }) {
    const shell = names.find((name) => name === wanted);
    if (shell) return shell;
    throw new UsageError({
      what: wanted === undefined ? 'completion needs a shell' : 'There is no script for that shell',
      next: `It is one of: ${names.map((name) => `connect-wizard completion ${name}`).join(', ')}.`,
    });
  },
  async run(session, shell) {
    const { terminal, invocation, stdoutIsTerminal } = session;
    session.print(session.completionScript(shell).trimEnd());
    const { file, line } = profileLines[shell];
    if (invocation.program[0] === 'npx') {
      terminal.note(
        'Completion works for an installed command only: npm install --global connect-wizard',
      );
    } else if (stdoutIsTerminal) terminal.note(`To load it in each shell, add to ${file}: ${line}`);
    return exitCodes.done;
  },
};

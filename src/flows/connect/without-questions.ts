import type { Terminal } from '../../core/ports.js';

/**
 * The terminal for a run without questions, like a script's: the run ends where it would have to
 * ask. Notes and warnings are printed, but the wizard's headings aren't.
 *
 * @param isSilent while it returns false, this is the terminal itself.
 */
export function withoutQuestions(terminal: Terminal, isSilent = (): boolean => true): Terminal {
  const unlessSilent = (print: () => void): void => {
    if (!isSilent()) print();
  };
  return {
    ...terminal,
    get interactive() {
      return terminal.interactive && !isSilent();
    },
    title: (text) => unlessSilent(() => terminal.title(text)),
    step: (number, of, title) => unlessSilent(() => terminal.step(number, of, title)),
    explain: (text) => unlessSilent(() => terminal.explain(text)),
    problem: (advice) => unlessSilent(() => terminal.problem(advice)),
  };
}

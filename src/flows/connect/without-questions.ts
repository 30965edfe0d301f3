import type { Terminal } from '../../core/ports.js';

/**
 * The same terminal for a run that asks nothing, as a script's: what it could ask about ends it. Its
 * notes and warnings are printed, the headings of the wizard are not.
 *
 * @param isSilent is it so now? Else it is the terminal itself.
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

import type { Taken } from '../../src/core/definition-check/check.js';

const words = (list: string): string[] => list.trim().split(/\s+/u);

/** The taken names for definitions in tests: words of the command line, and two built-ins. */
export const TAKEN: Taken = {
  commands: words(`
    check status list token exec rotate move remove guide doctor providers request accept import
    history completion help version add new schema login logout auth ls whoami verify test rm delete
    connect
  `),
  options: words(`
    name store need replace allow-unverified no-input input json quiet timeout no-browser browser
    accessible no-color color concurrency max-age older-than web web-port mask stream dry-run yes
    from out since clear reason again allow-private sha256 force sandbox field format reveal help
    version repair report
  `),
  builtIns: [
    { id: 'freshservice', name: 'Freshservice', domains: ['freshservice.com'] },
    { id: 'gladly', name: 'Gladly', domains: ['gladly.com', 'gladly.qa'] },
    { id: 'jira', name: 'Jira Cloud', domains: ['atlassian.net', 'atlassian.com'] },
  ],
};

import { exitCodes } from '../core/verdict.js';
import { list } from '../flows/connections/list.js';
import { marksOf } from '../flows/definitions/mark-connections.js';
import { listRequests } from '../flows/sealed-request/list-requests.js';
import { requestsText } from '../output/request.js';
import { formatAdvice } from '../output/style.js';
import { listText } from '../output/list.js';
import type { Command, SharedOptions } from './command.js';
import { LOOK_IN, MANY_NAMES } from './options.js';
import { finish, printChanges } from './result.js';

/** `connect-wizard list`: shows what is stored, offline and without reading a secret. */
export const listCommand: Command<SharedOptions, readonly string[]> = {
  name: 'list',
  description: 'What is stored, where, and what the last check said. Works offline.',
  examples: ['connect-wizard list', 'connect-wizard list --json'],
  arguments: [MANY_NAMES],
  options: [LOOK_IN],
  parse: ({ operands }) => operands,
  async run(session, names) {
    const { style } = session;
    const reports = await list(session, names, (connections) =>
      marksOf(session.definitions, connections),
    );
    const requests = await listRequests(session, names);
    const named = reports.filter(({ name }) => name !== null);
    for (const { name, advice } of reports) {
      if (name === null) session.printError(formatAdvice(style, style.bad, advice));
    }
    await printChanges(session, reports);
    const print = (): void => {
      if (named.length > 0) session.print(listText(style, named, session.clock.now()));
      if (requests.length > 0) session.print(requestsText(style, requests, named.length > 0));
      if (reports.length + requests.length > 0) return;
      const nothing =
        names.length > 0
          ? 'Nothing is stored under that name. To see all: connect-wizard list'
          : 'Nothing is stored yet. What can be connected: connect-wizard providers';
      session.print(style.paragraph(nothing, ''));
    };
    return finish(session, 'list', reports, print, exitCodes.done, { requests });
  },
};

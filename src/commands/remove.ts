import { reportVerdict, type Report } from '../core/report.js';
import { isRequestName } from '../core/sealed/request.js';
import { remove } from '../flows/connections/remove.js';
import { removeRequests } from '../flows/sealed-request/remove-requests.js';
import { reportsDocument } from '../output/json.js';
import { formatAdvice } from '../output/style.js';
import { removedText } from '../output/list.js';
import type { Command, SharedOptions } from './command.js';
import { LOOK_IN, REASON } from './options.js';
import { finish } from './result.js';

interface Options extends SharedOptions {
  readonly reason?: string;
}

interface Parsed {
  readonly names: readonly string[];
  readonly storeId: string | undefined;
  readonly why: string | undefined;
}

/**
 * `connect-wizard remove <name…>`: deletes secrets and their records. It can be repeated safely.
 */
export const removeCommand: Command<Options, Parsed> = {
  name: 'remove',
  description: 'Delete secrets and their records. Names that are not stored are skipped.',
  examples: [
    'connect-wizard remove {name}',
    'connect-wizard remove {name} --reason "left the team"',
  ],
  arguments: [
    {
      name: '<name...>',
      says: 'exact names, or providers with only one connection',
      takes: 'connection',
    },
  ],
  options: [LOOK_IN, REASON],
  parse: ({ operands, options }) => ({
    names: operands,
    storeId: options.store,
    why: options.reason,
  }),
  async run(session, { names, ...parsed }) {
    const { style } = session;
    const done: Report[] = [];
    session.onInterruption((code) => {
      if (session.json) {
        return { json: reportsDocument('remove', session.clock.now(), done, code) };
      }
      const gone = done.filter((report) => reportVerdict(report) === 'valid');
      return gone.map((report) => removedText(style, report)).join('\n') || undefined;
    });
    const options = { ...parsed, onReport: (report: Report) => done.push(report) };
    const requests = names.filter((name) => isRequestName(name));
    const connections = names.filter((name) => !isRequestName(name));
    const reports = [
      ...(await remove(session, session.providers, connections, options)),
      ...(await removeRequests(session, requests, options)),
    ];
    return finish(session, 'remove', reports, (shown) => {
      for (const report of shown) {
        if (reportVerdict(report) === 'valid') session.print(removedText(style, report));
        else session.printError(formatAdvice(style, style.bad, report.advice));
      }
    });
  },
};

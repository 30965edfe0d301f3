import { connect } from '../flows/connect/connect.js';
import { findConnection } from '../flows/connections/find.js';
import { providerOfRecord } from '../flows/store/open-credential.js';
import { guideFor, type Command } from './command.js';
import {
  chosenStore,
  KEEP_IN,
  NO_BROWSER,
  ONE_NAME,
  readTimeout,
  REASON,
  REPLACE,
  TIMEOUT,
} from './options.js';
import { askDirectly, readSupplied } from './field-options.js';
import { announceRequests, finishRun, fromSomebody, waitsFor } from './from-somebody.js';
import { pageFor, readWeb, WEB, type WebOptions } from './web-option.js';

interface Options extends WebOptions {
  readonly timeout: string;
  readonly replace?: boolean;
  readonly reason?: string;
}

interface Parsed {
  readonly name: string;
  readonly timeoutMs: number;
  readonly replace: boolean;
  readonly web: ReturnType<typeof readWeb>;
  readonly options: Options;
}

/** `connect-wizard rotate <name>`: replaces a connection's secret. */
export const rotateCommand: Command<Options, Parsed> = {
  name: 'rotate',
  description: 'Replace a secret. The old one stays until the provider has accepted the new one.',
  examples: ['connect-wizard rotate {name}', 'connect-wizard rotate {name} --web'],
  arguments: [ONE_NAME],
  keeps: true,
  takesFields: 'secret',
  options: [KEEP_IN, REPLACE, REASON, TIMEOUT, ...WEB, NO_BROWSER],
  parse: ({ operands: [name = ''], options }) => ({
    name,
    timeoutMs: readTimeout(options.timeout),
    replace: options.replace ?? false,
    web: readWeb(options),
    options,
  }),
  async run(session, { name, timeoutMs, replace, web, options }) {
    const store = chosenStore(session, options);
    const { connection: rotating, warnings } = await findConnection(session, name, store);
    const provider = await providerOfRecord(session.providers, rotating);
    const open = await announceRequests(session, ({ rotates }) => rotates === name);
    const supplied = await readSupplied(provider, session, options);
    const connected = await connect(session, provider, {
      supplied,
      askDirectly: askDirectly(provider, options),
      guide: await guideFor(session, provider),
      store,
      defaultStore: rotating.store,
      replace,
      allowUnverified: false,
      timeoutMs,
      rotating,
      page: await pageFor(session, provider, web),
      fromSomebody: await fromSomebody(session, provider, false, {
        store,
        replace,
        allowUnverified: false,
        timeoutMs,
      }),
      waitsFor: waitsFor(open, provider, supplied, name),
    });
    const report = {
      ...connected.report,
      warnings: [...warnings, ...connected.report.warnings],
    };
    const rotated = { ...connected, report };
    const code = finishRun(session, 'rotate', provider, rotated, options.reason);
    if (connected.report.stored) session.terminal.note(provider.rotation.after);
    return code;
  },
};

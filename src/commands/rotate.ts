import { secretFields } from '../core/field.js';
import type { Provider } from '../core/provider.js';
import { rotate } from '../flows/connect/rotate.js';
import {
  KEEP_IN,
  NO_BROWSER,
  ONE_NAME,
  readStore,
  REASON,
  readTimeout,
  REPLACE,
  TIMEOUT,
  type Command,
  type SharedOptions,
} from './command.js';
import { guideFor } from './connect.js';
import { askDirectly, readSupplied, secretOptions } from './field-options.js';
import { finishConnected } from './result.js';

interface Options extends SharedOptions {
  readonly timeout: string;
  readonly replace?: boolean;
  readonly reason?: string;
}

interface Parsed {
  readonly name: string;
  readonly timeoutMs: number;
  readonly replace: boolean;
  readonly options: Options;
}

/** `connect-wizard rotate <name>`: a new secret for a connection. */
export function rotateCommand(providers: readonly Provider[]): Command<Options, Parsed> {
  return {
    name: 'rotate',
    summary: 'replace a secret; the old one stays until the new one is proven',
    description: 'Replace a secret. The old one stays until the provider has accepted the new one.',
    examples: ['connect-wizard rotate {name}', 'connect-wizard rotate {name} {flag} < new-key.txt'],
    arguments: [ONE_NAME],
    keeps: true,
    options: [...secretOptions(providers), KEEP_IN, REPLACE, REASON, TIMEOUT, NO_BROWSER],
    parse: ({ words: [name = ''], options }) => ({
      name,
      timeoutMs: readTimeout(options.timeout),
      replace: options.replace ?? false,
      options,
    }),
    async run(session, { name, timeoutMs, replace, options }) {
      const { provider, ...connected } = await rotate(session, session.providers, {
        name,
        timeoutMs,
        replace,
        store:
          options.store === undefined
            ? undefined
            : readStore(session.stores, '--store', options.store),
        supplied: async (of) => {
          const supplied = await readSupplied(of, session, options);
          const secrets = new Set(secretFields(of).map(({ id }) => id));
          return new Map([...supplied].filter(([id]) => secrets.has(id)));
        },
        helped: async (of) => ({
          guide: await guideFor(session, of),
          askDirectly: askDirectly(of, options),
        }),
      });
      const code = finishConnected(session, 'rotate', provider, connected, options.reason);
      if (connected.report.stored) session.terminal.note(provider.rotation.after);
      return code;
    },
  };
}

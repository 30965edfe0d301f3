import type { GuidedProvider } from '../../src/core/guide.js';
import { Secret } from '../../src/core/secret.js';
import { connect, type Connected } from '../../src/flows/connect/connect.js';
import type { ConnectOptions } from '../../src/flows/connect/run.js';
import type { FakeContext } from './fakes.js';
import { brindle } from './test-provider.js';

export interface RunOptions extends Partial<Omit<ConnectOptions, 'supplied'>> {
  readonly provider?: GuidedProvider;
  /** What came with the command, by field id; all of it if left out. */
  readonly supplied?: Readonly<Record<string, string>>;
  /** The ids of what came by a variable: `VAR_<id>`. */
  readonly byVariable?: readonly string[];
}

/** A connect as a command runs it: everything is given, and nothing is allowed beyond the usual. */
export function runConnect(
  context: FakeContext,
  {
    provider = brindle,
    supplied = provider.sandbox.values,
    byVariable = [],
    ...options
  }: RunOptions = {},
): Promise<Connected> {
  const secrets = new Set(
    provider.fields.filter(({ kind }) => kind === 'secret').map(({ id }) => id),
  );
  return connect(context, provider, {
    defaultStore: 'keychain',
    replace: false,
    allowUnverified: false,
    timeoutMs: 1000,
    supplied: new Map(
      Object.entries(supplied).map(([id, value]) => [
        id,
        {
          value: secrets.has(id) ? new Secret(value) : value,
          ...(byVariable.includes(id) && { variable: `VAR_${id}` }),
        },
      ]),
    ),
    ...options,
  });
}

/** The same with a person: nothing is given, and the guide is at hand. */
export function runWizard(context: FakeContext, options: RunOptions = {}): Promise<Connected> {
  const { guide } = options.provider ?? brindle;
  return runConnect(context, { supplied: {}, guide, ...options });
}

/** What is in the default store: nothing of a test value may be left. */
export function itemsOf({ store }: Pick<FakeContext, 'store'>): Record<string, string> {
  return Object.fromEntries(store.items);
}

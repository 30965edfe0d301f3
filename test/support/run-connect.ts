import type { GuidedProvider } from '../../src/core/guide.js';
import { Secret } from '../../src/core/secret.js';
import { connect, type Connected } from '../../src/flows/connect/connect.js';
import type { ConnectOptions } from '../../src/flows/connect/run.js';
import type { FakeContext } from './fakes.js';
import { brindle } from './test-provider.js';

export interface RunOptions extends Partial<Omit<ConnectOptions, 'supplied'>> {
  readonly provider?: GuidedProvider;
  /** The values that come with the command, by field id; everything if left out. */
  readonly supplied?: Readonly<Record<string, string>>;
  /** The ids of the values that come from a variable: `VAR_<id>`. */
  readonly byVariable?: readonly string[];
}

/** A connect as a command runs it, with every value and no special permission. */
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

/** The same with a person, without values and with the guide. */
export function runWizard(context: FakeContext, options: RunOptions = {}): Promise<Connected> {
  const { guide } = options.provider ?? brindle;
  return runConnect(context, { supplied: {}, guide, ...options });
}

/** The items in the default store, where no test value may be left. */
export function itemsOf({ store }: Pick<FakeContext, 'store'>): Record<string, string> {
  return Object.fromEntries(store.items);
}

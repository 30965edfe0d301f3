import { variableName } from './core/definition/parts.js';
import type { KnownProvider } from './core/known-provider.js';
import type { Provider } from './core/provider.js';
import { builtIns, type BuiltIn } from './providers/index.js';

const loaded = new Map<string, Provider>();

/** The providers that the program and the library know, in the order in which lists have them. */
export const providers: readonly KnownProvider[] = builtIns.map(knownProvider);

/** Every variable of theirs that may hold a secret. */
export const providerSecretVariables: readonly string[] = providers.flatMap(({ id, secrets }) =>
  secrets.map((field) => variableName(id, field)),
);

/** Those that somebody has used by now: nobody else's host is to be asked. */
export function loadedProviders(): readonly Provider[] {
  return [...loaded.values()];
}

function knownProvider({ definition, guide, ...row }: BuiltIn): KnownProvider {
  return {
    ...row,
    async load() {
      // A start needs the rows alone.
      const { expand } = await import('./core/expand/expand.js');
      const provider = loaded.get(row.id) ?? expand(await definition());
      loaded.set(row.id, provider);
      return provider;
    },
    async loadGuided(today) {
      const { expand } = await import('./core/expand/expand.js');
      const { expandGuide } = await import('./core/expand/guide.js');
      const own = await guide?.();
      const whole = { ...(await definition()), ...(own && { guide: own }) };
      const provider = expand(whole);
      return { ...provider, guide: expandGuide(whole, provider, today.toISOString().slice(0, 10)) };
    },
  };
}

import { isoDate } from './core/duration.js';
import { once } from './core/once.js';
import { variableName } from './core/field-names.js';
import type { Taken } from './core/definition-check/check.js';
import type { Definition } from './core/definition/schema.js';
import type { KnownProvider } from './core/known-provider.js';
import type { ShippedDefinition } from './flows/definitions/list-definitions.js';
import type { Provider } from './core/provider.js';
import { builtIns, type BuiltIn } from './providers/index.js';

const loaded = new Map<string, Provider>();

/** The built-in providers, in the order of the lists. */
export const providers: readonly KnownProvider[] = builtIns.map(knownProvider);

/** Their ids. */
export const shippedIds: ReadonlySet<string> = new Set(providers.map(({ id }) => id));

/** All their variables that may contain a secret. */
export const providerSecretVariables: readonly string[] = providers.flatMap(({ id, secrets }) =>
  secrets.map((field) => variableName(id, field)),
);

/** The built-in providers that this process has used. Requests may only go to their hosts. */
export function loadedProviders(): readonly Provider[] {
  return [...loaded.values()];
}

/** The built-in definitions, as they were written. */
export const shippedDefinitions: readonly ShippedDefinition[] = builtIns.map((each) => ({
  id: each.id,
  load: () => wholeDefinition(each),
}));

/**
 * What no other definition may use. The words of the commands are loaded on demand, since the
 * library needs nothing else of them.
 */
export const taken = once(async (): Promise<Taken> => {
  const { takenWords } = await import('./commands/taken.js');
  const own = providers.map(async ({ id, name, load }) => {
    const { hosts } = await load();
    return { id, name, domains: hosts.templates.map(({ domain }) => domain) };
  });
  return { ...(await takenWords()), builtIns: await Promise.all(own) };
});

async function wholeDefinition({ definition, guide }: BuiltIn): Promise<Definition> {
  const own = await guide?.();
  return { ...(await definition()), ...(own && { guide: own }) };
}

function knownProvider(builtIn: BuiltIn): KnownProvider {
  const { definition, guide: _, ...row } = builtIn;
  // Starting needs only the rows.
  const load = once(async () => {
    const { expand } = await import('./core/expand/expand.js');
    const provider = expand(await definition());
    loaded.set(row.id, provider);
    return provider;
  });
  return {
    ...row,
    load,
    async loadGuided(today) {
      const { expand } = await import('./core/expand/expand.js');
      const { expandGuide } = await import('./core/expand/guide.js');
      const whole = await wholeDefinition(builtIn);
      const provider = expand(whole);
      return { ...provider, guide: expandGuide(whole, provider, isoDate(today)) };
    },
  };
}

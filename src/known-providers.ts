import { variableName } from './core/definition/parts.js';
import type { Taken } from './core/definition-check/check.js';
import type { Definition } from './core/definition/schema.js';
import type { KnownProvider } from './core/known-provider.js';
import type { ShippedDefinition } from './flows/definitions/list-definitions.js';
import type { Provider } from './core/provider.js';
import { builtIns, type BuiltIn } from './providers/index.js';

const loaded = new Map<string, Provider>();

/** The providers that the program and the library know, in the order in which lists have them. */
export const providers: readonly KnownProvider[] = builtIns.map(knownProvider);

/** Their ids. */
export const shippedIds: ReadonlySet<string> = new Set(providers.map(({ id }) => id));

/** Every variable of theirs that may hold a secret. */
export const providerSecretVariables: readonly string[] = providers.flatMap(({ id, secrets }) =>
  secrets.map((field) => variableName(id, field)),
);

/** Those that somebody has used by now: nobody else's host is to be asked. */
export function loadedProviders(): readonly Provider[] {
  return [...loaded.values()];
}

/** A person's own is one of them once it may be used. */
export function noteLoaded(provider: Provider): void {
  loaded.set(provider.id, provider);
}

/** What ships, as it was written. */
export const shippedDefinitions: readonly ShippedDefinition[] = builtIns.map((each) => ({
  id: each.id,
  load: () => wholeDefinition(each),
}));

/** The ids, the names and the domains of what ships: no other definition may have them. */
export async function takenByShipped(): Promise<Taken['builtIns']> {
  return Promise.all(
    providers.map(async (each) => {
      const { hosts } = await each.load();
      return { id: each.id, name: each.name, domains: hosts.templates.map(({ domain }) => domain) };
    }),
  );
}

async function wholeDefinition({ definition, guide }: BuiltIn): Promise<Definition> {
  const own = await guide?.();
  return { ...(await definition()), ...(own && { guide: own }) };
}

function knownProvider(builtIn: BuiltIn): KnownProvider {
  const { definition, guide: _, ...row } = builtIn;
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
      const whole = await wholeDefinition(builtIn);
      const provider = expand(whole);
      return { ...provider, guide: expandGuide(whole, provider, today.toISOString().slice(0, 10)) };
    },
  };
}

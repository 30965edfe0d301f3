import { WizardError } from './errors.js';
import type { GuidedProvider } from './guide.js';
import type { Provider } from './provider.js';

/** A provider whose definition is loaded once somebody uses it. */
export interface LoadableProvider {
  readonly id: string;
  readonly load: () => Promise<Provider>;
  /** The same, but nobody is asked whether it may be used: what is not approved fails. */
  readonly loadQuietly?: () => Promise<Provider>;
  /** A person added it. Its name is in its file, which isn't read for a list. */
  readonly own?: true;
}

/** A provider that can be connected, as far as lists and the command line need it. */
export interface KnownProvider extends LoadableProvider {
  /** The product's name. */
  readonly name: string;
  /** One line for lists and help. */
  readonly summary: string;
  /** The ids of its secret fields. No argument may hold one, and no child process gets their variables. */
  readonly secrets: readonly string[];
  /** Of a person's own: was it loaded in this run? */
  readonly used?: () => boolean;
  /** With its guide, as of a day: notices come to an end. */
  readonly loadGuided: (today: Date) => Promise<GuidedProvider>;
}

/** The definition of the provider that is called so; undefined if there is none. */
export async function loadProvider(
  providers: readonly LoadableProvider[],
  id: string,
): Promise<Provider | undefined> {
  return providers.find((each) => each.id === id)?.load();
}

/** Those that can be used: a person's own that has faults, or is not approved, keeps none from it. */
export async function loadUsable(providers: readonly KnownProvider[]): Promise<Provider[]> {
  const loaded = await Promise.all(
    providers.map((each) => (each.own ? quietly(each) : each.load())),
  );
  return loaded.filter((each) => each !== undefined);
}

async function quietly(provider: LoadableProvider): Promise<Provider | undefined> {
  try {
    return await provider.load();
  } catch (error) {
    if (error instanceof WizardError) return undefined;
    throw error;
  }
}

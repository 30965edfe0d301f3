import { WizardError } from './errors.js';
import type { GuidedProvider } from './guide.js';
import type { Provider } from './provider.js';

/** A provider whose definition is loaded on first use. */
export interface LoadableProvider {
  readonly id: string;
  readonly load: () => Promise<Provider>;
  /** Loads it without asking anybody for approval. A definition that isn't approved fails. */
  readonly loadQuietly?: () => Promise<Provider>;
  /** Set if a user added it. Its name is in its file, which isn't read for a list. */
  readonly own?: true;
}

/** A provider that can be connected, with what lists and the command line need. */
export interface KnownProvider extends LoadableProvider {
  /** The product's name. */
  readonly name: string;
  /** One line for lists and help. */
  readonly summary: string;
  /**
   * The ids of its secret fields. Arguments may not contain them, and child processes don't get
   * their variables.
   */
  readonly secrets: readonly string[];
  /** Loads it with its guide. Notices end on a day, so it takes today's date. */
  readonly loadGuided: (today: Date) => Promise<GuidedProvider>;
}

/** The definition of the provider with this id; undefined if there is none. */
export async function loadProvider(
  providers: readonly LoadableProvider[],
  id: string,
): Promise<Provider | undefined> {
  return providers.find((each) => each.id === id)?.load();
}

/**
 * Loads a provider without asking anybody.
 *
 * @returns the error if it can't be used.
 */
export async function tryToLoad(provider: LoadableProvider): Promise<Provider | WizardError> {
  try {
    return await (provider.loadQuietly ?? provider.load)();
  } catch (error) {
    if (error instanceof WizardError) return error;
    throw error;
  }
}

/**
 * The providers that can be used. A user's own definition with faults or without approval is left
 * out.
 */
export async function loadUsable(providers: readonly LoadableProvider[]): Promise<Provider[]> {
  const loaded = await Promise.all(providers.map(tryToLoad));
  return loaded.filter((each): each is Provider => !(each instanceof WizardError));
}

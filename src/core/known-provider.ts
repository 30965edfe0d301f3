import type { GuidedProvider } from './guide.js';
import type { Provider } from './provider.js';

/** A provider whose definition is loaded once somebody uses it. */
export interface LoadableProvider {
  readonly id: string;
  load(): Promise<Provider>;
}

/** A provider that can be connected, as far as lists and the command line need it. */
export interface KnownProvider extends LoadableProvider {
  /** The product's name. */
  readonly name: string;
  /** One line for lists and help. */
  readonly summary: string;
  /** The ids of its secret fields. No argument may hold one, and no child process gets their variables. */
  readonly secrets: readonly string[];
  /** With its guide, as of a day: notices come to an end. */
  loadGuided(today: Date): Promise<GuidedProvider>;
}

/** The definition of the provider that is called so; undefined if there is none. */
export async function loadProvider(
  providers: readonly LoadableProvider[],
  id: string,
): Promise<Provider | undefined> {
  return providers.find((each) => each.id === id)?.load();
}

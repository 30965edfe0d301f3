import { UsageError } from './errors.js';

/** What naming a connection needs to know of it. */
interface Named {
  readonly name: string;
  readonly provider: string;
}

/**
 * A name as `--name` takes it.
 *
 * @throws {UsageError} when the name is not of the contract's form or is a provider's id.
 */
export function checkName(name: string, providerIds: readonly string[]): string {
  const wellFormed = /^[a-z0-9][a-z0-9._/-]{0,99}$/u.test(name) && !name.includes('..');
  if (wellFormed && !providerIds.includes(name)) return name;
  throw new UsageError({
    what: 'That name cannot be used for a connection',
    why: wellFormed ? 'it is the name of a provider' : undefined,
    next: 'Use small letters, digits and . _ / - (100 characters at most, no "..", a letter or digit first), for example --name work/sandbox.',
  });
}

/** The name a connection gets when nobody names it. */
export function defaultName(providerId: string, tenant: string): string {
  return `${providerId}/${tenant}`;
}

/** For commands over many: an exact name, else all of a provider, else all with that prefix. */
export function selectMany<C extends Named>(all: readonly C[], wanted: string): C[] {
  const exact = all.filter(({ name }) => name === wanted);
  if (exact.length > 0) return exact;
  const ofProvider = all.filter(({ provider }) => provider === wanted);
  return ofProvider.length > 0 ? ofProvider : all.filter(({ name }) => name.startsWith(wanted));
}

/**
 * For commands that change or give out one: an exact name, or a provider's id when
 * exactly one connection has it.
 *
 * @throws {UsageError} when the provider has several.
 */
export function selectOne<C extends Named>(all: readonly C[], wanted: string): C | undefined {
  const exact = all.find(({ name }) => name === wanted);
  if (exact) return exact;
  const ofProvider = all.filter(({ provider }) => provider === wanted);
  if (ofProvider.length > 1) {
    throw new UsageError({
      what: `There are ${ofProvider.length} connections for ${wanted}`,
      next: `Name one of them: ${ofProvider.map(({ name }) => name).join(', ')}.`,
    });
  }
  return ofProvider[0];
}

import { UsageError } from './errors.js';

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

import { UsageError } from './errors.js';

/** Names below them are the tool's own: of open requests, of test values. */
const OWN = /^(?:request|connect-wizard-test)\//u;

const SEGMENT = /^[a-z0-9][a-z0-9._-]*$/u;

const LONGEST = 100;

/**
 * A name as `--name` takes it.
 *
 * @throws {UsageError} when the name is not of the contract's form, is the tool's own or a provider's id.
 */
export function checkName(name: string, providerIds: readonly string[]): string {
  const own = OWN.test(name);
  const provider = providerIds.includes(name);
  if (isName(name) && !provider) return name;
  throw new UsageError({
    what: 'That name cannot be used for a connection',
    why: provider
      ? 'it is the name of a provider'
      : own
        ? 'names that begin so are those of the tool itself'
        : undefined,
    next: `Use small letters, digits and . _ -, with / between parts that begin with a letter or digit (${LONGEST} characters at most), for example --name work/sandbox.`,
  });
}

/** Does it fit the grammar of names? */
export function isName(name: string): boolean {
  const segments = name.split('/');
  return name.length <= LONGEST && !OWN.test(name) && segments.every((each) => SEGMENT.test(each));
}

/** A name that a file or a store has: also one that an older version gave. */
export function isStoredName(name: string): boolean {
  return isName(name) || (/^[a-z0-9][a-z0-9._/-]{0,99}$/u.test(name) && !name.includes('..'));
}

/** The name a connection gets when nobody names it. */
export function defaultName(providerId: string, tenant: string): string {
  return `${providerId}/${tenant}`;
}

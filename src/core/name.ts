import { UsageError } from './errors.js';

/** Prefixes that the tool keeps for itself: open requests and test values. */
const OWN = /^(?:request|connect-wizard-test)\//u;

/** Windows reserves these names for devices, whatever their extension. No file can have one. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/u;

const SEGMENTS = /^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)*$/u;

const LONGEST = 100;

export const NAME_RULE = `small letters, digits and . _ -, with / between parts that begin with a letter or digit (${LONGEST} characters at most)`;

/**
 * Checks a name for `--name`.
 *
 * @throws {UsageError} the name doesn't have the right form, is reserved by the tool or Windows, or
 *   is a provider's id.
 */
export function checkName(name: string, providerIds: readonly string[]): string {
  if (isName(name) && !providerIds.includes(name)) return name;
  throw new UsageError({
    what: 'That name cannot be used for a connection',
    why: whyNot(name, providerIds),
    next: `Use ${NAME_RULE}, for example --name work/sandbox.`,
  });
}

function whyNot(name: string, providerIds: readonly string[]): string | undefined {
  if (providerIds.includes(name)) return 'it is the name of a provider';
  if (OWN.test(name)) return 'names that begin so are those of the tool itself';
  if (DEVICE.test(name))
    return 'Windows keeps it for a device, and could store no file of that name';
  return undefined;
}

/** The name fits the grammar of names. */
export function isName(name: string): boolean {
  const taken = OWN.test(name) || DEVICE.test(name);
  return name.length <= LONGEST && !taken && SEGMENTS.test(name);
}

/** Accepts a name in a file or a store, including one from an older version. */
export function isStoredName(name: string): boolean {
  return isName(name) || (/^[a-z0-9][a-z0-9._/-]{0,99}$/u.test(name) && !name.includes('..'));
}

/** The name of a connection if the user gives none. */
export function defaultName(providerId: string, tenant: string): string {
  return `${providerId}/${tenant}`;
}

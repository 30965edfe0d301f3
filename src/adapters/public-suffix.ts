import { getPublicSuffix } from 'tldts';
import type { PublicSuffix } from '../core/definition-check/check.js';

/**
 * The Public Suffix List (publicsuffix.org, MPL-2.0), including its section for companies. It's
 * large, so it's only loaded if a definition is added or checked.
 */
export const publicSuffix: PublicSuffix = (name) => {
  // For a suffix itself, the library returns a different one.
  const below = `x.${name}`;
  if (getPublicSuffix(below) === name) return 'registry';
  return getPublicSuffix(below, { allowPrivateDomains: true }) === name ? 'company' : undefined;
};

import { getPublicSuffix } from 'tldts';
import type { PublicSuffix } from '../core/definition-check/check.js';

/**
 * The Public Suffix List (publicsuffix.org, MPL-2.0), its section of companies too. It is large:
 * loaded only where somebody adds or checks a definition.
 */
export const publicSuffix: PublicSuffix = (name) => {
  // Of a suffix itself, the library names another one.
  const below = `x.${name}`;
  if (getPublicSuffix(below) === name) return 'registry';
  return getPublicSuffix(below, { allowPrivateDomains: true }) === name ? 'company' : undefined;
};

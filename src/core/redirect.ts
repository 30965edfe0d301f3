import { fill } from './fill.js';
import { patternOf } from './pattern.js';
import { plainText } from './plain-text.js';
import type { Provider } from './provider.js';
import { isAllowedHost, splitHost } from './wall.js';

/**
 * Where a redirect of `host` leads, according to the definition. Only the target host is returned,
 * because the rest of the address may repeat what was sent.
 *
 * @param location the response's value. A relative one leads to the host itself.
 */
export function redirectTarget(provider: Provider, host: string, location: string): RedirectTarget {
  let target = '';
  try {
    target = new URL(location, `https://${host}/`).hostname.replace(/\.$/u, '');
  } catch {
    // It leads nowhere, like an address without a host.
  }
  if (target === '') return { host: 'no address at all', is: 'stranger' };
  const shown = plainText(target, 80);
  if (target === splitHost(host).name) return { host: shown, is: 'itself' };
  const { templates, refused, selfHosted } = provider.hosts;
  if (selfHosted) return { host: shown, is: 'stranger' };
  const known = refused.find(({ pattern }) => patternOf(pattern).test(target));
  if (known) {
    const { what, why } = fill(known, { host: shown, provider: provider.name });
    return { host: shown, is: 'vendor', known: why ?? what };
  }
  const below = templates.some(({ domain }) => target === domain || target.endsWith(`.${domain}`));
  if (below && LOG_IN.test(target)) return { host: shown, is: 'vendor' };
  if (isAllowedHost(provider, target)) return { host: shown, is: 'tenant' };
  return { host: shown, is: below ? 'vendor' : 'stranger' };
}

/** Names of hosts where people log in. */
const LOG_IN = /^(?:accounts?|auth|id|login|log-in|oauth|signin|sign-in|sso)\./u;

export interface RedirectTarget {
  /** Safe to print on a terminal. */
  readonly host: string;
  readonly is: 'itself' | 'tenant' | 'vendor' | 'stranger';
  /** What the definition says about such a host. */
  readonly known?: string;
}

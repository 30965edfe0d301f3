import { HostError, UsageError } from './errors.js';
import { fill } from './fill.js';
import { hostField } from './field.js';
import type { Provider } from './provider.js';

/** What was understood of an address: the hosts it may mean, the preferred first. */
export interface HostReading {
  readonly candidates: readonly [string, ...string[]];
}

/**
 * From anything a person pastes (a bare name, a host, a whole address) to hosts on
 * the provider's allow-list. No input yields a host off the list.
 *
 * @throws {HostError} a host that is not a tenant's of this provider.
 * @throws {UsageError} a value that can be no host at all.
 */
export function readHost(provider: Provider, input: string): HostReading {
  const typed = input.trim().toLowerCase();
  const { hosts } = provider;
  const tenant = new RegExp(`^(?:${hosts.tenantPattern})$`, 'u');
  const shorthand =
    hosts.region && new RegExp(`^(?:${hosts.tenantPattern})\\.(?:${hosts.region})$`, 'u');

  // Before URL sees them: it reads `123` and `10.1` as IPv4 addresses.
  if (tenant.test(typed) && typed !== 'localhost') {
    const [first, ...rest] = hosts.candidates.map((candidate) =>
      candidate.replace('{tenant}', typed),
    );
    if (first !== undefined) return { candidates: [allowed(provider, first), ...rest] };
  }
  if (shorthand && shorthand.test(typed)) {
    return { candidates: [allowed(provider, `${typed}.${primarySuffix(provider)}`)] };
  }
  return { candidates: [allowed(provider, hostOf(provider, typed))] };
}

/** The hostname in an address, with or without its scheme, path and query. */
function hostOf(provider: Provider, typed: string): string {
  const { label, example } = hostField(provider);
  const refuse = (why: string): never => {
    throw new UsageError({
      what: `That is not a value for ${label}`,
      why,
      next: `Type the name alone (${example}) or paste the address from your browser.`,
    });
  };
  if (typed === '') refuse('it is empty');
  if (/\s/u.test(typed)) refuse('it has a space inside');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//u.exec(typed)?.[1];
  if (scheme !== undefined && scheme !== 'https' && scheme !== 'http') {
    refuse('only https addresses lead to the API');
  }
  if (scheme === undefined && /^[^/?#]*@/u.test(typed)) refuse('it looks like an e-mail address');

  let url: URL;
  try {
    url = new URL(scheme === undefined ? `https://${typed}` : typed);
  } catch {
    return refuse('it is not a web address');
  }
  if (url.username !== '' || url.password !== '') refuse('it has a user name in it');
  if (url.port !== '') refuse('it has a port in it, and the API has none of its own');
  const host = url.hostname.replace(/\.$/u, '');
  if (host.includes('.') || LOCAL.test(host)) return host;
  return refuse(
    scheme === undefined
      ? 'it has characters that a name there cannot have'
      : 'it is not a whole web address',
  );
}

/** Never a tenant of anybody's: addresses by number, and names that only a local network knows. */
const LOCAL =
  /^(?:\[.*\]|[\d.]+|(?:.*\.)?localhost|.*\.(?:local|localdomain|internal|lan|home|corp|test|invalid))$/u;

/** `host` itself, where the allow-list has it. @throws {HostError} */
function allowed(provider: Provider, host: string): string {
  const { refused, otherwise } = provider.hosts;
  const words = { host, provider: provider.name };
  const refusal = refused.find(({ pattern }) => new RegExp(pattern, 'u').test(host));
  if (refusal) throw new HostError(refusal.reason, host, fill(refusal, words));
  if (isAllowedHost(provider, host)) return host;
  if (LOCAL.test(host)) {
    throw new HostError('not-allowed', host, {
      what: `${host} is not an address of ${provider.name}`,
      why: 'it is a number or a name of a local network, and credentials go to the provider alone',
      next: otherwise.next,
    });
  }
  throw new HostError(otherwise.reason, host, fill(otherwise, words));
}

/** The suffix of the allow-list a host ends in, where the labels before it are a tenant's. */
function suffixOf(provider: Provider, host: string) {
  const { tenantPattern, region, suffixes } = provider.hosts;
  const labels = `(?:${tenantPattern})${region === undefined ? '' : `(?:\\.(?:${region}))?`}`;
  return suffixes.find(({ suffix }) =>
    new RegExp(`^${labels}\\.${suffix.replaceAll('.', '\\.')}$`, 'u').test(host),
  );
}

/**
 * The wall in front of every signed request: is this one of the hosts that the
 * provider's definition allows, and not one of those it names as somebody else's?
 */
export function isAllowedHost(provider: Provider, host: string): boolean {
  return (
    suffixOf(provider, host) !== undefined &&
    !provider.hosts.refused.some(({ pattern }) => new RegExp(pattern, 'u').test(host))
  );
}

function primarySuffix(provider: Provider): string {
  return provider.hosts.suffixes[0]?.suffix ?? '';
}

/**
 * The tenant: the shortest value that leads back to the same host. `acme`, `acme.us-1`,
 * or the whole host where it is not under the suffix that bare names get.
 */
export function tenantOf(provider: Provider, host: string): string {
  const suffix = `.${primarySuffix(provider)}`;
  return host.endsWith(suffix) ? host.slice(0, -suffix.length) : host;
}

/**
 * What an answer says its own address is, held against the host that was asked.
 * Gladly: the same first label in the same environment is the same tenant.
 *
 * @param address what the provider said: an address or a host.
 * @returns the tenant's own host; `other-tenant` with the host when it is another's;
 *   `unknown` when it names no tenant (a shared cluster host, another domain).
 */
export function compareTenant(
  provider: Provider,
  host: string,
  address: string,
): { is: 'same' | 'other-tenant'; host: string } | { is: 'unknown' } {
  let canonical: string;
  try {
    canonical = readHost(provider, address).candidates[0];
  } catch {
    return { is: 'unknown' };
  }
  const sameTenant =
    canonical.split('.', 1)[0] === host.split('.', 1)[0] &&
    suffixOf(provider, canonical)?.environment === suffixOf(provider, host)?.environment;
  return { is: sameTenant ? 'same' : 'other-tenant', host: canonical };
}

import { isHostName } from './definition/template.js';
import { HostError, UsageError } from './errors.js';
import { hostField } from './field.js';
import { fill } from './fill.js';
import { plainText } from './plain-text.js';
import type { HostTemplate, Provider } from './provider.js';

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
  // Before URL sees it: it reads `123` and `10.1` as IPv4 addresses.
  if (isLabel(typed) && typed !== 'localhost') {
    const [first, ...rest] = candidatesOf(provider, typed);
    if (first !== undefined) return { candidates: [allowed(provider, first), ...rest] };
  }
  const completed = complete(provider, typed);
  if (completed !== undefined) return { candidates: [allowed(provider, completed)] };
  return { candidates: [allowed(provider, hostOf(provider, typed))] };
}

function isLabel(text: string): boolean {
  return isHostName(`${text}.example`) && !text.includes('.');
}

/** The hosts that a bare name may mean. */
function candidatesOf({ hosts: { templates } }: Provider, name: string): string[] {
  return templates
    .filter(({ environment, hasGlob }) => environment === 'production' && !hasGlob)
    .map((each) => fillTemplate(each, name));
}

/** A template's host for a bare name. */
export function fillTemplate({ template }: HostTemplate, name: string): string {
  return template.replaceAll(/\{\w+\}/gu, name);
}

/**
 * What is typed without the domain, completed by the first template's: `acme.us-1`. What nobody
 * asks for must look like a part of an address then (a digit or a hyphen, which no public ending
 * has), so that `acme.example` stays another host.
 */
function complete(provider: Provider, typed: string): string | undefined {
  const [first] = provider.hosts.templates;
  if (!first || !typed.includes('.')) return undefined;
  const host = `${typed}.${first.domain}`;
  const template = templateOf(provider, host);
  if (!template) return undefined;
  if (!template.hasGlob) return host;
  const [, ...others] = typed.split('.');
  return others.every(isPart) ? host : undefined;
}

function isPart(label: string): boolean {
  return /[\d-]/u.test(label) && !label.startsWith('xn--');
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
  const { refused, offList, otherwise } = provider.hosts;
  const placeholders = { host, provider: provider.name };
  const matches = ({ pattern }: { pattern: string }) => new RegExp(pattern, 'u').test(host);
  const refusal = refused.find(matches);
  if (refusal) throw new HostError(refusal.reason, host, fill(refusal, placeholders));
  if (isAllowedHost(provider, host)) return host;
  if (LOCAL.test(host)) {
    throw new HostError('not-allowed', host, {
      what: `${host} is not an address of ${provider.name}`,
      why: 'it is a number or a name of a local network, and credentials go to the provider alone',
      next: otherwise.next,
    });
  }
  const why = offList.find(matches) ?? otherwise;
  throw new HostError(why.reason, host, fill(why, placeholders));
}

/** The template of the allow-list that `host` fits. */
function templateOf({ hosts }: Provider, host: string): HostTemplate | undefined {
  if (!isHostName(host)) return undefined;
  return hosts.templates.find(({ pattern }) => new RegExp(pattern, 'u').test(host));
}

/**
 * The wall in front of every authenticated request: is this one of the hosts that the
 * provider's definition allows, and not one of those it names as somebody else's?
 */
export function isAllowedHost(provider: Provider, host: string): boolean {
  return (
    templateOf(provider, host) !== undefined &&
    !provider.hosts.refused.some(({ pattern }) => new RegExp(pattern, 'u').test(host))
  );
}

/**
 * The tenant: the shortest value that leads back to the same host. `acme`, `acme.us-1`,
 * or the whole host where it is not below the domain that bare names get.
 */
export function tenantOf(provider: Provider, host: string): string {
  const suffix = `.${provider.hosts.templates[0]?.domain ?? ''}`;
  const short = host.endsWith(suffix) ? [host.slice(0, -suffix.length)] : [];
  return (
    [...namesIn(provider, host), ...short].find((each) => leadsTo(provider, each, host)) ?? host
  );
}

function leadsTo(provider: Provider, typed: string, host: string): boolean {
  if (isLabel(typed)) return candidatesOf(provider, typed)[0] === host;
  return complete(provider, typed) === host;
}

/** What the fields of its template are in a host. */
function namesIn(provider: Provider, host: string): string[] {
  const template = templateOf(provider, host);
  const groups = template && new RegExp(template.pattern, 'u').exec(host)?.groups;
  return Object.values(groups ?? {});
}

/**
 * What a response says its own address is, held against the host that was asked: the same name in
 * the same environment is the same tenant.
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
    namesIn(provider, canonical).join('.') === namesIn(provider, host).join('.') &&
    templateOf(provider, canonical)?.environment === templateOf(provider, host)?.environment;
  return { is: sameTenant ? 'same' : 'other-tenant', host: canonical };
}

/**
 * Where a redirect of `host` leads, by the provider's definition. Only the host is told: the rest of
 * an address may repeat what was sent.
 *
 * @param location as the response has it; relative ones lead to the host itself.
 */
export function redirectTarget(
  provider: Provider,
  host: string,
  location: string,
): { host: string; is: 'itself' | 'tenant' | 'vendor' | 'stranger' } {
  let target: string;
  try {
    target = new URL(location, `https://${host}/`).hostname;
  } catch {
    return { host: 'another page', is: 'stranger' };
  }
  const shown = plainText(target, 80);
  if (target === host) return { host: shown, is: 'itself' };
  if (isAllowedHost(provider, target)) return { host: shown, is: 'tenant' };
  const { templates, refused } = provider.hosts;
  const below = templates.some(({ domain }) => target === domain || target.endsWith(`.${domain}`));
  const named = refused.some(
    ({ pattern, reason }) => reason === 'wrong-product' && new RegExp(pattern, 'u').test(target),
  );
  return { host: shown, is: below || named ? 'vendor' : 'stranger' };
}

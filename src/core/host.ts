import { isHostName } from './definition/template.js';
import { HostError, UsageError } from './errors.js';
import { hostFields } from './field.js';
import { fill, fillText } from './fill.js';
import { plainText } from './plain-text.js';
import type { Field, HostTemplate, Provider } from './provider.js';
import { isAllowedHost, isLocalName, isRefused, joinHost, splitHost, templateOf } from './wall.js';

/** The hosts that an address may mean, the preferred one first. */
export interface HostReading {
  readonly candidates: readonly [string, ...string[]];
}

export interface ReadHostOptions {
  /** Accept an IP address or a local name if the whole host is typed. */
  readonly allowPrivate?: boolean;
}

/**
 * Reads whatever a person pastes (a bare name, a host, a whole address) as hosts on the provider's
 * allow-list. No input leads to a host off the list.
 *
 * @param input what was typed; by field id, if the host is made of several fields.
 * @throws {HostError} the host isn't a tenant's of this provider.
 * @throws {UsageError} the value can't be a host at all.
 */
export function readHost(
  provider: Provider,
  input: string | Readonly<Record<string, string>>,
  options: ReadHostOptions = {},
): HostReading {
  const fields = hostFields(provider);
  const first = fields.find(({ kind }) => kind === 'host');
  const answers = typeof input === 'string' ? { [first?.id ?? '']: input } : input;
  const names: Record<string, string> = {};
  for (const field of fields) {
    const typed = (answers[field.id] ?? field.default ?? '').trim();
    if (field.kind !== 'host' || isBareName(provider, typed)) {
      names[field.id] = field.kind === 'host' ? typed.toLowerCase() : typed;
      continue;
    }
    const address = typed.toLowerCase();
    const completed = complete(provider, address);
    return {
      candidates: [allowed(provider, completed ?? hostOf(provider, field, address), options)],
    };
  }
  const [host, ...rest] = candidatesOf(provider, names);
  if (host === undefined) throw new Error(`${provider.id} has no host of its own`);
  return { candidates: [allowed(provider, host, options), ...rest] };
}

/** The answers that make up the host, as far as there are any. `readHost` takes them. */
export function hostTyped(
  provider: Provider,
  answerOf: (field: string) => unknown,
): Record<string, string> {
  return Object.fromEntries(
    hostFields(provider).flatMap(({ id }) => {
      const answer = answerOf(id);
      return typeof answer === 'string' ? [[id, answer]] : [];
    }),
  );
}

/** Decided before `URL` reads the text, since `URL` takes `123` and `10.1` for IPv4 addresses. */
function isBareName({ hosts }: Provider, typed: string): boolean {
  if (hosts.selfHosted || typed.includes('.')) return false;
  return isHostName(`${typed.toLowerCase()}.example`) && typed.toLowerCase() !== 'localhost';
}

/** The hosts that names may mean. A host with a part that isn't asked for is never guessed. */
function candidatesOf(provider: Provider, names: Readonly<Record<string, string>>): string[] {
  const { templates, port } = provider.hosts;
  return templates
    .filter(({ environment, hasGlob }) => environment === 'production' && !hasGlob)
    .map(({ template }) => joinHost(fillText(template, names), port === 'typed' ? 443 : port));
}

/** Puts a bare name into a template. */
export function fillTemplate({ template }: HostTemplate, name: string): string {
  return template.replaceAll(/\{\w+\}/gu, name);
}

/**
 * Completes a host that was typed without its domain (`acme.us-1`) with the first template's
 * domain. A part that isn't asked for must have a digit or a hyphen. No public suffix has one, so
 * `acme.example` stays a different host.
 */
function complete(provider: Provider, typed: string): string | undefined {
  const { selfHosted, port, templates } = provider.hosts;
  const [first] = templates;
  if (!first || selfHosted || !/^[a-z0-9.-]+$/u.test(typed) || !typed.includes('.')) {
    return undefined;
  }
  const host = joinHost(`${typed}.${first.domain}`, port === 'typed' ? 443 : port);
  const template = templateOf(provider, host);
  if (!template) return undefined;
  if (!template.hasGlob) return host;
  const [, ...others] = typed.split('.');
  return others.every(isPart) ? host : undefined;
}

function isPart(label: string): boolean {
  return /[\d-]/u.test(label) && !label.startsWith('xn--');
}

/** The host of an address, with or without a scheme, path and query. */
function hostOf({ hosts }: Provider, { label, example }: Field, typed: string): string {
  const refuse = (why: string): never => {
    throw new UsageError({
      what: `That is not a value for ${label}`,
      why,
      next: hosts.selfHosted
        ? `Type only the host (${example}) or paste the address from your browser.`
        : `Type only the name (${example}) or paste the address from your browser.`,
    });
  };
  if (typed === '') refuse('it is empty');
  if (/\s/u.test(typed)) refuse('it has a space inside');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//u.exec(typed)?.[1];
  const isHttp = scheme === 'http' && !hosts.selfHosted;
  if (scheme !== undefined && scheme !== 'https' && !isHttp) {
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
  const port = url.port === '' ? 443 : Number(url.port);
  if (hosts.port !== 'typed' && url.port !== '' && port !== hosts.port) {
    refuse('it has a port in it, and the API has none of its own');
  }
  const name = url.hostname.replace(/\.$/u, '');
  if (!name.includes('.') && !isLocalName(name)) {
    refuse(
      scheme === undefined
        ? 'it has characters that a name there cannot have'
        : 'it is not a whole web address',
    );
  }
  return joinHost(name, hosts.port === 'typed' ? port : hosts.port);
}

/** Returns `host` if it's on the allow-list. @throws {HostError} it isn't. */
function allowed(
  provider: Provider,
  host: string,
  { allowPrivate = false }: ReadHostOptions,
): string {
  const { offList, otherwise, selfHosted } = provider.hosts;
  const { name } = splitHost(host);
  const placeholders = { host: name, provider: provider.name };
  const matches = ({ pattern }: { pattern: string }) => new RegExp(pattern, 'u').test(name);
  const refusal = provider.hosts.refused.find(matches);
  if (refusal) throw new HostError(refusal.reason, host, fill(refusal, placeholders));
  if (isLocalName(name) && !(selfHosted && allowPrivate)) {
    throw new HostError('not-allowed', host, {
      what: `${name} is not an address of ${provider.name}`,
      why: selfHosted
        ? 'it is a number or a name of a local network'
        : 'it is a number or a name of a local network, and credentials go only to the provider',
      next: selfHosted ? 'If you mean it, give --allow-private.' : otherwise.next,
    });
  }
  if (isAllowedHost(provider, host)) return host;
  const why = offList.find(matches) ?? otherwise;
  throw new HostError(why.reason, host, fill(why, placeholders));
}

/**
 * The default name of a connection to `host`: the tenant, as the shortest value that leads back to
 * the host (`acme`, `acme.us-1`, or the whole host). If the host is chosen from a list, it's the
 * choices; if the whole host is typed, it's the host. If there are no choices, or all are the
 * defaults, it's `default`.
 */
export function tenantOf(provider: Provider, host: string): string {
  const { name, port } = splitHost(host);
  const fields = hostFields(provider);
  if (provider.hosts.selfHosted) return port === 443 ? name : `${name}-${port}`;
  if (fields.some(({ kind }) => kind === 'host')) return shortestName(provider, host);
  const values = namesIn(provider, host);
  const isUsual = fields.every((field) => values[field.id] === field.default);
  return isUsual ? 'default' : fields.map(({ id }) => values[id]).join('-');
}

/** The answers that lead to `host`, by field. Each is the shortest that does. */
export function hostAnswers(provider: Provider, host: string): Record<string, string> {
  const values = namesIn(provider, host);
  const [first, ...others] = hostFields(provider).filter(({ kind }) => kind === 'host');
  if (!first) return values;
  if (provider.hosts.selfHosted) return { [first.id]: host };
  // If there are several, the first may be the whole address, which then implies the others.
  return {
    ...values,
    [first.id]: others.length > 0 ? longName(provider, host) : shortestName(provider, host),
  };
}

function shortestName(provider: Provider, host: string): string {
  const { name } = splitHost(host);
  const domain = `.${provider.hosts.templates[0]?.domain ?? ''}`;
  const short = name.endsWith(domain) ? [name.slice(0, -domain.length)] : [];
  const values = namesIn(provider, host);
  const typed = hostFields(provider).filter(({ kind }) => kind === 'host');
  const names = typed.length === 1 ? typed.map(({ id }) => values[id] ?? host) : [];
  const leadsBack = (value: string) => {
    const [{ id } = { id: '' }] = typed;
    try {
      return readHost(provider, { ...values, [id]: value }).candidates[0] === host;
    } catch {
      return false;
    }
  };
  return [...names, ...short].find(leadsBack) ?? host;
}

/**
 * The answer to the first of several host fields: a label if it leads back to the host, otherwise
 * the whole host.
 */
function longName(provider: Provider, host: string): string {
  const values = namesIn(provider, host);
  const first = hostFields(provider).find(({ kind }) => kind === 'host');
  const label = first && values[first.id];
  if (label === undefined) return host;
  return candidatesOf(provider, values)[0] === host ? label : host;
}

/** The values of the template's fields in a host. */
function namesIn(provider: Provider, host: string): Record<string, string> {
  const template = templateOf(provider, host);
  const groups = template && new RegExp(template.pattern, 'u').exec(splitHost(host).name)?.groups;
  return { ...groups };
}

/**
 * Compares the address that a response states with the host that was asked. The same name in the
 * same environment is the same tenant.
 *
 * @param address what the provider stated: an address or a host.
 * @returns the tenant's own host; `other-tenant` with the host if it belongs to another tenant;
 *   `unknown` if it names no tenant (a shared cluster host, another domain).
 */
export function compareTenant(
  provider: Provider,
  host: string,
  address: string,
): { is: 'same' | 'other-tenant'; host: string } | { is: 'unknown' } {
  const canonical = readCanonical(provider, host, address);
  if (canonical === undefined) return { is: 'unknown' };
  const { selfHosted, port } = provider.hosts;
  const isSame =
    selfHosted || port === 'typed'
      ? canonical === host
      : Object.values(namesIn(provider, canonical)).join() ===
          Object.values(namesIn(provider, host)).join() &&
        templateOf(provider, canonical)?.environment === templateOf(provider, host)?.environment;
  return { is: isSame ? 'same' : 'other-tenant', host: canonical };
}

function readCanonical(provider: Provider, host: string, address: string): string | undefined {
  if (address === host) return isRefused(provider, host) ? undefined : host;
  const [field] = hostFields(provider);
  try {
    if (field?.kind === 'host') {
      return readHost(provider, { ...namesIn(provider, host), [field.id]: address }, PRIVATE)
        .candidates[0];
    }
    const { hostname, port } = new URL(address.includes('://') ? address : `https://${address}`);
    const found = joinHost(hostname, port === '' ? 443 : Number(port));
    return isAllowedHost(provider, found) ? found : undefined;
  } catch {
    return undefined;
  }
}

/** A stored host was already accepted when it was typed. */
const PRIVATE: ReadHostOptions = { allowPrivate: true };

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
  const known = refused.find(({ pattern }) => new RegExp(pattern, 'u').test(target));
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

import { isHostName } from './definition/template.js';
import { HostError, UsageError } from './errors.js';
import { hostFields } from './field.js';
import { fill, fillText } from './fill.js';
import { patternOf } from './pattern.js';
import type { HostTemplate } from './provider-hosts.js';
import type { Field, Provider } from './provider.js';
import { isAllowedHost, isLocalName, joinHost, splitHost, templateOf } from './wall.js';

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
    const typed = (answers[field.id] ?? field.default ?? '').trim().toLowerCase();
    if (field.kind !== 'host' || isBareName(provider, typed)) {
      names[field.id] = typed;
      continue;
    }
    const address = complete(provider, typed) ?? hostOf(provider, field, typed);
    return { candidates: [allowed(provider, address, options)] };
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
  return isHostName(`${typed}.example`) && typed !== 'localhost';
}

/** The hosts that names may mean. A host with a part that isn't asked for is never guessed. */
export function candidatesOf(
  provider: Provider,
  names: Readonly<Record<string, string>>,
): string[] {
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
  if (!first || selfHosted || !typed.includes('.')) return undefined;
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
  if (/^[^/?#]*@/u.test(typed)) refuse('it looks like an e-mail address');

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
  const matches = ({ pattern }: { pattern: string }) => patternOf(pattern).test(name);
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

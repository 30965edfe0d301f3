import { hostFields } from './field.js';
import { candidatesOf, readHost, type ReadHostOptions } from './host.js';
import { patternOf } from './pattern.js';
import type { Field, Provider } from './provider.js';
import type { Secret } from './secret.js';
import { isAllowedHost, joinHost, splitHost, templateOf } from './wall.js';

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
  // If there are several, the first may be the whole address, which then implies the others.
  return {
    ...values,
    [first.id]: others.length > 0 ? longName(provider, host, first) : shortestName(provider, host),
  };
}

/**
 * The values of the fields that aren't secret, as a record has them. The host's field has its
 * shortest form.
 */
export function plainFields(
  provider: Provider,
  values: ReadonlyMap<string, string | Secret>,
  host: string | undefined,
): Record<string, string> {
  const ofHost = host === undefined ? {} : hostAnswers(provider, host);
  const fields: Record<string, string> = {};
  for (const { id, kind } of provider.fields) {
    const value = ofHost[id] ?? values.get(id);
    if (typeof value === 'string' && value !== '' && kind !== 'secret') fields[id] = value;
  }
  return fields;
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
function longName(provider: Provider, host: string, { id }: Field): string {
  const values = namesIn(provider, host);
  return candidatesOf(provider, values)[0] === host ? (values[id] ?? host) : host;
}

/** The values of the template's fields in a host. */
function namesIn(provider: Provider, host: string): Record<string, string> {
  const template = templateOf(provider, host);
  const groups = template && patternOf(template.pattern).exec(splitHost(host).name)?.groups;
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

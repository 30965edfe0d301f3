import { isHostName } from './definition/template.js';
import { fillText } from './fill.js';
import { patternOf } from './pattern.js';
import type { HostTemplate } from './provider-hosts.js';
import type { Exchange, Provider } from './provider.js';
import { plainValues, type Secret } from './secret.js';

/** A host as it's always written: `name`, or `name:port` if the port isn't 443. */
export function joinHost(name: string, port: number): string {
  return port === 443 ? name : `${name}:${port}`;
}

export function splitHost(host: string): { readonly name: string; readonly port: number } {
  const [, name = host, port = '443'] = /^(.*):(\d{1,5})$/u.exec(host) ?? [];
  return { name, port: Number(port) };
}

/** Hosts that are nobody's tenant: IP addresses, and names that only a local network knows. */
const LOCAL =
  /^(?:\[.*\]|[\d.]+|(?:.*\.)?localhost|.*\.(?:local|localdomain|internal|intranet|private|lan|home|corp|test|invalid|home\.arpa))$/u;

export function isLocalName(name: string): boolean {
  return LOCAL.test(name);
}

/** The template on the allow-list that `host` matches. */
export function templateOf({ hosts }: Provider, host: string): HostTemplate | undefined {
  const { name, port } = splitHost(host);
  const isPort = hosts.port === 'typed' ? port > 0 && port < 65536 : port === hosts.port;
  if (!isPort || joinHost(name, port) !== host) return undefined;
  if (hosts.selfHosted)
    return isHostName(name) || isLocalName(name) ? hosts.templates[0] : undefined;
  const template = hosts.templates.find(({ pattern }) => patternOf(pattern).test(name));
  return template && isHostName(name) ? template : undefined;
}

function isRefused({ hosts }: Provider, host: string): boolean {
  const { name } = splitHost(host);
  return hosts.refused.some(({ pattern }) => patternOf(pattern).test(name));
}

/**
 * The wall in front of every authenticated request. The provider's definition must allow the host
 * and not list it as refused. If the whole host is typed, the host of the stored connection is the
 * wall, and this only checks that it's a host.
 */
export function isAllowedHost(provider: Provider, host: string): boolean {
  return templateOf(provider, host) !== undefined && !isRefused(provider, host);
}

/** The wall in front of every request, with or without a credential. */
export function isAllowedAddress(providers: readonly Provider[], address: URL): boolean {
  const { protocol, hostname, port, username, password } = address;
  if (protocol !== 'https:' || username !== '' || password !== '') return false;
  const host = joinHost(hostname, port === '' ? 443 : Number(port));
  return providers.some(
    (provider) =>
      isAllowedHost(provider, host) ||
      (provider.exchange?.host !== undefined && isExchangeHost(provider.exchange, host, host)),
  );
}

/**
 * The host of an exchange: the connection's host, or the exchange's own with the fields filled in.
 */
export function exchangeHost(
  { host: own }: Exchange,
  host: string,
  values: Readonly<Record<string, string | Secret>>,
): string {
  if (!own) return host;
  return fillText(own.template, plainValues(values)).toLowerCase();
}

/** The wall in front of an exchange. */
export function isExchangeHost({ host: own }: Exchange, host: string, to: string): boolean {
  if (!own) return to === host;
  return isHostName(to) && patternOf(own.pattern).test(to);
}

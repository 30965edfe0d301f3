import { NetworkError } from '../core/errors.js';

/*
 * Reads the proxy variables, for connects and for `doctor` alike. undici decides whether NO_PROXY
 * includes a host.
 */

export interface ProxyVariable {
  readonly name: string;
  readonly value: string;
}

export interface UnreadProxy {
  readonly name: string;
  /** What to do if the internet is only reachable through it, as the end of a sentence. */
  readonly remedy: string;
}

export interface ProxySettings {
  /** For `https:` addresses. */
  readonly https?: ProxyVariable | undefined;
  /** For `http:` addresses. */
  readonly http?: ProxyVariable | undefined;
  /** The value of NO_PROXY, or `*` if it includes every host, so that no other variable counts. */
  readonly none?: string | undefined;
  /** ALL_PROXY, if no other variable is set. This tool doesn't use it. */
  readonly unread?: UnreadProxy | undefined;
}

/** Stands for every host in NO_PROXY. */
export const EVERY_HOST = '*';

/** @param variable returns a variable's value; undefined if it isn't set or is empty. */
export function readProxySettings(variable: (name: string) => string | undefined): ProxySettings {
  // Lower case takes precedence, as in curl.
  const find = (name: string): ProxyVariable | undefined => {
    for (const each of [name.toLowerCase(), name]) {
      const value = variable(each)?.trim();
      if (value) return { name: each, value };
    }
    return undefined;
  };
  const none = find('NO_PROXY')?.value;
  if (none?.split(/[\s,]+/u).includes(EVERY_HOST)) return { none: EVERY_HOST };
  const http = find('HTTP_PROXY');
  const https = find('HTTPS_PROXY') ?? http;
  const all = find('ALL_PROXY');
  return {
    http,
    https,
    none,
    unread: https === undefined && all !== undefined ? unreadProxy(all) : undefined,
  };
}

/** Other programs also accept a SOCKS proxy there. */
function unreadProxy({ name, value }: ProxyVariable): UnreadProxy {
  const remedy = isSocks(value)
    ? `set HTTPS_PROXY to ${INSTEAD_OF_SOCKS}`
    : 'set HTTPS_PROXY to the same';
  return { name, remedy };
}

const isSocks = (value: string): boolean => /^socks/iu.test(value);

const INSTEAD_OF_SOCKS = 'a proxy that speaks HTTP, for SOCKS is not spoken here';

/**
 * Reads a variable's value as an address. Without a scheme it means `http://`.
 *
 * @throws {NetworkError} `proxy`: it can't be used. The error doesn't repeat the value, which may
 *   contain a password.
 */
export function readProxyAddress({ name, value }: ProxyVariable): URL {
  const refuse = (why: string): never => {
    throw new NetworkError('proxy', `${name} ${why}`, { ofProxy: true, proxyVariable: name });
  };
  // Files of variables may pass the quotes on, and Windows' `set` does.
  if (/^(["']).*\1$/u.test(value))
    refuse('has quotes around its value, which count as part of it: remove them');
  if (isSocks(value)) refuse(`has to be ${INSTEAD_OF_SOCKS}`);
  const text = /^(?:[a-z][a-z0-9+.-]*:\/\/|https?:)/iu.test(value) ? value : `http://${value}`;
  // A character that ends the host cuts the login short, so an @ follows later.
  const cutLogin = /^[^/]*\/\/[^@/?#\\]*[/?#\\].*@/u.test(text);
  if (cutLogin) refuse(`has a character in its user name or password that has to be ${ENCODED}`);
  if (!/^[^/]*:\/\//u.test(text) || !URL.canParse(text))
    refuse('is not a valid http:// or https:// address');
  const address = new URL(text);
  if (!/^https?:$/u.test(address.protocol)) refuse('is not a valid http:// or https:// address');
  if (!isDecodable(address.username) || !isDecodable(address.password)) {
    refuse(`has a % in its user name or password, which has to be ${ENCODED}`);
  }
  if (address.pathname !== '/' || address.search !== '' || address.hash !== '') {
    refuse('has a path: a .pac file is not read; give the address of the proxy that it names');
  }
  return address;
}

const ENCODED = 'percent-encoded (% as %25, # as %23, / as %2F, ? as %3F, @ as %40, \\ as %5C)';

function isDecodable(text: string): boolean {
  try {
    // The result is used, because the bundler drops a call that only throws.
    return decodeURIComponent(text).length >= 0;
  } catch {
    return false;
  }
}

/** The value of `Proxy-Authorization`; undefined without a user name. */
export function proxyLogin({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(login).toString('base64')}`;
}

/** A hint if the proxy doesn't answer. It's empty if the scheme is the usual one. */
export function schemeDoubt({ https }: ProxySettings): string {
  if (https === undefined || !/^https:\/\//iu.test(https.value)) return '';
  return `; ${https.name} begins with https://, while most proxies want http://`;
}

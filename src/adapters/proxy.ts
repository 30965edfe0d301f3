import { NetworkError } from '../core/errors.js';

/*
 * The proxy variables, read by the same code for a connect and for `doctor`. Whether a host is one of
 * NO_PROXY's is decided by undici.
 */

export interface ProxyVariable {
  readonly name: string;
  readonly value: string;
}

export interface UnreadProxy {
  readonly name: string;
  /** What to do if the internet is reached through it, for the end of a sentence. */
  readonly remedy: string;
}

export interface ProxySettings {
  /** For `https:` addresses. */
  readonly https?: ProxyVariable | undefined;
  /** For `http:` addresses. */
  readonly http?: ProxyVariable | undefined;
  /** The value of NO_PROXY; `*` if it names every host, so that no other variable counts. */
  readonly none?: string | undefined;
  /** ALL_PROXY where it alone is set: it is not read here. */
  readonly unread?: UnreadProxy | undefined;
}

/** In NO_PROXY. */
export const EVERY_HOST = '*';

/** @param variable a variable's value; undefined if it is not set or empty. */
export function readProxySettings(variable: (name: string) => string | undefined): ProxySettings {
  // The small letters win, as in curl.
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

/** Other programs also read a SOCKS proxy there. */
function unreadProxy({ name, value }: ProxyVariable): UnreadProxy {
  const remedy = isSocks(value)
    ? `set HTTPS_PROXY to ${INSTEAD_OF_SOCKS}`
    : 'set HTTPS_PROXY to the same';
  return { name, remedy };
}

const isSocks = (value: string): boolean => /^socks/iu.test(value);

const INSTEAD_OF_SOCKS = 'a proxy that speaks HTTP, for SOCKS is not spoken here';

/**
 * The address that a variable's value means. A value without a scheme means `http://`.
 *
 * @throws {NetworkError} `proxy`: it cannot be used. The value is not repeated: it may hold a password.
 */
export function readProxyAddress({ name, value }: ProxyVariable): URL {
  const refuse = (why: string): never => {
    throw new NetworkError('proxy', `${name} ${why}`, { ofProxy: true, proxyVariable: name });
  };
  // A file of variables may hand them on, and Windows' `set` does.
  if (/^(["']).*\1$/u.test(value))
    refuse('stands in quotes, which are a part of it: take them off');
  if (isSocks(value)) refuse(`has to be ${INSTEAD_OF_SOCKS}`);
  const text = /^(?:[a-z][a-z0-9+.-]*:\/\/|https?:)/iu.test(value) ? value : `http://${value}`;
  // A character that ends the host cuts the login off: what follows the host then has the @.
  const cutLogin = /^[^/]*\/\/[^@/?#\\]*[/?#\\].*@/u.test(text);
  if (cutLogin) refuse(`has a character in its user name or password that has to be ${ENCODED}`);
  if (!/^[^/]*:\/\//u.test(text) || !URL.canParse(text))
    refuse('is not an http:// or https:// address');
  const address = new URL(text);
  if (!/^https?:$/u.test(address.protocol)) refuse('is not an http:// or https:// address');
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
    // The result is used: the bundler leaves out a call that only throws.
    return decodeURIComponent(text).length >= 0;
  } catch {
    return false;
  }
}

/** What the proxy gets as `Proxy-Authorization`; undefined without a user name. */
export function proxyLogin({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(login).toString('base64')}`;
}

/** What to add where the proxy of the settings does not answer; empty if its scheme is the usual one. */
export function schemeDoubt({ https }: ProxySettings): string {
  if (https === undefined || !/^https:\/\//iu.test(https.value)) return '';
  return `; ${https.name} begins with https://, while most proxies want http://`;
}

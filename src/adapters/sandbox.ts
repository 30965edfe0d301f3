import type { HttpResponse } from '../core/response.js';
import { authHeaders } from '../core/auth-scheme.js';
import { NetworkError } from '../core/errors.js';
import type { Http } from '../core/ports.js';
import type { Provider } from '../core/provider.js';
import { Secret } from '../core/secret.js';

/**
 * The providers as their definitions describe them, in memory: the wizard can be run and
 * rehearsed whole, and nothing leaves the machine.
 */
export function createSandbox(providers: readonly Provider[]): Http {
  return {
    async send({ url, headers }) {
      const { host, pathname, search } = new URL(url);
      const provider = providers.find(({ sandbox }) => sandbox.host === host);
      if (!provider) return unknownHost(providers, host);
      const { auth, sandbox } = provider;
      const wanted = Object.entries(authHeaders(auth, sandbox.values));
      if (!wanted.some(([name]) => name in headers)) return simulate(sandbox.unsigned);
      const right = wanted.every(([name, value]) => {
        const given = headers[name];
        return given instanceof Secret && value instanceof Secret && given.equals(value);
      });
      if (!right) return simulate(sandbox.refused);
      const path = `${pathname}${search}`;
      const known = Object.hasOwn(sandbox.replies, path);
      return simulate(
        known
          ? { ...sandbox.unsigned, status: 200, body: sandbox.replies[path] }
          : sandbox.unknownPath,
      );
    },
    usesProxy: false,
    async resolves() {
      return true;
    },
  };
}

/** Another tenant of the same provider: there is none. */
function unknownHost(providers: readonly Provider[], host: string): HttpResponse {
  const provider = providers.find(({ hosts }) =>
    hosts.templates.some(({ domain }) => host.endsWith(`.${domain}`)),
  );
  if (!provider) throw new NetworkError('connection', 'the sandbox has no such host');
  return simulate(provider.sandbox.unknownHost);
}

function simulate({ status, headers, body }: Provider['sandbox']['unsigned']): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: body === undefined ? '' : JSON.stringify(body),
    truncated: false,
  };
}

import { authHeaders } from '../../core/auth-scheme.js';
import { isAllowedHost } from '../../core/host.js';
import type { Http } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';
import type { HttpResponse } from '../../core/response.js';
import type { Values } from '../../core/stored-item.js';

/** Asks the provider at a path on the tenant's host. @throws {NetworkError} no response came. */
export type Send = (path: string) => Promise<HttpResponse>;

/** The one place that sends a secret over the network. */
export function authenticatedRequest(
  http: Http,
  provider: Provider,
  { host, values, timeoutMs }: { host: string; values: Values; timeoutMs: number },
): Send {
  refuseOffList(provider, host);
  const { auth, budget } = provider;
  const headers = { accept: 'application/json', ...authHeaders(auth, values) };
  return (path) =>
    http.send({ url: `https://${host}${path}`, headers, timeoutMs, budget, patient: true });
}

/** The same request without the credential: how the host answers anybody. */
export function unauthenticatedRequest(
  http: Http,
  provider: Provider,
  { host, timeoutMs }: { host: string; timeoutMs: number },
): Send {
  refuseOffList(provider, host);
  const { budget } = provider;
  const headers = { accept: 'application/json' };
  return (path) => http.send({ url: `https://${host}${path}`, headers, timeoutMs, budget });
}

function refuseOffList(provider: Provider, host: string): void {
  if (isAllowedHost(provider, host)) return;
  throw new Error(`${host} is not on the list of hosts of ${provider.id}`);
}

import type { HttpResponse } from '../../core/response.js';
import { authHeaders } from '../../core/auth-scheme.js';
import { isAllowedHost } from '../../core/host.js';
import type { Values } from '../../core/stored-item.js';
import type { Http } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';

/** Asks the provider at a path on the tenant's host. @throws {NetworkError} no answer came. */
export type Send = (path: string) => Promise<HttpResponse>;

/** The one place that sends a secret over the network. */
export function authenticatedRequest(
  http: Http,
  provider: Provider,
  { host, values, timeoutMs }: { host: string; values: Values; timeoutMs: number },
): Send {
  if (!isAllowedHost(provider, host)) {
    throw new Error(`${host} is not on the list of hosts of ${provider.id}`);
  }
  const { auth, budget } = provider;
  const headers = { accept: 'application/json', ...authHeaders(auth, values) };
  return (path) =>
    http.send({ url: `https://${host}${path}`, headers, timeoutMs, budget, patient: true });
}

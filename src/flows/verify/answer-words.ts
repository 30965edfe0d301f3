import { errorCode, type HttpResponse } from '../../core/response.js';
import type { NetworkError } from '../../core/errors.js';
import type { LadderRung } from '../../core/ladder.js';
import { plainText } from '../../core/plain-text.js';
import type { Provider } from '../../core/provider.js';

/** An answer in a few words: `HTTP 403, access_denied`; `HTTP 302 to login.example.com`. */
export function describeResponse(provider: Provider, response: HttpResponse): string {
  const status = `HTTP ${response.status}`;
  const code = errorCode(provider, response);
  if (code !== undefined) return `${status}, ${code}`;
  const location = response.headers['location'];
  if (location !== undefined && response.status >= 300 && response.status < 400) {
    return `${status} to ${redirectHost(location)}`;
  }
  const type = plainText((response.headers['content-type'] ?? '').split(';', 1)[0] ?? '', 40);
  if (response.truncated) return `${status}, longer than 1 MiB`;
  return type === '' || type === 'application/json' ? status : `${status}, ${type}`;
}

/** Only the host: the rest of an address may repeat what was sent. */
function redirectHost(location: string): string {
  try {
    return plainText(new URL(location).host, 80);
  } catch {
    return 'another page';
  }
}

/** The rungs below the provider, when an answer came. */
export function reachedRungs(host: string): LadderRung[] {
  return [
    { rung: 'name', ok: true, detail: host },
    { rung: 'tls', ok: true, detail: 'the certificate is trusted' },
  ];
}

/** The provider's API is what answered. */
export function providerRung(provider: Provider): LadderRung {
  return { rung: 'provider', ok: true, detail: `the API of ${provider.name}` };
}

/** The rungs when none came. */
export function networkRungs(host: string, error: NetworkError): LadderRung[] {
  // Through a proxy, it is the proxy that looks the name up: without it, nothing is known.
  if (error.reason === 'dns' || error.reason === 'proxy')
    return [{ rung: 'name', ok: false, detail: error.message }];
  return [
    { rung: 'name', ok: true, detail: host },
    { rung: 'tls', ok: false, detail: error.message },
  ];
}

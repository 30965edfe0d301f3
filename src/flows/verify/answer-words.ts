import { errorCode, type Answer } from '../../core/response.js';
import type { NetworkError } from '../../core/errors.js';
import type { LadderRung } from '../../core/ladder.js';
import { plainText } from '../../core/plain-text.js';
import type { Provider } from '../../core/provider.js';

/** An answer in a few words: `HTTP 403, access_denied`; `HTTP 302 to login.example.com`. */
export function describeAnswer(provider: Provider, answer: Answer): string {
  const status = `HTTP ${answer.status}`;
  const code = errorCode(provider, answer);
  if (code !== undefined) return `${status}, ${code}`;
  const location = answer.headers['location'];
  if (location !== undefined && answer.status >= 300 && answer.status < 400) {
    return `${status} to ${redirectHost(location)}`;
  }
  const type = plainText((answer.headers['content-type'] ?? '').split(';', 1)[0] ?? '', 40);
  if (answer.truncated) return `${status}, longer than 1 MiB`;
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

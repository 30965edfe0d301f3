import type { Context } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';
import { isRefusalOfApi, type Read } from '../../core/reading.js';
import type { HttpResponse } from '../../core/response.js';
import type { Values } from '../../core/stored-item.js';
import type { Send } from './authenticated-request.js';
import type { RecognisedHost } from './find-host.js';
import type { Anonymous, Comparison } from './refusals.js';

/** What is asked of a credential. */
export interface VerifyOptions {
  readonly target: RecognisedHost;
  readonly values: Values;
  /** Ids of capabilities; only these are probed. */
  readonly needs: readonly string[];
  /** For each request, in milliseconds. */
  readonly timeoutMs: number;
  /** A `connect` also looks for the owner where that takes requests more, and advises on it. */
  readonly purpose: 'connect' | 'recheck';
}

/** What a verification works with. */
export interface Run {
  readonly http: Context['http'];
  readonly provider: Provider;
  readonly options: VerifyOptions;
  readonly send: Send;
  readonly anonymous: Anonymous;
  /** What may be filled into a message. */
  readonly placeholders: Readonly<Record<string, string>>;
}

/** A test that did not accept the credential. */
export interface Attempt {
  readonly read: Read;
  readonly response: HttpResponse;
  readonly comparison: Comparison;
}

/** Has the host been seen to be the provider's, before this run or by a response of it? */
export function isKnown({ provider, options }: Run, attempts: readonly Attempt[]): boolean {
  return (
    options.target.recognised ||
    attempts.some(
      ({ read, response }) => read.fault !== 'not-an-api' && isRefusalOfApi(provider, response),
    )
  );
}

export function isRefusal({ read, response }: Attempt): boolean {
  return read.means === 'go-on' && response.status === 403;
}

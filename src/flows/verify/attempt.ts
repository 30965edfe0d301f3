import type { Context } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';
import { isRefusalOfApi, type Read } from '../../core/reading.js';
import type { HttpResponse } from '../../core/response.js';
import type { Values } from '../../core/stored-item.js';
import type { Send } from './authenticated-request.js';
import type { RecognisedHost } from './find-host.js';
import type { Anonymous, Comparison } from './refusals.js';

/** What is verified about a credential. */
export interface VerifyOptions {
  readonly target: RecognisedHost;
  readonly values: Values;
  /** Ids of capabilities. Only these are requested. */
  readonly needs: readonly string[];
  /** Time limit of each request, in milliseconds. */
  readonly timeoutMs: number;
  /**
   * `connect` also finds the owner if that takes more requests, and gives advice about the owner.
   */
  readonly purpose: 'connect' | 'recheck';
}

/** What a verification works with. */
export interface Verification {
  readonly http: Context['http'];
  readonly provider: Provider;
  readonly options: VerifyOptions;
  readonly send: Send;
  readonly anonymous: Anonymous;
  /** The values for messages. */
  readonly placeholders: Readonly<Record<string, string>>;
}

/** A test that didn't accept the credential. */
export interface Attempt {
  readonly read: Read;
  readonly response: HttpResponse;
  readonly comparison: Comparison;
}

/** The host was seen to be the provider's, before this run or by one of its responses. */
export function isKnown(
  { provider, options }: Verification,
  attempts: readonly Attempt[],
): boolean {
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

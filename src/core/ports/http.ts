import type { HttpResponse } from '../response.js';
import type { Secret } from '../secret.js';

export interface HttpRequest {
  /** Default: GET. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'LIST';
  /** Begins with `https:`. The host is on a provider's allow-list. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | Secret>>;
  /** Sent as UTF-8. It's a `Secret` if it contains one. The headers say its content type. */
  readonly body?: string | Secret | undefined;
  /** Time limit of the whole request, body included, in whole milliseconds. */
  readonly timeoutMs: number;
  /** Wait and try again if the server answers that it's busy. */
  readonly patient?: boolean;
  /** At most this many requests to one host in this many seconds. */
  readonly budget?: {
    readonly requests: number;
    readonly seconds: number;
    /** Requests with the same counter are counted together. Default: all requests to the host. */
    readonly counter?: object;
  };
}

export interface Http {
  /**
   * Sends a request. It doesn't follow redirects.
   *
   * @throws {NetworkError} no response came.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Resolves to whether this machine can resolve the name. Never throws. */
  resolves(host: string): Promise<boolean>;
  /** Requests go through a proxy, which resolves names itself. */
  readonly usesProxy: boolean;
}

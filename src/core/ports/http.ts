import type { HttpResponse } from '../response.js';
import type { Secret } from '../secret.js';

export interface HttpRequest {
  /** Default: GET. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'LIST';
  /** `https:` and a host on a provider's allow-list. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | Secret>>;
  /** Sent as UTF-8; a `Secret` if there is one in it. Its type is one of the headers. */
  readonly body?: string | Secret | undefined;
  /** For the whole request, body included; whole milliseconds. */
  readonly timeoutMs: number;
  /** Wait and ask again where the answer is that the server is busy. */
  readonly patient?: boolean;
  /** At most so many requests to one host in so many seconds. */
  readonly budget?: {
    readonly requests: number;
    readonly seconds: number;
    /** What is counted together; if it is left out, all requests to the host. */
    readonly counter?: object;
  };
}

export interface Http {
  /**
   * Follows no redirect.
   *
   * @throws {NetworkError} no response came.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Does the name resolve on this machine? Never throws. */
  resolves(host: string): Promise<boolean>;
  /** Do requests go through a proxy, which looks names up itself? */
  readonly usesProxy: boolean;
}

import type { Dispatcher } from 'undici';
import type { HttpRequest } from '../core/ports.js';
import type { HttpResponse } from '../core/response.js';
import { reveal, revealAll } from '../core/secret.js';
import type { Progress } from './progress.js';
import { BoundedBody, CODINGS, decompress } from './response-body.js';

interface Sending {
  readonly userAgent: string;
  /** The time limit of the whole request. */
  readonly limit: AbortSignal;
  readonly progress: Progress;
}

/**
 * Sends a request over a dispatcher and reads the response. `fetch` would do the same with 0.9 ms more
 * of processor time.
 *
 * @throws the error of undici, TLS or a proxy, or the reason of the limit.
 */
export async function sendOver(
  dispatcher: Dispatcher,
  { origin, pathname, search }: URL,
  { method = 'GET', headers, body = '' }: Omit<HttpRequest, 'url'>,
  { userAgent, limit, progress }: Sending,
): Promise<HttpResponse> {
  limit.throwIfAborted();
  const reader = new ResponseReader(progress);
  const end = (): void => reader.end(limit.reason as Error);
  limit.addEventListener('abort', end);
  try {
    const request = {
      origin,
      path: `${pathname}${search}`,
      method,
      headers: {
        'user-agent': userAgent,
        'accept-encoding': CODINGS,
        ...revealAll(headers),
      },
      body: reveal(body),
    };
    dispatcher.dispatch(request, reader);
    const response = await reader.response;
    // undici frees the connection one turn later. Then the next request to the host finds it.
    await new Promise<void>((freed) => {
      setImmediate(freed);
    });
    return response;
  } finally {
    limit.removeEventListener('abort', end);
  }
}

type Controller = Dispatcher.DispatchController;
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Receives what undici reports about one request. */
class ResponseReader implements Dispatcher.DispatchHandler {
  readonly response: Promise<HttpResponse>;
  readonly #progress: Progress;
  #resolve: (response: Promise<HttpResponse>) => void = () => {};
  #reject: (error: Error) => void = () => {};
  #controller: Controller | undefined;
  #ended: Error | undefined;
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  readonly #body = new BoundedBody();

  constructor(progress: Progress) {
    this.#progress = progress;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Ends the request. If it hasn't been sent yet, it never will be. */
  end(reason: Error): void {
    this.#ended = reason;
    this.#reject(reason);
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#ended) controller.abort(this.#ended);
    else this.#progress.sent = true;
  }

  onResponseStart(_: Controller, status: number, headers: Headers): void {
    // A 1xx status isn't the response.
    if (status < 200) return;
    this.#progress.responded = true;
    this.#status = status;
    this.#headers = joined(headers);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#body.take(chunk)) return;
    this.#resolve(this.#read());
    // The rest is never read.
    controller.abort(new Error('longer than it may be'));
  }

  onResponseEnd(): void {
    this.#resolve(this.#read());
  }

  onResponseError(_: Controller, error: Error): void {
    this.#reject(error);
  }

  async #read(): Promise<HttpResponse> {
    const [status, headers] = [this.#status, this.#headers];
    const { text, truncated } = await decompress(this.#body, headers['content-encoding'] ?? '');
    return { status, headers, body: text, truncated };
  }
}

function joined(headers: Headers): Record<string, string> {
  const each = Object.entries(headers).map(([name, value = '']) => [
    name,
    [value].flat().join(', '),
  ]);
  return Object.fromEntries(each) as Record<string, string>;
}

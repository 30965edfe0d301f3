import { NetworkError, StoreError } from '../../core/errors.js';
import { createQueue } from '../../core/queue.js';
import { plainText } from '../../core/plain-text.js';
import type { Clock, Http } from '../../core/ports.js';
import type { HttpResponse } from '../../core/response.js';
import type { Secret } from '../../core/secret.js';
import { isObject } from '../../core/shape.js';
import { createFail, FAILURES, NETWORK_FAILURES, type Fail } from './failure.js';
import type { VaultSettings, VaultSettingsReader } from './settings.js';
import { parseJson } from '../../core/json.js';

/** A response of the API. Only these parts are ever looked at, printed or kept. */
export interface VaultResponse {
  /** One of 200, 204, 400, 403, 404, 405. */
  readonly status: number;
  readonly data: Readonly<Record<string, unknown>> | undefined;
  readonly errors: readonly string[];
}

type Method = 'GET' | 'POST' | 'DELETE';

export interface VaultClient {
  /**
   * Makes one call of the API.
   *
   * @param path below `/v1/`.
   * @throws {StoreError} the API didn't answer the request itself: there was no response, a
   *   redirect, a sealed or busy server, or something that isn't Vault.
   * @throws {UsageError} the settings contradict each other.
   */
  call(method: Method, path: string, options?: CallOptions): Promise<VaultResponse>;
  /** Somebody may have logged in again, so the next call reads the settings again. */
  forget(): void;
  readonly fail: Fail;
}

interface CallOptions {
  readonly body?: string | Secret;
  readonly timeoutMs?: number;
}

export interface VaultClientOptions {
  readonly settings: VaultSettingsReader;
  /** Sends only to the server, and doesn't follow redirects. */
  readonly send: Http['send'];
  readonly clock: Clock;
  /** Time limit of each request. */
  readonly timeoutMs: number;
  /** How many requests, and so connections, are open at once. */
  readonly concurrency: number;
}

/** How long a busy server is asked again. */
const PATIENCE_MS = 5000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 1000;

export function createVaultClient(options: VaultClientOptions): VaultClient {
  const { settings, send, clock } = options;
  const queue = createQueue(options.concurrency);
  const fail = createFail(settings.backend, { tool: settings.tool, login: settings.login });
  /**
   * The index of the last write to an Enterprise cluster. A node that is behind it waits or answers
   * 412.
   */
  let writtenIndex: string | undefined;
  let current: VaultSettings | undefined;

  async function sendOnce(
    method: Method,
    path: string,
    { body, timeoutMs = options.timeoutMs }: CallOptions,
  ): Promise<HttpResponse> {
    // Read once a run, because it may come from a file.
    const { address, token, namespace } = (current ??= settings.read());
    const headers = {
      accept: 'application/json',
      'x-vault-request': 'true',
      'x-vault-token': token,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(namespace !== undefined && { 'x-vault-namespace': namespace }),
      ...(writtenIndex !== undefined && { 'x-vault-index': writtenIndex }),
    };
    const url = `${address}/v1/${path}`;
    try {
      const response = await queue(() => send({ method, url, headers, body, timeoutMs }));
      if (method !== 'GET') writtenIndex = response.headers['x-vault-index'] ?? writtenIndex;
      return response;
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      const undecided = error.reason === 'timeout' || error.passing;
      throw fail(NETWORK_FAILURES[error.reason], error.placeholders, { undecided, cause: error });
    }
  }

  /** Throws if the API itself didn't answer the request. */
  async function refuse(response: HttpResponse): Promise<void> {
    const { status } = response;
    const detail = statusOf(response);
    if (status >= 300 && status < 400) {
      throw fail(FAILURES.redirect, { detail: targetOf(response) });
    }
    if (status === 429 || status === 412) throw fail(FAILURES.busy, { detail });
    if (isUpgrading(response)) throw fail(FAILURES.upgrading);
    if (status < 470) return;
    if (status < 480) throw fail(FAILURES.standby, { detail });
    // Something in front of the server answers with the same codes, but without Vault's words. The
    // words of a 503 are the second witness, because some servers don't answer this request in a
    // namespace.
    const health = await readHealth();
    const { initialized, sealed } = health;
    // Only the response itself shows that nothing was done. The current state may have begun later.
    const undecided = !isSealed(response);
    if (initialized === false) throw fail(FAILURES.uninitialised, {}, { undecided });
    if (sealed === true || !undecided) throw fail(FAILURES.sealed, {}, { undecided });
    const standby = health.status === 429 || (health.status >= 470 && health.status < 480);
    if (standby && initialized === true) {
      const placeholders = { detail: `HTTP ${health.status} of sys/health` };
      throw fail(FAILURES.standby, placeholders, { undecided });
    }
    throw fail(FAILURES.faulty, { detail });
  }

  /** What the server says about itself. The status is 0 if it says nothing. */
  async function readHealth(): Promise<{
    status: number;
    initialized?: unknown;
    sealed?: unknown;
  }> {
    try {
      const { status, body } = await sendOnce('GET', 'sys/health', {});
      const known = parseJson(body);
      return { ...(isObject(known) && known), status };
    } catch (error) {
      if (error instanceof StoreError) return { status: 0 };
      throw error;
    }
  }

  async function call(
    method: Method,
    path: string,
    more: CallOptions = {},
  ): Promise<VaultResponse> {
    const until = clock.now().getTime() + PATIENCE_MS;
    let pause = FIRST_PAUSE_MS;
    for (;;) {
      const response = await sendOnce(method, path, more);
      const passing = isPassing(response) && clock.now().getTime() + pause <= until;
      if (!passing) {
        await refuse(response);
        return read(response, fail);
      }
      await clock.sleep(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  function forget(): void {
    current = undefined;
  }

  return { call, forget, fail };
}

/** Nothing was done, so the request can be repeated. */
function isPassing(response: HttpResponse): boolean {
  return response.status === 429 || response.status === 412 || isUpgrading(response);
}

/** There is no code for it, only this message. */
function isUpgrading({ status, body }: HttpResponse): boolean {
  return status === 400 && /upgrad\w+ from non-versioned to versioned/iu.test(body);
}

function isSealed({ body }: HttpResponse): boolean {
  const json = parseJson(body);
  return isObject(json) && /is sealed/iu.test(JSON.stringify(json['errors'] ?? ''));
}

/** Includes the content type if the body isn't JSON. */
function statusOf({ status, headers, body }: HttpResponse): string {
  return isObject(parseJson(body)) ? `HTTP ${status}` : `HTTP ${status}, ${typeOf(headers)}`;
}

function typeOf(headers: HttpResponse['headers']): string {
  return plainText(headers['content-type'] ?? 'no content type', 60);
}

/** The host of a redirect. The rest of the address may contain anything. */
function targetOf({ headers }: HttpResponse): string {
  const location = headers['location'] ?? '';
  return URL.canParse(location) ? plainText(new URL(location).host, 80) : 'another path';
}

/** @throws {StoreError} it isn't a response of the API. */
function read({ status, headers, body, truncated }: HttpResponse, fail: Fail): VaultResponse {
  if (status === 204) return { status, data: undefined, errors: [] };
  if (truncated) throw fail(FAILURES.tooLong);
  const json = parseJson(body);
  if (isObject(json)) {
    const { data, errors } = json;
    const hasData = isObject(data);
    // A 404 of another API must not be taken for "nothing there".
    if (Array.isArray(errors) || hasData || (status === 404 && 'data' in json)) {
      const messages = Array.isArray(errors) ? errors.map(String) : [];
      return { status, data: hasData ? data : undefined, errors: messages };
    }
  }
  throw fail(FAILURES.notVault, { detail: `HTTP ${status}, ${typeOf(headers)}` });
}

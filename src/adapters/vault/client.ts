import { NetworkError, StoreError } from '../../core/errors.js';
import { createGate } from '../../core/gate.js';
import { plainText } from '../../core/plain-text.js';
import type { Clock, Http } from '../../core/ports.js';
import type { HttpResponse } from '../../core/response.js';
import type { Secret } from '../../core/secret.js';
import { isObject } from '../../core/shape.js';
import { createFail, FAILURES, NETWORK_FAILURES, type Fail } from './failure.js';
import type { VaultSettings, VaultSettingsReader } from './settings.js';
import { parseJson } from '../../core/json.js';

/** What the API says: nothing but these parts is ever looked at, printed or kept. */
export interface VaultResponse {
  /** One of 200, 204, 400, 403, 404, 405. */
  readonly status: number;
  readonly data: Readonly<Record<string, unknown>> | undefined;
  readonly errors: readonly string[];
}

type Method = 'GET' | 'POST' | 'DELETE';

export interface VaultClient {
  /**
   * One call of the API.
   *
   * @param path below `/v1/`.
   * @throws {StoreError} nothing came that the API says of the request itself: no answer, a redirect,
   *   a sealed or busy server, something that is not Vault.
   * @throws {UsageError} the settings contradict each other.
   */
  call(method: Method, path: string, options?: CallOptions): Promise<VaultResponse>;
  /** Somebody may have logged in again: the next call reads the settings anew. */
  forget(): void;
  readonly fail: Fail;
}

interface CallOptions {
  readonly body?: string | Secret;
  readonly timeoutMs?: number;
}

export interface VaultClientOptions {
  readonly settings: VaultSettingsReader;
  /** Sends to the server alone, and follows no redirect. */
  readonly send: Http['send'];
  readonly clock: Clock;
  /** For each request. */
  readonly timeoutMs: number;
  /** Requests under way at once, and so connections. */
  readonly concurrency: number;
}

/** How long a busy server is asked again. */
const PATIENCE_MS = 5000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 1000;

export function createVaultClient(options: VaultClientOptions): VaultClient {
  const { settings, send, clock } = options;
  const gate = createGate(options.concurrency);
  const fail = createFail(settings.backend, { tool: settings.tool, login: settings.login });
  /** Of an Enterprise cluster's last write: a node that is behind it waits or answers 412. */
  let writtenIndex: string | undefined;
  let current: VaultSettings | undefined;

  async function sendOnce(
    method: Method,
    path: string,
    { body, timeoutMs = options.timeoutMs }: CallOptions,
  ): Promise<HttpResponse> {
    // Read once for a run: a file may be behind it.
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
      const response = await gate(() => send({ method, url, headers, body, timeoutMs }));
      if (method !== 'GET') writtenIndex = response.headers['x-vault-index'] ?? writtenIndex;
      return response;
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      const undecided = error.reason === 'timeout' || error.passing;
      throw fail(NETWORK_FAILURES[error.reason], error.words, { undecided, cause: error });
    }
  }

  /** What an answer says that is no answer to the request. */
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
    // What stands in front of the server answers with the same codes, and none of its words. The words
    // of a 503 are the second witness, for some servers do not answer this in a namespace.
    const health = await askHealth();
    const { initialized, sealed } = health;
    // Only what the answer itself says tells that nothing was done: what is so now may be so since.
    const undecided = !isSealed(response);
    if (initialized === false) throw fail(FAILURES.uninitialised, {}, { undecided });
    if (sealed === true || !undecided) throw fail(FAILURES.sealed, {}, { undecided });
    const standby = health.status === 429 || (health.status >= 470 && health.status < 480);
    if (standby && initialized === true) {
      const words = { detail: `HTTP ${health.status} of sys/health` };
      throw fail(FAILURES.standby, words, { undecided });
    }
    throw fail(FAILURES.faulty, { detail });
  }

  /** What the server says of itself; status 0 if it says nothing. */
  async function askHealth(): Promise<{ status: number; initialized?: unknown; sealed?: unknown }> {
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

/** Worth asking again: nothing was done. */
function isPassing(response: HttpResponse): boolean {
  return response.status === 429 || response.status === 412 || isUpgrading(response);
}

/** There is no code for it, only these words (`path_data.go` of the KV engine). */
function isUpgrading({ status, body }: HttpResponse): boolean {
  return status === 400 && /upgrad\w+ from non-versioned to versioned/iu.test(body);
}

function isSealed({ body }: HttpResponse): boolean {
  const json = parseJson(body);
  return isObject(json) && /is sealed/iu.test(JSON.stringify(json['errors'] ?? ''));
}

/** With the type of what came, where that is no JSON. */
function statusOf({ status, headers, body }: HttpResponse): string {
  return isObject(parseJson(body)) ? `HTTP ${status}` : `HTTP ${status}, ${typeOf(headers)}`;
}

function typeOf(headers: HttpResponse['headers']): string {
  return plainText(headers['content-type'] ?? 'no content type', 60);
}

/** The host a redirect names; the rest of it may hold anything. */
function targetOf({ headers }: HttpResponse): string {
  const location = headers['location'] ?? '';
  return URL.canParse(location) ? plainText(new URL(location).host, 80) : 'another path';
}

/** @throws {StoreError} it is not of the API. */
function read({ status, headers, body, truncated }: HttpResponse, fail: Fail): VaultResponse {
  if (status === 204) return { status, data: undefined, errors: [] };
  if (truncated) throw fail(FAILURES.tooLong);
  const json = parseJson(body);
  if (isObject(json)) {
    const { data, errors } = json;
    const hasData = isObject(data);
    // A 404 of some other API must not be taken for "nothing there".
    if (Array.isArray(errors) || hasData || (status === 404 && 'data' in json)) {
      const words = Array.isArray(errors) ? errors.map(String) : [];
      return { status, data: hasData ? data : undefined, errors: words };
    }
  }
  throw fail(FAILURES.notVault, { detail: `HTTP ${status}, ${typeOf(headers)}` });
}

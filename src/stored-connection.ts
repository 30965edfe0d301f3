import { authHeaders } from './core/auth-scheme.js';
import { UsageError } from './core/errors.js';
import { revealAll } from './core/secret.js';
import { verdictByReason, type Reason, type Verdict } from './core/verdict.js';
import type { Credential } from './flows/connections/get-credential.js';

/**
 * A stored credential. Its secrets are behind getters, so printing the object or converting it to
 * JSON doesn't show them.
 */
export class StoredConnection {
  /** `freshservice/acme` */
  readonly name: string;
  /** `freshservice` */
  readonly provider: string;
  /** `acme.freshservice.com` */
  readonly host: string;
  /** `https://acme.freshservice.com`, without a slash at the end. */
  readonly baseUrl: string;
  /**
   * The result of the last check. Reading a connection doesn't ask the provider; `checkConnection`
   * does.
   */
  readonly verdict: Verdict;
  /** Why the last check had that verdict. */
  readonly reason: Reason;
  /** When the provider last accepted the credential, ISO 8601 in UTC; `null` if never. */
  readonly lastValidAt: string | null;
  readonly #credential: Credential;

  /** @internal */
  constructor(credential: Credential) {
    const { name, provider, host, reason, lastValidAt } = credential.connection;
    this.name = name;
    this.provider = provider;
    this.host = host;
    this.baseUrl = `https://${host}`;
    this.verdict = verdictByReason[reason];
    this.reason = reason;
    this.lastValidAt = lastValidAt;
    this.#credential = credential;
  }

  /**
   * The headers that authenticate a request: `{ authorization: 'Basic …' }`. They are secret; send
   * them only to `host`.
   *
   * @throws {UsageError} the provider takes a short-lived token, which has to be requested each
   *   time.
   */
  get headers(): Record<string, string> {
    const { provider, values } = this.#credential;
    if (provider.exchange) throw needsToken(provider.name, this.name);
    return revealAll(authHeaders(provider.auth, values));
  }

  /** Every field by its id, secrets included: `{ domain: 'acme', apiKey: '…' }`. */
  get fields(): Record<string, string> {
    return revealAll(this.#credential.values);
  }
}

function needsToken(provider: string, name: string): UsageError {
  return new UsageError({
    what: `${provider} takes a short-lived token, and no header can be made of what is stored`,
    next: `Take one from connect-wizard token ${name} --format header, or make one of the fields.`,
  });
}

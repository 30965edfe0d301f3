import { capital, listed } from './counted.js';
import type { Reason, StoreReason, NetworkReason } from './verdict.js';

/**
 * The parts of every message. `what` and `why`, joined by a colon, make one sentence; `next` stands
 * on its own. None ends in a line break.
 */
export interface Advice {
  /** What failed, without a full stop. */
  readonly what: string;
  /** Why it failed, as far as it's known, without a full stop. */
  readonly why?: string | undefined;
  /** Possible causes, the likeliest first, if the cause isn't known for sure. */
  readonly causes?: readonly string[] | undefined;
  /** What to do now, in whole sentences. */
  readonly next: string;
  /**
   * A shell command that does it. It's printed after `next` and never wrapped, so that it can be
   * copied.
   */
  readonly command?: string | undefined;
  /** What to do after `next` if no menu offers it: run the command again. */
  readonly again?: string | undefined;
}

/** Joins `what` and `why` into the sentence that the JSON has as `message`. */
export function sentence(advice: Advice): string {
  return `${advice.what}${advice.why ? `: ${advice.why}` : ''}.`;
}

/** `next`, preceded by the possible causes if there are any. */
export function nextStep(advice: Advice): string {
  const next = [advice.next, advice.again, advice.command].filter(Boolean).join(' ');
  if (!advice.causes || advice.causes.length === 0) return next;
  const causes = advice.causes.map((cause, index) => `(${index + 1}) ${cause}`).join('; ');
  return `Possible causes, the likeliest first: ${causes}. ${next}`;
}

/**
 * Base of every error that isn't a bug of ours. It has advice, and no stack trace is printed for
 * it.
 */
export abstract class WizardError extends Error {
  abstract override readonly name: string;
  /** The message in parts. `message` joins what failed and why. */
  readonly advice: Advice;

  constructor(advice: Advice, options?: ErrorOptions) {
    super(sentence(advice), options);
    this.advice = advice;
  }
}

/** What a usage error tells a program, in addition to its text. */
export interface UsageDetails {
  readonly missing?: readonly MissingInput[];
  /** The provider whose wizard asks for what is missing. */
  readonly provider?: string | undefined;
  /** The stored connection whose secret is asked for, if there is one. */
  readonly connection?: string | undefined;
  /** The arguments that open a page where the secret can be entered. */
  readonly page?: readonly string[] | undefined;
  /** Commands that help if no provider's wizard does: their arguments, and when to run them. */
  readonly steps?: readonly { readonly args: readonly string[]; readonly when: string }[];
  /** Only a person can go on, although no secret is missing. */
  readonly needsPerson?: boolean;
  /** Everything that is wrong in a file. */
  readonly faults?: readonly Fault[];
  /** The provider whose definition can't be used. */
  readonly definition?: string;
}

/** Wrong usage, missing input that can't be asked for, or a name that's taken. Exit code 2. */
export class UsageError extends WizardError {
  override readonly name = 'UsageError';
  /**
   * `input-needed`: something has to be entered. `name-taken`: another connection has the name.
   */
  readonly code: 'usage' | 'input-needed' | 'name-taken';
  readonly details: UsageDetails;

  constructor(advice: Advice, code: UsageError['code'] = 'usage', details: UsageDetails = {}) {
    super(advice);
    this.code = code;
    this.details = details;
  }
}

/** A fault in a file, and where it is. It never contains a value of the file. */
export interface Fault {
  /** `line 4, column apiKey`, `$[2].fields.apiKey`; empty for the file as a whole. */
  readonly path: string;
  /** What's wrong and what would be right, in one sentence. */
  readonly message: string;
}

/** Input that only a person, a flag or a variable can give. */
export interface MissingInput {
  /** The field's id, or what a store asks for: `passphrase`. */
  readonly field: string;
  readonly label: string;
  readonly secret: boolean;
  /** With their placeholders: `--domain <value>`. */
  readonly flags: readonly string[];
  readonly variables: readonly [string, ...string[]];
}

/**
 * The error that lists all missing input at once, each with its flags and variables.
 *
 * @param provider the provider whose wizard asks for it; left out if none does.
 * @param connection the stored connection whose secret is asked for.
 * @param credential the label of the credential, if somebody else may have to create it.
 * @param page the command that asks for the rest on a page of this machine.
 * @param waitsFor the open request in which somebody was asked for it.
 * @param why why no questions are asked.
 */
export function inputNeeded(
  missing: readonly MissingInput[],
  provider?: string,
  {
    connection,
    credential,
    waitsFor,
    page,
    why = 'questions cannot be asked here (no terminal, --no-input, or CI)',
  }: {
    readonly connection?: string;
    readonly credential?: string;
    readonly waitsFor?: string;
    readonly page?: readonly string[] | undefined;
    readonly why?: string;
  } = {},
): UsageError {
  const ways = missing
    .map(
      ({ label, flags, variables }) => `the ${label} by ${[...flags, ...variables].join(' or ')}`,
    )
    .join('; ');
  const [other, command] =
    waitsFor === undefined
      ? [
          `If somebody else has the ${credential}, ask them for it:`,
          `connect-wizard request ${connection ?? provider}`,
        ]
      : [`Once the answer to ${waitsFor} is here:`, 'connect-wizard accept'];
  return new UsageError(
    {
      what: `${capital(listed(missing.map(({ label }) => label)))} ${missing.length > 1 ? 'are' : 'is'} missing`,
      why,
      next: `Give ${ways}.${credential === undefined ? '' : ` ${other}`}`,
      ...(credential !== undefined && { command }),
    },
    'input-needed',
    { missing, provider, connection, page },
  );
}

/** A failure with a verdict of its own. Its reason decides the exit code. */
export abstract class VerdictError extends WizardError {
  abstract readonly reason: Reason;
}

/** A host that is refused before any request is sent. */
export class HostError extends VerdictError {
  override readonly name = 'HostError';
  readonly reason: Extract<Reason, 'wrong-product' | 'vanity-host' | 'not-allowed'>;
  /** The host as it was understood, for the report. */
  readonly host: string;

  constructor(reason: HostError['reason'], host: string, advice: Advice) {
    super(advice);
    this.reason = reason;
    this.host = host;
  }
}

interface StoreErrorOptions extends ErrorOptions {
  readonly untouched?: boolean;
  readonly replaceable?: boolean;
  readonly single?: boolean;
}

/** A store can't be used, or didn't keep what it was given. Exit code 7. */
export class StoreError extends VerdictError {
  override readonly name = 'StoreError';
  readonly reason: StoreReason;
  /** The store is certainly unchanged, so there is nothing to undo. */
  readonly untouched: boolean;
  /**
   * The existing entry can't be read and certainly isn't this tool's. It may be overwritten on
   * request.
   */
  readonly replaceable: boolean;
  /** Only this entry may be at fault. Others may still be readable. */
  readonly single: boolean;

  constructor(reason: StoreReason, advice: Advice, options: StoreErrorOptions = {}) {
    super(advice, options);
    this.reason = reason;
    this.untouched = options.untouched ?? false;
    this.replaceable = options.replaceable ?? false;
    this.single = options.single ?? false;
  }
}

/** A stored connection can't be used as it is. */
export class ConnectionError extends VerdictError {
  override readonly name = 'ConnectionError';
  /** Why it can't be used. It decides the verdict and the exit code. */
  readonly reason: Reason;
  /** The connection's name, or the name that was asked for if there is no such connection. */
  readonly connection: string;
  /** A record of it exists. */
  readonly recorded: boolean;

  constructor(
    connection: string,
    reason: Reason,
    advice: Advice,
    { recorded = true, ...options }: ErrorOptions & { readonly recorded?: boolean } = {},
  ) {
    super(advice, options);
    this.connection = connection;
    this.reason = reason;
    this.recorded = recorded;
  }
}

/**
 * What a request was waiting for when it failed: the look-up of the name, the connection, the TLS
 * handshake, or the response. Through a proxy, `name` stands for the tunnel; nothing is then known
 * about the host.
 */
export type RequestStage = 'name' | 'connection' | 'handshake' | 'response';

interface NetworkErrorOptions extends ErrorOptions {
  readonly passing?: boolean;
  readonly ofProxy?: boolean;
  /** Default: HTTPS_PROXY. */
  readonly proxyVariable?: string | undefined;
  /** Default: what the reason implies. */
  readonly stage?: RequestStage;
}

/**
 * No response came from the host. The caller words the message, since it knows which host it was.
 */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly reason: NetworkReason;
  /** The connection was reset; worth a retry. */
  readonly passing: boolean;
  /** The proxy itself is at fault, so it would reach no other host either. */
  readonly ofProxy: boolean;
  readonly stage: RequestStage;
  /** Values for the `{…}` of its advice: the cause, and the variable that names the proxy. */
  readonly placeholders: { readonly detail: string; readonly proxyVariable: string };

  /**
   * @param detail the cause in a few words, from the system: `ECONNREFUSED`, `HTTP 407 from the
   *   proxy`.
   */
  constructor(
    reason: NetworkReason,
    detail: string,
    {
      passing = false,
      ofProxy = false,
      proxyVariable = 'HTTPS_PROXY',
      stage = STAGE_BY_REASON[reason],
      ...options
    }: NetworkErrorOptions = {},
  ) {
    super(detail, options);
    this.reason = reason;
    this.passing = passing;
    this.ofProxy = ofProxy;
    this.stage = stage;
    this.placeholders = { detail, proxyVariable };
  }
}

const STAGE_BY_REASON: Readonly<Record<NetworkReason, RequestStage>> = {
  dns: 'name',
  proxy: 'name',
  connection: 'connection',
  timeout: 'connection',
  'tls-untrusted': 'handshake',
  'tls-expired': 'handshake',
  'tls-name': 'handshake',
};

/**
 * The person or the system ended the run. The exit code is 130 (Ctrl-C, Ctrl-D) or 143 (SIGTERM).
 */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: 130 | 143;
  /** The answers so far are kept, and a later run can go on from there. */
  readonly canResume: boolean;

  constructor(exitCode: 130 | 143 = 130, { canResume = false } = {}) {
    super('interrupted');
    this.exitCode = exitCode;
    this.canResume = canResume;
  }
}

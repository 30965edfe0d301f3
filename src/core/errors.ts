import { listed } from './counted.js';
import type { Reason, StoreReason, NetworkReason } from './verdict.js';

/**
 * The three parts of every message. `what` and `why` make one sentence when joined
 * by a colon, `next` stands on its own; none ends in a line break.
 */
export interface Advice {
  /** What failed, without a full stop. */
  readonly what: string;
  /** Why, as far as it is known, without a full stop. */
  readonly why?: string | undefined;
  /** What can be the cause, the likeliest first, where it cannot be told. */
  readonly causes?: readonly string[] | undefined;
  /** What to do now: whole sentences. */
  readonly next: string;
  /** A line for a shell that does it. It stands after `next` and is never broken: it can be copied. */
  readonly command?: string | undefined;
  /** What to do after `next` where no menu offers it: run the command once more. */
  readonly again?: string | undefined;
}

/** `what` and `why` as the one sentence that `message` in the JSON is. */
export function sentence(advice: Advice): string {
  return `${advice.what}${advice.why ? `: ${advice.why}` : ''}.`;
}

/** `next`, with the possible causes in front where there are any. */
export function nextStep(advice: Advice): string {
  const next = [advice.next, advice.again, advice.command].filter(Boolean).join(' ');
  if (!advice.causes || advice.causes.length === 0) return next;
  const causes = advice.causes.map((cause, index) => `(${index + 1}) ${cause}`).join('; ');
  return `Possible causes, the likeliest first: ${causes}. ${next}`;
}

/** Base of everything that is not a fault of our own: it has advice, and never prints a stack. */
export abstract class WizardError extends Error {
  abstract override readonly name: string;
  readonly advice: Advice;

  constructor(advice: Advice, options?: ErrorOptions) {
    super(sentence(advice), options);
    this.advice = advice;
  }
}

/** What a usage error says to a program beside its words. */
export interface UsageDetails {
  readonly missing?: readonly MissingInput[];
  /** The provider whose wizard asks for it. */
  readonly provider?: string | undefined;
  /** The stored connection whose secret is asked for, if it is one. */
  readonly connection?: string | undefined;
  /** The words behind the program's name that lead to a page on which the secret is entered. */
  readonly page?: readonly string[] | undefined;
  /** Commands that help where no provider's wizard does: the words behind the program's name, and when. */
  readonly steps?: readonly { readonly args: readonly string[]; readonly when: string }[];
  /** Can only a person go on, although no secret is missing? */
  readonly needsPerson?: boolean;
  /** Everything that is wrong in a file. */
  readonly faults?: readonly Fault[];
  /** The provider whose definition cannot be used. */
  readonly definition?: string;
}

/** Wrong usage, input that is needed and not allowed, or a name that is taken: exit code 2. */
export class UsageError extends WizardError {
  override readonly name = 'UsageError';
  readonly code: 'usage' | 'input-needed' | 'name-taken';
  readonly details: UsageDetails;

  constructor(advice: Advice, code: UsageError['code'] = 'usage', details: UsageDetails = {}) {
    super(advice);
    this.code = code;
    this.details = details;
  }
}

/** Something that is wrong in a file, and where. A value of the file is never part of it. */
export interface Fault {
  /** `line 4, column apiKey`, `$[2].fields.apiKey`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong and what would be right, in one sentence. */
  readonly message: string;
}

/** Something that only a person, a flag or a variable can give. */
export interface MissingInput {
  /** The field's id; of a store, what it asks for: `passphrase`. */
  readonly field: string;
  readonly label: string;
  readonly secret: boolean;
  /** With their placeholders: `--domain <value>`. */
  readonly flags: readonly string[];
  readonly variables: readonly [string, ...string[]];
}

/**
 * Everything that is missing at once, each with its flags and its variables.
 *
 * @param provider whose wizard asks for it; left out if none does.
 * @param connection the stored one whose secret is asked for.
 * @param credential what of it somebody else may have to create, by its label.
 * @param page the command that asks for the rest on a page of this machine.
 * @param waitsFor the open request by which they were asked for it.
 * @param why nothing is asked any more.
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
      what: `${listed(missing.map(({ label }) => label))} ${missing.length > 1 ? 'are' : 'is'} missing`,
      why,
      next: `Give ${ways}.${credential === undefined ? '' : ` ${other}`}`,
      ...(credential !== undefined && { command }),
    },
    'input-needed',
    { missing, provider, connection, page },
  );
}

/** A failure that is a verdict: its reason decides the exit code. */
export abstract class VerdictError extends WizardError {
  abstract readonly reason: Reason;
}

/** A host that is refused before any request. */
export class HostError extends VerdictError {
  override readonly name = 'HostError';
  readonly reason: Extract<Reason, 'wrong-product' | 'vanity-host' | 'not-allowed'>;
  /** What was understood of the input, for the report. */
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

/** A store that cannot be used or did not keep what it was given: exit code 7. */
export class StoreError extends VerdictError {
  override readonly name = 'StoreError';
  readonly reason: StoreReason;
  /** The store is surely as it was before the call: there is nothing to undo. */
  readonly untouched: boolean;
  /** What is there cannot be read and is surely not this tool's: it may be overwritten on demand. */
  readonly replaceable: boolean;
  /** It may be the fault of one entry alone: the others may well be readable. */
  readonly single: boolean;

  constructor(reason: StoreReason, advice: Advice, options: StoreErrorOptions = {}) {
    super(advice, options);
    this.reason = reason;
    this.untouched = options.untouched ?? false;
    this.replaceable = options.replaceable ?? false;
    this.single = options.single ?? false;
  }
}

/** A stored connection that cannot be used as it is. */
export class ConnectionError extends VerdictError {
  override readonly name = 'ConnectionError';
  readonly reason: Reason;
  /** The connection's name, or what was asked for where there is none. */
  readonly connection: string;
  /** Does a record of it exist? */
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
 * What a request was waiting for when it failed: the look-up of the name (through a proxy: the
 * tunnel, so that nothing is known of the host), the connection, the TLS handshake, or the response.
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

/** No response came from the host. Worded by the caller, who knows which host it was. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly reason: NetworkReason;
  /** The connection was reset; worth a retry. */
  readonly passing: boolean;
  /** The proxy itself is at fault: it would reach no other host either. */
  readonly ofProxy: boolean;
  readonly stage: RequestStage;
  /** For its advice, with `{…}`: the cause, and the variable that names the proxy. */
  readonly words: { readonly detail: string; readonly proxyVariable: string };

  /** @param detail the cause in a few words, from the system: `ECONNREFUSED`, `HTTP 407 from the proxy`. */
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
    this.words = { detail, proxyVariable };
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

/** The person or the system ended the run: exit code 130 (Ctrl-C, Ctrl-D) or 143 (SIGTERM). */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: 130 | 143;
  /** What was typed is kept, to go on from there another time. */
  readonly isPlaceKept: boolean;

  constructor(exitCode: 130 | 143 = 130, { isPlaceKept = false } = {}) {
    super('interrupted');
    this.exitCode = exitCode;
    this.isPlaceKept = isPlaceKept;
  }
}

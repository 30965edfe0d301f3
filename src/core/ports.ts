import type { Advice, MissingInput, StoreError } from './errors.js';
import type { HttpResponse } from './response.js';
import type { ResumePoint } from './resume-point.js';
import type { Connection, UnreadableRecord } from './connection.js';
import type { HealthCheck } from './health.js';
import type { HistoryEntry, HistoryEvent } from './history.js';
import type { Interruption } from './interruption.js';
import type { Warning } from './ladder.js';
import type { Mask } from './mask.js';
import type { Block } from './guide.js';
import type { Secret } from './secret.js';
import type { StoreDescription } from './store.js';

/** Everything the flows need of the world outside. Each has one adapter and one strict fake. */
export interface Context {
  readonly terminal: Terminal;
  readonly http: Http;
  readonly stores: Stores;
  readonly records: Records;
  readonly resumePoints: ResumePoints;
  readonly history: History;
  readonly browser: Browser;
  readonly clipboard: Clipboard;
  readonly clock: Clock;
  readonly interruption: Interruption;
  readonly diagnostics: Diagnostics;
  readonly approvals: Approvals;
}

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

/** keytar's calls, with one service. Every call rejects with a `StoreError` when the store fails. */
export interface SecretStore {
  readonly description: StoreDescription;
  /** Does "nothing there" prove it? A keychain that was never unlocked says it of everything. */
  readonly nullIsReliable: boolean;
  getPassword(account: string): Promise<Secret | null>;
  setPassword(account: string, password: Secret): Promise<void>;
  /** @returns whether there was one. */
  deletePassword(account: string): Promise<boolean>;
  /** Every account that has something there, sorted: what was lost can be found again. */
  accounts(): Promise<string[]>;
  /**
   * So many accounts are going to be read once each, soon: a store that can read them faster together
   * than one by one does so. Never throws; each is still asked for with `getPassword`, which tells what
   * is wrong with it. A second `getPassword` of an account reads what is there then.
   */
  readAhead?(accounts: readonly string[]): Promise<void>;
  /** Somebody wants to try again what failed: what hung or crashed is asked anew. */
  retry?(): void;
  /**
   * Looks, before a person is sent to fetch a secret, at what a save under `account` needs beyond a
   * store that works: access, rights, time.
   *
   * @throws {StoreError} it would fail.
   */
  prepare?(account: string): Promise<void>;
  /** How many characters an item may have; left out, as many as any item has. */
  readonly longestItem?: number;
  /** What this run has found by now that a person should know before a secret is kept here. */
  readonly warnings?: readonly Warning[];
}

export interface Stores {
  /** The values of `--store` that this version knows, but for `none`. */
  readonly ids: readonly string[];
  /**
   * The store that a `--store` value names; the same object each time.
   *
   * @throws {StoreError} `store-unavailable`: this version does not know it.
   */
  open(choice: string): SecretStore;
  /** Where that store keeps things, without touching it; `null` for one that this version does not know. */
  describe(choice: string): StoreDescription | null;
  /** What the store needs of a person and has not been given; undefined where that is nothing. */
  requires(choice: string): MissingInput | undefined;
  /** The `vault:…` stores that this run was told of: only those are ever contacted. */
  readonly vaults: readonly string[];
}

/**
 * The records of this machine, and of the Vaults that this run was told of: there each is kept
 * beside its secret. A connection's `store` says where its record is.
 */
export interface Records {
  /**
   * Sorted by name. What cannot be read comes apart, and stops nothing.
   *
   * @param name that of one connection, of which there may be one here and one in a Vault.
   */
  list(name?: string): Promise<RecordList>;
  /**
   * @param storeId where it is looked for first, if it may be in several places.
   * @throws {StoreError} `store-corrupt`: there is one that cannot be read.
   * @throws {UsageError} there are several, and `storeId` is none of theirs.
   */
  read(name: string, storeId?: string): Promise<Connection | undefined>;
  /** Of a save; replaces the record atomically. @throws {StoreError} it cannot be written. */
  write(connection: Connection): Promise<void>;
  /**
   * What a check found. What was removed meanwhile stays removed.
   *
   * @throws {StoreError} it cannot be written.
   */
  update(connection: Connection): Promise<void>;
  /** @param storeId the record's `store`; left out, this machine. @returns whether there was one. */
  remove(name: string, storeId?: string): Promise<boolean>;
}

export interface RecordList {
  readonly connections: readonly Connection[];
  readonly unreadable: readonly UnreadableRecord[];
  /** Vaults that could not be looked into. */
  readonly unlisted: readonly UnlistedStore[];
}

export interface UnlistedStore {
  readonly storeId: string;
  readonly error: StoreError;
}

/**
 * What somebody said yes to on this machine, by `<kind>`: programs by their full path, provider files
 * by their hash. A yes that was given elsewhere is none here.
 */
export interface Approvals {
  /** @throws {StoreError} others than this user can change what was approved; so below. */
  has(kind: ApprovalKind, id: string): boolean;
  /** Safe to repeat. @throws {StoreError} it cannot be noted; so below. */
  add(kind: ApprovalKind, id: string): Promise<void>;
  /** Safe to repeat. */
  remove(kind: ApprovalKind, id: string): Promise<void>;
}

export type ApprovalKind = 'programs' | 'providers';

/** What was done with connections on this machine. */
export interface History {
  /** Writes one event. @returns a warning `not-recorded` if it could not be written; never throws. */
  record(entry: HistoryEntry): readonly Warning[];
  /**
   * @param since earlier events are left out.
   * @returns the events, the newest last, and how many lines could not be read.
   * @throws {StoreError} a file is there and cannot be read.
   */
  read(since?: Date): { readonly events: readonly HistoryEvent[]; readonly skipped: number };
  /** Deletes all of it. @returns how many files there were. @throws {StoreError} one stays. */
  clear(): number;
}

/** Where the wizard was left, one place a provider. */
export interface ResumePoints {
  /** Does a place outlive the run? */
  readonly persistent: boolean;
  /** Undefined where there is none, or none that this version can read. */
  read(provider: string): Promise<ResumePoint | undefined>;
  /** In the place of the provider's former one. @throws {StoreError} it cannot be kept. */
  write(point: ResumePoint): Promise<void>;
  /** Safe to repeat. @throws {StoreError} it stays. */
  remove(provider: string): Promise<void>;
}

/** One answer out of several. */
export interface Choice<Value> {
  readonly value: Value;
  readonly label: string;
  /** Shown once it was chosen; the label where it is left out. */
  readonly short?: string;
}

export interface TickOptions {
  /** More than so many cannot be ticked. */
  readonly most: number;
}

/**
 * The person, if there is one. Where prompts are not allowed (`interactive` is
 * false), the ask functions must not be called, and only `warn` and `tell` print.
 */
export interface Terminal {
  readonly interactive: boolean;
  /** What a person does to go one step back, for a sentence: `Esc`. */
  readonly backKey: string;
  title(text: string): void;
  /** A numbered step begins. */
  step(number: number, of: number, title: string): void;
  /** A paragraph of explanation. */
  explain(text: string): void;
  /** A part of a guide, without blanks to be filled. */
  show(part: Block): void;
  /** Something worked. */
  done(text: string): void;
  /** Something failed, and the person can do something about it now. */
  problem(advice: Advice): void;
  /** What a script should see too, on stderr. */
  note(text: string): void;
  warn(text: string): void;
  /**
   * Shows that something is going on for as long as `work` takes.
   *
   * @param text as a function: asked again each time that it is drawn.
   */
  during<T>(text: string | (() => string), work: () => Promise<T>): Promise<T>;
  /**
   * @throws {Interrupted} on Ctrl-C, Ctrl-D, or when the terminal goes away; so do all that ask.
   * @returns `BACK` for one step back, only if `back` allows it; so do all that ask.
   */
  askText(question: Question & NoWayBack): Promise<string>;
  askText(question: Question & BackOption): Promise<string | Back>;
  /** Shows how many characters there are, and never which, unless the person asks for it. */
  askSecret(question: Question & NoWayBack): Promise<string>;
  askSecret(question: Question & BackOption): Promise<string | Back>;
  /** A text of several lines, pasted. It is not shown. */
  askPaste(question: PasteQuestion): Promise<string>;
  confirm(question: string, options?: NoWayBack): Promise<boolean>;
  confirm(question: string, options: BackOption): Promise<boolean | Back>;
  /** With `back`, that is offered as the last choice, too. */
  choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    options?: NoWayBack,
  ): Promise<Value>;
  choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    options: BackOption,
  ): Promise<Value | Back>;
  /** With `paste`, a line that is pasted here is taken: the person has the secret already. */
  choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    options: BackOption & PasteOption,
  ): Promise<Value | Back | Secret>;
  /** A list to tick. Nothing is ticked before: Enter alone leaves it so. */
  tick<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    options: TickOptions & BackOption,
  ): Promise<readonly Value[] | Back>;
}

/** The answer of a person who goes one step back. */
export const BACK: unique symbol = Symbol('one step back');
export type Back = typeof BACK;

export interface BackOption {
  /** May the person go one step back instead of answering? */
  readonly back: boolean;
}

export interface PasteOption {
  /** Is a paste taken instead of a choice? Line by line there is none. */
  readonly paste: boolean;
}

/** A question that cannot be left: it has no `Back` among its answers. */
interface NoWayBack {
  readonly back?: undefined;
}

export interface PasteQuestion {
  readonly label: string;
  /** Is nothing more to come? Otherwise two seconds of quiet end it. */
  readonly isWhole: (text: string) => boolean;
}

export interface Question {
  readonly label: string;
  /** Already there: Enter alone keeps it. Of a secret, only the fingerprint is shown. */
  readonly initial?: string | undefined;
  /** Why an answer is refused, or undefined when it is good. */
  readonly refuse: (answer: string) => string | undefined;
  /** May the last two characters of a secret be shown, once it is in? */
  readonly fingerprint?: boolean;
  /** Of a secret: what the empty field says, if Enter alone takes `initial`. */
  readonly invitation?: string | undefined;
  /** Of a secret: in the field already, as if it were typed. */
  readonly typed?: string | undefined;
  /** May a sealed answer, of several lines, be pasted in the place of a secret? */
  readonly sealed?: boolean | undefined;
}

export interface Browser {
  /** Can a page be shown to the person at this machine? */
  readonly available: boolean;
  /** Best effort: never throws. */
  open(url: string): Promise<void>;
}

export interface Clipboard {
  /** The program that fills it; undefined where there is none. */
  readonly program: string | undefined;
  /** Where there is none: does the terminal fill it? Nobody learns whether it did. */
  readonly byTerminal: boolean;
  /** Never a secret. @returns whether the text is in it now, or was sent to the terminal; never throws. */
  copy(text: string): Promise<boolean>;
}

/** This computer, as far as it decides whether the tool can work. */
export interface Diagnostics {
  /** @param repair takes away what saves that were cut off have left behind. */
  inspect(repair: boolean): Promise<HealthCheck[]>;
  /** @throws {UsageError} there can be no such file. */
  writeReport(path: string, text: string): Promise<void>;
  /** A file that must not be there yet. @throws {UsageError} it is, or there can be none. */
  writeNew(path: string, text: string): Promise<void>;
}

/** What does not get out of a program. */
export interface Masking {
  readonly mask: Mask;
  /** Called once, at the first redaction. */
  readonly onRedacted: () => void;
}

/** Runs a program in the place of this one, on the same terminal. */
export interface Runner {
  /**
   * Passes stdin, stdout, stderr and signals through.
   *
   * @param variables added to the environment of this process.
   * @param masking of its output, which goes through pipes then.
   * @returns the exit code (128 and the signal's number where one ended it), or why it could not be
   *   started: the system's word (`ENOENT`), and a sentence.
   */
  run(
    command: readonly [string, ...string[]],
    variables: Readonly<Record<string, string | Secret>>,
    masking?: Masking,
  ): Promise<{ readonly code: number } | { readonly notStarted: string; readonly why: string }>;
}

/** Secrets that come with a command. Each is the whole input without its line ending; empty where there was none. */
export interface SecretInput {
  /** @param label the field's name, for the message. @throws {UsageError} it cannot be read or is no single line. */
  fromStdin(label: string): Promise<string>;
  /** The same from a file or a named pipe. @throws {UsageError} */
  fromFile(label: string, path: string): Promise<string>;
  /** Can others than its owner read or write the file? */
  isOpenToOthers(path: string): boolean;
  /** All bytes as they are. @param most of them. @param next what to do if that fails. @throws {UsageError} they cannot be read, or are more. */
  wholeStdin(label: string, most: number, next?: string): Promise<Uint8Array>;
  wholeFile(label: string, path: string, most: number, next?: string): Promise<Uint8Array>;
}

/** A file of many connections. */
export interface ImportInput {
  /**
   * @param path `-` is standard input.
   * @returns all of it, and whether others than its owner may read or write the file.
   * @throws {UsageError} it cannot be read.
   */
  read(path: string): Promise<{ readonly bytes: Uint8Array; readonly isOpenToOthers: boolean }>;
}

/** What is at a path where a definition is expected: its bytes, or why there are none. */
export type ProviderFile = { readonly bytes: Uint8Array } | { readonly fault: string };

/** The definitions that a person added, a file each. */
export interface ProviderFiles {
  /** The ids of those that have a file, sorted: by the names of the files, none is read for it. */
  ids(): readonly string[];
  pathOf(id: string): string;
  /**
   * @returns undefined where there is none.
   * @throws {StoreError} it cannot be read, or others can change it.
   */
  read(id: string): ProviderFile | undefined;
  /**
   * A file anywhere, links followed: `path` is where it really is.
   *
   * @throws {UsageError} there is none. @throws {StoreError} it cannot be read.
   */
  readAny(path: string): ProviderFile & { readonly path: string };
  /** @throws {StoreError} */
  write(id: string, text: string): Promise<void>;
  /** @returns whether there was one. @throws {StoreError} */
  remove(id: string): boolean;
}

export interface Clock {
  now(): Date;
  sleep(milliseconds: number): Promise<void>;
}

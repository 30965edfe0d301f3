import type { Answer } from '../../src/core/answer.js';
import type { Connection, UnreadableRecord } from '../../src/core/connection.js';
import { type MissingInput } from '../../src/core/errors.js';
import type { Browser, Clock, Context, Http, Records, SecretStore, Stores, Style, Terminal } from '../../src/core/ports.js';
import type { StoreDescription } from '../../src/core/store.js';
import type { NetworkReason, StoreReason } from '../../src/core/verdict.js';
import type { FakeAnswer, FakeProvider, FakeRequest } from './fake-providers.js';
/** What the fakes agree on: one moment, one person, one credential of each provider. */
export declare const NOW = "2026-11-20T18:00:00.000Z";
export declare const API_KEY = "kQ7rTz29xWmB4vNc8LpD";
export declare const WRONG_KEY = "wrong-Key-0123456789";
export declare const EMAIL = "api-user@acme.example";
export declare const TOKEN = "tok-9f8e7d6c5b4a-Zz01";
export declare const PLAIN: Style;
export declare function fakeClock(time?: string): Clock & {
    set(time: string): void;
};
/** A question that is expected, and how it is answered. Labels are compared whole, questions by a pattern. */
export type Exchange = {
    readonly kind: 'text' | 'secret';
    readonly label: string;
    readonly answer: string;
    /** Tried first; each must be refused. */
    readonly refused?: readonly string[];
    /** What must be offered already. */
    readonly initial?: string | undefined;
} | {
    readonly kind: 'confirm';
    readonly question: RegExp;
    readonly answer: boolean;
} | {
    readonly kind: 'choose';
    readonly question: RegExp;
    readonly answer: RegExp;
}
/** Ctrl-C at the next question, whatever it is. */
 | {
    readonly kind: 'interrupt';
};
/** The exchanges, short to write. */
export declare const asks: {
    text: (label: string, answer: string, more?: {
        refused?: readonly string[];
        initial?: string;
    }) => Exchange;
    secret: (label: string, answer: string, more?: {
        refused?: readonly string[];
    }) => Exchange;
    confirm: (question: RegExp, answer: boolean) => Exchange;
    choose: (question: RegExp, answer: RegExp) => Exchange;
    interrupt: Exchange;
};
export interface Said {
    readonly how: 'title' | 'step' | 'explain' | 'done' | 'problem' | 'tell' | 'warn' | 'during';
    readonly text: string;
}
export interface FakeTerminal extends Terminal {
    readonly said: readonly Said[];
    /** Everything of one kind, or of all kinds, as one text. */
    text(how?: Said['how']): string;
}
/**
 * A person who answers exactly the questions of `script`, in that order. Another question
 * fails the test, and so does one that is never asked. Without a script nobody is there.
 */
export declare function fakeTerminal(script?: readonly Exchange[]): FakeTerminal;
export interface FakeHttp extends Http {
    readonly requests: readonly FakeRequest[];
    /** Those with an `Authorization`. */
    readonly signed: readonly FakeRequest[];
    /** The hosts that were asked, each once, in order. */
    readonly hosts: readonly string[];
}
/** What a host does: it answers, or no answer comes. */
export type FakeHost = FakeProvider | NetworkReason;
/**
 * The network, host by host. A request to a host that is not in `hosts` fails the test, and
 * so does a host that nobody asks. Secrets may come in headers alone, as `Secret`.
 */
export declare function fakeHttp(hosts: Readonly<Record<string, FakeHost>>, resolving?: Readonly<Record<string, boolean>>): FakeHttp;
/** A fake's answer as the HTTP adapter hands it over. */
export declare function toAnswer({ status, headers, body }: FakeAnswer): Answer;
/** What is wrong with a store. Each can be switched on and off in the middle of a test. */
export type StoreFault = 
/** Every call fails. */
{
    readonly fails: StoreReason;
    readonly on?: 'get' | 'set' | 'delete';
}
/** Keeps the first characters only. */
 | 'truncating'
/** Takes everything and keeps nothing. */
 | 'losing'
/** Gives back something else. */
 | 'altering';
export interface FakeStore extends SecretStore {
    readonly items: Map<string, string>;
    fault: StoreFault | undefined;
    /** Does the fault concern this account? All, unless told. */
    concerns: (account: string) => boolean;
    /** `get name`, `set name`, `delete name`. */
    readonly calls: readonly string[];
}
/** A store in memory. */
export declare function fakeStore(description?: StoreDescription): FakeStore;
/** The stores by their `--store` values; another value is refused as by the real ones. */
export declare function fakeStores(byChoice: Readonly<Record<string, SecretStore>>, lacking?: Readonly<Record<string, MissingInput>>): Stores;
export interface FakeRecords extends Records {
    readonly kept: Map<string, Connection>;
    readonly unreadable: UnreadableRecord[];
    /** Which writes (and removals) fail. */
    failing: (name: string) => boolean;
}
/** Records in memory. Each is a copy of its own, as a file would be. */
export declare function fakeRecords(...connections: readonly Connection[]): FakeRecords;
/** @param pages what is opened, in order; another page fails the test, and so does one too few. */
export declare function fakeBrowser(pages?: readonly string[]): Browser;
export interface FakeContext extends Context {
    readonly terminal: FakeTerminal;
    readonly http: FakeHttp;
    readonly records: FakeRecords;
    readonly clock: ReturnType<typeof fakeClock>;
    /** The one behind `keychain`. */
    readonly store: FakeStore;
}
/** The whole world, with what a test does not name empty and silent. */
export declare function fakeContext(parts: {
    readonly script?: readonly Exchange[];
    readonly hosts?: Readonly<Record<string, FakeHost>>;
    readonly resolving?: Readonly<Record<string, boolean>>;
    readonly records?: FakeRecords;
    readonly store?: FakeStore;
    readonly stores?: Readonly<Record<string, SecretStore>>;
    readonly pages?: readonly string[];
}): FakeContext;
/** A proven Freshservice connection, as a connect leaves it. */
export declare function freshserviceConnection(changes?: Partial<Connection>): Connection;
/** A proven Gladly connection. */
export declare function gladlyConnection(changes?: Partial<Connection>): Connection;
/** The secret item that belongs to a connection, as text. */
export declare function itemOf(connection: Connection, secret?: string): string;
/** A store that already has the secrets of `connections`. */
export declare function filledStore(...connections: readonly Connection[]): FakeStore;

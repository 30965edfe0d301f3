import { expect, onTestFinished } from 'vitest';
import { createMemoryApprovals } from '../../src/adapters/memory.js';
import type { HttpResponse } from '../../src/core/response.js';
import type { ResumePoint } from '../../src/core/resume-point.js';
import type { Connection, UnreadableRecord } from '../../src/core/connection.js';
import { unreadableAdvice } from '../../src/core/connection.js';
import {
  Interrupted,
  NetworkError,
  StoreError,
  UsageError,
  type Advice,
  type MissingInput,
} from '../../src/core/errors.js';
import { Interruption } from '../../src/core/interruption.js';
import { writeItem } from '../../src/core/stored-item.js';
import type { HistoryEntry } from '../../src/core/history.js';
import {
  BACK,
  type Back,
  type BackOption,
  type PasteOption,
  type ResumePoints,
  type Browser,
  type Choice,
  type Clipboard,
  type Clock,
  type Context,
  type History,
  type Http,
  type Question,
  type Records,
  type SecretStore,
  type Stores,
  type Terminal,
} from '../../src/core/ports.js';
import type { LocalPage } from '../../src/core/page/data.js';
import type { PageEvent, PageReply, Pages } from '../../src/core/page/ports.js';
import type { Requests } from '../../src/core/sealed/ports.js';
import type { ClosedRequest, RequestRecord } from '../../src/core/sealed/request.js';
import { Secret } from '../../src/core/secret.js';
import { isVaultId } from '../../src/core/vault-id.js';
import type { StoreDescription } from '../../src/core/store.js';
import type { NetworkReason, StoreReason } from '../../src/core/verdict.js';
import { createStyle, type Style } from '../../src/output/style.js';
import type { FakeAnswer, FakeProvider, FakeRequest } from './fake-providers.js';

/** The fakes share one moment, one person and one credential of each provider. */
export const NOW = '2026-11-20T18:00:00.000Z';
export const API_KEY = 'kQ7rTz29xWmB4vNc8LpD';
export const WRONG_KEY = 'wrong-Key-0123456789';
export const EMAIL = 'api-user@acme.example';
export const TOKEN = 'tok-9f8e7d6c5b4a-Zz01';

/** A missing secret that only variables can give. */
export function missingInput(label: string, ...variables: [string, ...string[]]): MissingInput {
  return { field: label.toLowerCase(), label, secret: true, flags: [], variables };
}

export const PLAIN: Style = await createStyle({ colour: false, unicode: true, columns: 80 });

export function fakeClock(time = NOW): FakeClock {
  let now = Date.parse(time);
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => new Date(now),
    async sleep(milliseconds) {
      sleeps.push(milliseconds);
      now += milliseconds;
    },
    set(later) {
      now = Date.parse(later);
    },
  };
}

export interface FakeClock extends Clock {
  /** The length of each sleep; the clock goes on, and nobody waits. */
  readonly sleeps: readonly number[];
  set(time: string): void;
}

/** An expected question with its answer. Labels are compared whole, questions by a pattern. */
export type Exchange =
  | {
      readonly kind: 'text' | 'secret';
      readonly label: string;
      readonly answer: string;
      /** Answers that are tried first, and must each be refused. */
      readonly refused?: readonly string[];
      /** The value that must be offered. */
      readonly initial?: string | undefined;
      /** The text that must be in the field. */
      readonly typed?: string | undefined;
      /** Whether a step back must be possible; left out, both are fine. */
      readonly back?: boolean;
    }
  | { readonly kind: 'confirm'; readonly question: RegExp; readonly answer: boolean }
  | { readonly kind: 'choose'; readonly question: RegExp; readonly answer: RegExp }
  /** Ticks every choice that matches. */
  | { readonly kind: 'tick'; readonly question: RegExp; readonly answer: RegExp }
  /** A text that is pasted. */
  | { readonly kind: 'paste'; readonly text: string }
  /** A paste at a choice, which must accept it. */
  | { readonly kind: 'paste-at'; readonly question: RegExp; readonly text: string }
  /** Ctrl-C at the next question, whatever it is. */
  | { readonly kind: 'interrupt' }
  /** Esc at the next question, which must allow it. */
  | { readonly kind: 'back' };

/** Short forms of the exchanges. */
export const asks = {
  text: (
    label: string,
    answer: string,
    more: { refused?: readonly string[]; initial?: string; back?: boolean } = {},
  ): Exchange => ({ kind: 'text', label, answer, ...more }),
  secret: (
    label: string,
    answer: string,
    more: { refused?: readonly string[]; initial?: string; typed?: string } = {},
  ): Exchange => ({ kind: 'secret', label, answer, ...more }),
  confirm: (question: RegExp, answer: boolean): Exchange => ({ kind: 'confirm', question, answer }),
  choose: (question: RegExp, answer: RegExp): Exchange => ({ kind: 'choose', question, answer }),
  tick: (question: RegExp, answer: RegExp): Exchange => ({ kind: 'tick', question, answer }),
  pasteAt: (question: RegExp, text: string): Exchange => ({ kind: 'paste-at', question, text }),
  interrupt: { kind: 'interrupt' } as Exchange,
  back: { kind: 'back' } as Exchange,
};

export interface Said {
  readonly how:
    | 'title'
    | 'step'
    | 'explain'
    | 'show'
    | 'ask'
    | 'tick'
    | 'done'
    | 'problem'
    | 'tell'
    | 'warn'
    | 'during';
  readonly text: string;
}

type MayGoBack = Partial<BackOption>;

export interface FakeTerminal extends Terminal {
  readonly said: readonly Said[];
  /** Everything of one kind, or of all kinds, as one text. */
  text(how?: Said['how']): string;
}

/**
 * A person who answers exactly the questions of `script`, in that order. Another question
 * fails the test, and so does one that is never asked. Without a script, there is no person.
 */
export function fakeTerminal(script?: readonly Exchange[]): FakeTerminal {
  const open = [...(script ?? [])];
  const unexpected: string[] = [];
  const said: Said[] = [];
  const say =
    (how: Said['how']) =>
    (text: string): void => {
      said.push({ how, text });
    };
  onTestFinished(() => {
    expect(unexpected, 'questions nobody expected').toEqual([]);
    expect(open, 'questions that were never asked').toEqual([]);
  });

  const next = <K extends Exchange['kind']>(
    kind: K,
    what: string,
    back: boolean | undefined,
  ): Extract<Exchange, { kind: K }> | Back => {
    const exchange = open.shift();
    if (exchange?.kind === 'interrupt') throw new Interrupted(130);
    if (exchange?.kind === 'back' && back) return BACK;
    if (exchange?.kind === kind) return exchange as Extract<Exchange, { kind: K }>;
    unexpected.push(`${kind}: ${what}`);
    throw new Error(`unexpected question (${kind}): ${what}; expected ${JSON.stringify(exchange)}`);
  };
  const wrong = (kind: string, what: string): never => {
    unexpected.push(`${kind}: ${what}`);
    throw new Error(`unexpected question (${kind}): ${what}`);
  };
  const answer = (
    kind: 'text' | 'secret',
    { label, initial, typed, refuse, back }: Question & MayGoBack,
  ): string | Back => {
    const exchange = next(kind, label, back);
    if (exchange === BACK) return BACK;
    if (exchange.label !== label) return wrong(kind, label);
    expect(typed, `what is in the field of ${label}`).toBe(exchange.typed);
    expect(initial, `what is offered for ${label}`).toBe(exchange.initial);
    if (exchange.back !== undefined) expect(back === true, 'a step back').toBe(exchange.back);
    for (const each of exchange.refused ?? []) {
      expect(refuse(each), `why ${each} is refused`).toBeTypeOf('string');
    }
    expect(refuse(exchange.answer), `why ${label} is refused`).toBeUndefined();
    return exchange.answer;
  };

  function askText(question: Question): Promise<string>;
  function askText(question: Question & BackOption): Promise<string | Back>;
  async function askText(question: Question & MayGoBack): Promise<string | Back> {
    return answer('text', question);
  }

  function askSecret(question: Question): Promise<string>;
  function askSecret(question: Question & BackOption): Promise<string | Back>;
  async function askSecret(question: Question & MayGoBack): Promise<string | Back> {
    return answer('secret', question);
  }

  function confirm(question: string): Promise<boolean>;
  function confirm(question: string, options: BackOption): Promise<boolean | Back>;
  async function confirm(question: string, options?: MayGoBack): Promise<boolean | Back> {
    const exchange = next('confirm', question, options?.back);
    if (exchange === BACK) return BACK;
    return exchange.question.test(question) ? exchange.answer : wrong('confirm', question);
  }

  function choose<Value>(question: string, choices: readonly Choice<Value>[]): Promise<Value>;
  function choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    options: BackOption,
  ): Promise<Value | Back>;
  function choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    options: BackOption & PasteOption,
  ): Promise<Value | Back | Secret>;
  async function choose<Value>(
    question: string,
    choices: readonly Choice<Value>[],
    options?: MayGoBack & Partial<PasteOption>,
  ): Promise<Value | Back | Secret> {
    say('ask')(`${question} [${choices.map(({ label }) => label).join(' | ')}]`);
    const [pasted] = open;
    if (options?.paste && pasted?.kind === 'paste-at' && pasted.question.test(question)) {
      open.shift();
      return new Secret(pasted.text);
    }
    const exchange = next('choose', question, options?.back);
    if (exchange === BACK) return BACK;
    if (!exchange.question.test(question)) return wrong('choose', question);
    const chosen = choices.filter(({ label }) => exchange.answer.test(label));
    const [only] = chosen;
    if (!only || chosen.length > 1) {
      return wrong('choose', `${question} [${choices.map(({ label }) => label).join(' | ')}]`);
    }
    return only.value;
  }

  return {
    interactive: script !== undefined,
    backKey: 'Esc',
    said,
    text: (how) =>
      said
        .filter((each) => how === undefined || each.how === how)
        .map(({ text }) => text)
        .join('\n'),
    title: say('title'),
    step: (number, of, title) => say('step')(`${number}/${of} ${title}`),
    explain: say('explain'),
    show: (part) => say('show')(JSON.stringify(part)),
    done: say('done'),
    problem: ({ what, why, next: step }: Advice) => say('problem')(`${what}: ${why} -> ${step}`),
    note: say('tell'),
    warn: say('warn'),
    async during(text, work) {
      say('during')(typeof text === 'string' ? text : text());
      return work();
    },
    askText,
    askSecret,
    async askPaste({ label }) {
      const exchange = next('paste', label, false);
      return exchange === BACK ? wrong('paste', label) : exchange.text;
    },
    confirm,
    choose,
    /** Without an exchange, Enter skips the question. */
    async tick(question, choices, options) {
      say('tick')(`${question} [${choices.map(({ label }) => label).join(' | ')}]`);
      if (!['tick', 'back', 'interrupt'].includes(open[0]?.kind ?? '')) return [];
      const exchange = next('tick', question, options.back);
      if (exchange === BACK) return BACK;
      if (!exchange.question.test(question)) return wrong('tick', question);
      const ticked = choices.filter(({ label }) => exchange.answer.test(label));
      expect(ticked.length).toBeLessThanOrEqual(options.most);
      return ticked.map(({ value }) => value);
    },
  };
}

export interface FakeHttp extends Http {
  readonly requests: readonly FakeRequest[];
  /** The requests with an `Authorization`. */
  readonly signed: readonly FakeRequest[];
  /** The hosts that got a request, each once, in order. */
  readonly hosts: readonly string[];
}

/** A host that answers, or the reason why no answer comes. */
export type FakeHost = FakeProvider | NetworkReason;

/**
 * The network, host by host. A request to a host that is not in `hosts` fails the test, and
 * so does a host without a request. Secrets may come only in headers, as `Secret`.
 */
export function fakeHttp(
  hosts: Readonly<Record<string, FakeHost>>,
  resolving: Readonly<Record<string, boolean>> = {},
): FakeHttp {
  const requests: FakeRequest[] = [];
  const unexpected: string[] = [];
  const resolved = new Set<string>();
  onTestFinished(() => {
    const asked = new Set(requests.map(({ host }) => host));
    expect(unexpected, 'requests nobody expected').toEqual([]);
    expect(
      Object.keys(hosts).filter((host) => !asked.has(host)),
      'hosts that were never asked',
    ).toEqual([]);
    expect(
      Object.keys(resolving).filter((host) => !resolved.has(host)),
      'names that were never looked up',
    ).toEqual([]);
  });
  return {
    requests,
    get signed() {
      return requests.filter(({ authorization }) => authorization !== undefined);
    },
    get hosts() {
      return [...new Set(requests.map(({ host }) => host))];
    },
    async send({ url, headers, timeoutMs }) {
      const { protocol, host, pathname, search } = new URL(url);
      const authorization = headers['authorization'];
      if (authorization !== undefined) expect(authorization).toBeInstanceOf(Secret);
      expect(protocol).toBe('https:');
      expect(headers['accept']).toBe('application/json');
      expect(timeoutMs).toBeGreaterThan(0);
      const asked: FakeRequest = {
        host,
        path: `${pathname}${search}`,
        authorization: authorization instanceof Secret ? authorization.reveal() : undefined,
      };
      requests.push(asked);
      const answers = hosts[host];
      if (answers === undefined) {
        unexpected.push(`${host}${asked.path}`);
        throw new Error(`unexpected request to ${host}`);
      }
      if (typeof answers === 'string') throw new NetworkError(answers, `fake ${answers}`);
      return toAnswer(answers(asked));
    },
    usesProxy: false,
    async resolves(host) {
      resolved.add(host);
      const does = resolving[host];
      if (does === undefined) unexpected.push(`the address of ${host}`);
      return does ?? false;
    },
  };
}

/** A fake's answer as the HTTP adapter returns it. */
export function toAnswer({ status, headers = {}, body = '' }: FakeAnswer): HttpResponse {
  return { status, headers, body, truncated: false };
}

/** What is wrong with a store. Each can be switched on and off in the middle of a test. */
export type StoreFault =
  /** Every call fails. */
  | { readonly fails: StoreReason; readonly on?: 'get' | 'set' | 'delete' }
  /** Keeps only the first characters. */
  | 'truncating'
  /** Takes everything and keeps nothing. */
  | 'losing'
  /** Returns something else. */
  | 'altering';

export interface FakeStore extends SecretStore {
  readonly items: Map<string, string>;
  fault: StoreFault | undefined;
  /** Whether the fault concerns an account; all of them by default. */
  concerns: (account: string) => boolean;
  /** `get name`, `set name`, `delete name`. */
  readonly calls: readonly string[];
}

/** A store in memory. */
export function fakeStore(
  description: StoreDescription = { kind: 'keychain', backend: 'Fake Keychain', persistent: true },
): FakeStore {
  const items = new Map<string, string>();
  const calls: string[] = [];
  const store: FakeStore = {
    description,
    nullIsReliable: false,
    items,
    calls,
    fault: undefined,
    concerns: () => true,
    async getPassword(account) {
      const fault = enter('get', account);
      const value = items.get(account);
      if (value === undefined) return null;
      return new Secret(fault === 'altering' ? `${value}?` : value);
    },
    async setPassword(account, password) {
      const fault = enter('set', account);
      if (fault === 'losing') return;
      const value = password.reveal();
      items.set(account, fault === 'truncating' ? value.slice(0, value.length / 2) : value);
    },
    async deletePassword(account) {
      enter('delete', account);
      return items.delete(account);
    },
    async accounts() {
      return [...items.keys()].toSorted();
    },
  };
  function enter(action: 'get' | 'set' | 'delete', account: string): StoreFault | undefined {
    calls.push(`${action} ${account}`);
    const { fault } = store;
    if (fault === undefined || !store.concerns(account)) return undefined;
    if (typeof fault !== 'object') return fault;
    if (fault.on !== undefined && fault.on !== action) return undefined;
    throw new StoreError(fault.fails, {
      what: 'The fake keychain cannot be used',
      why: `it is told so (${fault.fails})`,
      next: 'Nothing to do.',
    });
  }
  return store;
}

/** The stores by their `--store` values; another value is refused, as by the real ones. */
export function fakeStores(
  byChoice: Readonly<Record<string, SecretStore>>,
  required: Readonly<Record<string, MissingInput>> = {},
): Stores {
  return {
    ids: Object.keys(byChoice).filter((each) => !isVaultId(each)),
    vaults: Object.keys(byChoice).filter(isVaultId),
    requires: (choice) => required[choice],
    open(choice) {
      const store = Object.hasOwn(byChoice, choice) ? byChoice[choice] : undefined;
      if (store) return store;
      throw new StoreError('store-unavailable', {
        what: 'That store is not known',
        next: 'Choose another one.',
      });
    },
    describe: (choice) =>
      (Object.hasOwn(byChoice, choice) ? byChoice[choice]?.description : undefined) ?? null,
  };
}

export interface FakeRecords extends Records {
  readonly kept: Map<string, Connection>;
  readonly unreadable: UnreadableRecord[];
  /** Which writes (and removals) fail. */
  failing: (name: string) => boolean;
}

/** Records in memory. Each read gives a copy, like a file. */
export function fakeRecords(...connections: readonly Connection[]): FakeRecords {
  const kept = new Map(connections.map((each) => [each.name, structuredClone(each)]));
  const unreadable: UnreadableRecord[] = [];
  const records: FakeRecords = {
    kept,
    unreadable,
    failing: () => false,
    async list(name) {
      const isMeant = (each: { readonly name: string }): boolean =>
        name === undefined || each.name === name;
      return {
        connections: [...kept.values()]
          .filter(isMeant)
          .toSorted((a, b) => (a.name < b.name ? -1 : 1))
          .map((each) => structuredClone(each)),
        unreadable: unreadable.filter(isMeant),
        unlisted: [],
      };
    },
    async read(name) {
      const broken = unreadable.find((each) => each.name === name);
      if (broken) throw new StoreError('store-corrupt', unreadableAdvice(broken));
      return structuredClone(kept.get(name));
    },
    async write(connection) {
      refuse(connection.name);
      kept.set(connection.name, structuredClone(connection));
    },
    async update(connection) {
      if (await records.read(connection.name)) await records.write(connection);
    },
    async remove(name) {
      refuse(name);
      return kept.delete(name);
    },
  };
  function refuse(name: string): void {
    if (!records.failing(name)) return;
    throw new StoreError('store-denied', {
      what: `The record of ${name} could not be written`,
      why: 'EACCES',
      next: 'Check the permissions.',
    });
  }
  return records;
}

/** @param pages the pages that must be opened, in order; one more or less fails the test. */
export function fakeBrowser(pages?: readonly string[]): Browser {
  const opened: string[] = [];
  onTestFinished(() => {
    expect(opened, 'pages that were opened').toEqual(pages ?? []);
  });
  return {
    available: pages !== undefined,
    async open(url) {
      opened.push(url);
    },
  };
}

export interface FakeResumePoints extends ResumePoints {
  readonly kept: Map<string, ResumePoint>;
  /** Whether a write fails. */
  failing: boolean;
}

export function fakeResumePoints(...resumePoints: readonly ResumePoint[]): FakeResumePoints {
  const kept = new Map(resumePoints.map((each) => [each.provider, structuredClone(each)]));
  const fake: FakeResumePoints = {
    kept,
    persistent: true,
    failing: false,
    async read(provider) {
      return structuredClone(kept.get(provider));
    },
    async write(resumePoint) {
      if (fake.failing) {
        throw new StoreError('store-denied', {
          what: 'Your place could not be kept',
          why: 'EACCES',
          next: 'Check the permissions.',
        });
      }
      kept.set(resumePoint.provider, structuredClone(resumePoint));
    },
    async remove(provider) {
      kept.delete(provider);
    },
  };
  return fake;
}

export interface FakeClipboard extends Clipboard {
  readonly copied: readonly string[];
}

/** @param program the clipboard program; without it, a copy fails the test. */
export function fakeClipboard(program?: string, works = true, byTerminal = false): FakeClipboard {
  const copied: string[] = [];
  return {
    program,
    byTerminal,
    copied,
    async copy(text) {
      if (program === undefined && !byTerminal)
        throw new Error('a text was copied where there is no clipboard');
      if (works) copied.push(text);
      return works;
    },
  };
}

export interface FakeRequests extends Requests {
  readonly kept: Map<string, RequestRecord | ClosedRequest>;
  readonly unreadable: UnreadableRecord[];
  /** Whether a write fails. */
  failing: boolean;
}

/** Sealed requests in memory. */
export function fakeRequests(...records: readonly (RequestRecord | ClosedRequest)[]): FakeRequests {
  const kept = new Map(records.map((each) => [each.name, structuredClone(each)]));
  const unreadable: UnreadableRecord[] = [];
  const requests: FakeRequests = {
    kept,
    unreadable,
    failing: false,
    async list() {
      const all = [...kept.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
      return {
        open: all.flatMap((each) => ('closed' in each ? [] : [each])),
        closed: all.flatMap((each) => ('closed' in each ? [each] : [])),
        unreadable: [...unreadable],
      };
    },
    async write(request) {
      if (requests.failing) {
        throw new StoreError('store-denied', {
          what: `The record of ${request.name} could not be written`,
          why: 'EACCES',
          next: 'Check the permissions.',
        });
      }
      kept.set(request.name, structuredClone(request));
    },
    async remove(name) {
      return kept.delete(name);
    },
  };
  return requests;
}

/** Pages that consist of their data. */
export const FAKE_PAGES: Pages = fakePages();

export interface FakePages extends Pages {
  /** The pages that were served. */
  readonly served: LocalPage[];
  /** The replies, in order. */
  readonly replies: PageReply[];
  /** Whether all pages are closed. */
  readonly isClosed: () => boolean;
}

/** @param events what the person does on the page; a page without any fails the test. */
export function fakePages(...events: readonly PageEvent[]): FakePages {
  const open = [...events];
  const [served, replies]: [LocalPage[], PageReply[]] = [[], []];
  let closed = 0;
  return {
    served,
    replies,
    isClosed: () => closed === served.length,
    html: (data) => JSON.stringify(data),
    server: { user: 'ines', machine: 'desk', program: 'connect-wizard 1.2.3' },
    async serve(html) {
      served.push(JSON.parse(html) as LocalPage);
      return {
        address: 'http://127.0.0.1:1/x',
        async next() {
          const event = open.shift();
          if (!event) throw new Error('nothing more is done on the page');
          return event;
        },
        async reply(reply) {
          replies.push(reply);
        },
        async close() {
          closed += 1;
        },
      };
    },
  };
}

export interface FakeHistory extends History {
  /** The entries, oldest first. */
  readonly entries: readonly HistoryEntry[];
  /** If set, every write fails. */
  failing: boolean;
}

export function fakeHistory(): FakeHistory {
  const entries: HistoryEntry[] = [];
  return {
    entries,
    failing: false,
    record(entry) {
      if (this.failing) return [{ code: 'not-recorded', message: 'The history is full.' }];
      entries.push(entry);
      return [];
    },
    read: () => ({ events: [], skipped: 0 }),
    clear: () => entries.splice(0).length,
  };
}

export interface FakeContext extends Context {
  readonly history: FakeHistory;
  readonly terminal: FakeTerminal;
  readonly http: FakeHttp;
  readonly records: FakeRecords;
  readonly resumePoints: FakeResumePoints;
  readonly clipboard: FakeClipboard;
  /** What was written with `writeNew`, by path. */
  readonly files: ReadonlyMap<string, string>;
  readonly clock: FakeClock;
  /** The store with the id `keychain`. */
  readonly store: FakeStore;
}

/** Everything that flows need; what a test does not name is empty. */
export function fakeContext(parts: {
  readonly script?: readonly Exchange[];
  readonly hosts?: Readonly<Record<string, FakeHost>>;
  readonly resolving?: Readonly<Record<string, boolean>>;
  readonly records?: FakeRecords;
  readonly store?: FakeStore;
  readonly stores?: Readonly<Record<string, SecretStore>>;
  readonly pages?: readonly string[];
  readonly resumePoints?: FakeResumePoints;
  readonly clipboard?: FakeClipboard;
}): FakeContext {
  const store = parts.store ?? fakeStore();
  const files = new Map<string, string>();
  return {
    terminal: fakeTerminal(parts.script),
    http: fakeHttp(parts.hosts ?? {}, parts.resolving),
    store,
    stores: fakeStores({ keychain: store, ...parts.stores }),
    records: parts.records ?? fakeRecords(),
    resumePoints: parts.resumePoints ?? fakeResumePoints(),
    browser: fakeBrowser(parts.pages),
    clipboard: parts.clipboard ?? fakeClipboard(),
    history: fakeHistory(),
    approvals: createMemoryApprovals(),
    files,
    clock: fakeClock(),
    interruption: new Interruption(),
    diagnostics: {
      inspect: async () => [],
      writeReport: async () => {
        throw new Error('a report was written');
      },
      async writeNew(path, text) {
        if (files.has(path)) {
          throw new UsageError({ what: 'The file could not be written', next: 'Another name.' });
        }
        files.set(path, text);
      },
    },
  };
}

/** A proven Freshservice connection, after a connect. */
export function freshserviceConnection(changes: Partial<Connection> = {}): Connection {
  return {
    v: 1,
    name: 'freshservice/acme',
    provider: 'freshservice',
    host: 'acme.freshservice.com',
    fields: { domain: 'acme' },
    identity: { id: '21000123', label: 'Ines Okafor <ines.okafor@acme.example>' },
    item: 2,
    store: 'keychain',
    needs: [],
    reason: 'ok',
    recognised: true,
    createdAt: '2026-11-01T09:00:00.000Z',
    verifiedAt: '2026-11-19T18:00:00.000Z',
    lastValidAt: '2026-11-19T18:00:00.000Z',
    ...changes,
  };
}

/** A proven Gladly connection. */
export function gladlyConnection(changes: Partial<Connection> = {}): Connection {
  return freshserviceConnection({
    name: 'gladly/acme.us-1',
    provider: 'gladly',
    host: 'acme.us-1.gladly.com',
    fields: { slug: 'acme.us-1', email: EMAIL },
    identity: { id: 'deKiBNpPRTKXoAL0IrvK8A', label: `Amy Agent <${EMAIL}>` },
    ...changes,
  });
}

/** The secret item that belongs to a connection, as text. */
export function itemOf(connection: Connection, secret?: string): string {
  const values =
    connection.provider === 'gladly'
      ? { ...connection.fields, token: new Secret(secret ?? TOKEN) }
      : { ...connection.fields, apiKey: new Secret(secret ?? API_KEY) };
  const { name, provider, host } = connection;
  return writeItem({ name, provider, host, values }).reveal();
}

/** A store that already has the secrets of `connections`. */
export function filledStore(...connections: readonly Connection[]): FakeStore {
  const store = fakeStore();
  for (const each of connections) store.items.set(each.name, itemOf(each));
  return store;
}

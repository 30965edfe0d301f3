import { describe, expect, it } from 'vitest';
import { HostError, StoreError } from '../../../src/core/errors.js';
import { finding, type Finding } from '../../../src/core/finding.js';
import { Secret } from '../../../src/core/secret.js';
import type { Reason } from '../../../src/core/verdict.js';
import { conflict } from '../../../src/flows/connect/conflict.js';
import { connectionOf, reportOf } from '../../../src/flows/connect/draft-result.js';
import {
  fieldBefore,
  withdraw,
  type Draft,
  type Has,
  type Slot,
} from '../../../src/flows/connect/draft.js';
import { remedies } from '../../../src/flows/connect/remedies.js';
import { API_KEY, EMAIL, fakeStore, NOW } from '../../support/fakes.js';
import { connectionTo, fernway } from '../../support/test-provider.js';

const HOST = 'acme.eu-1.fernway.example';
const KEY = new Secret(API_KEY);
const was = connectionTo(fernway);
const store = fakeStore();

const host = { host: HOST, recognised: true, ladder: [] };
const found = (reason: Reason, more: Partial<Finding> = {}): Finding =>
  finding(fernway, reason, { detail: 'HTTP 418' }, { host: HOST, identity: was.identity, ...more });

const slotOf = (more: Partial<Slot> = {}): Slot => ({
  name: was.name,
  existing: undefined,
  storeId: 'keychain',
  store,
  consent: 'none',
  settledBy: 'site',
  ...more,
});

type Whole = Has<'host' | 'slot' | 'finding'>;

/** Everything is answered, accepted and to be saved, but for what `more` says otherwise. */
const whole = (more: Partial<Draft> = {}): Whole => ({
  answers: new Map<string, string | Secret>([
    ['site', 'https://acme.eu-1.fernway.example/a'],
    ['email', EMAIL],
    ['apiKey', KEY],
  ]),
  former: new Map(),
  typed: new Set(['site', 'email', 'apiKey']),
  wanted: { name: 'desk', needs: ['groups.read'] },
  testedStore: store,
  host,
  slot: slotOf(),
  finding: found('ok'),
  storeUnverified: true,
  ...(more as Partial<Whole>),
});

/** What is still known of a draft, by the names of its parts. */
const parts = (draft: Draft): string =>
  (['testedStore', 'host', 'slot', 'finding', 'storeUnverified'] as const)
    .filter((part) => draft[part] !== undefined)
    .join(' ');

describe('an answer that is taken back takes with it', () => {
  it.each([
    ['site', 'site', 'testedStore'],
    // Settled by what it was asked about: a yes to the e-mail of another one is no yes to this one.
    ['email', 'email', 'testedStore host'],
    ['email', 'site', 'testedStore host slot'],
    ['apiKey', 'email', 'testedStore host slot'],
    // Settled by the finding, which every answer decides.
    ['apiKey', undefined, 'testedStore host'],
  ] as const)('%s, with a slot that %s settled: what stays is %s', (field, settledBy, stays) => {
    const draft = withdraw(fernway, whole({ slot: slotOf({ settledBy }) }), field, 'refused');
    expect(parts(draft)).toBe(stays);
    expect(draft.answers.has(field)).toBe(false);
    expect(draft.answers.size).toBe(2);
    expect(draft.typed.has(field)).toBe(false);
  });

  it.each([
    ['email', 'reconsidered', EMAIL],
    ['email', 'refused', EMAIL],
    ['email', 'unreadable', undefined],
    ['apiKey', 'reconsidered', KEY],
    ['apiKey', 'refused', undefined],
  ] as const)('nothing that is offered again: %s, %s', (field, why, offered) => {
    const former = new Map([[field, 'offered before']]);
    expect(withdraw(fernway, whole({ former }), field, why).former.get(field)).toBe(offered);
  });
});

it.each([
  [undefined, ['site', 'email', 'apiKey'], 'apiKey'],
  ['apiKey', ['site', 'email', 'apiKey'], 'email'],
  // What came with the command is no question to go back to.
  ['apiKey', ['site', 'apiKey'], 'site'],
  ['apiKey', ['apiKey'], undefined],
  ['site', ['site'], undefined],
] as const)('before %s, of %j that were typed, is %s', (before, typed, is) => {
  expect(fieldBefore(fernway, whole({ typed: new Set(typed) }), before)).toBe(is);
});

describe('what can be done about', () => {
  const NO_KEY = new Map<string, string>([['site', 'acme']]);
  it.each<[Reason, Partial<Draft>, string]>([
    ['no-such-tenant', {}, 'retype site'],
    ['bad-credential', {}, 'retype apiKey, retype email, guide apiKey, stop'],
    // Only an admin can help: the message for them comes first.
    ['not-an-api-user', {}, 'message apiKey, again, guide apiKey, stop'],
    ['server-error', {}, 'again, store-unverified, guide apiKey, stop'],
    ['timeout', { testedStore: undefined }, 'again, guide apiKey, stop'],
    ['timeout', { answers: NO_KEY }, 'again, guide apiKey, stop'],
    // Before a host was found, its field is what can be wrong.
    ['dns', { answers: NO_KEY, host: undefined }, 'again, retype site, guide site, stop'],
    ['not-an-api', { host: undefined }, 'again, retype site, store-unverified, guide site, stop'],
  ])('%s (%j): %s', (reason, more, are) => {
    const offered = remedies(fernway, whole(more), found(reason), fernway.guide);
    const short = offered.map((each) =>
      'field' in each ? `${each.kind} ${each.field}` : each.kind,
    );
    expect(short.join(', ')).toBe(are);
  });

  it('has no guide to open and no message to write where nothing is asked', () => {
    const offered = remedies(fernway, whole(), found('not-an-api-user'), undefined);
    expect(offered.map(({ label }) => label)).toEqual(['Try again', 'Stop, and save nothing']);
  });
});

describe('what is in the slot', () => {
  const by = (changes = {}, more: Partial<Slot> = {}): Slot =>
    slotOf({ existing: { ...was, ...changes }, ...more });
  const BOB = { identity: { id: 'u-9', label: 'Bob' } };
  const NONE = undefined;

  it.each<[string, Partial<Draft>, string | undefined]>([
    ['nothing', { slot: slotOf() }, NONE],
    ['the same connection', { slot: by() }, NONE],
    ['of another provider', { slot: by({ provider: 'brindle' }) }, 'site: it belongs to brindle'],
    [
      'of another tenant',
      { slot: by({ host: 'globex.fernway.example' }) },
      'site: it belongs to globex.fernway.example',
    ],
    ["the tenant's former address", { slot: by({ host: 'acme.fernway.example' }) }, NONE],
    [
      'of another user, before the key is fetched',
      { slot: by({ fields: { email: 'old@acme.example' } }), finding: NONE },
      'email: its User email is old@acme.example',
    ],
    ['of another person', { slot: by(BOB) }, 'finding: it is the credential of Bob'],
    ['of a person nobody tells', { slot: by({ identity: null }) }, NONE],
    [
      'proven, and this is not',
      { slot: by(), finding: found('dns') },
      'finding: it has a proven credential, and the new one is not',
    ],
    ['as little proven as this', { slot: by({ lastValidAt: null }), finding: found('dns') }, NONE],
    ['of another person, agreed', { slot: by(BOB, { consent: 'once-verified' }) }, NONE],
    [
      'of another tenant, agreed to a verified one',
      {
        slot: by({ host: 'globex.fernway.example' }, { consent: 'once-verified' }),
        finding: found('dns'),
      },
      'site: it belongs to globex.fernway.example',
    ],
    [
      'of another tenant, agreed to any',
      {
        slot: by({ host: 'globex.fernway.example' }, { consent: 'given' }),
        finding: found('dns'),
      },
      NONE,
    ],
  ])('%s', (_, more, why) => {
    const taken = conflict(fernway, whole(more));
    expect(taken && `${taken.field ?? 'finding'}: ${taken.why}`).toBe(why);
  });
});

const record = (more: Partial<Draft> = {}) => connectionOf(fernway, whole(more), new Date(NOW));

describe('the record', () => {
  const NEW = { createdAt: NOW, changedAt: NOW, verifiedAt: NOW, lastValidAt: NOW };

  it('of something new', () => {
    // `save` adds which version the item has.
    const { item: _, ...rest } = was;
    expect(record()).toEqual({ ...rest, ...NEW, needs: ['groups.read'], recognised: false });
  });

  it('keeps the date and the needs of the connection that it replaces', () => {
    const existing = { ...was, needs: ['tickets.read'] };
    const replaced = record({ wanted: { name: 'desk' }, slot: slotOf({ existing }) });
    expect(replaced).toMatchObject({ createdAt: was.createdAt, needs: ['tickets.read'] });
  });

  it('is unproven if the finding is', () => {
    expect(record({ finding: found('timeout') })).toMatchObject({
      reason: 'timeout',
      lastValidAt: null,
      verifiedAt: NOW,
    });
  });
});

const report = (more: Partial<Draft>, ended: Parameters<typeof reportOf>[2]) =>
  reportOf(fernway, whole(more), ended, new Date(NOW));

describe('the report', () => {
  const advice = { what: 'No', next: 'Wait.' };
  const fields = { site: 'acme.eu-1', email: EMAIL };
  const saved = { ...was, changedAt: NOW, verifiedAt: NOW };

  it.each<[string, ReturnType<typeof report>, object]>([
    [
      'of what was saved',
      report({ saved }, found('ok')),
      {
        stored: true,
        replaced: false,
        createdAt: was.createdAt,
        fields,
        store: { kind: 'keychain' },
      },
    ],
    [
      'of what was saved over another',
      report({ saved, slot: slotOf({ existing: was }) }, found('ok')),
      { stored: true, replaced: true },
    ],
    [
      'of what was only verified',
      report({ slot: slotOf({ store: undefined }) }, found('ok')),
      { stored: false, store: null, createdAt: null, verifiedAt: NOW, lastValidAt: null },
    ],
    [
      'of a host that nobody found',
      report({ host: undefined, slot: undefined }, found('dns')),
      { name: 'desk', reason: 'dns', host: HOST, fields, store: null },
    ],
    [
      'of a store that failed',
      report({ finding: undefined }, new StoreError('store-locked', advice)),
      {
        name: was.name,
        reason: 'store-locked',
        host: null,
        fields: { email: EMAIL },
        verifiedAt: null,
      },
    ],
    [
      'of an address that is none',
      report({ slot: undefined }, new HostError('vanity-host', 'help.acme.example', advice)),
      { name: 'desk', reason: 'vanity-host', host: 'help.acme.example', stored: false },
    ],
  ])('%s', (_, is, expected) => {
    expect(is).toMatchObject(expected);
    expect(JSON.stringify(is)).not.toContain(API_KEY);
  });
});

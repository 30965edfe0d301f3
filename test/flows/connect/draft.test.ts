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

/** Everything is answered, accepted and ready to be saved, unless `more` says otherwise. */
const whole = (more: Partial<Draft> = {}): Whole => ({
  answers: new Map<string, string | Secret>([
    ['site', 'https://acme.eu-1.fernway.example/a'],
    ['email', EMAIL],
    ['apiKey', KEY],
  ]),
  former: new Map(),
  typed: new Set(['site', 'email', 'apiKey']),
  warnings: [
    { about: 'email', warning: { code: 'odd-value', message: 'User email: odd.' } },
    { warning: { code: 'not-recorded', message: 'About no answer.' } },
  ],
  met: was.name,
  otherStore: 'file',
  wanted: { name: 'desk', needs: ['groups.read'] },
  testedStore: store,
  host,
  slot: slotOf(),
  finding: found('ok'),
  storeUnverified: true,
  ...(more as Partial<Whole>),
});

/** The names of the parts that a draft has. */
const parts = (draft: Draft): string =>
  (['testedStore', 'host', 'met', 'otherStore', 'slot', 'finding', 'storeUnverified'] as const)
    .filter((part) => draft[part] !== undefined)
    .join(' ');

describe('an answer that is taken back', () => {
  it.each([
    ['site', 'site', 'testedStore'],
    // A slot that the e-mail settled: a yes about one e-mail is no yes about another.
    ['email', 'email', 'testedStore host met otherStore'],
    ['email', 'site', 'testedStore host met otherStore slot'],
    ['apiKey', 'email', 'testedStore host met otherStore slot'],
    // A slot that the finding settled: every answer decides the finding.
    ['apiKey', undefined, 'testedStore host met otherStore'],
  ] as const)('%s, with a slot that %s settled, leaves %s', (field, settledBy, stays) => {
    const draft = withdraw(fernway, whole({ slot: slotOf({ settledBy }) }), field, 'refused');
    expect(parts(draft)).toBe(stays);
    expect(draft.answers.has(field)).toBe(false);
    expect(draft.answers.size).toBe(2);
    expect(draft.typed.has(field)).toBe(false);
  });

  it.each([
    ['email', ['not-recorded']],
    ['apiKey', ['odd-value', 'not-recorded']],
  ])('%s leaves only the warnings about the others', (field, codes) => {
    const { warnings = [] } = withdraw(fernway, whole(), field, 'refused');
    expect(warnings.map(({ warning }) => warning.code)).toEqual(codes);
  });

  it.each([
    ['email', 'reconsidered', EMAIL],
    ['email', 'refused', EMAIL],
    ['email', 'unreadable', undefined],
    ['apiKey', 'reconsidered', KEY],
    ['apiKey', 'refused', undefined],
  ] as const)('%s, since it is %s, is offered again or not', (field, why, offered) => {
    const former = new Map([[field, 'offered before']]);
    expect(withdraw(fernway, whole({ former }), field, why).former.get(field)).toBe(offered);
  });
});

it.each([
  [undefined, ['site', 'email', 'apiKey'], 'apiKey'],
  ['apiKey', ['site', 'email', 'apiKey'], 'email'],
  // A value that came with the command has no question to go back to.
  ['apiKey', ['site', 'apiKey'], 'site'],
  ['apiKey', ['apiKey'], undefined],
  ['site', ['site'], undefined],
] as const)('the field before %s, if %j were typed, is %s', (before, typed, is) => {
  expect(fieldBefore(fernway, whole({ typed: new Set(typed) }), before)).toBe(is);
});

describe('what can be done about', () => {
  const NO_KEY = new Map<string, string>([['site', 'acme']]);
  it.each<[Reason, Partial<Draft>, string]>([
    ['no-such-tenant', {}, 'retype site'],
    ['bad-credential', {}, 'retype apiKey, retype email, guide apiKey, stop'],
    // Only an admin can help, so the message for them comes first.
    ['not-an-api-user', {}, 'message apiKey, again, guide apiKey, stop'],
    ['server-error', {}, 'again, store-unverified, guide apiKey, stop'],
    ['timeout', { testedStore: undefined }, 'again, guide apiKey, stop'],
    ['timeout', { answers: NO_KEY }, 'again, guide apiKey, stop'],
    // Until a host is found, its field may be wrong.
    ['dns', { answers: NO_KEY, host: undefined }, 'again, retype site, guide site, stop'],
    ['not-an-api', { host: undefined }, 'again, retype site, store-unverified, guide site, stop'],
  ])('%s (%j): %s', (reason, more, are) => {
    const offered = remedies(fernway, whole(more), found(reason), fernway.guide);
    const short = offered.map((each) =>
      'field' in each ? `${each.kind} ${each.field}` : each.kind,
    );
    expect(short.join(', ')).toBe(are);
  });

  it('a refusal has no guide and no message if there is no guide', () => {
    const offered = remedies(fernway, whole(), found('not-an-api-user'), undefined);
    expect(offered.map(({ label }) => label)).toEqual(['Try again', 'Stop, and save nothing']);
  });
});

describe('a name is free or in conflict if it holds', () => {
  const by = (changes = {}, more: Partial<Slot> = {}): Slot =>
    slotOf({ existing: { ...was, ...changes }, ...more });
  const BOB = { identity: { id: 'u-9', label: 'Bob' } };
  const NONE = undefined;

  it.each<[string, Partial<Draft>, string | undefined]>([
    ['nothing', { slot: slotOf() }, NONE],
    ['the same connection', { slot: by() }, NONE],
    ["another provider's", { slot: by({ provider: 'brindle' }) }, 'site: it belongs to brindle'],
    [
      "another tenant's",
      { slot: by({ host: 'globex.fernway.example' }) },
      'site: it belongs to globex.fernway.example',
    ],
    ["the tenant's former address", { slot: by({ host: 'acme.fernway.example' }) }, NONE],
    [
      "another user's, before the key is fetched",
      { slot: by({ fields: { email: 'old@acme.example' } }), finding: NONE },
      'email: its User email is old@acme.example',
    ],
    ["another person's", { slot: by(BOB) }, 'finding: it is the credential of Bob'],
    ["an unknown person's", { slot: by({ identity: null }) }, NONE],
    [
      'one that is proven, while the new one is not',
      { slot: by(), finding: found('dns') },
      'finding: it has a proven credential, and the new one is not',
    ],
    [
      'one that is as unproven as the new one',
      { slot: by({ lastValidAt: null }), finding: found('dns') },
      NONE,
    ],
    [
      "another person's, which the person agreed to replace",
      { slot: by(BOB, { consent: 'once-verified' }) },
      NONE,
    ],
    [
      "another tenant's, to be replaced by a verified one only",
      {
        slot: by({ host: 'globex.fernway.example' }, { consent: 'once-verified' }),
        finding: found('dns'),
      },
      'site: it belongs to globex.fernway.example',
    ],
    [
      "another tenant's, to be replaced by any",
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

  it('of a new connection has everything that is known', () => {
    // `save` adds the version of the item.
    const { item: _, ...rest } = was;
    expect(record()).toEqual({ ...rest, ...NEW, needs: ['groups.read'], recognised: false });
  });

  it('keeps createdAt and the needs of the connection that it replaces', () => {
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
      'of a new connection',
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
      'of a replaced connection',
      report({ saved, slot: slotOf({ existing: was }) }, found('ok')),
      { stored: true, replaced: true },
    ],
    [
      'of a credential that is only verified',
      report({ slot: slotOf({ store: undefined }) }, found('ok')),
      { stored: false, store: null, createdAt: null, verifiedAt: NOW, lastValidAt: null },
    ],
    [
      'of a host that was not found',
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
      'of an address that is not allowed',
      report({ slot: undefined }, new HostError('vanity-host', 'help.acme.example', advice)),
      { name: 'desk', reason: 'vanity-host', host: 'help.acme.example', stored: false },
    ],
  ])('%s has what is known, and no secret', (_, is, expected) => {
    expect(is).toMatchObject(expected);
    expect(JSON.stringify(is)).not.toContain(API_KEY);
  });
});

import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/core/connection.js';
import { ConnectionError, inputNeeded, StoreError, UsageError } from '../../../src/core/errors.js';
import { revealAll, Secret } from '../../../src/core/secret.js';
import { writeItem } from '../../../src/core/stored-item.js';
import {
  verdictByReason,
  verdicts,
  type Reason,
  type StoreReason,
  type Verdict,
} from '../../../src/core/verdict.js';
import { getCredential } from '../../../src/flows/connections/get-credential.js';
import {
  API_KEY,
  EMAIL,
  type FakeContext,
  fakeContext,
  fakeRecords,
  fakeStore,
  filledStore,
  freshserviceConnection,
  gladlyConnection,
  itemOf,
  missingInput,
  TOKEN,
} from '../../support/fakes.js';
import { faked, knownAs } from '../../support/built-ins.js';
import { testProvider } from '../../support/test-provider.js';

const acme = freshserviceConnection();
const beta = freshserviceConnection({ name: 'freshservice/beta', host: 'beta.freshservice.com' });
const amy = gladlyConnection();
const NEVER = { lastValidAt: null };

/** No network, and a keychain with the secrets of `connections`. */
const holding = (...connections: readonly Connection[]): FakeContext =>
  fakeContext({ records: fakeRecords(...connections), store: filledStore(...connections) });

const give = (context: FakeContext, wanted: string, allowUnverified = false) =>
  getCredential(context, faked, wanted, { allowUnverified });

async function refusal(
  context: FakeContext,
  wanted: string,
  allowUnverified = false,
): Promise<ConnectionError> {
  const error: unknown = await give(context, wanted, allowUnverified).then(
    () => 'it was given out',
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(ConnectionError);
  return error as ConnectionError;
}

const exitCode = ({ reason }: ConnectionError): number =>
  verdicts[verdictByReason[reason]].exitCode;

describe('a proven credential', () => {
  it('is returned whole, with its record', async () => {
    const given = await give(holding(acme, amy), 'gladly/acme.us-1');
    expect(given).toMatchObject({ connection: amy, provider: { id: 'gladly' } });
    expect(revealAll(given.values)).toEqual({ slug: 'acme.us-1', email: EMAIL, token: TOKEN });
    expect(String(given.values['token'])).toBe('[redacted]');
    expect(given.warnings).toEqual([]);
  });

  it('is read once, and nothing is written or requested', async () => {
    const context = holding(acme);
    await give(context, acme.name);
    expect(context.store.calls).toEqual([`get ${acme.name}`]);
    expect(context.records.kept.get(acme.name)).toEqual(acme);
    expect(context.http.requests).toEqual([]);
    expect(context.terminal.said).toEqual([]);
  });

  it('comes from the store that the record names', async () => {
    const filed = freshserviceConnection({ store: 'file' });
    const file = fakeStore({ kind: 'file', backend: 'Fake Desk', persistent: true });
    file.items.set(filed.name, itemOf(filed, 'the-key-in-the-file-1'));
    const context = fakeContext({
      records: fakeRecords(filed),
      store: filledStore(filed),
      stores: { file },
    });
    const { values } = await give(context, filed.name);
    expect(revealAll(values)['apiKey']).toBe('the-key-in-the-file-1');
    expect(context.store.calls).toEqual([]);
  });

  it("is returned after a change of its tenant's address", async () => {
    const store = fakeStore();
    store.items.set(amy.name, itemOf({ ...amy, host: 'acme.gladly.com' }));
    const context = fakeContext({ records: fakeRecords(amy), store });
    const { connection } = await give(context, amy.name);
    expect(connection.host).toBe(amy.host);
  });

  it("has the plain fields of the record if a check has found the tenant's own address", async () => {
    const former = { slug: 'acme', email: EMAIL };
    const store = fakeStore();
    store.items.set(amy.name, itemOf({ ...amy, host: 'acme.gladly.com', fields: former }));
    const context = fakeContext({ records: fakeRecords(amy), store });
    const { values } = await give(context, amy.name);
    expect(revealAll(values)).toEqual({ slug: 'acme.us-1', email: EMAIL, token: TOKEN });
  });
});

describe('a name', () => {
  it.each([
    ['freshservice/acme', acme.name],
    ['freshservice/beta', beta.name],
    ['gladly', amy.name],
  ])('%s means %s', async (wanted, name) => {
    const { connection } = await give(holding(acme, beta, amy), wanted);
    expect(connection.name).toBe(name);
  });

  it('of a provider with several connections is refused, and the error names them', async () => {
    const context = holding(acme, beta, amy);
    const error: unknown = await give(context, 'freshservice').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).advice.next).toContain(`${acme.name}, ${beta.name}`);
    expect(context.store.calls).toEqual([]);
  });

  it('means the exact name before a provider of the same spelling', async () => {
    const odd = freshserviceConnection({ name: 'gladly' });
    const { connection } = await give(holding(odd, amy), 'gladly');
    expect(connection).toEqual(odd);
  });

  it.each(['freshservice/acm', 'freshservice/', 'gladly', 'acme', ''])(
    '%j is not-stored if nothing has it: exit code 4',
    async (wanted) => {
      const context = holding(acme, beta);
      const error = await refusal(context, wanted);
      expect(error).toMatchObject({ reason: 'not-stored', connection: wanted });
      expect(exitCode(error)).toBe(4);
      expect(context.store.calls).toEqual([]);
    },
  );

  it.each(['gladly/newer', 'gladly'])(
    'of an unreadable record (%s) is store-corrupt, with the reason',
    async (wanted) => {
      const context = holding(acme);
      context.records.unreadable.push({ name: 'gladly/newer', why: 'a newer version wrote it' });
      const error = await refusal(context, wanted);
      expect(error).toMatchObject({
        reason: 'store-corrupt',
        connection: 'gladly/newer',
        advice: { why: 'a newer version wrote it' },
      });
      expect(exitCode(error)).toBe(7);
    },
  );

  it('of a good record works next to an unreadable one', async () => {
    const context = holding(acme);
    context.records.unreadable.push({ name: 'gladly/newer', why: 'a newer version wrote it' });
    await expect(give(context, acme.name)).resolves.toMatchObject({ connection: acme });
  });
});

describe('the last verdict decides', () => {
  type Outcome = 'given' | 'given with a warning' | 'refused';
  interface Row {
    readonly proven: Outcome;
    readonly never: Outcome;
    readonly allowed: Outcome;
  }
  const always = (outcome: Outcome): Row => ({ proven: outcome, never: outcome, allowed: outcome });
  const once: Row = { proven: 'given', never: 'refused', allowed: 'given with a warning' };
  /** Whether token and exec give a credential out. */
  const TABLE: Readonly<Record<Verdict, Row>> = {
    valid: always('given'),
    limited: always('given with a warning'),
    rejected: always('given with a warning'),
    'wrong-host': always('refused'),
    unreachable: once,
    undecided: once,
    missing: always('refused'),
    'store-error': always('refused'),
  };

  const rows = (Object.keys(verdictByReason) as Reason[]).flatMap((reason) => {
    const { proven, never, allowed } = TABLE[verdictByReason[reason]];
    return [
      { reason, was: 'was proven before', connection: { reason }, allow: false, expected: proven },
      {
        reason,
        was: 'was never proven',
        connection: { reason, ...NEVER },
        allow: false,
        expected: never,
      },
      {
        reason,
        was: 'was never proven, with --allow-unverified,',
        connection: { reason, ...NEVER },
        allow: true,
        expected: allowed,
      },
    ];
  });

  it.each(rows)(
    '$reason: a credential that $was is $expected',
    async ({ reason, connection, allow, expected }) => {
      const context = holding({ ...acme, ...connection });
      const outcome = await give(context, acme.name, allow).then(
        ({ values, warnings }) => ({ key: revealAll(values)['apiKey'], warnings }),
        (error: unknown) => error,
      );
      if (expected === 'refused') {
        expect(outcome).toBeInstanceOf(ConnectionError);
        expect(outcome).toMatchObject({ reason, connection: acme.name });
        expect(context.store.calls).toEqual([]);
        return;
      }
      expect(outcome).toMatchObject({ key: API_KEY });
      expect((outcome as { warnings: string[] }).warnings.length > 0).toBe(
        expected === 'given with a warning',
      );
    },
  );

  it.each([
    ['missing-permission', 'limited'],
    ['bad-credential', 'rejected'],
  ] as const)('and %s is a warning with the name, verdict and day', async (reason, verdict) => {
    const {
      warnings: [warning],
    } = await give(holding({ ...acme, reason }), acme.name);
    for (const part of [acme.name, verdict, reason, '2026-11-19']) expect(warning).toContain(part);
  });

  it.each([
    ['bad-credential', 'connect-wizard rotate freshservice/acme'],
    ['refused-unclear', 'connect-wizard guide freshservice troubleshooting'],
    ['missing-permission', 'connect-wizard guide freshservice admin-message'],
  ] as const)('and the warning of %s names the command that helps', async (reason, command) => {
    const { warnings } = await give(holding({ ...acme, reason }), acme.name);
    expect(warnings).toEqual([expect.stringMatching(new RegExp(`What helps: ${command}$`, 'u'))]);
  });

  it('and an unproven credential is returned as unproven', async () => {
    const {
      warnings: [warning],
    } = await give(holding({ ...acme, reason: 'dns', ...NEVER }), acme.name, true);
    expect(warning).toMatch(/^Never proven: .*unreachable \(dns\)/u);
  });

  it.each([
    ['timeout', 6],
    ['server-error', 6],
    ['no-such-tenant', 8],
  ] as const)(
    'and %s ends with %i, and names the command that checks again',
    async (reason, code) => {
      const error = await refusal(holding({ ...acme, reason, ...NEVER }), acme.name);
      expect(exitCode(error)).toBe(code);
      expect(error.message).toContain('never proven');
      expect(error.advice.next).toContain(`connect-wizard check ${acme.name}`);
    },
  );

  it.each([
    ['timeout', true],
    ['rate-limited', true],
    ['other-tenant', false],
  ] as const)('and %s names --allow-unverified only if it helps: %s', async (reason, helps) => {
    const error = await refusal(holding({ ...acme, reason, ...NEVER }), acme.name);
    expect(error.advice.next.includes('--allow-unverified')).toBe(helps);
  });

  it('and a wrong host with an earlier proof is not called unproven', async () => {
    const error = await refusal(holding({ ...acme, reason: 'no-such-tenant' }), acme.name);
    expect(error.message).not.toContain('never proven');
    expect(error.message).toContain('no-such-tenant');
  });
});

describe('a record that cannot be used', () => {
  it.each([
    'acme.freshservice.com.evil.example',
    'evil.example',
    'acme.freshdesk.com',
    'api.freshservice.com',
    'acme.us-1.gladly.com',
    '127.0.0.1',
  ])('because its host is %s is not-allowed, and no store is read', async (host) => {
    const moved = { ...acme, host };
    const context = fakeContext({ records: fakeRecords(moved), store: filledStore(moved) });
    const error = await refusal(context, acme.name, true);
    expect(error).toMatchObject({ reason: 'not-allowed', connection: acme.name });
    expect(exitCode(error)).toBe(8);
    expect(error.message).toContain(host);
    expect(context.store.calls).toEqual([]);
  });

  it('because its provider is unknown is definition-missing, and no store is read', async () => {
    const later = freshserviceConnection({ name: 'zendesk/acme', provider: 'zendesk' });
    const context = holding(later);
    const error = await refusal(context, 'zendesk');
    expect(error).toMatchObject({ reason: 'definition-missing', connection: 'zendesk/acme' });
    expect(error.message).toContain('zendesk');
    expect(exitCode(error)).toBe(4);
    expect(context.store.calls).toEqual([]);
  });

  describe('because its definition has changed', () => {
    const NOW_HASH = 'b'.repeat(64);
    const own = testProvider({ id: 'lumina', name: 'Lumina' });
    const host = 'acme.eu-1.lumina.example';
    const values = { site: 'acme.eu-1', apiKey: new Secret(API_KEY) };
    const record = freshserviceConnection({
      name: 'lumina/acme',
      provider: 'lumina',
      host,
      fields: { site: 'acme.eu-1' },
      definition: NOW_HASH,
    });

    /** Stored under `stored`, read with a definition of `now`. */
    async function ask(stored: string | undefined, now: string | undefined, changes = {}) {
      const store = fakeStore();
      const item = { name: record.name, provider: 'lumina', host, values, definition: stored };
      store.items.set(record.name, writeItem(item).reveal());
      const context = fakeContext({ records: fakeRecords({ ...record, ...changes }), store });
      const known = [knownAs({ ...own, definition: now })];
      return getCredential(context, known, record.name, { allowUnverified: false });
    }

    it('is used if the two hashes are the same', async () => {
      await expect(ask(NOW_HASH, NOW_HASH)).resolves.toMatchObject({ provider: { id: 'lumina' } });
    });

    it.each([
      ['of a changed file', 'a'.repeat(64), NOW_HASH],
      ['of an item without a hash', undefined, NOW_HASH],
      ['of a provider that ships now', 'a'.repeat(64), undefined],
    ])('is definition-changed: %s', async (_, stored, now) => {
      const error: unknown = await ask(stored, now).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(ConnectionError);
      expect(error).toMatchObject({ reason: 'definition-changed', connection: 'lumina/acme' });
      expect(exitCode(error as ConnectionError)).toBe(8);
      expect((error as ConnectionError).advice.next).toContain('connect-wizard providers lumina');
    });

    it('is definition-changed, too, if its host is no longer allowed', async () => {
      const elsewhere = { host: 'acme.lumina-desk.example', definition: 'a'.repeat(64) };
      await expect(ask(NOW_HASH, NOW_HASH, elsewhere)).rejects.toMatchObject({
        reason: 'definition-changed',
      });
    });
  });

  it('because its store is unknown is store-unavailable, with its name', async () => {
    const helper = freshserviceConnection({ store: 'helper:of-a-later-version' });
    const error = await refusal(holding(helper), acme.name);
    expect(error).toMatchObject({ reason: 'store-unavailable', connection: acme.name });
  });
});

describe('a record', () => {
  it('is believed about the host only, not about fields', async () => {
    const fields = { domain: 'evil', apiKey: 'of-the-record', extra: 'x' };
    const context = holding(acme);
    context.records.kept.set(acme.name, { ...acme, fields });
    const { values } = await give(context, acme.name);
    expect(revealAll(values)).toEqual({ domain: 'acme', apiKey: API_KEY });
  });

  it('of an older version may have an item without a name', async () => {
    const { item: _, ...older } = acme;
    const fields = { domain: 'acme', apiKey: API_KEY };
    const context = holding(older);
    const item = { v: 1, provider: 'freshservice', host: acme.host, fields };
    context.store.items.set(acme.name, JSON.stringify(item));
    await expect(give(context, acme.name)).resolves.toMatchObject({ connection: older });
  });
});

describe('a secret that cannot be used', () => {
  const keeping = (item: string): FakeContext => {
    const store = fakeStore();
    store.items.set(acme.name, item);
    return fakeContext({ records: fakeRecords(acme), store });
  };
  const fields = { domain: 'acme', apiKey: API_KEY };
  const item = { v: 1, provider: 'freshservice', host: acme.host, fields };

  it.each([
    ['is of another tenant', itemOf(beta), /beta\.freshservice\.com/u],
    ['is of another name', itemOf({ ...acme, name: 'work/admin' }), /it is of work\/admin/u],
    ['is older than the record says', JSON.stringify(item), /older than the record says/u],
    ['is of another provider', itemOf(amy), /acme\.us-1\.gladly\.com/u],
    [
      'is of another provider at the same host',
      JSON.stringify({ ...item, provider: 'gladly' }),
      /not the one that belongs there/u,
    ],
    ['has no host of the provider', JSON.stringify({ ...item, host: 'evil.example' }), /evil/u],
    ["isn't JSON", API_KEY.slice(0, 9), /cut off/u],
    ['is of a newer version', JSON.stringify({ ...item, v: 3 }), /newer version/u],
    ['lacks its key', JSON.stringify({ ...item, fields: { domain: 'acme' } }), /damaged/u],
    ['is empty', JSON.stringify({ ...item, fields: { ...fields, apiKey: '' } }), /damaged/u],
  ])('because it %s is store-corrupt', async (_, stored, words) => {
    const context = keeping(stored);
    const error = await refusal(context, acme.name);
    expect(error).toMatchObject({ reason: 'store-corrupt', connection: acme.name });
    expect(exitCode(error)).toBe(7);
    expect(error.message).toMatch(words);
    expect(`${error.message}${JSON.stringify(error.advice)}`).not.toContain(API_KEY);
    expect(Object.fromEntries(context.store.items)).toEqual({ [acme.name]: stored });
  });

  it.each<StoreReason>([
    'store-unavailable',
    'store-locked',
    'store-denied',
    'store-timeout',
    'store-passphrase',
  ])('because of %s fails with that reason and the name', async (reason) => {
    const context = holding(acme);
    context.store.fault = { fails: reason };
    const error = await refusal(context, acme.name);
    expect(error).toMatchObject({
      reason,
      connection: acme.name,
      advice: { what: 'The fake keychain cannot be used', next: 'Nothing to do.' },
    });
    expect(error.cause).toBeInstanceOf(StoreError);
    expect(exitCode(error)).toBe(7);
  });

  it('because a passphrase is missing is input-needed, and not a verdict', async () => {
    const context = holding(acme);
    const needed = inputNeeded([missingInput('Passphrase', 'PASSPHRASE')]);
    context.store.getPassword = async () => {
      throw needed;
    };
    await expect(give(context, acme.name)).rejects.toBe(needed);
  });
});

/** A record whose secret is gone. */
const empty = (nullIsReliable: boolean): FakeContext =>
  fakeContext({
    records: fakeRecords(acme),
    store: Object.assign(fakeStore(), { nullIsReliable }),
  });
/** The calls to the store, without the names of test values. */
const actions = ({ store }: FakeContext): string[] =>
  store.calls.map((call) => (call === `get ${acme.name}` ? call : (call.split(' ')[0] ?? '')));

describe('a secret that the store does not have', () => {
  it('is lost, without another call, if the store is reliable', async () => {
    const context = empty(true);
    const error = await refusal(context, acme.name);
    expect(error).toMatchObject({ reason: 'secret-lost', connection: acme.name });
    expect(exitCode(error)).toBe(4);
    expect(error.message).toContain('Fake Keychain');
    expect(error.advice.next).toContain('connect-wizard rotate freshservice');
    expect(actions(context)).toEqual([`get ${acme.name}`]);
  });

  it('is lost if the store keeps a test value', async () => {
    const context = empty(false);
    const error = await refusal(context, acme.name);
    expect(error).toMatchObject({ reason: 'secret-lost', connection: acme.name });
    expect(actions(context)).toEqual([`get ${acme.name}`, 'set', 'get', 'delete']);
    expect([...context.store.items]).toEqual([]);
  });

  it('may still be there if the store cannot be written', async () => {
    const context = empty(false);
    context.store.fault = { fails: 'store-locked', on: 'set' };
    const error = await refusal(context, acme.name);
    expect(error).toMatchObject({ reason: 'store-locked', connection: acme.name });
  });

  it('is not looked for if the verdict refuses it', async () => {
    const context = fakeContext({ records: fakeRecords({ ...acme, reason: 'dns', ...NEVER }) });
    const error = await refusal(context, acme.name);
    expect(error.reason).toBe('dns');
    expect(context.store.calls).toEqual([]);
  });
});

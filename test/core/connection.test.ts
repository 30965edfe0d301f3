import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseRecord, isConnection, isUnreadable } from '../../src/core/connection.js';
import { verdictByReason } from '../../src/core/verdict.js';
import { freshserviceConnection, gladlyConnection } from '../support/fakes.js';

const good = freshserviceConnection();

describe('a record is accepted', () => {
  it.each<[string, unknown]>([
    ['of Freshservice', good],
    ['of Gladly', gladlyConnection()],
    ['of an older version', { ...good, item: undefined }],
    ['with a name that an older version gave', freshserviceConnection({ name: 'a//b.' })],
    ['without an identity', freshserviceConnection({ identity: null })],
    ['that was never verified', freshserviceConnection({ lastValidAt: null, recognised: false })],
    ['with needs', freshserviceConnection({ needs: ['tickets.read', 'agents.read'] })],
    ['without a field that is not secret', freshserviceConnection({ fields: {} })],
    ['with a time of whole seconds', { ...good, verifiedAt: '2026-11-20T18:00:00Z' }],
    ['with changes', { ...good, changes: [{ what: 'host', was: 'a', is: 'b' }] }],
    ['whose changedAt is not a time', { ...good, changedAt: 'last week' }],
    ['with unknown keys', { ...good, colour: 'green', more: { of: ['it'] } }],
    ['with unknown keys in its identity', { ...good, identity: { ...good.identity, since: 2019 } }],
  ])('%s', (_, record) => {
    expect(isConnection(record)).toBe(true);
    expect(isConnection(JSON.parse(JSON.stringify(record)))).toBe(true);
  });

  it.each(Object.keys(verdictByReason))('whose last check said %s', (reason) => {
    expect(isConnection({ ...good, reason })).toBe(true);
  });
});

describe('a record is refused', () => {
  it.each(Object.keys(good).filter((key) => key !== 'item'))('without %s', (key) => {
    expect(isConnection(Object.fromEntries(Object.entries(good).filter(([k]) => k !== key)))).toBe(
      false,
    );
  });

  it.each<[string, unknown[]]>([
    ['v', [0, 2, '1', 1.5, true, null, [1]]],
    [
      'name',
      [5, null, ['freshservice/acme'], {}, '', 'A', '\u001B[31m', 'a/../b', 'a b', '-a', 'ä'],
    ],
    ['item', [1, 3, '2', null]],
    ['provider', [5, null, true]],
    ['host', [5, null, {}]],
    ['fields', [null, 'acme', 5, [], ['acme'], { domain: 5 }, { domain: 'acme', more: null }]],
    [
      'identity',
      [
        'Ines',
        5,
        false,
        [],
        {},
        { id: '1' },
        { label: 'Ines' },
        { id: 1, label: 'Ines' },
        { id: '1', label: null },
      ],
    ],
    ['store', [null, 5, { kind: 'keychain' }]],
    ['needs', [null, 'tickets.read', {}, [5], ['tickets.read', null]]],
    [
      'reason',
      [null, 5, '', 'mood', 'OK', 'valid', 'constructor', 'toString', '__proto__', ['ok']],
    ],
    ['recognised', [null, 'true', 0, 1]],
    ...['createdAt', 'verifiedAt', 'lastValidAt'].map((key): [string, unknown[]] => [
      key,
      [
        '',
        'yesterday',
        5,
        1_795_000_000_000,
        false,
        {},
        '2026-11-20',
        '2026-11-20T18:00:00',
        '2026-11-20T18:00:00+01:00',
        '2026-11-20 18:00:00Z',
        '2026-13-20T18:00:00Z',
        '2026-11-20T25:00:00Z',
        '2026-13-20T18:00:00.000Z',
        '2026-11-00T18:00:00.000Z',
        '2026-11-32T18:00:00.000Z',
        '2026-11-20T24:00:00.001Z',
        '2026-11-20T18:60:00.000Z',
        '2026-11-20T18:00:60.000Z',
        ' 2026-11-20T18:00:00Z',
        '2026-11-20T18:00:00Z\n',
        '+002026-11-20T18:00:00Z',
        '2026-11-20T18:00:00Z (UTC)',
      ],
    ]),
    ['createdAt', [null]],
    ['verifiedAt', [null]],
  ])('in which %s is one of %j', (key, values) => {
    const taken = values.filter((value) => isConnection({ ...good, [key]: value }));
    expect(taken).toEqual([]);
  });

  it.each([[null], [undefined], [5], ['{}'], [true], [[]], [[good]], [{}]])('%j', (json) => {
    expect(isConnection(json)).toBe(false);
  });
});

describe('any JSON', () => {
  it('is refused, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(isConnection(json)).toBe(false);
      }),
    );
  });

  it('throws nothing in place of any key', () => {
    const keys = fc.constantFrom(...Object.keys(good));
    fc.assert(
      fc.property(keys, fc.jsonValue(), (key, json) => {
        expect(isConnection({ ...good, [key]: json })).toBeTypeOf('boolean');
      }),
    );
  });

  it('changes nothing under an unknown key', () => {
    const key = fc.string().filter((name) => !Object.hasOwn(good, name));
    fc.assert(
      fc.property(key, fc.jsonValue(), (name, json) => {
        const text = JSON.stringify({ ...good, [name]: json });
        expect(isConnection(JSON.parse(text))).toBe(true);
      }),
    );
  });
});

it('an unreadable record is distinguished from a readable one', () => {
  expect(isUnreadable(good)).toBe(false);
  expect(isUnreadable({ name: good.name, why: 'it is damaged' })).toBe(true);
});

it.each<[string, unknown]>([
  ['not a list', {}],
  ['a change without a value', [{ what: 'host', was: 'a' }]],
  ['a good change and a bad one', [{ what: 'host', was: 'a', is: 'b' }, 5]],
])('a record is refused if its changes are %s', (_, changes) => {
  expect(isConnection({ ...good, changes })).toBe(false);
});

describe('of several records with one name', () => {
  const here = { ...good, store: 'keychain' };
  const there = { ...good, store: 'vault:secret/team' };

  it.each([
    [[], undefined, undefined],
    [[here], undefined, here],
    [[here], 'vault:secret/other', here],
    [[here, there], 'vault:secret/team', there],
  ])('the only one is chosen, or the one in the named store (%#)', (found, storeId, meant) => {
    expect(chooseRecord(found, storeId)).toBe(meant);
  });

  it.each([undefined, 'file'])(
    'none is chosen by --store %s, and the error names each store',
    (storeId) => {
      const twice = `${good.name} is stored twice: in keychain and in vault:secret/team.`;
      expect(() => chooseRecord([here, there], storeId)).toThrow(twice);
      const unreadable = { name: good.name, why: 'it is damaged' };
      expect(() => chooseRecord([here, there, unreadable], storeId)).toThrow(
        /stored 3 times: in keychain and in vault:secret\/team and in this machine/u,
      );
    },
  );
});

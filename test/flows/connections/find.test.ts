import { describe, expect, it } from 'vitest';
import { findConnection, findMany, findOne } from '../../../src/flows/connections/find.js';
import { fakeRecords, freshserviceConnection } from '../../support/fakes.js';

const record = (name: string, provider: string) => freshserviceConnection({ name, provider });
const CONNECTIONS = [
  record('work/sub', 'acme'),
  record('acme/one', 'acme'),
  record('acme/one2', 'acme'),
  record('beta/one', 'beta'),
  record('work', 'beta'),
];
const ALL = {
  unlisted: [],
  connections: CONNECTIONS,
  unreadable: [{ name: 'gone/x', path: '/x', why: 'it is damaged' }],
};

describe('names of check and list', () => {
  it.each([
    ['acme/one', ['acme/one']],
    ['work', ['work']],
    ['acme', ['acme/one', 'acme/one2', 'work/sub']],
    ['beta', ['beta/one', 'work']],
    ['ac', ['acme/one', 'acme/one2']],
    ['wor', ['work', 'work/sub']],
    ['gone', ['gone/x']],
  ])('%s means %j', (wanted, found) => {
    const { selected, unknown } = findMany(ALL, [wanted]);
    expect(selected.map(({ name }) => name)).toEqual(found);
    expect(unknown).toEqual([]);
  });

  it('none means all, sorted by name', () => {
    const { selected } = findMany(ALL, []);
    expect(selected.map(({ name }) => name)).toEqual([
      'acme/one',
      'acme/one2',
      'beta/one',
      'gone/x',
      'work',
      'work/sub',
    ]);
  });

  it('a name that means nothing is told apart, and a record named twice comes once', () => {
    const { selected, unknown } = findMany(ALL, ['acme/one', 'nothing', 'acme/one']);
    expect(selected.map(({ name }) => name)).toEqual(['acme/one']);
    expect(unknown).toEqual(['nothing']);
  });
});

describe('the name of one connection', () => {
  it.each([
    ['acme/one', 'acme/one'],
    ['work', 'work'],
    ['gone', 'gone/x'],
    ['ac', undefined],
    ['acme/on', undefined],
    ['', undefined],
  ])('%j means %s', (wanted, found) => {
    expect(findOne(ALL, wanted)?.name).toBe(found);
  });

  it('is a provider that has several: the error names them', () => {
    expect(() => findOne(ALL, 'beta')).toThrow(
      expect.objectContaining({
        advice: expect.objectContaining({ next: 'Name one of them: beta/one, work.' }) as object,
      }) as Error,
    );
  });

  it('an exact name wins over a provider of the same spelling', () => {
    const odd = { ...ALL, connections: [...CONNECTIONS, record('beta', 'acme')] };
    expect(findOne(odd, 'beta')).toMatchObject({ name: 'beta', provider: 'acme' });
  });

  it('is not stored: the error says so', async () => {
    const context = { records: fakeRecords() };
    await expect(findConnection(context, 'acme/none')).rejects.toMatchObject({
      reason: 'not-stored',
      recorded: false,
    });
  });
});

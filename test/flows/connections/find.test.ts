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

describe('the names for check and list', () => {
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

  it('mean all, sorted by name, if there are none', () => {
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

  it('are unknown if they match nothing, and a record that is named twice comes once', () => {
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

  it('is refused for a provider with several, and the error names them', () => {
    expect(() => findOne(ALL, 'beta')).toThrow(
      expect.objectContaining({
        advice: expect.objectContaining({ next: 'Name one of them: beta/one, work.' }) as object,
      }) as Error,
    );
  });

  it('means the exact name before a provider of the same spelling', () => {
    const odd = { ...ALL, connections: [...CONNECTIONS, record('beta', 'acme')] };
    expect(findOne(odd, 'beta')).toMatchObject({ name: 'beta', provider: 'acme' });
  });

  it('is not-stored if no record has it', async () => {
    const context = { records: fakeRecords() };
    await expect(findConnection(context, 'acme/none')).rejects.toMatchObject({
      reason: 'not-stored',
      recorded: false,
    });
  });
});

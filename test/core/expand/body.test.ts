import { describe, expect, it } from 'vitest';
import { withExpected, withIdentity, withValue } from '../../../src/core/expand/body.js';

describe('an invented account', () => {
  it.each([
    [
      '{name} <{email}>',
      { id: '1001', name: 'Help Desk Integration', email: 'integration@acme.example' },
    ],
    ['{firstName} {lastName}', { id: '1001', firstName: 'Help Desk', lastName: 'Integration' }],
    [
      '{given_name} {family_name}',
      { id: '1001', given_name: 'Help Desk', family_name: 'Integration' },
    ],
    ['{company.name}', { id: '1001', company: { name: 'Help Desk Integration' } }],
    ['{team}, {workspaceId}', { id: '1001', team: 'Acme', workspaceId: '1001' }],
  ])('is named once by %s', (label, body) => {
    expect(withIdentity({}, { id: 'id', label })).toEqual(body);
  });

  it.each([
    [{ user: { id: 7 } }, { user: { id: 7 } }],
    [{ user: { id: '' } }, { user: { id: '' } }],
    [{ user: { id: null } }, { user: { id: '1001' } }],
    [{ user: null }, { user: { id: '1001' } }],
    [{ user: 'amy' }, { user: { id: '1001' } }],
    [undefined, { user: { id: '1001' } }],
  ])('keeps what is already there: %j', (json, body) => {
    expect(withIdentity(json, { id: 'user.id' })).toEqual(body);
  });
});

describe('a value is put at its place', () => {
  it.each([
    [{ a: 1 }, '', 'x'],
    [{ a: { b: 1 }, c: 2 }, 'a.d', { a: { b: 1, d: 'x' }, c: 2 }],
    [undefined, 'a.2.b', { a: [null, null, { b: 'x' }] }],
    [{ a: [1, { b: 2 }, 3] }, 'a.1.c', { a: [1, { b: 2, c: 'x' }, 3] }],
    [[1], 'a', { a: 'x' }],
    [{ a: null }, 'a.b', { a: { b: 'x' } }],
    [undefined, '999', expect.any(Array)],
    [undefined, '1000', { 1000: 'x' }],
    [undefined, 'a1.1a', { a1: { '1a': 'x' } }],
    [{}, 'constructor.name', { constructor: { name: 'x' } }],
  ])('%j at %j', (json, pointer, expected) => {
    expect(withValue(json, pointer, 'x')).toEqual(expected);
  });
});

it.each([
  [{ at: 'product', is: 'homely' }, { product: 'homely' }],
  [{ at: 'tickets', type: 'list' as const }, { tickets: [] }],
  [{ at: 'user.id' }, { user: { id: '1001' } }],
  [{ at: 'user.name' }, { user: { name: 'Help Desk Integration' } }],
])('a body meets the expectation %j', (expected, body) => {
  expect(withExpected(undefined, expected)).toEqual(body);
});

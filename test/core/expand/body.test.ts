import { expect, it } from 'vitest';
import { withIdentity } from '../../../src/core/expand/body.js';

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
])('an invented account is named once by %s', (label, body) => {
  expect(withIdentity({}, { id: 'id', label })).toEqual(body);
});

import { expect, it } from 'vitest';
import { splitNeeds } from '../../src/core/needs.js';

it.each([
  ['tickets.read', ['tickets.read']],
  ['tickets.read,agents.read', ['tickets.read', 'agents.read']],
  [' tickets.read , agents.read, ', ['tickets.read', 'agents.read']],
  ['tickets.read agents.read', ['tickets.read', 'agents.read']],
  ['tickets.read,tickets.read', ['tickets.read']],
  [' , ', []],
])('splits %j, as an option and as a row of an import have it', (text, needs) => {
  expect(splitNeeds(text)).toEqual(needs);
});

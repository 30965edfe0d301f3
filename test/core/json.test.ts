import { expect, it } from 'vitest';
import { isSameJson } from '../../src/core/json.js';

it.each([
  ['{"a":1,"b":{"c":2,"d":3}}', '{"b":{"d":3,"c":2},"a":1}', true],
  ['{"a":1}', '{ "a": 1 }', true],
  ['{"a":[1,2]}', '{"a":[2,1]}', false],
  ['{"a":1}', '{"a":"1"}', false],
  ['{"a":1}', '{"a":1,"b":null}', false],
  ['no json', 'no json', true],
  ['no json', 'no json at all', false],
])('%s and %s are the same JSON: %s', (a, b, same) => {
  expect(isSameJson(a, b)).toBe(same);
});

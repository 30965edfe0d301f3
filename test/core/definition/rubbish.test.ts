import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { publicSuffix } from '../../../src/adapters/public-suffix.js';
import { readDefinition } from '../../../src/core/definition-check/read-definition.js';
import { warningsOf } from '../../../src/core/definition-check/warnings.js';
import { hashOfConnections, hashOfFile } from '../../../src/core/definition/hash.js';
import type { Definition } from '../../../src/core/definition/schema.js';
import { expandGuide } from '../../../src/core/expand/guide.js';
import { expandOwn } from '../../../src/flows/definitions/own-definitions.js';
import { walkDefinition } from '../../../src/flows/definitions/walk-definition.js';
import { homely, lumina, payloom, tokenly } from '../../support/definitions.js';
import { TAKEN } from '../../support/taken.js';

/** A parser makes an own key of `__proto__`; a literal does not. */
const parsed = (value: string): unknown => JSON.parse(value) as unknown;

const oddText = fc.constantFrom(
  '',
  ' ',
  '{}',
  '{site}',
  '{{site}}',
  '{constructor}',
  '{__proto__}',
  '__proto__',
  'constructor',
  'toString',
  '\u202E',
  '\uD800',
  '*',
  '*.*.*',
  '#',
  '.',
  '..',
  'a..b',
  '/',
  '//x',
  'https://[::1]/',
  'https://a@b/',
  'https://{host}/{site}',
  'com',
  'acme.com',
  'xn--',
  'xn--a.com',
  '2026-02-30',
  'x'.repeat(5000),
);

const rubbish: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  oddText,
  fc.constantFrom(null, true, 0, -1, 1.5, 1e308, [], {}, [[]], [{}], [null]),
  fc.constantFrom(...['{"__proto__":{"a":1}}', '{"constructor":{}}', '{"":""}'].map(parsed)),
  fc.array(oddText, { maxLength: 45 }),
);

type Path = readonly (string | number)[];

/** Each place in a value, except the whole. */
function placesIn(value: unknown, path: Path = [], places: Path[] = []): Path[] {
  if (typeof value !== 'object' || value === null) return places;
  for (const [key, inside] of Object.entries(value)) {
    const place = [...path, Array.isArray(value) ? Number(key) : key];
    places.push(place);
    placesIn(inside, place, places);
  }
  return places;
}

type Change = 'replace' | 'remove' | 'rename' | 'add' | 'repeat';

function mutate(whole: object, path: Path, change: Change, value: unknown, key: string): unknown {
  const copy = structuredClone(whole);
  let parent: Record<string, unknown> = copy as Record<string, unknown>;
  for (const step of path.slice(0, -1)) parent = parent[step] as Record<string, unknown>;
  const last = String(path.at(-1));
  const old = parent[last];
  if (change === 'replace') parent[last] = value;
  if (change === 'remove') delete parent[last];
  if (change === 'repeat') parent[last] = [old, old, value];
  if (change === 'rename') {
    delete parent[last];
    define(parent, key, old);
  }
  if (change === 'add') define(parent, key, value);
  return copy;
}

function define(parent: object, key: string, value: unknown): void {
  const writable = { value, enumerable: true, configurable: true, writable: true };
  Object.defineProperty(parent, key, writable);
}

const WHOLE: readonly Definition[] = [lumina, payloom, tokenly, homely];

const changed = fc
  .constantFrom(...WHOLE.flatMap((whole) => placesIn(whole).map((path) => ({ whole, path }))))
  .chain(({ whole, path }) =>
    fc
      .record({
        change: fc.constantFrom<Change>('replace', 'remove', 'rename', 'add', 'repeat'),
        value: rubbish,
        key: fc.oneof(fc.string(), oddText),
      })
      // As text, since no file has a value that JSON cannot say.
      .map(({ change, value, key }) => JSON.stringify(mutate(whole, path, change, value, key))),
  );

const bytes = (text: string) => new TextEncoder().encode(text);

/** Each fault stands at a place, and can be shown as it is. */
function expectShowable({ faults }: ReturnType<typeof readDefinition>): void {
  for (const { path, message } of faults) {
    expect(path).not.toBe('');
    expect(message).not.toBe('');
    expect(`${path} ${message}`).not.toMatch(/undefined|\[object|NaN|Invalid input/u);
  }
}

it('__proto__ is a fault at every place, and hides no other', () => {
  for (const whole of WHOLE) {
    for (const path of [['id'], ...placesIn(whole)]) {
      for (const value of [{}, 1]) {
        const changedTwice = {
          ...(mutate(whole, path, 'add', value, '__proto__') as object),
          id: 1,
        };
        const { faults } = readDefinition(bytes(JSON.stringify(changedTwice)), TAKEN);
        const places = faults.map((each) => each.path);
        // An element of a list has no key.
        if (typeof path.at(-1) === 'string') {
          expect(places.some((place) => place.endsWith('__proto__'))).toBe(true);
        }
        expect(places).toContain('id');
      }
    }
  }
});

it('a value of the wrong kind at any place gives faults that can be shown', () => {
  const kinds = [null, [], {}, 0, '', [null], [{}]];
  for (const value of kinds) {
    const read = readDefinition(bytes(JSON.stringify(value)), TAKEN, publicSuffix);
    expect(read.faults.length).toBeGreaterThan(0);
    expectShowable(read);
  }
  for (const whole of WHOLE) {
    for (const path of placesIn(whole)) {
      for (const value of kinds) {
        const text = JSON.stringify(mutate(whole, path, 'replace', value, ''));
        expectShowable(readDefinition(bytes(text), TAKEN, publicSuffix));
      }
    }
  }
});

it('rubbish as the whole file gives faults, and nothing is thrown', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.string({ unit: 'binary' }).map(bytes),
        fc.json().map(bytes),
        fc.json().map((text) => bytes(`\uFEFF${text}`)),
        fc.json().map((text) => bytes(text.slice(0, -1))),
      ),
      (input) => {
        const read = readDefinition(input, TAKEN, publicSuffix);
        expect(read.faults.length).toBeGreaterThan(0);
        expectShowable(read);
      },
    ),
    { numRuns: 100 },
  );
});

it('rubbish in one place of a good file gives faults or a usable provider', async () => {
  await fc.assert(
    fc.asyncProperty(changed, async (text) => {
      const checked = readDefinition(bytes(text), TAKEN, publicSuffix);
      expectShowable(checked);
      if (!checked.definition) return;
      const { definition } = checked;
      const provider = await expandOwn(definition);
      expandGuide(definition, provider, '2026-11-20');
      warningsOf(definition, TAKEN, new Date('2026-11-20'));
      expect(await hashOfFile(definition)).toMatch(/^[0-9a-f]{64}$/u);
      expect(await hashOfConnections(definition)).toBe(provider.definition);
      expectShowable({ faults: (await walkDefinition(definition)).faults });
    }),
    { numRuns: 100 },
  );
});

import { describe, expect, test } from 'vitest';
import { hostTyped, readHost } from '../../src/core/host.js';
import { readImport } from '../../src/core/import/read-import.js';
import type { Provider } from '../../src/core/provider.js';
import { Secret } from '../../src/core/secret.js';
import { providers } from '../../src/known-providers.js';

const loaded = await Promise.all(providers.map((each) => each.load()));
const rules = { name: pass, store: pass, need: pass, value: pass };

function pass(): undefined {
  return undefined;
}

/** The values of the sandbox in each format of a file. */
function formsOf({ id, fields, sandbox }: Provider): string[] {
  const given = fields.filter((each) => sandbox.values[each.id] !== undefined);
  const values = given.map((each) => sandbox.values[each.id] ?? '');
  return [
    given.map(({ env }, index) => `${env}='${values[index]}'\n`).join(''),
    `provider,${given.map((each) => each.id).join(',')}\r\n${id},${values.join(',')}\r\n`,
    JSON.stringify([{ provider: id, fields: sandbox.values }]),
  ];
}

describe.each(loaded.map((each) => [each.id, each] as const))('%s', (_, provider) => {
  test('can be imported from each format, to its own host', () => {
    for (const text of formsOf(provider)) {
      const { rows, faults } = readImport(new TextEncoder().encode(text), loaded, rules);
      expect(faults).toEqual([]);
      const values = [...(rows[0]?.values ?? [])].map(([id, value]) => [
        id,
        value instanceof Secret ? value.reveal() : value,
      ]);
      expect(Object.fromEntries(values)).toMatchObject(provider.sandbox.values);
      const [row] = rows;
      const { candidates } = readHost(
        provider,
        hostTyped(provider, (id) => row?.values.get(id)),
      );
      expect(candidates).toContain(provider.sandbox.host);
    }
  });
});

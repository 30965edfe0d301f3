import type { Taken } from '../../core/definition-check/check.js';

/**
 * A first file for a provider with everything that is required. The gaps are empty, and a check
 * reports each of them.
 *
 * @param schema where an editor finds the schema.
 */
export function firstDefinition(id: string, today: string, schema: string): string {
  const definition = {
    $schema: schema,
    schemaVersion: 1,
    id,
    name: '',
    host: '',
    fields: { apiKey: { label: 'API key', where: '' } },
    auth: { bearer: '{apiKey}' },
    test: { get: '', expect: { at: 'id' }, identity: { id: 'id' } },
    sources: [{ what: '', checked: today }],
  };
  return `${JSON.stringify(definition, null, 2)}\n`;
}

/** Why no provider can have the id; undefined if one can. */
export async function idFault(id: string, taken: Taken): Promise<string | undefined> {
  const { checkDefinition } = await import('../../core/definition-check/check.js');
  const { faults } = checkDefinition({ schemaVersion: 1, id }, taken);
  return faults.find(({ path }) => path === 'id')?.message;
}

import * as z from 'zod/mini';
import { definitionShape } from './schema.js';

/**
 * The definition format as JSON Schema (2020-12), for editors: what each key means, and its shape.
 * Rules between keys aren't included; `providers check` has them.
 */
export function definitionJsonSchema(): object {
  return {
    ...z.toJSONSchema(definitionShape, { unrepresentable: 'any', io: 'input' }),
    title: 'A provider of connect-wizard',
  };
}

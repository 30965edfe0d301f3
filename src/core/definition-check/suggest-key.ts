import * as z from 'zod/mini';
import { nearest } from '../nearest.js';
import type { Path } from '../definition/faults.js';
import { definitionShape } from '../definition/schema.js';

/** Keys that authors of other formats write, and what to do here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  env: 'the variable is made of the two ids',
  variable: 'the variable is made of the two ids',
  flag: 'the flag is made of the field id',
  hosts: 'host',
  baseUrl: 'host, and a path in test',
  url: 'host, and a path in test',
  suffix: 'host',
  probe: 'test',
  probes: 'test',
  advice: 'messages',
  recognise: 'unauthenticated',
  unsigned: 'unauthenticated',
  answers: 'responses; in sandbox: replies',
  budget: 'rateLimit',
  refused: 'refusedHosts',
  directory: 'owner.lookUp',
  remarks: 'owner.warnings',
  proofHeader: 'apiHeader',
  pattern: 'format or mistakes: startsWith, endsWith, contains, charset, length',
  regex: 'format or mistakes: startsWith, endsWith, contains, charset, length',
  says: 'message in mistakes and notice, text in a guide; a rule has what, why, causes and next',
  script: 'a definition is data',
};

type Schema = z.core.JSONSchema.BaseSchema | boolean | undefined;

/** `; did you mean label?`, or what to do instead; empty if no key is similar. */
export function suggestKey(place: Path, key: string): string {
  if (Object.hasOwn(ELSEWHERE, key)) return `: ${ELSEWHERE[key]}`;
  const near = nearest(key, keysAt(place));
  return near === undefined ? '' : `; did you mean ${near}?`;
}

let schema: Schema;

/** The keys that are allowed at a place of a definition. */
function keysAt(place: Path): string[] {
  schema ??= z.toJSONSchema(definitionShape);
  let nodes = forms(schema);
  for (const key of place) nodes = nodes.flatMap((node) => forms(child(node, key)));
  return [...new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {})))];
}

function child(node: z.core.JSONSchema.BaseSchema, key: string | number): Schema {
  if (typeof key === 'number') {
    const { items } = node;
    return Array.isArray(items) ? items[key] : items;
  }
  const { properties = {}, additionalProperties } = node;
  return Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
}

function forms(node: Schema): z.core.JSONSchema.BaseSchema[] {
  if (typeof node !== 'object') return [];
  return node.anyOf ? node.anyOf.flatMap(forms) : [node];
}

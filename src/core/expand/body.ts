import { placeholders, type Expectation } from '../definition/parts.js';

/** JSON that has values at pointers, for what the sandbox replies. */

type Json = Readonly<Record<string, unknown>> | readonly unknown[];

/** `json` with `value` at `pointer`; what is there already stays. */
export function withValue(json: unknown, pointer: string, value: unknown): unknown {
  const [key, ...rest] = pointer === '' ? [] : pointer.split('.');
  if (key === undefined) return value;
  const inner = (container: Json | undefined) =>
    withValue(
      container && Object.hasOwn(container, key)
        ? (container as Record<string, unknown>)[key]
        : undefined,
      rest.join('.'),
      value,
    );
  if (/^\d{1,3}$/u.test(key)) {
    const list = Array.isArray(json) ? [...json] : [];
    while (list.length < Number(key)) list.push(null);
    list[Number(key)] = inner(list);
    return list;
  }
  const object = typeof json === 'object' && json !== null && !Array.isArray(json) ? json : {};
  // Not by assignment: a key may be one that every object inherits.
  return Object.fromEntries([...Object.entries(object), [key, inner(object as Json)]]);
}

/** What an invented account has, by its key; the first that fits. */
const EXAMPLES: readonly (readonly [key: RegExp, value: string])[] = [
  [/mail|login/iu, 'integration@acme.example'],
  [/id$/iu, '1001'],
  [/team|company|workspace/iu, 'Acme'],
  [/^(?:first|given)_?name$/iu, 'Help Desk'],
  [/^(?:last|family|sur)_?name$/iu, 'Integration'],
];

/** A value that is at `pointer` in the response of an invented account. */
export function exampleAt(pointer: string): string {
  const key = pointer.split('.').at(-1) ?? '';
  return EXAMPLES.find(([fits]) => fits.test(key))?.[1] ?? 'Help Desk Integration';
}

/** A body that fulfils an expectation. */
export function withExpected(json: unknown, { at, type, is }: Expectation): unknown {
  if (is !== undefined) return withValue(json, at, is);
  if (type === 'list') return withValue(json, at, []);
  return withValue(json, at, /id$/iu.test(at) ? '1001' : exampleAt(at));
}

/** A body that tells whose credential it is. */
export function withIdentity(
  json: unknown,
  { id, label }: { readonly id: string; readonly label?: string | undefined },
): unknown {
  const pointers = [id, ...placeholders(label ?? '')];
  return pointers.reduce((body, pointer) => {
    return isThere(body, pointer) ? body : withValue(body, pointer, exampleAt(pointer));
  }, json);
}

function isThere(json: unknown, pointer: string): boolean {
  let value = json;
  for (const key of pointer === '' ? [] : pointer.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Record<string, unknown>)[key];
  }
  return value !== undefined && value !== null;
}

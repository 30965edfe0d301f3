import { placeholderNames, type DefinedExpectation } from '../definition/parts.js';

/** JSON bodies with values at pointers, for the sandbox's replies. */

type Json = Readonly<Record<string, unknown>> | readonly unknown[];

/** Puts `value` at `pointer` and keeps what is already there. */
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
  // Not by assignment: the key may be one that every object inherits.
  return Object.fromEntries([...Object.entries(object), [key, inner(object as Json)]]);
}

/** Values of an invented account, by key. The first match counts. */
const EXAMPLES: readonly (readonly [key: RegExp, value: string])[] = [
  [/mail|login/iu, 'integration@acme.example'],
  [/id$/iu, '1001'],
  [/team|company|workspace/iu, 'Acme'],
  [/^(?:first|given)_?name$/iu, 'Help Desk'],
  [/^(?:last|family|sur)_?name$/iu, 'Integration'],
];

/** A value for `pointer` in a response about an invented account. */
export function exampleAt(pointer: string): string {
  const key = pointer.split('.').at(-1) ?? '';
  return EXAMPLES.find(([fits]) => fits.test(key))?.[1] ?? 'Help Desk Integration';
}

/** A body that meets an expectation. */
export function withExpected(json: unknown, { at, type, is }: DefinedExpectation): unknown {
  if (is !== undefined) return withValue(json, at, is);
  if (type === 'list') return withValue(json, at, []);
  return withValue(json, at, exampleAt(at));
}

/** A body that names the credential's owner. */
export function withIdentity(
  json: unknown,
  { id, label }: { readonly id: string; readonly label?: string | undefined },
): unknown {
  const pointers = [id, ...placeholderNames(label ?? '')];
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

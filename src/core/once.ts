/**
 * Makes a value on its first use, for values that are slow to make and that most runs don't need.
 */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

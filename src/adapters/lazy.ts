/**
 * Makes an object on its first use. If making it fails, only those who use it fail.
 *
 * @param known properties that are available without making it.
 */
export function lazy<T extends object>(make: () => T, known: Partial<T> = {}): T {
  let made: T | undefined;
  return new Proxy({} as T, {
    get(_, name) {
      if (Object.hasOwn(known, name)) return Reflect.get(known, name);
      made ??= make();
      const value: unknown = Reflect.get(made, name, made);
      return typeof value === 'function' ? (value.bind(made) as unknown) : value;
    },
  });
}

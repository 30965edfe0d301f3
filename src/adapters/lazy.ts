/**
 * An object that is made when it is first used: what fails in the making fails for whoever needs it,
 * and for nobody else.
 *
 * @param known what it has anyway: it is not made for it.
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

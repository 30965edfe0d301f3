const compiled = new Map<string, RegExp>();

/**
 * The regular expression of a provider's pattern. Each is compiled once, because the wall looks at
 * several for each request.
 */
export function patternOf(source: string): RegExp {
  const known = compiled.get(source) ?? new RegExp(source, 'u');
  compiled.set(source, known);
  return known;
}

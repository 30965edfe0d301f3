/** How deep lists and objects may be nested. Code that reads a definition recurses that deep. */
const DEPTH = 32;

export const MOST_DEEP = `lists and objects can be nested at most ${DEPTH} deep`;

export function isDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    const inside = level.filter((each) => typeof each === 'object' && each !== null);
    if (inside.length > 0 && depth === DEPTH) return true;
    level = inside.flatMap((each) => Object.values(each));
  }
  return false;
}

/** Checks the same in a text before it's parsed, since a parser would recurse too. */
export function isDeepText(json: string): boolean {
  let depth = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"?|[[\]{}]/gsu)) {
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    if (depth > DEPTH) return true;
  }
  return false;
}

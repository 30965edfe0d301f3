import * as z from 'zod/mini';
import { isOwnReason } from '../definition/request-shapes.js';
import { definitionShape } from '../definition/schema.js';
import type { Path } from '../definition/faults.js';
import { suggestKey } from './suggest-key.js';

/** A fault of the shape, with the path to the part that has it. */
export interface ShapeFault {
  readonly path: Path;
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

/** The faults of a definition's shape alone; none if the shape is right. */
export function shapeFaults(definition: unknown): ShapeFault[] {
  return faultsOf(definitionShape.safeParse(definition, { error: messageOf })).map(withExample);
}

/** Examples of what every definition has and whose form doesn't follow from its name. */
const EXAMPLES: Readonly<Record<string, string>> = {
  '': '{ "schemaVersion": 1, "id": "acme-desk", … }',
  host: '"{site}.acme.com"',
  fields: '{ "apiKey": { "label": "API key" } }',
  auth: '{ "bearer": "{apiKey}" }',
  test: '{ "get": "/v1/me" }',
  sources: '[{ "what": "The API reference of Acme", "checked": "2026-11-25" }]',
};

function withExample({ path, message }: ShapeFault): ShapeFault {
  const example = EXAMPLES[path.join('.')];
  const isOfForm = message === NEEDED || message.startsWith(MUST_BE);
  return { path, message: example && isOfForm ? `${message}, as ${example}` : message };
}

/** Checks the shape of a definition that may lack any part. */
export function shapeFaultsOfParts(parts: unknown): ShapeFault[] {
  return faultsOf(PARTS.safeParse(parts));
}

const PARTS = z.partial(definitionShape);

function faultsOf(result: z.core.util.SafeParseResult<unknown>): ShapeFault[] {
  return result.success
    ? []
    : withoutSizes(result.error.issues).flatMap((each) => flatten(each, []));
}

/** Drops complaints about size if the value has the wrong type. */
function withoutSizes(issues: readonly Issue[]): Issue[] {
  const typed = issues.filter(({ code }) => code === 'invalid_type');
  const places = new Set(typed.map(placeOf));
  const isSize = ({ code }: Issue) => code === 'too_big' || code === 'too_small';
  return issues.filter((issue) => !isSize(issue) || !places.has(placeOf(issue)));
}

function placeOf({ path }: Issue): string {
  return JSON.stringify(path);
}

function flatten(issue: Issue, base: Path): ShapeFault[] {
  const path = [...base, ...issue.path.map((key) => (typeof key === 'number' ? key : String(key)))];
  if (issue.code === 'invalid_union') return likeliest(issue, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(path, key) }));
  }
  const inner = issue.code === 'invalid_key' ? issue.issues[0] : undefined;
  return [{ path, message: inner?.message ?? issue.message }];
}

/** Of the possible forms, the author most likely meant the one that fits furthest. */
function likeliest(issue: Extract<Issue, { code: 'invalid_union' }>, path: Path): ShapeFault[] {
  const forms = issue.errors.map((issues) => issues.flatMap((each) => flatten(each, path)));
  const depth = (faults: ShapeFault[]) => Math.max(0, ...faults.map((each) => each.path.length));
  // A form of a quite different type wasn't meant if another form fits.
  const isOther = (faults: ShapeFault[]) =>
    Number(
      faults.some((each) => each.path.length === path.length && each.message.startsWith(MUST_BE)),
    );
  const [best = []] = forms.toSorted(
    (a, b) => depth(b) - depth(a) || isOther(a) - isOther(b) || a.length - b.length,
  );
  if (best.some((each) => each.path.length > path.length)) return best;
  if (isOther(best) === 0) return [{ path, message: best[0]?.message ?? issue.message }];
  // It has none of the types, so any may have been meant.
  const types = new Set(forms.map(([first]) => first?.message.slice(MUST_BE.length)));
  return [{ path, message: `${MUST_BE}${[...types].join(' or ')}` }];
}

const MUST_BE = 'it must be ';
const NEEDED = 'it is needed';

function unknownKey(place: Path, key: string): string {
  if (place.length === 1 && place[0] === 'messages' && isOwnReason(key)) {
    return 'the tool itself says this, in its own words: leave it out';
  }
  return `there is no such key here${suggestKey(place, key)}`;
}

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'an object',
  record: 'an object',
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  tuple: 'a list',
};

/** The right value, if the shape doesn't describe it in its own words. */
function messageOf(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return NEEDED;
    return `${MUST_BE}${TYPES[issue.expected] ?? issue.expected}`;
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map((value) => JSON.stringify(value));
    return `${MUST_BE}${values.length > 1 ? 'one of ' : ''}${values.join(', ')}`;
  }
  if (issue.code === 'invalid_format' && issue.format === 'date') return 'a date, as 2026-11-25';
  if (issue.code === 'too_small') return `at least ${issue.minimum}${unitOf(issue)}`;
  if (issue.code === 'too_big') return `at most ${issue.maximum}${unitOf(issue)}`;
  if (issue.code === 'invalid_union') return 'it has none of the forms that are possible here';
  return undefined;
}

function unitOf({ origin }: { readonly origin: string }): string {
  if (origin === 'array') return ' of them';
  return origin === 'string' ? ' characters' : '';
}

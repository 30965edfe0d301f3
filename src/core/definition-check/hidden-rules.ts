import { fault } from '../definition/faults.js';
import { canonicalJson } from '../json.js';
import { testsOf, type RuleDefinition } from '../definition/parts.js';
import type { Definition } from '../definition/schema.js';
import type { Fault } from '../errors.js';

/** An author's rule, and its place in the definition. */
export interface PlacedRule {
  readonly rule: RuleDefinition;
  readonly path: readonly (string | number)[];
  /** The kind of response that it reads. */
  readonly of: 'test' | 'unauthenticated' | 'exchange';
}

/** Every rule of a definition, in the order they are tried. */
export function placedRules({
  test,
  responses = [],
  unauthenticated,
  exchange,
}: Definition): PlacedRule[] {
  const isList = Array.isArray(test);
  return [
    ...testsOf(test).flatMap((each, index) =>
      (each.responses ?? []).map((rule, number): PlacedRule => ({
        rule,
        path: ['test', ...(isList ? [index] : []), 'responses', number],
        of: 'test',
      })),
    ),
    ...responses.map((rule, number): PlacedRule => ({
      rule,
      path: ['responses', number],
      of: 'test',
    })),
    ...(unauthenticated?.responses ?? []).map((rule, number): PlacedRule => ({
      rule,
      path: ['unauthenticated', 'responses', number],
      of: 'unauthenticated',
    })),
    ...(exchange?.responses ?? []).map((rule, number): PlacedRule => ({
      rule,
      path: ['exchange', 'responses', number],
      of: 'exchange',
    })),
  ];
}

/**
 * Rules that never apply because an earlier one in the same list matches everything that they
 * match.
 */
export function hiddenRules(definition: Definition): Fault[] {
  const rules = placedRules(definition);
  return rules.flatMap((later, index) => {
    const list = canonicalJson(later.path.slice(0, -1));
    const hiding = rules
      .slice(0, index)
      .find(
        (earlier) =>
          canonicalJson(earlier.path.slice(0, -1)) === list && hides(earlier.rule, later.rule),
      );
    if (!hiding) return [];
    const { path } = fault(hiding.path, '');
    return [
      fault(later.path, `it never counts: ${path} is looked at first, and holds wherever it does`),
    ];
  });
}

/** `earlier` matches everything that `later` matches. */
function hides(earlier: RuleDefinition, later: RuleDefinition): boolean {
  return (
    coversList(earlier.status, later.status) &&
    coversList(earlier.code, later.code) &&
    (['has', 'fromApi', 'page'] as const).every((key) => covers(earlier[key], later[key])) &&
    (covers(earlier.header, later.header) || coversHeader(earlier.header, later.header))
  );
}

function covers(earlier: unknown, later: unknown): boolean {
  return earlier === undefined || canonicalJson(earlier) === canonicalJson(later ?? null);
}

function coversList<Value>(
  earlier: Value | Value[] | undefined,
  later: Value | Value[] | undefined,
): boolean {
  if (earlier === undefined) return true;
  if (later === undefined) return false;
  const all = new Set<unknown>([earlier].flat());
  return [later].flat().every((each) => all.has(each));
}

/** A rule that only requires a header to exist covers one that requires a value. */
function coversHeader(earlier: RuleDefinition['header'], later: RuleDefinition['header']): boolean {
  return (
    earlier !== undefined &&
    later !== undefined &&
    earlier.name === later.name &&
    earlier.is === undefined &&
    earlier.contains === undefined
  );
}

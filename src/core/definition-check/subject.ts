import type { Path, Report } from '../definition/faults.js';
import {
  hostFields,
  kindOf,
  placeholders,
  type FieldDefinition,
  type FieldKind,
} from '../definition/parts.js';
import type { Definition } from '../definition/schema.js';
import { isObject } from '../shape.js';
import { prune } from './prune.js';
import type { ShapeFault } from './shape-faults.js';

/** A definition as the rules look at it. */
export interface Subject {
  /** The parts that have the right shape. */
  readonly parts: Partial<Definition>;
  /** Every field that the author has, with faults or without. */
  readonly ids: readonly string[];
  /** Undefined if it is no field, or if its own faults hide it. */
  readonly kind: (id: string) => FieldKind | undefined;
  /** Is it, or may it be, a field that is not secret? */
  readonly isPlain: (id: string) => boolean;
  readonly isSecret: (id: string) => boolean;
  readonly field: (id: string) => FieldDefinition | undefined;
  /** Is the field part of a host? */
  readonly inHost: (id: string) => boolean;
  /** Is there no fault of the shape at `path` or below it? */
  readonly isWhole: (...path: Path) => boolean;
  /** A host names something that is no field: a slip hides for which field it was meant. */
  readonly hasSlip: boolean;
  /** The fields that anything sent or asked for names. */
  readonly named: ReadonlySet<string>;
  readonly report: Report;
}

/** Where values are filled in: these whole, and of the others the paths. */
const SENT = ['host', 'auth', 'exchange', 'headers', 'query'] as const;
const WITH_PATHS = ['unauthenticated', 'test', 'owner', 'capabilities'] as const;

export function subjectOf(
  definition: Readonly<Record<string, unknown>>,
  shapeFaults: readonly ShapeFault[],
  report: Report,
): Subject {
  const { parts, original } = prune(definition, shapeFaults);
  const fields = parts.fields ?? {};
  const ids = isObject(definition['fields']) ? Object.keys(definition['fields']) : [];
  // As they were written: a fault of a host's shape says nothing of the fields in it.
  const hosts = hostsOf(definition);
  const exchangeHosts = textsOf(isObject(definition['exchange']) && definition['exchange']['host']);
  const context = { fields, host: hosts, exchange: { host: exchangeHosts.join('.') } };
  const inHosts = new Set(hostFields(context));
  const sent = SENT.flatMap((part) => textsOf(definition[part]));
  const paths = WITH_PATHS.flatMap((part) => pathsOf(definition[part]));
  const named = new Set([...sent, ...paths].flatMap(placeholders));

  const isWhole = (...path: Path) =>
    !shapeFaults.some((fault) => path.every((key, index) => fault.path[index] === key));
  const isTold = (id: string) =>
    Object.hasOwn(fields, id) && isWhole('fields', id, 'kind') && isWhole('fields', id, 'choices');
  const kind = (id: string): FieldKind | undefined =>
    isTold(id) ? kindOf(context, id) : undefined;
  return {
    parts,
    ids,
    kind,
    isPlain: (id) => ids.includes(id) && kind(id) !== 'secret',
    isSecret: (id) => kind(id) === 'secret',
    field: (id) => (Object.hasOwn(fields, id) ? fields[id] : undefined),
    inHost: (id) => inHosts.has(id),
    isWhole,
    hasSlip: [...inHosts].some((id) => !ids.includes(id)),
    named,
    report: (path, message) => report(original(path), message),
  };
}

function hostsOf({ host }: Readonly<Record<string, unknown>>): string[] {
  return textsOf(host).filter((text) => text !== 'production' && text !== 'sandbox');
}

/** Every text in a value, its keys left out. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

/** The paths of all requests in a part of a definition. A test may be a path alone. */
function pathsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(pathsOf);
  if (!isObject(value)) return [];
  const { get, post, ...rest } = value;
  const inside = Object.values(rest).filter((each) => typeof each === 'object');
  return [...textsOf(get), ...textsOf(post), ...inside.flatMap(pathsOf)];
}

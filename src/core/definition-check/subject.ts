import type { Path, ReportFault } from '../definition/faults.js';
import {
  hostFieldIds,
  kindOf,
  placeholderNames,
  type FieldDefinition,
  type DefinedKind,
} from '../definition/parts.js';
import type { Definition } from '../definition/schema.js';
import { isObject } from '../shape.js';
import { prune } from './prune.js';
import type { ShapeFault } from './shape-faults.js';

/** A definition as the rules see it. */
export interface Subject {
  /** The parts whose shape is right. */
  readonly parts: Partial<Definition>;
  /** Every field that the author wrote, with or without faults. */
  readonly ids: readonly string[];
  /** Undefined if there is no such field, or if the field's own faults hide its kind. */
  readonly kind: (id: string) => DefinedKind | undefined;
  /** It's a field that isn't secret, or may be one. */
  readonly isPlain: (id: string) => boolean;
  readonly isSecret: (id: string) => boolean;
  readonly field: (id: string) => FieldDefinition | undefined;
  /** The field is part of a host. */
  readonly inHost: (id: string) => boolean;
  /** The shape has no fault at `path` or below it. */
  readonly isWhole: (...path: Path) => boolean;
  /** A host names an unknown field, so it's unclear which field was meant. */
  readonly hasSlip: boolean;
  /** The fields that are named in anything that is sent or asked for. */
  readonly named: ReadonlySet<string>;
  readonly report: ReportFault;
}

/** Where values are filled in: everywhere in these parts, and in the paths of the others. */
const SENT = ['host', 'auth', 'exchange', 'headers', 'query'] as const;
const WITH_PATHS = ['unauthenticated', 'test', 'owner', 'capabilities'] as const;

export function subjectOf(
  definition: Readonly<Record<string, unknown>>,
  shapeFaults: readonly ShapeFault[],
  report: ReportFault,
): Subject {
  const { parts, original } = prune(definition, shapeFaults);
  const fields = parts.fields ?? {};
  const ids = isObject(definition['fields']) ? Object.keys(definition['fields']) : [];
  // Use the hosts as they were written: a fault in a host's shape says nothing about its fields.
  const hosts = hostsOf(definition);
  const exchangeHosts = textsOf(isObject(definition['exchange']) && definition['exchange']['host']);
  const context = { fields, host: hosts, exchange: { host: exchangeHosts.join('.') } };
  const inHosts = new Set(hostFieldIds(context));
  const sent = SENT.flatMap((part) => textsOf(definition[part]));
  const paths = WITH_PATHS.flatMap((part) => pathsOf(definition[part]));
  const named = new Set([...sent, ...paths].flatMap(placeholderNames));

  const isWhole = (...path: Path) => {
    const place = original(path);
    return !shapeFaults.some((fault) => place.every((key, index) => fault.path[index] === key));
  };
  const isTold = (id: string) =>
    Object.hasOwn(fields, id) && isWhole('fields', id, 'kind') && isWhole('fields', id, 'choices');
  const kind = (id: string): DefinedKind | undefined =>
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

/** Every text in a value, except its keys. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

/** The paths of all requests in a part of a definition. A test may be just a path. */
function pathsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(pathsOf);
  if (!isObject(value)) return [];
  const { get, post, ...rest } = value;
  const inside = Object.values(rest).filter((each) => typeof each === 'object');
  return [...textsOf(get), ...textsOf(post), ...inside.flatMap(pathsOf)];
}

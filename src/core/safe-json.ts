import { strip, stripLines } from './clean.js';
import { redact } from './secret.js';

/**
 * A document is of no use without these values, so they aren't redacted: somebody's passphrase may
 * be `valid`, like a verdict, or a tenant's name. None of them comes from a server.
 */
const SHOWN: ReadonlySet<string> = new Set([
  'argv',
  'changedAt',
  'checkedAt',
  'code',
  'command',
  'connection',
  'createdAt',
  'event',
  'host',
  'kind',
  'lastValidAt',
  'name',
  'needs',
  'provider',
  'reason',
  'rung',
  'savedAt',
  'sha256',
  'store',
  'time',
  'topic',
  'verdict',
  'verifiedAt',
]);

/**
 * Everything below these keys is shown: what a person typed, and a definition that must load again.
 */
const SHOWN_WHOLE: ReadonlySet<string> = new Set(['fields', 'definition']);

/** The key of a guide's topics, which have several lines. */
const SEVERAL_LINES = 'text';

/**
 * Copies a document, with every string value cleaned and redacted. Keys are only cleaned.
 * Numbers, `true`, `false` and `null` stay.
 */
export function safeJson<T>(document: T): T {
  return safe(document, '', '') as T;
}

function safe(value: unknown, key: string, parent: string): unknown {
  if (typeof value === 'string') {
    const text = key === SEVERAL_LINES ? stripLines(value) : strip(value);
    return isShown(key, parent) ? text : redact(text);
  }
  // The elements of a list are treated like a value of its key.
  if (Array.isArray(value)) return value.map((each) => safe(each, key, parent));
  if (typeof value !== 'object' || value === null) return value;
  const inside = SHOWN_WHOLE.has(parent) ? parent : key;
  const entries = Object.entries(value).map(([name, each]) => [
    strip(name),
    safe(each, name, inside),
  ]);
  return Object.fromEntries(entries);
}

function isShown(key: string, parent: string): boolean {
  if (SHOWN.has(key) || SHOWN_WHOLE.has(parent)) return true;
  // The id of a capability, a check or a topic. An identity's id comes from a server.
  return key === 'id' && parent !== 'identity';
}

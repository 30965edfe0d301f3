import { strip, stripLines } from './clean.js';
import { redact } from './secret.js';

/**
 * What a document must show to be of use is not redacted: a passphrase may be called `valid`, as a
 * verdict is, or like a tenant. None of these values is made of what a server said.
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

/** Everything below these keys is shown: what a person typed, and a definition that has to load again. */
const SHOWN_WHOLE: ReadonlySet<string> = new Set(['fields', 'definition']);

/** The topics of a guide, which have several lines. */
const SEVERAL_LINES = 'text';

/**
 * A copy of a document in which every string value is cleaned and redacted. Keys are cleaned alone, for
 * a record has some; numbers, `true`, `false` and `null` stay.
 */
export function safeJson<T>(document: T): T {
  return safe(document, '', '') as T;
}

function safe(value: unknown, key: string, parent: string): unknown {
  if (typeof value === 'string') {
    const text = key === SEVERAL_LINES ? stripLines(value) : strip(value);
    return isShown(key, parent) ? text : redact(text);
  }
  // A list is what its key says.
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
  // Of a capability, a check or a topic; a person's is what a server calls them.
  return key === 'id' && parent !== 'identity';
}

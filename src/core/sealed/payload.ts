import { ConnectionError, UsageError, type Advice } from '../errors.js';
import { requestId, type RequestTerms } from './request.js';
import { isObject } from '../shape.js';
import { parseJson } from '../json.js';

/** The version of the format that pages write. */
const VERSION = 1;

/** What a page seals. */
export interface SealedPayload {
  /** The id of the request. */
  readonly request: string;
  readonly provider: string;
  readonly host: string | null;
  readonly fields: Readonly<Record<string, string>>;
}

export function writePayload({ request, provider, host, fields }: SealedPayload): string {
  return JSON.stringify({ v: VERSION, request, provider, host, fields });
}

/** The values of the fields that `terms` asks for, by field id. */
export type AnsweredFields = Readonly<Record<string, string>>;

/**
 * Reads what was sealed. A page writes JSON. Somebody who uses `age` by hand writes the value
 * alone, or lines of `<field id>: <value>`. No error message repeats any of it, since it may be a
 * secret.
 *
 * @throws {UsageError} it doesn't have exactly the fields that were asked for, each on one line, or
 *   it's for another request.
 * @throws {ConnectionError} `other-tenant`: it's for another provider or host.
 */
export function readPayload(plaintext: string, terms: RequestTerms): AnsweredFields {
  const json = parseJson(plaintext);
  const fields =
    isObject(json) && 'v' in json && 'fields' in json
      ? fieldsOfPage(json, terms)
      : fieldsByHand(plaintext, terms);
  for (const id of Object.keys(fields)) {
    if (!terms.asks.includes(id)) throw refused(terms, 'it has a field that was not asked for');
  }
  const entries = terms.asks.map((id): [string, string] => {
    const value = Object.hasOwn(fields, id) ? fields[id] : undefined;
    if (value === undefined) throw refused(terms, `it has no ${id}`);
    if (typeof value !== 'string') throw refused(terms, `its ${id} is no text`);
    if (value.trim() === '') throw refused(terms, `its ${id} is empty`);
    if (/[\n\r\u0085\u2028\u2029]/u.test(value.trim()))
      throw refused(terms, `its ${id} has several lines`);
    return [id, value];
  });
  return Object.fromEntries(entries);
}

function fieldsOfPage(
  json: Record<string, unknown>,
  terms: RequestTerms,
): Readonly<Record<string, unknown>> {
  const { v, request, provider, host, fields } = json;
  if (typeof v === 'number' && v > VERSION) {
    throw new UsageError({
      what: 'The sealed answer cannot be read',
      why: 'a page of a newer connect-wizard made it',
      next: 'Use the newest connect-wizard, and accept it again.',
    });
  }
  if (v !== VERSION || !isObject(fields)) throw refused(terms, 'it is no answer of such a page');
  if (request !== requestId(terms.name)) throw refused(terms, 'it names another request');
  if (provider !== terms.provider || host !== terms.host) {
    throw new ConnectionError(terms.name, 'other-tenant', {
      what: `The sealed answer is not for ${terms.host ?? terms.provider}`,
      why: 'another provider or host is named in it than was asked for',
      next: askAgain(terms),
    });
  }
  return fields;
}

/** Reads a value alone, or `<field id>: <value>` lines, as somebody typed them for `age`. */
function fieldsByHand(plaintext: string, terms: RequestTerms): Readonly<Record<string, unknown>> {
  const text = plaintext.replace(/^\uFEFF/u, '').trim();
  const [only, ...others] = terms.asks;
  if (only !== undefined && others.length === 0) {
    return { [only]: text.startsWith(`${only}:`) ? text.slice(only.length + 1).trim() : text };
  }
  const fields = new Map<string, string>();
  for (const line of text.split(/\r\n?|\n/u).filter((each) => each.trim() !== '')) {
    const [, id = '', value = ''] = /^\s*([A-Za-z][A-Za-z0-9]*)\s*:\s*(.*)$/u.exec(line) ?? [];
    if (id === '' || fields.has(id)) {
      throw refused(terms, `it does not have one line for each of ${terms.asks.join(', ')}`);
    }
    fields.set(id, value);
  }
  return Object.fromEntries(fields);
}

function refused(terms: RequestTerms, why: string): UsageError {
  return new UsageError({
    what: 'The sealed answer is not what was asked for',
    why,
    next: askAgain(terms),
  });
}

/** What to do about an answer that can't be used. */
export function askAgain({ name }: Pick<RequestTerms, 'name'>): Advice['next'] {
  return `Nothing was stored, and ${name} stays open. Ask for a new answer, made on its page.`;
}

import type { Path } from '../definition/faults.js';
import { extractedNames, placeholderNames, testsOf } from '../definition/parts.js';
import { isTexts } from '../shape.js';
import { isTakenFieldId } from './reserved.js';
import type { Subject } from './subject.js';

/** How the credential is sent: `auth`, `exchange`, `headers` and `query`. */

/**
 * Headers that the tool, the connection or the browser sets, and headers that make a server see a
 * different request from the one that was sent.
 */
const FORBIDDEN_HEADER =
  /^(?:host|content-.*|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|cookie2?|set-cookie2?|origin|referer|forwarded|x-forwarded-.*|x-real-ip|via|proxy-.*|sec-.*|accept-encoding|user-agent|date|dnt|x-http-method.*|x-method-override|x-original-.*|x-rewrite-.*|alt-used|http2-settings)$/u;

const SETS_ITSELF = 'the tool sets this header itself';

/** Checks the placeholders of a value. Each `{…}` must be known there. */
export function checkPlaceholders(
  { isSecret, report }: Subject,
  place: Path,
  text: string | undefined,
  isKnown: (name: string) => boolean,
  hint: string,
): void {
  for (const name of new Set(placeholderNames(text ?? ''))) {
    if (isKnown(name)) continue;
    report(
      place,
      isSecret(name)
        ? `{${name}} is a secret, and secrets belong in auth or exchange only`
        : `{${name}} is not known here; ${hint}`,
    );
  }
}

export function fieldsHint({ ids }: Subject): string {
  return `the fields are ${ids.join(', ')}`;
}

function checkHeaderName({ report }: Subject, place: Path, name: string): void {
  if (FORBIDDEN_HEADER.test(name)) report(place, SETS_ITSELF);
}

export function checkAuth(subject: Subject): void {
  const { parts, ids, report, isWhole, hasSlip, isSecret, inHost } = subject;
  const { auth, exchange } = parts;
  if (auth === undefined) return;
  const extracted = extractedNames(exchange);
  const isKnown = (name: string) =>
    ids.includes(name) || extracted.includes(name) || !isWhole('exchange');
  const check = (place: Path, value: string) =>
    checkPlaceholders(subject, place, value, isKnown, fieldsHint(subject));

  if (isWhole('auth') && Object.values(auth).every((way) => way === undefined)) {
    report(['auth'], 'it says how the secret is sent: bearer, basic, headers or query');
    return;
  }
  const authorizations = [auth.bearer, auth.basic, auth.headers?.['authorization']];
  if (authorizations.filter((each) => each !== undefined).length > 1) {
    report(
      ['auth'],
      'bearer, basic and the header authorization are the same header: give one of them',
    );
  }
  if (auth.bearer !== undefined) {
    check(['auth', 'bearer'], auth.bearer);
    if (placeholderNames(auth.bearer).length === 0) report(['auth', 'bearer'], 'it names no field');
  }
  for (const [index, half] of (auth.basic ?? []).entries()) check(['auth', 'basic', index], half);
  if (auth.basic?.every((half) => placeholderNames(half).length === 0)) {
    report(['auth', 'basic'], 'it names no field');
  }
  if (auth.basic?.[0].includes(':')) {
    report(['auth', 'basic', 0], 'a user name ends at the first colon');
  }
  for (const way of ['headers', 'query'] as const) {
    for (const [name, value] of Object.entries(auth[way] ?? {})) {
      check(['auth', way, name], value);
      if (placeholderNames(value).length === 0 && name !== 'authorization') {
        report(['auth', way, name], `it names no field: constants belong in ${way}`);
      }
    }
  }
  for (const name of Object.keys(auth.headers ?? {})) {
    checkHeaderName(subject, ['auth', 'headers', name], name);
  }
  if (hasSlip || !isWhole('auth') || !isWhole('exchange')) return;
  // `names.ts` refuses a secret in a host.
  const secrets = ids.filter((id) => isSecret(id) && !inHost(id));
  checkSecretsAreSent(subject, extracted, secrets);
}

/** Every secret must be sent somewhere, and what is sent there must be secret. */
function checkSecretsAreSent(
  { parts, report }: Subject,
  extracted: readonly string[],
  secrets: readonly string[],
): void {
  const { auth, exchange } = parts;
  const inAuth = new Set(placeholderNames(JSON.stringify(auth)));
  const inExchange = new Set(
    placeholderNames(JSON.stringify([exchange?.basic, exchange?.body, exchange?.headers])),
  );
  const isSent = (id: string) => inAuth.has(id) || inExchange.has(id);
  if (exchange) {
    if (!extracted.some((name) => inAuth.has(name))) {
      const names = extracted.map((name) => `{${name}}`).join(', ');
      report(['auth'], `what the exchange extracts is not used: ${names}`);
    }
    if (secrets.length > 0 && !secrets.some((id) => inExchange.has(id))) {
      report(['exchange'], 'it names no secret');
      return;
    }
  } else if (secrets.length > 0 && !secrets.some((id) => inAuth.has(id))) {
    report(['auth'], 'it names no secret');
    return;
  }
  for (const id of secrets) {
    if (!isSent(id))
      report(['fields', id], 'it is a secret, and neither auth nor exchange names it');
  }
}

export function checkConstants(subject: Subject): void {
  const { parts, isPlain, report } = subject;
  const hint = fieldsHint(subject);
  for (const [name, value] of Object.entries(parts.headers ?? {})) {
    const place = ['headers', name];
    checkHeaderName(subject, place, name);
    if (name === 'authorization') report(place, 'it belongs in auth');
    else if (Object.hasOwn(parts.auth?.headers ?? {}, name)) report(place, 'auth has it, too');
    checkPlaceholders(subject, place, value, isPlain, hint);
  }
  for (const [name, value] of Object.entries(parts.query ?? {})) {
    if (Object.hasOwn(parts.auth?.query ?? {}, name)) report(['query', name], 'auth has it, too');
    checkPlaceholders(subject, ['query', name], value, isPlain, hint);
  }
}

export function checkExchange(subject: Subject): void {
  const { parts, ids, report } = subject;
  const { exchange } = parts;
  if (!exchange) return;
  const hint = fieldsHint(subject);
  const isField = (name: string) => ids.includes(name);
  const check = (place: Path, value: string) =>
    checkPlaceholders(subject, place, value, isField, hint);

  for (const [place, value] of textsIn(exchange.body, ['exchange', 'body'])) {
    // GraphQL has braces of its own, with spaces inside.
    check(place, value.replaceAll(/\{(?=\W)|(?<=\W)\}/gu, ''));
  }
  for (const [index, half] of (exchange.basic ?? []).entries()) {
    check(['exchange', 'basic', index], half);
  }
  if (exchange.basic?.[0].includes(':')) {
    report(['exchange', 'basic', 0], 'a user name ends at the first colon');
  }
  for (const [name, value] of Object.entries(exchange.headers ?? {})) {
    const place = ['exchange', 'headers', name];
    checkHeaderName(subject, place, name);
    if (name === 'authorization' && exchange.basic) {
      report(place, 'basic is the same header: give one of them');
    }
    check(place, value);
  }
  if (
    (exchange.as ?? 'form') === 'form' &&
    exchange.body !== undefined &&
    !isTexts(exchange.body)
  ) {
    report(
      ['exchange', 'body'],
      'a form-encoded body has a text for each name; write "as": "json"',
    );
  }
  const extracted = extractedNames(exchange);
  if (extracted.length === 0) report(['exchange', 'extract'], 'it extracts nothing');
  for (const name of extracted) {
    const place = ['exchange', 'extract', name];
    if (ids.includes(name)) report(place, 'a field has this name, too');
    else if (isTakenFieldId(name)) report(place, `${name} is a word of the tool's own`);
  }
}

export function checkTestIsThere({ parts, report, isWhole }: Subject): void {
  if (parts.exchange || !isWhole('exchange') || !isWhole('test')) return;
  if (testsOf(parts.test).length === 0) {
    report(['test'], 'it is needed: a request that only the right credential can make');
  }
}

/** Every text in a JSON value, with its place. */
export function textsIn(value: unknown, place: Path): [place: Path, text: string][] {
  if (typeof value === 'string') return [[place, value]];
  if (Array.isArray(value)) {
    return value.flatMap((each, index) => textsIn(each, [...place, index]));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => textsIn(each, [...place, key]));
}

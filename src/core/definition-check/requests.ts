import type { Path } from '../definition/faults.js';
import {
  placeholderNames,
  testsOf,
  type DefinedExpectation,
  type RuleDefinition,
  type TestDefinition,
} from '../definition/parts.js';
import { POINTER } from '../definition/values.js';
import { isTexts } from '../shape.js';
import { isFixed } from './hosts.js';
import { checkMessage } from './messages.js';
import { checkPlaceholders, fieldsHint, textsIn } from './sending.js';
import type { Subject } from './subject.js';

/** The requests of a definition, and how their responses are read. */

type Where = 'test' | 'unauthenticated' | 'exchange';

export function checkRequests(subject: Subject): void {
  const { parts } = subject;
  const tests = testsOf(parts.test);
  for (const [index, test] of tests.entries()) {
    const place = Array.isArray(parts.test) ? ['test', index] : ['test'];
    const given: unknown = Array.isArray(parts.test) ? parts.test[index] : parts.test;
    if (typeof given === 'string') {
      checkPath(subject, place, given);
      continue;
    }
    checkRequest(subject, place, test);
    checkTestBody(subject, [...place, 'body'], test);
    checkExpectation(subject, [...place, 'expect'], test.expect);
    checkLabel(subject, [...place, 'identity', 'label'], test.identity?.label);
    checkRules(subject, [...place, 'responses'], test.responses, 'test');
  }
  const { unauthenticated, exchange } = parts;
  checkPath(subject, ['unauthenticated', 'get'], unauthenticated?.get);
  checkExpectation(subject, ['unauthenticated', 'expect'], unauthenticated?.expect);
  checkRules(
    subject,
    ['unauthenticated', 'responses'],
    unauthenticated?.responses,
    'unauthenticated',
  );
  if (exchange) {
    checkRequest(subject, ['exchange'], exchange);
    checkRules(subject, ['exchange', 'responses'], exchange.responses, 'exchange');
    for (const [place, text] of textsIn(exchange.body, ['exchange', 'body'])) {
      checkSentText(subject, place, text);
    }
  }
  checkRules(subject, ['responses'], parts.responses, 'test');
  const { lookUp, roles } = parts.owner ?? {};
  checkPath(subject, ['owner', 'lookUp', 'get'], lookUp?.get);
  checkLabel(subject, ['owner', 'lookUp', 'identity', 'label'], lookUp?.identity.label);
  checkPath(subject, ['owner', 'roles', 'get'], roles?.get);
  for (const [id, { get }] of Object.entries(parts.capabilities ?? {})) {
    for (const [index, path] of [get].flat().entries()) {
      const place = ['capabilities', id, 'get'];
      checkPath(subject, Array.isArray(get) ? [...place, index] : place, path);
    }
  }
}

function checkRequest(
  subject: Subject,
  place: Path,
  request: Pick<TestDefinition, 'get' | 'post' | 'as' | 'body'>,
): void {
  const { report, isWhole } = subject;
  const { get, post, as, body } = request;
  if (!isWhole(...place, 'get') || !isWhole(...place, 'post')) return;
  if ((get === undefined) === (post === undefined)) report(place, 'give get or post, one of them');
  if (get !== undefined && post === undefined && body !== undefined) {
    report([...place, 'body'], 'only a post has a body');
  } else if (as !== undefined && body === undefined) {
    report([...place, 'as'], 'it says how body is written, and there is none');
  }
  checkPath(subject, [...place, 'get'], get);
  checkPath(subject, [...place, 'post'], post);
}

export function checkPath(subject: Subject, place: Path, path: string | undefined): void {
  const { isPlain, field, ids, report } = subject;
  if (path === undefined) return;
  checkPlaceholders(subject, place, path, isPlain, fieldsHint(subject));
  const named = placeholderNames(path);
  // A value is percent-encoded, and is never `.` or `..`.
  const filled = path.replaceAll(/\{[^{}]*\}/gu, 'x');
  if (/[{}]/u.test(filled)) report(place, 'a { or a } is missing');
  else if (!isSentAsItStands(filled)) report(place, 'it cannot be sent unchanged');
  const empty = named.find((id) => ids.includes(id) && field(id)?.optional);
  if (empty !== undefined) report(place, `{${empty}} may be empty, and a path may not`);
}

/** A path that URL parsing (WHATWG URL) changes isn't the path that a person approved. */
function isSentAsItStands(path: string): boolean {
  const { host, pathname, search } = new URL(path, 'https://host.acme.com');
  return host === 'host.acme.com' && `${pathname}${search}` === path;
}

function checkTestBody(subject: Subject, place: Path, { body, as }: TestDefinition): void {
  const { ids, report } = subject;
  if (body === undefined) return;
  const text = JSON.stringify(body);
  if (text.length > 4096) report(place, 'at most 4096 characters');
  const id = ids.find((each) => text.includes(`{${each}}`));
  if (id !== undefined) {
    report(place, `nothing is filled in in the body of a test: {${id}} would be sent unchanged`);
  }
  if (as === 'form' && !isTexts(body))
    report(place, 'a form-encoded body has a text for each name');
  for (const [where, each] of textsIn(body, place)) checkSentText(subject, where, each);
}

/** A person sees this text before it's sent, and invisible characters would be sent unseen. */
function checkSentText({ report }: Subject, place: Path, text: string): void {
  const visible = text.replaceAll(/[\t\n\r]/gu, ' ');
  if (/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}]/u.test(visible)) {
    report(place, 'it has control or invisible characters in it');
  }
}

function checkExpectation(
  { report }: Subject,
  place: Path,
  expect: DefinedExpectation | undefined,
): void {
  if (expect?.type !== undefined && expect.is !== undefined) {
    report(place, 'give type or is, not both');
  }
}

/** The braces in an identity's label contain pointers. */
export function checkLabel({ report }: Subject, place: Path, label: string | undefined): void {
  const bad = placeholderNames(label ?? '').find((each) => each === '' || !POINTER.test(each));
  if (bad !== undefined)
    report(place, `{${bad}} is not a pointer: write keys with dots between, such as {user.name}`);
}

const CONDITIONS = ['status', 'code', 'has', 'header', 'fromApi', 'page'] as const;

function checkRules(
  subject: Subject,
  place: Path,
  rules: readonly RuleDefinition[] | undefined,
  where: Where,
): void {
  for (const [index, rule] of (rules ?? []).entries()) {
    const here = [...place, index];
    checkRule(subject, here, rule, where);
    checkExpectation(subject, [...here, 'has'], rule.has);
    checkMessage(subject, here, rule);
  }
}

function checkRule(subject: Subject, place: Path, rule: RuleDefinition, where: Where): void {
  const { parts, report, isWhole } = subject;
  const { page, header, fromApi } = rule;
  if (!isWhole(...place)) return;
  if (CONDITIONS.every((each) => rule[each] === undefined)) {
    report(place, 'it holds for every response: give status, code, has, header, fromApi or page');
    return;
  }
  if (header?.is !== undefined && header.contains !== undefined) {
    report([...place, 'header'], 'give is or contains, not both');
  }
  if (fromApi !== undefined && parts.apiHeader === undefined && isWhole('apiHeader')) {
    report([...place, 'fromApi'], 'it needs apiHeader');
  }
  if (fromApi === true && page === true) {
    report([...place, 'page'], 'a page is what the API did not send: fromApi contradicts it');
  }
  checkMeaning(subject, place, rule, where);
}

function checkMeaning(subject: Subject, place: Path, rule: RuleDefinition, where: Where): void {
  const { means, page } = rule;
  const say = (fault: string) => subject.report([...place, 'means'], fault);
  const sayOfPage = (fault: string) => subject.report([...place, 'page'], fault);
  if (means === 'accepted') {
    if (where !== 'test') say('accepted is for the responses to a test');
    else if (page === true) sayOfPage('a web page never proves a credential');
    else checkAccepting(rule, say);
  } else if (means === 'recognised') {
    if (where !== 'unauthenticated') say('recognised is for unauthenticated.responses');
    else if (page === true) sayOfPage('a web page is no sign of a product');
    else if (!isMarked(rule) && !isPlain401(rule)) {
      say('any server can respond like that: it needs has, code or "fromApi": true');
    }
  } else if (means === 'no-such-tenant' && isFixed(subject)) {
    say('the host is fixed: there is no tenant to be missing');
  } else if (means === 'go-on' && where === 'exchange') {
    say('nothing comes after the exchange that could decide instead');
  }
}

function checkAccepting(rule: RuleDefinition, say: (fault: string) => void): void {
  const statuses = [rule.status ?? []].flat();
  const never = statuses.find(
    (status) =>
      (status >= 300 && status < 400) || status >= 500 || [401, 407, 408, 429].includes(status),
  );
  if (never !== undefined) {
    say(`a ${never} never proves a credential`);
  } else if (!isMarked(rule) && (statuses.length === 0 || statuses.some((each) => each > 299))) {
    say('a stranger can respond like that: outside 2xx it needs has, code or "fromApi": true');
  }
}

/** It requires something that a stranger's page or firewall doesn't send. */
function isMarked({ has, code, fromApi }: RuleDefinition): boolean {
  return has !== undefined || code !== undefined || fromApi === true;
}

function isPlain401({ status }: RuleDefinition): boolean {
  const statuses = [status ?? []].flat();
  return statuses.length > 0 && statuses.every((each) => each === 401);
}

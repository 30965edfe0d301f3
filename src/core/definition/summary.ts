import { canonicalJson } from '../json.js';
import {
  choiceValues,
  definedHosts,
  kindOf,
  labelOf,
  placeholderNames,
  secretIds,
  testsOf,
  type TestDefinition,
} from './parts.js';
import { variableName } from '../field-names.js';
import type { Definition } from './schema.js';
import { writtenOut } from './template.js';

/**
 * What a definition does with a user's secrets, line by line, for the person who has to approve it.
 */
export interface Summary {
  /** Where secrets go, one host a line. For a template, it says what can stand for anything. */
  readonly hosts: readonly string[];
  readonly asked: readonly string[];
  /** Each secret, and the ways it's sent. */
  readonly sent: readonly (readonly [label: string, ways: readonly string[]])[];
  readonly requests: readonly string[];
  readonly variables: readonly string[];
  /** The hosts of pages. */
  readonly opens: readonly string[];
  /** What counts as proof that a credential works. */
  readonly proof: readonly string[];
}

export function summaryOf(definition: Definition): Summary {
  return {
    hosts: hostLines(definition),
    asked: Object.keys(definition.fields).map((id) => askedLine(definition, id)),
    sent: secretIds(definition).map((id) => [labelOf(definition, id), waysOf(definition, id)]),
    requests: requestLines(definition),
    variables: Object.entries(definition.fields).map(([id, field]) => {
      const name = variableName(definition.id, id);
      return field.default === undefined ? name : `${name} (default: ${field.default})`;
    }),
    opens: pageHosts(definition),
    proof: proofLines(definition),
  };
}

function hostLines(definition: Definition): string[] {
  const { host, port, selfHosted, exchange, fields } = definition;
  const at = typeof port === 'number' ? `:${port}` : port === 'typed' ? ', on any port' : '';
  const shown = (template: string) =>
    (writtenOut(template, fields) ?? [template]).map(
      (each) => `${each.replaceAll(/\{\w+\}|[*#]/gu, '<anything>')}${at}`,
    );
  const own = selfHosted
    ? [`any host that you type${at}`]
    : definedHosts(host).flatMap((each) => shown(each.host));
  if (exchange?.host === undefined) return [...new Set(own)];
  const secrets = namesIn(exchange).filter((id) => kindOf(definition, id) === 'secret');
  const which = secrets.map((id) => labelOf(definition, id)).join(', ');
  const theirs = (writtenOut(exchange.host, fields) ?? [exchange.host]).map((each) =>
    each.replaceAll(/\{\w+\}/gu, '<anything>'),
  );
  return [...new Set([...own, ...theirs.map((each) => `${each} (gets ${which})`)])];
}

/** The fields that are named in a part of a definition. */
function namesIn(part: unknown): string[] {
  return [...new Set(placeholderNames(JSON.stringify(part ?? null)))];
}

const KINDS: Readonly<Record<string, string>> = { secret: 'secret', email: 'e-mail' };

function askedLine(definition: Definition, id: string): string {
  const field = definition.fields[id];
  const kind = kindOf(definition, id);
  const notes = [
    field?.choices ? `one of ${choiceValues(field).length}` : KINDS[kind],
    field?.optional ? 'may be empty' : undefined,
  ].filter((note) => note !== undefined);
  const label = labelOf(definition, id);
  return notes.length === 0 ? label : `${label} (${notes.join(', ')})`;
}

/** `header dd-api-key`, `the query, as key` */
function waysOf({ auth, exchange, headers = {}, query = {} }: Definition, id: string): string[] {
  const names = (text: string | undefined) =>
    text !== undefined && placeholderNames(text).includes(id);
  const ways = [
    names(auth.bearer) ? 'header authorization, as Bearer' : '',
    auth.basic?.some(names) ? 'header authorization, as Basic' : '',
    ...Object.entries({ ...headers, ...auth.headers }).map(([name, value]) =>
      names(value) ? `header ${name}` : '',
    ),
    ...Object.entries({ ...query, ...auth.query }).map(([name, value]) =>
      names(value) ? `the query, as ${name}: servers write addresses to their logs` : '',
    ),
    namesIn(exchange).includes(id) && exchange
      ? `the exchange: ${requestLine(exchange)}${exchange.host === undefined ? '' : ` at ${exchange.host}`}`
      : '',
  ];
  return ways.filter((way) => way !== '');
}

function requestLine({ get, post }: Pick<TestDefinition, 'get' | 'post'>): string {
  return get === undefined ? `POST ${post}` : `GET ${get}`;
}

/** Nobody can prove that a POST only reads. */
const MAY_CHANGE = "a POST can change something; the file's author says that it only reads";

function testLines(test: TestDefinition): string[] {
  if (test.post === undefined) return [requestLine(test)];
  const body = test.body === undefined ? [] : [`  with ${JSON.stringify(test.body)}`];
  return [`${requestLine(test)} (${MAY_CHANGE})`].concat(body);
}

function requestLines(definition: Definition): string[] {
  const { exchange, test, owner = {}, capabilities = {}, unauthenticated } = definition;
  const tests = testsOf(test);
  const gets = [
    unauthenticated?.get,
    owner.lookUp?.get,
    owner.roles?.get,
    ...Object.values(capabilities).flatMap(({ get }) => [get].flat()),
  ].flatMap((path) => (path === undefined ? [] : [`GET ${path}`]));
  const all = [
    ...(exchange ? [`${requestLine(exchange)} (makes a short-lived token)`] : []),
    ...tests.flatMap(testLines),
    ...gets,
  ];
  return [...new Set(all)];
}

function pageHosts(definition: Definition): string[] {
  const pages = [
    ...Object.values(definition.fields).map(({ page }) => page),
    ...(definition.guide?.topics ?? []).flatMap(({ body }) =>
      body.map((part) => ('page' in part ? part.page : undefined)),
    ),
  ];
  const hosts = pages.flatMap((page) => /^https:\/\/([^/?#]+)/u.exec(page ?? '')?.[1] ?? []);
  const known = [
    ...definedHosts(definition.host).map(({ host }) => host),
    definition.exchange?.host ?? '',
  ].map((host) => host.replace(/^.*[}*#][^.]*\./u, ''));
  const isTheirs = (host: string) =>
    host === '{host}' || known.some((each) => host === each || host.endsWith(`.${each}`));
  return [...new Set(hosts)].map((host) => {
    const shown =
      host === '{host}' ? 'the host itself' : host.replaceAll(/\{\w+\}/gu, '<anything>');
    return isTheirs(host) ? shown : `${shown} (another site)`;
  });
}

/** What counts as accepted, besides what is the same for all providers. */
function proofLines(definition: Definition): string[] {
  const { responses = [], exchange } = definition;
  const tests = testsOf(definition.test);
  const rules = [...tests.flatMap((each) => each.responses ?? []), ...responses];
  const expected = tests.map((each) =>
    each.expect === undefined
      ? `${requestLine(each)}: any 2xx that is no page`
      : `${requestLine(each)}: 200 with ${expectedText(each.expect)}`,
  );
  const accepted = rules.flatMap(({ means, status, code, has, header, fromApi, page }) =>
    means === 'accepted'
      ? [`a response is accepted if ${canonicalJson({ status, code, has, header, fromApi, page })}`]
      : [],
  );
  const token =
    tests.length === 0 && exchange ? [`${requestLine(exchange)}: it gives a token`] : [];
  return [...expected, ...accepted, ...token];
}

function expectedText({
  at,
  type,
  is,
}: {
  readonly at: string;
  readonly type?: string | undefined;
  readonly is?: unknown;
}): string {
  const where = at === '' ? 'the whole' : at;
  if (is !== undefined) return `${where} = ${JSON.stringify(is)}`;
  return type === 'list' ? `a list at ${where}` : `an id at ${where}`;
}

/** A part of a definition that has changed. */
export interface Difference {
  readonly what: string;
  readonly was: readonly string[];
  readonly is: readonly string[];
}

function sentLines({ sent }: Summary): string[] {
  return sent.map(([label, ways]) => `${label}: ${ways.join('; ')}`);
}

/**
 * The changes that matter: the hosts first, then what counts as proof. Changes of texts and of the
 * guide don't.
 */
export function differences(before: Definition, after: Definition): Difference[] {
  const [was, is] = [summaryOf(before), summaryOf(after)];
  const rows: readonly Difference[] = [
    { what: 'Secrets go to', was: was.hosts, is: is.hosts },
    { what: 'Proof', was: was.proof, is: is.proof },
    { what: 'Sent', was: sentLines(was), is: sentLines(is) },
    { what: 'Requests', was: was.requests, is: is.requests },
    { what: 'Asked for', was: was.asked, is: is.asked },
    { what: 'Variables', was: was.variables, is: is.variables },
    { what: 'Opens', was: was.opens, is: is.opens },
  ];
  return rows.filter((row) => canonicalJson(row.was) !== canonicalJson(row.is));
}

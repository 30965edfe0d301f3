import { canonicalJson } from '../json.js';
import {
  choiceValues,
  extractOf,
  definedHosts,
  kindOf,
  testsOf,
  type RuleDefinition,
  type TestDefinition,
} from './parts.js';
import type { Definition } from './schema.js';

/**
 * The two texts whose SHA-256 identifies a definition. They leave out what is only for editors, and
 * whether somebody tried the definition. Formatting and the order of keys make no difference.
 */

/** A whole file: what a user approves. */
export function fileText(definition: Readonly<Record<string, unknown>>): string {
  const { $schema: _schema, tried: _tried, ...rest } = definition;
  return canonicalJson(rest);
}

/**
 * Everything that decides what is sent, and where, with the defaults filled in. Connections are
 * stored under its hash. Texts, pages and the guide aren't part of it.
 */
export function connectionText(definition: Definition): string {
  const { auth, exchange, headers, query, refusedHosts = [], selfHosted, fields } = definition;
  const tests = testsOf(definition.test);
  const ownHosts = tests.flatMap(({ ownHost }, index) =>
    ownHost === undefined ? [] : [[`test.${index}`, ownHost] as const],
  );
  return canonicalJson({
    id: definition.id,
    hosts: sorted(definedHosts(definition.host)),
    refusedHosts: sorted(refusedHosts.flatMap(({ hosts }) => hosts)),
    port: definition.port ?? 443,
    selfHosted: selfHosted === true,
    fields: Object.fromEntries(
      Object.entries(fields).map(([id, field]) => [
        id,
        {
          kind: kindOf(definition, id),
          choices: sorted(choiceValues(field)),
          optional: field.optional === true,
        },
      ]),
    ),
    auth,
    exchange: exchange && {
      ...requestText({ as: 'form', ...exchange }),
      host: exchange.host,
      basic: exchange.basic,
      headers: exchange.headers ?? {},
      extract: extractOf(exchange),
    },
    headers: headers ?? {},
    query: query ?? {},
    requests: requestTexts(definition),
    ownHosts: Object.fromEntries(ownHosts),
    recognised: selfHosted && recognitionText(definition),
  });
}

/** Every request by its name. */
function requestTexts(definition: Definition): Record<string, unknown> {
  const { test, unauthenticated, owner = {}, capabilities = {} } = definition;
  const tests = testsOf(test);
  const look = unauthenticated?.get ?? tests.find(({ get }) => get !== undefined)?.get;
  return Object.fromEntries([
    ...(look === undefined ? [] : [['unauthenticated', getText(look)]]),
    ...tests.map((each, index) => [`test.${index}`, requestText(each)]),
    ...(owner.lookUp ? [['owner.lookUp', getText(owner.lookUp.get)]] : []),
    ...(owner.roles ? [['owner.roles', getText(owner.roles.get)]] : []),
    ...Object.entries(capabilities).map(([id, each]) => [
      `capabilities.${id}`,
      [each.get].flat().map(getText),
    ]),
  ]) as Record<string, unknown>;
}

function getText(path: string): object {
  return requestText({ get: path });
}

function requestText({ get, post, as, body }: TestDefinition): object {
  return {
    method: get === undefined ? 'POST' : 'GET',
    path: get ?? post,
    ...(body !== undefined && { as: as ?? 'json', body }),
  };
}

/** What shows that a typed host is the product, before a secret is sent to it. */
function recognitionText({ apiHeader, unauthenticated, errorCodes }: Definition): object {
  return {
    apiHeader,
    expect: unauthenticated?.expect,
    responses: unauthenticated?.responses?.map(conditions),
    errorCodes,
  };
}

function conditions({ status, code, has, header, fromApi, page, means }: RuleDefinition): object {
  return {
    status: status === undefined ? undefined : [status].flat(),
    code: code === undefined ? undefined : [code].flat(),
    has,
    header,
    fromApi,
    page,
    means,
  };
}

function sorted<Value>(list: readonly Value[]): Value[] {
  return list.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
}

import {
  ERROR_CODES,
  extractOf,
  testsOf,
  type ExchangeDefinition,
  type RuleDefinition,
  type TestDefinition,
} from '../definition/parts.js';
import type { Definition } from '../definition/schema.js';
import type {
  AdviceTemplate,
  Condition,
  Exchange,
  Probe,
  Provider,
  RequestTemplate,
  Rule,
} from '../provider.js';
import type { Reason } from '../verdict.js';
import { expandTemplate } from './hosts.js';
import { layOver, refusedAfterExchange, type Messages } from './messages.js';

/** How requests are made, and how their responses are read. */

export const ERROR_MESSAGES = [
  'message',
  'error.message',
  'errors.0.detail',
  'errors.0.message',
  'errorMessages.0',
  'errorSummary',
  'error.detail',
  'error_description',
  'detail',
  'title',
  'error.title',
  'error',
  'errors.0',
  'errors',
];

export function errorCodesOf({ errorCodes }: Definition): string[] {
  return errorCodes ?? ERROR_CODES;
}

function expandRule(rule: RuleDefinition, messages: Messages): Rule {
  const { status, code, has, header, fromApi, page, means, ...message } = rule;
  // A web page proves nothing, so it isn't accepted unless the rule asks for one.
  const isPage = page ?? (means === 'accepted' ? false : undefined);
  const when: Condition = {
    ...(status !== undefined && { status: [status].flat() }),
    ...(code !== undefined && { code: [code].flat() }),
    ...(has && { has }),
    ...(header && { header }),
    ...(fromApi !== undefined && { fromApi }),
    ...(isPage !== undefined && { page: isPage }),
  };
  if (Object.values(message).every((part) => part === undefined)) return { when, means };
  // If no test decides, the run ends with that reason.
  const reason = means === 'go-on' ? 'refused-unclear' : means;
  return { when, means, says: layOver(messages[reason as Reason], message) };
}

export function expandRules(rules: readonly RuleDefinition[] = [], messages: Messages): Rule[] {
  return rules.map((rule) => expandRule(rule, messages));
}

export function requestOf(
  { get, post, body, as }: Pick<TestDefinition, 'get' | 'post' | 'body' | 'as'>,
  written: 'json' | 'form',
): RequestTemplate {
  return {
    method: get === undefined ? 'POST' : 'GET',
    path: get ?? post ?? '/',
    ...(body !== undefined && { body: { as: as ?? written, value: body } }),
  };
}

export function expandProbes(definition: Definition, messages: Messages): Probe[] {
  return testsOf(definition.test).map((test) => expandProbe(test, messages));
}

function expandProbe(test: TestDefinition, messages: Messages): Probe {
  return {
    ...requestOf(test, 'json'),
    rules: [...expandRules(test.responses, messages), acceptance(test)],
    ...(test.identity && {
      identity: { id: test.identity.id, label: test.identity.label ?? `{${test.identity.id}}` },
    }),
    ...(test.ownHost !== undefined && { canonicalHost: test.ownHost }),
  };
}

function acceptance({ post, expect }: TestDefinition): Rule {
  const means = 'accepted' as const;
  if (expect)
    return { when: { status: post === undefined ? [200] : [200, 201], has: expect }, means };
  return { when: { status: [200, 201, 202, 204], page: false }, means };
}

/** How a response to any test is read after its own rules. */
export function expandResponses(definition: Definition, messages: Messages): Rule[] {
  const own = expandRules(definition.responses, messages);
  const { apiHeader } = definition;
  const isLast = ({ means, when }: Rule) =>
    apiHeader !== undefined && means === 'no-such-tenant' && isPlain(when);
  return [
    ...own.filter((rule) => !isLast(rule)),
    ...usual(definition).filter(
      ({ when }) => !own.some((rule) => isPlain(rule.when) && sharesStatus(rule.when, when)),
    ),
    ...(apiHeader === undefined
      ? []
      : [{ when: { status: [404], fromApi: true }, means: 'go-on' } as const]),
    ...own.filter(isLast),
  ];
}

/** The condition checks only the status. */
function isPlain({ code, has, header, fromApi }: Condition): boolean {
  return code === undefined && has === undefined && header === undefined && fromApi === undefined;
}

function sharesStatus(a: Condition, b: Condition): boolean {
  return (b.status ?? []).every((status) => a.status?.includes(status));
}

/** What a status means if the definition doesn't say otherwise. */
function usual(definition: Definition): Rule[] {
  const unpaid: Rule = { when: { status: [402], json: true }, means: 'account-suspended' };
  if (definition.exchange) {
    const says: AdviceTemplate = refusedAfterExchange(definition);
    const refused = [401, 403].map((status): Rule => ({
      when: { status: [status], page: false },
      means: 'refused-unclear',
      says,
    }));
    return [unpaid, ...refused];
  }
  return [
    unpaid,
    { when: { status: [401], page: false }, means: 'bad-credential' },
    { when: { status: [403], page: false }, means: 'go-on' },
  ];
}

export function expandExchange(
  definition: Definition,
  exchange: ExchangeDefinition,
  messages: Messages,
): Exchange {
  return {
    ...requestOf(exchange, 'form'),
    ...(exchange.host !== undefined && { host: expandTemplate(definition, exchange.host) }),
    ...(exchange.basic && { basic: exchange.basic }),
    headers: exchange.headers ?? {},
    extract: extractOf(exchange),
    rules: [
      ...expandRules(exchange.responses, messages),
      { when: { status: [401] }, means: 'bad-credential' },
      { when: { status: [400], code: ['invalid_client'] }, means: 'bad-credential' },
      { when: { status: [402], json: true }, means: 'account-suspended' },
      { when: { status: [400, 403], page: false }, means: 'refused-unclear' },
    ],
  };
}

/** The unauthenticated request, and what its response says about the host. */
export function expandRecognition(
  definition: Definition,
  messages: Messages,
): Provider['recognise'] {
  const { unauthenticated, apiHeader, responses = [] } = definition;
  const path = unauthenticated?.get ?? testsOf(definition.test).find(({ get }) => get)?.get;
  if (path === undefined) return undefined;
  const recognised = 'recognised' as const;
  const expected: Rule[] = unauthenticated?.expect
    ? [{ when: { has: unauthenticated.expect, page: false }, means: recognised }]
    : [];
  const own = unauthenticated?.responses?.some(({ means }) => means === 'recognised');
  const marked: Rule[] = [];
  if (apiHeader !== undefined) marked.push({ when: { fromApi: true }, means: recognised });
  // Many servers answer with a 401, so it only counts if the author has no better sign.
  else if (!unauthenticated?.expect && !own)
    marked.push({ when: { status: [401] }, means: recognised });
  const ofHost = expandRules(
    responses.filter(({ means }) => means === 'no-such-tenant' || means === 'not-an-api'),
    messages,
  );
  return {
    path,
    rules: [
      ...expandRules(unauthenticated?.responses, messages),
      ...expected,
      ...marked,
      ...ofHost,
    ],
  };
}

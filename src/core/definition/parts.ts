import { capital } from '../counted.js';
import { kebab } from '../field-names.js';
import { reasonsOf, type Reason } from '../verdict.js';
import type { Definition } from './schema.js';

/**
 * The parts of a definition, each in one form. An author may leave out what can be derived, and
 * write a single thing instead of a list of one.
 */

export type FieldDefinition = Definition['fields'][string];
export type TestDefinition = Exclude<
  Exclude<NonNullable<Definition['test']>, string | readonly unknown[]>,
  string
>;
export type RuleDefinition = NonNullable<Definition['responses']>[number];
export type MessageDefinition = Pick<RuleDefinition, 'what' | 'why' | 'causes' | 'next' | 'ask'>;
export type ExchangeDefinition = NonNullable<Definition['exchange']>;
export type DefinedExpectation = NonNullable<RuleDefinition['has']>;

/** `name` is one DNS label of the host. `host` is the whole host, with its port. */
export type DefinedKind = 'name' | 'choice' | 'text' | 'email' | 'secret' | 'host';

/** The parts of a definition that decide a field's kind. */
export type FieldContext = Pick<Definition, 'fields' | 'host'> & Pick<Definition, 'exchange'>;

export interface DefinedHost {
  readonly host: string;
  readonly environment: 'production' | 'sandbox';
}

export function definedHosts(host: Definition['host']): DefinedHost[] {
  return [host]
    .flat()
    .map((each) => (typeof each === 'string' ? { host: each, environment: 'production' } : each));
}

export function testsOf(test: Definition['test']): TestDefinition[] {
  return [test ?? []].flat().map((each) => (typeof each === 'string' ? { get: each } : each));
}

/** The names in braces, in order. */
export function placeholderNames(text: string): string[] {
  return Array.from(text.matchAll(/\{([^{}]*)\}/gu), ([, name = '']) => name);
}

export function choicesOf({ choices = [] }: FieldDefinition): { value: string; label: string }[] {
  return choices.map((each) => (typeof each === 'string' ? { value: each, label: each } : each));
}

export function choiceValues(field: FieldDefinition): string[] {
  return choicesOf(field).map(({ value }) => value);
}

/** The ids of the fields that are part of a host: of the connection's or of the exchange's. */
export function hostFieldIds({ host, exchange }: Omit<FieldContext, 'fields'>): string[] {
  const hosts = [...definedHosts(host).map((each) => each.host), exchange?.host ?? ''];
  return [...new Set(hosts.flatMap(placeholderNames))];
}

export function kindOf(context: FieldContext, id: string): DefinedKind {
  const field = context.fields[id];
  if (field?.kind) return field.kind;
  if (field?.choices) return 'choice';
  return hostFieldIds(context).includes(id) ? 'name' : 'secret';
}

export function secretIds(context: FieldContext): string[] {
  return Object.keys(context.fields).filter((id) => kindOf(context, id) === 'secret');
}

export function labelOf({ fields }: Pick<Definition, 'fields'>, id: string): string {
  return fields[id]?.label ?? wordsOf(id);
}

/**
 * The labels of the secrets in a sentence: `API key and Application key`. Once a definition is
 * expanded, `secretLabels` of `core/field.ts` says the same.
 */
export function definedSecretLabels(definition: FieldContext): string {
  return secretIds(definition)
    .map((id) => labelOf(definition, id))
    .join(' and ');
}

const CAPITALS: Readonly<Record<string, string>> = { api: 'API', id: 'ID', url: 'URL', sid: 'SID' };

/** `apiKey` becomes `API key`. */
function wordsOf(id: string): string {
  const words = kebab(id)
    .split('-')
    .map((word) => (Object.hasOwn(CAPITALS, word) ? CAPITALS[word] : word))
    .join(' ');
  return capital(words);
}

/** The names by which `auth` uses the values of an exchange. */
export function extractedNames(exchange: ExchangeDefinition | undefined): string[] {
  return Object.keys(extractOf(exchange));
}

export function extractOf(exchange: ExchangeDefinition | undefined): Record<string, string> {
  return exchange ? (exchange.extract ?? { token: 'access_token' }) : {};
}

/** Where an error code is, unless the definition says otherwise. */
export const ERROR_CODES = ['code', 'error.code', 'errors.0.code', 'error'];

/** Every rule on responses, with its purpose. */
export function rulesOf(
  definition: Pick<Definition, 'test' | 'responses' | 'unauthenticated' | 'exchange'>,
): RuleDefinition[] {
  return [
    ...testsOf(definition.test),
    definition,
    definition.unauthenticated ?? {},
    definition.exchange ?? {},
  ].flatMap(({ responses = [] }) => responses);
}

const ALWAYS: readonly Reason[] = [
  ...(['ok', 'missing-permission', 'missing-feature'] as const),
  ...(['bad-credential', 'refused-unclear', 'account-suspended'] as const),
  ...(['rate-limited', 'server-error', 'bad-response', 'not-an-api'] as const),
  ...reasonsOf('unreachable'),
  ...(['not-stored', 'secret-lost'] as const),
];

/**
 * Every reason that a run of this provider can end with, as far as its definition decides that.
 */
export function reachableReasons(parts: Partial<Definition>): Set<string> {
  const found = new Set<string>(ALWAYS);
  for (const { means } of rulesOf(parts)) found.add(means);
  if (parts.unresolved) found.add('no-such-tenant');
  if (testsOf(parts.test).some(({ ownHost }) => ownHost !== undefined)) found.add('other-tenant');
  return found;
}

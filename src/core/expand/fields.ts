import {
  definedHosts,
  placeholderNames,
  choicesOf,
  choiceValues,
  kindOf,
  labelOf,
  type FieldDefinition,
  type DefinedKind,
} from '../definition/parts.js';
import { kebab, variableName } from '../field-names.js';
import type { Definition } from '../definition/schema.js';
import { escapePattern } from '../definition/template.js';
import type { Field, FieldKind } from '../provider.js';

const KINDS: Readonly<Record<DefinedKind, FieldKind>> = {
  name: 'host',
  host: 'host',
  choice: 'choice',
  text: 'text',
  email: 'email',
  secret: 'secret',
};

export function expandFields(definition: Definition): Field[] {
  return Object.entries(definition.fields).map(([id, field]) => expandField(definition, id, field));
}

function expandField(definition: Definition, id: string, field: FieldDefinition): Field {
  const kind = kindOf(definition, id);
  const label = labelOf(definition, id);
  return {
    id,
    label,
    // A DNS label that is only in the exchange's host doesn't lead to the connection's host.
    kind: kind === 'name' && !isInHost(definition, id) ? 'text' : KINDS[kind],
    flag: kebab(id),
    env: variableName(definition.id, id),
    example: field.example ?? exampleOf(definition, field, kind, label),
    about: [field.about ?? label].flat(),
    ...(field.where !== undefined && { where: field.where }),
    ...(field.page !== undefined && { page: field.page }),
    ...(field.choices && { choices: choicesOf(field) }),
    ...(field.default !== undefined && { default: field.default }),
    ...(field.optional && { optional: true as const }),
    ...(field.format && {
      format: { pattern: formatPattern(field.format), says: formatWords(field.format) },
    }),
    ...limitsOf(definition, id, kind),
    ...(field.mistakes && {
      mistakes: field.mistakes.map(({ message, ...format }) => ({
        pattern: formatPattern(format),
        message,
      })),
    }),
    sources: field.sources ?? definition.sources,
  };
}

function isInHost({ host }: Definition, id: string): boolean {
  return definedHosts(host).some((each) => placeholderNames(each.host).includes(id));
}

function exampleOf(
  { id, name }: Definition,
  field: FieldDefinition,
  kind: DefinedKind,
  label: string,
): string {
  switch (kind) {
    case 'name':
      return 'acme';
    case 'host':
      return `${id}.acme.example`;
    case 'email':
      return 'api-user@acme.example';
    case 'choice':
      return field.default ?? choiceValues(field)[0] ?? '';
    case 'text':
    case 'secret':
      return `the ${label} as ${name} shows it`;
  }
}

type Format = NonNullable<FieldDefinition['format']>;

const CHARSETS: Readonly<Record<NonNullable<Format['charset']>, string>> = {
  digits: '[0-9]',
  letters: '[A-Za-z]',
  hex: '[0-9A-Fa-f]',
  alphanumeric: '[A-Za-z0-9]',
  word: '[\\w-]',
  base64: '[\\w+/=-]',
};

/** The source of a pattern that matches a whole value if everything in `format` holds. */
export function formatPattern(format: Format): string {
  const { startsWith, endsWith, contains, charset, length, mixed, noSpaces } = format;
  const [from, to = from] = [length ?? []].flat();
  const each = charset === undefined ? (noSpaces ? '\\S' : '[^]') : CHARSETS[charset];
  return [
    '^',
    mixed ? '(?:(?=[^]*[a-z])(?=[^]*[A-Z])|(?=[^]*[0-9][A-Za-z]))' : '',
    startsWith === undefined ? '' : `(?=${anyOf(startsWith)})`,
    contains === undefined ? '' : `(?=[^]*${anyOf(contains)})`,
    endsWith === undefined ? '' : `(?=[^]*${anyOf(endsWith)}$)`,
    `${each}${from === undefined ? '*' : `{${from},${to}}`}$`,
  ].join('');
}

function anyOf(pieces: string | string[]): string {
  return `(?:${[pieces].flat().map(escapePattern).join('|')})`;
}

const CHARACTERS: Readonly<Record<NonNullable<Format['charset']>, string>> = {
  digits: 'digits only',
  letters: 'letters only',
  hex: 'hexadecimal digits only',
  alphanumeric: 'letters and digits only',
  word: 'letters, digits, _ and - only',
  base64: 'the characters of Base64 only',
};

function or(pieces: string | string[]): string {
  return [pieces].flat().join(' or ');
}

/** A description of a right value: `begins with pk_ and has 32 characters`. */
function formatWords({
  startsWith,
  endsWith,
  contains,
  charset,
  length,
  noSpaces,
}: Format): string {
  const [from, to = from] = [length ?? []].flat();
  const words = [
    startsWith === undefined ? '' : `begins with ${or(startsWith)}`,
    contains === undefined ? '' : `has ${or(contains)} in it`,
    endsWith === undefined ? '' : `ends with ${or(endsWith)}`,
    from === undefined ? '' : `has ${from === to ? from : `${from} to ${to}`} characters`,
    charset === undefined ? '' : `has ${CHARACTERS[charset]}`,
    noSpaces ? 'has no spaces' : '',
  ].filter((each) => each !== '');
  return words.length === 0 ? 'has both cases or digits among letters' : words.join(' and ');
}

/** The limits of a value that follow from where it's sent. */
function limitsOf(
  definition: Definition,
  id: string,
  kind: DefinedKind,
): { limits?: NonNullable<Field['limits']> } {
  const { auth, exchange, headers = {} } = definition;
  const names = (value: unknown) => JSON.stringify(value ?? null).includes(`{${id}}`);
  const inHeader = [auth.bearer, auth.headers, headers, exchange?.headers].some(names);
  const isUser = kind === 'text' && [auth.basic?.[0], exchange?.basic?.[0]].some(names);
  const limits = {
    ...(inHeader && { ascii: true as const }),
    ...(isUser && { noColon: true as const }),
    ...(kind === 'name' && !isInHost(definition, id) && { label: true as const }),
  };
  return Object.keys(limits).length > 0 ? { limits } : {};
}

import { isHostName } from './definition/template.js';
import { looksLikeKey } from './key-likeness.js';
import { once } from './once.js';
import type { Field, Provider } from './provider.js';
import { isSealedText } from './sealed/text.js';
import { LONGEST_VALUE, SHORTEST_SECRET } from './secret.js';

/** What is never part of a value, and what it's called in messages. */
const invisible = once((): readonly (readonly [name: string, pattern: RegExp])[] => [
  [
    'paste markers of the terminal',
    // Terminals put these markers around a paste (bracketed paste), and some shells leave them in.
    // Without the escape character they could be part of a value, so they only count at its ends.
    // oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
    /(?:\u001B\[|\u009B)20[01]~|^(?:\^\[)?\[200~|(?:\^\[)?\[201~$/gu,
  ],
  // Zero-width characters, bidi marks, soft hyphens, BOMs, fillers: Unicode's own list of what is
  // invisible.
  ['characters that cannot be seen', /\p{Default_Ignorable_Code_Point}/gu],
]);

/**
 * Removes what is never part of a value from a typed or pasted answer. `removed` names each kind of
 * thing that was removed, once. Nothing else changes; `paste-lint.ts` looks for oddities inside the
 * value.
 */
export function stripInvisible(answer: string): { value: string; removed: string[] } {
  const removed = new Set<string>();
  let value = answer;
  let before: string;
  // Repeat until nothing changes: a space may follow a marker, and another marker may follow the
  // space.
  do {
    before = value;
    for (const [name, pattern] of invisible()) {
      const rest = value.replaceAll(pattern, '');
      if (rest !== value) removed.add(name);
      value = rest;
    }
    const inner = value.trim();
    const edges = value.replace(inner, '');
    if (/[\n\r\u2028\u2029]/u.test(edges)) removed.add('line breaks around it');
    if (/[^\n\r\u2028\u2029]/u.test(edges)) removed.add('spaces around it');
    value = inner;
  } while (value !== before);
  return { value, removed: [...removed] };
}

/** What a sentence leaves around an address that was copied out of it. */
const edgesOfText = once(() => /^[^\p{L}\p{N}]+|(?:['\u2019]s)?[^\p{L}\p{N}/]*$/gu);

/** The only kind of address that begins with punctuation. */
const IPV6 = /^\[[\da-f:.]+\](?::\d+)?(?:\/|$)/iu;

/** A Markdown link: `[text](address)`. */
const LINK = /^\[[^\]]*\]\((\S+)\)$/u;

/** Does the same for an address, and also removes the punctuation of the text around it. */
export function stripAroundHost(answer: string): { value: string; removed: string[] } {
  const { value: visible, removed } = stripInvisible(answer);
  const address = LINK.exec(visible)?.[1] ?? visible;
  const value = IPV6.test(address) ? address : address.replaceAll(edgesOfText(), '');
  return { value, removed: value === visible ? removed : [...removed, 'punctuation around it'] };
}

/**
 * The parts of a field that decide which values it accepts. A `text` goes into a message and
 * accepts anything.
 */
type Asked = Pick<Field, 'label' | 'example' | 'kind' | 'choices' | 'limits' | 'optional'>;

/** Why `value` can't possibly be this field's; undefined if it can. A host is read by `host.ts`. */
export function refuseValue(field: Asked, value: string): string | undefined {
  const { label, example, kind, choices, optional } = field;
  if (value === '' && optional) return undefined;
  if (value === '') return kind === 'text' ? 'This needs an answer.' : `${label} is needed.`;
  if (kind === 'secret' && isSealedText(value)) {
    return `It is a sealed answer, or a part of one, and not the ${label}: connect-wizard accept opens it.`;
  }
  if (value.length > LONGEST_VALUE) {
    return `${label} is longer than ${LONGEST_VALUE / 1024} KiB: that is another file or text.`;
  }
  if (/\p{Cc}/u.test(value)) return `${label} has a control character or a line break in it.`;
  // Basic auth ends the user name at the first colon (RFC 7617).
  if (kind === 'email' && !/^[^\s@:]+@(?=[^\s@:]+$).+\../u.test(value)) {
    const must = `${label} must be an e-mail address, like ${example}`;
    if (!looksLikeKey(value)) return `${must}.`;
    return `${must}; this looks like a key or a token, which is asked for on its own, and not shown.`;
  }
  if (kind === 'secret' && value.length < SHORTEST_SECRET) {
    const count = value.length === 1 ? '1 character is' : `${value.length} characters are`;
    return `It was not copied whole: ${count} too few for the ${label}.`;
  }
  if (choices && choices.every((each) => each.value !== value)) {
    return `${label} must be one of: ${choices.map((each) => each.value).join(', ')}.`;
  }
  return refuseByLimits(field, value);
}

function refuseByLimits({ label, limits = {} }: Asked, value: string): string | undefined {
  if (limits.ascii && !/^[\u0020-\u007e]*$/u.test(value)) {
    return `${label} has characters beyond plain ASCII, which cannot be sent.`;
  }
  if (limits.noColon && value.includes(':')) return `${label} must not have a colon in it.`;
  if (limits.label && !isHostName(`${value}.example`.toLowerCase())) {
    return `${label} is a name: letters, digits and hyphens.`;
  }
  return undefined;
}

/**
 * Why `value` can't be a secret: it's another answer, or part of one. Such a secret would also be
 * redacted everywhere that answer has to be shown.
 *
 * @param others answers that aren't secret, by their fields' names.
 */
export function refuseRepeated(
  field: Pick<Field, 'label'>,
  value: string,
  others: Readonly<Record<string, string>>,
): string | undefined {
  const same = Object.entries(others).find(([, other]) =>
    other.toLowerCase().includes(value.toLowerCase()),
  );
  return same && `That is the ${same[0]}, or part of it, not the ${field.label}.`;
}

/**
 * The fields that make up the host, in the order they are asked. There are none if the host is
 * fixed.
 */
export function hostFields({ fields, hosts }: Provider): Field[] {
  return fields.filter(({ id }) => hosts.fields.includes(id));
}

export function secretFields(provider: Provider): Field[] {
  return provider.fields.filter((each) => each.kind === 'secret');
}

/** What a provider's secrets are called in a sentence: `API key`. */
export function secretLabels(provider: Provider): string {
  return secretFields(provider)
    .map(({ label }) => label)
    .join(' and ');
}

/** What a person can type for a field that isn't secret: its allowed values, or an example. */
export function valueHint({ choices, example }: Field): string {
  if (!choices) return `such as ${example}`;
  return `one of ${choices.map(({ value }) => value).join(', ')}`;
}

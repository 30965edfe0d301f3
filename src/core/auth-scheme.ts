import { placeholders } from './definition/parts.js';
import { base64 } from './encoding.js';
import { fillText } from './fill.js';
import type { AuthScheme } from './provider.js';
import { revealAll, Secret } from './secret.js';

/** Values by the names in braces. What is left out is an optional field that is empty. */
export type AuthValues = Readonly<Record<string, string | Secret>>;

/** A header or a part of a query: a `Secret` if a secret is in it. */
export type SentValues = Readonly<Record<string, string | Secret>>;

/** The request headers that prove a credential. `{…}` in the scheme is filled in. */
export function authHeaders(
  { basic, headers }: Pick<AuthScheme, 'basic' | 'headers'>,
  values: AuthValues,
): SentValues {
  const pair = basicPair({ basic }, values);
  return {
    ...(pair && { authorization: basicHeader(pair) }),
    ...fillValues(headers, values),
  };
}

/** The `user:password` of Basic auth. A secret of its own, in base64 too: a server may echo the header. */
export function basicPair(
  { basic }: Pick<AuthScheme, 'basic'>,
  values: AuthValues,
): Secret | undefined {
  if (!basic) return undefined;
  const plain = revealAll(values);
  return new Secret(`${fillHalf(basic[0], plain)}:${fillHalf(basic[1], plain)}`);
}

/** RFC 7617. */
export function basicHeader(pair: Secret): Secret {
  return Secret.around(`Basic ${base64(pair.reveal())}`);
}

/** One half of Basic is empty if its field is. */
function fillHalf(template: string, plain: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/gu, (_, name: string) => plain[name] ?? '');
}

/** Values filled in; one that names an empty field is left out. */
export function fillValues(
  templates: Readonly<Record<string, string>>,
  values: AuthValues,
): Record<string, string | Secret> {
  const filled: Record<string, string | Secret> = {};
  for (const [name, template] of Object.entries(templates)) {
    const named = placeholders(template);
    if (named.some((each) => !Object.hasOwn(values, each))) continue;
    const text = fillText(template, revealAll(values));
    const isSecret = named.some((each) => values[each] instanceof Secret);
    filled[name] = isSecret ? Secret.around(text) : text;
  }
  return filled;
}

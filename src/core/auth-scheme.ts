import { placeholderNames } from './definition/parts.js';
import { base64 } from './encoding.js';
import { fillText } from './fill.js';
import type { AuthScheme } from './provider.js';
import { revealAll, Secret } from './secret.js';

/** Values by the names in braces. An empty optional field is left out. */
export type AuthValues = Readonly<Record<string, string | Secret>>;

/** Headers or query parameters by name. A value that contains a secret is a `Secret`. */
export type SentValues = Readonly<Record<string, string | Secret>>;

/** The request headers that carry the credential. `{…}` in the scheme is filled in. */
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

/**
 * The `user:password` of Basic auth. It's a secret of its own, also in base64, because a server may
 * echo the header.
 */
export function basicPair(
  { basic }: Pick<AuthScheme, 'basic'>,
  values: AuthValues,
): Secret | undefined {
  if (!basic) return undefined;
  const revealed = revealAll(values);
  return new Secret(`${fillHalf(basic[0], revealed)}:${fillHalf(basic[1], revealed)}`);
}

/** RFC 7617. */
export function basicHeader(pair: Secret): Secret {
  return Secret.around(`Basic ${base64(pair.reveal())}`);
}

/** A half of Basic auth is empty if its field is. */
function fillHalf(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/gu, (_, name: string) => values[name] ?? '');
}

/** Fills in the values. A value that names an empty field is left out. */
export function fillValues(
  templates: Readonly<Record<string, string>>,
  values: AuthValues,
): Record<string, string | Secret> {
  const filled: Record<string, string | Secret> = {};
  for (const [name, template] of Object.entries(templates)) {
    const named = placeholderNames(template);
    if (named.some((each) => !Object.hasOwn(values, each))) continue;
    const text = fillText(template, revealAll(values));
    const isSecret = named.some((each) => values[each] instanceof Secret);
    filled[name] = isSecret ? Secret.around(text) : text;
  }
  return filled;
}

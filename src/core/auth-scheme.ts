import type { AuthScheme } from './provider.js';
import { fillText } from './fill.js';
import { base64 } from './encoding.js';
import { revealAll, Secret } from './secret.js';

type Values = Readonly<Record<string, string | Secret>>;

/**
 * The request headers that prove a credential. `{<field id>}` in the scheme is
 * replaced by the field's value.
 */
export function authHeaders(
  { basic, headers }: Pick<AuthScheme, 'basic' | 'headers'>,
  values: Values,
): Record<string, Secret> {
  const plain = revealAll(values);
  const pair = basicPair({ basic }, values);
  const filled = Object.entries(headers).map(
    ([name, value]) => [name, Secret.around(fillText(value, plain))] as const,
  );
  return {
    ...(pair && { authorization: Secret.around(`Basic ${base64(pair.reveal())}`) }),
    ...Object.fromEntries(filled),
  };
}

/** The `user:password` of Basic auth. A secret of its own, in base64 too: a server may echo the header. */
export function basicPair(
  { basic }: Pick<AuthScheme, 'basic'>,
  values: Values,
): Secret | undefined {
  if (!basic) return undefined;
  const plain = revealAll(values);
  return new Secret(`${fillText(basic[0], plain)}:${fillText(basic[1], plain)}`);
}

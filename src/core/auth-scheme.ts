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
  const filled = Object.entries(headers).map(
    ([name, value]) => [name, Secret.around(fillText(value, plain))] as const,
  );
  return {
    ...(basic && {
      authorization: basicHeader(fillText(basic[0], plain), fillText(basic[1], plain)),
    }),
    ...Object.fromEntries(filled),
  };
}

function basicHeader(user: string, password: string): Secret {
  // The pair is a secret of its own, in base64 too: a server may echo the header.
  const pair = new Secret(`${user}:${password}`);
  return Secret.around(`Basic ${base64(pair.reveal())}`);
}

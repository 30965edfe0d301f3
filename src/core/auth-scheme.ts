import type { AuthScheme } from './provider.js';
import { fillText } from './fill.js';
import { base64 } from './encoding.js';
import { revealAll, Secret } from './secret.js';

/**
 * The request headers that prove a credential. `{<field id>}` in the scheme is
 * replaced by the field's value.
 */
export function authHeaders(
  scheme: AuthScheme,
  values: Readonly<Record<string, string | Secret>>,
): Record<string, Secret> {
  const plain = revealAll(values);
  switch (scheme.scheme) {
    case 'basic': {
      const pair = `${fillText(scheme.user, plain)}:${fillText(scheme.password, plain)}`;
      // Both are secrets of their own: a server that echoes the header must not make it appear.
      return { authorization: new Secret(`Basic ${new Secret(base64(pair)).reveal()}`) };
    }
    case 'bearer':
      return { authorization: new Secret(`Bearer ${fillText(scheme.token, plain)}`) };
    case 'header':
      return { [scheme.name]: new Secret(fillText(scheme.value, plain)) };
  }
}

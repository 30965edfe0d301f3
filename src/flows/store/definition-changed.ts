import { adviceFor } from '../../core/advice.js';
import { ConnectionError } from '../../core/errors.js';
import type { Provider } from '../../core/provider.js';

/**
 * The error for a connection that was stored under a different definition from the provider's
 * current one.
 *
 * @param was the hash that it was stored under.
 */
export function definitionChanged(
  provider: Provider,
  name: string,
  was: string | undefined,
): ConnectionError {
  const { id, definition } = provider;
  const isBuiltIn = definition === undefined;
  const detail = isBuiltIn
    ? `it was stored with a file of your own, and ${provider.name} is built in now`
    : was === undefined
      ? 'it was stored without the hash of a definition'
      : `where secrets go, what is sent, or what proves it is not what it was (${was.slice(0, 12)} then, ${definition.slice(0, 12)} now)`;
  const advice = adviceFor(provider, 'definition-changed', { name, providerId: id, detail });
  const next = `Look at it: connect-wizard providers ${id}. To let the built-in take over: connect-wizard providers remove ${id}.`;
  return new ConnectionError(name, 'definition-changed', isBuiltIn ? { ...advice, next } : advice);
}

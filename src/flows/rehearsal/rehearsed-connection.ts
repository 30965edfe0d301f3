import { RECORD_VERSION, type Connection } from '../../core/connection.js';
import { hostAnswers, tenantOf } from '../../core/tenant.js';
import { defaultName } from '../../core/name.js';
import type { Context, SecretStore } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';
import { plainValues } from '../../core/secret.js';
import { save } from '../store/save.js';
import { rehearse } from './rehearse.js';
import { sandboxValues } from './simulation.js';

/** Stores the connection that a connect in the sandbox would make. */
export async function storeRehearsed(
  context: Pick<Context, 'records' | 'interruption' | 'clock'>,
  provider: Provider,
  store: SecretStore,
): Promise<void> {
  const found = await rehearse(provider, { title: 'the right credential' });
  if (found instanceof Error) throw found;
  const { host, reason, recognised, identity, roles } = found;
  const values = { ...sandboxValues(provider), ...hostAnswers(provider, host) };
  const now = context.clock.now().toISOString();
  const connection: Connection = {
    v: RECORD_VERSION,
    name: defaultName(provider.id, tenantOf(provider, host)),
    provider: provider.id,
    host,
    fields: plainValues(values),
    identity,
    ...(roles && { roles }),
    store: 'keychain',
    needs: [],
    reason,
    recognised,
    createdAt: now,
    changedAt: now,
    verifiedAt: now,
    lastValidAt: now,
  };
  await save(context, provider, store, connection, values, false);
}

import {
  createMemoryApprovals,
  createMemoryRecords,
  createMemoryResumePoints,
  createMemoryStore,
  createNoHistory,
  createNoRequests,
} from './adapters/memory.js';
import { createStores } from './adapters/stores.js';
import type { KnownProvider } from './core/known-provider.js';
import type { SecretStore } from './core/ports.js';
import type { StoreOptions } from './core/store.js';
import type { Sandbox } from './flows/rehearsal/sandbox.js';
import { clock, type Services } from './services.js';

/** What `--sandbox` and the library's `sandbox` work with. */
export interface SandboxServices
  extends
    Sandbox,
    Pick<
      Services,
      'stores' | 'records' | 'resumePoints' | 'history' | 'approvals' | 'requests' | 'clock'
    > {
  /** The store for every `--store` value. */
  readonly store: SecretStore;
}

/**
 * Builds services that send nothing anywhere. What is stored is lost when the run ends.
 *
 * @param reason the reason that a run with the right credential ends with. Default: it's accepted.
 * @throws {UsageError} no response of this provider leads to it.
 */
export async function sandboxServices(
  known: KnownProvider,
  reason: string | undefined,
  { vaults }: Pick<StoreOptions, 'vaults'>,
): Promise<SandboxServices> {
  const { openSandbox } = await import('./flows/rehearsal/sandbox.js');
  const store = createMemoryStore();
  return {
    ...(await openSandbox(await known.load(), reason)),
    store,
    stores: createStores(
      { keychain: store, file: store },
      {},
      () => store,
      new Map(vaults.map((storeId) => [storeId, { secrets: store }])),
    ),
    records: createMemoryRecords(),
    resumePoints: createMemoryResumePoints(),
    history: createNoHistory(),
    approvals: createMemoryApprovals(),
    requests: createNoRequests(),
    clock,
  };
}

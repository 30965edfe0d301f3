import { StoreError } from '../../core/errors.js';
import { hostFields } from '../../core/field.js';
import { tenantOf } from '../../core/tenant.js';
import { checkName, defaultName } from '../../core/name.js';
import { BACK, type Choice, type SecretStore } from '../../core/ports.js';
import { storeName } from '../../core/store.js';
import { isVaultId } from '../../core/vault-id.js';
import { testStore } from '../store/test-store.js';
import { has, type Draft, type Has, type Slot } from './draft.js';
import { on, type Outcome, type Run } from './run.js';

/**
 * Finds the name and the store for a credential of the draft's host. The store is tested before the
 * person is sent to fetch the secret.
 */
export async function findSlot<D extends Has<'host'>>(
  run: Run,
  draft: D,
): Promise<Outcome<D & Has<'slot'>>> {
  if (has(draft, 'slot')) return on(draft);
  const { provider, options } = run;
  const usual = defaultName(provider.id, tenantOf(provider, draft.host.host));
  return locate(run, draft, {
    name: checkName(draft.wanted.name ?? usual, []),
    consent: options.replace ? 'given' : 'none',
    settledBy: hostFields(provider).at(-1)?.id,
  });
}

/**
 * The slot with that name. If its store fails, the person may choose another one. The store never
 * changes silently.
 */
export async function locate<D extends Draft>(
  run: Run,
  draft: D,
  begun: Pick<Slot, 'name' | 'consent' | 'settledBy'>,
): Promise<Outcome<D & Has<'slot'>>> {
  const { options } = run;
  const { records, stores } = run.context;
  let known = draft;
  for (;;) {
    const wanted = known.otherStore ?? known.wanted.store;
    let slot: Slot = { ...begun, existing: undefined, storeId: 'none', store: undefined };
    try {
      // If nothing is to be stored, stored connections don't matter.
      const existing = wanted === 'none' ? undefined : await records.read(begun.name, wanted);
      slot = { ...slot, existing, storeId: wanted ?? existing?.store ?? options.defaultStore };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return { next: 'stop', draft: { ...known, slot }, ended: error, shown: false };
    }
    try {
      const store = slot.storeId === 'none' ? undefined : stores.open(slot.storeId);
      slot = { ...slot, store };
      if (store && store !== known.testedStore) await test(run, store, begun.name);
      return on({ ...known, slot, testedStore: store });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const outcome = await offerStores(run, { ...known, slot }, error);
      if (outcome.next !== 'on') return outcome;
      known = outcome.draft;
    }
  }
}

async function test({ context }: Run, store: SecretStore, name: string): Promise<void> {
  const { terminal } = context;
  const where = storeName(store.description);
  await terminal.during(`Testing the ${where}`, () => testStore(context, store, name));
  // A script finds them in the report.
  for (const { message } of store.warnings ?? []) {
    if (terminal.interactive) terminal.warn(message);
  }
  terminal.done(`The ${where} can keep a secret`);
}

/**
 * Asks which store to use instead of a failed one, or to try that one again. Without a person, the
 * run ends.
 */
export async function offerStores<D extends Has<'slot'>>(
  { context, form }: Run,
  draft: D,
  error: StoreError,
): Promise<Outcome<D>> {
  const { terminal, stores } = context;
  const { storeId: failed, store } = draft.slot;
  const stop = { next: 'stop', draft, ended: error } as const;
  if (!terminal.interactive) return { ...stop, shown: false };
  terminal.problem(error.advice);
  const others = stores.ids.filter((id) => id !== failed);
  const again: Choice<string> = { value: failed, label: 'Try again' };
  // A bare Enter must not put a team's secret onto a single machine.
  const isTeams = isVaultId(failed);
  const choices: Choice<string | undefined>[] = [
    ...(isTeams ? [again] : []),
    ...others.flatMap((id) => {
      const description = stores.describe(id);
      return description ? [{ value: id, label: `Use the ${storeName(description)}` }] : [];
    }),
    { value: 'none', label: 'Only check the credential, and store nothing' },
    ...(isTeams ? [] : [again]),
    { value: undefined, label: 'Stop, and save nothing' },
  ];
  const chosen = await terminal.choose('What now?', choices, { back: form.mayGoBack(draft) });
  if (chosen === BACK) return form.goBack(draft);
  if (chosen === undefined) return { ...stop, shown: true };
  if (chosen === failed) store?.retry?.();
  return on({ ...draft, otherStore: chosen, testedStore: undefined });
}

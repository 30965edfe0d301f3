import { tenantOf } from '../../core/tenant.js';
import { defaultName } from '../../core/name.js';
import { StoreError } from '../../core/errors.js';
import { writeItem } from '../../core/stored-item.js';
import { isFinding } from '../verify/find-host.js';
import { verify } from '../verify/verify.js';
import type { Finding } from '../../core/finding.js';
import { has, needsOf, type Draft, type Has } from './draft.js';
import { valuesOf } from './draft-result.js';
import { offerRemedies } from './offer-remedies.js';
import { mayStore, on, type Outcome, type Run } from './run.js';
import { offerStores } from './slot.js';

/** Asks the provider whether it accepts the credential. The run goes on if it may be stored. */
export async function verifyAnswers(
  run: Run,
  draft: Has<'host' | 'slot'>,
): Promise<Outcome<Has<'host' | 'slot' | 'finding'>>> {
  if (has(draft, 'finding')) return on(draft);
  const { context, provider, options } = run;
  const { terminal } = context;
  const { host: target, slot } = draft;
  const tooLong = tooLongFor(run, draft);
  if (tooLong) {
    const outcome = await offerStores(run, draft, tooLong);
    // Another store goes through the same steps as the first one.
    return outcome.next === 'on'
      ? { next: 'again', draft: { ...outcome.draft, slot: undefined } }
      : outcome;
  }
  run.form.heading('Check and save');
  const finding = isFinding(target)
    ? target
    : await terminal.during(`Asking ${target.host}`, () =>
        verify(context, provider, {
          target,
          values: valuesOf(provider, draft),
          needs: needsOf(draft),
          timeoutMs: options.timeoutMs,
          purpose: 'connect',
        }),
      );
  run.ladder.show(target.host, finding.ladder);
  const found = { ...draft, finding: withNeedWarning(run, draft, finding) };
  if (!mayStore(options, found)) {
    const outcome = await offerRemedies(run, draft, finding);
    return outcome.next === 'on' ? on({ ...outcome.draft, finding }) : outcome;
  }
  if (finding.host === target.host) return on(found);
  // The tenant's own address differs. A name derived from the address changes with it.
  const usual = defaultName(provider.id, tenantOf(provider, target.host));
  return {
    next: 'again',
    draft: {
      ...found,
      host: { ...target, host: finding.host },
      slot: slot.name === usual ? undefined : slot,
    },
  };
}

/**
 * Nothing is sent that couldn't be stored afterwards. Values from the command are checked before
 * any request. The host and the store aren't known yet, so only what no store accepts is refused.
 */
export function tooLongFor({ provider }: Run, draft: Draft): StoreError | undefined {
  const { host, slot, wanted } = draft;
  if (slot ? !slot.store : wanted.store === 'none') return undefined;
  const { id, definition } = provider;
  const values = valuesOf(provider, draft);
  const name = slot?.name ?? '';
  try {
    const item = { name, provider: id, host: host?.host ?? '', values, definition };
    writeItem(item, slot?.store?.longestItem);
    return undefined;
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}

/**
 * Warns a script that gives no `--need`, if the credential may not read what was requested first.
 */
function withNeedWarning({ context, provider }: Run, draft: Draft, finding: Finding): Finding {
  const asked = context.terminal.interactive || provider.capabilities.length === 0;
  if (asked || !finding.refusedFirst || needsOf(draft).length > 0) return finding;
  const warning = {
    code: 'no-need-given',
    message: `the first request was refused, and another one worked. Say what the credential is for, then that is checked: --need ${provider.capabilities[0]?.id}`,
  };
  return { ...finding, warnings: [...finding.warnings, warning] };
}

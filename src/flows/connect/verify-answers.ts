import { tenantOf } from '../../core/host.js';
import { defaultName } from '../../core/name.js';
import { isFinding } from '../verify/find-host.js';
import { verify } from '../verify/verify.js';
import type { Finding } from '../../core/finding.js';
import { has, needsOf, valuesOf, type Draft, type Has } from './draft.js';
import { offerRemedies } from './offer-remedies.js';
import { mayStore, on, type Outcome, type Run } from './run.js';

/** Asks the provider whether it takes the credential. It goes on with one that may be stored. */
export async function verifyAnswers(
  run: Run,
  draft: Has<'host' | 'slot'>,
): Promise<Outcome<Has<'host' | 'slot' | 'finding'>>> {
  if (has(draft, 'finding')) return on(draft);
  const { context, provider, options } = run;
  const { terminal } = context;
  const { host: target, slot } = draft;
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
  // The tenant's own address is another one: a name that was made of the address changes with it.
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

/** A script that says no need, with a credential that may not read what came first, is warned. */
function withNeedWarning({ context, provider }: Run, draft: Draft, finding: Finding): Finding {
  const asked = context.terminal.interactive || provider.capabilities.length === 0;
  if (asked || !finding.refusedFirst || needsOf(draft).length > 0) return finding;
  const warning = {
    code: 'no-need-given',
    message: `the credential was refused at first, and works for something else. Say what it is for, and that is checked: --need ${provider.capabilities[0]?.id}`,
  };
  return { ...finding, warnings: [...finding.warnings, warning] };
}

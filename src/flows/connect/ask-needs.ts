import { MOST_NEEDS } from '../../core/needs.js';
import { BACK } from '../../core/ports.js';
import { isAccepted } from '../../core/verdict.js';
import { verifyNeeds, yesNo } from '../verify/verify.js';
import { isFinding } from '../verify/find-host.js';
import { needsOf, type Verified } from './draft.js';
import { valuesOf } from './draft-result.js';
import { offerRemedies } from './offer-remedies.js';
import { mayStore, on, type Outcome, type Run } from './run.js';

/**
 * Asks what the accepted credential is for, because a key that may not read anything is accepted
 * too. The provider is asked about the ticked capabilities now, and in each later check. The
 * question is asked once, unless the command or the stored connection already answers it.
 */
export async function askNeeds(run: Run, draft: Verified): Promise<Outcome<Verified>> {
  const { context, provider, options, form } = run;
  const { terminal } = context;
  const { host: target, finding } = draft;
  const isSaid =
    draft.needs !== undefined || draft.wanted.needs !== undefined || needsOf(draft).length > 0;
  if (isSaid || options.rotating || !terminal.interactive || isFinding(target)) return on(draft);
  if (provider.capabilities.length === 0 || !isAccepted(finding.reason)) {
    return on(draft);
  }
  terminal.explain(
    `Tick what your program needs, at most ${MOST_NEEDS}. It is checked now and in each later check. To skip this, press Enter.`,
  );
  const needs = await terminal.tick(
    'What is it for?',
    provider.capabilities.map(({ id }) => ({ value: id, label: id })),
    { most: MOST_NEEDS, back: form.mayGoBack(draft) },
  );
  if (needs === BACK) return form.goBack(draft);
  const known = { ...draft, needs };
  if (needs.length === 0) return on(known);

  const found = await terminal.during(`Asking ${target.host}`, () =>
    verifyNeeds(
      context,
      provider,
      {
        target,
        values: valuesOf(provider, known),
        needs,
        timeoutMs: options.timeoutMs,
        purpose: 'connect',
      },
      finding,
    ),
  );
  for (const { id, granted } of found.capabilities) {
    if (granted) terminal.done(`${id}: ${yesNo(granted)}`);
    else terminal.warn(`${id}: ${yesNo(granted)}`);
  }
  if (mayStore(options, { ...known, finding: found })) return on({ ...known, finding: found });
  const outcome = await offerRemedies(run, known, found);
  return outcome.next === 'on' ? on({ ...outcome.draft, finding: found }) : outcome;
}

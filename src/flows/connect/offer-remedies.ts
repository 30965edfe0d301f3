import type { Finding } from '../../core/finding.js';
import { caseOf } from '../../core/guide.js';
import { BACK } from '../../core/ports.js';
import { isFinding } from '../verify/find-host.js';
import { remedies, type Remedy } from './remedies.js';
import type { Draft } from './draft.js';
import { on, type Outcome, type Run } from './run.js';

/**
 * Asks what to do about a finding that isn't good enough. The run goes on only if the person wants
 * the credential stored anyway. Without a person, the run ends.
 */
export async function offerRemedies<D extends Draft>(
  run: Run,
  draft: D,
  finding: Finding,
): Promise<Outcome<D>> {
  const { provider, options, form } = run;
  const { terminal } = run.context;
  if (run.page?.isWaiting) return run.page.retry(draft, finding.advice);
  if (!terminal.interactive) return { next: 'stop', draft, ended: finding, shown: false };
  terminal.problem(finding.advice);

  const { guide, rotating } = options;
  const offered = remedies(provider, draft, finding, guide);
  form.guide.failed(guide && caseOf(guide, finding.reason));
  const [only] = offered;
  if (offered.length === 1 && only?.kind === 'retype') return retype(draft, only);
  for (;;) {
    const chosen = await terminal.choose(
      'What now?',
      offered.map((value) => ({
        value,
        // A rotation has no place to keep.
        label: value.kind === 'stop' && rotating ? 'Stop, and save nothing' : value.label,
      })),
      { back: form.mayGoBack(draft) },
    );
    if (chosen === BACK) return form.goBack(draft);
    switch (chosen.kind) {
      case 'again': {
        // Also looks for the host again if none answered.
        const host = draft.host && isFinding(draft.host) ? undefined : draft.host;
        return { next: 'again', draft: { ...draft, host, finding: undefined } };
      }
      case 'retype':
        form.askDirectly(chosen.field);
        return retype(draft, chosen);
      case 'store-unverified':
        return on({ ...draft, storeUnverified: true });
      case 'message':
      case 'guide': {
        const field = provider.fields.find(({ id }) => id === chosen.field);
        const outcome = field && (await form.lookAround(field, draft, chosen.part));
        if (outcome) return outcome;
        break;
      }
      case 'stop':
        await form.guide.saveResumePoint(draft);
        return { next: 'stop', draft, ended: finding, shown: true };
    }
  }
}

function retype(draft: Draft, { field }: Extract<Remedy, { kind: 'retype' }>): Outcome<never> {
  return { next: 'back', draft, to: field, why: 'refused' };
}

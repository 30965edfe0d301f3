import type { Finding } from '../../core/finding.js';
import { BACK } from '../../core/ports.js';
import { isFinding } from '../verify/find-host.js';
import { remedies, type Draft, type Remedy } from './draft.js';
import { on, type Outcome, type Run } from './run.js';

/**
 * What now, after a finding that is not good enough? It goes on only if the person wants it stored
 * all the same. Without a person, it ends the run.
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

  const offered = remedies(provider, draft, finding).filter(
    ({ kind }) => kind !== 'guide' || options.guide !== undefined,
  );
  const [only] = offered;
  if (offered.length === 1 && only?.kind === 'retype') return retype(draft, only);
  for (;;) {
    const chosen = await terminal.choose(
      'What now?',
      offered.map((value) => ({ value, label: value.label })),
      { back: form.mayGoBack(draft) },
    );
    if (chosen === BACK) return form.goBack(draft);
    switch (chosen.kind) {
      case 'again': {
        // Also for the host, if none answered.
        const host = draft.host && isFinding(draft.host) ? undefined : draft.host;
        return { next: 'again', draft: { ...draft, host, finding: undefined } };
      }
      case 'retype':
        form.askDirectly(chosen.field);
        return retype(draft, chosen);
      case 'store-unverified':
        return on({ ...draft, storeUnverified: true });
      case 'guide': {
        const field = provider.fields.find(({ id }) => id === chosen.field);
        const outcome = field && (await form.lookAround(field, draft));
        if (outcome) return outcome;
        break;
      }
      case 'stop':
        return { next: 'stop', draft, ended: finding, shown: true };
    }
  }
}

function retype(
  draft: Draft,
  { field }: Extract<Remedy, { kind: 'retype' | 'guide' }>,
): Outcome<never> {
  return { next: 'back', draft, to: field, why: 'refused' };
}

import type { Has } from './draft.js';
import type { Outcome, Run } from './run.js';
import { settle } from './settle.js';

/**
 * Asks for every field that has no answer. A name that another connection has is settled as soon as
 * an answer shows it. That is before the secret is fetched, which a provider may show only once.
 *
 * @throws {UsageError} `name-taken`
 */
export async function fillForm<D extends Has<'host' | 'slot'>>(
  run: Run,
  draft: D,
): Promise<Outcome<D>> {
  let outcome = await settle(run, draft);
  for (const field of run.provider.fields) {
    if (outcome.next !== 'on') return outcome;
    // A pasted address answers several fields at once.
    const isAnswered = run.provider.hosts.fields.includes(field.id);
    if (isAnswered || outcome.draft.answers.has(field.id)) continue;
    outcome = await run.form.ask(field, outcome.draft);
    if (outcome.next === 'on' && field.kind !== 'secret') {
      outcome = await settle(run, outcome.draft);
    }
  }
  return outcome;
}

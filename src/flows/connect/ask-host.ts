import { HostError, UsageError } from '../../core/errors.js';
import { hostField } from '../../core/field.js';
import type { Finding } from '../../core/finding.js';
import { readHost } from '../../core/host.js';
import { findHost, isFinding, type RecognisedHost } from '../verify/find-host.js';
import { has, type Draft, type Has } from './draft.js';
import { offerRemedies } from './offer-remedies.js';
import { mayStore, on, type Outcome, type Run } from './run.js';

/**
 * The host that the credential goes to, found for the address that was answered. Nothing secret is
 * sent yet.
 *
 * @throws {UsageError} what came with the command can be no host.
 */
export async function askHost(run: Run, draft: Draft): Promise<Outcome<Has<'host'>>> {
  if (has(draft, 'host')) return on(draft);
  const { context, provider, options } = run;
  const { terminal } = context;
  const field = hostField(provider);
  const asked = draft.answers.has(field.id) ? on(draft) : await run.form.ask(field, draft);
  if (asked.next !== 'on') return asked;

  const known = asked.draft;
  const address = String(known.answers.get(field.id));
  let found: RecognisedHost | Finding;
  try {
    const { candidates } = readHost(provider, address);
    found = await terminal.during(`Looking for ${address} at ${provider.name}`, () =>
      findHost(context, provider, candidates, options.timeoutMs),
    );
  } catch (error) {
    if (!(error instanceof HostError || error instanceof UsageError)) throw error;
    if (run.page?.isWaiting) return run.page.retry(known, error.advice);
    if (terminal.interactive) {
      terminal.problem(error.advice);
      return { next: 'back', draft: known, to: field.id, why: 'unreadable' };
    }
    if (error instanceof UsageError) throw error;
    return { next: 'stop', draft: known, ended: error, shown: false };
  }
  if (!isFinding(found)) {
    run.ladder.show(found.host, found.ladder);
    return on({ ...known, host: found });
  }
  if (mayStore(options, { ...known, finding: found })) return on({ ...known, host: found });
  const outcome = await offerRemedies(run, known, found);
  return outcome.next === 'on' ? on({ ...outcome.draft, host: found }) : outcome;
}

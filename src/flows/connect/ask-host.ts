import { HostError, UsageError } from '../../core/errors.js';
import { hostFields, secretLabels } from '../../core/field.js';
import type { Finding } from '../../core/finding.js';
import { caseOf } from '../../core/guide.js';
import { hostTyped, readHost } from '../../core/host.js';
import type { Field, Provider } from '../../core/provider.js';
import { findHost, isFinding, type RecognisedHost } from '../verify/find-host.js';
import { has, type Draft, type Has } from './draft.js';
import { offerRemedies } from './offer-remedies.js';
import { mayStore, on, type Outcome, type Run } from './run.js';

/**
 * Finds the host for the answered address. Nothing secret is sent yet.
 *
 * @throws {UsageError} what came with the command can't be a host.
 */
export async function askHost(run: Run, draft: Draft): Promise<Outcome<Has<'host'>>> {
  if (has(draft, 'host')) return on(draft);
  const { context, provider, options } = run;
  const { terminal } = context;
  const asked = await askFields(run, draft);
  if (asked.next !== 'on') return asked;

  const known = asked.draft;
  const last = hostFields(provider).at(-1)?.id;
  let found: RecognisedHost | Finding;
  try {
    const { candidates } = readHost(provider, addressOf(provider, known), {
      allowPrivate: options.allowPrivate === true,
    });
    const [host] = candidates;
    const refused = await confirmHost(run, known, host);
    if (refused) return refused;
    found = await terminal.during(`Looking for ${lookedFor(provider, known)}`, () =>
      findHost(context, provider, candidates, options.timeoutMs),
    );
  } catch (error) {
    if (!(error instanceof HostError || error instanceof UsageError)) throw error;
    if (terminal.interactive && last !== undefined) {
      const { guide } = options;
      if (error instanceof HostError) run.form.guide.failed(guide && caseOf(guide, error.reason));
      terminal.problem(error.advice);
      return {
        next: 'back',
        draft: known,
        to: typedIn(provider, known) ?? last,
        why: 'unreadable',
      };
    }
    if (error instanceof UsageError) throw error;
    return { next: 'stop', draft: known, ended: error, shown: false };
  }
  if (!isFinding(found)) {
    run.form.guide.failed(undefined);
    run.ladder.show(found.host, found.ladder);
    return on({ ...known, host: found });
  }
  const { selfHosted } = provider.hosts;
  if (!selfHosted && mayStore(options, { ...known, finding: found }))
    return on({ ...known, host: found });
  const outcome = await offerRemedies(run, known, found);
  return outcome.next === 'on' ? on({ ...outcome.draft, host: found }) : outcome;
}

/**
 * A host that was typed whole could belong to anybody, so the person is asked once to confirm it. A
 * host that came with its flag is intended.
 */
async function confirmHost(
  { provider, context: { terminal } }: Run,
  draft: Draft,
  host: string,
): Promise<Outcome<never> | undefined> {
  const [field] = hostFields(provider);
  if (!provider.hosts.selfHosted || !field || !draft.typed.has(field.id)) return undefined;
  terminal.warn(`Your ${secretLabels(provider)} goes to ${host}.`);
  const isTheirs = await terminal.confirm(`Is that your ${provider.name}?`, { back: true });
  return isTheirs === true ? undefined : { next: 'back', draft, to: field.id, why: 'reconsidered' };
}

/** Asks for the parts of the host. A pasted address answers all of them. */
async function askFields(run: Run, draft: Draft): Promise<Outcome> {
  let known = draft;
  for (const field of hostFields(run.provider)) {
    if (known.answers.has(field.id) || typedIn(run.provider, known) !== undefined) continue;
    const asked = await run.form.ask(field, known);
    if (asked.next !== 'on') return asked;
    known = asked.draft;
  }
  return on(known);
}

/** The field whose answer is more than a name. */
function typedIn(provider: Provider, { answers }: Draft): string | undefined {
  const isAddress = ({ id, kind }: Field) =>
    kind === 'host' && /[./]/u.test(String(answers.get(id)));
  return hostFields(provider).find(isAddress)?.id;
}

function addressOf(provider: Provider, { answers }: Draft): Record<string, string> {
  return hostTyped(provider, (id) => answers.get(id));
}

function lookedFor(provider: Provider, draft: Draft): string {
  const address = Object.values(addressOf(provider, draft)).join(', ');
  return address === '' ? provider.name : `${address} at ${provider.name}`;
}

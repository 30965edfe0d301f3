import type { Connection } from '../../core/connection.js';
import { ago } from '../../core/duration.js';
import { hostFields, secretFields } from '../../core/field.js';
import { compareTenant } from '../../core/tenant.js';
import { BACK, type Choice } from '../../core/ports.js';
import { reportVerdict } from '../../core/report.js';
import { check } from '../connections/check.js';
import type { Has } from './draft.js';
import { on, type Outcome, type Run } from './run.js';
import { askName } from './settle.js';
import { locate } from './slot.js';

type WithSlot = Has<'host' | 'slot'>;

/**
 * Says that this account is already connected, and asks what to do about it. A script isn't asked,
 * and neither is somebody who came with the secret or with `--replace`.
 */
export async function meetExisting<D extends WithSlot>(run: Run, draft: D): Promise<Outcome<D>> {
  const { existing } = draft.slot;
  if (!existing || !isNews(run, draft, existing)) return on(draft);
  const { context, provider, options, form } = run;
  const { terminal, clock } = context;
  terminal.warn(`${existing.name} is already connected${lastKnown(existing, clock.now())}.`);
  const [secret] = secretFields(provider);
  const choices: readonly Choice<'replace' | 'check' | 'another' | 'keep'>[] = [
    { value: 'replace', label: `Replace its ${secret?.label}` },
    { value: 'check', label: 'Check it now' },
    { value: 'another', label: `Connect another ${provider.name} account` },
    { value: 'keep', label: 'Leave it as it is' },
  ];
  for (;;) {
    const chosen = await terminal.choose('What do you want?', choices, {
      back: form.mayGoBack(draft),
    });
    if (chosen === BACK) return form.goBack(draft);
    if (chosen === 'keep') return { next: 'keep', draft, existing };
    // Its other answers are offered again, since they are most likely the same.
    if (chosen === 'replace') return on({ ...draft, met: existing.name });
    if (chosen === 'check') {
      await checkNow(run, existing.name);
      continue;
    }
    const last = hostFields(provider).at(-1);
    if (last) return { next: 'back', draft, to: last.id, why: 'unreadable' };
    const name = await askName(run, draft);
    if (name === BACK) continue;
    return locate(run, draft, {
      name,
      consent: options.replace ? 'given' : 'none',
      settledBy: undefined,
    });
  }
}

function isNews(
  { context, provider, options, page }: Run,
  draft: WithSlot,
  existing: Connection,
): boolean {
  const { slot, host, answers } = draft;
  return (
    context.terminal.interactive &&
    !options.rotating &&
    !page?.isActive &&
    draft.met !== existing.name &&
    slot.consent === 'none' &&
    existing.provider === provider.id &&
    compareTenant(provider, host.host, existing.host).is === 'same' &&
    !secretFields(provider).some(({ id }) => answers.has(id))
  );
}

function lastKnown({ identity, reason, lastValidAt }: Connection, now: Date): string {
  const said =
    lastValidAt === null
      ? 'it was never proven to work'
      : reason === 'ok'
        ? `worked ${ago(lastValidAt, now)}`
        : `the last check said: ${reason}`;
  return ` (${identity ? `${identity.label}, ` : ''}${said})`;
}

async function checkNow({ context, provider, options }: Run, name: string): Promise<void> {
  const { terminal } = context;
  const [report] = await terminal.during(`Asking ${provider.name}`, () =>
    check(context, [{ id: provider.id, load: async () => provider }], {
      names: [name],
      timeoutMs: options.timeoutMs,
      concurrency: 1,
    }),
  );
  if (!report) return;
  if (reportVerdict(report) === 'valid') terminal.done(`${name} works`);
  else terminal.problem(report.advice);
  for (const { message } of report.warnings) terminal.warn(message);
}

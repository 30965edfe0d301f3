import { UsageError } from '../../core/errors.js';
import { secretFields, stripInvisible } from '../../core/field.js';
import { tenantOf } from '../../core/tenant.js';
import { checkName, defaultName } from '../../core/name.js';
import { BACK, type Choice } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';
import { cleanAnswer } from '../guide/clean-answer.js';
import { conflict, type Conflict } from './conflict.js';
import type { Draft, Has, Slot } from './draft.js';
import { on, type Outcome, type Run } from './run.js';
import { locate } from './slot.js';

/**
 * Asks what should happen to another connection in the slot, until nothing conflicts.
 *
 * @throws {UsageError} `name-taken`: the other connection stays.
 */
export async function settle<D extends Has<'host' | 'slot'>>(
  run: Run,
  draft: D,
): Promise<Outcome<D>> {
  let known = draft;
  for (;;) {
    const found = conflict(run.provider, known);
    if (!found) return on(known);
    const outcome = await resolve(run, known, found);
    if (outcome.next !== 'on') return outcome;
    known = outcome.draft;
  }
}

/** Save this one under another name, replace the other one, or stop. */
export async function resolve<D extends Has<'host' | 'slot'>>(
  run: Run,
  draft: D,
  { why, field, unverified }: Conflict,
): Promise<Outcome<D>> {
  const { form, options } = run;
  const { terminal } = run.context;
  const { slot } = draft;
  if (!terminal.interactive) throw nameTaken(slot.name, why);
  terminal.warn(`${slot.name} is already there: ${why}.`);
  const choices: readonly Choice<'rename' | 'replace' | 'stop'>[] = [
    // A rotation is about the connection with that name.
    ...(options.rotating
      ? []
      : [{ value: 'rename', label: 'Keep it, and save this one under another name' } as const]),
    { value: 'replace', label: replaceLabel(run.provider, draft, unverified) },
    { value: 'stop', label: 'Stop, and save nothing' },
  ];
  for (;;) {
    const chosen = await terminal.choose('What should happen to it?', choices, {
      back: form.mayGoBack(draft),
    });
    if (chosen === BACK) return form.goBack(draft);
    if (chosen === 'stop') throw nameTaken(slot.name, why);
    if (chosen === 'replace') {
      const consent: Slot['consent'] = unverified ? 'given' : 'once-verified';
      return on({ ...draft, slot: { ...slot, consent, settledBy: field } });
    }
    const name = await askName(run, draft);
    if (name === BACK) continue;
    return locate(run, draft, { name, consent: 'none', settledBy: field });
  }
}

function replaceLabel(provider: Provider, { finding }: Draft, unverified: boolean): string {
  const [secret] = secretFields(provider);
  const what = `the new ${secret?.label}`;
  if (!finding) return `Replace it, once ${what} works`;
  return unverified ? `Replace it, although ${what} is not verified` : 'Replace it';
}

/** @returns a name that differs from the slot's. */
export async function askName({ context, provider, options }: Run, draft: Has<'host' | 'slot'>) {
  const { terminal } = context;
  const reserved = options.reservedNames ?? [provider.id];
  const typed = await terminal.askText({
    label: 'Name for this one',
    initial: suggestName(provider, draft),
    back: true,
    refuse(answer) {
      const { value } = stripInvisible(answer);
      return value === draft.slot.name ? 'That name is taken.' : refuseName(value, reserved);
    },
  });
  return typed === BACK ? BACK : cleanAnswer(terminal, typed);
}

function refuseName(name: string, reserved: readonly string[]): string | undefined {
  try {
    checkName(name, reserved);
    return undefined;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.advice.next;
  }
}

/** The tenant's default name if it differs, otherwise the taken name followed by the user. */
function suggestName(
  provider: Provider,
  { answers, host, slot, finding }: Has<'host' | 'slot'>,
): string {
  const usual = defaultName(provider.id, tenantOf(provider, host.host));
  if (usual !== slot.name) return usual;
  const email = provider.fields.find(({ kind }) => kind === 'email');
  const user = (email && String(answers.get(email.id))) ?? finding?.identity?.label ?? '';
  const word = (/([^\s<@]+)@/u.exec(user)?.[1] ?? user)
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/gu, '-')
    .replaceAll(/^[-.]+|[-.]+$|\.(?=\.)/gu, '');
  const room = 100 - slot.name.length - 1;
  return `${slot.name}-${word.slice(0, Math.max(room, 0)) || '2'}`;
}

function nameTaken(name: string, why: string): UsageError {
  return new UsageError(
    {
      what: `The name ${name} is taken`,
      why,
      next: 'Choose another name with --name, or give --replace to point this one elsewhere.',
    },
    'name-taken',
  );
}

import type { ResumePoint } from '../../core/resume-point.js';
import { HostError, StoreError, UsageError } from '../../core/errors.js';
import { hostFields, refuseValue } from '../../core/field.js';
import { dayOf } from '../../core/duration.js';
import { findPart, partLabel } from '../../core/guide.js';
import { hostAnswers } from '../../core/tenant.js';
import { readHost } from '../../core/host.js';
import { isName } from '../../core/name.js';
import type { Context } from '../../core/ports.js';
import type { Guide } from '../../core/guide.js';
import type { Provider } from '../../core/provider.js';

/**
 * The place where the last run was left, if the person wants to go on there.
 *
 * @param given what came with this command, by field id. If it contradicts the saved place, this
 *   run is about something else and the place stays as it is.
 */
export async function offerToResume(
  { terminal, resumePoints, stores }: Pick<Context, 'terminal' | 'resumePoints' | 'stores'>,
  provider: Provider,
  guide: Guide,
  supplied: Readonly<Record<string, string>>,
): Promise<ResumePoint | undefined> {
  const kept = await resumePoints.read(provider.id);
  if (!kept || isAnother(provider, kept, supplied)) return undefined;
  const found = usable(provider, guide, stores, kept);
  terminal.note(whereLeft(provider, guide, found));
  const goOn = await terminal.choose('Continue?', [
    { label: 'Continue', value: true },
    { label: 'Start over', value: false },
  ]);
  if (goOn) return found;
  await removeResumePoint({ resumePoints }, provider);
  return undefined;
}

function isAnother(
  provider: Provider,
  { fields }: ResumePoint,
  supplied: Readonly<Record<string, string>>,
): boolean {
  return provider.fields.some(({ id, kind }) => {
    const [was, is] = [fields[id], supplied[id]];
    if (was === undefined || is === undefined) return false;
    return kind === 'host' ? !leadsTo(provider, id, is, was) : is !== was;
  });
}

/** The value that was given for the host may mean that tenant. */
function leadsTo(provider: Provider, field: string, typed: string, answer: string): boolean {
  try {
    const { candidates } = readHost(provider, { [field]: typed }, { allowPrivate: true });
    return candidates.some((host) => hostAnswers(provider, host)[field] === answer);
  } catch (error) {
    if (error instanceof HostError || error instanceof UsageError) return false;
    throw error;
  }
}

/**
 * What this version can use of it. Another version may have written the file, or a person may have
 * edited it.
 */
function usable(
  provider: Provider,
  guide: Guide,
  stores: Context['stores'],
  { fields, field, part, options: { name, store, needs }, ...rest }: ResumePoint,
): ResumePoint {
  const answers = provider.fields.flatMap((each) => {
    const value = fields[each.id];
    const good = value !== undefined && each.kind !== 'secret' && !refuseValue(each, value);
    return good ? [[each.id, value] as const] : [];
  });
  const known = new Set(provider.capabilities.map(({ id }) => id));
  return {
    ...rest,
    fields: Object.fromEntries(answers),
    field,
    part: part !== null && findPart(guide, part) ? part : null,
    options: {
      name: name !== undefined && isName(name) ? name : undefined,
      store: store === 'none' || (store && stores.describe(store)) ? store : undefined,
      needs: needs?.every((each) => known.has(each)) ? needs : undefined,
    },
  };
}

function whereLeft(
  provider: Provider,
  guide: Guide,
  { savedAt, part, fields }: ResumePoint,
): string {
  const found = part === null ? undefined : findPart(guide, part)?.part;
  const at = found === undefined ? '' : `, at "${partLabel(found)}"`;
  const answers = provider.fields.flatMap(({ id, label }) =>
    fields[id] === undefined ? [] : [`${label} ${fields[id]}`],
  );
  const known = answers.length === 0 ? '' : `: ${answers.join(', ')}`;
  return `You stopped on ${dayOf(savedAt)}${at}${known}.`;
}

/** Once `host` is connected, a place on the way to it is no longer of use. */
export async function clearResumePoint(
  { resumePoints }: Pick<Context, 'resumePoints'>,
  provider: Provider,
  host: string,
): Promise<void> {
  const kept = await resumePoints.read(provider.id);
  if (!kept) return;
  const answers = hostAnswers(provider, host);
  const same = hostFields(provider).every(({ id }) => {
    const was = kept.fields[id];
    return was === undefined || was === answers[id];
  });
  if (same) await removeResumePoint({ resumePoints }, provider);
}

async function removeResumePoint(
  { resumePoints }: Pick<Context, 'resumePoints'>,
  provider: Provider,
): Promise<void> {
  try {
    await resumePoints.remove(provider.id);
  } catch (error) {
    // If the point stays, it's offered again, which does no harm.
    if (!(error instanceof StoreError)) throw error;
  }
}

import { StoreError } from '../../core/errors.js';
import { fieldBlanks } from '../../core/guide.js';
import type { Context } from '../../core/ports.js';
import type { Guide } from '../../core/guide.js';
import type { Provider } from '../../core/provider.js';
import type { ResumePoint } from '../../core/resume-point.js';

/** What a resume point keeps of a run, apart from the place in the guide. */
export type Resumable = Pick<ResumePoint, 'fields' | 'field' | 'options'>;

interface Stopped {
  readonly provider: Provider;
  readonly guide: Guide;
  readonly filled: ReadonlyMap<string, string>;
  readonly resumePoint: Resumable | undefined;
}

/**
 * Saves where the wizard was left, and says so. If that fails, it says why, and the run goes on.
 *
 * @param part the open part of the guide.
 */
export async function saveResumePoint(
  { terminal, resumePoints, clock }: Pick<Context, 'terminal' | 'resumePoints' | 'clock'>,
  { provider, guide, filled, resumePoint }: Stopped,
  part: string | null,
): Promise<void> {
  if (!resumePoint) return;
  const fields = { ...resumePoint.fields };
  for (const [name, id] of fieldBlanks(guide)) {
    const value = filled.get(name);
    if (value !== undefined && Object.hasOwn(fields, id)) fields[id] = value;
  }
  try {
    await resumePoints.write({
      ...resumePoint,
      provider: provider.id,
      fields,
      words: Object.fromEntries(filled),
      part,
      savedAt: clock.now().toISOString(),
    });
    terminal.note(
      resumePoints.persistent
        ? `Your place is saved, without secrets. Go on: connect-wizard ${provider.id}`
        : 'Outside the sandbox, your place would be saved now, without any secret.',
    );
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    terminal.warn(error.message);
  }
}

import type { Bookmark } from '../core/bookmark.js';
import { StoreError } from '../core/errors.js';
import { partLabel, findPart } from '../core/guide.js';
import type { Context } from '../core/ports.js';
import type { Guide, Provider } from '../core/provider.js';

type World = Pick<Context, 'terminal' | 'bookmarks'>;

/**
 * Where the last run was left, if the person wants to go on from there.
 *
 * @param given what came with this command, by field id: where that says something else, it is
 *   another matter, and the place stays as it is.
 */
export async function offerToGoOn(
  { terminal, bookmarks }: World,
  provider: Provider,
  guide: Guide,
  given: Readonly<Record<string, string>>,
): Promise<Bookmark | undefined> {
  const found = await bookmarks.read(provider.id);
  if (!found) return undefined;
  const other = Object.entries(found.fields).some(([id, was]) => (given[id] ?? was) !== was);
  if (other) return undefined;
  const answers = provider.fields.flatMap(({ id, label }) =>
    found.fields[id] === undefined ? [] : [`${label} ${found.fields[id]}`],
  );
  // A newer guide may have other parts.
  const part = found.part === null ? undefined : findPart(guide, found.part)?.part;
  const at = part === undefined ? '' : `, at "${partLabel(part)}"`;
  terminal.tell(
    `Left on ${found.savedAt.slice(0, 10)}${at}. Known by then: ${answers.join(', ')}.`,
  );
  const goOn = await terminal.choose('Go on from there?', [
    { label: 'Go on where I left', value: true },
    { label: 'Start anew', value: false },
  ]);
  if (goOn) return part === undefined ? { ...found, part: null } : found;
  await forgetPlace({ bookmarks }, provider);
  return undefined;
}

/** Says so, or why not: a place that cannot be kept stops nothing. */
export async function keepPlace({ terminal, bookmarks }: World, bookmark: Bookmark): Promise<void> {
  try {
    await bookmarks.write(bookmark);
    terminal.tell(
      bookmarks.persistent
        ? `Your place is kept, without any secret: connect-wizard ${bookmark.provider} goes on from here.`
        : 'Outside the sandbox, your place would be kept now, without any secret.',
    );
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    terminal.warn(error.message);
  }
}

/** It is of no use any more. */
export async function forgetPlace(
  { bookmarks }: Pick<Context, 'bookmarks'>,
  provider: Provider,
): Promise<void> {
  try {
    await bookmarks.remove(provider.id);
  } catch (error) {
    // What stays is offered again, and harms nobody.
    if (!(error instanceof StoreError)) throw error;
  }
}

import type { Path } from '../definition/faults.js';
import { placeholderNames } from '../definition/parts.js';
import type { Definition } from '../definition/schema.js';
import { LONGEST_CHOICE } from '../guide.js';
import { checkPage } from './pages.js';
import { textsIn } from './sending.js';
import type { Subject } from './subject.js';

type Guide = NonNullable<Definition['guide']>;
type Block = Guide['topics'][number]['body'][number];

export function checkGuide(subject: Subject): void {
  const { guide } = subject.parts;
  if (!guide || !subject.isWhole('guide')) return;
  const blocks = guide.topics.flatMap((topic, number) =>
    topic.body.map((block, index) => ({
      block,
      place: ['guide', 'topics', number, 'body', index] as Path,
    })),
  );
  checkBlanks(subject, guide);
  const ids = checkParts(subject, blocks);
  for (const { block, place } of blocks) checkBlock(subject, block, place, ids);
  checkStarts(subject, guide, ids);
  for (const [number, { id, body }] of guide.topics.entries()) {
    const place: Path = ['guide', 'topics', number];
    const last = body.at(-1);
    if (last && !('steps' in last || 'sees' in last || 'message' in last)) {
      subject.report(
        [...place, 'body'],
        'it must end with something to do: steps, a case or a message',
      );
    }
    if (guide.topics.findIndex((each) => each.id === id) < number) {
      subject.report([...place, 'id'], `another topic is called ${id}, too`);
    }
  }
}

function checkBlanks({ isPlain, report }: Subject, { blanks = {}, topics }: Guide): void {
  const known = new Set([...Object.keys(blanks), 'host']);
  for (const [place, text] of textsIn(topics, ['guide', 'topics'])) {
    // A page has the fields of the host instead.
    if (place.includes('page') || place.includes('sources')) continue;
    const strange = placeholderNames(text).find((name) => !known.has(name));
    if (strange !== undefined) report(place, `{${strange}} is not among guide.blanks`);
  }
  for (const [name, { ask }] of Object.entries(blanks)) {
    const place = ['guide', 'blanks', name];
    if (!ask) {
      if (name !== 'host') report(place, 'it needs ask: how the wizard asks for it');
    } else if (ask.field !== undefined && !isPlain(ask.field)) {
      report(
        [...place, 'ask', 'field'],
        'it is a field that is not secret: a guide never holds a secret',
      );
    }
  }
}

interface Placed {
  readonly block: Block;
  readonly place: Path;
}

/** @returns the ids of the parts. */
function checkParts({ report }: Subject, blocks: readonly Placed[]): Set<string> {
  const ids = new Set<string>();
  for (const { block, place } of blocks) {
    if (!('id' in block) || block.id === undefined) continue;
    if (ids.has(block.id)) report([...place, 'id'], `another part is called ${block.id}, too`);
    ids.add(block.id);
  }
  return ids;
}

function checkBlock(subject: Subject, block: Block, place: Path, parts: Set<string>): void {
  const { ids, report } = subject;
  if (!('sees' in block || 'message' in block)) return;
  const choice = 'sees' in block ? (block.choice ?? block.sees) : block.choice;
  if (choice.length > LONGEST_CHOICE) {
    report([...place, 'choice'], `a choice is at most ${LONGEST_CHOICE} characters`);
  }
  if (!('sees' in block)) return;
  const { next = [], change, page } = block;
  if (next.length > 4) report([...place, 'next'], 'at most four');
  for (const [index, id] of next.entries()) {
    if (!parts.has(id)) report([...place, 'next', index], `there is no part ${id}`);
  }
  if (change !== undefined && !ids.includes(change)) {
    report([...place, 'change'], 'it is no field');
  }
  if (page !== undefined) checkPage(subject, [...place, 'page'], page);
}

function checkStarts({ ids, report }: Subject, { starts = {} }: Guide, parts: Set<string>): void {
  for (const [field, list] of Object.entries(starts)) {
    const place = ['guide', 'starts', field];
    if (!ids.includes(field)) report(place, 'it is no field');
    if (list.length > 5) report(place, 'at most five');
    for (const [index, id] of list.entries()) {
      if (!parts.has(id)) report([...place, index], `there is no part ${id}`);
    }
  }
}

import { blanksOf, fillPart, findPart } from '../core/guide.js';
import type { Block, Branch, GuidedProvider, Topic } from '../core/guide.js';
import { commandLine, type Invocation } from '../core/shell.js';
import { createStyle, nextWidth, type Style } from './style.js';

const MARGIN = '  ';

/** A topic as plain text, for programs. */
export interface TopicText {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** Topics in order, each with its title and the word that selects it. */
export function guideText(
  style: Style,
  definition: GuidedProvider,
  topics: readonly Topic[],
): string {
  return topics
    .map((topic) => {
      const title = `${style.bold(topic.title)} ${style.dim(`(${topic.id})`)}`;
      return `${style.paragraph(title, '')}\n\n${topicText(style, definition, topic, MARGIN)}`;
    })
    .join('\n\n\n');
}

/** The list of topics, one a line. All topics together wouldn't fit on a screen. */
export function topicsText(
  style: Style,
  { id, guide }: GuidedProvider,
  invocation: Invocation,
): string {
  const widest = Math.max(...guide.topics.map((topic) => topic.id.length));
  const indent = ' '.repeat(widest + 4);
  return [
    ...guide.topics.map((topic) =>
      style.paragraph(topic.title, indent, `  ${style.bold(topic.id.padEnd(widest))}  `),
    ),
    '',
    style.paragraph(`One of them: ${commandLine(invocation, ['guide', id])} <topic>`, ''),
    style.paragraph(`All of it: ${commandLine(invocation, ['guide', id])} | more`, ''),
  ].join('\n');
}

/** The topics without colours and margin. Lines break only between their parts. */
export async function plainTopics(
  definition: GuidedProvider,
  topics: readonly Topic[],
): Promise<TopicText[]> {
  const plain = await createStyle({ colour: false, unicode: true, columns: undefined });
  return topics.map((topic) => ({
    id: topic.id,
    title: topic.title,
    text: topicText(plain, definition, topic, ''),
  }));
}

function topicText(style: Style, definition: GuidedProvider, topic: Topic, margin: string): string {
  const { guide } = definition;
  const { body, sources } = topic;
  const blanks = blanksOf(guide);
  const all = [...sources, ...body.flatMap((part) => ('sees' in part ? part.sources : []))];
  const dates = [...new Set(all.map(({ checked }) => checked))];
  const read = dates.map((date) => {
    const names = all.filter(({ checked }) => checked === date).map(({ what }) => what);
    return `${[...new Set(names)].join('; ')} (read ${date})`;
  });
  return [
    ...body.map((part) => {
      const more = 'sees' in part ? elsewhere(definition, topic, part) : [];
      const inner = `${margin}${MARGIN}`;
      return [
        partText(style, fillPart(part, blanks), margin),
        ...more.map((line) => entryText(style, line, inner, style.next, nextWidth(style))),
      ].join('\n');
    }),
    style.paragraph(style.dim(`Sources: ${read.join('; ')}`), margin),
  ].join('\n\n');
}

/** Where to read on outside this topic. In the wizard these are choices. */
function elsewhere({ id, guide }: GuidedProvider, here: Topic, { next = [] }: Branch): string[] {
  const topics = next.map((part) => findPart(guide, part)?.topic.id);
  return [...new Set(topics)].flatMap((topic) =>
    topic === undefined || topic === here.id ? [] : [`More: connect-wizard guide ${id} ${topic}`],
  );
}

/**
 * A part of a topic, with its blanks filled.
 *
 * @param letter the margin inside a message.
 */
export function partText(
  style: Style,
  part: Block,
  margin: string,
  letter = `${margin}${MARGIN}`,
): string {
  if ('text' in part) return style.paragraph(part.text, margin);
  if ('steps' in part) return underTitle(style, part.title, margin, stepsText, part.steps);
  if ('bullets' in part) return underTitle(style, part.title, margin, bulletsText, part.bullets);
  const inner = `${margin}${MARGIN}`;
  if ('sees' in part) {
    return [
      style.paragraph(style.bold(part.sees), margin),
      style.paragraph(part.means, inner),
      ...(part.page === undefined ? [] : [style.paragraph(`Page: ${part.page}`, inner)]),
      stepsText(style, part.todo, inner),
    ].join('\n');
  }
  return [
    style.paragraph(style.bold(part.title), margin),
    style.paragraph(`Subject: ${part.subject}`, letter),
    ...part.message.map((each) => partText(style, each, letter)),
  ].join('\n\n');
}

type ListText = (style: Style, entries: readonly string[], margin: string) => string;

/** Indents a list below its title, if it has one. */
function underTitle(
  style: Style,
  title: string | undefined,
  margin: string,
  listText: ListText,
  entries: readonly string[],
): string {
  if (title === undefined) return listText(style, entries, margin);
  const heading = style.paragraph(style.bold(title), margin);
  return `${heading}\n${listText(style, entries, `${margin}${MARGIN}`)}`;
}

/** A single step has no number. */
const stepsText: ListText = (style, steps, margin) => {
  return steps
    .map((step, index) =>
      steps.length === 1
        ? entryText(style, step, margin, style.next, nextWidth(style))
        : entryText(style, step, margin, `${index + 1}.`),
    )
    .join('\n');
};

const bulletsText: ListText = (style, bullets, margin) =>
  bullets.map((bullet) => entryText(style, bullet, margin, '-')).join('\n');

/** All its lines are indented to the width of the mark. */
function entryText(
  style: Style,
  text: string,
  margin: string,
  mark: string,
  width = mark.length,
): string {
  return style.paragraph(text, `${margin}${' '.repeat(width + 1)}`, `${margin}${mark} `);
}

import { fillText } from '../core/fill.js';
import type { Style } from '../core/ports.js';
import type { Block, Definition, Guide, Topic } from '../core/provider.js';
import { createStyle } from './style.js';

const MARGIN = '  ';

/** A topic as plain text, for programs. */
export interface TopicText {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** Topics one after the other, each under its title and the word that asks for it alone. */
export function guideText(style: Style, { guide }: Definition, topics: readonly Topic[]): string {
  return topics
    .map((topic) => {
      const title = `${style.bold(topic.title)} ${style.dim(`(${topic.id})`)}`;
      return `${style.paragraph(title, '')}\n\n${topicText(style, guide, topic, MARGIN)}`;
    })
    .join('\n\n\n');
}

/** The same without colours and margin, broken nowhere but between its parts. */
export async function plainTopics(
  { guide }: Definition,
  topics: readonly Topic[],
): Promise<TopicText[]> {
  const plain = await createStyle({ colour: false, unicode: true, columns: undefined });
  return topics.map((topic) => ({
    id: topic.id,
    title: topic.title,
    text: topicText(plain, guide, topic, ''),
  }));
}

function topicText(
  style: Style,
  { blanks }: Guide,
  { body, sources }: Topic,
  margin: string,
): string {
  const filled: Style = {
    ...style,
    paragraph: (text, ...margins) => style.paragraph(fillText(text, blanks), ...margins),
  };
  const dates = [...new Set(sources.map(({ checked }) => checked))];
  const read = dates.map((date) => {
    const names = sources.filter(({ checked }) => checked === date).map(({ what }) => what);
    return `${names.join('; ')} (read ${date})`;
  });
  return [
    ...body.map((block) => blockText(filled, block, margin)),
    style.paragraph(style.dim(`Sources: ${read.join('; ')}`), margin),
  ].join('\n\n');
}

function blockText(style: Style, block: Block, margin: string): string {
  if ('says' in block) return style.paragraph(block.says, margin);
  if ('steps' in block) return underTitle(style, block.title, margin, stepsText, block.steps);
  if ('bullets' in block) return underTitle(style, block.title, margin, bulletsText, block.bullets);
  const inner = `${margin}${MARGIN}`;
  if ('sees' in block) {
    return [
      style.paragraph(style.bold(block.sees), margin),
      style.paragraph(block.means, inner),
      stepsText(style, block.todo, inner),
    ].join('\n');
  }
  return [
    style.paragraph(style.bold(block.title), margin),
    style.paragraph(`Subject: ${block.subject}`, inner),
    ...block.message.map((part) => blockText(style, part, inner)),
  ].join('\n\n');
}

type ListText = (style: Style, entries: readonly string[], margin: string) => string;

/** A list further in than its title, where it has one. */
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

/** A step on its own is not numbered. */
const stepsText: ListText = (style, steps, margin) => {
  // The mark may have colours around it, which are no part of its width.
  const markWidth = style.unicode ? 1 : 2;
  return steps
    .map((step, index) =>
      steps.length === 1
        ? entryText(style, step, margin, style.next, markWidth)
        : entryText(style, step, margin, `${index + 1}.`),
    )
    .join('\n');
};

const bulletsText: ListText = (style, bullets, margin) =>
  bullets.map((bullet) => entryText(style, bullet, margin, '-')).join('\n');

/** Its lines stand below one another, beside the mark. */
function entryText(
  style: Style,
  text: string,
  margin: string,
  mark: string,
  markWidth = mark.length,
): string {
  return style.paragraph(text, `${margin}${' '.repeat(markWidth + 1)}`, `${margin}${mark} `);
}

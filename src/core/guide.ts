import { fillText } from './fill.js';
import type { AdminMessage, Block, Branch, Guide, Topic } from './provider.js';

/** What the wizard offers as a choice: a case, a message, or a list with a title. */
export function partLabel(part: Block): string | undefined {
  if ('sees' in part) return part.choice ?? part.sees;
  if ('message' in part) return part.choice;
  return 'title' in part ? part.title : undefined;
}

/** A part by its id, and the topic it stands in; undefined where this guide has none. */
export function findPart(
  { topics }: Guide,
  id: string,
): { readonly topic: Topic; readonly part: Branch | AdminMessage } | undefined {
  for (const topic of topics) {
    for (const part of topic.body) {
      if ('id' in part && part.id === id) return { topic, part };
    }
  }
  return undefined;
}

/** A part with its blanks filled; what is not among `words` stays as it is. */
export function fillPart<Part extends Block>(
  part: Part,
  words: Readonly<Record<string, string>>,
): Part {
  return fillAll(part, words) as Part;
}

function fillAll(value: unknown, words: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return fillText(value, words);
  if (Array.isArray(value)) return value.map((each) => fillAll(each, words));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, fillAll(each, words)]),
  );
}

/** What stands in the blanks that nobody has filled. */
export function blanksOf({ blanks }: Guide): Record<string, string> {
  return Object.fromEntries(Object.entries(blanks).map(([name, { blank }]) => [name, blank]));
}

/** The names of the blanks in a message, in their order. */
export function blanksIn(guide: Guide, message: AdminMessage): string[] {
  const text = JSON.stringify(message);
  return Object.keys(guide.blanks).filter((name) => text.includes(`{${name}}`));
}

/** A message as a mail program takes it: broken nowhere but between its parts. */
export function messageText({ subject, message }: AdminMessage): string {
  const parts = message.map((part) => {
    if ('says' in part) return part.says;
    const entries =
      'steps' in part
        ? part.steps.map((step, index) => `${index + 1}. ${step}`)
        : part.bullets.map((bullet) => `- ${bullet}`);
    return [...(part.title === undefined ? [] : [`${part.title}:`]), ...entries].join('\n');
  });
  return `${[`Subject: ${subject}`, ...parts].join('\n\n')}\n`;
}

import { fillText } from './fill.js';
import type { Provider, Source } from './provider.js';
import type { Reason } from './verdict.js';

export interface Paragraph {
  readonly text: string;
}

export interface Steps {
  readonly title?: string | undefined;
  readonly steps: readonly string[];
}

export interface Bullets {
  readonly title?: string | undefined;
  readonly bullets: readonly string[];
}

/**
 * A case: what a person has in front of them. It always ends in something to do, and in the wizard
 * they can always answer the question after it, too.
 */
export interface Branch {
  /** By which other parts lead here. */
  readonly id?: string | undefined;
  /** A run that ends for one of these reasons leads here. */
  readonly reasons?: readonly Reason[] | undefined;
  /** A situation, a status, or (in double quotes, `...` for what varies) words on the screen. */
  readonly sees: string;
  /** The same in the few words of a choice, where `sees` is long. */
  readonly choice?: string | undefined;
  readonly means: string;
  /** In order. */
  readonly todo: readonly string[];
  /** The page on which `todo` starts. */
  readonly page?: string | undefined;
  /** Where it may go on: the ids of other parts. */
  readonly next?: readonly string[] | undefined;
  /** An answer that may have to be another one: the field's id. */
  readonly change?: string | undefined;
  readonly sources: readonly Source[];
}

/** Ready to be sent to somebody else. No secret ever stands in it. */
export interface AdminMessage {
  readonly id: string;
  /** What it asks for, in the few words of a choice. */
  readonly choice: string;
  /** For whom it is. */
  readonly title: string;
  readonly subject: string;
  readonly message: readonly (Paragraph | Steps | Bullets)[];
}

export type Block = Paragraph | Steps | Bullets | Branch | AdminMessage;

export interface Topic {
  /** `guide <provider> <id>` prints it. */
  readonly id: string;
  readonly title: string;
  /** In the order they are read; the last says what to do. */
  readonly body: readonly Block[];
  /** Where the facts in it come from, but for those of its cases. */
  readonly sources: readonly Source[];
}

/** What `guide` prints, and what the wizard offers at its questions. */
export interface Guide {
  /** What is filled in its texts, by name: nothing else is. `{host}` is known in a run. */
  readonly blanks: Readonly<
    Record<
      string,
      {
        /** What stands there if it is not known. */
        readonly blank: string;
        /** How the wizard asks for it; `field` is the field whose answer it very likely is. */
        readonly ask?:
          | {
              readonly label: string;
              readonly kind: 'email' | 'text';
              readonly field?: string | undefined;
              /** Enter alone takes it. */
              readonly default?: string | undefined;
            }
          | undefined;
      }
    >
  >;
  /** What people see when they come to a field, by its id: the ids of parts, the commonest first. */
  readonly starts: Readonly<Record<string, readonly string[]>>;
  readonly topics: readonly Topic[];
}

/** A provider with its guide, which is large and loaded where it is printed. */
export interface GuidedProvider extends Provider {
  readonly guide: Guide;
}

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

/** The case that a reason leads to: the first that names it; undefined where this guide has none. */
export function caseOf({ topics }: Guide, reason: Reason): Branch | undefined {
  for (const { body } of topics) {
    for (const part of body) {
      if ('sees' in part && part.reasons?.includes(reason)) return part;
    }
  }
  return undefined;
}

/** The messages for an admin to which a case leads. */
export function messagesAfter(guide: Guide, { next = [] }: Branch): AdminMessage[] {
  return next.flatMap((id) => {
    const part = findPart(guide, id)?.part;
    return part && 'message' in part ? [part] : [];
  });
}

/** A part with its blanks filled. A blank that isn't among `words` stays. */
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

/** The blanks that ask for what is also a field's answer: the field's id by the blank's name. */
export function fieldBlanks(guide: Guide | undefined): ReadonlyMap<string, string> {
  const fields = Object.entries(guide?.blanks ?? {}).flatMap(([name, { ask }]) =>
    ask?.field === undefined ? [] : [[name, ask.field] as const],
  );
  return new Map(fields);
}

/** The names of the blanks in a message, in their order. */
export function blanksIn(guide: Guide, message: AdminMessage): string[] {
  const text = JSON.stringify(message);
  return Object.keys(guide.blanks).filter((name) => text.includes(`{${name}}`));
}

/** A message as a mail program takes it: broken nowhere but between its parts. */
export function messageText({ subject, message }: AdminMessage): string {
  const parts = message.map((part) => {
    if ('text' in part) return part.text;
    const entries =
      'steps' in part
        ? part.steps.map((step, index) => `${index + 1}. ${step}`)
        : part.bullets.map((bullet) => `- ${bullet}`);
    return [...(part.title === undefined ? [] : [`${part.title}:`]), ...entries].join('\n');
  });
  return `${[`Subject: ${subject}`, ...parts].join('\n\n')}\n`;
}

import { fillJson } from './fill.js';
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
 * A situation that a person may be in. It always ends with something to do. In the wizard they can
 * also answer the question after it.
 */
export interface Branch {
  /** Other parts refer to it by this id. */
  readonly id?: string | undefined;
  /** A run that ends for one of these reasons leads here. */
  readonly reasons?: readonly Reason[] | undefined;
  /** A situation, a status, or words on the screen in double quotes, with `...` for what varies. */
  readonly sees: string;
  /** A shorter form of `sees` for a menu, if `sees` is long. */
  readonly choice?: string | undefined;
  readonly means: string;
  /** In order. */
  readonly todo: readonly string[];
  /** The page where the first step of `todo` is done. */
  readonly page?: string | undefined;
  /** The ids of the parts that may come next. */
  readonly next?: readonly string[] | undefined;
  /** The id of the field whose answer may have to change. */
  readonly change?: string | undefined;
  readonly sources: readonly Source[];
}

/** A message that can be sent to somebody else as it is. It never contains a secret. */
export interface AdminMessage {
  readonly id: string;
  /** What it asks for, short enough for a menu. */
  readonly choice: string;
  /** Who it is for. */
  readonly title: string;
  readonly subject: string;
  readonly message: readonly (Paragraph | Steps | Bullets)[];
}

export type Block = Paragraph | Steps | Bullets | Branch | AdminMessage;

export interface Topic {
  /** `guide <provider> <id>` prints it. */
  readonly id: string;
  readonly title: string;
  /** In reading order. The last block says what to do. */
  readonly body: readonly Block[];
  /** The sources of the facts in it. Its cases have their own. */
  readonly sources: readonly Source[];
}

/** What `guide` prints, and what the wizard offers with its questions. */
export interface Guide {
  /** The placeholders in its texts, by name. `{host}` is known during a run. */
  readonly blanks: Readonly<
    Record<
      string,
      {
        /** What is shown if the value isn't known. */
        readonly blank: string;
        /**
         * How the wizard asks for it. `field` is the field that very likely has the same answer.
         */
        readonly ask?:
          | {
              readonly label: string;
              readonly kind: 'email' | 'text';
              readonly field?: string | undefined;
              /** Enter alone accepts it. */
              readonly default?: string | undefined;
            }
          | undefined;
      }
    >
  >;
  /**
   * What people usually see when they come to a field, by the field's id: the ids of parts, the
   * commonest first.
   */
  readonly starts: Readonly<Record<string, readonly string[]>>;
  readonly topics: readonly Topic[];
}

/** A provider with its guide. The guide is large, so it's only loaded to be printed. */
export interface GuidedProvider extends Provider {
  readonly guide: Guide;
}

/** The longest choice that a menu can show at 80 columns. */
export const LONGEST_CHOICE = 60;

/** A choice with a name in it, which may be long. */
export function shortChoice(text: string): string {
  return text.length > LONGEST_CHOICE ? `${text.slice(0, LONGEST_CHOICE - 3)}...` : text;
}

/** The label of a part in the wizard's menu: of a case, a message, or a list with a title. */
export function partLabel(part: Block): string | undefined {
  if ('sees' in part) return part.choice ?? part.sees;
  if ('message' in part) return part.choice;
  return 'title' in part ? part.title : undefined;
}

/** A part by its id, and the topic that it's in; undefined if this guide has no such part. */
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

/** The first case that names `reason`; undefined if this guide has none. */
export function caseOf({ topics }: Guide, reason: Reason): Branch | undefined {
  for (const { body } of topics) {
    for (const part of body) {
      if ('sees' in part && part.reasons?.includes(reason)) return part;
    }
  }
  return undefined;
}

/** The messages for an admin that a case leads to. */
export function messagesAfter(guide: Guide, { next = [] }: Branch): AdminMessage[] {
  return next.flatMap((id) => {
    const part = findPart(guide, id)?.part;
    return part && 'message' in part ? [part] : [];
  });
}

/** Fills the blanks of a part. A blank that isn't among `placeholders` stays. */
export function fillPart<Part extends Block>(
  part: Part,
  placeholders: Readonly<Record<string, string>>,
): Part {
  return fillJson(part, placeholders) as Part;
}

/** What is shown in the blanks that nobody has filled, by name. */
export function blanksOf({ blanks }: Guide): Record<string, string> {
  return Object.fromEntries(Object.entries(blanks).map(([name, { blank }]) => [name, blank]));
}

/** The blanks whose value is also a field's answer: the field's id by the blank's name. */
export function fieldBlanks(guide: Guide | undefined): ReadonlyMap<string, string> {
  const fields = Object.entries(guide?.blanks ?? {}).flatMap(([name, { ask }]) =>
    ask?.field === undefined ? [] : [[name, ask.field] as const],
  );
  return new Map(fields);
}

/** The names of the blanks in a message, in order. */
export function blanksIn(guide: Guide, message: AdminMessage): string[] {
  const text = JSON.stringify(message);
  return Object.keys(guide.blanks).filter((name) => text.includes(`{${name}}`));
}

/** A message as a mail program takes it, with line breaks only between its parts. */
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

import { Interrupted } from '../../core/errors.js';
import { blanksOf, fillPart, findPart, partLabel } from '../../core/guide.js';
import { BACK, type Back, type Choice, type Context } from '../../core/ports.js';
import type { AdminMessage, Block, Branch, Guide, Topic } from '../../core/guide.js';
import type { Field, Provider } from '../../core/provider.js';
import { Secret } from '../../core/secret.js';
import { askBlanks, waysToSend } from './admin-message.js';
import { saveResumePoint, type Resumable } from './resume-point.js';

export interface WalkOptions {
  readonly provider: Provider;
  readonly guide: Guide;
  /** The question where the person opened the guide. */
  readonly field: Field;
  /** If it's known. Pages are only opened then. */
  readonly host: string | undefined;
  /** The values for the guide's blanks. They are updated. */
  readonly filled: Map<string, string>;
  /** The part that is shown first. */
  readonly from: Branch | AdminMessage | null;
  /** One step back from that part leaves the guide. */
  readonly alone?: boolean;
  /** The case of a failed check, offered among the first choices. */
  readonly failed?: Branch | undefined;
  /** The person may go back from the first screen. */
  readonly back: boolean;
  /** Another field may be answered again. */
  readonly mayChange: boolean;
  /** What a later run needs to continue from here; undefined if none can. */
  readonly resumePoint: Resumable | undefined;
  /** Other ways to answer the question. */
  readonly elsewhere: readonly Elsewhere[];
}

/** A way that doesn't use the terminal: somebody else answers, or a page of this machine. */
export type Elsewhere = 'somebody' | 'browser';

/** The field that the person wants to answer now. */
export interface WalkEnd {
  readonly field: string;
  /** Set if it isn't answered on the terminal. */
  readonly elsewhere?: Elsewhere;
  /** The case where they chose it. */
  readonly part?: string | null;
  /** The secret, if they pasted it instead of choosing. */
  readonly pasted?: Secret;
}

/** What a choice leads to: an answer, one step back, or the same choice again (undefined). */
type Step = () => Promise<WalkEnd | Back | undefined>;

/**
 * "What do you see?": leads a person through the guide, from what they see to what they can do
 * about it. The question can be answered from every case, and one step back always leads to where
 * the person came from.
 *
 * @returns `BACK` from the first screen.
 * @throws {Interrupted} the person stops here, and their place is saved.
 */
export function walkGuide(context: Context, options: WalkOptions): Promise<WalkEnd | Back> {
  return new GuideWalk(context, options).start();
}

class GuideWalk {
  readonly #context: Context;
  readonly #options: WalkOptions;
  /** The case that was shown last. */
  #openPart: string | null = null;
  /** The case where the resume point was last saved. */
  #saved: string | null | undefined;

  constructor(context: Context, options: WalkOptions) {
    this.#context = context;
    this.#options = options;
  }

  async start(): Promise<WalkEnd | Back> {
    const { guide, field, from, alone, failed, back } = this.#options;
    const starts = guide.starts[field.id] ?? [];
    const choices = [
      this.#have(),
      ...(failed ? [this.#choiceOf(failed)] : []),
      ...this.#page(this.#firstPage(starts)),
      ...starts.map((id) => this.#partChoice(id)),
      ...this.#elsewhere('browser'),
      ...this.#elsewhere('somebody'),
      { label: 'Something else: open the guide', value: () => this.#topics() },
    ];
    const first = from === null ? undefined : await this.#choiceOf(from).value();
    if (first !== undefined && (first !== BACK || alone)) return first;
    return this.#menu('What do you see?', choices, back);
  }

  /** Offers the choices until one of them leads to an answer. */
  async #menu(
    question: string,
    choices: readonly Choice<Step>[] | (() => readonly Choice<Step>[]),
    back: boolean,
    onReturn?: () => void,
  ): Promise<WalkEnd | Back> {
    for (;;) {
      const { field } = this.#options;
      const offered = typeof choices === 'function' ? choices() : choices;
      const step = await this.#context.terminal.choose(question, offered, {
        back,
        paste: field.kind === 'secret',
      });
      if (step === BACK) return BACK;
      if (step instanceof Secret) return { field: field.id, pasted: step };
      const answer = await step();
      if (answer === BACK) onReturn?.();
      else if (answer !== undefined) return answer;
    }
  }

  #have(): Choice<Step> {
    const { id, label } = this.#options.field;
    return { label: `I have the ${label}`, value: async () => ({ field: id }) };
  }

  #elsewhere(which: Elsewhere): Choice<Step>[] {
    const { field, elsewhere } = this.#options;
    if (!elsewhere.includes(which)) return [];
    const label =
      which === 'browser' ? 'Enter it in the browser, not here' : 'Ask somebody else for it';
    const go: Step = async () => ({ field: field.id, elsewhere: which, part: this.#openPart });
    return [{ label, value: go }];
  }

  #partChoice(id: string): Choice<Step> {
    return this.#choiceOf(this.#find(id));
  }

  #choiceOf(part: Block): Choice<Step> {
    const show = 'message' in part ? () => this.#message(part) : () => this.#part(part);
    return { label: partLabel(part) ?? '', value: show };
  }

  /** A test of the definitions ensures that every named part exists. */
  #find(id: string): Branch | AdminMessage {
    const found = findPart(this.#options.guide, id);
    if (!found) throw new Error(`the guide has no part ${id}`);
    return found.part;
  }

  async #part(part: Exclude<Block, AdminMessage>): Promise<WalkEnd | Back> {
    const { provider, mayChange } = this.#options;
    const { terminal } = this.#context;
    const filled = this.#fill(part);
    const own: Partial<Branch> = 'sees' in filled ? filled : {};
    const changed = mayChange && provider.fields.find(({ id }) => id === own.change);
    const show = (): void => {
      this.#openPart = own.id ?? null;
      terminal.show(filled);
    };
    show();
    const choices: Choice<Step>[] = [
      this.#have(),
      ...(own.next ?? []).map((id) => this.#partChoice(id)),
      ...(changed
        ? [{ label: `Change the ${changed.label}`, value: async () => ({ field: changed.id }) }]
        : []),
      ...this.#page(own.page),
      ...this.#later(),
    ];
    return this.#menu('What now?', choices, true, show);
  }

  #fill<Part extends Block>(part: Part): Part {
    const { guide, filled } = this.#options;
    return fillPart(part, { ...blanksOf(guide), ...Object.fromEntries(filled) });
  }

  /** The page where the first of these cases starts. */
  #firstPage(parts: readonly string[]): string | undefined {
    for (const id of parts) {
      const part = this.#fill(this.#find(id));
      if ('sees' in part && part.page !== undefined) return part.page;
    }
    return undefined;
  }

  #page(page: string | undefined): Choice<Step>[] {
    const { provider } = this.#options;
    const { browser, terminal } = this.#context;
    if (page === undefined || this.#options.host === undefined || !browser.available) return [];
    const open: Step = async () => {
      terminal.note(`Opening ${page}`);
      await browser.open(page);
      return undefined;
    };
    return [{ label: `Open ${provider.name} in the browser`, value: open }];
  }

  #later(): Choice<Step>[] {
    if (!this.#options.resumePoint) return [];
    const stop: Step = async () => {
      // If a message was shown, the place is already saved.
      if (this.#saved !== this.#openPart) await this.#saveResumePoint();
      throw new Interrupted(130, { canResume: true });
    };
    return [{ label: 'Stop here and continue later', value: stop }];
  }

  async #saveResumePoint(): Promise<void> {
    this.#saved = this.#openPart;
    await saveResumePoint(this.#context, this.#options, this.#openPart);
  }

  async #message(message: AdminMessage): Promise<WalkEnd | Back> {
    const { provider, guide, filled } = this.#options;
    const { terminal } = this.#context;
    const text = await askBlanks(this.#context, guide, message, filled);
    if (text === BACK) return BACK;
    terminal.show(text);
    // Now rather than at the end, because people who wait for an admin just close the window.
    await this.#saveResumePoint();
    let isSent = false;
    const file = `${provider.id}-${message.id}.txt`;
    const ways = waysToSend(this.#context, text, file).map(({ label, value }): Choice<Step> => ({
      label,
      value: async () => {
        const done = await value();
        if (done === 'sent') isSent = true;
        return done === BACK ? BACK : undefined;
      },
    }));
    // Once it's sent, all they can do is wait.
    const choices = (): Choice<Step>[] =>
      isSent
        ? [...this.#later(), this.#have(), ...ways]
        : [...ways, ...this.#elsewhere('somebody'), ...this.#later(), this.#have()];
    return this.#menu('What now?', choices, true);
  }

  #topics(): Promise<WalkEnd | Back> {
    const { topics } = this.#options.guide;
    const choices = topics.map((topic) => ({
      label: topic.title,
      value: () => this.#topic(topic),
    }));
    return this.#menu('What about?', choices, true);
  }

  #topic({ body }: Topic): Promise<WalkEnd | Back> {
    const { terminal } = this.#context;
    for (const part of body) if (partLabel(part) === undefined) terminal.show(this.#fill(part));
    const named = body.filter((part) => partLabel(part) !== undefined);
    return this.#menu(
      'Which part?',
      named.map((part) => this.#choiceOf(part)),
      true,
    );
  }
}

/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { expect } from 'vitest';
import { findPart, partLabel } from '../../src/core/guide.js';
import type { AdminMessage, Block, Branch, GuidedProvider } from '../../src/core/guide.js';
import type { Pty } from '../support/pty.js';
import { answer, choiceOf, choose, giveSecret, menuOf, secretAsked, skipNeeds } from './person.js';
import { test } from './fixtures.js';
import { guided } from '../support/built-ins.js';

/** Enough for the whole guide on a busy machine. */
const A_WALK_MS = 120_000;

const MODES = [
  { mode: 'at 80 by 24', env: {} },
  { mode: 'line by line', env: { CONNECT_WIZARD_ACCESSIBLE: '1' } },
] as const;

/** The values for the blanks of a message. The sandbox takes this e-mail address. */
const BLANKS: Readonly<Record<string, string>> = {
  email: 'integration@acme.example',
  mailbox: 'integrations@acme.example',
  groups: 'Hardware, Network',
};

/** A person who visits every part of a guide, and goes back each time. */
class Walker {
  readonly #pty: Pty;
  readonly #definition: GuidedProvider;
  readonly #host: string;
  readonly #byLine: boolean;
  readonly walked = new Set<Block>();

  constructor(pty: Pty, definition: GuidedProvider, byLine: boolean) {
    this.#pty = pty;
    this.#definition = definition;
    this.#host = definition.sandbox.host;
    this.#byLine = byLine;
  }

  /** Visits all new parts behind the current menu. */
  async around(question: string): Promise<void> {
    await this.#pty.waitFor(choiceOf(question));
    for (const label of menuOf(this.#pty).choices) {
      const part = this.#partBehind(label);
      if (!part || this.walked.has(part)) continue;
      await choose(this.#pty, question, label);
      await ('message' in part ? this.#throughMessage(part) : this.#throughPart(part));
      await this.#back();
      await this.#pty.waitFor(choiceOf(question));
    }
  }

  /** Visits the guide by its topics. */
  async throughTopics(question: string): Promise<void> {
    await choose(this.#pty, question, /^Something else/u);
    for (const { title, body } of this.#definition.guide.topics) {
      await choose(this.#pty, 'What about?', title);
      await this.#pty.waitFor(choiceOf('Which part?'));
      for (const part of body.filter((each) => partLabel(each) === undefined)) {
        this.#expectShown(part);
      }
      await this.around('Which part?');
      await this.#back();
      await this.#pty.waitFor(choiceOf('What about?'));
    }
    await this.#back();
    await this.#pty.waitFor(choiceOf(question));
  }

  async #throughPart(part: Exclude<Block, AdminMessage>): Promise<void> {
    await this.#pty.waitFor(choiceOf('What now?'));
    this.#expectShown(part);
    if ('sees' in part) this.#expectOnScreen(part);
    const { choices } = menuOf(this.#pty);
    // A part is no dead end: a person can answer, stop for now, or go back.
    expect(choices, this.#pty.screen()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^I have the /u),
        'Stop here and continue later',
        'Back',
      ]),
    );
    await this.around('What now?');
  }

  async #throughMessage(message: AdminMessage): Promise<void> {
    for (const name of Object.keys(BLANKS)) {
      const ask = this.#definition.guide.blanks[name]?.ask;
      if (!ask || !JSON.stringify(message).includes(`{${name}}`)) continue;
      await this.#pty.waitFor(new RegExp(`${ask.label}.*: ?(?:\\(.*\\) ?)?$`, 'u'));
      this.#pty.type(`${BLANKS[name]}\r`);
    }
    await this.#pty.waitFor(choiceOf('What now?'));
    this.#expectShown(message);
    expect(menuOf(this.#pty).choices).toContain('Write it to a file');
  }

  /** Goes back with Esc or "back". */
  async #back(): Promise<void> {
    if (this.#byLine) this.#pty.type('back\r');
    else this.#pty.key('escape');
  }

  #partBehind(label: string): Block | undefined {
    return this.#definition.guide.topics
      .flatMap(({ body }) => body)
      .find((part) => partLabel(part) === label);
  }

  /** Checks that every word of a part is shown. */
  #expectShown(part: Block): void {
    // An address may be longer than a line, and is then broken.
    const screen = unbroken(this.#pty.screen());
    for (const text of wordsOf(part)) {
      const filled = text
        .replaceAll('{host}', this.#host)
        .replaceAll(/\{(\w+)\}/gu, (whole, name: string) => BLANKS[name] ?? whole);
      expect(screen, filled).toContain(unbroken(filled));
    }
    this.walked.add(part);
  }

  /** Checks that the start of a part is still on the screen with its question. */
  #expectOnScreen({ sees }: Branch): void {
    if (this.#byLine) return;
    const [start = ''] = sees.split(/(?<=^.{30})/u);
    expect(this.#pty.screen().split('\n').slice(-24).join('\n'), sees).toContain(start);
  }
}

const unbroken = (text: string): string => text.replaceAll(/\s+/gu, '');

function wordsOf(part: Block): readonly string[] {
  if ('text' in part) return [part.text];
  if ('steps' in part) return part.steps;
  if ('bullets' in part) return part.bullets;
  if ('sees' in part) {
    return [part.sees, part.means, ...part.todo, ...(part.page ? [`Page: ${part.page}`] : [])];
  }
  return [`Subject: ${part.subject}`, ...part.message.flatMap(wordsOf)];
}

for (const definition of guided) {
  const { id, guide, fields, sandbox } = definition;
  for (const { mode, env } of MODES) {
    test(
      `the wizard leads through every branch of ${id} and back ${mode}`,
      { timeout: A_WALK_MS },
      async ({ server }) => {
        const pty = server.pty([id, '--sandbox'], { env });
        const walker = new Walker(pty, definition, mode === 'line by line');
        for (const { id: field, label, kind, choices } of fields) {
          const value = sandbox.values[field] ?? '';
          if (choices) {
            // The sandbox takes the first choice.
            await pty.waitFor(choiceOf(label));
            pty.type(env === MODES[0].env ? '\r' : '1\r');
            continue;
          }
          const question =
            kind === 'secret'
              ? secretAsked(label)
              : new RegExp(`${label}(?: \\(Enter for .*\\))?: ?(?:\\(.*\\) ?)?$`, 'u');
          if (kind !== 'secret') await answer(pty, question, '?');
          for (const start of guide.starts[field] ?? []) {
            await pty.waitFor(choiceOf('What do you see?'));
            expect(menuOf(pty).choices).toContain(partLabel(findPart(guide, start)?.part as Block));
          }
          await walker.around('What do you see?');
          if (kind === 'secret') {
            await walker.throughTopics('What do you see?');
            await giveSecret(pty, question, value);
          } else {
            await choose(pty, 'What do you see?', `I have the ${label}`);
            await answer(pty, question, value);
          }
        }
        if (definition.capabilities.length > 0) await skipNeeds(pty);
        expect(await pty.end()).toBe(0);
        const all = guide.topics.flatMap(({ body }) => body);
        const missed = all.filter((part) => !walker.walked.has(part));
        expect(missed.map((part) => partLabel(part) ?? wordsOf(part)[0])).toEqual([]);
      },
    );
  }
}

import { inputNeeded, sentence, type Advice } from '../../core/errors.js';
import { stripInvisible } from '../../core/field.js';
import type { Guide } from '../../core/guide.js';
import { pageCases, pageField, pageNeeds, type LocalPage } from '../../core/page/data.js';
import type { PageReply, Pages, ServedPage } from '../../core/page/ports.js';
import type { Context } from '../../core/ports.js';
import type { Field, Provider } from '../../core/provider.js';
import { reportVerdict, type Report } from '../../core/report.js';
import { plainValues, redact, Secret } from '../../core/secret.js';
import { storeName } from '../../core/store.js';
import { isAccepted } from '../../core/verdict.js';
import { placeholders } from '../sealed-request/request-page.js';
import { answered, needsOf, withdraw, type Draft, type FieldId } from './draft.js';
import { on, type Outcome } from './run.js';
import { missingField, otherAnswers, refuseAnswer, UNCHANGED } from './supplied.js';

export interface PageEntryOptions {
  readonly pages: Pages;
  readonly guide: Guide;
  /**
   * `--web`: begins as soon as the host is known. Otherwise it begins when the person chooses it.
   */
  readonly atOnce: boolean;
  /** Undefined for any free port. */
  readonly port: number | undefined;
}

/**
 * Takes the fields on a page of this machine, so that neither the terminal nor its history nor
 * anybody who watches it sees them. While it's active, the run asks nothing else.
 */
export class PageEntry {
  readonly #terminal: Context['terminal'];
  readonly #provider: Provider;
  readonly #options: PageEntryOptions;
  /** In a rotation, the secrets that are being replaced. */
  readonly #current: ReadonlyMap<FieldId, Secret> | undefined;
  #isActive = false;
  /** It begins once the host is known. */
  #isAwaited: boolean;
  #served: ServedPage | undefined;
  /** A submission waits for its reply. */
  #isWaiting = false;
  /** The fields on the page. */
  #fields: readonly Field[] = [];

  constructor(
    terminal: Context['terminal'],
    provider: Provider,
    options: PageEntryOptions,
    current: ReadonlyMap<FieldId, Secret> | undefined,
  ) {
    this.#terminal = terminal;
    this.#provider = provider;
    this.#options = options;
    this.#isAwaited = options.atOnce;
    this.#current = current;
  }

  /** The fields are asked for on the page instead of the terminal. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** With `--web`, the page takes over now. */
  hostIsKnown(): void {
    if (this.#isAwaited) this.begin();
  }

  /** The page takes over now. */
  begin(): void {
    this.#isActive = true;
  }

  /** Somebody waits at the page for the result of a submission. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /**
   * Gets the answers for all fields that have none.
   *
   * @throws {UsageError} `input-needed`: the person cancelled or did nothing, and there is no
   *   terminal.
   */
  async ask<D extends Draft>(draft: D): Promise<Outcome<D>> {
    this.#served ??= await this.#serve(draft);
    const served = this.#served;
    for (;;) {
      const event = await served.next();
      if (event.did !== 'submit') return this.#abandon(draft, event.did === 'cancel');
      this.#isWaiting = true;
      const values = new Map(
        this.#fields.map(({ id }) => [id, stripInvisible(event.fields[id] ?? '').value]),
      );
      const faults = this.#faultsOf(draft, values);
      if (faults.length === 0) return on(this.#answered(draft, values));
      await this.#reply({ ended: false, title: 'Not taken', paragraphs: faults });
    }
  }

  /** Shows on the page why the answers were refused. They are taken back and asked for again. */
  async retry(draft: Draft, advice: Advice): Promise<Outcome<never>> {
    await this.#reply({ ended: false, title: 'Refused', paragraphs: linesOf(advice) });
    const withdrawn = this.#fields.reduce<Draft>(
      (known, { id }) => withdraw(this.#provider, known, id, 'unreadable'),
      draft,
    );
    return { next: 'again', draft: withdrawn };
  }

  /** Shows the end of the run on the page. */
  async end(report: Report): Promise<void> {
    const { name, stored, store, advice } = report;
    const accepted = isAccepted(report.reason);
    const limits = reportVerdict(report) === 'limited' ? linesOf(advice) : [];
    if (stored && store) {
      const kept = `${name} ${accepted ? 'works, and ' : ''}is kept in the ${storeName(store)}.`;
      await this.#finish('Saved', [kept, ...limits, CLOSE]);
    } else if (accepted) {
      await this.#finish('It works', [
        'Nothing was stored, as it was asked for.',
        ...limits,
        CLOSE,
      ]);
    } else {
      await this.fail(advice);
    }
  }

  /** The run failed, and nothing on the page can help. */
  async fail(advice: Advice): Promise<void> {
    await this.#finish('No credential was saved', [
      ...linesOf(advice),
      'The terminal says it, too.',
    ]);
  }

  async close(): Promise<void> {
    await this.#served?.close();
    this.#served = undefined;
  }

  async #serve(draft: Draft): Promise<ServedPage> {
    const { pages, port } = this.#options;
    this.#fields = this.#provider.fields.filter(({ id }) => !draft.answers.has(id));
    const served = await pages.serve(pages.html(this.#page(draft)), port);
    if (this.#terminal.interactive) this.#terminal.note(WAY_BACK);
    return served;
  }

  #page(draft: Draft): LocalPage {
    const { pages, guide } = this.#options;
    const { id, name, hosts } = this.#provider;
    const host = draft.host?.host ?? null;
    const known = placeholders(guide, host, plainValues(Object.fromEntries(draft.answers)));
    const store = draft.slot?.store;
    return {
      use: 'local',
      ...pages.server,
      provider: { id, name },
      host,
      selfHosted: hosts.selfHosted,
      fields: this.#fields.map((field) => pageField(field, known)),
      needs: pageNeeds(this.#provider, needsOf(draft)),
      cases: pageCases(
        guide,
        this.#fields.map((field) => field.id),
        known,
      ),
      store: store && draft.slot ? `${storeName(store.description)}, as ${draft.slot.name}` : null,
    };
  }

  #faultsOf(draft: Draft, values: ReadonlyMap<FieldId, string>): string[] {
    const secret = new Set(
      this.#fields.filter(({ kind }) => kind === 'secret').map((field) => field.id),
    );
    const plain = [...values].filter(([id]) => !secret.has(id));
    const others = otherAnswers(this.#provider, new Map([...draft.answers, ...plain]));
    return this.#fields.flatMap((field) => {
      const value = values.get(field.id) ?? '';
      if (this.#current?.get(field.id)?.matches(value)) return [`${field.label}: ${UNCHANGED}`];
      return refuseAnswer(field, value, others) ?? [];
    });
  }

  #answered<D extends Draft>(draft: D, values: ReadonlyMap<FieldId, string>): D {
    return this.#fields.reduce<D>((known, { id, kind }) => {
      const value = values.get(id) ?? '';
      return answered(known, id, kind === 'secret' ? new Secret(value) : value);
    }, draft);
  }

  /** Goes back to the terminal's questions, if there is a terminal. */
  async #abandon(draft: Draft, isCancelled: boolean): Promise<Outcome<never>> {
    this.#isWaiting = isCancelled;
    await this.#finish('Cancelled', ['Nothing was stored.', CLOSE]);
    await this.close();
    this.#isActive = false;
    this.#isAwaited = false;
    if (this.#terminal.interactive) return { next: 'again', draft };
    const why = isCancelled ? CANCELLED : NOTHING_ENTERED;
    throw inputNeeded(this.#fields.map(missingField), this.#provider.id, { why });
  }

  async #finish(title: string, paragraphs: readonly string[]): Promise<void> {
    await this.#reply({ ended: true, title, paragraphs });
  }

  async #reply({ ended, title, paragraphs }: PageReply): Promise<void> {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    await this.#served?.reply({ ended, title, paragraphs: paragraphs.map((each) => redact(each)) });
  }
}

const CLOSE = 'You can close this window.';

const WAY_BACK = 'Cancel on the page leads back to the question here. Ctrl-C stops.';

const CANCELLED = 'it was cancelled on the page';
const NOTHING_ENTERED = 'nothing was sent from the page for ten minutes';

function linesOf(advice: Advice): string[] {
  const causes = advice.causes ?? [];
  return [
    sentence(advice),
    ...(causes.length === 0 ? [] : [`Possible causes, the likeliest first: ${causes.join('; ')}.`]),
    advice.next,
  ];
}

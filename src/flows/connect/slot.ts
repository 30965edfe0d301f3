import type { Connection } from '../../core/connection.js';
import { StoreError, UsageError } from '../../core/errors.js';
import type { Finding } from '../../core/finding.js';
import { compareTenant, tenantOf } from '../../core/host.js';
import { checkName, defaultName } from '../../core/name.js';
import type { Choice, Context, SecretStore } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';
import { storeName } from '../../core/store.js';
import { isAccepted, verdictByReason } from '../../core/verdict.js';
import type { Answers } from './supplied.js';
import { testStore } from '../store/test-store.js';

export interface DestinationOptions {
  readonly name?: string | undefined;
  /** `--store`; wins over what the connection remembers, which wins over `defaultStore`. */
  readonly store?: string | undefined;
  readonly defaultStore: string;
  readonly replace: boolean;
}

/** Where the credential will be kept; without a store it is only verified. */
export interface Slot {
  readonly name: string;
  readonly existing: Connection | undefined;
  readonly choice: string;
  readonly store: SecretStore | undefined;
}

/** Under which name and in which store a connect keeps what it gets, and whether it may. */
export class Destination {
  readonly #context: Context;
  readonly #provider: Provider;
  readonly #options: DestinationOptions;
  #name: string | undefined;
  #place: Slot | undefined;
  /** May what is there be replaced, only `once-proven`, or by a credential that is not? */
  #replace: boolean | 'once-proven';
  /** The store the person chose when the one that was meant failed. */
  #chosen: string | undefined;
  #tested: SecretStore | undefined;
  #told: unknown;
  /** Is there a question before those that are asked here? */
  readonly #mayGoBack: () => boolean;

  constructor(
    context: Context,
    provider: Provider,
    options: DestinationOptions,
    mayGoBack: () => boolean,
  ) {
    this.#context = context;
    this.#provider = provider;
    this.#options = options;
    this.#replace = options.replace;
    this.#mayGoBack = mayGoBack;
  }

  /** As far as it is known; so below. */
  get place(): Slot | undefined {
    return this.#place;
  }

  get name(): string | undefined {
    return this.#name;
  }

  get mayReplace(): boolean {
    return this.#replace !== false;
  }

  /** The person gave consent for another host. */
  forgetConsent(): void {
    this.#replace = this.#options.replace;
  }

  /** Has the person been shown this error, and stopped? */
  hasTold(error: unknown): boolean {
    return error === this.#told;
  }

  /**
   * The place for a credential of `host`, its store tested before anything is asked for. Where the
   * store fails, a person may choose another one; it is never changed silently.
   *
   * @throws {StoreError} the store cannot be used.
   */
  async find(host: string): Promise<Slot> {
    for (;;) {
      const { name, existing, choice } = await this.#lookUp(host);
      try {
        const store = choice === 'none' ? undefined : this.#context.stores.open(choice);
        this.#place = { name, existing, choice, store };
        if (store && store !== this.#tested) await this.#test(store);
        this.#tested = store;
        return this.#place;
      } catch (error) {
        if (!(error instanceof StoreError) || !this.#context.terminal.interactive) throw error;
        await this.chooseAnother(choice, error);
      }
    }
  }

  async #lookUp(host: string): Promise<Omit<Slot, 'store'>> {
    const { id } = this.#provider;
    const usual = defaultName(id, tenantOf(this.#provider, host));
    this.#name = checkName(this.#options.name ?? usual, []);
    const wanted = this.#chosen ?? this.#options.store;
    // Where nothing is to be stored, nothing that is stored stands in the way.
    const existing =
      wanted === 'none' ? undefined : await this.#context.records.read(this.#name, wanted);
    const choice = wanted ?? existing?.store ?? this.#options.defaultStore;
    return { name: this.#name, existing, choice };
  }

  async #test(store: SecretStore): Promise<void> {
    const { terminal } = this.#context;
    const where = storeName(store.description);
    await terminal.during(`Testing the ${where}`, () =>
      testStore(this.#context, store, this.#name),
    );
    for (const { message } of store.warnings ?? []) terminal.warn(message);
    terminal.done(`The ${where} can keep a secret`);
  }

  /**
   * Asks which store is to be tried in the place of one that failed, or that one again: `find` then
   * leads there.
   *
   * @throws {StoreError} the same: the person stops.
   */
  async chooseAnother(failed: string, error: StoreError): Promise<void> {
    const { terminal, stores } = this.#context;
    terminal.problem(error.advice);
    const others = stores.ids.filter((choice) => choice !== failed);
    const choices: Choice<string | undefined>[] = [
      ...others.flatMap((choice) => {
        const description = stores.describe(choice);
        return description ? [{ value: choice, label: `Use the ${storeName(description)}` }] : [];
      }),
      { value: 'none', label: 'Only check the credential, and store nothing' },
      { value: failed, label: 'Try again' },
      { value: undefined, label: 'Stop, and save nothing' },
    ];
    const chosen = await terminal.choose('What now?', choices, { back: this.#mayGoBack() });
    if (chosen === undefined) {
      this.#told = error;
      throw error;
    }
    this.#chosen = chosen;
    this.#tested = undefined;
    if (chosen === failed) this.#place?.store?.retry?.();
  }

  /** @throws {UsageError} `name-taken`: the name is another tenant's or account's, and stays so. */
  async refuseTaken(host: string, answers: Answers, found: Finding | null): Promise<void> {
    const { existing, name } = this.#place ?? {};
    const unproven = found !== null && !isAccepted(verdictByReason[found.reason]);
    const agreed = unproven ? this.#replace === true : this.#replace !== false;
    if (!existing || agreed) return;
    const other = this.#differs(existing, host, answers, found);
    if (other === undefined) return;
    const { terminal } = this.#context;
    if (terminal.interactive) {
      terminal.warn(`${existing.name} is already there: ${other}.`);
      const question = unproven
        ? 'Replace it, although the new credential is not proven?'
        : 'Replace it, once the new credential is proven?';
      if (await terminal.confirm(question, { back: this.#mayGoBack() })) {
        this.#replace = unproven || 'once-proven';
        return;
      }
    }
    throw new UsageError(
      {
        what: `The name ${name} is taken`,
        why: other,
        next: 'Choose another name with --name, or give --replace to point this one elsewhere.',
      },
      'name-taken',
    );
  }

  /** What the stored connection is, where it is another than this one. */
  #differs(
    existing: Connection,
    host: string,
    answers: Answers,
    found: Finding | null,
  ): string | undefined {
    const provider = this.#provider;
    if (existing.provider !== provider.id) return `it belongs to ${existing.provider}`;
    if (compareTenant(provider, host, existing.host).is !== 'same') {
      return `it belongs to ${existing.host}`;
    }
    for (const field of provider.fields.filter(({ kind }) => kind === 'email')) {
      const [is, was] = [answers.get(field.id), existing.fields[field.id]];
      if (is !== undefined && was !== undefined && String(is) !== was) {
        return `its ${field.label} is ${was}`;
      }
    }
    const [is, was] = [found?.identity, existing.identity];
    if (is && was && is.id !== was.id) return `it is the credential of ${was.label}`;
    if (found && !isAccepted(verdictByReason[found.reason]) && existing.lastValidAt !== null) {
      return 'it has a proven credential, and the new one is not';
    }
    return undefined;
  }
}

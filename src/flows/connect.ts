import { RECORD_VERSION, type Connection } from '../core/connection.js';
import { HostError, StoreError, UsageError } from '../core/errors.js';
import type { Finding } from '../core/finding.js';
import { compareTenant, readHost, tenantOf } from '../core/host.js';
import type { Values } from '../core/item.js';
import { checkName, defaultName } from '../core/name.js';
import type { Choice, Context, SecretStore } from '../core/ports.js';
import { hostField } from '../core/field.js';
import type { Field, Provider } from '../core/provider.js';
import { NOTHING_KNOWN, type Report } from '../core/report.js';
import type { Secret } from '../core/secret.js';
import { isAccepted, verdictByReason, verdicts } from '../core/verdict.js';
import { askField, explainField, takeGiven, type Answers, type Given } from './collect-fields.js';
import { prove } from './prove.js';
import { isFinding, recognise, type Target } from './recognise.js';
import { save } from './save.js';
import { testStore } from './test-store.js';

export interface ConnectOptions {
  /** What came with the command, by field id. */
  readonly given: ReadonlyMap<string, Given>;
  readonly name?: string | undefined;
  /** `--store`; wins over what the connection remembers, which wins over `defaultStore`. */
  readonly store?: string | undefined;
  readonly defaultStore: string;
  /** `--need`; without it, what the connection remembers. */
  readonly needs?: readonly string[] | undefined;
  readonly replace: boolean;
  readonly allowUnverified: boolean;
  readonly timeoutMs: number;
}

export interface Connected {
  readonly report: Report;
  /** The person has already been shown what went wrong. */
  readonly told: boolean;
}

/**
 * From nothing to a credential that the provider accepted and the store holds:
 * host, store, credential, proof, save, in that order, each before the next is asked for.
 *
 * @throws {UsageError} wrong or missing input, or a name that is taken.
 * @throws {Interrupted} nothing was saved.
 */
export async function connect(
  context: Context,
  provider: Provider,
  options: ConnectOptions,
): Promise<Connected> {
  const run = new ConnectRun(context, provider, options);
  try {
    return await run.start();
  } catch (error) {
    if (error instanceof HostError || error instanceof StoreError) {
      return { report: run.failed(error), told: false };
    }
    throw error;
  }
}

/** Where the credential will be kept; without a store it is only verified. */
interface Place {
  readonly name: string;
  readonly existing: Connection | undefined;
  readonly choice: string;
  readonly store: SecretStore | undefined;
}

class ConnectRun {
  readonly #context: Context;
  readonly #provider: Provider;
  readonly #options: ConnectOptions;
  #answers: Answers = new Map();
  #place: Place | undefined;
  /** The person agreed to replace what is there. */
  #replace: boolean;
  #tested: SecretStore | undefined;
  /** The host that was found for the address that was typed: asked once, whatever is typed after. */
  #target: { readonly address: string; readonly target: Target } | undefined;
  /** Steps that have been shown: what is asked for again is not explained again. */
  readonly #shown = new Set<string>();
  /** Answers that were taken back, to be kept or mended. */
  readonly #former: Answers = new Map();

  constructor(context: Context, provider: Provider, options: ConnectOptions) {
    this.#context = context;
    this.#provider = provider;
    this.#options = options;
    this.#replace = options.replace;
  }

  async start(): Promise<Connected> {
    const { terminal } = this.#context;
    this.#answers = takeGiven(terminal, this.#provider, this.#options.given);
    terminal.title(`Connect ${this.#provider.name}`);
    for (;;) {
      const target = await this.#findTarget();
      if (isFinding(target) && !this.#mayStore(target)) return this.#finish(target);
      this.#place = await this.#findPlace(target.host);
      await this.#checkTaken(target.host, null);
      await this.#askMissing(target.host);

      this.#step(this.#steps, 'Check and save');
      const found = isFinding(target) ? target : await this.#prove(target);
      if (this.#mayStore(found)) return this.#keep(found);
      if (!terminal.interactive) return this.#finish(found);
      terminal.problem(found.advice);
      if (!(await this.#tryDifferently(found))) return this.#finish(found);
    }
  }

  /** The report of a run that a host or a store ended. */
  failed(error: HostError | StoreError): Report {
    const { reason, advice } = error;
    return {
      ...this.#known(),
      ...(error instanceof HostError && { host: error.host }),
      reason,
      advice,
    };
  }

  get #steps(): number {
    return this.#provider.fields.length + 1;
  }

  get #values(): Values {
    return Object.fromEntries(this.#answers);
  }

  /** The host the credential goes to, as soon as one answers; else why none does. */
  async #findTarget(): Promise<Target | Finding> {
    const { terminal } = this.#context;
    const field = hostField(this.#provider);
    for (;;) {
      const address = String(await this.#valueOf(field, undefined));
      if (this.#target?.address === address) return this.#target.target;
      let candidates;
      try {
        candidates = readHost(this.#provider, address).candidates;
      } catch (error) {
        if (!(error instanceof HostError || error instanceof UsageError)) throw error;
        if (!terminal.interactive) throw error;
        terminal.problem(error.advice);
        this.#answers.delete(field.id);
        continue;
      }
      const found = await terminal.during(`Looking for ${address} at ${this.#provider.name}`, () =>
        recognise(this.#context, this.#provider, candidates, this.#options.timeoutMs),
      );
      if (!isFinding(found)) {
        const { host, recognised } = found;
        terminal.done(`${host} ${recognised ? `is ${this.#provider.name}` : 'answers'}`);
        this.#target = { address, target: found };
        return found;
      }
      if (!terminal.interactive || this.#mayStore(found)) return found;
      terminal.problem(found.advice);
      if (!(await this.#tryDifferently(found, field.id))) return found;
    }
  }

  async #findPlace(host: string): Promise<Place> {
    const { terminal, records, stores } = this.#context;
    const { name: wanted, store: chosen, defaultStore } = this.#options;
    const name = checkName(
      wanted ?? defaultName(this.#provider.id, tenantOf(this.#provider, host)),
      [],
    );
    // Where nothing is to be stored, nothing that is stored stands in the way.
    const existing = chosen === 'none' ? undefined : await records.read(name);
    const choice = chosen ?? existing?.store ?? defaultStore;
    const store = choice === 'none' ? undefined : stores.open(choice);
    this.#place = { name, existing, choice, store };
    if (store && store !== this.#tested) {
      const { backend } = store.description;
      await terminal.during(`Testing the ${store.description.kind}`, () =>
        testStore(this.#context, store),
      );
      terminal.done(`The ${store.description.kind} (${backend}) can keep a secret`);
      this.#tested = store;
    }
    return this.#place;
  }

  /** @throws {UsageError} `name-taken`: the name is another tenant's or account's, and stays so. */
  async #checkTaken(host: string, found: Finding | null): Promise<void> {
    const { existing, name } = this.#place ?? {};
    if (!existing || this.#replace) return;
    const other = this.#differs(existing, host, found);
    if (other === undefined) return;
    const { terminal } = this.#context;
    if (terminal.interactive) {
      terminal.warn(`${existing.name} is already there: ${other}.`);
      this.#replace = await terminal.confirm('Replace it, once the new credential is proven?');
      if (this.#replace) return;
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
  #differs(existing: Connection, host: string, found: Finding | null): string | undefined {
    const provider = this.#provider;
    if (existing.provider !== provider.id) return `it belongs to ${existing.provider}`;
    if (compareTenant(provider, host, existing.host).is !== 'same') {
      return `it belongs to ${existing.host}`;
    }
    for (const field of provider.fields.filter(({ kind }) => kind === 'email')) {
      const [is, was] = [this.#answers.get(field.id), existing.fields[field.id]];
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

  async #askMissing(host: string): Promise<void> {
    for (const field of this.#provider.fields) await this.#valueOf(field, host);
  }

  /** A field's value, asked for where it is not known. */
  async #valueOf(field: Field, host: string | undefined): Promise<string | Secret> {
    const known = this.#answers.get(field.id);
    if (known !== undefined) return known;
    if (this.#step(this.#provider.fields.indexOf(field) + 1, field.label)) {
      const open = field.page !== undefined && host !== undefined;
      await explainField(this.#context, field, open ? `https://${host}${field.page}` : undefined);
    }
    const former = this.#former.get(field.id);
    const value = await askField(
      this.#context.terminal,
      field,
      former,
      this.#provider,
      this.#answers,
    );
    this.#answers.set(field.id, value);
    return value;
  }

  /** @returns whether the step is new. */
  #step(number: number, title: string): boolean {
    if (this.#shown.has(title)) return false;
    this.#shown.add(title);
    this.#context.terminal.step(number, this.#steps, title);
    return true;
  }

  #prove(target: Target): Promise<Finding> {
    const { terminal } = this.#context;
    const needs = this.#options.needs ?? this.#place?.existing?.needs ?? [];
    const { timeoutMs } = this.#options;
    return terminal.during(`Asking ${target.host}`, () =>
      prove(this.#context, this.#provider, { target, values: this.#values, needs, timeoutMs }),
    );
  }

  #mayStore({ reason }: Finding): boolean {
    const { storable } = verdicts[verdictByReason[reason]];
    return storable === 'yes' || (storable === 'if-allowed' && this.#options.allowUnverified);
  }

  /** Keeps what was found good, or, with `--store none`, only tells. */
  async #keep(found: Finding): Promise<Connected> {
    const { terminal, clock } = this.#context;
    const proven = isAccepted(verdictByReason[found.reason]);
    if (proven) {
      terminal.done(found.identity ? `Accepted: ${found.identity.label}` : found.advice.what);
    } else {
      terminal.warn('Not proven: stored all the same, because of --allow-unverified.');
    }
    const place = await this.#findPlace(found.host);
    await this.#checkTaken(found.host, found);
    const { name, existing, choice, store } = place;
    if (!store) return this.#finish(found);

    const now = clock.now().toISOString();
    const connection: Connection = {
      v: RECORD_VERSION,
      name,
      provider: this.#provider.id,
      host: found.host,
      fields: this.#plainFields(found.host),
      identity: found.identity,
      store: choice,
      needs: [...(this.#options.needs ?? existing?.needs ?? [])],
      reason: found.reason,
      recognised: found.recognised,
      createdAt: existing?.createdAt ?? now,
      verifiedAt: now,
      lastValidAt: proven ? now : null,
    };
    terminal.explain(
      `Saving in the ${store.description.kind} (${store.description.backend}) as ${name}.`,
    );
    const values = { ...this.#values, ...connection.fields };
    await save(this.#context, this.#provider, store, connection, values, this.#replace);
    if (existing && existing.store !== choice) await this.#leave(existing);
    const { createdAt, verifiedAt, lastValidAt } = connection;
    const times = { createdAt, verifiedAt, lastValidAt };
    return {
      report: { ...this.#told(found), stored: store.description.persistent, ...times },
      told: false,
    };
  }

  /** The connection has moved; what is left behind is no reason to fail. */
  async #leave({ store, name }: Connection): Promise<void> {
    const { terminal, stores } = this.#context;
    try {
      await stores.open(store).deletePassword(name);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const where = stores.describe(store)?.backend ?? 'the store that was used before';
      terminal.warn(`The old secret is still in ${where}.`);
    }
  }

  #finish(found: Finding): Connected {
    return {
      report: this.#told(found),
      told: this.#context.terminal.interactive && !isAccepted(verdictByReason[found.reason]),
    };
  }

  #told(found: Finding): Report {
    const { host, reason, advice, httpStatus, identity, ladder, capabilities, warnings } = found;
    return {
      ...this.#known(),
      host,
      reason,
      advice,
      httpStatus,
      identity,
      ladder,
      capabilities,
      warnings,
      fields: this.#plainFields(host),
      verifiedAt: this.#context.clock.now().toISOString(),
    };
  }

  #known(): Report {
    return {
      ...NOTHING_KNOWN,
      name: this.#place?.name ?? this.#options.name ?? null,
      provider: this.#provider.id,
      store: this.#place?.store?.description ?? null,
      fields: this.#plainFields(undefined),
      reason: 'ok',
      advice: { what: '', next: '' },
    };
  }

  /** The fields that are not secret, the host's as its shortest form. */
  #plainFields(host: string | undefined): Record<string, string> {
    const fields: Record<string, string> = {};
    for (const { id, kind } of this.#provider.fields) {
      const value = this.#answers.get(id);
      if (kind === 'host' && host !== undefined) fields[id] = tenantOf(this.#provider, host);
      else if (typeof value === 'string' && kind !== 'host') fields[id] = value;
    }
    return fields;
  }

  /**
   * What can the person change? Takes back the answer that can be wrong, so that it
   * alone is asked for again.
   *
   * @returns false when they want to stop.
   */
  async #tryDifferently(found: Finding, fallback?: string): Promise<boolean> {
    const suspects = found.advice.ask ?? (fallback === undefined ? [] : [fallback]);
    // The likeliest first, as the definition has them.
    const fields = suspects.flatMap((id) =>
      this.#provider.fields.filter((field) => field.id === id),
    );
    const verdict = verdictByReason[found.reason];
    const mayPass = verdict === 'undecided' || verdict === 'unreachable' || fields.length === 0;
    const [only] = fields;
    /** A field's id, `again` or `stop`. */
    let retype: string;
    if (only && fields.length === 1 && !mayPass) {
      retype = only.id;
    } else {
      const choices: Choice<string>[] = [
        ...(mayPass ? [{ value: 'again', label: 'Try again' }] : []),
        ...fields.map(({ id, label }) => ({ value: id, label: `Type the ${label} again` })),
        { value: 'stop', label: 'Stop, and save nothing' },
      ];
      retype = await this.#context.terminal.choose('What now?', choices);
    }
    if (retype === 'stop') return false;
    const former = this.#answers.get(retype);
    if (former !== undefined) this.#former.set(retype, former);
    this.#answers.delete(retype);
    // Consent was given for another host.
    if (retype === hostField(this.#provider).id) this.#replace = this.#options.replace;
    return true;
  }
}

import type { ResumePoint } from '../../core/resume-point.js';
import { RECORD_VERSION, type Connection } from '../../core/connection.js';
import {
  HostError,
  StoreError,
  UsageError,
  WentBack,
  type MissingInput,
} from '../../core/errors.js';
import type { Finding } from '../../core/finding.js';
import { readHost, tenantOf } from '../../core/host.js';
import type { Values } from '../../core/stored-item.js';
import type { Choice, Context, SecretStore } from '../../core/ports.js';
import { hostField } from '../../core/field.js';
import type { Field, Provider } from '../../core/provider.js';
import { NOTHING_KNOWN, reportVerdict, type Report } from '../../core/report.js';
import { storeName } from '../../core/store.js';
import { isAccepted, verdictByReason, verdicts } from '../../core/verdict.js';
import { clearResumePoint, offerToResume } from './resume.js';
import { Destination, type DestinationOptions, type Slot } from './slot.js';
import { Form, type FormOptions } from './form.js';
import { deleteOldCopy } from '../connections/move.js';
import { verify } from '../verify/verify.js';
import { isFinding, findHost, type RecognisedHost } from '../verify/find-host.js';
import { save } from '../store/save.js';
import { LadderView } from '../verify/show-ladder.js';

export interface ConnectOptions
  extends DestinationOptions, Pick<FormOptions, 'supplied' | 'guide' | 'askDirectly' | 'current'> {
  /** `--need`; without it, what the connection remembers. */
  readonly needs?: readonly string[] | undefined;
  readonly allowUnverified: boolean;
  readonly timeoutMs: number;
  /** What a person should know of other connections, where a secret is replaced. */
  readonly shared?: string | undefined;
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
  const { terminal } = context;
  const { current, name } = options;
  terminal.title(current ? `Rotate ${name}` : `Connect ${provider.name}`);
  if (options.guide) {
    const { backKey } = terminal;
    terminal.explain(`Type ? in a field for help. ${backKey} goes one step back, Ctrl-C stops.`);
  }
  const run = new ConnectRun(context, provider, await resumed(context, provider, options));
  try {
    const connected = await run.start();
    const { host } = connected.report;
    if (host !== null && isAccepted(reportVerdict(connected.report))) {
      await clearResumePoint(context, provider, host);
    }
    return connected;
  } catch (error) {
    if (error instanceof HostError || error instanceof StoreError) {
      return { report: run.failed(error), told: run.hasTold(error) };
    }
    throw error;
  }
}

/** The options, with what is known from an earlier run that was left and is to go on. */
interface RunOptions extends ConnectOptions {
  readonly resumePoint?: ResumePoint | undefined;
}

async function resumed(
  context: Context,
  provider: Provider,
  options: ConnectOptions,
): Promise<RunOptions> {
  const { guide, current, supplied, name, store, needs } = options;
  if (!guide || current || !context.terminal.interactive) return options;
  const plain = [...supplied].flatMap(([id, { value }]) =>
    typeof value === 'string' ? [[id, value] as const] : [],
  );
  const found = await offerToResume(context, provider, guide, Object.fromEntries(plain));
  if (!found) return options;
  const { options: former } = found;
  return {
    ...options,
    name: name ?? former.name,
    store: store ?? former.store,
    needs: needs ?? former.needs,
    resumePoint: found,
  };
}

const LOOK = { value: 'look', label: 'Look into the guide' };
const PARK = { value: 'park', label: 'Store it unverified, and check it later' };

class ConnectRun {
  readonly #context: Context;
  readonly #provider: Provider;
  readonly #options: RunOptions;
  readonly #interview: Form;
  readonly #destination: Destination;
  readonly #ladder: LadderView;
  /** The host that was found for the address that was typed: asked once, whatever is typed after. */
  #target: { readonly address: string; readonly target: RecognisedHost } | undefined;
  /** The person wants it stored although nobody could be asked: what was typed is not lost. */
  #parked = false;

  constructor(context: Context, provider: Provider, options: RunOptions) {
    this.#context = context;
    this.#provider = provider;
    this.#options = options;
    const { name, store, needs } = options;
    this.#interview = new Form(context, provider, {
      ...options,
      started: { name, store, needs },
      onOtherHost: () => this.#destination.forgetConsent(),
    });
    this.#destination = new Destination(
      context,
      provider,
      options,
      () => this.#interview.mayGoBack,
    );
    this.#ladder = new LadderView(context.terminal, provider);
  }

  async start(): Promise<Connected> {
    const { terminal } = this.#context;
    const { current, shared } = this.#options;
    this.#interview.begin(this.#lacking());
    if (current) terminal.explain(this.#provider.rotation.before);
    if (shared !== undefined) terminal.explain(shared);
    for (;;) {
      try {
        const connected = await this.#attempt();
        if (connected) return connected;
      } catch (error) {
        if (!(error instanceof WentBack)) throw error;
        this.#parked = false;
        this.#interview.goBack();
      }
    }
  }

  /** @returns undefined where something has to be answered anew. */
  async #attempt(): Promise<Connected | undefined> {
    const { terminal } = this.#context;
    const target = await this.#findTarget();
    if (isFinding(target) && !this.#mayStore(target)) return this.#finish(target);
    await this.#destination.find(target.host);
    await this.#destination.refuseTaken(target.host, this.#interview.answers, null);
    if (!(await this.#interview.askMissing(target.host))) return undefined;

    this.#interview.step('Check and save');
    const found = isFinding(target) ? target : await this.#prove(target);
    this.#ladder.show(target.host, found.ladder);
    if (this.#mayStore(found)) return this.#keep(found);
    if (!terminal.interactive) return this.#finish(found);
    terminal.problem(found.advice);
    if (!(await this.#tryDifferently(found))) return this.#finish(found);
    return this.#parked ? this.#keep(found) : undefined;
  }

  /** Has the person been shown this error already? */
  hasTold(error: unknown): boolean {
    return this.#destination.hasTold(error);
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

  /** What the store will need, where it is sure to be that one, or something is missing anyway. */
  #lacking(): MissingInput[] {
    const { store, defaultStore, supplied } = this.#options;
    const sure = store !== undefined || this.#provider.fields.some(({ id }) => !supplied.has(id));
    const lacking = this.#context.stores.requires(store ?? defaultStore);
    return sure && lacking ? [lacking] : [];
  }

  get #values(): Values {
    return Object.fromEntries(this.#interview.answers);
  }

  /** The host the credential goes to, as soon as one answers; else why none does. */
  async #findTarget(): Promise<RecognisedHost | Finding> {
    const { terminal } = this.#context;
    const field = hostField(this.#provider);
    for (;;) {
      const answer = await this.#interview.ask(field, undefined);
      // No other field can be wanted before it.
      if (answer === undefined) continue;
      const address = String(answer);
      if (this.#target?.address === address) return this.#target.target;
      let candidates;
      try {
        candidates = readHost(this.#provider, address).candidates;
      } catch (error) {
        if (!(error instanceof HostError || error instanceof UsageError)) throw error;
        if (!terminal.interactive) throw error;
        terminal.problem(error.advice);
        this.#interview.forget(field.id);
        continue;
      }
      const found = await terminal.during(`Looking for ${address} at ${this.#provider.name}`, () =>
        findHost(this.#context, this.#provider, candidates, this.#options.timeoutMs),
      );
      if (!isFinding(found)) {
        this.#ladder.show(found.host, found.ladder);
        this.#target = { address, target: found };
        return found;
      }
      if (!terminal.interactive || this.#mayStore(found)) return found;
      terminal.problem(found.advice);
      if (!(await this.#tryDifferently(found, field.id))) return found;
    }
  }

  #prove(target: RecognisedHost): Promise<Finding> {
    const { terminal } = this.#context;
    const needs = this.#options.needs ?? this.#destination.place?.existing?.needs ?? [];
    const { timeoutMs } = this.#options;
    return terminal.during(`Asking ${target.host}`, () =>
      verify(this.#context, this.#provider, {
        target,
        values: this.#values,
        needs,
        timeoutMs,
        thorough: true,
        advise: terminal.interactive,
      }),
    );
  }

  #mayStore({ reason }: Finding): boolean {
    const { storable } = verdicts[verdictByReason[reason]];
    const allowed = this.#options.allowUnverified || this.#parked;
    return storable === 'yes' || (storable === 'if-allowed' && allowed);
  }

  /** Keeps what was found good, or, with `--store none`, only tells. */
  async #keep(found: Finding): Promise<Connected> {
    const { terminal } = this.#context;
    for (;;) {
      const place = await this.#destination.find(found.host);
      await this.#destination.refuseTaken(found.host, this.#interview.answers, found);
      const { store } = place;
      if (!store) return this.#finish(found);
      this.#warnUnproven(found);
      try {
        return await this.#save(found, { ...place, store });
      } catch (error) {
        if (!(error instanceof StoreError) || !terminal.interactive) throw error;
        // A store that fails at the end is no reason to type it all again.
        await this.#destination.chooseAnother(place.choice, error);
      }
    }
  }

  #warnUnproven({ reason }: Finding): void {
    if (isAccepted(verdictByReason[reason])) return;
    const why = this.#parked ? '' : ', because of --allow-unverified';
    this.#context.terminal.warn(`Not proven: stored all the same${why}.`);
  }

  async #save(found: Finding, place: Slot & { store: SecretStore }): Promise<Connected> {
    const { terminal, clock } = this.#context;
    const { name, existing, choice, store } = place;
    const proven = isAccepted(verdictByReason[found.reason]);
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
      changedAt: now,
      verifiedAt: now,
      lastValidAt: proven ? now : null,
    };
    terminal.explain(`Saving in the ${storeName(store.description)} as ${name}.`);
    const values = { ...this.#values, ...connection.fields };
    await save(
      this.#context,
      this.#provider,
      store,
      connection,
      values,
      this.#destination.mayReplace,
    );
    if (existing && existing.store !== choice) {
      const left = await deleteOldCopy(this.#context, existing, choice);
      for (const { message } of left) terminal.warn(message);
    }
    const { createdAt, verifiedAt, lastValidAt } = connection;
    const times = { createdAt, changedAt: now, verifiedAt, lastValidAt };
    const stored = store.description.persistent;
    const replaced = stored && existing !== undefined;
    return { report: { ...this.#told(found), stored, replaced, ...times }, told: false };
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
      name: this.#destination.name ?? this.#options.name ?? null,
      provider: this.#provider.id,
      store: this.#destination.place?.store?.description ?? null,
      fields: this.#plainFields(undefined),
      reason: 'ok',
      advice: { what: '', next: '' },
    };
  }

  /** The fields that are not secret, the host's as its shortest form. */
  #plainFields(host: string | undefined): Record<string, string> {
    const fields: Record<string, string> = {};
    for (const { id, kind } of this.#provider.fields) {
      const value = this.#interview.answers.get(id);
      if (kind === 'host' && host !== undefined) fields[id] = tenantOf(this.#provider, host);
      else if (typeof value === 'string' && kind === 'email') fields[id] = value;
    }
    return fields;
  }

  /** All is typed, and there is a store for it. */
  #mayPark({ reason }: Finding): boolean {
    const whole = this.#provider.fields.every(({ id }) => this.#interview.answers.has(id));
    const { storable } = verdicts[verdictByReason[reason]];
    return whole && storable === 'if-allowed' && this.#destination.place?.store !== undefined;
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
    /** A field's id, `again`, `park` or `stop`. */
    let retype: string;
    if (only && fields.length === 1 && !mayPass) {
      retype = only.id;
    } else {
      const choices: Choice<string>[] = [
        ...(mayPass ? [{ value: 'again', label: 'Try again' }] : []),
        ...fields.map(({ id, label }) => ({ value: id, label: `Type the ${label} again` })),
        ...(this.#mayPark(found) ? [PARK] : []),
        ...(this.#options.guide ? [LOOK] : []),
        { value: 'stop', label: 'Stop, and save nothing' },
      ];
      retype = await this.#choose(choices, fields[0] ?? hostField(this.#provider));
    }
    if (retype === 'stop') return false;
    this.#parked = retype === PARK.value;
    if (this.#interview.answers.has(retype)) {
      this.#interview.retype(retype, fields.length > 1 || mayPass);
    }
    return true;
  }

  /** @param field the one that the guide is about, where they look into it. */
  async #choose(choices: readonly Choice<string>[], field: Field): Promise<string> {
    for (;;) {
      const chosen = await this.#context.terminal.choose('What now?', choices, {
        back: this.#interview.mayGoBack,
      });
      if (chosen !== LOOK.value) return chosen;
      const wanted = await this.#interview.lookAround(field, this.#target?.target.host);
      if (wanted !== undefined) return wanted;
    }
  }
}

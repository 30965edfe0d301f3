import type { HostError, StoreError } from '../../core/errors.js';
import type { Connection } from '../../core/connection.js';
import type { Finding } from '../../core/finding.js';
import type { Context, SecretStore } from '../../core/ports.js';
import type { Guide } from '../../core/guide.js';
import type { Provider } from '../../core/provider.js';
import { verdictByReason, verdicts } from '../../core/verdict.js';
import type { Accepted } from '../sealed-request/accept-answer.js';
import type { LadderView } from '../verify/show-ladder.js';
import type { Draft, FieldId, Has, Withdrawal } from './draft.js';
import type { Form } from './form.js';
import type { PageEntry, PageEntryOptions } from './page-entry.js';
import type { SuppliedValue } from './supplied.js';

/** A check stays far below every provider's request limit. */
export const MOST_NEEDS = 4;

/** What a request for the credential begins with. */
export interface KnownForRequest {
  /** The answers that are not secret, by field id. */
  readonly supplied: ReadonlyMap<FieldId, string>;
  readonly needs: readonly string[];
  /** Where its key is kept: a `--store` value. */
  readonly storeId: string;
  readonly rotating: Connection | undefined;
}

/** What a person can do about a credential that somebody else has. */
export interface FromSomebody {
  /** Asks for it. @returns whether there is a request now. */
  request(known: KnownForRequest): Promise<boolean>;
  /** Opens a sealed answer that was pasted, and connects with it. @throws {WizardError} it cannot. */
  accept(answer: string): Promise<Accepted>;
}

export interface ConnectOptions {
  /** What came with the command, by field id. */
  readonly supplied: ReadonlyMap<FieldId, SuppliedValue>;
  /** What helps at the questions; none if nothing is asked. */
  readonly guide?: Guide | undefined;
  /** The fields that the person has at hand: asked for without the guide first. */
  readonly askDirectly?: ReadonlySet<FieldId> | undefined;
  readonly name?: string | undefined;
  /** Names that no connection may have: the ids of the providers. */
  readonly reservedNames?: readonly string[] | undefined;
  /** `--store`; wins over what the connection remembers, which wins over `defaultStore`. */
  readonly store?: string | undefined;
  readonly defaultStore: string;
  /** It is known to keep what it is given. */
  readonly testedStore?: SecretStore | undefined;
  /** `--need`; without it, what the connection remembers. */
  readonly needs?: readonly string[] | undefined;
  readonly replace: boolean;
  readonly allowUnverified: boolean;
  readonly timeoutMs: number;
  /** The fields can be entered on a page of this machine. */
  readonly page?: PageEntryOptions | undefined;
  /** Somebody else can be asked for the credential. */
  readonly fromSomebody?: FromSomebody | undefined;
  /** The open request that an answer is waited for. */
  readonly waitsFor?: string | undefined;
  /** Called once the credential is verified; what it throws ends the run, and nothing is saved. */
  readonly beforeSave?: ((finding: Finding) => Promise<void>) | undefined;
  /** `--sandbox`. */
  readonly rehearsal?: boolean | undefined;
  /** A host that is typed whole may be an address by number, or a local name. */
  readonly allowPrivate?: boolean | undefined;
  /** A rotation: the connection whose secrets are replaced, and nothing else of it. */
  readonly rotating?: Connection | undefined;
}

/** What a run works with. What it knows is the draft. */
export interface Run {
  readonly context: Context;
  readonly provider: Provider;
  readonly options: ConnectOptions;
  readonly form: Form;
  readonly ladder: LadderView;
  readonly page: PageEntry | undefined;
}

/** How a step ends. */
export type Outcome<D extends Draft = Draft> =
  | { readonly next: 'on'; readonly draft: D }
  /** From the first step on; what still stands is not asked again. */
  | { readonly next: 'again'; readonly draft: Draft }
  /** The same, once the answer for `to` is taken back. */
  | {
      readonly next: 'back';
      readonly draft: Draft;
      readonly to: FieldId;
      readonly why: Withdrawal;
    }
  /** A sealed answer was pasted, and connected with. */
  | { readonly next: 'accepted'; readonly accepted: Accepted }
  /** What is stored stays as it is. */
  | { readonly next: 'leave'; readonly draft: Draft; readonly existing: Connection }
  | {
      readonly next: 'stop';
      readonly draft: Draft;
      readonly ended: Finding | HostError | StoreError;
      /** Has the person been shown why? */
      readonly shown: boolean;
    };

export function on<D extends Draft>(draft: D): Outcome<D> {
  return { next: 'on', draft };
}

/** May a credential with this finding be stored? */
export function mayStore(
  { allowUnverified }: ConnectOptions,
  { finding, storeUnverified }: Has<'finding'>,
): boolean {
  const { storable } = verdicts[verdictByReason[finding.reason]];
  return (
    storable === 'yes' ||
    (storable === 'if-allowed' && (allowUnverified || storeUnverified === true))
  );
}

import type { HostError, StoreError } from '../../core/errors.js';
import type { Connection } from '../../core/connection.js';
import type { Finding } from '../../core/finding.js';
import type { Context, SecretStore } from '../../core/ports.js';
import type { Guide } from '../../core/guide.js';
import type { Provider } from '../../core/provider.js';
import { storableAfter } from '../../core/verdict.js';
import type { AcceptedAnswer } from '../sealed-request/accept-answer.js';
import type { LadderView } from '../verify/show-ladder.js';
import type { Draft, FieldId, Has, Withdrawal } from './draft.js';
import type { Form } from './form.js';
import type { PageEntry, PageEntryOptions } from './page-entry.js';
import type { SuppliedValue } from './supplied.js';

/** What is known when a request for the credential is created. */
export interface KnownForRequest {
  /** The answers that aren't secret, by field id. */
  readonly supplied: ReadonlyMap<FieldId, string>;
  readonly needs: readonly string[];
  /** The `--store` value of the place for its key. */
  readonly storeId: string;
  readonly rotating: Connection | undefined;
}

/** What a person can do if somebody else has the credential. */
export interface FromSomebody {
  /** Asks that person for it. @returns whether there is a request now. */
  request(known: KnownForRequest): Promise<boolean>;
  /** Opens a pasted sealed answer and connects with it. @throws {WizardError} it can't be used. */
  accept(answer: string): Promise<AcceptedAnswer>;
}

export interface ConnectOptions {
  /** What came with the command, by field id. */
  readonly supplied: ReadonlyMap<FieldId, SuppliedValue>;
  /** The help for the questions; undefined if nothing is asked. */
  readonly guide?: Guide | undefined;
  /** The fields whose values the person already has. They are asked for without the guide first. */
  readonly askDirectly?: ReadonlySet<FieldId> | undefined;
  readonly name?: string | undefined;
  /** Names that no connection may have: the providers' ids. */
  readonly reservedNames?: readonly string[] | undefined;
  /**
   * `--store`. It takes precedence over what the connection remembers, and that over
   * `defaultStore`.
   */
  readonly store?: string | undefined;
  readonly defaultStore: string;
  /** A store that has passed its test. */
  readonly testedStore?: SecretStore | undefined;
  /** `--need`. Default: what the connection remembers. */
  readonly needs?: readonly string[] | undefined;
  readonly replace: boolean;
  readonly allowUnverified: boolean;
  readonly timeoutMs: number;
  /** Allows entering the fields on a page of this machine. */
  readonly page?: PageEntryOptions | undefined;
  /** Allows asking somebody else for the credential. */
  readonly fromSomebody?: FromSomebody | undefined;
  /** The open request whose answer is awaited. */
  readonly waitsFor?: string | undefined;
  /** Called once the credential is verified. If it throws, the run ends and nothing is saved. */
  readonly beforeSave?: ((finding: Finding) => Promise<void>) | undefined;
  /** `--sandbox`. */
  readonly rehearsal?: boolean | undefined;
  /** Accept an IP address or a local name as a host that is typed whole. */
  readonly allowPrivate?: boolean | undefined;
  /** A rotation: the connection whose secrets are replaced. Nothing else of it changes. */
  readonly rotating?: Connection | undefined;
}

/** What a run works with. The draft has what it knows. */
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
  /** Starts again at the first step. Answers that still hold aren't asked again. */
  | { readonly next: 'again'; readonly draft: Draft }
  /** Does the same after taking back the answer for `to`. */
  | {
      readonly next: 'back';
      readonly draft: Draft;
      readonly to: FieldId;
      readonly why: Withdrawal;
    }
  /** A sealed answer was pasted and connected. */
  | { readonly next: 'from-answer'; readonly connected: AcceptedAnswer }
  /** What is stored stays as it is. */
  | { readonly next: 'keep'; readonly draft: Draft; readonly existing: Connection }
  | {
      readonly next: 'stop';
      readonly draft: Draft;
      readonly ended: Finding | HostError | StoreError;
      /** The person has been told why. */
      readonly shown: boolean;
    };

export function on<D extends Draft>(draft: D): Outcome<D> {
  return { next: 'on', draft };
}

/** A credential with this finding may be stored. */
export function mayStore(
  { allowUnverified }: ConnectOptions,
  { finding, storeUnverified }: Has<'finding'>,
): boolean {
  const storable = storableAfter(finding.reason);
  return (
    storable === 'yes' ||
    (storable === 'if-allowed' && (allowUnverified || storeUnverified === true))
  );
}

import type { Connection } from '../../core/connection.js';
import type { Finding } from '../../core/finding.js';
import { hostAnswers } from '../../core/tenant.js';
import type { Warning } from '../../core/ladder.js';
import type { SecretStore } from '../../core/ports.js';
import type { Field, Provider } from '../../core/provider.js';
import { Secret } from '../../core/secret.js';
import type { RecognisedHost } from '../verify/find-host.js';

export type FieldId = Field['id'];

export type Answers = ReadonlyMap<FieldId, string | Secret>;

/**
 * Everything that a run knows. Each step adds a part that follows from the earlier ones. `withdraw`
 * takes back an answer together with everything that followed from it.
 */
export interface Draft extends Following {
  readonly answers: Answers;
  /** Answers that were taken back. They are offered again. */
  readonly former: Answers;
  /**
   * The fields that a person answered. Esc goes back to these, but not to what came with the
   * command.
   */
  readonly typed: ReadonlySet<FieldId>;
  /**
   * What the command asks for besides the fields. By default, what the stored connection remembers
   * counts.
   */
  readonly wanted: {
    readonly name?: string | undefined;
    readonly store?: string | undefined;
    readonly needs?: readonly string[] | undefined;
  };
  /** Warnings about what came with the command, and about what was stored. */
  readonly warnings?: readonly DraftWarning[];
  /** A store that has passed its test. It's tested once, whatever the host is. */
  readonly testedStore?: SecretStore | undefined;
}

/** What follows from the answers. */
interface Following {
  /**
   * Follows from the host's field. It's a finding if no host answered and the run may still go on.
   */
  readonly host?: RecognisedHost | Finding | undefined;
  /** Follows from the host, and from the answer that settled it. */
  readonly slot?: Slot | undefined;
  /** The connection that the person was told about and continues with. Follows from the host. */
  readonly met?: string | undefined;
  /** The store that the person chose because the slot's own failed. Follows from the host. */
  readonly otherStore?: string | undefined;
  /** Follows from every answer. */
  readonly finding?: Finding | undefined;
  /**
   * Follows from the finding: the capabilities that the person ticked; empty if they ticked none.
   */
  readonly needs?: readonly string[] | undefined;
  /** Follows from the finding: the person wants it stored although it's unverified. */
  readonly storeUnverified?: boolean | undefined;
  readonly saved?: Connection | undefined;
}

export interface DraftWarning {
  readonly warning: Warning;
  /** The field whose answer it's about, if it's about one. */
  readonly about?: FieldId;
}

/** A draft in which these parts are known. */
export type Has<Part extends keyof Draft> = Draft & {
  readonly [P in Part]-?: NonNullable<Draft[P]>;
};

/** A draft with a finding, which may be saved. */
export type Verified = Has<'host' | 'slot' | 'finding'>;

export function has<D extends Draft, Part extends keyof Draft>(
  draft: D,
  part: Part,
): draft is D & Has<Part> {
  return draft[part] !== undefined;
}

/** Where the credential will be kept, and whether it may replace what is there. */
export interface Slot {
  readonly name: string;
  readonly existing: Connection | undefined;
  readonly storeId: string;
  /** Undefined if the credential is only verified, or if the store is unknown. */
  readonly store: SecretStore | undefined;
  /**
   * Whether another connection may be replaced: never, only by a verified credential, or by any.
   */
  readonly consent: 'none' | 'once-verified' | 'given';
  /** The field that the name follows from; undefined if it follows from the finding. */
  readonly settledBy: FieldId | undefined;
}

/** The draft with an answer added or changed. */
export function answered<D extends Draft>(draft: D, field: FieldId, value: string | Secret): D {
  return {
    ...draft,
    answers: new Map(draft.answers).set(field, value),
    typed: new Set(draft.typed).add(field),
  };
}

/**
 * Why an answer is taken back. It's offered again, except a refused secret or an unreadable answer.
 */
export type Withdrawal = 'reconsidered' | 'refused' | 'unreadable';

/** The draft without the answer for `field` and without everything that followed from it. */
export function withdraw(
  provider: Provider,
  { host, met, otherStore, slot, ...draft }: Draft,
  field: FieldId,
  why: Withdrawal,
): Draft {
  const answers = new Map(draft.answers);
  const former = new Map(draft.former);
  const answer = answers.get(field);
  answers.delete(field);
  former.delete(field);
  const again = why === 'reconsidered' || (why === 'refused' && !(answer instanceof Secret));
  if (answer !== undefined && again) {
    // For a pasted address, offer what it was understood as.
    const ofHost = host && why === 'reconsidered' ? hostAnswers(provider, host.host) : {};
    former.set(field, ofHost[field] ?? answer);
  }
  const isHost = provider.hosts.fields.includes(field);
  const settled = slot?.settledBy === undefined || slot.settledBy === field;
  // Required, so no part is forgotten here.
  const following: Required<Following> = {
    host: isHost ? undefined : host,
    met: isHost ? undefined : met,
    otherStore: isHost ? undefined : otherStore,
    slot: isHost || settled ? undefined : slot,
    finding: undefined,
    needs: undefined,
    storeUnverified: undefined,
    saved: undefined,
  };
  const typed = new Set([...draft.typed].filter((id) => id !== field));
  const warnings = draft.warnings?.filter(({ about }) => about !== field) ?? [];
  return { ...draft, answers, former, typed, warnings, ...following };
}

/** What is offered as the answer for a field: what was taken back, or what the connection has. */
export function offeredAgain(
  { former, met, slot }: Draft,
  field: FieldId,
): string | Secret | undefined {
  const existing = met === undefined ? undefined : slot?.existing;
  return former.get(field) ?? existing?.fields[field];
}

/**
 * The last field before `before` that a person answered, or the last of all if `before` is
 * undefined. One step back leads there.
 */
export function fieldBefore(
  provider: Provider,
  { typed }: Draft,
  before?: FieldId,
): FieldId | undefined {
  const ids = provider.fields.map(({ id }) => id);
  const end = before === undefined ? ids.length : ids.indexOf(before);
  return ids.slice(0, end).findLast((id) => typed.has(id));
}

/** The capabilities that the credential must have. */
export function needsOf({ wanted, needs, slot }: Draft): readonly string[] {
  return wanted.needs ?? needs ?? slot?.existing?.needs ?? [];
}

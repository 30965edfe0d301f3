import type { Connection } from '../../core/connection.js';
import type { Finding } from '../../core/finding.js';
import { hostAnswers } from '../../core/host.js';
import type { Warning } from '../../core/ladder.js';
import type { SecretStore } from '../../core/ports.js';
import type { Field, Provider } from '../../core/provider.js';
import { Secret } from '../../core/secret.js';
import type { RecognisedHost } from '../verify/find-host.js';

export type FieldId = Field['id'];

export type Answers = ReadonlyMap<FieldId, string | Secret>;

/**
 * Everything a run knows. Each step adds the part that follows from those before it; `withdraw`
 * takes back an answer together with what followed from it.
 */
export interface Draft {
  readonly answers: Answers;
  /** Answers that were taken back: offered again. */
  readonly former: Answers;
  /** What a person answered. Esc goes back to these fields, not to what came with the command. */
  readonly typed: ReadonlySet<FieldId>;
  /** What was asked for beside the fields; without it, what the stored connection remembers. */
  readonly wanted: {
    readonly name?: string | undefined;
    readonly store?: string | undefined;
    readonly needs?: readonly string[] | undefined;
  };
  /** What is odd about what came with the command. */
  readonly warnings?: readonly Warning[];
  /** It keeps what it is given: tested once, whatever the host. */
  readonly testedStore?: SecretStore | undefined;
  /** Follows from the host's field. A finding if no host answered and that is good enough. */
  readonly host?: RecognisedHost | Finding | undefined;
  /** Follows from the host, and from the answer that settled it. */
  readonly slot?: Slot | undefined;
  /** The connection that the person was told of, and goes on with. Follows from the host. */
  readonly met?: string | undefined;
  /** Follows from every answer. */
  readonly finding?: Finding | undefined;
  /** Follows from the finding: what the person says it is for; empty if nothing was said. */
  readonly needs?: readonly string[] | undefined;
  /** Follows from the finding: the person wants it stored although nothing is verified. */
  readonly storeUnverified?: boolean | undefined;
  readonly saved?: Connection | undefined;
}

/** A draft in which these parts are known. */
export type Has<Part extends keyof Draft> = Draft & {
  readonly [P in Part]-?: NonNullable<Draft[P]>;
};

export function has<D extends Draft, Part extends keyof Draft>(
  draft: D,
  part: Part,
): draft is D & Has<Part> {
  return draft[part] !== undefined;
}

/** Where the credential will be kept, and whether it may take the place of what is there. */
export interface Slot {
  readonly name: string;
  readonly existing: Connection | undefined;
  readonly storeId: string;
  /** Undefined if it is only verified, or if the store is not known. */
  readonly store: SecretStore | undefined;
  /** May another connection be replaced: no, by a verified credential only, or by any? */
  readonly consent: 'none' | 'once-verified' | 'given';
  /** The field whose answer it follows from; undefined if it follows from the finding. */
  readonly settledBy: FieldId | undefined;
}

/** The draft with one more answer, or another one. */
export function answered<D extends Draft>(draft: D, field: FieldId, value: string | Secret): D {
  return {
    ...draft,
    answers: new Map(draft.answers).set(field, value),
    typed: new Set(draft.typed).add(field),
  };
}

/**
 * Why an answer is taken back. It is offered again, except for a secret that was refused and for
 * what could not be read.
 */
export type Withdrawal = 'reconsidered' | 'refused' | 'unreadable';

/** The draft without the answer for `field` and without what followed from it. */
export function withdraw(
  provider: Provider,
  { answers, former, typed, slot, host, met, ...rest }: Draft,
  field: FieldId,
  why: Withdrawal,
): Draft {
  const left = new Map(answers);
  const offered = new Map(former);
  const answer = answers.get(field);
  left.delete(field);
  offered.delete(field);
  const again = why === 'reconsidered' || (why === 'refused' && !(answer instanceof Secret));
  if (answer !== undefined && again) {
    // Of a pasted address, what it was taken for.
    const told = host && why === 'reconsidered' ? hostAnswers(provider, host.host) : {};
    offered.set(field, told[field] ?? answer);
  }
  const isHost = provider.hosts.fields.includes(field);
  const settled = slot?.settledBy === undefined || slot.settledBy === field;
  return {
    ...rest,
    answers: left,
    former: offered,
    typed: new Set([...typed].filter((id) => id !== field)),
    host: isHost ? undefined : host,
    met: isHost ? undefined : met,
    slot: isHost || settled ? undefined : slot,
    finding: undefined,
    needs: undefined,
    storeUnverified: undefined,
  };
}

/**
 * The last field before `before` (undefined: of all) that a person answered: what one step back
 * leads to.
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

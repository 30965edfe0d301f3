import { RECORD_VERSION, type Connection } from '../../core/connection.js';
import { HostError, type StoreError } from '../../core/errors.js';
import { hostFields, secretFields } from '../../core/field.js';
import type { Finding } from '../../core/finding.js';
import { caseOf, messagesAfter, partLabel } from '../../core/guide.js';
import type { AdminMessage, Branch, Guide } from '../../core/guide.js';
import { compareTenant, hostAnswers } from '../../core/host.js';
import type { Warning } from '../../core/ladder.js';
import type { SecretStore } from '../../core/ports.js';
import type { Field, Provider } from '../../core/provider.js';
import { NOTHING_KNOWN, type Report } from '../../core/report.js';
import { Secret } from '../../core/secret.js';
import type { Values } from '../../core/stored-item.js';
import { isAccepted, isUndecided, verdictByReason, verdicts } from '../../core/verdict.js';
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

/** What a person can do after a finding that is not good enough. */
export type Remedy = { readonly label: string } & (
  | { readonly kind: 'again' | 'store-unverified' | 'stop' }
  | { readonly kind: 'retype'; readonly field: FieldId }
  /** Read the guide, from the question for that field. */
  | { readonly kind: 'guide'; readonly field: FieldId; readonly part: Branch | undefined }
  /** The message for an admin. */
  | { readonly kind: 'message'; readonly field: FieldId; readonly part: AdminMessage }
);

/**
 * The likeliest first: where only an admin can help, the message for them. One alone needs no
 * question.
 */
export function remedies(
  provider: Provider,
  draft: Draft,
  finding: Finding,
  guide: Guide | undefined,
): readonly Remedy[] {
  const suspects = finding.advice.ask ?? (draft.host ? [] : provider.hosts.fields);
  const fields = suspects.flatMap((id) => provider.fields.filter((field) => field.id === id));
  const usual = draft.host ? secretFields(provider) : hostFields(provider);
  const about = fields[0] ?? usual[0] ?? provider.fields[0];
  const part = guide && caseOf(guide, finding.reason);
  const messages = guide && part && about ? messagesAfter(guide, part) : [];
  const mayPass = isUndecided(finding.reason) || fields.length === 0 || messages.length > 0;
  const retype = fields.map(({ id, label }): Remedy => ({
    kind: 'retype',
    field: id,
    label: `Type the ${label} again`,
  }));
  if (retype.length === 1 && !mayPass) return retype;
  const whole = provider.fields.every(({ id }) => draft.answers.has(id));
  const mayKeep =
    verdicts[verdictByReason[finding.reason]].storable === 'if-allowed' &&
    whole &&
    draft.testedStore;
  return [
    ...messages.flatMap((message): Remedy[] =>
      about ? [{ kind: 'message', field: about.id, part: message, label: message.choice }] : [],
    ),
    ...(mayPass
      ? [
          {
            kind: 'again',
            label: messages.length > 0 ? 'They have done it: try again' : 'Try again',
          } as const,
        ]
      : []),
    ...retype,
    ...(mayKeep
      ? [{ kind: 'store-unverified', label: 'Store it unverified, and check it later' } as const]
      : []),
    ...(guide && about
      ? [
          {
            kind: 'guide',
            field: about.id,
            part,
            label: part ? `Open the guide: ${partLabel(part)}` : 'Open the guide',
          } as const,
        ]
      : []),
    { kind: 'stop', label: guide ? 'Stop here and continue later' : 'Stop, and save nothing' },
  ];
}

/** Why a draft must not take the place of what is in its slot. */
export interface Conflict {
  /** What is there, after "<name> is already there": a clause. */
  readonly why: string;
  /** The field whose answer shows it; undefined if the finding does. */
  readonly field: FieldId | undefined;
  /** Is what is to be stored not verified? */
  readonly unverified: boolean;
}

/** @returns undefined if nothing else is in the slot, or the person agreed. */
export function conflict(provider: Provider, draft: Has<'host' | 'slot'>): Conflict | undefined {
  const { existing, consent } = draft.slot;
  const unverified = draft.finding !== undefined && !isAccepted(draft.finding.reason);
  const agreed = unverified ? consent === 'given' : consent !== 'none';
  const found = existing && !agreed ? difference(provider, draft, existing) : undefined;
  return found && { ...found, unverified };
}

function difference(
  provider: Provider,
  { answers, host, finding }: Has<'host'>,
  existing: Connection,
): Omit<Conflict, 'unverified'> | undefined {
  const tenant = hostFields(provider).at(-1)?.id;
  if (existing.provider !== provider.id) {
    return { field: tenant, why: `it belongs to ${existing.provider}` };
  }
  if (compareTenant(provider, host.host, existing.host).is !== 'same') {
    return { field: tenant, why: `it belongs to ${existing.host}` };
  }
  for (const { id, kind, label } of provider.fields) {
    const [is, was] = [answers.get(id), existing.fields[id]];
    const isCompared = kind !== 'secret' && !provider.hosts.fields.includes(id);
    if (!isCompared || is === undefined || was === undefined || is === was) continue;
    return { field: id, why: `its ${label} is ${was}` };
  }
  const [is, was] = [finding?.identity, existing.identity];
  if (is && was && is.id !== was.id) {
    return { field: undefined, why: `it is the credential of ${was.label}` };
  }
  if (finding && !isAccepted(finding.reason) && existing.lastValidAt !== null) {
    return { field: undefined, why: 'it has a proven credential, and the new one is not' };
  }
  return undefined;
}

/** The capabilities it must have. */
export function needsOf({ wanted, needs, slot }: Draft): readonly string[] {
  return wanted.needs ?? needs ?? slot?.existing?.needs ?? [];
}

/** The record of a draft that may be stored. */
export function connectionOf(
  provider: Provider,
  draft: Has<'slot' | 'finding'>,
  now: Date,
): Connection {
  const { slot, finding } = draft;
  const time = now.toISOString();
  return {
    v: RECORD_VERSION,
    name: slot.name,
    provider: provider.id,
    host: finding.host,
    fields: plainFields(provider, draft, finding.host),
    identity: finding.identity,
    ...(finding.roles && { roles: finding.roles }),
    store: slot.storeId,
    needs: [...needsOf(draft)],
    reason: finding.reason,
    recognised: finding.recognised,
    createdAt: slot.existing?.createdAt ?? time,
    changedAt: time,
    verifiedAt: time,
    lastValidAt: isAccepted(finding.reason) ? time : null,
  };
}

/** The values to be stored with it, the secret ones included, in the definition's order. */
export function valuesOf(provider: Provider, { answers, host }: Draft): Values {
  const told = host ? hostAnswers(provider, host.host) : {};
  const values = provider.fields.flatMap(({ id }) => {
    const answer = told[id] ?? answers.get(id);
    // What may be empty and is so has no value.
    return answer === undefined || answer === '' ? [] : [[id, answer] as const];
  });
  return Object.fromEntries(values);
}

/** The fields that are not secret, the host's as its shortest form. */
function plainFields(
  provider: Provider,
  { answers }: Draft,
  host: string | undefined,
): Record<string, string> {
  const told = host === undefined ? {} : hostAnswers(provider, host);
  const fields: Record<string, string> = {};
  for (const { id, kind } of provider.fields) {
    const value = told[id] ?? answers.get(id);
    if (typeof value === 'string' && value !== '' && kind !== 'secret') fields[id] = value;
  }
  return fields;
}

/** What is told of a run that ended with `finding`, or with the error that kept it from one. */
export function reportOf(
  provider: Provider,
  draft: Draft,
  ended: Finding | HostError | StoreError,
  now: Date,
): Report {
  const { slot, saved, wanted } = draft;
  const known = {
    ...NOTHING_KNOWN,
    name: slot?.name ?? wanted.name ?? null,
    provider: provider.id,
    store: slot?.store?.description ?? null,
    ...(slot?.store && { storeId: slot.storeId }),
    reason: ended.reason,
    advice: ended.advice,
    warnings: draft.warnings ?? [],
  };
  if (ended instanceof Error) {
    const host = ended instanceof HostError ? ended.host : null;
    return { ...known, host, fields: plainFields(provider, draft, undefined) };
  }
  const { host, httpStatus, providerMessage, identity, ladder, capabilities, warnings } = ended;
  const stored = saved !== undefined && slot?.store?.description.persistent === true;
  return {
    ...known,
    host,
    httpStatus,
    providerMessage,
    identity,
    ladder,
    capabilities,
    warnings: [...known.warnings, ...warnings, ...(slot?.store?.warnings ?? [])],
    fields: plainFields(provider, draft, host),
    stored,
    replaced: stored && slot?.existing !== undefined,
    createdAt: saved?.createdAt ?? null,
    changedAt: saved?.changedAt ?? null,
    verifiedAt: saved?.verifiedAt ?? now.toISOString(),
    lastValidAt: saved?.lastValidAt ?? null,
  };
}

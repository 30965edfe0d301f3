import type { Connection } from '../../core/connection.js';
import { hostFields } from '../../core/field.js';
import { compareTenant } from '../../core/tenant.js';
import type { Provider } from '../../core/provider.js';
import { isAccepted } from '../../core/verdict.js';
import type { Draft, FieldId, Slot } from './draft.js';

/** Why a draft must not replace what is in its slot. */
export interface Conflict {
  /** What is there, as a clause that follows "<name> is already there". */
  readonly why: string;
  /** The field whose answer shows the conflict; undefined if the finding shows it. */
  readonly field: FieldId | undefined;
  /** The new credential isn't verified. */
  readonly unverified: boolean;
}

/** What is compared of a draft. */
interface Compared extends Pick<Draft, 'answers' | 'finding'> {
  readonly host: { readonly host: string };
  readonly slot: Pick<Slot, 'existing' | 'consent'>;
}

/** @returns undefined if the slot has nothing else in it, or the person agreed to replace it. */
export function conflict(provider: Provider, draft: Compared): Conflict | undefined {
  const { existing, consent } = draft.slot;
  const unverified = draft.finding !== undefined && !isAccepted(draft.finding.reason);
  const agreed = unverified ? consent === 'given' : consent !== 'none';
  const found = existing && !agreed ? difference(provider, draft, existing) : undefined;
  return found && { ...found, unverified };
}

function difference(
  provider: Provider,
  { answers, host, finding }: Compared,
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

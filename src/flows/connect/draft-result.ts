import { lastChange, RECORD_VERSION, type Connection } from '../../core/connection.js';
import { HostError, type StoreError } from '../../core/errors.js';
import type { Finding } from '../../core/finding.js';
import { hostAnswers, plainFields } from '../../core/tenant.js';
import type { Provider } from '../../core/provider.js';
import { NOTHING_KNOWN, type Report } from '../../core/report.js';
import type { Values } from '../../core/stored-item.js';
import { isAccepted } from '../../core/verdict.js';
import { type Draft, type Has, needsOf } from './draft.js';

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
    fields: plainFields(provider, draft.answers, finding.host),
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

/** The values to store, secrets included, in the definition's order. */
export function valuesOf(provider: Provider, { answers, host }: Draft): Values {
  const ofHost = host ? hostAnswers(provider, host.host) : {};
  const values = provider.fields.flatMap(({ id }) => {
    const answer = ofHost[id] ?? answers.get(id);
    // An optional field that is empty has no value.
    return answer === undefined || answer === '' ? [] : [[id, answer] as const];
  });
  return Object.fromEntries(values);
}

/** The report of a run that ended with a finding, or with an error that prevented one. */
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
    warnings: (draft.warnings ?? []).map(({ warning }) => warning),
  };
  if (ended instanceof Error) {
    const host = ended instanceof HostError ? ended.host : null;
    return { ...known, host, fields: plainFields(provider, draft.answers, undefined) };
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
    fields: plainFields(provider, draft.answers, host),
    stored,
    replaced: stored && slot?.existing !== undefined,
    createdAt: saved?.createdAt ?? null,
    changedAt: saved ? lastChange(saved) : null,
    verifiedAt: saved?.verifiedAt ?? now.toISOString(),
    lastValidAt: saved?.lastValidAt ?? null,
  };
}

import { hostFields, secretFields } from '../../core/field.js';
import type { Finding } from '../../core/finding.js';
import { caseOf, messagesAfter, partLabel } from '../../core/guide.js';
import type { AdminMessage, Branch, Guide } from '../../core/guide.js';
import type { Provider } from '../../core/provider.js';
import { isUndecided, storableAfter } from '../../core/verdict.js';
import type { FieldId, Draft } from './draft.js';

/** What a person can do about a finding that isn't good enough. */
export type Remedy = { readonly label: string } & (
  | { readonly kind: 'again' | 'store-unverified' | 'stop' }
  | { readonly kind: 'retype'; readonly field: FieldId }
  /** Reads the guide, as from that field's question. */
  | { readonly kind: 'guide'; readonly field: FieldId; readonly part: Branch | undefined }
  /** Shows the message for an admin. */
  | { readonly kind: 'message'; readonly field: FieldId; readonly part: AdminMessage }
);

/**
 * The likeliest comes first. If only an admin can help, that's the message for them. A single
 * remedy needs no question.
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
  const mayKeep = storableAfter(finding.reason) === 'if-allowed' && whole && draft.testedStore;
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

import { adviceFor } from './advice.js';
import type { Advice } from './errors.js';
import type { Capability, LadderRung, Warning } from './ladder.js';
import type { AdviceTemplate, Provider } from './provider.js';
import type { Reason } from './verdict.js';

/** The result of checking one credential. */
export interface Finding {
  readonly reason: Reason;
  readonly advice: Advice & Pick<AdviceTemplate, 'ask'>;
  /** The host that answered last, or that would have been asked. */
  readonly host: string;
  /** The host was seen to be the provider's. */
  readonly recognised: boolean;
  readonly httpStatus: number | null;
  /** The provider's own words about a refusal, cleaned. */
  readonly providerMessage: string | null;
  /** Requests were refused before the credential was accepted. */
  readonly refusedFirst: boolean;
  /** The ids of the owner's roles, sorted; undefined if the response doesn't show them. */
  readonly roles: readonly string[] | undefined;
  readonly identity: { readonly id: string; readonly label: string } | null;
  readonly ladder: readonly LadderRung[];
  readonly capabilities: readonly Capability[];
  readonly warnings: readonly Warning[];
}

/**
 * A finding of `reason` in the provider's words.
 *
 * @param rest whatever else is known.
 * @param says the words of the rule that led to it.
 */
export function finding(
  provider: Provider,
  reason: Reason,
  placeholders: Readonly<Record<string, string>>,
  rest: Partial<Omit<Finding, 'reason' | 'advice'>> & Pick<Finding, 'host'>,
  says?: AdviceTemplate,
): Finding {
  return {
    recognised: false,
    httpStatus: null,
    providerMessage: null,
    refusedFirst: false,
    roles: undefined,
    identity: null,
    ladder: [],
    capabilities: [],
    warnings: [],
    ...rest,
    reason,
    advice: adviceFor(provider, reason, { host: rest.host, ...placeholders }, says),
  };
}

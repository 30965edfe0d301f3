import { adviceFor } from './advice.js';
import type { Advice } from './errors.js';
import type { Capability, LadderRung, Warning } from './ladder.js';
import type { AdviceTemplate, Provider } from './provider.js';
import type { Reason } from './verdict.js';

/** What a check of one credential found out. */
export interface Finding {
  readonly reason: Reason;
  readonly advice: Advice & Pick<AdviceTemplate, 'ask'>;
  /** The host that answered last, or that was to be asked. */
  readonly host: string;
  /** Was the host seen to be the provider's? */
  readonly recognised: boolean;
  readonly httpStatus: number | null;
  /** What the provider says of a refusal in its own words, cleaned. */
  readonly providerMessage: string | null;
  /** Were requests refused before the credential was accepted? */
  readonly refusedFirst: boolean;
  /** The ids of the owner's roles, sorted; undefined if the response does not show them. */
  readonly roles: readonly string[] | undefined;
  readonly identity: { readonly id: string; readonly label: string } | null;
  readonly ladder: readonly LadderRung[];
  readonly capabilities: readonly Capability[];
  readonly warnings: readonly Warning[];
}

/** A finding of `reason` in the provider's words; what else is known is given in `rest`. */
export function finding(
  provider: Provider,
  reason: Reason,
  placeholders: Readonly<Record<string, string>>,
  rest: Partial<Omit<Finding, 'reason' | 'advice'>> & Pick<Finding, 'host'>,
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
    advice: adviceFor(provider, reason, { host: rest.host, ...placeholders }),
  };
}

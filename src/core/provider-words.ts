import type { Advice } from './errors.js';

/** Words that tell of one kind of cause, in a provider's message as in ours. */
const GROUPS: readonly RegExp[] = [
  /\bip\b|\bip ?address(?:es)?\b|\b(?:allow|white) ?-?list(?:ed|ing)?\b|\bnetwork range|\bcertain networks?\b/iu,
  /\bsuspend|\btrial\b|\bsubscription\b/iu,
  /\boccasional\b|\bday ?-?pass/iu,
];

/** What APIs say if they say nothing: the meaning of the status once more. */
const STOCK =
  /^(?:you are |you're |sorry, you are )?(?:not authori[sz]ed|not allowed|unauthori[sz]ed|forbidden|access (?:is )?denied|permission denied)(?: (?:to|for) (?:perform|access|do) (?:this|that|the)(?: requested)? (?:action|resource|operation))?\.?$/iu;

const STOCK_CODES = new Set(['access_denied', 'forbidden', 'unauthorized', 'permission_denied']);

/**
 * What a refusal says beyond its status: the provider's message, else a code that is not the usual
 * one. Undefined if it says no more than that it refuses.
 */
export function tellingWords(message: string | null, code: string | undefined): string | undefined {
  if (message !== null && !STOCK.test(message)) return message;
  return code === undefined || STOCK_CODES.has(code.toLowerCase()) ? undefined : code;
}

/** Does the provider itself name a cause that has nothing to do with the secret? */
export function namesOtherCause(said: string | undefined): boolean {
  return said !== undefined && GROUPS.some((group) => group.test(said));
}

/**
 * Advice on a refusal, with the provider's own words in it. A cause of the same kind comes first;
 * if there is none, the words themselves do.
 */
export function withProviderWords<A extends Advice>(advice: A, said: string): A {
  const quote = `it says: "${said}"`;
  const causes = advice.causes && [...advice.causes];
  const group = GROUPS.find((each) => each.test(said));
  if (causes) {
    const index = group ? causes.findIndex((cause) => group.test(cause)) : -1;
    const [first = quote] = index < 0 ? [] : causes.splice(index, 1);
    causes.unshift(first);
  }
  return {
    ...advice,
    what: advice.what.replace(/ and did not say why$/u, ''),
    why: advice.why === undefined ? quote : `${quote}; ${advice.why}`,
    ...(causes && { causes }),
  };
}

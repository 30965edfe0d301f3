import type { Advice } from './errors.js';

/** Words that point to one kind of cause, both in a provider's message and in ours. */
const GROUPS: readonly RegExp[] = [
  /\bips?\b|\bip ?address(?:es)?\b|\b(?:allow|white) ?list(?:ed|ing)?\b|\bnetwork range|\bcertain networks?\b/iu,
  /\bsuspend|\btrial\b|\bsubscription\b/iu,
  /\boccasional\b|\bday ?pass/iu,
];

/** Messages that add nothing to the status. */
const STOCK =
  /^(?:sorry, )?(?:40[13] )?(?:you are |you're )?(?:not authori[sz]ed|not allowed|unauthori[sz]ed|forbidden|access (?:is )?denied|permission denied|you (?:do not|don't) have (?:access|permissions?))(?: (?:to|for) (?:perform|access|do|make|view) (?:this|that|the)(?: requested)? (?:action|api|page|request|resource|operation))?\.?$/iu;

const STOCK_CODES = new Set(['access_denied', 'forbidden', 'unauthorized', 'permission_denied']);

/**
 * What a refusal says beyond its status: the provider's message, or else an unusual code. Undefined
 * if it says nothing more.
 */
export function tellingWords(message: string | null, code: string | undefined): string | undefined {
  if (message !== null && !STOCK.test(message)) return message;
  return code === undefined || STOCK_CODES.has(code.toLowerCase()) ? undefined : code;
}

/** The kind of cause that `said` points to. Codes have `_` or `-` between words. */
function groupOf(said: string): RegExp | undefined {
  const words = said.replaceAll(/[_-]+/gu, ' ');
  return GROUPS.find((each) => each.test(words));
}

/** The provider itself names a cause that has nothing to do with the secret. */
export function namesOtherCause(said: string | undefined): boolean {
  return said !== undefined && groupOf(said) !== undefined;
}

/**
 * Adds the provider's own words to the advice on a refusal. They come first as a cause, or a cause
 * of the same kind does.
 */
export function withProviderWords<A extends Advice>(advice: A, said: string): A {
  const quote = `it says "${said.replace(/\.$/u, '')}"`;
  const causes = advice.causes && [...advice.causes];
  const group = groupOf(said);
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

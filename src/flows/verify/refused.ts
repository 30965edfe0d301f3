import { strangerAdvice, redirectAdvice } from '../../core/advice.js';
import { finding, type Finding } from '../../core/finding.js';
import { redirectTarget } from '../../core/redirect.js';
import type { LadderRung } from '../../core/ladder.js';
import { namesOtherCause, tellingWords, withProviderWords } from '../../core/provider-words.js';
import {
  describeResponse,
  errorCode,
  isRedirect,
  providerMessage,
  waitWords,
} from '../../core/response.js';
import { isRejected, type Reason } from '../../core/verdict.js';
import { providerRung, reachedRungs } from './show-ladder.js';
import { type Verification, type Attempt, isKnown, isRefusal } from './attempt.js';

/** The finding if no test decided: what the attempts say together. */
export function undecided(run: Verification, attempts: readonly Attempt[]): Finding {
  const refusals = attempts.filter(isRefusal);
  const last = refusals.findLast(({ read }) => read.says) ?? refusals.at(-1);
  if (last) return refused(run, 'refused-unclear', last, attempts);
  const faults = ['not-an-api', 'server-error'] as const;
  for (const fault of faults) {
    const found = attempts.find(({ read }) => read.fault === fault);
    if (found) return refused(run, fault, found, attempts);
  }
  const odd = attempts.find(({ read }) => read.means === 'odd') ?? attempts.at(-1);
  if (!odd) throw new Error(`${run.provider.id} has no test`);
  return refused(run, 'bad-response', odd, attempts);
}

/** A finding of `reason` from the response that led to it. */
export function refused(
  run: Verification,
  means: Reason,
  attempt: Attempt,
  attempts: readonly Attempt[],
): Finding {
  const { provider, options, placeholders } = run;
  const { read, response, comparison } = attempt;
  const message = providerMessage(provider, response);
  // If a rule knows the code, the rule's own words explain it.
  const code = read.byStatus ? errorCode(provider, response) : undefined;
  const said = tellingWords(message, code);
  // The provider's own words tell more than a rule that only looks at the status.
  const reason = read.byStatus && namesOtherCause(said) ? 'refused-unclear' : means;
  const detail = describeResponse(provider, response);
  const quoted = <A extends Finding['advice']>(advice: A): A =>
    said === undefined ? advice : withProviderWords(advice, said);
  const filled = {
    ...placeholders,
    detail,
    wait: waitWords(response),
    status: String(response.status),
  };
  const says = reason === means ? read.says : undefined;
  const known = {
    ...options.target,
    recognised: isKnown(run, attempts),
    httpStatus: response.status,
    providerMessage: message,
    ladder: ladderOf(run, reason, attempts, detail),
  };
  const found = finding(provider, reason, filled, known, says);
  if (reason === 'not-an-api') {
    const sender = says ? {} : notAnApiAdvice(run, attempt, detail);
    return { ...found, advice: quoted({ ...found.advice, ...sender }) };
  }
  let advice = quoted(found.advice);
  if (comparison.asksForCredential)
    advice = { ...advice, why: `most likely ${advice.why ?? detail}` };
  return { ...found, advice };
}

/** Who answered, as far as it can be determined: a redirect, a stranger's refusal, or a page. */
function notAnApiAdvice(
  { provider, options }: Verification,
  { response, comparison }: Attempt,
  detail: string,
): Partial<Finding['advice']> {
  const { host } = options.target;
  const { status, headers } = response;
  if (isRedirect(response)) {
    const target = redirectTarget(provider, host, headers['location'] ?? '');
    return redirectAdvice(provider, host, target, detail);
  }
  if (status !== 401 && status !== 403) return {};
  const how = comparison.same ? 'same-without-credential' : 'unmarked';
  return { ...strangerAdvice(provider, host, detail, how), again: undefined };
}

function ladderOf(
  run: Verification,
  reason: Reason,
  attempts: readonly Attempt[],
  detail: string,
): LadderRung[] {
  const { provider, options } = run;
  const reached = reachedRungs(options.target.host);
  if (reason === 'no-such-tenant') return [...reached, { rung: 'provider', ok: false, detail }];
  // Neither accepted nor refused: an unknown result isn't a no.
  const ok = isRejected(reason) ? false : null;
  if (ok === false || isKnown(run, attempts)) {
    return [...reached, providerRung(provider), { rung: 'credential', ok, detail }];
  }
  // An unmarked refusal may be anybody's, but a page or a redirect isn't the API's.
  const last = attempts.at(-1)?.response.status ?? 0;
  const isOther = reason === 'not-an-api' && last !== 401 && last !== 403;
  return [...reached, { rung: 'provider', ok: isOther ? false : null, detail }];
}

export function notExchanged(run: Verification, attempt: Attempt): Finding {
  const { means } = attempt.read;
  if (means === 'odd' || means === 'go-on' || means === 'accepted' || means === 'recognised') {
    return undecided(run, [attempt]);
  }
  return refused(run, means, attempt, [attempt]);
}

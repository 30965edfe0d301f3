import { at, readJson, readSigned, waitWords, type HttpResponse } from '../../core/response.js';
import { NetworkError } from '../../core/errors.js';
import { fill } from '../../core/fill.js';
import { finding, type Finding } from '../../core/finding.js';
import { compareTenant } from '../../core/host.js';
import type { Values } from '../../core/stored-item.js';
import type { LadderRung } from '../../core/ladder.js';
import type { Context } from '../../core/ports.js';
import type { AdviceTemplate, Probe, Provider } from '../../core/provider.js';
import { Secret } from '../../core/secret.js';
import { verdictByReason, type Reason } from '../../core/verdict.js';
import { describeResponse } from '../../core/response.js';
import { networkRungs, providerRung, reachedRungs } from './show-ladder.js';
import { authenticatedRequest, type Send } from './authenticated-request.js';
import { probeCapabilities } from './capabilities.js';
import { findOwner } from './owner.js';
import { isFinding, findHost, type RecognisedHost } from './find-host.js';

/** What is asked of a credential. */
export interface VerifyOptions {
  readonly target: RecognisedHost;
  readonly values: Values;
  /** Ids of capabilities; only these are probed. */
  readonly needs: readonly string[];
  /** For each request. */
  readonly timeoutMs: number;
  /** Also whose it is, where that takes more requests: once, when it is connected. */
  readonly thorough: boolean;
  /** Also what is advice for a person, and no concern of a script's. */
  readonly advise: boolean;
}

/** Asks the provider, signed, whether it takes the credential, whose it is, and what it may do. */
export async function verify(
  { http }: Pick<Context, 'http'>,
  provider: Provider,
  options: VerifyOptions,
): Promise<Finding> {
  const { target, values, timeoutMs } = options;
  const ask = authenticatedRequest(http, provider, { host: target.host, values, timeoutMs });
  const placeholders = plainValues(values);
  let refusedOnce = false;
  let last: Refusal = { detail: 'no answer', status: 0, wait: '' };

  for (const probe of provider.probes) {
    let response: HttpResponse;
    try {
      response = await ask(probe.path);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      const ladder = networkRungs(target.host, error);
      return finding(
        provider,
        error.reason,
        { ...placeholders, detail: error.message },
        { ...target, ladder },
      );
    }
    const { means, says } = readSigned(provider, probe, response);
    if (means === 'accepted' || means === 'recognised') {
      return accepted({ http, provider, options, ask, placeholders }, probe, response);
    }
    const { status } = response;
    last = {
      detail: describeResponse(provider, response),
      status,
      says,
      wait: waitWords(response),
    };
    if (means !== 'go-on') return refused(provider, target, means, last, placeholders);
    refusedOnce ||= response.status === 403;
  }

  const reason = refusedOnce ? 'refused-unclear' : 'bad-response';
  return refused(provider, target, reason, last, placeholders);
}

/** An answer that did not accept the credential. */
interface Refusal {
  readonly detail: string;
  readonly status: number;
  /** The definition's words for such an answer, where it has any. */
  readonly says?: AdviceTemplate | undefined;
  /** How long the server asks to wait. */
  readonly wait: string;
}

function refused(
  provider: Provider,
  target: RecognisedHost,
  reason: Reason,
  { detail, status, says, wait }: Refusal,
  placeholders: Readonly<Record<string, string>>,
): Finding {
  // Only a refusal of the credential is surely the provider's own answer: anything in between may
  // have given another one.
  const decided = verdictByReason[reason] === 'rejected';
  const seen =
    decided || (target.recognised && reason !== 'not-an-api' && reason !== 'no-such-tenant');
  const ladder: LadderRung[] = [
    ...reachedRungs(target.host),
    ...(seen ? [providerRung(provider)] : []),
    { rung: seen ? 'credential' : 'provider', ok: false, detail },
  ];
  const filled = { ...placeholders, detail, wait };
  const found = finding(provider, reason, filled, { ...target, httpStatus: status, ladder });
  if (!says) return found;
  const known = { ...filled, host: target.host, provider: provider.name };
  return { ...found, advice: { ...fill(says, known), ...(says.ask && { ask: says.ask }) } };
}

interface Accepting {
  readonly http: Context['http'];
  readonly provider: Provider;
  readonly options: VerifyOptions;
  readonly ask: Send;
  readonly placeholders: Readonly<Record<string, string>>;
}

async function accepted(
  { http, provider, options, ask, placeholders }: Accepting,
  probe: Probe,
  response: HttpResponse,
): Promise<Finding> {
  const json = readJson(response);
  const { host: asked } = options.target;
  const rest = { host: asked, recognised: true, httpStatus: response.status };

  const own = probe.canonicalHost === undefined ? undefined : at(json, probe.canonicalHost);
  const tenant = typeof own === 'string' ? compareTenant(provider, asked, own) : undefined;
  if (tenant?.is === 'other-tenant') {
    const detail = `it says that its own address is ${tenant.host}`;
    const ladder = [...reachedRungs(asked), { rung: 'provider', ok: false, detail } as const];
    return finding(
      provider,
      'other-tenant',
      { ...placeholders, detail, other: tenant.host },
      { ...rest, recognised: false, ladder },
    );
  }
  const host =
    tenant?.is === 'same' && (await isServed(http, provider, tenant.host, options))
      ? tenant.host
      : asked;

  const { thorough, advise, needs } = options;
  const known = { ...placeholders, host, provider: provider.name };
  const { identity, warnings } = await findOwner(ask, provider, {
    probe,
    json,
    placeholders: known,
    thorough,
    advise,
  });
  const { capabilities, lacking } = await probeCapabilities(ask, provider, needs);
  const ladder: LadderRung[] = [
    ...reachedRungs(asked),
    providerRung(provider),
    { rung: 'credential', ok: true, detail: identity?.label ?? 'accepted' },
  ];
  if (capabilities.length > 0) {
    const detail = capabilities.map(({ id, granted }) => `${id}: ${yesNo(granted)}`).join(', ');
    ladder.push({ rung: 'capabilities', ok: lacking === undefined, detail });
  }
  const found = finding(
    provider,
    lacking?.reason ?? 'ok',
    { ...placeholders, detail: `HTTP ${response.status}`, ...lacking?.placeholders },
    { ...rest, host, identity, ladder, capabilities, warnings },
  );
  return lacking?.advice ? { ...found, advice: lacking.advice } : found;
}

/** Is there really the API at the address that the provider gives as its own? It is kept only then. */
async function isServed(
  http: Context['http'],
  provider: Provider,
  host: string,
  { target, timeoutMs }: VerifyOptions,
): Promise<boolean> {
  if (host === target.host) return true;
  const outcome = await findHost({ http }, provider, [host], timeoutMs);
  return !isFinding(outcome) && outcome.recognised;
}

/** What may stand in a message. */
function plainValues(values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([id, value]) =>
      value instanceof Secret ? [] : [[id, value] as const],
    ),
  );
}

/** A capability's outcome as people say it. */
export function yesNo(granted: boolean | null): string {
  return granted === null ? 'could not be told' : granted ? 'yes' : 'no';
}

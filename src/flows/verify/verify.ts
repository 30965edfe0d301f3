import { NetworkError } from '../../core/errors.js';
import { adviceFor } from '../../core/advice.js';
import { finding, type Finding } from '../../core/finding.js';
import { compareTenant } from '../../core/tenant.js';
import type { LadderRung } from '../../core/ladder.js';
import type { Context } from '../../core/ports.js';
import type { Probe, Provider } from '../../core/provider.js';
import { readAuthenticated, type Seen } from '../../core/reading.js';
import { at, readJson, type HttpResponse } from '../../core/response.js';
import { plainValues } from '../../core/secret.js';
import { authenticatedRequest, unauthenticatedRequest } from './authenticated-request.js';
import { probeCapabilities } from './capabilities.js';
import { findHost, isFinding } from './find-host.js';
import { findOwner, rolesOf } from './owner.js';
import { exchangeToken } from './exchange.js';
import { Anonymous, compareRefusal, NOT_COMPARED } from './refusals.js';
import { networkRungs, providerRung, reachedRungs } from './show-ladder.js';
import {
  type VerifyOptions,
  type Verification,
  type Attempt,
  isKnown,
  isRefusal,
} from './attempt.js';
import { undecided, refused, notExchanged } from './refused.js';

/**
 * Asks the provider, with the credential, whether it's accepted, whose it is, and what it may do.
 * Tests are run until one decides. An unexpected response decides only if no test does.
 */
export async function verify(
  { http }: Pick<Context, 'http'>,
  provider: Provider,
  options: VerifyOptions,
): Promise<Finding> {
  return signedIn(http, provider, options, (run, exchange) =>
    exchange && provider.probes.length === 0
      ? accepted(run, EXCHANGE_ALONE, exchange, false)
      : test(run),
  );
}

/** `found`, with the needed capabilities that the accepted credential has. */
export async function verifyNeeds(
  { http }: Pick<Context, 'http'>,
  provider: Provider,
  options: VerifyOptions,
  found: Finding,
): Promise<Finding> {
  return signedIn(http, provider, options, (run) => withNeeds(run, found));
}

/**
 * Runs `work` with everything that is needed to send the credential, after an exchange if there is
 * one.
 */
async function signedIn(
  http: Context['http'],
  provider: Provider,
  options: VerifyOptions,
  work: (run: Verification, exchange?: HttpResponse) => Promise<Finding>,
): Promise<Finding> {
  const { target, values, timeoutMs } = options;
  const { host, unauthenticated } = target;
  const responses = new Map(
    unauthenticated && provider.recognise && [[provider.recognise.path, unauthenticated]],
  );
  const sending = { host, values, timeoutMs };
  const run: Verification = {
    http,
    provider,
    options,
    send: authenticatedRequest(http, provider, sending),
    anonymous: new Anonymous(unauthenticatedRequest(http, provider, sending), responses),
    placeholders: plainValues(values),
  };
  try {
    if (!provider.exchange) return await work(run);
    const exchanged = await exchangeToken(http, provider, provider.exchange, sending);
    if (!exchanged.values) return notExchanged(run, { ...exchanged, comparison: NOT_COMPARED });
    const send = authenticatedRequest(http, provider, { ...sending, values: exchanged.values });
    // Whoever gives a token for the secret is the provider, whatever a test says.
    const recognised = target.recognised || provider.exchange.host === undefined;
    const known = { ...options, target: { ...target, recognised } };
    return await work({ ...run, send, options: known }, exchanged.response);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const ladder = networkRungs(host, error);
    const placeholders = { ...run.placeholders, ...error.placeholders };
    return finding(provider, error.reason, placeholders, { ...target, ladder });
  }
}

/** If there is no test, the exchange is the proof. */
const EXCHANGE_ALONE: Probe = { method: 'GET', path: '/', rules: [] };

/** @throws {NetworkError} no response came. */
async function test(run: Verification): Promise<Finding> {
  const attempts: Attempt[] = [];
  for (const probe of run.provider.probes) {
    const attempt = await tryProbe(run, probe, isKnown(run, attempts));
    const { read, response } = attempt;
    if (read.means === 'accepted' || read.means === 'recognised') {
      return accepted(run, probe, response, attempts.some(isRefusal));
    }
    attempts.push(attempt);
    if (read.means !== 'go-on' && read.means !== 'odd') {
      return refused(run, read.means, attempt, attempts);
    }
  }
  return undecided(run, attempts);
}

async function tryProbe(run: Verification, probe: Probe, apiSeen: boolean): Promise<Attempt> {
  const { provider, send, anonymous } = run;
  const response = await send(probe);
  const comparison = await compareRefusal(anonymous, provider, probe, response);
  const seen: Seen = { api: apiSeen, asksForCredential: comparison.asksForCredential };
  const read = readAuthenticated(provider, probe, response, seen);
  return {
    read: comparison.same ? { means: 'odd', fault: 'not-an-api' } : read,
    response,
    comparison,
  };
}

/** The credential works. Finds out whose it is, what it may do, and where it belongs. */
async function accepted(
  run: Verification,
  probe: Probe,
  response: HttpResponse,
  refusedFirst: boolean,
): Promise<Finding> {
  const { http, provider, options, send, placeholders } = run;
  const json = readJson(response);
  const { host: asked } = options.target;
  const rest = { host: asked, recognised: true, httpStatus: response.status, refusedFirst };

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

  const known = { ...placeholders, host, provider: provider.name };
  const { identity, warnings, roleNames } = await findOwner(send, provider, {
    probe,
    json,
    placeholders: known,
    purpose: options.purpose,
  });
  const ladder: LadderRung[] = [
    ...reachedRungs(asked),
    providerRung(provider),
    { rung: 'credential', ok: true, detail: acceptedAs(identity, roleNames) },
  ];
  const found = finding(
    provider,
    'ok',
    { ...placeholders, detail: `HTTP ${response.status}` },
    { ...rest, host, identity, ladder, warnings, roles: rolesOf(provider, json) },
  );
  return withNeeds(run, found);
}

/** The owner's label, and the roles if the accepted response shows them. */
function acceptedAs(identity: Finding['identity'], roles: readonly string[] | undefined): string {
  const label = identity?.label ?? 'accepted';
  if (!roles) return label;
  const more = roles.length - MOST_ROLES;
  const named = roles.slice(0, MOST_ROLES).join(', ');
  return `${label}; ${roles.length === 0 ? 'no role' : `roles: ${named}`}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Keeps the text about a user's roles to a line or two. */
const MOST_ROLES = 6;

/** The finding of an accepted credential, with the needed capabilities that it has. */
async function withNeeds(run: Verification, found: Finding): Promise<Finding> {
  const { send, anonymous, provider, options, placeholders } = run;
  const prober = { send, anonymous, provider };
  const { capabilities, shortfall } = await probeCapabilities(prober, options.needs);
  if (capabilities.length === 0) return found;
  const undetermined = capabilities.every(({ granted }) => granted !== false);
  const rung: LadderRung = {
    rung: 'capabilities',
    ok: shortfall === undefined ? true : undetermined ? null : false,
    detail: capabilities.map(({ id, granted }) => `${id}: ${yesNo(granted)}`).join(', '),
  };
  const known = { ...found, capabilities, ladder: [...found.ladder, rung] };
  if (!shortfall) return known;
  const { reason } = shortfall;
  const filled = { ...placeholders, host: found.host, ...shortfall.placeholders };
  return { ...known, reason, advice: shortfall.advice ?? adviceFor(provider, reason, filled) };
}

/**
 * The API really is at the address that the provider states as its own. The address is kept only
 * then.
 */
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

/** Whether a capability is granted, in words for a person. */
export function yesNo(granted: boolean | null): string {
  return granted === null ? 'unclear' : granted ? 'yes' : 'no';
}

import {
  at,
  readCapability,
  readIdentity,
  readJson,
  readSigned,
  type Answer,
} from '../core/answer.js';
import { signedHeaders } from '../core/auth-scheme.js';
import { NetworkError } from '../core/errors.js';
import { fillText } from '../core/fill.js';
import { finding, type Finding } from '../core/finding.js';
import type { Capability, LadderRung, Warning } from '../core/ladder.js';
import { compareTenant, isAllowedHost } from '../core/host.js';
import type { Values } from '../core/item.js';
import type { Context } from '../core/ports.js';
import type { Probe, Provider } from '../core/provider.js';
import { Secret } from '../core/secret.js';
import { verdictByReason, type Reason } from '../core/verdict.js';
import { describeAnswer, networkRungs, reachedRungs } from './answer-words.js';
import { isFinding, recognise, type Target } from './recognise.js';

/** What is asked of a credential. */
export interface Proof {
  readonly target: Target;
  readonly values: Values;
  /** Ids of capabilities; only these are probed. */
  readonly needs: readonly string[];
  /** For each request. */
  readonly timeoutMs: number;
}

/** Asks the provider, signed, whether it takes the credential, whose it is, and what it may do. */
export async function prove(
  { http }: Pick<Context, 'http'>,
  provider: Provider,
  proof: Proof,
): Promise<Finding> {
  const { target, values } = proof;
  const words = plainValues(values);
  let refusedOnce = false;
  let last: { detail: string; status: number } | undefined;

  for (const probe of provider.probes) {
    let answer: Answer;
    try {
      answer = await askSigned(http, provider, proof, probe.path);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      return finding(
        provider,
        error.reason,
        { ...words, detail: error.message },
        {
          ...target,
          ladder: networkRungs(target.host, error),
        },
      );
    }
    const reading = readSigned(provider, probe, answer);
    if (reading === 'accepted' || reading === 'recognised') {
      return accepted(http, provider, proof, probe, answer);
    }
    last = { detail: describeAnswer(provider, answer), status: answer.status };
    if (reading !== 'go-on') return refused(provider, target, reading, last, words);
    refusedOnce ||= answer.status === 403;
  }

  const reason = refusedOnce ? 'refused-unclear' : 'bad-response';
  return refused(provider, target, reason, last ?? { detail: 'no answer', status: 0 }, words);
}

/** The one place that sends a secret over the network. */
function askSigned(
  http: Context['http'],
  provider: Provider,
  { target, values, timeoutMs }: Proof,
  path: string,
): Promise<Answer> {
  if (!isAllowedHost(provider, target.host)) {
    throw new Error(`${target.host} is not on the list of hosts of ${provider.id}`);
  }
  return http.get({
    url: `https://${target.host}${path}`,
    headers: { accept: 'application/json', ...signedHeaders(provider.auth, values) },
    timeoutMs,
  });
}

function refused(
  provider: Provider,
  target: Target,
  reason: Reason,
  { detail, status }: { detail: string; status: number },
  words: Readonly<Record<string, string>>,
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
  const filled = { ...words, detail };
  return finding(provider, reason, filled, { ...target, httpStatus: status, ladder });
}

async function accepted(
  http: Context['http'],
  provider: Provider,
  proof: Proof,
  probe: Probe,
  answer: Answer,
): Promise<Finding> {
  const words = plainValues(proof.values);
  const json = readJson(answer);
  const climbed: LadderRung[] = [...reachedRungs(proof.target.host), providerRung(provider)];
  const rest = { host: proof.target.host, recognised: true, httpStatus: answer.status };

  const own = probe.canonicalHost === undefined ? undefined : at(json, probe.canonicalHost);
  const tenant =
    typeof own === 'string' ? compareTenant(provider, proof.target.host, own) : undefined;
  if (tenant?.is === 'other-tenant') {
    const detail = `it says that its own address is ${tenant.host}`;
    return finding(
      provider,
      'other-tenant',
      { ...words, detail, other: tenant.host },
      {
        ...rest,
        recognised: false,
        ladder: [...reachedRungs(proof.target.host), { rung: 'provider', ok: false, detail }],
      },
    );
  }
  const host =
    tenant?.is === 'same' && (await answers(http, provider, tenant.host, proof))
      ? tenant.host
      : proof.target.host;

  const owner = await findOwner(http, provider, proof, probe, json);
  climbed.push({
    rung: 'credential',
    ok: true,
    detail: owner.identity ? owner.identity.label : 'accepted',
  });
  const { capabilities, lacking } = await probeCapabilities(http, provider, proof);
  if (capabilities.length > 0) {
    climbed.push({
      rung: 'capabilities',
      ok: lacking === undefined,
      detail: capabilities.map(({ id, granted }) => `${id}: ${yesNo(granted)}`).join(', '),
    });
  }
  const detail = `HTTP ${answer.status}`;
  return finding(
    provider,
    lacking?.reason ?? 'ok',
    { ...words, detail, missing: lacking?.missing ?? '', grants: lacking?.grants ?? '' },
    {
      ...rest,
      host,
      identity: owner.identity,
      ladder: climbed,
      capabilities,
      warnings: owner.warnings,
    },
  );
}

/** Is there really the API at the address that the provider gives as its own? It is kept only then. */
async function answers(
  http: Context['http'],
  provider: Provider,
  host: string,
  { target, timeoutMs }: Proof,
): Promise<boolean> {
  if (host === target.host) return true;
  const outcome = await recognise({ http }, provider, [host], timeoutMs);
  return !isFinding(outcome) && outcome.recognised;
}

/** Whose credential it is: from the accepted answer, else from the provider's directory. */
async function findOwner(
  http: Context['http'],
  provider: Provider,
  proof: Proof,
  probe: Probe,
  json: unknown,
): Promise<{ identity: Finding['identity']; warnings: Warning[] }> {
  const identity = probe.identity ? readIdentity(probe.identity, json) : null;
  const { directory } = provider;
  if (identity || !directory) return { identity, warnings: [] };

  const answer = await tryAsk(http, provider, proof, directory.path);
  const list = answer?.status === 200 ? readJson(answer) : undefined;
  // No list, no claim: it may be forbidden, or longer than what is read.
  if (!Array.isArray(list)) return { identity: null, warnings: [] };
  const typed = String(proof.values[directory.field]);
  const entry: unknown = list.find((each) => {
    const value = at(each, directory.key);
    return typeof value === 'string' && value.toLowerCase() === typed.toLowerCase();
  });
  if (entry !== undefined) {
    return { identity: readIdentity(directory.identity, entry), warnings: [] };
  }
  const words = { ...plainValues(proof.values), host: proof.target.host, provider: provider.name };
  const message = fillText(directory.absent.message, words);
  return { identity: null, warnings: [{ code: directory.absent.code, message }] };
}

interface Lacking {
  readonly reason: 'missing-permission' | 'missing-feature';
  readonly missing: string;
  readonly grants: string;
}

/** Only what was asked for is probed, one after the other. */
async function probeCapabilities(
  http: Context['http'],
  provider: Provider,
  proof: Proof,
): Promise<{ capabilities: Capability[]; lacking: Lacking | undefined }> {
  const wanted = provider.capabilities.filter(({ id }) => proof.needs.includes(id));
  const capabilities: Capability[] = [];
  const missing: { id: string; grantedBy: string; feature: boolean }[] = [];
  for (const { id, paths, grantedBy } of wanted) {
    let answer: Answer | undefined;
    for (const path of paths) {
      answer = await tryAsk(http, provider, proof, path);
      if (answer?.status !== 404) break;
    }
    const read = answer && readCapability(provider, answer);
    capabilities.push({ id, granted: read?.granted ?? null });
    if (read?.granted === false) missing.push({ id, grantedBy, feature: read.feature });
  }
  const [first] = missing;
  if (!first) return { capabilities, lacking: undefined };
  // A missing permission can be mended by an admin; it is said before a missing feature.
  const reason = missing.every(({ feature }) => feature) ? 'missing-feature' : 'missing-permission';
  return {
    capabilities,
    lacking: {
      reason,
      missing: missing.map(({ id }) => id).join(', '),
      grants: missing.map(({ id, grantedBy }) => `${grantedBy} (for ${id})`).join('; '),
    },
  };
}

/** A request that only adds to what is known: no answer is no reason to fail. */
async function tryAsk(
  http: Context['http'],
  provider: Provider,
  proof: Proof,
  path: string,
): Promise<Answer | undefined> {
  try {
    return await askSigned(http, provider, proof, path);
  } catch (error) {
    if (error instanceof NetworkError) return undefined;
    throw error;
  }
}

function providerRung(provider: Provider): LadderRung {
  return { rung: 'provider', ok: true, detail: `the API of ${provider.name}` };
}

/** What may stand in a message. */
function plainValues(values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([id, value]) =>
      value instanceof Secret ? [] : [[id, value] as const],
    ),
  );
}

function yesNo(granted: boolean | null): string {
  return granted === null ? 'could not be told' : granted ? 'yes' : 'no';
}

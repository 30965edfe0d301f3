import { at, readIdentity, readJson } from '../../core/response.js';
import { NetworkError } from '../../core/errors.js';
import { fillText } from '../../core/fill.js';
import type { Finding } from '../../core/finding.js';
import type { Warning } from '../../core/ladder.js';
import type { Probe, Provider } from '../../core/provider.js';
import type { Send } from './authenticated-request.js';

/** Words in the name or address of a user that was made for an integration. */
const FOR_INTEGRATIONS =
  /(?<![a-z0-9])(?:api|automation|bot|connector|integrations?|service|svc|sync|system)(?![a-z0-9])/iu;

export interface Owner {
  readonly identity: Finding['identity'];
  readonly warnings: readonly Warning[];
}

interface OwnerQuery {
  readonly probe: Probe;
  /** The accepted answer. */
  readonly json: unknown;
  /** What may stand in a message. */
  readonly placeholders: Readonly<Record<string, string>>;
  /** Also what takes a request more. */
  readonly thorough: boolean;
  /** Also what is advice for a person. */
  readonly advise: boolean;
}

/** Whose credential it is, and what there is to say of them. */
export async function findOwner(
  ask: Send,
  provider: Provider,
  question: OwnerQuery,
): Promise<Owner> {
  const { probe, json, thorough } = question;
  const own = probe.identity ? readIdentity(probe.identity, json) : null;
  const { identity, warnings } =
    own || !thorough ? { identity: own, warnings: [] } : await lookUp(ask, provider, question);
  return {
    identity,
    warnings: [...warnings, ...(await warningsOn(ask, provider, identity, question))],
  };
}

/** In the provider's directory, by what was typed. */
async function lookUp(
  ask: Send,
  { directory }: Provider,
  { placeholders }: OwnerQuery,
): Promise<Owner> {
  const nobody: Owner = { identity: null, warnings: [] };
  if (!directory) return nobody;
  const list = await tryList(ask, directory.path, '');
  // No list, no claim: it may be forbidden, or longer than what is read.
  if (!list) return nobody;
  const typed = placeholders[directory.field]?.toLowerCase();
  const entry = list.find((each) => {
    const value = at(each, directory.key);
    return typeof value === 'string' && value.toLowerCase() === typed;
  });
  if (entry !== undefined) return { ...nobody, identity: readIdentity(directory.identity, entry) };
  const { code, message } = directory.absent;
  return { ...nobody, warnings: [{ code, message: fillText(message, placeholders) }] };
}

async function warningsOn(
  ask: Send,
  provider: Provider,
  identity: Finding['identity'],
  { json, thorough, advise, placeholders }: OwnerQuery,
): Promise<Warning[]> {
  const warnings: Warning[] = [];
  for (const { code, when, message } of provider.warnings) {
    if ('isTrue' in when) {
      if (at(json, when.isTrue) !== true) continue;
    } else if (!identity) {
      continue;
    } else if ('looksPersonal' in when) {
      if (!advise) continue;
      // The company's own name says nothing of the user.
      if (FOR_INTEGRATIONS.test(identity.label.replaceAll(/@[^\s>]+/gu, ''))) continue;
    } else if (!thorough || !(await hasOnlyRole(ask, provider, json, when.onlyRole))) {
      continue;
    }
    const label = identity?.label ?? '';
    warnings.push({ code, message: fillText(message, { ...placeholders, label }) });
  }
  return warnings;
}

/** Is the owner's one and only role one of `names`? A role whose name cannot be found says nothing. */
async function hasOnlyRole(
  ask: Send,
  { roles }: Provider,
  json: unknown,
  names: readonly string[],
): Promise<boolean> {
  if (!roles) return false;
  const owned = at(json, roles.owned);
  if (!Array.isArray(owned) || owned.length !== 1) return false;
  const id = at(owned[0], roles.id);
  const list = await tryList(ask, roles.path, roles.list);
  const role = list?.find((each) => at(each, roles.key) === id);
  const name = role === undefined ? undefined : at(role, roles.name);
  return typeof name === 'string' && names.includes(name);
}

/** A list that only adds to what is known: none is no reason to fail. */
async function tryList(ask: Send, path: string, pointer: string): Promise<unknown[] | undefined> {
  try {
    const response = await ask(path);
    const list = response.status === 200 ? at(readJson(response), pointer) : undefined;
    return Array.isArray(list) ? list : undefined;
  } catch (error) {
    if (error instanceof NetworkError) return undefined;
    throw error;
  }
}

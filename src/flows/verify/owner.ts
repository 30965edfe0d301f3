import { at, readIdentity, readJson } from '../../core/response.js';
import { NetworkError } from '../../core/errors.js';
import { fillText } from '../../core/fill.js';
import type { Finding } from '../../core/finding.js';
import type { Warning } from '../../core/ladder.js';
import { plainText } from '../../core/plain-text.js';
import type { Probe, Provider } from '../../core/provider.js';
import type { Send } from './authenticated-request.js';

/** Words in the name or address of a user that was made for an integration. */
const FOR_INTEGRATIONS =
  /(?<![a-z0-9])(?:api|automation|bot|connector|integrations?|service|svc|sync|system)(?![a-z0-9])/iu;

export interface Owner {
  readonly identity: Finding['identity'];
  readonly warnings: readonly Warning[];
  /** The owner's roles, by their ids where the names cannot be read; undefined if the response shows none. */
  readonly roleNames?: readonly string[] | undefined;
}

interface OwnerQuery {
  readonly probe: Probe;
  /** The accepted answer. */
  readonly json: unknown;
  /** What may stand in a message. */
  readonly placeholders: Readonly<Record<string, string>>;
  /** A `connect` makes a request more where that takes one, and says what is advice. */
  readonly purpose: 'connect' | 'recheck';
}

/** Whose credential it is, and what there is to say of them. */
export async function findOwner(
  ask: Send,
  provider: Provider,
  question: OwnerQuery,
): Promise<Owner> {
  const { probe, json, purpose } = question;
  const own = probe.identity ? readIdentity(probe.identity, json) : null;
  const { identity, warnings } =
    own || purpose === 'recheck'
      ? { identity: own, warnings: [] }
      : await lookUp(ask, provider, question);
  const roles = purpose === 'connect' ? await rolesByName(ask, provider, json) : undefined;
  return {
    identity,
    warnings: [...warnings, ...warningsOn(provider, identity, roles, question)],
    roleNames: roles?.map(({ id, name }) => name ?? id),
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

function warningsOn(
  provider: Provider,
  identity: Finding['identity'],
  roles: readonly Role[] | undefined,
  query: OwnerQuery,
): Warning[] {
  const placeholders = { ...query.placeholders, label: identity?.label ?? '' };
  const warnings: Warning[] = [];
  for (const { code, when, message } of provider.warnings) {
    if (!holds(identity, roles, query, when)) continue;
    const forPerson = 'looksPersonal' in when && ({ forPerson: true } as const);
    warnings.push({ code, message: fillText(message, placeholders), ...forPerson });
  }
  return warnings;
}

/** Does the condition of a warning hold? A recheck neither advises nor asks for more. */
function holds(
  identity: Finding['identity'],
  roles: readonly Role[] | undefined,
  { json, purpose }: OwnerQuery,
  when: Provider['warnings'][number]['when'],
): boolean {
  if ('isTrue' in when) return at(json, when.isTrue) === true;
  if (identity === null || purpose === 'recheck') return false;
  if ('looksPersonal' in when) return looksPersonal(identity.label);
  // A role whose name cannot be found says nothing.
  const [only] = roles?.length === 1 ? roles : [];
  return only?.name !== undefined && when.onlyRole.includes(only.name);
}

/** Has neither the name nor the address a word that a user made for an integration would have? */
function looksPersonal(label: string): boolean {
  // The company's own name says nothing of the user.
  return !FOR_INTEGRATIONS.test(label.replaceAll(/@[^\s>]+/gu, ''));
}

/** The ids of the owner's roles, sorted, if the accepted response has them. */
export function rolesOf({ roles }: Provider, json: unknown): string[] | undefined {
  const owned = roles && at(json, roles.owned);
  if (!roles || !Array.isArray(owned)) return undefined;
  const ids = owned
    .map((each) => at(each, roles.id))
    .filter((id) => typeof id === 'string' || typeof id === 'number');
  // Of an entry without an id nothing is known: neither "no role" nor "another one" would be true.
  if (ids.length < owned.length) return undefined;
  return [...new Set(ids.map((id) => plainText(String(id), 60)))].toSorted();
}

/** A role of the owner; its name is found in another list, which may be forbidden. */
interface Role {
  readonly id: string;
  readonly name: string | undefined;
}

/** The owner's roles, if the accepted response shows them. */
async function rolesByName(
  ask: Send,
  provider: Provider,
  json: unknown,
): Promise<readonly Role[] | undefined> {
  const ids = rolesOf(provider, json);
  const { roles } = provider;
  if (!roles || !ids || ids.length === 0) return ids && [];
  const list = (await tryList(ask, roles.path, roles.list)) ?? [];
  const names = new Map(list.map((each) => [String(at(each, roles.key)), at(each, roles.name)]));
  return ids.map((id) => {
    const name = names.get(id);
    return { id, name: typeof name === 'string' ? plainText(name, 60) : undefined };
  });
}

/** The list only adds to what is known: without it, nothing fails. */
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

import { at, readIdentity, readJson } from '../../core/response.js';
import { NetworkError } from '../../core/errors.js';
import { fillText } from '../../core/fill.js';
import type { Finding } from '../../core/finding.js';
import type { Warning } from '../../core/ladder.js';
import { plainText } from '../../core/plain-text.js';
import type { Probe, Provider } from '../../core/provider.js';
import type { Send } from './authenticated-request.js';

/** Words in the name or address of a user that was created for an integration. */
const FOR_INTEGRATIONS =
  /(?<![a-z0-9])(?:api|automation|bot|connector|integrations?|service|svc|sync|system)(?![a-z0-9])/iu;

export interface Owner {
  readonly identity: Finding['identity'];
  readonly warnings: readonly Warning[];
  /**
   * The owner's roles, by id if their names can't be read; undefined if the response shows none.
   */
  readonly roleNames?: readonly string[] | undefined;
}

interface OwnerQuery {
  readonly probe: Probe;
  /** The accepted response. */
  readonly json: unknown;
  /** The values for messages. */
  readonly placeholders: Readonly<Record<string, string>>;
  /** `connect` makes one more request if needed, and includes advice. */
  readonly purpose: 'connect' | 'recheck';
}

/** Finds the owner of the credential, and the warnings about them. */
export async function findOwner(send: Send, provider: Provider, query: OwnerQuery): Promise<Owner> {
  const { probe, json, purpose } = query;
  const own = probe.identity ? readIdentity(probe.identity, json) : null;
  const { identity, warnings } =
    own || purpose === 'recheck'
      ? { identity: own, warnings: [] }
      : await lookUp(send, provider, query);
  const roles = purpose === 'connect' ? await rolesByName(send, provider, json) : undefined;
  return {
    identity,
    warnings: [...warnings, ...warningsOn(provider, identity, roles, query)],
    roleNames: roles?.map(({ id, name }) => name ?? id),
  };
}

/** Looks in the provider's directory for what was typed. */
async function lookUp(
  send: Send,
  { directory }: Provider,
  { placeholders }: OwnerQuery,
): Promise<Owner> {
  const nobody: Owner = { identity: null, warnings: [] };
  if (!directory) return nobody;
  const list = await tryList(send, directory.path, '');
  // Without a list nothing is claimed: it may be forbidden, or too long to read.
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

/** The condition of a warning holds. A recheck gives no advice and makes no extra requests. */
function holds(
  identity: Finding['identity'],
  roles: readonly Role[] | undefined,
  { json, purpose }: OwnerQuery,
  when: Provider['warnings'][number]['when'],
): boolean {
  if ('isTrue' in when) return at(json, when.isTrue) === true;
  if (identity === null || purpose === 'recheck') return false;
  if ('looksPersonal' in when) return looksPersonal(identity.label);
  // A role without a known name says nothing.
  const [only] = roles?.length === 1 ? roles : [];
  return only?.name !== undefined && when.onlyRole.includes(only.name);
}

/** Neither the name nor the address has a word that is typical of an integration's user. */
function looksPersonal(label: string): boolean {
  // The company's own name says nothing about the user.
  return !FOR_INTEGRATIONS.test(label.replaceAll(/@[^\s>]+/gu, ''));
}

/** The ids of the owner's roles, sorted, if the accepted response has them. */
export function rolesOf({ roles }: Provider, json: unknown): string[] | undefined {
  const owned = roles && at(json, roles.owned);
  if (!roles || !Array.isArray(owned)) return undefined;
  const ids = owned
    .map((each) => at(each, roles.id))
    .filter((id) => typeof id === 'string' || typeof id === 'number');
  // An entry without an id is unknown, so neither "no role" nor "another role" would be true.
  if (ids.length < owned.length) return undefined;
  return [...new Set(ids.map((id) => plainText(String(id), 60)))].toSorted();
}

/** A role of the owner. Its name comes from another list, which may be forbidden. */
interface Role {
  readonly id: string;
  readonly name: string | undefined;
}

/** The owner's roles, if the accepted response shows them. */
async function rolesByName(
  send: Send,
  provider: Provider,
  json: unknown,
): Promise<readonly Role[] | undefined> {
  const ids = rolesOf(provider, json);
  const { roles } = provider;
  if (!roles || !ids || ids.length === 0) return ids && [];
  const list = (await tryList(send, roles.path, roles.list)) ?? [];
  const names = new Map(list.map((each) => [String(at(each, roles.key)), at(each, roles.name)]));
  return ids.map((id) => {
    const name = names.get(id);
    return { id, name: typeof name === 'string' ? plainText(name, 60) : undefined };
  });
}

/** The list is only extra information, so its absence isn't a failure. */
async function tryList(send: Send, path: string, pointer: string): Promise<unknown[] | undefined> {
  try {
    const response = await send(path);
    const list = response.status === 200 ? at(readJson(response), pointer) : undefined;
    return Array.isArray(list) ? list : undefined;
  } catch (error) {
    if (error instanceof NetworkError) return undefined;
    throw error;
  }
}

import {
  definedSecretLabels,
  definedHosts,
  kindOf,
  placeholderNames,
  secretIds,
} from '../definition/parts.js';
import type { Definition } from '../definition/schema.js';
import type { AuthScheme, Provider, RotationTexts } from '../provider.js';
import { expandFields } from './fields.js';
import { expandHosts } from './hosts.js';
import { expandMessages } from './messages.js';
import {
  errorCodesOf,
  ERROR_MESSAGES,
  expandExchange,
  expandProbes,
  expandRecognition,
  expandResponses,
} from './reading.js';
import { expandSandbox } from './sandbox.js';

/**
 * Turns a definition without faults into what the engine reads. It's pure and total. All defaults
 * are applied here, so a definition may leave out everything optional.
 */
export function expand(definition: Definition): Provider {
  const {
    id,
    name,
    notice,
    tried,
    exchange,
    owner = {},
    apiHeader,
    capabilities = {},
  } = definition;
  const fields = expandFields(definition);
  const hosts = expandHosts(definition);
  const advice = expandMessages(definition);
  const recognise = expandRecognition(definition, advice);
  return {
    id,
    name,
    summary: definition.summary ?? `you need ${fields.map(({ label }) => label).join(', ')}`,
    ...(notice && { notice }),
    ...(tried !== undefined && { tried }),
    fields,
    hosts,
    auth: expandAuth(definition.auth),
    ...(exchange && { exchange: expandExchange(definition, exchange, advice) }),
    headers: { accept: 'application/json', ...definition.headers },
    query: definition.query ?? {},
    ...(apiHeader !== undefined && { apiHeader }),
    errorCodes: errorCodesOf(definition),
    errorMessages: definition.errorMessages ?? ERROR_MESSAGES,
    rateLimited: [definition.rateLimited ?? []].flat().map(({ status, header, is }) => ({
      status: [status].flat(),
      header: { name: header, ...(is !== undefined && { is }) },
    })),
    ...(recognise && { recognise }),
    probes: expandProbes(definition, advice),
    responses: expandResponses(definition, advice),
    ...(owner.lookUp && { directory: expandLookUp(owner.lookUp) }),
    ...(owner.roles && { roles: expandRoles(owner.roles) }),
    warnings: owner.warnings ?? [],
    rotation: expandRotation(definition),
    budget: {
      ...(definition.rateLimit ?? { requests: 10, seconds: 10 }),
      per: isShared(definition) ? 'connection' : 'host',
    },
    capabilities: Object.entries(capabilities).map(([capability, { get, grantedBy }]) => ({
      id: capability,
      paths: [get].flat(),
      grantedBy,
    })),
    featureCodes: definition.featureCodes ?? [],
    advice,
    sandbox: expandSandbox(definition, fields, hosts),
    sources: definition.sources,
  };
}

function expandAuth({ bearer, basic, headers = {}, query = {} }: Definition['auth']): AuthScheme {
  return {
    ...(basic && { basic }),
    headers: { ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }), ...headers },
    query,
  };
}

type Owner = NonNullable<Definition['owner']>;

function expandLookUp({ get, at, key, field, identity, absent }: NonNullable<Owner['lookUp']>) {
  const label = identity.label ?? `{${identity.id}}`;
  return { path: get, at: at ?? '', key, field, identity: { id: identity.id, label }, absent };
}

function expandRoles({ get, ...roles }: NonNullable<Owner['roles']>) {
  return { path: get, ...roles };
}

/** All accounts share the host, so the host's limit would also count strangers' requests. */
function isShared(definition: Definition): boolean {
  const fields = definedHosts(definition.host).flatMap(({ host }) => placeholderNames(host));
  return fields.every((id) => kindOf(definition, id) === 'choice');
}

function expandRotation(definition: Definition): RotationTexts {
  const { rotation = {}, name } = definition;
  const secrets = definedSecretLabels(definition);
  const [first] = secretIds(definition);
  const where = first === undefined ? undefined : definition.fields[first]?.where;
  return {
    before:
      rotation.before ??
      `Make a new ${secrets} first. What is stored here stays until the new one is proven.`,
    after:
      rotation.after ??
      `Give the new ${secrets} to every other program that used the old one, then revoke the old one.`,
    end:
      rotation.end ??
      `The ${secrets} still works at ${name}. Revoke it where it was made: ${where ?? 'in its settings'}.`,
    shared: rotation.shared ?? `The same account has its ${secrets} stored here as {names}, too.`,
  };
}

import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/errors.js';
import { expand } from '../../../src/core/expand/expand.js';
import { readHost } from '../../../src/core/host.js';
import { lintPaste } from '../../../src/core/paste-lint.js';
import type { Provider } from '../../../src/core/provider.js';
import { Secret } from '../../../src/core/secret.js';
import { hostFields, secretFields } from '../../../src/core/field.js';
import { verdictByReason, type Reason } from '../../../src/core/verdict.js';
import { isAllowedHost } from '../../../src/core/wall.js';
import { rehearse, situationsByReason } from '../../../src/flows/rehearsal/rehearse.js';
import { openSandbox } from '../../../src/flows/rehearsal/sandbox.js';
import { createSimulation, sandboxValues } from '../../../src/flows/rehearsal/simulation.js';
import { findHost, isFinding } from '../../../src/flows/verify/find-host.js';
import { verify } from '../../../src/flows/verify/verify.js';
import { providers } from '../../support/built-ins.js';
import { homely, lumina, payloom, tokenly } from '../../support/definitions.js';

const timeoutMs = 1000;

/** Every built-in, and an invented one of each kind. */
const ALL = [...providers, ...[lumina, payloom, tokenly, homely].map(expand)];

const ask = async (provider: Provider, changes: Record<string, Secret> = {}) => {
  const { http } = await openSandbox(provider);
  return verify({ http }, provider, {
    target: { host: provider.sandbox.host, recognised: true, ladder: [] },
    values: { ...sandboxValues(provider), ...changes },
    needs: [],
    timeoutMs,
    purpose: 'connect',
  });
};

/** The reasons that a response may lead to, by the rules of a definition and by the engine itself. */
function mayEndWith(provider: Provider): Reason[] {
  const { recognise, probes, responses, exchange, capabilities, featureCodes, hosts } = provider;
  const rules = [
    ...(recognise?.rules ?? []),
    ...probes.flatMap((probe) => probe.rules),
    ...responses,
    ...(exchange?.rules ?? []),
  ];
  // If a capability's path is also a test, the reason of the test comes first.
  const tested = new Set(probes.map(({ path }) => path));
  const isAsked = capabilities.some(({ paths }) => paths.every((path) => !tested.has(path)));
  const meant = rules.map(({ means }) => means).filter((means) => means in verdictByReason);
  return [
    'ok',
    'rate-limited',
    'server-error',
    'bad-response',
    'not-an-api',
    'timeout',
    'dns',
    'connection',
    'proxy',
    'tls-untrusted',
    'tls-expired',
    'tls-name',
    ...(meant as Reason[]),
    ...(isAsked ? (['missing-permission'] as const) : []),
    ...(isAsked && featureCodes.length > 0 ? (['missing-feature'] as const) : []),
    ...(hosts.control === undefined ? [] : (['no-such-tenant'] as const)),
    ...(probes.some(({ canonicalHost }) => canonicalHost !== undefined)
      ? (['other-tenant'] as const)
      : []),
  ];
}

describe.each(ALL.map((provider) => [provider.id, provider] as const))(
  'the sandbox of %s',
  (_, provider) => {
    const { sandbox } = provider;

    it('is an allowed host with a value for each field', () => {
      expect(isAllowedHost(provider, sandbox.host)).toBe(true);
      expect(Object.keys(sandbox.values).toSorted()).toEqual(
        provider.fields.map(({ id }) => id).toSorted(),
      );
    });

    it('has values that the paste check does not ask about', () => {
      const odd = provider.fields.flatMap((field) =>
        lintPaste(field, sandbox.values[field.id] ?? ''),
      );
      expect(odd).toEqual([]);
    });

    it('is found at the address that a person would type', async () => {
      const { http } = await openSandbox(provider);
      const { candidates } = readHost(provider, sandbox.values);
      const found = await findHost({ http }, provider, candidates, timeoutMs);
      expect(found).toMatchObject({ host: sandbox.host });
    });

    it('accepts its credential and says whose it is', async () => {
      const found = await ask(provider);
      expect(found).toMatchObject({ reason: 'ok', host: sandbox.host, warnings: [] });
      const tells = provider.probes.some(({ identity }) => identity) || provider.directory;
      expect(found.identity === null).toBe(!tells);
    });

    it.each(secretFields(provider).map(({ id }) => id))('refuses a wrong %s', async (id) => {
      const found = await ask(provider, { [id]: new Secret('another-secret') });
      expect(verdictByReason[found.reason]).toBe('rejected');
    });

    it('rehearses every reason that a response can have', async () => {
      const situations = await situationsByReason(provider);
      const missing = mayEndWith(provider).filter((reason) => !situations.has(reason));
      expect(missing).toEqual([]);
      for (const [reason, situation] of situations) {
        const ended = await rehearse(provider, situation);
        expect(ended.reason).toBe(reason);
        const { what, why, causes = [], next } = ended.advice;
        expect([what, why, ...causes, next].join(' ')).not.toMatch(/[{}]|undefined/u);
      }
    });
  },
);

describe('a sandbox does not know', () => {
  const tenants = providers.filter((each) => hostFields(each).some(({ kind }) => kind === 'host'));

  it.each(tenants.map((each) => [each.id, each] as const))(
    'another tenant of %s',
    async (_, provider) => {
      const { http } = await openSandbox(provider);
      const { candidates } = readHost(provider, 'globex');
      const found = await findHost({ http }, provider, candidates, timeoutMs);
      expect(isFinding(found) ? found.reason : found.recognised).not.toBe(true);
    },
  );

  it("a host that isn't the provider's", async () => {
    const asked = createSimulation(providers).send({
      url: 'https://evil.example/',
      headers: {},
      timeoutMs,
    });
    await expect(asked).rejects.toMatchObject({ reason: 'connection' });
  });

  it.each(['frobnicated', 'vanity-host', '__proto__', ''])(
    'the reason %j, and names those that it knows',
    async (reason) => {
      const [provider] = providers;
      const error: unknown = await openSandbox(provider ?? expand(lumina), reason).catch(
        (caught: unknown) => caught,
      );
      expect(error).toBeInstanceOf(UsageError);
      const { what, next } = (error as UsageError).advice;
      expect(`${what} ${next}`).not.toContain(reason || 'frobnicated');
      expect(next).toContain('rate-limited');
    },
  );
});

import { describe, expect, it } from 'vitest';
import { createMemoryRecords, createMemoryStore } from '../../src/adapters/memory.js';
import { createSandbox } from '../../src/adapters/sandbox.js';
import { Interruption } from '../../src/core/interruption.js';
import { readHost } from '../../src/core/host.js';
import { isAllowedHost } from '../../src/core/wall.js';
import { secretFields } from '../../src/core/field.js';
import type { Provider } from '../../src/core/provider.js';
import { Secret } from '../../src/core/secret.js';
import { isFinding, findHost } from '../../src/flows/verify/find-host.js';
import { verify } from '../../src/flows/verify/verify.js';
import { testStore } from '../../src/flows/store/test-store.js';
import { providers } from '../support/built-ins.js';

const http = createSandbox(providers);
const timeoutMs = 1000;

const ask = (provider: Provider, changes: Record<string, string> = {}) => {
  const secrets = new Set(secretFields(provider).map(({ id }) => id));
  const values = Object.fromEntries(
    Object.entries({ ...provider.sandbox.values, ...changes }).map(([id, value]) => [
      id,
      secrets.has(id) ? new Secret(value) : value,
    ]),
  );
  const target = { host: provider.sandbox.host, recognised: true, ladder: [] };
  return verify({ http }, provider, {
    target,
    values,
    needs: [],
    timeoutMs,
    purpose: 'connect',
  });
};

describe.each(providers.map((provider) => [provider.name, provider] as const))(
  'the sandbox of %s',
  (_, provider) => {
    const { sandbox } = provider;

    it('is a tenant of the allow-list with a value for each field', () => {
      expect(isAllowedHost(provider, sandbox.host)).toBe(true);
      expect(Object.keys(sandbox.values).toSorted()).toEqual(
        provider.fields.map(({ id }) => id).toSorted(),
      );
    });

    it('is recognised by the domain a person would type', async () => {
      const { candidates } = readHost(provider, sandbox.values);
      const found = await findHost({ http }, provider, candidates, timeoutMs);
      expect(found).toMatchObject({ host: sandbox.host, recognised: true });
    });

    it('takes its credential and says whose it is', async () => {
      const found = await ask(provider);
      expect(found).toMatchObject({ reason: 'ok', host: sandbox.host, warnings: [] });
      expect(found.identity?.label).toContain('@acme.example>');
    });

    it.each(secretFields(provider).map(({ id }) => id))('refuses a wrong %s', async (id) => {
      await expect(ask(provider, { [id]: 'another-secret' })).resolves.toMatchObject({
        reason: 'bad-credential',
      });
    });

    it('has no other tenant', async () => {
      const { candidates } = readHost(provider, 'globex');
      const found = await findHost({ http }, provider, candidates, timeoutMs);
      expect(isFinding(found) && found.reason).toBe('no-such-tenant');
    });
  },
);

it('a host of nobody is not reached', async () => {
  const asked = http.send({ url: 'https://evil.example/', headers: {}, timeoutMs });
  await expect(asked).rejects.toMatchObject({ reason: 'connection' });
});

it('its store keeps what it is given until the run ends, and says so', async () => {
  const store = createMemoryStore();
  await expect(testStore({ interruption: new Interruption() }, store)).resolves.toBeUndefined();
  expect(store.description.persistent).toBe(false);
  await expect(createMemoryRecords().list()).resolves.toMatchObject({
    connections: [],
    unreadable: [],
  });
});

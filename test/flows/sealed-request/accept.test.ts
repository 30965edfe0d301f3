import { describe, expect, it } from 'vitest';
import { createSealing } from '../../../src/adapters/sealing.js';
import { ConnectionError, UsageError } from '../../../src/core/errors.js';
import type { SealPage } from '../../../src/core/page/data.js';
import {
  acceptAnswer,
  type AcceptOptions,
} from '../../../src/flows/sealed-request/accept-answer.js';
import {
  createRequest,
  type CreatedRequest,
  type RequestOptions,
} from '../../../src/flows/sealed-request/create-request.js';
import { sealAnswer } from '../../../src/page/seal.js';
import {
  API_KEY,
  asks,
  fakeContext,
  fakeRecords,
  fakeRequests,
  fakeStore,
  FAKE_PAGES,
  type FakeHost,
  WRONG_KEY,
} from '../../support/fakes.js';
import { knownAs } from '../../support/built-ins.js';
import { expandGuide } from '../../../src/core/expand/guide.js';
import { expand } from '../../../src/core/expand/expand.js';
import { homely } from '../../support/definitions.js';
import { json } from '../../support/fake-providers.js';
import { brindle, BRINDLE_REQUEST, connectionTo, fakeApi } from '../../support/test-provider.js';

const HOST = 'acme.brindle.example';
const live = { [HOST]: fakeApi(brindle) };

function world(parts: Parameters<typeof fakeContext>[0] = {}) {
  return {
    ...fakeContext(parts),
    requests: fakeRequests(),
    sealing: createSealing(),
    pages: FAKE_PAGES,
  };
}
type World = ReturnType<typeof world>;

const options: AcceptOptions = {
  name: undefined,
  store: undefined,
  defaultStore: 'keychain',
  needs: () => undefined,
  replace: false,
  allowUnverified: false,
  timeoutMs: 1000,
  yes: false,
};

async function request(
  context: World,
  changes: Partial<RequestOptions> = {},
): Promise<CreatedRequest> {
  const made = await createRequest(context, brindle, { ...BRINDLE_REQUEST, ...changes });
  if ('advice' in made) throw new Error(made.advice.what);
  return made;
}

const answer = ({ html }: CreatedRequest, fields: Record<string, string>): Promise<string> =>
  sealAnswer(JSON.parse(html) as SealPage, fields);

const accept = (context: World, text: string, changes: Partial<AcceptOptions> = {}) =>
  acceptAnswer(context, [knownAs(brindle)], text, { ...options, ...changes });

describe('an accepted answer', () => {
  it('is verified and stored, and then the key of its request is deleted', async () => {
    const context = world({ hosts: live });
    const made = await request(context);
    const { report } = await accept(context, await answer(made, { apiKey: API_KEY }));
    expect(report).toMatchObject({ name: 'brindle/acme', host: HOST, reason: 'ok', stored: true });
    expect([...context.store.items.keys()]).toEqual(['brindle/acme']);
    expect(context.requests.kept.get(made.record.name)).toMatchObject({ closed: 'answered' });
  });

  it('is tested for the capabilities that its request needs', async () => {
    const needs = ['tickets.read'];
    const context = world({
      hosts: {
        [HOST]: fakeApi(brindle, { replies: { '/v1/tickets': json(403, { code: 'no' }) } }),
      },
    });
    const made = await request(context, { needs });
    const { report } = await accept(context, await answer(made, { apiKey: API_KEY }));
    expect(report).toMatchObject({ reason: 'missing-permission', stored: true });
    expect(context.records.kept.get('brindle/acme')?.needs).toEqual(needs);
  });

  it('is stored under the name and in the store that the options give', async () => {
    const other = fakeStore({ kind: 'file', backend: 'encrypted files', persistent: true });
    const store = fakeStore();
    const context = world({ hosts: live, store, stores: { keychain: store, file: other } });
    const made = await request(context);
    const text = await answer(made, { apiKey: API_KEY });
    const { report } = await accept(context, text, { name: 'team/brindle', store: 'file' });
    expect(report).toMatchObject({ name: 'team/brindle', stored: true });
    expect([...other.items.keys()]).toEqual(['team/brindle']);
  });

  it('with a refused key stores nothing and leaves the request open', async () => {
    const context = world({ hosts: live, script: [] });
    const made = await request(context);
    const { report, request: name } = await accept(
      context,
      await answer(made, { apiKey: WRONG_KEY }),
    );
    expect(report).toMatchObject({ reason: 'bad-credential', stored: false });
    expect(name).toBe(made.record.name);
    expect(context.requests.kept.get(made.record.name)).toEqual(made.record);
    expect(context.records.kept.size).toBe(0);
    // The same page can be used again.
    const again = await accept(context, await answer(made, { apiKey: API_KEY }));
    expect(again.report.stored).toBe(true);
  });

  it('with a value that cannot be a secret is refused, and the error does not repeat it', async () => {
    const host = 'quillby.brindle.example';
    const context = world({ hosts: { [host]: fakeApi(brindle, { hosts: [host] }) } });
    const made = await request(context, { supplied: new Map([['site', 'quillby']]) });
    for (const apiKey of ['abc', 'quillby', '${{ secrets.API_KEY }}']) {
      const accepted = accept(context, await answer(made, { apiKey }));
      await expect(accepted).rejects.toThrow(UsageError);
      await expect(accepted).rejects.not.toThrow(`"${apiKey}"`);
      await expect(accepted).rejects.toMatchObject({
        advice: { next: expect.stringContaining(`${made.record.name} stays open`) },
      });
    }
    expect(context.http.signed).toEqual([]);
  });

  it('is refused if the name is taken, as in a script', async () => {
    const other = connectionTo(brindle, { host: 'other.brindle.example', name: 'brindle/acme' });
    const context = world({ hosts: live, records: fakeRecords(other), script: [] });
    const made = await request(context);
    const accepted = accept(context, await answer(made, { apiKey: API_KEY }));
    await expect(accepted).rejects.toMatchObject({ code: 'name-taken' });
    expect(context.requests.kept.get(made.record.name)).toEqual(made.record);
  });
});

describe('an answer to a request that named no host', () => {
  const unnamed = { supplied: new Map<string, string>() };
  const fields = { site: HOST, apiKey: API_KEY };

  it('is stored once the person agrees to host and identity', async () => {
    const context = world({ hosts: live, script: [asks.confirm(/Is that right/u, true)] });
    const made = await request(context, unnamed);
    const { report } = await accept(context, await answer(made, fields));
    expect(report.stored).toBe(true);
    expect(context.terminal.text('tell')).toContain(
      `The answer is for ${HOST}, and acts as Ines Okafor <ines@acme.example>.`,
    );
  });

  it('is not stored if the person says no', async () => {
    const context = world({ hosts: live, script: [asks.confirm(/Is that right/u, false)] });
    const made = await request(context, unnamed);
    await expect(accept(context, await answer(made, fields))).rejects.toThrow(UsageError);
    expect(context.records.kept.size).toBe(0);
    expect(context.requests.kept.get(made.record.name)).toEqual(made.record);
  });

  it('is sent nowhere without a person, and the error names the host', async () => {
    const context = world();
    const made = await request(context, unnamed);
    const accepted = accept(context, await answer(made, fields));
    await expect(accepted).rejects.toMatchObject({ code: 'input-needed' });
    await expect(accepted).rejects.toThrow(`The answer is for ${HOST}`);
  });

  it('is stored with --yes', async () => {
    const context = world({ hosts: live });
    const made = await request(context, unnamed);
    const { report } = await accept(context, await answer(made, fields), { yes: true });
    expect(report.stored).toBe(true);
  });

  it('is not sent to a host that is not allowed', async () => {
    const context = world();
    const made = await request(context, unnamed);
    const text = await answer(made, { ...fields, site: 'brindle.evil.example' });
    await expect(accept(context, text)).rejects.toMatchObject({ reason: 'not-allowed' });
  });
});

const homelyApi: FakeHost = ({ path, authorization }) => {
  if (path === '/api/v1/ping') return json(200, { product: 'homely' });
  return authorization === undefined ? { status: 401 } : json(200, { id: 'u-1' });
};

describe('an answer for a host that is typed whole', () => {
  const provider = expand(homely);
  const host = 'crm.acme.example';

  it.each<[string, Map<string, string>, Record<string, string>]>([
    ['named', new Map([['server', host]]), { token: API_KEY }],
    ['not named', new Map(), { server: host, token: API_KEY }],
  ])('%s by the request gets no secret before somebody agrees', async (_, supplied, fields) => {
    const known = supplied.size > 0;
    const script = [asks.confirm(/Is that right/u, true)];
    for (const [way, sent] of [
      ['script', false],
      ['yes', true],
      ['person', true],
    ] as const) {
      const context = world({
        hosts: known || sent ? { [host]: homelyApi } : {},
        ...(way === 'person' && { script }),
      });
      const made = await createRequest(context, provider, {
        ...BRINDLE_REQUEST,
        guide: expandGuide(homely, provider, '2026-11-20'),
        supplied,
      });
      if ('advice' in made) throw new Error(made.advice.what);
      expect(made.record.host).toBe(known ? host : null);
      const accepted = acceptAnswer(context, [knownAs(provider)], await answer(made, fields), {
        ...options,
        yes: way === 'yes',
      });
      if (sent) expect((await accepted).report).toMatchObject({ host, stored: true });
      else await expect(accepted).rejects.toThrow(`The answer is for ${host}`);
      expect(context.http.signed.length > 0).toBe(sent);
    }
  });
});

describe('an answer for a rotation', () => {
  const connection = connectionTo(brindle);

  async function rotation(parts: Parameters<typeof fakeContext>[0] = {}) {
    const store = fakeStore();
    const context = world({ records: fakeRecords(connection), store, hosts: live, ...parts });
    const fields = { site: 'acme', apiKey: 'former-0123456789' };
    store.items.set(
      connection.name,
      JSON.stringify({
        v: 2,
        name: connection.name,
        provider: 'brindle',
        host: HOST,
        fields,
      }),
    );
    const made = await request(context, { supplied: new Map(), rotating: connection });
    return { context, made, store };
  }

  it('replaces the secret, and nothing else', async () => {
    const { context, made, store } = await rotation();
    const { report } = await accept(context, await answer(made, { apiKey: API_KEY }));
    expect(report).toMatchObject({ name: connection.name, stored: true });
    expect(store.items.get(connection.name)).toContain(API_KEY);
    expect(context.requests.kept.get(made.record.name)).toMatchObject({ closed: 'answered' });
  });

  it('is refused if it is the stored secret, and the error asks for a new answer', async () => {
    const { context, made } = await rotation({ hosts: {} });
    const accepted = accept(context, await answer(made, { apiKey: 'former-0123456789' }));
    await expect(accepted).rejects.toMatchObject({
      advice: {
        why: 'that one is stored already: give the new one',
        next: `Nothing was stored, and ${made.record.name} stays open. Ask for a new answer, made on its page.`,
      },
    });
    expect(context.requests.kept.get(made.record.name)).toEqual(made.record);
  });

  it('makes a new connection if the old one was removed since', async () => {
    const { context, made } = await rotation();
    context.records.kept.clear();
    context.store.items.delete(connection.name);
    const { report } = await accept(context, await answer(made, { apiKey: API_KEY }));
    expect(report).toMatchObject({ name: connection.name, stored: true });
  });

  it('is refused if the connection now has another host', async () => {
    const { context, made } = await rotation({ hosts: {} });
    const moved = { ...connection, host: 'other.brindle.example' };
    context.records.kept.set(connection.name, moved);
    const accepted = accept(context, await answer(made, { apiKey: API_KEY }));
    await expect(accepted).rejects.toThrow(ConnectionError);
    await expect(accepted).rejects.toMatchObject({ reason: 'other-tenant' });
  });
});

import { Encrypter } from 'age-encryption';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSealing } from '../../../src/adapters/sealing.js';
import { ConnectionError, StoreError, UsageError, WizardError } from '../../../src/core/errors.js';
import type { SealPage } from '../../../src/core/page/data.js';
import { writePayload } from '../../../src/core/sealed/payload.js';
import {
  closeRequest,
  readRequestItem,
  requestId,
  type RequestRecord,
} from '../../../src/core/sealed/request.js';
import { writeSealedText } from '../../../src/core/sealed/text.js';
import { Secret } from '../../../src/core/secret.js';
import { verdictByReason, verdicts } from '../../../src/core/verdict.js';
import { findConnection } from '../../../src/flows/connections/find.js';
import {
  createRequest,
  repeatRequest,
  type CreatedRequest,
  type RequestContext,
  type RequestOptions,
} from '../../../src/flows/sealed-request/create-request.js';
import { closeAnswered, endRequest } from '../../../src/flows/sealed-request/end-request.js';
import { listRequests } from '../../../src/flows/sealed-request/list-requests.js';
import { itemOf, openAnswer, readAnswer } from '../../../src/flows/sealed-request/open-answer.js';
import { removeRequests } from '../../../src/flows/sealed-request/remove-requests.js';
import { sealAnswer } from '../../../src/page/seal.js';
import {
  fakeContext,
  fakeRequests,
  fakeStore,
  FAKE_PAGES,
  NOW,
  type FakeContext,
  type FakeRequests,
} from '../../support/fakes.js';
import { brindle, connectionTo, fakeApi, fernway } from '../../support/test-provider.js';

const SECRET = 'quokka-0123456789';
const HOST = 'acme.brindle.example';

type World = FakeContext & RequestContext & { readonly requests: FakeRequests };

function world(
  parts: Parameters<typeof fakeContext>[0] = {},
  ...records: readonly RequestRecord[]
): World {
  return {
    ...fakeContext(parts),
    requests: fakeRequests(...records),
    sealing: createSealing(),
    pages: FAKE_PAGES,
  };
}

const options: RequestOptions = {
  guide: brindle.guide,
  supplied: new Map(),
  needs: [],
  storeId: 'keychain',
  from: 'Ines Okafor',
  timeoutMs: 1000,
};

/** Makes a request, or fails the test. */
async function created(
  context: World,
  changes: Partial<RequestOptions> = {},
): Promise<CreatedRequest> {
  const made = await createRequest(context, brindle, { ...options, ...changes });
  if ('advice' in made) throw new Error(made.advice.what);
  return made;
}

const pageOf = ({ html }: CreatedRequest): SealPage => JSON.parse(html) as SealPage;

const answerTo = (request: CreatedRequest, fields: Record<string, string>): Promise<string> =>
  sealAnswer(pageOf(request), fields);

async function sealedBy(recipient: string, plaintext: string): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return encrypter.encrypt(plaintext);
}

/** The error of `work`, with the exit code that it leads to. */
async function failure(work: Promise<unknown>): Promise<{ error: WizardError; exitCode: number }> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof WizardError)) throw error;
    const reason = 'reason' in error ? (error.reason as keyof typeof verdictByReason) : undefined;
    return { error, exitCode: reason ? verdicts[verdictByReason[reason]].exitCode : 2 };
  }
  throw new Error('nothing failed');
}

describe('a request', () => {
  it('has its key in the store, a record without the key, and a page', async () => {
    const context = world({ hosts: { [HOST]: fakeApi(brindle) } });
    const made = await created(context, { supplied: new Map([['site', 'acme']]), needs: [] });
    const { record, file } = made;

    const item = readRequestItem(
      new Secret(context.store.items.get(record.name) ?? ''),
      record.name,
    );
    expect(item).toMatchObject({ host: HOST, fields: { site: 'acme' }, asks: ['apiKey'] });
    expect(context.requests.kept.get(record.name)).toEqual(record);
    expect(JSON.stringify(record)).not.toContain(item.key.reveal());
    expect(file).toBe(`connect-wizard-brindle-${requestId(record.name)}.html`);
    expect(context.files.get(file)).toBe(made.html);
    expect(made.html).not.toContain(item.key.reveal());
    expect(pageOf(made)).toMatchObject({
      use: 'seal',
      host: HOST,
      from: 'Ines Okafor',
      request: requestId(record.name),
      recipient: await context.sealing.recipientOf(item.key),
      fields: [{ id: 'apiKey' }],
    });
    // No credential was sent.
    expect(context.http.signed).toEqual([]);
    expect(context.history.entries).toEqual([
      expect.objectContaining({ event: 'requested', connection: record.name }),
    ]);
  });

  it('asks for everything that is missing if no host is named', async () => {
    const context = world();
    const made = await created(context);
    expect(made.record).toMatchObject({ host: null, fields: {}, asks: ['site', 'apiKey'] });
    expect(pageOf(made).fields.map(({ id }) => id)).toEqual(['site', 'apiKey']);
  });

  it('for a stored connection asks only for its secret', async () => {
    const connection = connectionTo(brindle, { name: 'team/brindle' });
    const made = await created(world(), { rotating: connection });
    expect(made.record).toMatchObject({
      host: connection.host,
      fields: connection.fields,
      asks: ['apiKey'],
      rotates: 'team/brindle',
    });
  });

  it('keeps the fields that are known, and does not ask for them', async () => {
    const context = world({ hosts: { [fernway.sandbox.host]: fakeApi(fernway) } });
    const made = await createRequest(context, fernway, {
      ...options,
      guide: fernway.guide,
      supplied: new Map([
        ['site', fernway.sandbox.host],
        ['email', 'amy@acme.example'],
      ]),
    });
    expect('record' in made && made.record.fields).toMatchObject({ email: 'amy@acme.example' });
    expect('record' in made && made.record.asks).toEqual(['apiKey']);
  });

  it.each([
    ['a host that does not answer', { [HOST]: 'timeout' as const }, 'acme', 6],
    ['a host without a tenant', { [HOST]: fakeApi(brindle, { hosts: [] }) }, 'acme', 8],
    ['a host of another product', {}, 'acme.brindle-shop.example', 8],
  ])('is not made for %s', async (_, hosts, site, exitCode) => {
    const context = world({ hosts });
    const made = await createRequest(context, brindle, {
      ...options,
      supplied: new Map([['site', site]]),
    });
    expect('reason' in made && verdicts[verdictByReason[made.reason]].exitCode).toBe(exitCode);
    expect(context.store.items.size).toBe(0);
    expect(context.requests.kept.size).toBe(0);
    expect(context.files.size).toBe(0);
  });

  it('is not made with a value that its field refuses', async () => {
    const supplied = new Map([['email', 'not an address']]);
    const made = createRequest(world(), fernway, { ...options, guide: fernway.guide, supplied });
    await expect(made).rejects.toThrow(UsageError);
  });

  it.each([
    ['fails', { fails: 'store-locked' } as const],
    ['loses what it is given', 'losing' as const],
    ['cuts it off', 'truncating' as const],
  ])('leaves nothing behind if the store %s', async (_, fault) => {
    const store = fakeStore();
    store.concerns = (account) => account.startsWith('request/');
    store.fault = fault;
    const context = world({ store });
    await expect(created(context)).rejects.toThrow(StoreError);
    expect(context.requests.kept.size).toBe(0);
    expect(context.files.size).toBe(0);
  });

  it('leaves nothing behind if its record cannot be written', async () => {
    const context = world();
    context.requests.failing = true;
    await expect(created(context)).rejects.toThrow(StoreError);
    expect(context.store.items.size).toBe(0);
  });

  it('leaves nothing behind if the page already exists', async () => {
    const context = world();
    const { file } = await created(context, { out: 'page.html' });
    await expect(created(context, { out: file })).rejects.toThrow(UsageError);
    expect(context.store.items.size).toBe(1);
    expect(context.requests.kept.size).toBe(1);
  });

  it('can be written again for the same key, whatever its record says', async () => {
    const context = world();
    const { record } = await created(context);
    const forged = { ...record, recipient: 'age1forged', host: 'evil.brindle.example' };
    const item = await itemOf(context, forged);
    if (!item) throw new Error('the key is gone');
    const again = await repeatRequest(context, brindle, item, { ...options, out: 'again.html' });
    expect(pageOf(again)).toMatchObject({ recipient: record.recipient, host: null });
  });
});

describe('an answer', () => {
  it('is opened with the key of its request', async () => {
    const context = world();
    const request = await created(context);
    const fields = { site: 'acme', apiKey: SECRET };
    const answer = await openAnswer(context, await answerTo(request, fields));
    expect(answer.record.name).toBe(request.record.name);
    expect(answer.fields).toEqual(fields);
  });

  it('made with age is tried with the key of each open request', async () => {
    const context = world();
    const [, request] = [await created(context), await created(context)];
    const file = await sealedBy(request.record.recipient, `site: acme\napiKey: ${SECRET}\n`);
    const { record, fields } = await openAnswer(context, file);
    expect(record.name).toBe(request.record.name);
    expect(fields).toEqual({ site: 'acme', apiKey: SECRET });
  });

  it('is read by the item in the store, not by the record', async () => {
    const context = world({ hosts: { [HOST]: fakeApi(brindle) } });
    const request = await created(context, { supplied: new Map([['site', 'acme']]) });
    const { name } = request.record;
    const answer = await answerTo(request, { apiKey: SECRET });
    context.requests.kept.set(name, { ...request.record, host: 'evil.brindle.example', asks: [] });
    const { item } = await openAnswer(context, answer);
    expect(item).toMatchObject({ host: HOST, asks: ['apiKey'] });
  });

  it.each([
    ['no sealed text', async () => 'kQ7rTz29xWmB4vNc8LpD', 2, 'no sealed text'],
    [
      'a part of the sealed text',
      async (text: string) => text.slice(0, -60),
      2,
      'part of the sealed text',
    ],
    [
      'a change on its way',
      async (text: string) => text.replace(/(?<=FILE-----\n)./u, 'Z'),
      2,
      'changed on its way',
    ],
    [
      'a request of another machine',
      async (text: string) => text.replace(/answer \S+/u, 'answer abcdefgh'),
      4,
      'another machine',
    ],
  ])('with %s is refused with that reason', async (_, change, code, words) => {
    const context = world();
    const request = await created(context);
    const text = await answerTo(request, { site: 'acme', apiKey: SECRET });
    const { error, exitCode } = await failure(openAnswer(context, await change(text)));
    expect(error.message).toContain(words);
    expect(exitCode).toBe(code);
    expect(context.requests.kept.get(request.record.name)).toEqual(request.record);
  });

  it.each([
    ['answered', 'was answered on 2026-11-20'],
    ['ended', 'was ended on 2026-11-20'],
  ] as const)('to a request that was %s is refused with that reason', async (how, words) => {
    const context = world();
    const request = await created(context);
    const text = await answerTo(request, { site: 'acme', apiKey: SECRET });
    await endRequest(context, request.record, how);
    const { error, exitCode } = await failure(openAnswer(context, text));
    expect(error.message).toContain(words);
    expect(exitCode).toBe(4);
  });

  it('that no open request opens is refused with that reason', async () => {
    const context = world();
    await created(context);
    const other = await context.sealing.recipientOf(await context.sealing.newKey());
    for (const file of [await sealedBy(other, SECRET), new Uint8Array([1, 2, 3])]) {
      const { error, exitCode } = await failure(openAnswer(context, file));
      expect(error.message).toContain(
        'was changed, is answered already, or is for another machine',
      );
      expect(exitCode).toBe(4);
    }
  });

  it('for another host is refused: exit code 8', async () => {
    const context = world({ hosts: { [HOST]: fakeApi(brindle) } });
    const request = await created(context, { supplied: new Map([['site', 'acme']]) });
    const page = { ...pageOf(request), host: 'evil.brindle.example' };
    const { error, exitCode } = await failure(
      openAnswer(context, await sealAnswer(page, { apiKey: SECRET })),
    );
    expect(error).toBeInstanceOf(ConnectionError);
    expect(exitCode).toBe(8);
  });

  it('is not opened while the store is locked: exit code 7', async () => {
    const store = fakeStore();
    const context = world({ store });
    const request = await created(context);
    const text = await answerTo(request, { site: 'acme', apiKey: SECRET });
    store.fault = { fails: 'store-locked' };
    expect((await failure(openAnswer(context, text))).exitCode).toBe(7);
  });

  it('whose key is gone from the store cannot be opened: exit code 4', async () => {
    const context = world();
    const request = await created(context);
    context.store.items.clear();
    const text = await answerTo(request, { site: 'acme', apiKey: SECRET });
    expect((await failure(openAnswer(context, text))).exitCode).toBe(4);
  });

  it('is found among several, if it can be opened', async () => {
    const context = world();
    const [old, request] = [await created(context), await created(context)];
    const former = await answerTo(old, { site: 'acme', apiKey: 'former-0123456789' });
    await endRequest(context, old.record, 'answered');
    const text = await answerTo(request, { site: 'acme', apiKey: SECRET });
    const thread = `${text}\n\nOn 20 Nov Sam wrote:\n> ${former.replaceAll('\n', '\n> ')}`;
    expect((await openAnswer(context, thread)).fields['apiKey']).toBe(SECRET);
  });

  it('with any byte changed never gives another credential', async () => {
    const context = world();
    const request = await created(context);
    const fields = { site: 'acme', apiKey: SECRET };
    const bytes = new TextEncoder().encode(await answerTo(request, fields));
    const byHand = await writeSealedText(
      requestId(request.record.name),
      await sealedBy(
        request.record.recipient,
        writePayload({ ...pageOf(request), provider: 'brindle', fields }),
      ),
    );
    const armored = new TextEncoder().encode(byHand.slice(byHand.indexOf('\n') + 1));
    const change = fc.tuple(
      fc.constantFrom(bytes, armored),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
    );
    await fc.assert(
      fc.asyncProperty(change, async ([original, position, mask]) => {
        const at = position % original.length;
        const changed = original.map((byte, index) => (index === at ? byte ^ mask : byte));
        try {
          const answer = await openAnswer(context, readAnswer(changed));
          expect(answer.fields).toEqual(fields);
        } catch (error) {
          expect(error).toBeInstanceOf(WizardError);
          const { message } = error as WizardError;
          expect(message).not.toMatch(/key is wrong|wrong key|refused/iu);
          expect(message).not.toContain(SECRET);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('an answer from a file', () => {
  it.each([
    ['UTF-8', (text: string) => Buffer.from(text)],
    ['UTF-16, as PowerShell writes it', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16 without a mark', (text: string) => Buffer.from(text, 'utf16le')],
  ])('may be %s', async (_, encode) => {
    const context = world();
    const request = await created(context);
    const text = await answerTo(request, { site: 'acme', apiKey: SECRET });
    const answer = await openAnswer(context, readAnswer(encode(text)));
    expect(answer.fields['apiKey']).toBe(SECRET);
  });
});

describe('the open requests', () => {
  it('are listed without touching a store', async () => {
    const context = world();
    const { record } = await created(context);
    context.clock.set('2026-12-10T18:00:00.000Z');
    const calls = [...context.store.calls];
    const [listed, ...others] = await listRequests(context, ['brindle']);
    expect(others).toEqual([]);
    expect(listed).toEqual({
      name: record.name,
      provider: 'brindle',
      host: null,
      asks: ['site', 'apiKey'],
      fingerprint: expect.stringMatching(/^(?:[A-Z2-7]{4} ){3}[A-Z2-7]{4}$/u) as string,
      recipient: record.recipient,
      store: context.store.description,
      createdAt: NOW,
      old: true,
    });
    expect(context.store.calls).toEqual(calls);
    expect(await listRequests(context, ['other'])).toEqual([]);
  });

  it('are ended by their names, however often that is repeated', async () => {
    const context = world();
    const { record } = await created(context);
    const [first] = await removeRequests(context, [record.name], {});
    expect(first).toMatchObject({ name: record.name, reason: 'ok', stored: false });
    expect(context.store.items.size).toBe(0);
    expect(context.requests.kept.get(record.name)).toEqual(
      closeRequest(record, 'ended', new Date(NOW)),
    );
    const [second] = await removeRequests(context, [record.name], {});
    expect(second).toMatchObject({ reason: 'ok', stored: false });
  });

  it('stay open if their key cannot be deleted', async () => {
    const store = fakeStore();
    const context = world({ store });
    const { record } = await created(context);
    store.fault = { fails: 'store-locked', on: 'delete' };
    const [report] = await removeRequests(context, [record.name], {});
    expect(report).toMatchObject({ reason: 'store-locked', stored: true });
    expect(await closeAnswered(context, record)).toEqual([
      expect.objectContaining({ code: 'request-open' }),
    ]);
    expect(context.requests.kept.get(record.name)).toEqual(record);
  });

  it('are not found as connections', async () => {
    const context = world();
    const { record } = await created(context);
    await expect(findConnection(context, record.name)).rejects.toThrow(UsageError);
  });

  it('are forgotten 90 days after they were closed', async () => {
    const context = world();
    const [first, second] = [await created(context), await created(context)];
    await endRequest(context, first.record, 'answered');
    context.clock.set('2027-03-01T18:00:00.000Z');
    await endRequest(context, second.record, 'answered');
    expect([...context.requests.kept.keys()]).toEqual([second.record.name]);
  });
});

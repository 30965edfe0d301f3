import { expect, it } from 'vitest';
import { createSealing } from '../../../src/adapters/sealing.js';
import type { SealPage } from '../../../src/core/page/data.js';
import { openAnswer } from '../../../src/flows/sealed-request/open-answer.js';
import { createRequest } from '../../../src/flows/sealed-request/create-request.js';
import { sealAnswer } from '../../../src/page/seal.js';
import { API_KEY, fakeContext, fakeRequests, FAKE_PAGES } from '../../support/fakes.js';
import { brindle, BRINDLE_REQUEST, fakeApi } from '../../support/test-provider.js';

const HOST = 'acme.brindle.example';

async function made() {
  const context = {
    ...fakeContext({ hosts: { [HOST]: fakeApi(brindle) } }),
    requests: fakeRequests(),
    sealing: createSealing(),
    pages: FAKE_PAGES,
  };
  const ask = async () => {
    const created = await createRequest(context, brindle, BRINDLE_REQUEST);
    if ('advice' in created) throw new Error(created.advice.what);
    return sealAnswer(JSON.parse(created.html) as SealPage, { apiKey: API_KEY });
  };
  return { context, ask };
}

const each = (text: string, change: (line: string) => string): string =>
  text.split('\n').map(change).join('\n');

it.each<[string, (sealed: string) => string]>([
  [
    'quoted twice',
    (sealed) =>
      each(
        each(sealed, (line) => `> ${line}`),
        (line) => `> ${line}`,
      ),
  ],
  [
    'joined into one line and wrapped at 76',
    (s) => s.replaceAll('\n', ' ').replaceAll(/(.{1,76})(?:\s|$)/gu, '$1\r\n'),
  ],
  ['quoted as HTML', (sealed) => each(sealed, (line) => `&gt; ${line}<br>`)],
  ["with a phone's dashes", (sealed) => sealed.replaceAll('-----', '\u2014\u2013')],
  ['with smart quotes around', (sealed) => `\u201C${sealed.trim()}\u201D`],
  [
    'with a footer',
    (sealed) => `${sealed}\n--\nSam Doe | Acme Inc.\nThis e-mail is confidential.\n`,
  ],
  ['with non-breaking spaces', (sealed) => sealed.replaceAll(' ', '\u00A0')],
  ['in a code block', (sealed) => `\`\`\`\n${sealed}\`\`\``],
])('an answer %s is opened', async (_, change) => {
  const { context, ask } = await made();
  expect((await openAnswer(context, change(await ask()))).fields).toEqual({ apiKey: API_KEY });
});

it('of two answers in one mail, the one for this machine is opened', async () => {
  const [here, there] = [await made(), await made()];
  const mail = `${await there.ask()}\nand the right one:\n${await here.ask()}`;
  expect((await openAnswer(here.context, mail)).fields).toEqual({ apiKey: API_KEY });
});

it.each<[string, (sealed: string) => string, RegExp]>([
  ['that is cut off', (sealed) => sealed.slice(0, 300), /part of the sealed text is missing/u],
  [
    'without its last line of text',
    (s) => s.replace(/\n[^\n]+\n-----END/u, '\n-----END'),
    /changed on its way/u,
  ],
  [
    'with a letter changed',
    (s) => s.replace(/(\n[A-Za-z0-9+/]{20})./u, '$1*x'),
    /changed on its way/u,
  ],
  ['that is missing', () => 'Hello, here it is', /there is no sealed text/u],
  ['that is the page itself', () => '<script>{"use":"seal"}</script>', /is the page of a request/u],
  [
    'in the script of the page itself',
    () => '{"use":"seal"} -----BEGIN AGE ENCRYPTED FILE-----+-----END AGE ENCRYPTED FILE-----',
    /is the page of a request/u,
  ],
])(
  'a mail with an answer %s is refused with the reason, and nothing is repeated',
  async (_, change, words) => {
    const { context, ask } = await made();
    const opened = openAnswer(context, change(await ask()));
    await expect(opened).rejects.toThrow(words);
    await expect(opened).rejects.not.toThrow(API_KEY);
  },
);

it("another machine's answer is distinguished from a changed one, even without its first line", async () => {
  const [here, there] = [await made(), await made()];
  await here.ask();
  const sealed = await there.ask();
  await expect(openAnswer(here.context, sealed)).rejects.toThrow(/another machine/u);
  const bare = sealed.slice(sealed.indexOf('\n') + 1);
  await expect(openAnswer(here.context, bare)).rejects.toThrow(/No open request here opens/u);
});

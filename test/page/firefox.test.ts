import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createSealing } from '../../src/adapters/sealing.js';
import { servePage } from '../../src/adapters/page-server.js';
import { pageHtml } from '../../src/core/page/html.js';
import { findSealedTexts } from '../../src/core/sealed/text.js';
import { Secret } from '../../src/core/secret.js';
import { builtPage, fileAddress, LOCAL_PAGE, sealPage } from '../support/chromium.js';
import { launchFirefox, type Firefox } from '../support/firefox.js';

const SECRET = 'kQ7rTz29xWmB4vNc8LpD';

let firefox: Firefox;
let built: string;
beforeAll(async () => {
  [firefox, built] = await Promise.all([launchFirefox(), builtPage()]);
});
afterAll(() => firefox.close());

it('the page of a request seals in Firefox, from disk, without a request', async () => {
  const { data, identity } = await sealPage();
  const tab = await firefox.open(await fileAddress(pageHtml(built, data)));
  await tab.enter('Access key', SECRET);
  expect(await tab.shows('3. Send it back')).toBe(true);
  const sealed = await tab.evaluate(`document.querySelector('#sealed').value`);
  const [found] = await findSealedTexts(sealed);
  const file = typeof found === 'object' ? found.file : undefined;
  const plaintext = await createSealing().open(file ?? new Uint8Array(), new Secret(identity));
  expect(JSON.parse(plaintext?.reveal() ?? '')).toMatchObject({
    request: data.request,
    fields: { accessKey: SECRET },
  });
  expect(await tab.evaluate('document.documentElement.outerHTML')).not.toContain(SECRET);
  expect(tab.requests.filter((url) => !/^(?:file|data):/u.test(url))).toEqual([]);
  expect(tab.complaints).toEqual([]);
});

it('the page of this machine sends the secret in Firefox, and shows the result', async () => {
  const refused: string[] = [];
  const served = await servePage(pageHtml(built, LOCAL_PAGE), {
    port: undefined,
    limitMs: 30_000,
    onRefused: (text) => refused.push(text),
    onOpened: () => {},
  });
  onTestFinished(() => served.close());
  const tab = await firefox.open(served.address);
  await tab.enter('Access key', SECRET);
  expect(await served.next()).toEqual({ did: 'submit', fields: { accessKey: SECRET } });
  await served.reply({ ended: true, title: 'Saved', paragraphs: ['You can close this window.'] });
  expect(await tab.shows('You can close this window.')).toBe(true);
  expect(await tab.evaluate('document.documentElement.outerHTML')).not.toContain(SECRET);
  const { origin } = new URL(served.address);
  expect(tab.requests.filter((url) => !url.startsWith(origin) && !url.startsWith('data:'))).toEqual(
    [],
  );
  expect(refused).toEqual([]);
});

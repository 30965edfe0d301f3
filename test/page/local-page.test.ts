import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { servePage } from '../../src/adapters/page-server.js';
import { pageHtml } from '../../src/core/page/html.js';
import type { ServedPage } from '../../src/core/page/ports.js';
import {
  builtPage,
  everythingIn,
  axeFindings,
  overflowOf,
  shows,
  launchChromium,
  LOCAL_PAGE,
  openTab,
  REBOUND_HOST,
  serveHere,
  type Tab,
} from '../support/chromium.js';

const SECRET = 'kQ7rTz29xWmB4vNc8LpD';
const REFUSED = {
  ended: false,
  title: 'Refused',
  paragraphs: ['acme.lumina.example refused the Access key.', 'Copy it again, whole.'],
};
const SAVED = { ended: true, title: 'Saved', paragraphs: ['You can close this window.'] };

let browser: Browser;
let html: string;
beforeAll(async () => {
  const [launched, built] = await Promise.all([launchChromium(), builtPage()]);
  browser = launched;
  html = pageHtml(built, LOCAL_PAGE);
});
afterAll(() => browser.close());

interface Served extends ServedPage {
  readonly refused: string[];
}

async function serve(content = html): Promise<Served> {
  const refused: string[] = [];
  const page = await servePage(content, {
    port: undefined,
    limitMs: 30_000,
    onRefused: (text) => refused.push(text),
    onOpened: () => {},
  });
  onTestFinished(() => page.close());
  return { ...page, refused };
}

async function openPage(
  options?: Parameters<typeof openTab>[1],
): Promise<Tab & { served: Served }> {
  const served = await serve();
  const tab = await openTab(browser, options);
  await tab.page.goto(served.address);
  return { ...tab, served };
}

async function submit({ page }: Tab, value = SECRET): Promise<void> {
  await page.getByLabel('Access key', { exact: true }).fill(value);
  await page.getByRole('button', { name: 'Check and save' }).click();
}

describe('the page of this machine', () => {
  it('names the user, the machine, the program and the store', async () => {
    const { page } = await openPage();
    const text = await page.innerText('#page');
    expect(text).toMatch(
      /^Whoever made this page can read what you enter\. Continue only if you expected it\. It says that it is from: connect-wizard 1\.0\.0, run by ines on desk-7 \(not checked\)\./u,
    );
    expect(text).toContain('then keeps it in: Secret Service, as lumina/acme.');
  });

  it("says where the secret goes if any host can be the provider's", async () => {
    const built = await builtPage();
    const served = await serve(pageHtml(built, { ...LOCAL_PAGE, selfHosted: true }));
    const { page } = await openTab(browser);
    await page.goto(served.address);
    expect(await page.innerText('#page')).toContain(
      "What you enter goes to acme.lumina.example, which can be anybody's. Enter it only if that is your Lumina.",
    );
    expect(await axeFindings(page)).toEqual([]);
  });

  it('shows a refusal, accepts another try, and says that it is saved', async () => {
    const tab = await openPage();
    await submit(tab, 'wrong-key-0123456789');
    expect(await tab.served.next()).toEqual({
      did: 'submit',
      fields: { accessKey: 'wrong-key-0123456789' },
    });
    expect(await shows(tab.page, 'Asking Lumina...')).toBe(true);
    await tab.served.reply(REFUSED);
    expect(await shows(tab.page, 'Copy it again, whole.')).toBe(true);
    await submit(tab);
    expect(await tab.served.next()).toEqual({ did: 'submit', fields: { accessKey: SECRET } });
    await tab.served.reply(SAVED);
    await tab.served.close();
    expect(await shows(tab.page, 'You can close this window.')).toBe(true);
    expect(await tab.page.evaluate('document.activeElement.textContent')).toBe('Saved');
    expect(await everythingIn(tab.page)).not.toContain(SECRET);
    expect(tab.requests.join()).not.toContain(SECRET);
    expect(tab.complaints).toEqual([]);
    expect(tab.served.refused).toEqual([]);
  });

  it('can be loaded again at any time', async () => {
    const tab = await openPage();
    await tab.page.reload();
    await submit(tab);
    expect(await tab.served.next()).toMatchObject({ did: 'submit' });
    await tab.served.reply(SAVED);
    expect(await shows(tab.page, 'You can close this window.')).toBe(true);
  });

  it('has a button that cancels', async () => {
    const tab = await openPage();
    await tab.page.getByRole('button', { name: 'Cancel' }).click();
    expect(await tab.served.next()).toEqual({ did: 'cancel' });
    await tab.served.reply({
      ended: true,
      title: 'Cancelled',
      paragraphs: ['Nothing was stored.'],
    });
    expect(await shows(tab.page, 'Nothing was stored.')).toBe(true);
  });

  it('sends only once while a submission is checked', async () => {
    const tab = await openPage();
    await submit(tab);
    for (const name of ['Check and save', 'Cancel']) {
      await tab.page.getByRole('button', { name }).click({ force: true });
    }
    await tab.served.next();
    expect(tab.requests.filter((url) => url === tab.served.address)).toHaveLength(2);
    await tab.served.reply(SAVED);
  });

  it('says in a second tab that a submission is being checked', async () => {
    const tab = await openPage();
    const other = await openTab(browser);
    await other.page.goto(tab.served.address);
    await submit(tab);
    await tab.served.next();
    await submit(other);
    expect(await shows(other.page, 'what was sent before is being checked')).toBe(true);
    await tab.served.reply(SAVED);
  });

  it('says that the program cannot be reached if it has ended', async () => {
    const tab = await openPage();
    await tab.served.close();
    await submit(tab);
    expect(await shows(tab.page, 'The program cannot be reached')).toBe(true);
    expect(await everythingIn(tab.page)).not.toContain(SECRET);
  });

  it('sends requests only to its own server', async () => {
    const tab = await openPage();
    await submit(tab);
    await tab.served.next();
    await tab.served.reply(SAVED);
    expect(await shows(tab.page, 'You can close this window.')).toBe(true);
    const { host } = new URL(tab.served.address);
    expect(tab.requests.filter((url) => new URL(url).host !== host)).toEqual([]);
  });
});

describe.each(['light', 'dark'] as const)('in the %s theme, at 320 pixels', (colorScheme) => {
  it('the page fits, and axe finds nothing, also after a refusal and at the end', async () => {
    const tab = await openPage({ colorScheme, viewport: { width: 320, height: 700 } });
    expect(await axeFindings(tab.page)).toEqual([]);
    await submit(tab);
    await tab.served.next();
    await tab.served.reply(REFUSED);
    expect(await shows(tab.page, 'Copy it again, whole.')).toBe(true);
    expect(await axeFindings(tab.page)).toEqual([]);
    expect(await overflowOf(tab.page)).toBe(0);
    await submit(tab);
    await tab.served.next();
    await tab.served.reply(SAVED);
    expect(await shows(tab.page, 'You can close this window.')).toBe(true);
    expect(await axeFindings(tab.page)).toEqual([]);
  });
});

describe('another page in the same browser', () => {
  it('cannot send anything to the server', async () => {
    const served = await serve();
    const port = await serveHere((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<title>A stranger</title>');
    });
    const { page } = await openTab(browser);
    await page.goto(`http://localhost:${port}/`);
    const post = (options: string): Promise<unknown> =>
      page.evaluate(
        `fetch(${JSON.stringify(served.address)}, { method: 'POST', body: '{"cancel":true}', ${options} }).then((response) => response.type + response.status, () => 'refused')`,
      );
    expect(await post(`headers: { 'content-type': 'application/json' }`)).toBe('refused');
    expect(await post(`mode: 'no-cors'`)).toBe('refused');
    // Neither has arrived: the next submission is the person's.
    const tab = await openTab(browser);
    await tab.page.goto(served.address);
    await submit(tab);
    expect(await served.next()).toMatchObject({ did: 'submit' });
    await served.reply(SAVED);
    expect(served.refused.join('\n')).toContain('(403)');
  });

  it('cannot show the page in a frame', async () => {
    const served = await serve();
    const port = await serveHere((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<iframe src="${served.address}"></iframe>`);
    });
    const { page } = await openTab(browser);
    await page.goto(`http://127.0.0.1:${port}/`);
    expect(
      await page.frameLocator('iframe').getByLabel('Access key', { exact: true }).count(),
    ).toBe(0);
  });

  it('cannot read the page under a name that points to this machine', async () => {
    const served = await serve();
    const { page } = await openTab(browser);
    const { port, pathname } = new URL(served.address);
    await page.goto(`http://${REBOUND_HOST}:${port}${pathname}`);
    expect(await page.innerText('body')).toContain(
      'it was sent to another name than 127.0.0.1, localhost or [::1]',
    );
    expect(served.refused).toHaveLength(1);
  });

  it('of an earlier run shows that its command has ended', async () => {
    const served = await serve();
    const { page } = await openTab(browser);
    await page.goto(`${new URL(served.address).origin}/0123456789abcdef0123456789abcdef`);
    expect(await page.innerText('body')).toContain('the command of this address has ended');
  });

  it('may be the page under the name of a forwarded port', async () => {
    const served = await serve();
    const tab = await openTab(browser);
    await tab.page.goto(served.address.replace('127.0.0.1', 'localhost'));
    await submit(tab);
    expect(await served.next()).toMatchObject({ did: 'submit' });
    await served.reply(SAVED);
    expect(await shows(tab.page, 'You can close this window.')).toBe(true);
  });
});

import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSealing } from '../../src/adapters/sealing.js';
import { blanksOf } from '../../src/core/guide.js';
import { pageCases, pageField, pageNeeds, type SealPage } from '../../src/core/page/data.js';
import { pageHtml } from '../../src/core/page/html.js';
import { findSealedTexts } from '../../src/core/sealed/text.js';
import { Secret } from '../../src/core/secret.js';
import {
  builtPage,
  everythingIn,
  axeFindings,
  overflowOf,
  shows,
  fileAddress,
  INSECURE_HOST,
  launchChromium,
  openTab,
  sealPage,
  serveHere,
  type Tab,
} from '../support/chromium.js';
import type { Definition } from '../../src/core/definition/schema.js';
import { expand } from '../../src/core/expand/expand.js';
import { expandGuide } from '../../src/core/expand/guide.js';
import { guided } from '../support/built-ins.js';
import { changed, homely, tokenly } from '../support/definitions.js';

const SECRET = 'kQ7rTz29xWmB4vNc8LpD';

let browser: Browser;
let built: string;
beforeAll(async () => {
  [browser, built] = await Promise.all([launchChromium(), builtPage()]);
});
afterAll(() => browser.close());

type Options = Parameters<typeof openTab>[1];

async function openPage(
  {
    change = (html) => html,
    ...data
  }: Partial<SealPage> & { change?: (html: string) => string } = {},
  options: Options = {},
): Promise<Tab & { readonly identity: string }> {
  const request = await sealPage(data);
  const tab = await openTab(browser, options);
  await tab.page.goto(await fileAddress(change(pageHtml(built, request.data))));
  return { ...tab, identity: request.identity };
}

async function seal({ page }: Tab, value = SECRET): Promise<string> {
  await page.getByLabel('Access key', { exact: true }).fill(value);
  await page.getByRole('button', { name: 'Seal' }).click();
  return page.getByLabel('Sealed answer').inputValue();
}

async function opened(text: string, identity: string): Promise<unknown> {
  const found = await findSealedTexts(text);
  const [only] = found === 'none' || found === 'cut' ? [] : found;
  expect(only?.request).toBe('k3v7q2xm');
  const plaintext = await createSealing().open(
    only?.file ?? new Uint8Array(),
    new Secret(identity),
  );
  return JSON.parse(plaintext?.reveal() ?? 'null');
}

describe('a page for somebody else', () => {
  it('says first who can read what is entered, then who asks for what and how to get it', async () => {
    const { page } = await openPage();
    const text = await page.innerText('#page');
    expect(text).toMatch(
      /^Whoever made this page can read what you enter\. Continue only if you expected it\. It says that it is from: Ines Okafor, IT of Acme \(not checked\)\./u,
    );
    for (const words of [
      'Ines Okafor, IT of Acme asks for the Access key of Lumina (acme.lumina.example)',
      'things.read: given by the role Reader',
      'Where: your picture > Access keys',
      'Choose Access keys.',
      'the 20 letters and digits of the key',
      'k3v7q2xm',
    ]) {
      expect(text).toContain(words);
    }
    expect(text).toMatch(/Fingerprint\s+(?:[A-Z2-7]{4} ){3}[A-Z2-7]{4}/u);
  });

  it('says that its sender is unknown if it is', async () => {
    const { page } = await openPage({ from: null });
    expect(await page.innerText('#page')).toContain('It does not say who it is from.');
  });

  it("makes a text that the request's key opens, and forgets the secret", async () => {
    const tab = await openPage();
    const text = await seal(tab);
    expect(await opened(text, tab.identity)).toEqual({
      v: 1,
      request: 'k3v7q2xm',
      provider: 'lumina',
      host: 'acme.lumina.example',
      fields: { accessKey: SECRET },
    });
    expect(await everythingIn(tab.page)).not.toContain(SECRET);
    // An undo does not bring it back either.
    await tab.page.keyboard.press('Control+z');
    await tab.page.getByRole('button', { name: 'Enter something else' }).click();
    expect(await everythingIn(tab.page)).not.toContain(SECRET);
    expect(tab.complaints).toEqual([]);
  });

  it('saves the same text as a file, and copies it', async () => {
    const tab = await openPage();
    const text = await seal(tab);
    const download = tab.page.waitForEvent('download');
    await tab.page.getByRole('button', { name: 'Save as a file' }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).toBe('answer-k3v7q2xm.txt');
    expect(await readFile(await saved.path(), 'utf8')).toBe(text);
    await tab.page.getByRole('button', { name: 'Copy' }).click();
    expect(await shows(tab.page, 'Copied. Paste it into your reply.')).toBe(true);
  });

  it('can be used with the keyboard alone, and moves the focus to the next step', async () => {
    const { page } = await openPage();
    await page.getByLabel('Access key', { exact: true }).focus();
    await page.keyboard.type(SECRET);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Show');
    await page.keyboard.press('Enter');
    expect(await page.getByLabel('Access key', { exact: true }).getAttribute('type')).toBe('text');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Seal');
    await page.keyboard.press('Enter');
    await page.getByLabel('Sealed answer').waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('3. Send it back');
  });

  it('seals if Enter is pressed in the input', async () => {
    const { page } = await openPage();
    await page.getByLabel('Access key', { exact: true }).fill(SECRET);
    await page.keyboard.press('Enter');
    expect(await shows(page, '3. Send it back')).toBe(true);
  });

  it('shows its data as text, whatever is in it', async () => {
    const hostile =
      '</script><script>document.title="owned"</script><img src=x onerror=alert(1)>{{x}}';
    const tab = await openPage({ from: hostile, provider: { id: 'lumina', name: hostile } });
    expect(await tab.page.innerText('#page')).toContain(hostile);
    expect(await tab.page.locator('img').count()).toBe(0);
    expect(tab.complaints).toEqual([]);
  });

  it('asks for each of several fields', async () => {
    const { data } = await sealPage();
    const email = {
      id: 'email',
      label: 'Agent email',
      kind: 'email' as const,
      example: 'a@acme.example',
      about: ['Whose key it is.'],
    };
    const tab = await openPage({ fields: [email, ...data.fields], host: null });
    await tab.page.getByLabel('Agent email').fill('sam@acme.example');
    const text = await seal(tab);
    expect(await opened(text, tab.identity)).toMatchObject({
      host: null,
      fields: { email: 'sam@acme.example', accessKey: SECRET },
    });
  });
});

describe('a value that is entered', () => {
  it.each([
    ['nothing', '', 'Access key is needed.'],
    ['spaces', '   ', 'Access key is needed.'],
    ['three characters', 'abc', 'It was not copied whole'],
  ])('%s is refused', async (_, value, words) => {
    const { page } = await openPage();
    await page.getByLabel('Access key', { exact: true }).fill(value);
    await page.getByRole('button', { name: 'Seal' }).click();
    expect(await shows(page, words)).toBe(true);
    expect(await page.getByLabel('Access key', { exact: true }).getAttribute('aria-invalid')).toBe(
      'true',
    );
    expect(await page.getByLabel('Sealed answer').count()).toBe(0);
  });

  it.each([
    ['a space inside', 'kQ7rTz29 xWmB4vNc8LpD', 'it has a space inside'],
    ["the provider's own mistake", 'lum_ext_0123456789', 'it is the id of an app'],
    ['the same twice', `${SECRET}${SECRET}`, 'it is the same text twice'],
  ])('%s is asked about, and accepted the second time', async (_, value, words) => {
    const tab = await openPage();
    await tab.page.getByLabel('Access key', { exact: true }).fill(value);
    await tab.page.getByRole('button', { name: 'Seal' }).click();
    expect(await shows(tab.page, words)).toBe(true);
    await tab.page.getByRole('button', { name: 'Seal' }).click();
    const text = await tab.page.getByLabel('Sealed answer').inputValue();
    expect(await opened(text, tab.identity)).toMatchObject({ fields: { accessKey: value } });
  });

  it('loses invisible characters and spaces, with a notice', async () => {
    const tab = await openPage();
    await tab.page.getByLabel('Access key', { exact: true }).fill(` \u200B${SECRET} `);
    expect(
      await shows(
        tab.page,
        '20 characters; taken off: characters that cannot be seen and spaces around it',
      ),
    ).toBe(true);
    expect(await opened(await seal(tab, ` \u200B${SECRET} `), tab.identity)).toMatchObject({
      fields: { accessKey: SECRET },
    });
  });
});

describe('a page for somebody else is closed:', () => {
  it('it sends no request', async () => {
    const tab = await openPage();
    await seal(tab);
    expect(tab.requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
    expect(tab.requests).toHaveLength(1);
  });

  it('its policy refuses planted requests and scripts', async () => {
    let requested = 0;
    const port = await serveHere((_, response) => {
      requested += 1;
      response.end();
    });
    const stranger = `http://127.0.0.1:${port}`;
    const planted = `<img src="${stranger}/i.png"><link rel="stylesheet" href="${stranger}/s.css"><iframe src="${stranger}"></iframe><script src="${stranger}/x.js"></script><script>fetch("${stranger}")</script><form action="${stranger}"></form>`;
    const tab = await openPage({ change: (html) => html.replace('</body>', `${planted}</body>`) });
    await seal(tab);
    // The same from its own script, if that were changed.
    const address = JSON.stringify(stranger);
    await tab.page.evaluate(
      `fetch(${address}).catch(() => {}); navigator.sendBeacon(${address}, 'x'); new Image().src = ${address}; [...document.forms].at(-1).requestSubmit();`,
    );
    await tab.page.waitForTimeout(200);
    expect(requested).toBe(0);
    expect(tab.complaints.length).toBeGreaterThan(5);
  });

  it('no script may write markup', async () => {
    const { page } = await openPage();
    await expect(page.evaluate('document.body.innerHTML = "<b>x</b>"')).rejects.toThrow(
      'TrustedHTML',
    );
  });

  it('nothing is kept in the browser', async () => {
    const tab = await openPage();
    await seal(tab);
    expect(
      await tab.page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])'),
    ).toBe('[{},{},""]');
  });

  it('its input asks password managers to leave it alone', async () => {
    const { page } = await openPage();
    const input = page.getByLabel('Access key', { exact: true });
    for (const [name, value] of [
      ['autocomplete', 'new-password'],
      ['data-1p-ignore', 'true'],
      ['data-lpignore', 'true'],
      ['data-bwignore', 'true'],
      ['spellcheck', 'false'],
    ] as const) {
      expect(await input.getAttribute(name)).toBe(value);
    }
  });
});

describe('a page that was changed on its way', () => {
  it('works with Windows line ends', async () => {
    const tab = await openPage({ change: (html) => html.replaceAll('\n', '\r\n') });
    expect(await opened(await seal(tab), tab.identity)).toMatchObject({
      fields: { accessKey: SECRET },
    });
    expect(tab.complaints).toEqual([]);
  });

  it('does not start if its script was changed, and its text says what to do', async () => {
    const tab = await openPage({ change: (html) => html.replace('<script>', '<script>;') });
    expect(await tab.page.innerText('#page')).toContain(
      'You see this text because the page has not started.',
    );
  });
});

describe('a page that cannot seal', () => {
  it('says what to do without JavaScript', async () => {
    const { page } = await openPage({}, { javaScriptEnabled: false });
    const text = await page.innerText('#page');
    expect(text).toContain('open it in a current desktop browser');
    expect(text).toContain('the message for people who have age');
  });

  it('says that it cannot if the browser does not encrypt', async () => {
    const { data } = await sealPage();
    const port = await serveHere((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(pageHtml(built, data));
    });
    const { page } = await openTab(browser);
    await page.goto(`http://${INSECURE_HOST}:${port}/`);
    expect(await page.innerText('#page')).toContain('This page cannot seal anything here');
  });
});

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  it('axe finds nothing before, at a mistake and after', async () => {
    const tab = await openPage({}, { colorScheme });
    expect(await axeFindings(tab.page)).toEqual([]);
    for (const summary of await tab.page.locator('summary').all()) {
      if (await summary.isVisible()) await summary.click();
    }
    await tab.page.getByRole('button', { name: 'Seal' }).click();
    expect(await axeFindings(tab.page)).toEqual([]);
    await seal(tab);
    await tab.page.getByRole('button', { name: 'Copy' }).click();
    expect(await shows(tab.page, 'Copied.')).toBe(true);
    expect(await axeFindings(tab.page)).toEqual([]);
  });
});

describe('the guide in a page', () => {
  it('leads to a case that is folded, and unfolds it', async () => {
    const { page } = await openPage();
    const off = page.getByText('An admin has to switch it on.');
    expect(await off.isVisible()).toBe(false);
    await page.getByRole('link', { name: 'The key is switched off' }).click();
    expect(await off.isVisible()).toBe(true);
  });

  it('is unfolded for printing, and folded again after that', async () => {
    const { page } = await openPage();
    const folded = 'document.querySelectorAll("details:not([open])").length';
    const before = await page.evaluate(folded);
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');
    expect(await page.evaluate(folded)).toBe(0);
    await page.evaluate('dispatchEvent(new Event("afterprint"))');
    expect(await page.evaluate(folded)).toBe(before);
  });
});

/** Own providers with what no built-in may have: a choice, an optional field, an exchange. */
const own = [
  changed(tokenly, {
    'fields.region': {
      label: 'Region',
      choices: [
        { value: 'eu', label: 'Europe' },
        { value: 'us', label: 'United States' },
      ],
    },
    'fields.note': { kind: 'text', label: 'Note', optional: true },
  }),
  homely,
].map((each) => {
  const definition = each as Definition;
  const provider = expand(definition);
  return Object.assign(provider, { guide: expandGuide(definition, provider, '2026-11-20') });
});

describe.each([...guided, ...own].map((each) => [each.name, each] as const))(
  'the page of %s',
  (_, definition) => {
    const ids = definition.fields.map(({ id }) => id);
    const data = {
      provider: { id: definition.id, name: definition.name },
      fields: definition.fields.map((field) => pageField(field, {})),
      needs: pageNeeds(
        definition,
        definition.capabilities.map(({ id }) => id),
      ),
      cases: pageCases(definition.guide, ids, blanksOf(definition.guide)),
    };

    it('has at most 204,800 bytes', async () => {
      const { data: whole } = await sealPage(data);
      expect(Buffer.byteLength(pageHtml(built, whole))).toBeLessThanOrEqual(204_800);
    });

    it('fits into 320 pixels with everything unfolded, and axe finds nothing', async () => {
      const tab = await openPage(data, { viewport: { width: 320, height: 700 } });
      await tab.page.evaluate('dispatchEvent(new Event("beforeprint"))');
      expect(await overflowOf(tab.page)).toBe(0);
      for (const colorScheme of ['light', 'dark'] as const) {
        await tab.page.emulateMedia({ colorScheme });
        expect(await axeFindings(tab.page)).toEqual([]);
      }
      expect(tab.complaints).toEqual([]);
    });
  },
);

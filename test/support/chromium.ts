import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { identityToRecipient, generateX25519Identity } from 'age-encryption';
import type { LocalPage, PageContent, SealPage } from '../../src/core/page/data.js';

/** Names that lead to this machine: one that is no secure context, and one as in a rebinding attack. */
export const [INSECURE_HOST, REBOUND_HOST] = ['insecure.example', 'rebound.example'];

/** The system's own Chromium, without its background work. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CONNECT_WIZARD_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1, MAP ${REBOUND_HOST} 127.0.0.1`,
    ],
  });
}

export interface Tab {
  readonly page: Page;
  /** The addresses of all requests, including refused ones. */
  readonly requests: string[];
  /** What the policy refused, and any error of the script. */
  readonly complaints: string[];
}

/** A new tab that remembers nothing of others. */
export async function openTab(browser: Browser, options: BrowserContextOptions = {}): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 800 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const [requests, complaints]: [string[], string[]] = [[], []];
  context.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, requests, complaints };
}

/** @returns the address of a new file with that content. */
export async function fileAddress(html: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-page-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'request.html');
  await writeFile(path, html);
  return pathToFileURL(path).href;
}

/** A server on this machine for one test. @returns its port. */
export async function serveHere(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** Not a literal, since TypeScript would look for its types. */
const BUILDER = new URL('../../.github/build-page.mjs', import.meta.url).href;

/** The page as the build makes it, without its data. */
export async function builtPage(): Promise<string> {
  const builder: { buildPage(): Promise<string> } = await import(BUILDER);
  return builder.buildPage();
}

/** What axe finds, minor faults included: each rule, with the elements that break it. */
export async function axeFindings(page: Page): Promise<unknown> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate('axe.run()')) as axe.AxeResults;
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

/** By how many pixels the page is wider than the window. */
export async function overflowOf(page: Page): Promise<unknown> {
  return page.evaluate('Math.max(0, document.documentElement.scrollWidth - innerWidth)');
}

/** Waits until the words are on the page. */
export async function shows(page: Page, words: string): Promise<boolean> {
  await page.getByText(words).first().waitFor();
  return true;
}

/** Everything in the document: markup, attributes and the values of its inputs. */
export async function everythingIn(page: Page): Promise<string> {
  const values = await page.evaluate(
    `JSON.stringify([...document.querySelectorAll('input, textarea')].map((each) => [each.value, each.defaultValue]))`,
  );
  return `${await page.content()}${String(values)}${await page.title()}${page.url()}`;
}

const common: PageContent = {
  provider: { id: 'lumina', name: 'Lumina' },
  host: 'acme.lumina.example',
  fields: [
    {
      id: 'accessKey',
      label: 'Access key',
      kind: 'secret',
      example: 'the 20 letters and digits of the key',
      about: ['Whatever uses this key acts as the agent it belongs to.'],
      where: 'your picture > Access keys',
      mistakes: [
        { pattern: '^lum_ext_', message: 'it is the id of an app (lum_ext_...), not a key' },
      ],
    },
  ],
  needs: [{ id: 'things.read', grantedBy: 'the role Reader' }],
  cases: [
    {
      id: 'where',
      field: 'accessKey',
      title: 'I do not know where the key is',
      means: 'It is in the profile of its agent.',
      todo: ['Click your picture.', 'Choose Access keys.'],
      page: 'https://acme.lumina.example/',
      next: ['off'],
    },
    {
      id: 'off',
      title: 'The key is switched off',
      means: 'An admin has to switch it on.',
      todo: ['Send an admin the message.'],
      next: ['message'],
    },
    { id: 'message', title: 'Write to an admin', message: 'Subject: the key\n\nHello', next: [] },
  ],
};

/** A request of an invented provider, and the key that opens the answer. */
export async function sealPage(
  changed: Partial<SealPage> = {},
): Promise<{ readonly data: SealPage; readonly identity: string }> {
  const identity = await generateX25519Identity();
  const data: SealPage = {
    ...common,
    use: 'seal',
    request: 'k3v7q2xm',
    recipient: await identityToRecipient(identity),
    from: 'Ines Okafor, IT of Acme',
    createdAt: '2026-11-20T18:00:00.000Z',
    ...changed,
  };
  return { data, identity };
}

export const LOCAL_PAGE: LocalPage = {
  ...common,
  use: 'local',
  user: 'ines',
  machine: 'desk-7',
  program: 'connect-wizard 1.0.0',
  selfHosted: false,
  store: 'Secret Service, as lumina/acme',
};

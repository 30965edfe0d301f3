/* oxlint-disable vitest/no-standalone-expect -- the rule does not recognize Vitest's test under another import */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { sealAnswer } from '../../src/page/seal.js';
import type { SealPage } from '../../src/core/page/data.js';
import { documentOf, onlyConnection, SECRETS, type Machine } from './machine.js';
import { FRESHSERVICE, KEY, providers, test } from './fixtures.js';
import { answer, ASKS, choiceOf, choose, giveSecret } from './person.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** The path of a page that the program wrote. */
const pathOf = (machine: Machine, file: string): string => join(machine.folder, '.own', file);

/** Seals a secret in the browser, and returns the answer. */
async function sealedInBrowser(path: string, secret: string): Promise<string> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`file://${path}`);
  await page.getByLabel('API key', { exact: true }).fill(secret);
  await page.getByRole('button', { name: 'Seal' }).click();
  const sealed = await page.getByLabel('Sealed answer').inputValue();
  await context.close();
  return sealed;
}

/** Makes a request for the account acme, with a function that seals an answer. */
async function requested(machine: Machine, env: Record<string, string>, args: string[] = []) {
  const asked = await machine.run(
    ['request', 'freshservice', '--domain', 'acme', '--json', ...args],
    { env },
  );
  expect(asked.code).toBe(0);
  const { request } = JSON.parse(asked.stdout) as { request: { name: string; file: string } };
  const html = await readFile(pathOf(machine, request.file), 'utf8');
  const [, data = ''] = /<script[^>]+id="data"[^>]*>(.*?)<\/script>/su.exec(html) ?? [];
  const page = JSON.parse(data) as SealPage;
  return { ...request, seal: (apiKey: string) => sealAnswer(page, { apiKey }) };
}

describe('a sealed request', () => {
  test('is answered on its page, and the answer is opened, checked and stored', async ({
    server,
    world,
  }) => {
    const env = server.fileStore;
    const asked = await server.run(
      ['request', 'freshservice', '--domain', 'acme', '--from', 'Ines', '--json'],
      { env },
    );
    expect(asked.code).toBe(0);
    const { request } = JSON.parse(asked.stdout) as { request: { name: string; file: string } };
    expect(world.requests.some(({ authorization }) => authorization !== undefined)).toBe(false);

    const sealed = await sealedInBrowser(pathOf(server, request.file), SECRETS.apiKey);

    const mail = `Hello Ines,\n\n> ${sealed.replaceAll('\n', '\n> ')}\nSam\n`;
    const accepted = await server.run(['accept', '--json'], { env, input: mail });
    expect(onlyConnection(accepted)).toMatchObject({
      name: 'freshservice/acme',
      verdict: 'valid',
      stored: true,
    });
    expect(`${accepted.stdout}${accepted.stderr}${asked.stderr}`).not.toContain(SECRETS.apiKey);

    const token = await server.run(['token', 'freshservice/acme'], { env });
    expect(token.stdout).toBe(`${SECRETS.apiKey}\n`);
    const again = await server.run(['accept'], { env, input: mail });
    expect(again.code).toBe(4);
    expect(again.stderr).toContain('was answered on');
    const listed = await server.run(['list', '--json'], { env });
    expect(JSON.parse(listed.stdout)).toMatchObject({ requests: [] });
  });

  test('has a key that no command prints', async ({ server }) => {
    const env = server.fileStore;
    const asked = await server.run(['request', 'freshservice', '--json'], { env });
    const { request } = JSON.parse(asked.stdout) as { request: { name: string; file: string } };
    for (const args of [
      ['token', request.name],
      ['exec', request.name, '--', 'env'],
      ['rotate', request.name],
      ['move', request.name, '--store', 'file'],
    ]) {
      const result = await server.run(args, { env });
      expect(result.code).toBe(2);
      expect(result.stdout).not.toContain('AGE-SECRET-KEY');
    }
    expect((await server.run(['remove', request.name], { env })).code).toBe(0);
    const html = await readFile(pathOf(server, request.file), 'utf8');
    expect(html).not.toContain('AGE-SECRET-KEY');
  });
});

describe('an answer', () => {
  test('is checked for the needs of --need instead of those of the request', async ({
    server,
    world,
  }) => {
    world.serve(providers({ denied: ['/api/v2/tickets'] }));
    const env = server.fileStore;
    const { seal } = await requested(server, env, ['--need', 'assets.read']);
    const input = await seal(SECRETS.apiKey);
    const accepted = await server.run(['accept', '--need', 'tickets.read', '--json'], {
      env,
      input,
    });
    expect(accepted.code).toBe(5);
    expect(onlyConnection(accepted).capabilities).toMatchObject([
      { id: 'tickets.read', granted: false },
    ]);
  });

  test('is refused with 2 before anything is sent if --need names no capability', async ({
    server,
    world,
  }) => {
    const env = server.fileStore;
    const { seal } = await requested(server, env);
    const input = await seal(SECRETS.apiKey);
    const accepted = await server.run(['accept', '--need', 'no.such', '--json'], { env, input });
    expect(accepted.code).toBe(2);
    expect(documentOf(accepted).error?.nextStep).toContain('tickets.read');
    expect(world.requests.some(({ authorization }) => authorization !== undefined)).toBe(false);
  });

  test('is refused with 2 if it is given as a secret, with a hint to accept', async ({
    server,
    world,
  }) => {
    const env = server.fileStore;
    const { seal } = await requested(server, env);
    const sealed = await seal(SECRETS.apiKey);
    const file = await server.file('answer.txt', sealed);
    const connect = ['freshservice', '--domain', 'acme'];
    const before = world.requests.length;
    for (const result of [
      await server.run([...connect, '--api-key-file', file], { env }),
      await server.run([...connect, '--api-key-stdin'], { env, input: sealed }),
      await server.run([...connect, '--api-key-stdin'], {
        env,
        input: sealed.trim().replaceAll('\n', ' '),
      }),
      await server.run(connect, { env: { ...env, FRESHSERVICE_API_KEY: sealed } }),
    ]) {
      expect(result.code).toBe(2);
      expect(result.stderr).toContain('a sealed answer');
      expect(result.stderr).toContain('connect-wizard accept');
      expect(result.stderr).not.toContain(sealed.split('\n')[3]);
    }
    expect(world.requests).toHaveLength(before);
    const listed = await server.run(['list', '--json'], { env });
    expect(JSON.parse(listed.stdout)).toMatchObject({ connections: [] });
  });
});

const MODES = [
  { mode: 'on a screen', more: {} },
  { mode: 'line by line', more: { CONNECT_WIZARD_ACCESSIBLE: '1' } },
];

describe('a waiting request', () => {
  test('is mentioned to a script that needs the same account, and no other', async ({ server }) => {
    const env = server.fileStore;
    const { name } = await requested(server, env);
    const same = await server.run(['freshservice', '--domain', 'acme'], { env });
    expect(same.code).toBe(2);
    expect(same.stderr).toContain(`Once the answer to ${name} is here:`);
    const other = await server.run(['freshservice', '--domain', 'beta'], { env });
    expect(other.code).toBe(2);
    expect(other.stderr).not.toContain(name);
  });

  test('is mentioned by a rotation', async ({ server }) => {
    const env = server.fileStore;
    expect((await server.run([...FRESHSERVICE], { env, ...KEY })).code).toBe(0);
    const asked = await server.run(['request', 'freshservice/acme'], { env });
    const [name = ''] = /request\/[a-z2-7]{8}/u.exec(asked.stdout) ?? [];
    const pty = server.pty(['rotate', 'freshservice/acme'], { env });
    await pty.waitFor(`${name} for acme.freshservice.com has waited for an answer since`);
    await pty.waitFor(choiceOf('What do you see?'));
    pty.key('ctrl-c');
    expect(await pty.end()).toBe(130);
  });
});

describe('the wizard', () => {
  for (const { mode, more } of MODES) {
    test(`makes a request, and takes its answer instead of the secret, ${mode}`, async ({
      server,
    }) => {
      const env = { ...server.fileStore, ...more };
      const first = server.pty(['freshservice'], { env });
      await answer(first, ASKS.domain, 'acme');
      await choose(first, 'What do you see?', 'Ask somebody else for it');
      await answer(first, /Who asks\?.*: ?$/u, 'Ines Okafor, IT');
      await first.waitFor('Your place is saved');
      expect(await first.end()).toBe(130);
      const [, file = ''] =
        /(connect-wizard-freshservice-[a-z2-7]{8}\.html)/u.exec(
          first.screen().replaceAll(/\n */gu, ''),
        ) ?? [];
      const sealed = await sealedInBrowser(pathOf(server, file), SECRETS.apiKey);

      const second = server.pty(['freshservice'], { env });
      await second.waitFor('has waited for an answer since');
      await choose(second, 'Continue?', 'Continue');
      await giveSecret(second, ASKS.apiKey, sealed.trimEnd());
      await second.waitFor('Connected');
      expect(await second.end()).toBe(0);
      expect(second.raw()).not.toContain(SECRETS.apiKey);
      expect(second.raw()).not.toContain(sealed.split('\n')[3]);
      const token = await server.run(['token', 'freshservice/acme'], { env });
      expect(token.stdout).toBe(`${SECRETS.apiKey}\n`);
    });
  }
});

describe('--web', () => {
  test('prints the verdict and never the secret without a terminal', async ({ server }) => {
    const env = { ...server.fileStore, BROWSER: 'none' };
    const running = server.start(
      'connect-wizard',
      ['freshservice', '--domain', 'acme', '--web', '--json'],
      { env },
    );
    const address = await new Promise<string>((resolve) => {
      let text = '';
      running.child.stderr?.on('data', (chunk: Buffer) => {
        text += String(chunk);
        const found = /^http:\/\/127\.0\.0\.1:\d+\/[\da-f]{32}$/mu.exec(text);
        if (found) resolve(found[0]);
      });
    });
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(address);
    await page.getByLabel('API key', { exact: true }).fill('wrong-Key-0123456789');
    await page.getByRole('button', { name: 'Check and save' }).click();
    await page.getByText('refused the API key').waitFor();
    await page.getByLabel('API key', { exact: true }).fill(SECRETS.apiKey);
    await page.getByRole('button', { name: 'Check and save' }).click();
    await page.getByText('You can close this window.').waitFor();
    const result = await running.ended;
    await context.close();
    expect(onlyConnection(result)).toMatchObject({ verdict: 'valid', stored: true });
    expect(`${result.stdout}${result.stderr}`).not.toContain(SECRETS.apiKey);
    await expect(fetch(address)).rejects.toThrow('fetch failed');
  });

  test('exits with 2 together with --no-input', async ({ server }) => {
    const result = await server.run(['freshservice', '--domain', 'acme', '--web', '--no-input']);
    expect(result.code).toBe(2);
  });
});

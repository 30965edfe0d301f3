/* oxlint-disable vitest/no-standalone-expect -- the rule does not know Vitest's test by another import */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { onlyConnection, SECRETS, type Machine } from './machine.js';
import { test } from './fixtures.js';

const STORE = { CONNECT_WIZARD_STORE: 'file', CONNECT_WIZARD_PASSPHRASE_FILE: '' };

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function withFileStore(machine: Machine): Promise<typeof STORE> {
  return {
    ...STORE,
    CONNECT_WIZARD_PASSPHRASE_FILE: await machine.file('passphrase.txt', 'a-long-passphrase-1'),
  };
}

describe('a sealed request, the whole way there and back', () => {
  test('the page seals what the machine opens, proves and stores', async ({ server, world }) => {
    const env = await withFileStore(server);
    const asked = await server.run(
      ['request', 'freshservice', '--domain', 'acme', '--from', 'Ines', '--json'],
      { env },
    );
    expect(asked.code).toBe(0);
    const { request } = JSON.parse(asked.stdout) as { request: { name: string; file: string } };
    expect(world.requests.some(({ authorization }) => authorization !== undefined)).toBe(false);

    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`file://${join(server.folder, '.own', request.file)}`);
    await page.getByLabel('API key', { exact: true }).fill(SECRETS.apiKey);
    await page.getByRole('button', { name: 'Seal' }).click();
    const sealed = await page.getByLabel('Sealed answer').inputValue();
    await context.close();

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

  test('its key is given out by no command', async ({ server }) => {
    const env = await withFileStore(server);
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
    const html = await readFile(join(server.folder, '.own', request.file), 'utf8');
    expect(html).not.toContain('AGE-SECRET-KEY');
  });
});

describe('--web', () => {
  test('a program without a terminal gets the verdict, and never the secret', async ({
    server,
  }) => {
    const env = { ...(await withFileStore(server)), BROWSER: 'none' };
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

  test('and --no-input exclude each other: exit code 2', async ({ server }) => {
    const result = await server.run(['freshservice', '--domain', 'acme', '--web', '--no-input']);
    expect(result.code).toBe(2);
  });
});

import { chmod, cp, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Decrypter } from 'age-encryption';
import { describe, expect } from 'vitest';
import { FRESHSERVICE_ITEM, providers, test } from './fixtures.js';
import { documentOf, SECRETS, type Machine } from './machine.js';
import { choiceOf, choose } from './person.js';

/**
 * A home written by the last version whose items have no names: two connections in the file store,
 * and a place saved at the message to an admin. Its secrets are those of the fake providers.
 */
const HOME = fileURLToPath(new URL('earlier-home/', import.meta.url));
const UNLOCKED = { CONNECT_WIZARD_PASSPHRASE: 'four quiet old words' };

async function moveIn({ records }: Machine): Promise<string> {
  const home = dirname(records);
  await cp(HOME, home, { recursive: true });
  // Git does not keep these modes.
  for (const entry of await readdir(home, { recursive: true, withFileTypes: true })) {
    await chmod(join(entry.parentPath, entry.name), entry.isFile() ? 0o600 : 0o700);
  }
  await chmod(home, 0o700);
  return home;
}

async function itemIn(home: string, name: string): Promise<string> {
  const open = async (file: string, key: { passphrase?: string; identity?: string }) => {
    const decrypter = new Decrypter();
    if (key.passphrase !== undefined) decrypter.addPassphrase(key.passphrase);
    if (key.identity !== undefined) decrypter.addIdentity(key.identity);
    return decrypter.decrypt(await readFile(join(home, file)), 'text');
  };
  const passphrase = UNLOCKED.CONNECT_WIZARD_PASSPHRASE;
  const identity = /AGE-SECRET-KEY-\S+/u.exec(await open('identity.age', { passphrase }))?.[0];
  return open(`secrets/${encodeURIComponent(name)}.age`, { identity: identity ?? '' });
}

describe('a home written by an earlier version', () => {
  test('can be listed, checked and handed over, and is rewritten at the next save', async ({
    server,
    world,
  }) => {
    const home = await moveIn(server);
    const listed = documentOf(await server.run(['list', '--json']));
    expect(listed.connections?.map(({ name }) => name)).toEqual([
      'freshservice/acme',
      'gladly/acme.us-1',
    ]);
    const checked = documentOf(await server.run(['check', '--json'], { env: UNLOCKED }));
    expect(checked.connections?.map(({ verdict }) => verdict)).toEqual(['valid', 'valid']);
    const printed = await server.run(['token', 'gladly/acme.us-1'], { env: UNLOCKED });
    expect(printed).toMatchObject({ code: 0, stdout: `${SECRETS.token}\n`, stderr: '' });

    const name = 'freshservice/acme';
    expect(JSON.parse(await itemIn(home, name))).toMatchObject({ v: 1 });
    world.serve(providers({ apiKey: 'fs-KEY-after-the-update1' }));
    const rotated = await server.run(['rotate', name, '--api-key-stdin'], {
      env: UNLOCKED,
      input: 'fs-KEY-after-the-update1\n',
    });
    expect(rotated.code).toBe(0);
    expect(await itemIn(home, name)).toBe(
      FRESHSERVICE_ITEM.replace(SECRETS.apiKey, 'fs-KEY-after-the-update1'),
    );
    expect(await server.record(name)).toMatchObject({ item: 2 });
  });

  test('has a saved place from which the wizard continues', async ({ server }) => {
    await moveIn(server);
    const pty = server.pty(['freshservice', '--store', 'file'], { env: UNLOCKED });
    await pty.waitFor(choiceOf('Continue?'));
    expect(pty.screen()).toMatch(/You stopped on 25 Nov, at "I am not an .*": Domain\s+acme\./u);
    pty.key('enter');
    await choose(pty, 'What do you want?', 'Replace its API key');
    // The guide opens where it was left, with what was filled in.
    await choose(pty, 'What now?', 'Write to an Account Admin: enable the key');
    await pty.waitFor('amy@acme.example');
    pty.key('ctrl-c');
    expect(await pty.end()).toBe(130);
  });
});

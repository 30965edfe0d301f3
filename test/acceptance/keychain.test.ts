/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { describeWith } from '../support/real-parts.js';
import { KEYRING_PROGRAMS, startBus, startSecretService } from '../support/secret-service.js';
import { expectNoStack, onlyConnection, SECRETS, type Machine } from './machine.js';
import { FRESHSERVICE, FRESHSERVICE_ITEM, KEY, providers, test } from './fixtures.js';

interface State {
  readonly name: string;
  readonly reason: string;
  /** A part of the explanation. */
  readonly says: RegExp;
  /** Prepares the state, and returns the variables that lead to it. */
  readonly env: (machine: Machine) => Promise<Readonly<Record<string, string>>>;
}

const NO_BUS = { DBUS_SESSION_BUS_ADDRESS: '', XDG_RUNTIME_DIR: '' };

const STATES: readonly State[] = [
  {
    name: 'no session bus',
    reason: 'store-unavailable',
    says: /no session bus.*--store none/su,
    env: async () => NO_BUS,
  },
  {
    name: 'a runtime folder without a bus in it',
    reason: 'store-unavailable',
    says: /no session bus/u,
    env: async ({ folder }) => ({ ...NO_BUS, XDG_RUNTIME_DIR: folder }),
  },
  {
    name: 'an address without a bus',
    reason: 'store-unavailable',
    says: /no session bus/u,
    env: async ({ folder }) => ({
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(folder, 'gone')}`,
    }),
  },
  {
    name: 'a bus without a keyring',
    reason: 'store-unavailable',
    says: /no Secret Service.*gnome-keyring/su,
    async env() {
      const bus = await startBus();
      onTestFinished(() => bus.close());
      return bus.env;
    },
  },
  {
    name: 'a keyring that was never unlocked',
    reason: 'store-unavailable',
    says: /never unlocked/u,
    async env() {
      const keyring = await startSecretService({ unlocked: false });
      onTestFinished(() => keyring.close());
      return keyring.env;
    },
  },
  {
    name: 'a bus that accepts calls and never answers',
    reason: 'store-timeout',
    says: /did not answer.*3 s/su,
    async env({ folder }) {
      const path = join(folder, '.own', 'silent');
      const sockets = new Set<Socket>();
      const server = createServer((socket) => sockets.add(socket.on('error', () => {})));
      await new Promise<void>((done) => server.listen(path, done));
      onTestFinished(() => {
        for (const socket of sockets) socket.destroy();
        server.close();
      });
      return { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` };
    },
  },
];

describeWith(KEYRING_PROGRAMS, 'a keychain', () => {
  for (const { name, reason, says, env: prepare } of STATES) {
    test(`saves and loses nothing, with reason ${reason}, if there is ${name}`, async ({
      machine,
      keyring,
      world,
    }) => {
      const env = await prepare(machine);
      const [text, document] = await Promise.all([
        machine.run(FRESHSERVICE, { ...KEY, env }),
        machine.run([...FRESHSERVICE, '--json'], { ...KEY, env }),
      ]);
      expect(text).toMatchObject({ code: 7, stdout: '' });
      expect(text.stderr).toMatch(says);
      expect(text.stderr).toContain(`No credential was saved. (${reason})`);
      expect(document.code).toBe(7);
      expect(onlyConnection(document)).toMatchObject({
        name: 'freshservice/acme',
        verdict: 'store-error',
        reason,
        stored: false,
        store: { kind: 'keychain', backend: 'Secret Service' },
      });
      for (const result of [text, document]) {
        expectNoStack(result);
        expect(result.stdout + result.stderr).not.toContain(SECRETS.apiKey);
      }
      expect(await machine.files()).toEqual(new Map());
      // The keychain is tested before the credential is sent anywhere.
      expect(world.requests.map(({ authorization }) => authorization)).toEqual([
        undefined,
        undefined,
      ]);

      // An existing connection is neither lost nor called bad.
      await machine.run(FRESHSERVICE, KEY);
      const record = await machine.record('freshservice/acme');
      const results = await Promise.all(
        [['check'], ['remove', 'freshservice']].map((args) =>
          machine.run([...args, '--json'], { env }),
        ),
      );
      for (const result of results) {
        expect(result.code).toBe(7);
        expect(onlyConnection(result)).toMatchObject({ reason, stored: true });
      }
      expect(await machine.record('freshservice/acme')).toEqual(record);
      expect(await keyring.lookup('freshservice/acme')).toBe(FRESHSERVICE_ITEM);
    });
  }

  test('keeps the record, with reason store-locked, if it is locked', async ({
    machine,
    keyring,
  }) => {
    await machine.run(FRESHSERVICE, KEY);
    const record = await machine.record('freshservice/acme');
    await keyring.lock();

    const commands = [FRESHSERVICE, ['check'], ['remove', 'freshservice'], GONE];
    for (const args of commands) {
      const result = await machine.run([...args, '--json'], KEY);
      expect(result.code, args.join(' ')).toBe(7);
      expect(onlyConnection(result)).toMatchObject({ reason: 'store-locked' });
      expect(onlyConnection(result).nextStep).toContain('Unlock');
    }
    expect(await machine.recordNames()).toEqual(['freshservice/acme']);
    expect(await machine.record('freshservice/acme')).toEqual(record);
  });

  test('is store-timeout if it hangs, and nothing is lost once it answers again', async ({
    machine,
    keyring,
  }) => {
    await machine.run(FRESHSERVICE, KEY);
    const record = await machine.record('freshservice/acme');
    keyring.freeze();
    const results = await Promise.all(
      [FRESHSERVICE, ['check'], ['remove', 'freshservice']].map((args) =>
        machine.run([...args, '--json'], KEY),
      ),
    );
    keyring.thaw();
    for (const result of results) {
      expect(result.code).toBe(7);
      expect(onlyConnection(result)).toMatchObject({ reason: 'store-timeout' });
    }
    expect(await machine.record('freshservice/acme')).toEqual(record);
    expect((await machine.run(['check'])).code).toBe(0);
  });

  test('gets its old secret back if the record cannot be written', async ({
    machine,
    keyring,
    world,
  }) => {
    await machine.run(FRESHSERVICE, KEY);
    world.serve(providers({ apiKey: 'fs-KEY-the-new-one' }));
    // No rename can replace a folder that isn't empty, not even root's.
    const name = 'in/the/way';
    await machine.shell(`mkdir -p '${machine.records}/${encodeURIComponent(name)}.json/x'`);
    const result = await machine.run([...FRESHSERVICE, '--name', name, '--json'], {
      input: 'fs-KEY-the-new-one',
    });
    expect(result.code).toBe(7);
    expectNoStack(result);
    expect(await keyring.accounts()).toEqual(['freshservice/acme']);
    expect(await keyring.lookup('freshservice/acme')).toBe(FRESHSERVICE_ITEM);
  });

  test('returns a key with every kind of character unchanged', async ({
    machine,
    keyring,
    world,
  }) => {
    const odd = 'ä"\\\'$`{}:€😀 x%20&<>';
    world.serve(providers({ apiKey: odd }));
    const result = await machine.run([...FRESHSERVICE, '--json'], { input: `${odd}\n` });
    expect(result.code).toBe(0);
    const item = JSON.parse((await keyring.lookup('freshservice/acme')) ?? '') as {
      fields: { apiKey: string };
    };
    expect(item.fields.apiKey).toBe(odd);
    expect((await machine.run(['check'])).code).toBe(0);
  });
});

/** A connection that is not stored yet. */
const GONE = [...FRESHSERVICE, '--name', 'another'];

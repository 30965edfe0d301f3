/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { json } from '../support/fake-providers.js';
import { describeWith } from '../support/real-parts.js';
import { KEYRING_PROGRAMS } from '../support/secret-service.js';
import { PROGRAM } from '../support/run.js';
import { documentOf, expectNoStack, modeOf, onlyConnection, SECRETS } from './machine.js';
import {
  EMAIL,
  FRESHSERVICE,
  FRESHSERVICE_ITEM,
  GLADLY,
  GLADLY_ITEM,
  KEY,
  TOKEN,
  providers,
  silent,
  test,
} from './fixtures.js';

describeWith(KEYRING_PROGRAMS, 'a script that connects', () => {
  test('connects Freshservice with flags and a key on stdin that has a Windows line ending', async ({
    machine,
    keyring,
    world,
  }) => {
    const result = await machine.run(FRESHSERVICE, { input: `${SECRETS.apiKey}\r\n` });

    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toContain('Connected freshservice/acme');
    expect(result.stdout).toContain('Ines Okafor <ines.okafor@acme.example>');
    expect(result.stdout).not.toContain(SECRETS.apiKey);
    expect(await keyring.lookup('freshservice/acme')).toBe(FRESHSERVICE_ITEM);
    expect(await keyring.accounts()).toEqual(['freshservice/acme']);
    expect(await machine.record('freshservice/acme')).toMatchObject({
      v: 1,
      name: 'freshservice/acme',
      host: 'acme.freshservice.com',
      fields: { domain: 'acme' },
      store: 'keychain',
      reason: 'ok',
    });
    // The first request has no secret, since the host isn't known to be the provider's yet.
    expect(world.requests[0]?.authorization).toBeUndefined();
    expect(world.requests.at(-1)?.authorization).toMatch(/^Basic /u);
  });

  test('connects Gladly with variables only and names them on stderr', async ({
    machine,
    keyring,
  }) => {
    const result = await machine.run(['gladly'], {
      env: {
        GLADLY_SLUG: 'https://acme.us-1.gladly.com/inbox?view=1',
        GLADLY_EMAIL: EMAIL,
        GLADLY_TOKEN: SECRETS.token,
      },
    });

    expect(result.code).toBe(0);
    expect(result.stderr).toBe('From the environment: GLADLY_SLUG, GLADLY_EMAIL, GLADLY_TOKEN.\n');
    expect(await keyring.lookup('gladly/acme.us-1')).toBe(GLADLY_ITEM);
  });

  test('finds the region of a bare Gladly slug and stores it', async ({ machine, keyring }) => {
    const result = await machine.run([...GLADLY, '--json'], TOKEN);

    const connection = onlyConnection(result);
    expect(connection).toMatchObject({
      name: 'gladly/acme.us-1',
      provider: 'gladly',
      host: 'acme.us-1.gladly.com',
      fields: { slug: 'acme.us-1', email: EMAIL },
      identity: { label: `Amy Agent <${EMAIL}>` },
      verdict: 'valid',
      reason: 'ok',
      httpStatus: 200,
      nextStep: null,
      store: { kind: 'keychain', backend: 'Secret Service', persistent: true },
      stored: true,
    });
    expect(connection.ladder.map(({ rung }) => rung)).toEqual([
      'name',
      'tls',
      'provider',
      'credential',
    ]);
    expect(result.stdout).not.toContain(SECRETS.token);
    expect(await keyring.lookup('gladly/acme.us-1')).toBe(GLADLY_ITEM);
  });

  test('reads the key from a file with a BOM, a named pipe or a process substitution', async ({
    machine,
    keyring,
  }) => {
    const file = await machine.file('key.txt', `\uFEFF${SECRETS.apiKey}\n`);
    const ways = [
      `connect-wizard freshservice --domain acme --api-key-file '${file}'`,
      `mkfifo pipe && { printf '%s\\n' "$KEY" > pipe & } && connect-wizard freshservice --domain acme --api-key-file pipe`,
      `connect-wizard freshservice --domain acme --api-key-file <(printf %s "$KEY")`,
      `sleep 0.5 | connect-wizard freshservice --domain acme --api-key-file <(sleep 0.3; printf %s "$KEY")`,
    ];
    for (const way of ways) {
      const result = await machine.shell(way, { env: { KEY: SECRETS.apiKey } });
      expect(result, way).toMatchObject({ code: 0, stderr: '' });
      expect(await keyring.lookup('freshservice/acme')).toBe(FRESHSERVICE_ITEM);
      await keyring.drop('freshservice/acme');
    }
  });

  test('prefers a flag to its variable unless the flag is empty', async ({ machine, keyring }) => {
    const env = { FRESHSERVICE_DOMAIN: 'beta', FRESHSERVICE_API_KEY: SECRETS.apiKey };

    const flagged = await machine.run(['freshservice', '--domain', 'acme'], { env });
    expect(flagged).toMatchObject({
      code: 0,
      stderr: 'From the environment: FRESHSERVICE_API_KEY.\n',
    });
    expect((await machine.run(['freshservice', '--domain', ''], { env })).code).toBe(0);
    expect(await keyring.accounts()).toEqual(['freshservice/acme', 'freshservice/beta']);
  });

  test('keeps records private under a lax umask', async ({ machine }) => {
    await machine.shell(`umask 000; printf %s "$KEY" | connect-wizard ${FRESHSERVICE.join(' ')}`, {
      env: { KEY: SECRETS.apiKey },
    });
    expect(await modeOf(machine.records)).toBe('700');
    expect(await modeOf(join(machine.records, '..'))).toBe('700');
    expect(await modeOf(join(machine.records, 'freshservice%2Facme.json'))).toBe('600');
  });

  test('loses nothing if it runs several times at once', async ({ machine, keyring }) => {
    const names = ['one', 'two', 'three', 'four'];
    const results = await Promise.all(
      names.map((name) => machine.run([...FRESHSERVICE, '--name', name, '--quiet'], KEY)),
    );
    expect(results.map(({ code, stdout, stderr }) => ({ code, stdout, stderr }))).toEqual(
      names.map(() => ({ code: 0, stdout: '', stderr: '' })),
    );
    expect(await machine.recordNames()).toEqual(names.toSorted());
    expect(await keyring.accounts()).toEqual(names.toSorted());
  });
});

describeWith(KEYRING_PROGRAMS, 'a command about connections', () => {
  test('has the same result in text and in JSON', async ({ machine, keyring }) => {
    await machine.run(FRESHSERVICE, KEY);
    const both = async (...args: string[]) => {
      const [text, document] = [await machine.run(args), await machine.run([...args, '--json'])];
      expect(document.code).toBe(text.code);
      expect(document.stderr).toBe('');
      for (const { stdout } of [text, document]) expect(stdout).not.toContain(SECRETS.apiKey);
      return { text, document };
    };
    const { text: checked, document } = await both('check');
    expect(checked).toMatchObject({ code: 0, stderr: '' });
    expect(checked.stdout).toMatch(/^✓ freshservice\/acme +valid +Ines Okafor/u);
    expect(documentOf(document).command).toBe('check');
    expect(onlyConnection(document)).toMatchObject({ verdict: 'valid', stored: true });

    const { text: status } = await both('status', 'freshservice');
    expect(status.stdout).toBe(checked.stdout);

    const { text: listed, document: list } = await both('list');
    expect(listed.stdout).toMatch(
      /✓ freshservice\/acme +valid +(?:just now|\d+ min ago)\n\n +All in Secret Service\./u,
    );
    expect(documentOf(list).command).toBe('list');
    expect(onlyConnection(list)).toMatchObject({
      name: 'freshservice/acme',
      reason: 'ok',
      stored: true,
    });

    const removed = await machine.run(['remove', 'freshservice/acme', '--json']);
    expect(onlyConnection(removed)).toMatchObject({ name: 'freshservice/acme', stored: false });
    expect(await keyring.accounts()).toEqual([]);
    expect(await machine.recordNames()).toEqual([]);

    const { text: again, document: gone } = await both('remove', 'freshservice/acme');
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(onlyConnection(gone)).toMatchObject({ name: 'freshservice/acme', stored: false });
  });

  test('exits with 0 if nothing is stored, except check, which exits with 4', async ({
    machine,
  }) => {
    const checked = await machine.run(['check']);
    expect(checked).toMatchObject({ code: 4, stdout: '' });
    expect(checked.stderr).toContain('What can be connected: connect-wizard providers');
    const document = await machine.run(['check', '--json']);
    expect(documentOf(document)).toMatchObject({ connections: [], exitCode: 4 });

    const named = await machine.run(['check', 'freshservice/acme', '--json']);
    expect(named.code).toBe(4);
    expect(onlyConnection(named)).toMatchObject({ verdict: 'missing', reason: 'not-stored' });

    expect((await machine.run(['list'])).code).toBe(0);
    expect(documentOf(await machine.run(['list', '--json']))).toMatchObject({ connections: [] });
    expect((await machine.run(['remove', 'freshservice'])).code).toBe(0);
  });

  test('prints nothing with --quiet if all is well, and everything if not', async ({
    machine,
    world,
  }) => {
    const quiet = { code: 0, stdout: '', stderr: '' };
    expect(await machine.run([...FRESHSERVICE, '--quiet'], KEY)).toMatchObject(quiet);
    expect(await machine.run(['check', '--quiet'])).toMatchObject(quiet);
    expect(await machine.run(['check', '--quiet', '--json'])).toMatchObject(quiet);

    world.serve(providers({ apiKey: 'another key' }));
    const bad = await machine.run(['check', '--quiet']);
    expect(bad.code).toBe(3);
    expect(bad.stdout).toContain('bad-credential');
    const document = await machine.run(['check', '--quiet', '--json']);
    expect(onlyConnection(document)).toMatchObject({ verdict: 'rejected' });
    expect(document.code).toBe(3);

    world.serve(providers());
    expect(await machine.run(['remove', 'freshservice', '--quiet'])).toMatchObject(quiet);
  });

  test('exits with 4 if the secret was deleted elsewhere, and keeps the record', async ({
    machine,
    keyring,
  }) => {
    await machine.run(FRESHSERVICE, KEY);
    await keyring.drop('freshservice/acme');

    const checked = await machine.run(['check', '--json']);
    expect(checked.code).toBe(4);
    expect(onlyConnection(checked)).toMatchObject({ verdict: 'missing', reason: 'secret-lost' });
    expect(await machine.recordNames()).toEqual(['freshservice/acme']);
    expect((await machine.run(FRESHSERVICE, KEY)).code).toBe(0);
    expect((await machine.run(['check'])).code).toBe(0);
  });

  test('checks the stored key and not the one in the environment', async ({ machine, world }) => {
    await machine.run(FRESHSERVICE, KEY);
    world.serve(providers({ apiKey: 'the key of the environment' }));
    const checked = await machine.run(['check'], {
      env: { FRESHSERVICE_API_KEY: 'the key of the environment' },
    });
    expect(checked.code).toBe(3);
  });

  test('exits with the code of the worst of several connections', async ({ machine, world }) => {
    await machine.run(FRESHSERVICE, KEY);
    await machine.run(GLADLY, TOKEN);
    world.serve(providers({}, { token: 'another token' }));

    const checked = await machine.run(['check', '--json']);
    expect(checked.code).toBe(3);
    expect(
      documentOf(checked).connections?.map(({ name, verdict }) => ({ name, verdict })),
    ).toEqual([
      { name: 'freshservice/acme', verdict: 'valid' },
      { name: 'gladly/acme.us-1', verdict: 'rejected' },
    ]);
    expect((await machine.run(['check'])).code).toBe(3);
    expect((await machine.run(['check', 'freshservice'])).code).toBe(0);
    expect((await machine.run(['check', 'glad'])).code).toBe(3);
    expect((await machine.run(['check', 'freshservice/acme', 'nobody'])).code).toBe(4);
  });
});

describeWith(KEYRING_PROGRAMS, 'a name', () => {
  test('of a provider alone is ambiguous if it has two connections', async ({
    machine,
    keyring,
  }) => {
    await machine.run(FRESHSERVICE, KEY);
    await machine.run(['freshservice', '--domain', 'beta', '--api-key-stdin'], KEY);
    expect(await machine.recordNames()).toEqual(['freshservice/acme', 'freshservice/beta']);

    const ambiguous = await machine.run(['remove', 'freshservice', '--json']);
    expect(ambiguous.code).toBe(2);
    expect(documentOf(ambiguous).error?.nextStep).toContain('freshservice/beta');
    expect(await keyring.accounts()).toHaveLength(2);

    const partly = await machine.run(['remove', 'freshservice/acme', 'freshservice', '--json']);
    expect(partly.code, 'all names are understood before anything is deleted').toBe(2);
    expect(await keyring.accounts()).toHaveLength(2);
  });

  test('is taken from --name, and is wrong usage if its form is wrong', async ({
    machine,
    keyring,
  }) => {
    expect((await machine.run([...FRESHSERVICE, '--name', 'work/desk-1'], KEY)).code).toBe(0);
    expect(await keyring.accounts()).toEqual(['work/desk-1']);
    for (const name of ['../up', 'freshservice', '', 'x'.repeat(101)]) {
      const result = await machine.run([...FRESHSERVICE, '--json', '--name', name], KEY);
      expect(result.code, name).toBe(2);
      expect(documentOf(result).error?.code).toBe('usage');
    }
    expect(await machine.recordNames()).toEqual(['work/desk-1']);
  });

  test('that is taken is refused with 2, and needs --replace to point elsewhere', async ({
    machine,
    keyring,
  }) => {
    await machine.run([...FRESHSERVICE, '--name', 'desk'], KEY);
    const before = await machine.record('desk');
    const other = ['freshservice', '--domain', 'beta', '--api-key-stdin', '--name', 'desk'];

    const taken = await machine.run([...other, '--json'], KEY);
    expect(taken.code).toBe(2);
    expect(documentOf(taken).error?.code).toBe('name-taken');
    expect(await machine.record('desk')).toEqual(before);
    expect(await keyring.lookup('desk')).toBe(
      FRESHSERVICE_ITEM.replace('"freshservice/acme"', '"desk"'),
    );

    expect((await machine.run([...other, '--replace'], KEY)).code).toBe(0);
    expect(await machine.record('desk')).toMatchObject({ host: 'beta.freshservice.com' });
    expect(await keyring.lookup('desk')).toContain('"host":"beta.freshservice.com"');
  });

  test('gets a new key of the same agent without --replace, but not one of another agent', async ({
    machine,
    keyring,
    world,
  }) => {
    await machine.run(FRESHSERVICE, KEY);
    world.serve(providers({ apiKey: 'fs-KEY-after-a-reset' }));
    const same = await machine.run(FRESHSERVICE, { input: 'fs-KEY-after-a-reset' });
    expect(same.code).toBe(0);
    const kept = await keyring.lookup('freshservice/acme');
    expect(kept).toContain('fs-KEY-after-a-reset');

    const agent = { id: 4711, first_name: 'Otto', last_name: 'Other', email: 'o@acme.example' };
    const acme = providers({ apiKey: 'fs-KEY-of-otto' });
    world.serve((request) =>
      request.path === '/api/v2/agents/me' && request.authorization !== undefined
        ? json(200, { agent }, { 'x-freshservice-api-version': 'latest=v2' })
        : acme(request),
    );
    const taken = await machine.run([...FRESHSERVICE, '--json'], { input: 'fs-KEY-of-otto' });
    expect(taken.code).toBe(2);
    expect(documentOf(taken).error).toMatchObject({ code: 'name-taken' });
    expect(taken.stdout).not.toContain('fs-KEY-of-otto');
    expect(await keyring.lookup('freshservice/acme')).toBe(kept);
  });

  test('that is taken by another e-mail of Gladly belongs to another account', async ({
    machine,
    keyring,
    world,
  }) => {
    await machine.run(GLADLY, TOKEN);
    world.serve(providers({}, { email: 'bob@acme.example' }));
    const args = ['gladly', '--slug', 'acme', '--email', 'bob@acme.example', '--token-stdin'];
    const taken = await machine.run([...args, '--json'], TOKEN);
    expect(taken.code).toBe(2);
    expect(documentOf(taken).error).toMatchObject({ code: 'name-taken' });
    expect(await keyring.lookup('gladly/acme.us-1')).toBe(GLADLY_ITEM);
  });

  test("needs --replace if the keychain has another tenant's secret and no record", async ({
    machine,
    keyring,
  }) => {
    const foreign = FRESHSERVICE_ITEM.replaceAll('acme', 'beta');
    await keyring.put('freshservice/acme', foreign);
    const taken = await machine.run([...FRESHSERVICE, '--json'], KEY);
    expect(taken.code).toBe(2);
    expect(documentOf(taken).error?.code).toBe('name-taken');
    expect(await keyring.lookup('freshservice/acme')).toBe(foreign);
    expect(await machine.recordNames()).toEqual([]);

    expect((await machine.run([...FRESHSERVICE, '--replace'], KEY)).code).toBe(0);
    expect(await keyring.lookup('freshservice/acme')).toBe(FRESHSERVICE_ITEM);
  });

  for (const flags of [[], ['--replace']]) {
    test(`stays with its secret of a newer version: ${['connect', ...flags].join(' ')}`, async ({
      machine,
      keyring,
    }) => {
      const newer = FRESHSERVICE_ITEM.replace('"v":2', '"v":3');
      await keyring.put('freshservice/acme', newer);
      const result = await machine.run([...FRESHSERVICE, ...flags, '--json'], KEY);
      expect(result.code).toBe(7);
      expect(onlyConnection(result)).toMatchObject({ reason: 'store-corrupt', stored: false });
      expect(result.stdout).toContain('newer version');
      expect(await keyring.lookup('freshservice/acme')).toBe(newer);
      expect(await machine.recordNames()).toEqual([]);
    });
  }

  test('stays with its record of a newer version, which each command reports', async ({
    machine,
    keyring,
  }) => {
    await machine.run(FRESHSERVICE, KEY);
    const newer = { ...(await machine.record('freshservice/acme')), v: 2, shape: ['unknown'] };
    await writeFile(join(machine.records, 'freshservice%2Facme.json'), JSON.stringify(newer));

    for (const args of [
      FRESHSERVICE,
      [...FRESHSERVICE, '--replace'],
      ['check'],
      ['remove', 'freshservice/acme'],
      ['remove', 'freshservice'],
    ]) {
      const result = await machine.run([...args, '--json'], KEY);
      expect(result.code, args.join(' ')).toBe(7);
      expect(onlyConnection(result)).toMatchObject({ reason: 'store-corrupt' });
      expect(result.stdout).toContain('newer version');
      expectNoStack(result);
    }
    const listed = await machine.run(['list', '--json']);
    expect(listed.code).toBe(0);
    expect(onlyConnection(listed)).toMatchObject({ reason: 'store-corrupt' });
    expect(await machine.record('freshservice/acme')).toEqual(newer);
    expect(await keyring.lookup('freshservice/acme')).toBe(FRESHSERVICE_ITEM);
  });
});

describeWith(KEYRING_PROGRAMS, 'a connect', () => {
  test('stores a credential as unverified with --allow-unverified, until a check proves it', async ({
    machine,
    keyring,
    world,
  }) => {
    const acme = providers();
    world.serve((request) =>
      request.authorization === undefined ? acme(request) : { status: 503 },
    );
    const refused = await machine.run([...FRESHSERVICE, '--json'], KEY);
    expect(refused.code).toBe(6);
    expect(onlyConnection(refused)).toMatchObject({ reason: 'server-error', stored: false });
    expect(await keyring.accounts()).toEqual([]);

    const stored = await machine.run([...FRESHSERVICE, '--allow-unverified'], KEY);
    expect(stored.code).toBe(6);
    expect(stored.stdout).toContain('unverified');
    expect(await keyring.lookup('freshservice/acme')).toBe(FRESHSERVICE_ITEM);
    expect(await machine.record('freshservice/acme')).toMatchObject({ lastValidAt: null });
    expect((await machine.run(['list'])).stdout).toContain('unverified');
    expect((await machine.run(['check'])).code).toBe(6);

    world.serve(acme);
    expect((await machine.run(['check'])).code).toBe(0);
    expect((await machine.run(['list'])).stdout).not.toContain('unverified');
  });

  test('with --allow-unverified stores no rejected credential and replaces no proven one', async ({
    machine,
    keyring,
  }) => {
    const wrong = await machine.run([...FRESHSERVICE, '--allow-unverified'], { input: 'not it' });
    expect(wrong.code).toBe(3);
    expect(await keyring.accounts()).toEqual([]);

    await machine.run(FRESHSERVICE, KEY);
    const down = await machine.run([...FRESHSERVICE, '--allow-unverified', '--json'], {
      input: 'a newer key',
      env: { HTTPS_PROXY: 'http://127.0.0.1:1' },
    });
    expect(down.code).toBe(2);
    expect(documentOf(down).error?.code).toBe('name-taken');
    expect(await keyring.lookup('freshservice/acme')).toBe(FRESHSERVICE_ITEM);
  });

  test('exits with 5 if a need of --need is missing, and check remembers the needs', async ({
    machine,
    keyring,
    world,
  }) => {
    world.serve(providers({ denied: ['/api/v2/requesters'] }));
    const need = ['--need', 'tickets.read,requesters.read'];
    const limited = await machine.run([...FRESHSERVICE, ...need, '--json'], KEY);
    expect(limited.code).toBe(5);
    expect(onlyConnection(limited)).toMatchObject({
      verdict: 'limited',
      reason: 'missing-permission',
      stored: true,
      capabilities: [
        { id: 'tickets.read', granted: true },
        { id: 'requesters.read', granted: false },
      ],
    });
    expect(await keyring.lookup('freshservice/acme')).toBe(FRESHSERVICE_ITEM);
    const checked = await machine.run(['check']);
    expect(checked.code).toBe(5);
    expect(checked.stdout).toContain('requesters.read');
    expect(checked.stdout).not.toMatch(/invalid|expired/u);

    const many = 'tickets.read,agents.read,groups.read,requesters.read,assets.read';
    expect((await machine.run([...FRESHSERVICE, '--need', many], KEY)).code).toBe(2);
    expect((await machine.run([...FRESHSERVICE, '--need', 'fly'], KEY)).code).toBe(2);
  });

  test('checks the credential and stores nothing with --store none', async ({ server }) => {
    const args = [...FRESHSERVICE, '--store', 'none'];
    const result = await server.run([...args, '--json'], KEY);
    expect(result.code).toBe(0);
    expect(onlyConnection(result)).toMatchObject({ verdict: 'valid', stored: false, store: null });
    const byVariable = await server.run(FRESHSERVICE, {
      ...KEY,
      env: { CONNECT_WIZARD_STORE: 'none' },
    });
    expect(byVariable.code).toBe(0);
    expect(await server.files()).toEqual(new Map());
  });
});

describeWith(['bash'], 'a pipe', () => {
  for (const command of ['--help', 'list --json', 'freshservice --help', 'check --json']) {
    test(`that is closed at once makes connect-wizard ${command} end without a message`, async ({
      server,
    }) => {
      const result = await server.shell(
        `set -o pipefail; connect-wizard ${command} 2>err | true; echo "\${PIPESTATUS[0]}"; cat err >&2`,
      );
      expectNoStack(result);
      expect(result.stderr).toBe('');
      expect(result.stdout.trim()).toMatch(/^[04]$/u);
    });
  }

  test('into head -1 gets its line, and the rest is dropped without a message', async ({
    server,
  }) => {
    const result = await server.shell('set -o pipefail; connect-wizard --help | head -1');
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toContain('connect-wizard');
  });

  test('is not needed: closed standard streams cause no crash', async ({ server }) => {
    const result = await server.shell(
      'connect-wizard list <&- 2>err; echo "$?"; connect-wizard list >&-; echo "$?"; cat err >&2',
    );
    expect(result.stdout.trim().split('\n').at(-1)).toBe('0');
    expectNoStack(result);
  });
});

describe('a signal', () => {
  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 143],
  ] as const) {
    test(`ends the program with ${code} and nothing saved if it is ${signal} while the provider is silent`, async ({
      server,
      world,
    }) => {
      const asked = silent(world);
      const { child, ended } = server.start(
        process.execPath,
        [PROGRAM, ...FRESHSERVICE, '--store', 'none'],
        KEY,
      );
      await asked;
      child.kill(signal);
      const result = await ended;
      expect(result).toMatchObject({ code, signal: null, stdout: '' });
      expect(result.stderr).toBe('No credential was saved.\n');
      expect(await server.files()).toEqual(new Map());
    });
  }
});

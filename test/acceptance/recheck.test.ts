/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { EventEmitter, once } from 'node:events';
import { describe, expect, vi } from 'vitest';
import { json, type FakeRequest } from '../support/fake-providers.js';
import { oneLine, plain } from '../support/pty.js';
import { PROGRAM } from '../support/run.js';
import type { SlowProvider } from '../support/tls-world.js';
import { documentOf, onlyConnection, SECRETS, type Machine } from './machine.js';
import { ASKS, giveSecret, skipNeeds } from './person.js';
import { EMAIL, FRESHSERVICE, KEY, providers, test, TOKEN, type World } from './fixtures.js';

const PROOF = { 'x-freshservice-api-version': 'latest=v2; requested=v2' };

/** The usual providers, except that `host` answers requests with a credential this way. */
function except(host: string, answer: SlowProvider): SlowProvider {
  const asUsual = providers();
  return (request) =>
    request.host === host && request.authorization !== undefined
      ? answer(request)
      : asUsual(request);
}

const run = (server: Machine, args: readonly string[], env: Record<string, string> = {}) =>
  server.run(args, { env: { ...server.fileStore, ...env } });

async function connect(server: Machine, tenant: string, ...more: readonly string[]): Promise<void> {
  const args = ['freshservice', '--domain', tenant, '--api-key-stdin', ...more];
  const { code, stderr } = await server.run(args, { ...KEY, env: server.fileStore });
  expect([code, stderr]).toEqual([0, expect.any(String)]);
}

/** Connects two accounts and a Gladly organization, in turn, since the first one makes the store. */
async function connectAll(server: Machine): Promise<void> {
  for (const tenant of ['acme', 'beta']) await connect(server, tenant);
  const gladly = ['gladly', '--slug', 'acme.us-1', '--email', EMAIL, '--token-stdin'];
  expect((await server.run(gladly, { ...TOKEN, env: server.fileStore })).code).toBe(0);
}

/** The requests since `from`: the host, and whether it got a credential. */
const sent = ({ requests }: World, from: number): string[] =>
  requests
    .slice(from)
    .map(({ host, authorization }: FakeRequest) => `${host} ${authorization ? 'signed' : ''}`);

const OTHER_AGENT = {
  agent: { id: 77, first_name: 'Bo', last_name: 'Lind', email: 'bo.lind@acme.example' },
};

test('check shows each result on a terminal while it waits for the others', async ({
  server,
  world,
}) => {
  for (const tenant of ['acme', 'beta']) await connect(server, tenant);
  const asUsual = providers();
  let answerBeta: (() => void) | undefined;
  world.serve(
    except('beta.freshservice.com', (request) => {
      return new Promise((resolve) => {
        answerBeta = () => resolve(asUsual(request));
      });
    }),
  );
  const pty = server.pty(['check'], { env: { ...server.fileStore, LANG: 'C.UTF-8' } });
  await pty.waitFor(
    /✓ freshservice\/acme +valid +Ines Okafor.* 1 of 2[^;]*; waiting for freshservice\/beta ?$/u,
  );
  answerBeta?.();
  expect(await pty.end()).toBe(0);
  expect(pty.screen().split('\n')).toEqual([
    '✓ freshservice/acme  valid        Ines Okafor',
    '✓ freshservice/beta  valid        Ines Okafor',
    '',
    '2 checked: all work',
  ]);
});

describe('a second check', () => {
  test('makes one request with the credential if it still works', async ({ server, world }) => {
    await connect(server, 'acme');
    const before = world.requests.length;
    const result = await run(server, ['check', '--json']);
    expect(onlyConnection(result)).toMatchObject({ verdict: 'valid', changes: [] });
    expect(result.code).toBe(0);
    expect(sent(world, before)).toEqual(['acme.freshservice.com signed']);
  });

  test('exits with 3 if the key is rejected, and says until when it worked', async ({
    server,
    world,
  }) => {
    await connect(server, 'acme');
    const day = String((await server.record('freshservice/acme'))?.['lastValidAt']).slice(0, 10);
    expect(day).toMatch(/^\d{4}-\d\d-\d\d$/u);
    world.serve(providers({ apiKey: 'another-key-since' }));
    const document = await run(server, ['check', '--json']);
    const text = await run(server, ['check']);
    const connection = onlyConnection(document);
    expect(connection).toMatchObject({
      verdict: 'rejected',
      reason: 'bad-credential',
      httpStatus: 401,
      stored: true,
      identity: { label: 'Ines Okafor <ines.okafor@acme.example>' },
      changes: [],
    });
    expect(connection.message).toContain(`it worked until ${day}, so it was probably reset`);
    expect(connection.lastValidAt).toContain(day);
    expect([document.code, text.code]).toEqual([3, 3]);
    expect(text.stdout).toContain(connection.message);
    // The rungs are on one line.
    expect(text.stdout).toMatch(
      /^ {2}[✓+] name {2}[✓+] tls {2}[✓+] provider {2}[✗x] credential$/mu,
    );
    const listed = await run(server, ['list']);
    expect(listed.code).toBe(0);
    expect(listed.stdout).toContain('bad-credential');
    // The secret is kept, since the account may be repaired.
    world.serve(providers());
    expect((await run(server, ['check', '--quiet'])).code).toBe(0);
  });

  test('does not say that the key was reset if the provider gives no cause', async ({
    server,
    world,
  }) => {
    await connect(server, 'acme');
    world.serve(providers({ apiKey: 'another-key-since', wrongKeyStatus: 403 }));
    const connection = onlyConnection(await run(server, ['check', '--json']));
    expect(connection).toMatchObject({ verdict: 'rejected', reason: 'refused-unclear' });
    expect(connection.message).toContain('it worked until');
    expect(connection.message).not.toContain('probably');
  });

  test('does not say until when a credential worked if it never did', async ({ server, world }) => {
    world.serve(except('acme.freshservice.com', () => json(500, {}, PROOF)));
    const args = [...FRESHSERVICE, '--allow-unverified'];
    expect((await server.run(args, { ...KEY, env: server.fileStore })).code).toBe(6);
    world.serve(providers({ apiKey: 'another-key-since' }));
    const connection = onlyConnection(await run(server, ['check', '--json']));
    expect(connection).toMatchObject({ reason: 'bad-credential', lastValidAt: null });
    expect(connection.message).not.toContain('worked until');
  });

  test('reports another owner of the credential until a terminal has shown it', async ({
    server,
    world,
  }) => {
    await connect(server, 'acme');
    world.serve(except('acme.freshservice.com', () => json(200, OTHER_AGENT, PROOF)));
    const file = 'freshservice/acme';
    const kept = await server.record(file);
    const text = await run(server, ['check']);
    expect(text.code).toBe(0);
    const changed =
      'identity changed: it was Ines Okafor <ines.okafor@acme.example>, it is Bo Lind <bo.lind@acme.example>';
    expect(text.stderr).toContain(changed);
    expect((await server.record(file))?.['identity']).not.toEqual(kept?.['identity']);
    // The change is repeated until a terminal has shown it.
    expect((await run(server, ['check', '--quiet'])).stderr).toContain(changed);
    const { changes } = onlyConnection(await run(server, ['check', '--json']));
    expect(changes).toMatchObject([{ what: 'identity' }]);
  });

  test('repeats a change until it is printed on a terminal, even if only stdout is one', async ({
    server,
    world,
  }) => {
    await connect(server, 'acme');
    world.serve(except('acme.freshservice.com', () => json(200, OTHER_AGENT, PROOF)));
    await run(server, ['check', '--quiet']);
    const changes = async (): Promise<unknown> =>
      (await server.record('freshservice/acme'))?.['changes'];
    const quiet = server.ptyShell('connect-wizard list --quiet 2>/dev/null', {
      env: server.fileStore,
    });
    expect([await quiet.end(), await changes()]).toEqual([0, [expect.anything()]]);
    const list = server.ptyShell('connect-wizard list 2>/dev/null', { env: server.fileStore });
    expect([await list.end(), await changes()]).toEqual([0, undefined]);
    expect(oneLine(list.screen())).toContain('identity changed: it was Ines Okafor');
  });

  test('reports another owner in JSON', async ({ server, world }) => {
    await connect(server, 'acme');
    world.serve(except('acme.freshservice.com', () => json(200, OTHER_AGENT, PROOF)));
    const result = await run(server, ['check', '--json']);
    expect(result.code).toBe(0);
    expect(onlyConnection(result)).toMatchObject({
      verdict: 'valid',
      identity: { id: '77', label: 'Bo Lind <bo.lind@acme.example>' },
      changes: [
        {
          what: 'identity',
          was: 'Ines Okafor <ines.okafor@acme.example>',
          is: 'Bo Lind <bo.lind@acme.example>',
        },
      ],
    });
  });

  test('is limited if a permission is lost, and reports the change', async ({ server, world }) => {
    await connect(server, 'acme', '--need', 'tickets.read,groups.read');
    world.serve(providers({ denied: ['/api/v2/groups'] }));
    const result = await run(server, ['check', '--json']);
    expect(result.code).toBe(5);
    expect(onlyConnection(result)).toMatchObject({
      verdict: 'limited',
      reason: 'missing-permission',
      capabilities: [
        { id: 'tickets.read', granted: true },
        { id: 'groups.read', granted: false },
      ],
      changes: [{ what: 'needs', was: 'all there', is: 'missing: groups.read' }],
    });
  });

  test('ignores NODE_TLS_REJECT_UNAUTHORIZED=0, without a warning of Node', async ({
    server,
    world,
  }) => {
    await connect(server, 'acme');
    const off = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const good = await run(server, ['check', '--json'], off);
    expect(onlyConnection(good)).toMatchObject({ verdict: 'valid' });
    expect(good.stderr).toBe('');

    world.lead(() => ({ certificate: 'of an unknown authority' }));
    const before = world.requests.length;
    const [bad, without] = [
      await run(server, ['check', '--json'], off),
      await run(server, ['check', '--json']),
    ];
    expect([bad.code, without.code]).toEqual([6, 6]);
    const connection = onlyConnection(bad);
    expect(connection).toMatchObject({ verdict: 'unreachable', reason: 'tls-untrusted' });
    expect(connection.message).toBe(onlyConnection(without).message);
    expect(sent(world, before)).toEqual([]);
    expect(bad.stderr).toBe('');
    // An untrusted network says nothing about the credential.
    expect(connection.lastValidAt).toBe(onlyConnection(good).lastValidAt);
  });
});

describe('a check of several connections', () => {
  test('reports the others if one host hangs, and exits with the code of the worst', async ({
    server,
    world,
  }) => {
    await connectAll(server);
    world.serve(except('beta.freshservice.com', () => new Promise(() => {})));
    const check = ['check', '--timeout', '3'];
    const document = await run(server, [...check, '--json']);
    expect(documentOf(document).connections).toMatchObject([
      { name: 'freshservice/acme', verdict: 'valid' },
      { name: 'freshservice/beta', verdict: 'unreachable', reason: 'timeout' },
      { name: 'gladly/acme.us-1', verdict: 'valid' },
    ]);
    expect(document.code).toBe(6);

    // A rejection is worse than silence.
    const hanging = except('beta.freshservice.com', () => new Promise(() => {}));
    world.serve((request) =>
      request.host === 'acme.freshservice.com'
        ? json(401, { code: 'invalid_credentials' }, PROOF)
        : hanging(request),
    );
    const text = await run(server, check);
    expect(text.code).toBe(3);
    expect(text.stdout).toMatch(/^! freshservice\/beta +unreachable +timeout$/mu);
    expect(text.stdout).toMatch(/^[✗x] freshservice\/acme +rejected +bad-credential$/mu);
    expect(text.stdout).toMatch(/^[✓+] gladly\/acme\.us-1 +valid/mu);
  });

  test.for([
    ['text', ''],
    ['only the sum', ' --quiet'],
    ['JSON', ' --json'],
  ] as const)(
    'reports as %s what is done if it is interrupted',
    async ([, option], { server, world }) => {
      await connectAll(server);
      const beta = await server.record('freshservice/beta');
      world.serve(except('beta.freshservice.com', () => new Promise(() => {})));
      const pty = server.ptyShell(`connect-wizard check${option} > done.txt`, {
        env: server.fileStore,
        columns: 200,
        rows: 100,
      });
      // It's counted and reported in one turn of the event loop, and drawn in a later one.
      await pty.waitFor('2 of 3; waiting for freshservice/beta');
      pty.key('ctrl-c');
      expect(await pty.end()).toBe(130);
      expect(pty.screen()).toContain('Interrupted.');
      const stdout = (await server.shell('cat done.txt')).stdout;
      const done = ['freshservice/acme', 'gladly/acme.us-1'];
      if (option === ' --quiet') {
        expect(stdout).toBe('2 checked: all work\n\n2 of 3 were asked about.\n');
      } else if (option === '') {
        for (const name of done) expect(stdout).toContain(name);
        expect(stdout).not.toContain('freshservice/beta');
        expect(stdout).toMatch(/^2 of 3 were asked about\.$/mu);
      } else {
        const { connections = [] } = JSON.parse(stdout) as { connections?: { name: string }[] };
        expect(connections.map(({ name }) => name).toSorted()).toEqual(done);
      }
      // A request that was cut off says nothing about the connection.
      expect(await server.record('freshservice/beta')).toEqual(beta);
    },
  );

  test('by doctor reports what it has seen if it is interrupted', async ({ server, world }) => {
    await connectAll(server);
    const asUsual = providers();
    // doctor sends no credential, so beta answers no request at all.
    world.serve((request) =>
      request.host === 'beta.freshservice.com' ? new Promise(() => {}) : asUsual(request),
    );
    for (const asJson of [false, true]) {
      const before = world.requests.length;
      const args = [PROGRAM, 'doctor', ...(asJson ? ['--json'] : [])];
      const { child, ended } = server.start(process.execPath, args, { env: server.fileStore });
      await vi.waitFor(
        () => {
          const asked = world.requests.slice(before).map(({ host }) => host);
          expect(asked).toContain('beta.freshservice.com');
        },
        { timeout: 20_000 },
      );
      child.kill('SIGINT');
      const { code, stdout } = await ended;
      expect(code).toBe(130);
      expect(stdout).not.toContain('host:beta');
      if (asJson) {
        const { checks } = JSON.parse(stdout) as { checks: { id: string }[] };
        expect(checks.map(({ id }) => id)).toContain('records');
      } else {
        expect(stdout).toContain('records: 3 can be read');
        expect(stdout).toMatch(/^\d of 3 hosts were asked\.$/mu);
      }
    }
  });

  test('asks all of them at once', async ({ server, world }) => {
    await connectAll(server);
    const asUsual = providers();
    const all = new EventEmitter();
    const allAsked = once(all, 'asked');
    const asked = new Set<string>();
    // Each response waits for all requests, so asking in turn would never end.
    world.serve(async (request) => {
      asked.add(request.host);
      if (asked.size === 3) all.emit('asked');
      await allAsked;
      return asUsual(request);
    });
    const result = await run(server, ['check', '--json']);
    expect(documentOf(result).connections?.map(({ verdict }) => verdict)).toEqual(
      Array(3).fill('valid'),
    );
    expect(result.code).toBe(0);
  });

  test('asks one after the other with --concurrency 1', async ({ server, world }) => {
    await connectAll(server);
    const asUsual = providers();
    let [now, most] = [0, 0];
    world.serve(async (request) => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((done) => setTimeout(done, 50));
      now -= 1;
      return asUsual(request);
    });
    const result = await run(server, ['check', '--concurrency', '1']);
    expect(result.code).toBe(0);
    expect(most).toBe(1);
  });
});

/** The ticked lines in order, without those between them. */
const ticks = (raw: string): string[] =>
  [...plain(raw).matchAll(/^\s*✓ ([^\r\n]+)/gmu)].map(([, text = '']) => oneLine(text).trim());

describe('the ladder on a terminal', () => {
  test('ticks its rungs in order, line by line', async ({ server }) => {
    const args = ['freshservice', '--store', 'none', '--need', 'tickets.read', '--accessible'];
    const pty = server.pty(args, { env: { LANG: 'C.UTF-8' } });
    await pty.waitFor(/Domain: ?$/u);
    pty.type('acme\r');
    await pty.waitFor('It is Freshservice');
    // The rung of the credential comes only after a request with it.
    expect(ticks(pty.raw())).toEqual([
      'acme.freshservice.com is found',
      'Its certificate is trusted',
      'It is Freshservice',
    ]);
    await giveSecret(pty, ASKS.apiKey, 'a-wrong-key-typed-first');
    await pty.waitFor('refused the API key');
    // A failed rung has no tick, and a passed rung isn't repeated.
    expect(ticks(pty.raw())).toHaveLength(3);
    await giveSecret(pty, ASKS.apiKey, SECRETS.apiKey);
    expect(await pty.end()).toBe(0);
    expect(ticks(pty.raw()).slice(0, 5)).toEqual([
      'acme.freshservice.com is found',
      'Its certificate is trusted',
      'It is Freshservice',
      'Accepted: Ines Okafor <ines.okafor@acme.example>',
      'tickets.read: yes',
    ]);
  });

  test('ticks its rungs in order on a screen', async ({ server }) => {
    const pty = server.pty(['freshservice', '--store', 'none'], { env: { LANG: 'C.UTF-8' } });
    await pty.waitFor(/Domain: ?$/u);
    pty.type('acme\r');
    await giveSecret(pty, ASKS.apiKey, SECRETS.apiKey);
    await skipNeeds(pty);
    expect(await pty.end()).toBe(0);
    expect(oneLine(pty.screen())).toMatch(
      /✓ acme\.freshservice\.com is found ✓ Its certificate is trusted ✓ It is Freshservice .*✓ Accepted: Ines Okafor/u,
    );
  });
});

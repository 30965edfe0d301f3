/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules know neither Vitest's test by another import nor the message that its expect takes */
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

/** As usual, but for what `host` says to who comes with a credential. */
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

/** Two accounts, and an organization of Gladly: one after the other, for the first makes the store. */
async function connectAll(server: Machine): Promise<void> {
  for (const tenant of ['acme', 'beta']) await connect(server, tenant);
  const gladly = ['gladly', '--slug', 'acme.us-1', '--email', EMAIL, '--token-stdin'];
  expect((await server.run(gladly, { ...TOKEN, env: server.fileStore })).code).toBe(0);
}

/** What was sent since, by host and whether with a credential. */
const sent = ({ requests }: World, from: number): string[] =>
  requests
    .slice(from)
    .map(({ host, authorization }: FakeRequest) => `${host} ${authorization ? 'signed' : ''}`);

const OTHER_AGENT = {
  agent: { id: 77, first_name: 'Bo', last_name: 'Lind', email: 'bo.lind@acme.example' },
};

test('on a terminal, what is known stands there while the rest is asked', async ({
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

describe('a connection that is checked again', () => {
  test('one that is still good is asked once, with its credential', async ({ server, world }) => {
    await connect(server, 'acme');
    const before = world.requests.length;
    const result = await run(server, ['check', '--json']);
    expect(onlyConnection(result)).toMatchObject({ verdict: 'valid', changes: [] });
    expect(result.code).toBe(0);
    expect(sent(world, before)).toEqual(['acme.freshservice.com signed']);
  });

  test('a key that is refused: until when it worked, and the exit code 3', async ({
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
      changes: [],
    });
    expect(connection.message).toContain(`it worked until ${day}, so it was probably reset`);
    expect(connection.lastValidAt).toContain(day);
    expect([document.code, text.code]).toEqual([3, 3]);
    expect(text.stdout).toContain(connection.message);
    // How far it came, on one line.
    expect(text.stdout).toMatch(
      /^ {2}[✓+] name {2}[✓+] tls {2}[✓+] provider {2}[✗x] credential$/mu,
    );
    // The secret is still there: it may be mended.
    world.serve(providers());
    expect((await run(server, ['check', '--quiet'])).code).toBe(0);
  });

  test('a refusal without a cause does not say that the key was reset', async ({
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

  test('a credential that was never proven did not work until any day', async ({
    server,
    world,
  }) => {
    world.serve(except('acme.freshservice.com', () => json(500, {}, PROOF)));
    const args = [...FRESHSERVICE, '--allow-unverified'];
    expect((await server.run(args, { ...KEY, env: server.fileStore })).code).toBe(6);
    world.serve(providers({ apiKey: 'another-key-since' }));
    const connection = onlyConnection(await run(server, ['check', '--json']));
    expect(connection).toMatchObject({ reason: 'bad-credential', lastValidAt: null });
    expect(connection.message).not.toContain('worked until');
  });

  test('another owner answers: good all the same, and what changed is said', async ({
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
    // No terminal has shown it yet.
    expect((await run(server, ['check', '--quiet'])).stderr).toContain(changed);
    const { changes } = onlyConnection(await run(server, ['check', '--json']));
    expect(changes).toMatchObject([{ what: 'identity' }]);
  });

  test('a change is seen where stdout alone is a terminal, and not if nothing is printed there', async ({
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

  test('another owner in JSON', async ({ server, world }) => {
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

  test('a need that was there and is not: limited, and what changed', async ({ server, world }) => {
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

  test('NODE_TLS_REJECT_UNAUTHORIZED=0 changes nothing, and nobody warns of it', async ({
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
    // A network that is not trusted says nothing of the credential.
    expect(connection.lastValidAt).toBe(onlyConnection(good).lastValidAt);
  });
});

describe('several connections', () => {
  test('one host hangs: the others are told of, and the worst decides', async ({
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

    // A refusal is worse than silence.
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

  test('interrupted, what was done by then is told', async ({ server, world }) => {
    await connectAll(server);
    const beta = await server.record('freshservice/beta');
    world.serve(except('beta.freshservice.com', () => new Promise(() => {})));
    const done = ['freshservice/acme', 'gladly/acme.us-1'];
    const times = async (): Promise<unknown[]> =>
      Promise.all(done.map(async (name) => (await server.record(name))?.['verifiedAt']));
    for (const asJson of [false, true]) {
      const before = await times();
      const args = [PROGRAM, 'check', ...(asJson ? ['--json'] : [])];
      const { child, ended } = server.start(process.execPath, args, { env: server.fileStore });
      await vi.waitFor(
        async () => {
          const now = await times();
          expect(now.every((time, index) => time !== before[index])).toBe(true);
        },
        { timeout: 20_000 },
      );
      child.kill('SIGINT');
      const result = await ended;
      expect(result.code).toBe(130);
      expect(result.stderr).toContain('Interrupted.');
      if (asJson) {
        const { connections = [] } = documentOf(result);
        expect(connections.map(({ name }) => String(name)).toSorted()).toEqual(done);
      } else {
        for (const name of done) expect(result.stdout).toContain(name);
        expect(result.stdout).not.toContain('freshservice/beta');
        expect(result.stdout).toMatch(/^2 of 3 were asked about\.$/mu);
      }
    }
    // That its request was cut off says nothing of it.
    expect(await server.record('freshservice/beta')).toEqual(beta);
  });

  test('one that is slow delays nobody', async ({ server, world }) => {
    await connectAll(server);
    const asUsual = providers();
    const all = new EventEmitter();
    const allAsked = once(all, 'asked');
    const asked = new Set<string>();
    // Each waits until all have been asked: one after the other, they would wait for ever.
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

  test('--concurrency 1 asks one after the other', async ({ server, world }) => {
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

/** What was ticked off, in that order, whatever stands in between. */
const ticks = (raw: string): string[] =>
  [...plain(raw).matchAll(/^\s*✓ ([^\r\n]+)/gmu)].map(([, text = '']) => oneLine(text).trim());

describe('the ladder on a terminal', () => {
  test('its rungs are ticked off in order as they are climbed', async ({ server }) => {
    const args = ['freshservice', '--store', 'none', '--need', 'tickets.read', '--accessible'];
    const pty = server.pty(args, { env: { LANG: 'C.UTF-8' } });
    await pty.waitFor(/Domain: ?$/u);
    pty.type('acme\r');
    await pty.waitFor('It is Freshservice');
    // The credential has its rung when it was asked about, and not before.
    expect(ticks(pty.raw())).toEqual([
      'acme.freshservice.com is found',
      'Its certificate is trusted',
      'It is Freshservice',
    ]);
    await giveSecret(pty, ASKS.apiKey, 'a-wrong-key-typed-first');
    await pty.waitFor('refused the API key');
    // What does not hold has no tick, and what holds is not told again.
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

  test('also where the screen is redrawn', async ({ server }) => {
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

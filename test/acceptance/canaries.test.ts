/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { json, type FakeAnswer, type FakeRequest } from '../support/fake-providers.js';
import { describeWith } from '../support/real-parts.js';
import { KEYRING_PROGRAMS } from '../support/secret-service.js';
import { PROGRAM, type RunResult } from '../support/run.js';
import { SECRETS, type Machine } from './machine.js';
import { choose } from './person.js';
import { EMAIL, FRESHSERVICE, GLADLY, KEY, providers, silentWhenSigned, test } from './fixtures.js';

/** Every spelling in which a secret could turn up. */
function spellings(secret: string): string[] {
  const encoded = ['base64', 'base64url', 'hex'] as const;
  const wholes = [secret, `${secret}:X`, `${EMAIL}:${secret}`];
  return [
    ...wholes,
    encodeURIComponent(secret),
    ...wholes.flatMap((each) => encoded.map((way) => Buffer.from(each).toString(way))),
  ];
}

function expectAbsent(text: string, where: string, secret: string): void {
  for (const each of spellings(secret))
    expect(text.includes(each), `${each} in ${where}`).toBe(false);
}

async function expectNowhere(
  machine: Machine,
  requests: readonly FakeRequest[],
  results: readonly RunResult[],
  secret: string,
): Promise<void> {
  for (const { stdout, stderr } of results) expectAbsent(stdout + stderr, 'the output', secret);
  for (const [path, content] of await machine.files('and the history')) {
    expectAbsent(path, 'a file name', secret);
    expectAbsent(content, path, secret);
  }
  for (const { host, path } of requests) expectAbsent(`${host}${path}`, 'an address', secret);
}

/** What `ps` and other processes of the same user can see of a process and its descendants. */
async function visible(pid: number): Promise<Map<string, string>> {
  const seen = new Map<string, string>();
  const look = async (each: number, depth: number): Promise<void> => {
    const proc = join('/proc', String(each));
    for (const file of depth === 0 ? ['cmdline'] : ['cmdline', 'environ']) {
      seen.set(`${depth}: ${file}`, await readFile(join(proc, file), 'latin1').catch(() => ''));
    }
    for (const task of await readdir(join(proc, 'task')).catch(() => [])) {
      const children = await readFile(join(proc, 'task', task, 'children'), 'utf8').catch(() => '');
      for (const child of children.split(' ').filter(Boolean)) await look(Number(child), depth + 1);
    }
  };
  await look(pid, 0);
  return seen;
}

/** A cache on the machine, so that compiled code is searched too. */
const ownCache = (machine: Machine) => ({
  XDG_CACHE_HOME: join(machine.folder, 'home', '.cache'),
});

describeWith(KEYRING_PROGRAMS, 'a secret stays where it belongs', () => {
  test('is in no output, file or address from connecting to removing', async ({
    machine,
    world,
  }) => {
    const env = ownCache(machine);
    const file = await machine.file('key', SECRETS.apiKey);
    const results = [
      await machine.run(FRESHSERVICE, { ...KEY, env }),
      await machine.run(['freshservice', '--domain=acme', '--api-key-file', file, '--json'], {
        env,
      }),
      await machine.run(['freshservice', '--domain', 'beta'], {
        env: { ...env, FRESHSERVICE_API_KEY: SECRETS.apiKey },
      }),
      await machine.run(['check', '--json'], { env }),
      await machine.run(['list', '--json'], { env }),
      await machine.run([...FRESHSERVICE, '--name', 'x/../y'], { ...KEY, env }),
      await machine.run([...FRESHSERVICE, '--need', 'nothing'], { ...KEY, env }),
      await machine.run(['remove', 'freshservice/acme', 'freshservice/beta', '--json'], { env }),
    ];
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 2, 2, 0]);
    await expectNowhere(machine, world.requests, results, SECRETS.apiKey);
  });

  for (const [provider, args, secret] of [
    ['Freshservice', FRESHSERVICE, SECRETS.apiKey],
    ['Gladly', GLADLY, SECRETS.token],
  ] as const) {
    test(`is shown nowhere if ${provider} repeats it in every part of its response`, async ({
      machine,
      world,
    }) => {
      const asUsual = providers();
      let status = 0;
      const echo = ({ authorization = '' }: FakeRequest): FakeAnswer => {
        const pair = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString();
        const told = { code: secret, message: pair, detail: authorization };
        return json(
          status,
          { ...told, errors: [told], agent: { id: secret }, id: pair, name: authorization },
          {
            location: `https://${secret}.example/${pair}?key=${secret}`,
            'content-type': `application/json; charset=${secret}`,
            'x-freshservice-api-version': secret,
            'retry-after': secret,
            'www-authenticate': `Basic realm="${pair}"`,
          },
        );
      };
      world.serve((request) =>
        request.authorization === undefined ? asUsual(request) : echo(request),
      );
      const results: RunResult[] = [];
      for (status of [200, 302, 403, 500]) {
        const runs = [[], ['--json']].map((flags) =>
          machine.run([...args, '--store', 'none', ...flags], { input: secret }),
        );
        results.push(...(await Promise.all(runs)));
      }
      await expectNowhere(machine, world.requests, results, secret);
    });
  }

  test('is neither shown nor recorded if the provider returns it as an identity', async ({
    machine,
    world,
  }) => {
    const asUsual = providers();
    const agent = { id: SECRETS.apiKey, first_name: SECRETS.apiKey, last_name: 'X', email: '' };
    world.serve((request) =>
      request.path === '/api/v2/agents/me'
        ? json(200, { agent }, { 'x-freshservice-api-version': '2' })
        : asUsual(request),
    );
    const results = [
      await machine.run(FRESHSERVICE, KEY),
      await machine.run(['list', '--json']),
      await machine.run(['check', '--json']),
    ];
    await expectNowhere(machine, world.requests, results, SECRETS.apiKey);
  });

  test('is in no command line, and in no environment of a child process', async ({
    machine,
    world,
  }) => {
    const asked = silentWhenSigned(world);
    // The program's own environment has the secret, since the user gave it in a variable.
    const { child, ended } = machine.start(
      process.execPath,
      [PROGRAM, 'freshservice', '--domain', 'acme'],
      {
        env: {
          FRESHSERVICE_API_KEY: SECRETS.apiKey,
          GLADLY_TOKEN: SECRETS.token,
          CONNECT_WIZARD_PASSPHRASE: 'the-PASSPHRASE-canary',
        },
      },
    );
    await asked;
    const seen = await visible(child.pid ?? 0);
    child.kill('SIGTERM');
    await ended;
    // Without the keychain's process this test would prove nothing.
    expect([...seen.values()].some((text) => text.includes('keychain-child'))).toBe(true);
    for (const [where, text] of seen) {
      for (const secret of [SECRETS.apiKey, SECRETS.token, 'the-PASSPHRASE-canary']) {
        expectAbsent(text, where, secret);
      }
    }
  });

  test('is in no file if a run on a terminal is interrupted', async ({ machine, world }) => {
    const asked = silentWhenSigned(world);
    const pty = machine.pty(['freshservice', '--domain', 'acme'], { env: ownCache(machine) });
    await choose(pty, 'What do you see?', 'I have the API key');
    await pty.waitFor('type or paste it');
    pty.type(SECRETS.apiKey);
    pty.key('enter');
    await asked;
    pty.key('ctrl-c');
    expect(await pty.end()).toBe(130);
    const output = { code: 130, signal: null, stdout: pty.raw(), stderr: pty.screen() };
    await expectNowhere(machine, world.requests, [output], SECRETS.apiKey);
  });

  test('is not in the output of NODE_DEBUG, not even as bytes', async ({ machine }) => {
    const env = { NODE_DEBUG: 'child_process,stream,net,tls,http,fetch,undici' };
    const runs = [
      await machine.run(FRESHSERVICE, { ...KEY, env }),
      await machine.run(['check'], { env }),
      await machine.run(['exec', '--mask', 'freshservice', '--', 'printenv'], { env }),
    ];
    const bytes = Buffer.from(SECRETS.apiKey).subarray(0, 8).toString('hex');
    for (const { code, stdout, stderr } of runs) {
      expect(code, stderr).toBe(0);
      expect(stderr).toMatch(/^STREAM \d+:/mu);
      expectAbsent(stdout + stderr, 'the output', SECRETS.apiKey);
      expect(stderr.replaceAll(' ', '')).not.toContain(bytes);
    }
  });
});

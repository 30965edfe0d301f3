/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { EventEmitter, once } from 'node:events';
import { describe, expect } from 'vitest';
import { describeWith } from '../support/real-parts.js';
import { KEYRING_PROGRAMS } from '../support/secret-service.js';
import { oneLine, plain, type Pty } from '../support/pty.js';
import { SECRETS, type Machine } from './machine.js';
import { answer, choiceOf, ASKS, choose, giveSecret, skipNeeds } from './person.js';
import {
  EMAIL,
  FRESHSERVICE_ITEM,
  GLADLY_ITEM,
  providers,
  silentWhenSigned,
  test,
  type World,
} from './fixtures.js';

const MODES = [
  { mode: 'on a screen', flags: [], env: {} },
  { mode: 'with --accessible', flags: ['--accessible'], env: {} },
  { mode: 'with the variable', flags: [], env: { CONNECT_WIZARD_ACCESSIBLE: '1' } },
  { mode: 'on a dumb terminal', flags: [], env: { TERM: 'dumb' } },
] as const;

/** Checks that the secret is nowhere in the output, in any encoding. */
function expectHidden(pty: Pty, secret: string): void {
  for (const each of [secret, Buffer.from(secret).toString('base64')]) {
    expect(pty.raw()).not.toContain(each);
    expect(plain(pty.raw()).replaceAll(/\s/gu, '')).not.toContain(each);
  }
}

/** Sequences that move the cursor or erase text. */
// oxlint-disable-next-line no-control-regex -- it looks for escape sequences
const MOVES = /\u001B\[[\d;]*[A-HJKSTfsu]|\u001B[78DME]|\r(?!\n)|\u001B\[\?25[lh]/u;

describeWith(KEYRING_PROGRAMS, 'the wizard', () => {
  for (const { mode, flags, env } of MODES) {
    const lines = mode !== 'on a screen';

    test(`connects Freshservice ${mode}`, async ({ machine, keyring }) => {
      const pty = machine.pty(['freshservice', ...flags], { env });
      await pty.waitFor('Step 1 of 3: Domain');
      await pty.waitFor(ASKS.domain);
      pty.type('https://acme.freshservice.com/a/tickets?x=12');
      pty.key('backspace');
      pty.key('enter');
      await pty.waitFor('Step 2 of 3: API key');
      // The question stays in front of its answer.
      expect(oneLine(pty.screen())).toContain(
        'Domain: https://acme.freshservice.com/a/tickets?x=1 ',
      );
      expect(oneLine(plain(pty.raw()))).toContain(
        'The keychain (Secret Service) can keep a secret',
      );
      await giveSecret(pty, ASKS.apiKey, SECRETS.apiKey);

      await skipNeeds(pty);
      expect(await pty.end()).toBe(0);
      const screen = oneLine(pty.screen());
      expect(screen).toContain(`${SECRETS.apiKey.length} characters`);
      expect(screen).toContain('Step 3 of 3: Check and save');
      expect(screen).toContain('Connected freshservice/acme');
      expect(screen).toContain('Ines Okafor <ines.okafor@acme.example>');
      expectHidden(pty, SECRETS.apiKey);
      expect(pty.cursorHidden()).toBe(false);
      expect(await keyring.lookup('freshservice/acme')).toBe(FRESHSERVICE_ITEM);
      if (lines) expect(pty.raw()).not.toMatch(MOVES);
    });

    test(`connects Gladly with a bare slug after a wrong token ${mode}`, async ({
      machine,
      keyring,
    }) => {
      const pty = machine.pty(['gladly', ...flags], { env });
      await answer(pty, ASKS.slug, 'Acme');
      await pty.waitFor('It is Gladly');
      await answer(pty, ASKS.email, EMAIL);
      await giveSecret(pty, ASKS.token, 'a-wrong-token-typed-first');
      await pty.waitFor(choiceOf('What now?'));
      const screen = oneLine(pty.screen());
      expect(screen).toContain('acme.us-1.gladly.com refused the API token of amy@acme.example');
      expect(screen).toContain('Type the API token again');
      expect(await keyring.accounts()).toEqual([]);
      await choose(pty, 'What now?', 'Type the API token again');
      await answer(pty, ASKS.token, SECRETS.token);

      await skipNeeds(pty);
      expect(await pty.end()).toBe(0);
      expect(oneLine(pty.screen())).toContain(`Connected gladly/acme.us-1`);
      expectHidden(pty, SECRETS.token);
      expectHidden(pty, 'a-wrong-token-typed-first');
      expect(await keyring.lookup('gladly/acme.us-1')).toBe(GLADLY_ITEM);
      if (lines) expect(pty.raw()).not.toMatch(MOVES);
    });
  }

  test('asks for the provider first without arguments', async ({ machine, keyring }) => {
    const pty = machine.pty([]);
    await choose(pty, 'What do you want to connect?', /^Gladly/u);
    await answer(pty, ASKS.slug, 'acme.us-1');
    await answer(pty, ASKS.email, EMAIL);
    await giveSecret(pty, ASKS.token, SECRETS.token);
    await skipNeeds(pty);
    expect(await pty.end()).toBe(0);
    expect(await keyring.lookup('gladly/acme.us-1')).toBe(GLADLY_ITEM);
  });

  test('counts the characters of a secret while it is typed, and shows none', async ({
    machine,
  }) => {
    const pty = machine.pty(['freshservice', '--domain', 'acme']);
    await choose(pty, 'What do you see?', 'I have the API key');
    await pty.waitFor(ASKS.apiKey);
    pty.type('Q');
    await pty.waitFor('1 character');
    pty.type('Zé😀');
    await pty.waitFor('4 characters');
    pty.key('backspace');
    await pty.waitFor('3 characters');
    pty.key('ctrl-u');
    await pty.waitFor('type or paste it');
    // A terminal with bracketed paste sends this.
    pty.type(`\u001B[200~${SECRETS.apiKey}\u001B[201~`);
    await pty.waitFor(`${SECRETS.apiKey.length} characters`);
    pty.key('enter');
    await skipNeeds(pty);
    expect(await pty.end()).toBe(0);
    expect(plain(pty.raw())).not.toMatch(/[QZé😀]/u);
    expectHidden(pty, SECRETS.apiKey);
  });

  test('does not show a key that is pasted too early', async ({ machine, world }) => {
    const asUsual = providers();
    const gate = new EventEmitter();
    const opened = once(gate, 'open');
    const received = new Promise<void>((reached) => {
      world.serve(async (request) => {
        reached();
        await opened;
        return asUsual(request);
      });
    });
    const pty = machine.pty(['freshservice']);
    await answer(pty, ASKS.domain, 'acme');
    await received;
    pty.type(SECRETS.apiKey);
    // By the time another run ends, the terminal would have echoed the key.
    await machine.run(['--version']);
    gate.emit('open');
    await pty.waitFor(/Step 2 of 3: API key.*What do you see\?/u);
    expectHidden(pty, SECRETS.apiKey);
  });

  test('asks again if a value cannot be right, and says why', async ({ machine, world }) => {
    const pty = machine.pty(['gladly']);
    await answer(pty, ASKS.slug, 'https://api.gladly.com/api/v1');
    await answer(
      pty,
      /api\.gladly\.com is not an address of Gladly.*Organization slug: ?$/u,
      'no one',
    );
    await answer(pty, /That is not a value.*Organization slug: ?$/u, 'nobody');
    await answer(
      pty,
      /There is no Gladly organization.*Organization slug: ?(?:\(nobody\) ?)?$/u,
      'acme',
    );
    await answer(pty, ASKS.email, 'amy');
    await pty.waitFor('must be an e-mail address');
    pty.key('ctrl-u');
    pty.type(`${EMAIL}\r`);
    await choose(pty, 'What do you see?', 'I have the API token');
    await pty.waitFor(ASKS.token);
    pty.key('enter');
    await pty.waitFor('API token is needed');
    pty.type(`${EMAIL}\r`);
    await pty.waitFor('That is the Agent email, or part of it, not the API token.');
    pty.type('somebody@else.example\r');
    await pty.waitFor(/it looks like an e-mail address\..*Use it all the same\?/u);
    pty.type('n\r');
    expect(world.requests.some(({ authorization }) => authorization !== undefined)).toBe(false);
    await answer(pty, ASKS.token, SECRETS.token);
    await skipNeeds(pty);
    expect(await pty.end()).toBe(0);
  });

  test('keeps the typed key if the provider fails, and tries again with it', async ({
    machine,
    keyring,
    world,
  }) => {
    const asUsual = providers();
    world.serve((request) =>
      request.authorization === undefined ? asUsual(request) : { status: 503 },
    );
    const pty = machine.pty(['freshservice']);
    await answer(pty, ASKS.domain, 'acme');
    await giveSecret(pty, ASKS.apiKey, SECRETS.apiKey);
    await pty.waitFor(/server error.*Try again.*Esc to go back ?$/u);
    world.serve(asUsual);
    await choose(pty, 'What now?', 'Try again');
    await skipNeeds(pty);
    expect(await pty.end()).toBe(0);
    expect(await keyring.lookup('freshservice/acme')).toBe(FRESHSERVICE_ITEM);
  });

  test('exits with the code of the verdict and saves nothing at Stop', async ({
    machine,
    keyring,
  }) => {
    const pty = machine.pty(['gladly', '--slug', 'acme', '--email', EMAIL]);
    await giveSecret(pty, ASKS.token, 'a-wrong-token');
    await choose(pty, 'What now?', /^Stop/u);
    expect(await pty.end()).toBe(3);
    expect(oneLine(pty.screen())).toContain('No credential was saved. (bad-credential)');
    expect(await keyring.accounts()).toEqual([]);
    expect(await machine.recordNames()).toEqual([]);
  });

  test('asks about a taken name before the secret, and changes nothing at Stop', async ({
    machine,
    keyring,
  }) => {
    const args = ['freshservice', '--domain', 'acme', '--api-key-stdin', '--name', 'desk'];
    await machine.run(args, { input: SECRETS.apiKey });
    const pty = machine.pty(['freshservice', '--domain', 'beta', '--name', 'desk']);
    await pty.waitFor(
      /desk is already there: it belongs to acme\.freshservice\.com.*Keep it, and/u,
    );
    await choose(pty, 'What should happen to it?', /^Stop/u);
    expect(await pty.end()).toBe(2);
    expect(await keyring.lookup('desk')).toBe(
      FRESHSERVICE_ITEM.replace('"freshservice/acme"', '"desk"'),
    );
  });

  test('hides the key if --api-key-stdin is used on a terminal', async ({ machine, keyring }) => {
    const pty = machine.pty(['freshservice', '--domain', 'acme', '--api-key-stdin']);
    await answer(pty, ASKS.apiKey, SECRETS.apiKey);
    await skipNeeds(pty);
    expect(await pty.end()).toBe(0);
    expectHidden(pty, SECRETS.apiKey);
    expect(await keyring.lookup('freshservice/acme')).toBe(FRESHSERVICE_ITEM);
  });

  test('asks on stderr and prints one document on stdout with --json', async ({ machine }) => {
    const pty = machine.ptyShell('connect-wizard freshservice --json > answer.json');
    await answer(pty, ASKS.domain, 'acme');
    await giveSecret(pty, ASKS.apiKey, SECRETS.apiKey);
    await skipNeeds(pty);
    expect(await pty.end()).toBe(0);
    const { stdout } = await machine.shell('cat answer.json');
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 0, command: 'connect' });
  });

  for (const [what, provider, name] of [
    ['Freshservice', 'freshservice', 'freshservice/acme'],
    ['Gladly', 'gladly', 'gladly/acme.us-1'],
    ['a chosen name', 'freshservice', 'desk'],
  ] as const) {
    test(`prints a command for CI that has the same result for ${what}`, async ({
      machine,
      keyring,
    }) => {
      const own = name === 'desk' ? ['--name', name] : [];
      const pty = machine.pty([provider, ...own]);
      const secret = provider === 'gladly' ? SECRETS.token : SECRETS.apiKey;
      if (provider === 'gladly') {
        await answer(pty, ASKS.slug, 'acme');
        await answer(pty, ASKS.email, EMAIL);
        await giveSecret(pty, ASKS.token, secret);
      } else {
        await answer(pty, ASKS.domain, 'acme');
        await giveSecret(pty, ASKS.apiKey, secret);
      }
      await skipNeeds(pty);
      expect(await pty.end()).toBe(0);
      const [, printed = ''] = pty.screen().split(/^ {2}In CI +/mu);
      const [command = '', variable = ''] = printed.split(/\n +with (\w+) set/u);
      expect(command).toContain(`connect-wizard ${provider}`);
      const record = await machine.record(name);
      const item = await keyring.lookup(name);
      await machine.run(['remove', name]);
      expect(await keyring.accounts()).toEqual([]);

      const replayed = await machine.shell(command, { env: { [variable]: secret } });
      expect(replayed).toMatchObject({
        code: 0,
        stderr: `From the environment: ${variable}.\n`,
      });
      expect(await keyring.lookup(name)).toBe(item);
      const times = { createdAt: '', changedAt: '', verifiedAt: '', lastValidAt: '' };
      expect({ ...(await machine.record(name)), ...times }).toEqual({ ...record, ...times });
    });
  }
});

/** Compares the terminal's settings before and after a run. */
const BETWEEN = (line: string) =>
  `stty -a > before; ${line}; code=$?; stty -a > after; cmp before after || echo TERMINAL CHANGED; exit $code`;

/** Sends a signal to the program in the shell, and not to the shell. */
async function signal(machine: Machine, { pid }: Pty, name: 'HUP' | 'TERM'): Promise<void> {
  await machine.shell(`kill -${name} $(cat /proc/${pid}/task/${pid}/children)`);
}

async function expectUntouched(pty: Pty, code: number, machine: Machine): Promise<void> {
  expect(await pty.end(), pty.screen()).toBe(code);
  const screen = oneLine(pty.screen());
  expect(screen).toContain('No credential was saved.');
  expect(screen.split('No credential was saved.')).toHaveLength(2);
  expect(screen).toMatch(/No credential was saved\.$/u);
  expect(screen).not.toContain('TERMINAL CHANGED');
  expect(screen).not.toMatch(/bug of its own|Error\b/u);
  expect(pty.cursorHidden()).toBe(false);
  expect(await machine.recordNames()).toEqual([]);
}

/** A place at which the program is interrupted. */
interface Place {
  readonly name: string;
  readonly line: string;
  readonly lead: (pty: Pty) => Promise<void>;
  /** The one of its kind of question where every way to leave is tried. */
  readonly everyWay?: true;
}

const WAYS = ['ctrl-c', 'ctrl-d', 'a hang-up'] as const;

const DESK = 'connect-wizard freshservice --domain acme';
const CREATE = 'Write to an Account Admin: create the agent';

/** Leads the program to the first question for a message to an admin. */
async function toMessage(pty: Pty): Promise<void> {
  await choose(pty, 'What do you see?', /separate agent/u);
  await choose(pty, 'What now?', CREATE);
  await pty.waitFor(/E-mail for the new agent.*: ?$/u);
}

/** The saved place of an earlier run. */
const LEFT = JSON.stringify({
  v: 1,
  bookmarks: {
    freshservice: {
      provider: 'freshservice',
      fields: { domain: 'acme' },
      field: 'apiKey',
      words: {},
      part: 'where',
      options: {},
      savedAt: '2026-11-20T18:00:00.000Z',
    },
  },
});
const HOME = '"$HOME/.config/connect-wizard"';

const PLACES: readonly Place[] = [
  {
    name: 'the question whether to continue',
    line: `mkdir -p ${HOME}; echo '${LEFT}' > ${HOME}/resume.json; connect-wizard freshservice`,
    lead: (pty) => pty.waitFor(choiceOf('Continue?')),
  },
  {
    name: 'the choice of a provider',
    line: 'connect-wizard',
    lead: (pty) => pty.waitFor(choiceOf('What do you want to connect?')),
  },
  {
    name: 'a text question',
    everyWay: true,
    line: 'connect-wizard gladly --slug acme',
    lead: async (pty) => {
      await pty.waitFor(ASKS.email);
      pty.type('half an ans');
      await pty.waitFor('half an ans');
    },
  },
  {
    name: 'the question what is seen',
    everyWay: true,
    line: DESK,
    lead: (pty) => pty.waitFor(choiceOf('What do you see?')),
  },
  {
    name: 'a part of the guide',
    line: DESK,
    lead: async (pty) => {
      await choose(pty, 'What do you see?', /disabled/u);
      await pty.waitFor(choiceOf('What now?'));
    },
  },
  {
    name: 'the topics of the guide',
    line: DESK,
    lead: async (pty) => {
      await choose(pty, 'What do you see?', /^Something else/u);
      await pty.waitFor(choiceOf('What about?'));
    },
  },
  {
    name: 'the parts of a topic',
    line: DESK,
    lead: async (pty) => {
      await choose(pty, 'What do you see?', /^Something else/u);
      await choose(pty, 'What about?', 'Limits and plans');
      await pty.waitFor(choiceOf('Which part?'));
    },
  },
  { name: 'a blank in a message', line: DESK, lead: toMessage },
  {
    name: 'a message',
    line: DESK,
    lead: async (pty) => {
      await toMessage(pty);
      pty.type('bot@acme.example\r');
      await answer(
        pty,
        /Groups whose tickets it needs(?:: \(all\)| \(Enter for all\):) ?$/u,
        'all',
      );
      await pty.waitFor(choiceOf('What now?'));
    },
  },
  {
    name: 'the name of a file',
    line: DESK,
    lead: async (pty) => {
      await toMessage(pty);
      pty.type('bot@acme.example\r');
      await answer(
        pty,
        /Groups whose tickets it needs(?:: \(all\)| \(Enter for all\):) ?$/u,
        'all',
      );
      await choose(pty, 'What now?', 'Write it to a file');
      await pty.waitFor(/File.*freshservice-create-agent\.txt\):? ?$/u);
    },
  },
  {
    name: 'a secret',
    everyWay: true,
    line: DESK,
    lead: async (pty) => {
      await choose(pty, 'What do you see?', 'I have the API key');
      await pty.waitFor(ASKS.apiKey);
      pty.type('half-a-secret');
    },
  },
  {
    name: 'the choice after a rejection',
    line: `connect-wizard gladly --slug acme --email ${EMAIL}`,
    lead: async (pty) => {
      await giveSecret(pty, ASKS.token, 'a-wrong-token');
      await pty.waitFor(choiceOf('What now?'));
    },
  },
  {
    name: 'a yes-or-no question',
    everyWay: true,
    line: `connect-wizard gladly --slug acme --email ${EMAIL}`,
    lead: async (pty) => {
      await giveSecret(pty, ASKS.token, 'somebody@else.example');
      await pty.waitFor(/Use it all the same\?.*\(y.*\):? ?$/u);
    },
  },
  {
    name: 'the choice of another store',
    line: `${DESK} --store helper:no-such-program`,
    lead: (pty) => pty.waitFor(choiceOf('What now?')),
  },
  {
    name: 'the passphrase of the file store',
    line: `${DESK} --store file`,
    lead: (pty) => pty.waitFor(/passphrase.*(?:not shown| it is not shown).*$/iu),
  },
];

/** Leads the program to a check to which the provider doesn't respond. */
async function hangingCheck(machine: Machine, world: World): Promise<Pty> {
  const reached = silentWhenSigned(world);
  const pty = machine.ptyShell(BETWEEN(DESK));
  await giveSecret(pty, ASKS.apiKey, SECRETS.apiKey);
  await reached;
  return pty;
}

describeWith([...KEYRING_PROGRAMS, 'stty'], 'an interrupted wizard', () => {
  for (const { name, line, lead, everyWay } of PLACES) {
    for (const way of everyWay ? WAYS : WAYS.slice(0, 1)) {
      for (const accessible of ['0', '1']) {
        const mode = accessible === '1' ? ', line by line' : '';
        test(`saves nothing after ${way} at ${name}${mode}`, async ({ machine, keyring }) => {
          const env = { CONNECT_WIZARD_ACCESSIBLE: accessible };
          const pty = machine.ptyShell(BETWEEN(line), { env });
          await lead(pty);
          if (way === 'a hang-up') await signal(machine, pty, 'HUP');
          else pty.key(way);
          await expectUntouched(pty, way === 'a hang-up' ? 143 : 130, machine);
          expect(pty.raw()).not.toContain('half-a-secret');
          expect(await keyring.accounts()).toEqual([]);
        });
      }
    }
  }

  test('saves nothing after ctrl-c while the provider is silent', async ({
    machine,
    keyring,
    world,
  }) => {
    const pty = await hangingCheck(machine, world);
    pty.key('ctrl-c');
    await expectUntouched(pty, 130, machine);
    expectHidden(pty, SECRETS.apiKey);
    expect(await keyring.accounts()).toEqual([]);
  });

  test('saves nothing after SIGTERM while the provider is silent', async ({
    machine,
    keyring,
    world,
  }) => {
    const pty = await hangingCheck(machine, world);
    await signal(machine, pty, 'TERM');
    await expectUntouched(pty, 143, machine);
    expect(await keyring.accounts()).toEqual([]);
  });

  test('saves nothing after SIGTERM while a secret is typed', async ({ machine, keyring }) => {
    const pty = machine.ptyShell(BETWEEN(DESK));
    await choose(pty, 'What do you see?', 'I have the API key');
    await pty.waitFor(ASKS.apiKey);
    pty.type('half-a-secret');
    await pty.waitFor('13 characters');
    await signal(machine, pty, 'TERM');
    await expectUntouched(pty, 143, machine);
    expect(await keyring.accounts()).toEqual([]);
  });

  for (const [where, line] of [
    ['a shell', `set -m; ${DESK}; echo STOPPED; fg; exit $?`],
    ['a session without a shell', `exec ${DESK}`],
  ] as const) {
    test(`continues without an echo after ctrl-z at a secret in ${where}`, async ({
      machine,
      keyring,
    }) => {
      const pty = machine.ptyShell(line);
      await choose(pty, 'What do you see?', 'I have the API key');
      await pty.waitFor(ASKS.apiKey);
      pty.type('half');
      await pty.waitFor('4 characters');
      pty.key('ctrl-z');
      if (where === 'a shell') await pty.waitFor(/STOPPED.*connect-wizard/u);
      else await machine.run(['--version']);
      pty.type('of');
      await pty.waitFor('6 characters');
      pty.key('ctrl-u');
      await answer(pty, ASKS.apiKey, SECRETS.apiKey);
      await skipNeeds(pty);
      expect(await pty.end()).toBe(0);
      expectHidden(pty, SECRETS.apiKey);
      expect(await keyring.lookup('freshservice/acme')).toBe(FRESHSERVICE_ITEM);
    });
  }

  test('saves nothing after its terminal window is closed', async ({ machine, keyring }) => {
    const pty = machine.pty(['freshservice', '--domain', 'acme']);
    await choose(pty, 'What do you see?', 'I have the API key');
    await pty.waitFor(ASKS.apiKey);
    pty.kill('SIGHUP');
    expect(await pty.end()).toBe(143);
    expect(await keyring.accounts()).toEqual([]);
  });
});

describe('a run on a terminal', () => {
  for (const [name, args, env] of [
    ['CI=true', ['freshservice'], { CI: 'true' }],
    ['CI=1', ['freshservice'], { CI: '1' }],
    ['--no-input', ['freshservice', '--no-input'], {}],
  ] as const) {
    test(`exits with 2 and names every missing value with ${name}`, async ({ server }) => {
      const pty = server.pty(args, { env });
      expect(await pty.end()).toBe(2);
      const screen = oneLine(pty.screen());
      for (const way of ['FRESHSERVICE_DOMAIN', 'FRESHSERVICE_API_KEY', '--api-key-stdin']) {
        expect(screen).toContain(way);
      }
    });
  }

  test('asks if CI is false or empty', async ({ server }) => {
    for (const CI of ['false', '']) {
      const pty = server.pty(['freshservice'], { env: { CI } });
      await pty.waitFor(ASKS.domain);
      pty.key('ctrl-c');
      expect(await pty.end()).toBe(130);
    }
  });

  test('asks only if both stdin and stderr are a terminal', async ({ server }) => {
    const redirected = server.ptyShell(
      'connect-wizard freshservice 2> err; code=$?; cat err; exit $code',
    );
    expect(await redirected.end()).toBe(2);
    const fed = server.ptyShell('connect-wizard freshservice < /dev/null');
    expect(await fed.end()).toBe(2);
    const piped = server.ptyShell('set -o pipefail; connect-wizard freshservice | cat');
    await piped.waitFor(ASKS.domain);
    piped.key('ctrl-c');
    expect(await piped.end()).toBe(130);
  });

  test('reports a missing keychain before it asks for the key', async ({ server }) => {
    const pty = server.pty(['freshservice', '--domain', 'acme']);
    await pty.waitFor('Stop, and save nothing');
    pty.key('up');
    pty.key('enter');
    expect(await pty.end()).toBe(7);
    const screen = oneLine(pty.screen());
    expect(screen).toContain('no session bus');
    expect(screen).toContain('No credential was saved. (store-unavailable)');
    expect(screen).not.toContain('type or paste it');
  });

  test('prints no colours with NO_COLOR or --no-color', async ({ server }) => {
    // oxlint-disable-next-line no-control-regex -- it looks for escape sequences
    const colours = /\u001B\[(?:3\d|9\d|1|2)m/u;
    const coloured = server.pty(['freshservice', '--domain', 'nobody', '--no-input']);
    expect(await coloured.end()).toBe(2);
    expect(coloured.raw()).toMatch(colours);
    for (const [args, env] of [
      [[], { NO_COLOR: '1' }],
      [['--no-color'], {}],
    ] as const) {
      const pty = server.pty(['freshservice', '--no-input', ...args], { env });
      expect(await pty.end()).toBe(2);
      expect(pty.raw()).not.toMatch(colours);
    }
  });
});

import { describe, expect, it, onTestFinished } from 'vitest';
import { commandName, runCli, type CliOptions } from '../../src/cli.js';
import type { Session, SharedOptions } from '../../src/commands/command.js';
import { UsageError } from '../../src/core/errors.js';
import type { Runner } from '../../src/core/ports.js';
import { Secret } from '../../src/core/secret.js';
import { providers } from '../../src/providers/index.js';
import { fakeFreshservice } from '../support/fake-providers.js';
import {
  API_KEY,
  fakeContext,
  fakeRecords,
  filledStore,
  freshserviceConnection,
  gladlyConnection,
  PLAIN,
  WRONG_KEY,
  type FakeContext,
} from '../support/fakes.js';

const live = fakeFreshservice({ tenants: ['acme'], apiKey: API_KEY });
const ACME = 'acme.freshservice.com';
const acme = freshserviceConnection();

interface World {
  readonly context?: FakeContext;
  readonly variables?: Readonly<Record<string, string>>;
  /** What comes on standard input; nothing may be read without it. */
  readonly stdin?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly stdinIsTerminal?: boolean;
  readonly stdoutIsTerminal?: boolean;
  /** How the program that `exec` runs ends; none may be run without it. */
  readonly ends?: Awaited<ReturnType<Runner['run']>>;
}

function program(world: World = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const shared: SharedOptions[] = [];
  const context = world.context ?? fakeContext({});
  const ran: { command: readonly string[]; variables: Record<string, string | Secret> }[] = [];
  let unread = world.stdin;
  onTestFinished(() => {
    if (unread !== undefined) throw new Error('standard input was not read');
  });
  const session: Session = {
    ...context,
    style: PLAIN,
    stdinIsTerminal: world.stdinIsTerminal ?? false,
    variable: (name) => world.variables?.[name] || undefined,
    stdoutIsTerminal: world.stdoutIsTerminal ?? false,
    print: (text) => out.push(text),
    complain: (text) => err.push(text),
    handOver: (secret) => out.push(secret instanceof Secret ? secret.reveal() : secret),
    runner: {
      async run(command, variables) {
        if (world.ends === undefined) throw new Error('a program was run');
        ran.push({ command, variables });
        return world.ends;
      },
    },
    secretInput: {
      async fromStdin() {
        const given = unread;
        unread = undefined;
        if (given === undefined) throw new Error('standard input was read');
        return given;
      },
      async fromFile(_, path) {
        const given = world.files?.[path];
        if (given === undefined) throw new Error(`${path} was read`);
        return given;
      },
    },
  };
  const options: CliOptions = {
    providers,
    version: '1.2.3',
    print: (text) => out.push(text),
    complain: (text) => err.push(text),
    columns: () => undefined,
    begin: async (given) => {
      shared.push(given);
      return session;
    },
  };
  return {
    options,
    shared,
    context,
    ran,
    run: (...args: string[]) => runCli(options, args),
    out: () => out.join('\n'),
    err: () => err.join('\n'),
  };
}

describe('help and version', () => {
  it.each([['--version'], ['-V']])('%s prints the version', async (flag) => {
    const { run, out } = program();
    await expect(run(flag)).resolves.toBe(0);
    expect(out()).toBe('1.2.3');
  });

  it.each([[['--help']], [['freshservice', '--help']], [['check', '-h']], [['gladly', '-h']]])(
    '%j prints help on stdout',
    async (args) => {
      const { run, out, err, shared } = program();
      await expect(run(...args)).resolves.toBe(0);
      expect(out()).toContain('Usage: connect-wizard');
      expect(err()).toBe('');
      expect(shared).toEqual([]);
    },
  );

  it('names every option of every field', async () => {
    const { run, out } = program();
    await run('gladly', '--help');
    for (const flag of [
      '--slug <value>',
      '--email <value>',
      '--token-stdin',
      '--token-file <path>',
      'GLADLY_TOKEN',
    ]) {
      expect(out()).toContain(flag);
    }
  });

  it('without a command and without a terminal goes to stderr, and ends with 2', async () => {
    const { run, out, err } = program();
    await expect(run()).resolves.toBe(2);
    expect(out()).toBe('');
    expect(err()).toContain('Usage: connect-wizard');
  });
});

describe('wrong usage', () => {
  const SECRET = 'kQ7rTz29xWmB4vNc8LpD';
  it.each([
    [SECRET],
    [SECRET, '--help'],
    ['freshservice', SECRET],
    ['freshservice', '--api-key-stdin', SECRET],
    ['freshservice', `--key=${SECRET}`],
    ['freshservice', '--key', SECRET],
    ['freshservice', `--domian=${SECRET}`],
    ['freshservice', `--timeout=${SECRET}`],
    ['freshservice', `--name=${SECRET}`],
    ['freshservice', `--need=${SECRET}`],
    ['freshservice', '--api-key', SECRET],
    ['freshservice', '—api-key', SECRET],
    ['check', `--concurrency=${SECRET}`],
    ['check', `--max-age=${SECRET}`],
    ['check', `-${SECRET}`],
    ['list', `--${SECRET}`],
    ['gladly', '--email'],
    ['remove'],
    ['frobnicate'],
  ])('%s %s is told without what was typed', async (...args) => {
    const { run, out, err } = program();
    const error: unknown = await run(...args).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    const { message, advice } = error as UsageError;
    expect(`${message}${JSON.stringify(advice)}${out()}${err()}`).not.toContain(SECRET);
    expect(advice.next).toMatch(/\.$/u);
  });

  it('suggests what may have been meant', async () => {
    await expect(program().run('freshservice', '--domian', 'x')).rejects.toMatchObject({
      advice: { next: expect.stringContaining('--domain') as string },
    });
  });

  it.each(
    [
      ['0', '-1', '1e3', 'abc', '', '601', '1.', '.5', 'Infinity', '0x10'].map((value) => [
        '--timeout',
        value,
        'freshservice',
      ]),
      ['0', '65', '1.5', 'x', ''].map((value) => ['--concurrency', value, 'check']),
      ['24', 'h', '1w', '-1h', '1.5h', '24 h', ''].map((value) => ['--max-age', value, 'check']),
      [
        'tickets',
        'tickets.read,fly',
        '',
        ',',
        'tickets.read,agents.read,groups.read,requesters.read,assets.read',
      ].map((value) => ['--need', value, 'freshservice']),
      ['freshservice', 'A', '..', 'a b', ''].map((value) => ['--name', value, 'freshservice']),
    ].flat(),
  )('%s cannot be %j', async (option, value, command) => {
    await expect(program().run(command ?? '', `${option}=${value}`)).rejects.toMatchObject({
      code: 'usage',
    });
  });

  it('is known by its command, for the JSON of the error', () => {
    const { options } = program();
    expect(commandName(options, ['freshservice', '--x'])).toBe('connect');
    expect(commandName(options, ['status'])).toBe('check');
    expect(commandName(options, ['--json', 'list'])).toBe('list');
    expect(commandName(options, ['nothing'])).toBeNull();
  });
});

describe('connect', () => {
  const connected = (world: World = {}) =>
    program({ context: fakeContext({ hosts: { [ACME]: live } }), ...world });

  it.each<[string, World, string[]]>([
    ['by flag and standard input', { stdin: API_KEY }, ['--domain', 'acme', '--api-key-stdin']],
    [
      'by flag and file',
      { files: { 'k.txt': API_KEY } },
      ['--domain', 'acme', '--api-key-file', 'k.txt'],
    ],
    [
      'by variables',
      { variables: { FRESHSERVICE_DOMAIN: 'acme', FRESHSERVICE_API_KEY: API_KEY } },
      [],
    ],
    [
      'by a flag that wins over its variable',
      { variables: { FRESHSERVICE_DOMAIN: 'globex', FRESHSERVICE_API_KEY: API_KEY } },
      ['--domain=acme'],
    ],
    [
      'by a file that wins over its variable',
      { files: { k: API_KEY }, variables: { FRESHSERVICE_API_KEY: WRONG_KEY } },
      ['--domain=acme', '--api-key-file=k'],
    ],
    [
      'by a variable where the flag is empty',
      { variables: { FRESHSERVICE_DOMAIN: 'acme', FRESHSERVICE_API_KEY: API_KEY } },
      ['--domain', ''],
    ],
    [
      'by a variable where standard input is empty',
      { stdin: '', variables: { FRESHSERVICE_API_KEY: API_KEY } },
      ['--domain=acme', '--api-key-stdin'],
    ],
    [
      'by a value with spaces around it',
      { stdin: API_KEY },
      ['--domain', ' acme ', '--api-key-stdin'],
    ],
  ])('takes its values %s', async (_, world, args) => {
    const { run, out, context } = connected(world);
    await expect(run('freshservice', ...args)).resolves.toBe(0);
    expect(out()).toContain('Connected freshservice/acme');
    expect(context.records.kept.has('freshservice/acme')).toBe(true);
  });

  it.each([
    [{ variables: { FRESHSERVICE_API_KEY: '' } }, ['--domain', 'acme']],
    [{ stdin: '' }, ['--domain', 'acme', '--api-key-stdin']],
    [{ variables: { FRESHSERVICE_DOMAIN: '', FRESHSERVICE_API_KEY: API_KEY } }, []],
    [{ stdinIsTerminal: true }, ['--domain', 'acme', '--api-key-stdin']],
  ])('counts what is empty as missing (%#)', async (world, args) => {
    await expect(program(world).run('freshservice', ...args)).rejects.toMatchObject({
      code: 'input-needed',
    });
  });

  it('cannot take a secret twice', async () => {
    const { run } = program({ files: { k: API_KEY } });
    const args = ['--domain=acme', '--api-key-stdin', '--api-key-file=k'];
    await expect(run('freshservice', ...args)).rejects.toMatchObject({ code: 'usage' });
  });

  it('prints one document with --json, and nothing else', async () => {
    const { run, out, err } = connected({ stdin: API_KEY });
    await expect(run('freshservice', '--domain=acme', '--api-key-stdin', '--json')).resolves.toBe(
      0,
    );
    expect(JSON.parse(out())).toMatchObject({
      command: 'connect',
      exitCode: 0,
      connections: [{ verdict: 'valid', stored: true }],
    });
    expect(err()).toBe('');
  });

  it('prints nothing with --quiet when all is well', async () => {
    const { run, out } = connected({ stdin: API_KEY });
    await expect(run('freshservice', '--domain=acme', '--api-key-stdin', '--quiet')).resolves.toBe(
      0,
    );
    expect(out()).toBe('');
  });

  it.each([
    ['bad key', ['--domain=acme'], 3, /refused the API key/u, { [ACME]: live }],
    ['wrong product', ['--domain=acme.freshdesk.com'], 8, /Freshdesk/u, {}],
    [
      'no such tenant',
      ['--domain=globex'],
      8,
      /no Freshservice account/u,
      { 'globex.freshservice.com': live },
    ],
    ['no network', ['--domain=acme'], 6, /could not be found/u, { [ACME]: 'dns' }],
  ] as const)('ends with its exit code, on stderr: %s', async (_, args, code, words, hosts) => {
    const { run, out, err } = program({ context: fakeContext({ hosts }), stdin: WRONG_KEY });
    await expect(run('freshservice', ...args, '--api-key-stdin')).resolves.toBe(code);
    expect(out()).toBe('');
    expect(err().replaceAll(/\s+/gu, ' ')).toMatch(words);
    expect(err()).toContain('Nothing was saved.');
  });

  it('goes to the store of CONNECT_WIZARD_STORE, which --store overrides', async () => {
    const variables = { CONNECT_WIZARD_STORE: 'none', FRESHSERVICE_API_KEY: API_KEY };
    const verified = connected({ variables });
    await verified.run('freshservice', '--domain=acme');
    expect(verified.context.records.kept.size).toBe(0);
    const stored = connected({ variables });
    await stored.run('freshservice', '--domain=acme', '--store=keychain');
    expect(stored.context.records.kept.size).toBe(1);
  });

  it.each(['0.001', '2.01', '16.1', '600', '0.0004'])(
    'gives each request %s s, in whole milliseconds',
    async (seconds) => {
      const context = fakeContext({ hosts: { [ACME]: live } });
      const limits: number[] = [];
      const get = context.http.get.bind(context.http);
      const http = {
        ...context.http,
        get: (request: Parameters<typeof get>[0]) => {
          limits.push(request.timeoutMs);
          return get(request);
        },
      };
      const { run } = program({ context: { ...context, http }, stdin: API_KEY });
      await run('freshservice', '--domain=acme', '--api-key-stdin', `--timeout=${seconds}`);
      expect(limits.map((limit) => Number.isInteger(limit) && limit > 0)).toEqual(
        limits.map(() => true),
      );
    },
  );
});

const storedWorld = (hosts = {}): World => ({
  context: fakeContext({ records: fakeRecords(acme), store: filledStore(acme), hosts }),
});

describe('check', () => {
  it.each(['check', 'status'])('as %s tells what works', async (name) => {
    const { run, out } = program(storedWorld({ [ACME]: live }));
    await expect(run(name)).resolves.toBe(0);
    expect(out()).toMatch(/^✓ freshservice\/acme +valid/u);
  });

  it('ends with 4 where nothing is stored, and says what to do', async () => {
    const { run, out, err } = program();
    await expect(run('check')).resolves.toBe(4);
    expect(out()).toBe('');
    expect(err()).toContain('connect-wizard freshservice or connect-wizard gladly');
  });

  it('ends with 4 where nothing has that name', async () => {
    const { run } = program(storedWorld());
    await expect(run('check', 'gladly/none')).resolves.toBe(4);
  });

  it('never reads the variables of the fields', async () => {
    const world = {
      ...storedWorld({ [ACME]: live }),
      variables: { FRESHSERVICE_API_KEY: WRONG_KEY },
    };
    await expect(program(world).run('check')).resolves.toBe(0);
  });

  it('with --quiet tells only of what is wrong', async () => {
    const amy = gladlyConnection();
    const context = fakeContext({
      records: fakeRecords(acme, amy),
      store: filledStore(acme, amy),
      hosts: { [ACME]: live, [amy.host]: () => ({ status: 401 }) },
    });
    const { run, out } = program({ context });
    await expect(run('check', '--quiet')).resolves.toBe(3);
    expect(out()).toContain(amy.name);
    expect(out()).not.toContain(acme.name);
  });

  it.each(['90s', '30m', '24h', '7d'])('takes --max-age %s', async (age) => {
    const fresh = freshserviceConnection({ lastValidAt: '2026-11-20T17:59:00.000Z' });
    const context = fakeContext({ records: fakeRecords(fresh) });
    await expect(program({ context }).run('check', '--max-age', age)).resolves.toBe(0);
  });
});

const quietWorld = (): World => ({
  context: fakeContext({ records: fakeRecords(acme), store: filledStore(acme) }),
});

describe('list and remove', () => {
  it('list ends with 0 whatever it shows', async () => {
    const { run, out } = program();
    await expect(run('list')).resolves.toBe(0);
    expect(out()).toContain('Nothing is stored.');
    const bad = fakeContext({ records: fakeRecords({ ...acme, reason: 'bad-credential' }) });
    await expect(program({ context: bad }).run('list', '--json')).resolves.toBe(0);
  });

  it('list does not say that nothing is stored when only the name is wrong', async () => {
    const { run, out } = program(quietWorld());
    await expect(run('list', 'gladly')).resolves.toBe(0);
    expect(out()).not.toContain('Nothing is stored.');
  });

  it('remove tells what it removed, and can be repeated', async () => {
    const { run, out } = program(quietWorld());
    await expect(run('remove', acme.name)).resolves.toBe(0);
    await expect(run('remove', acme.name, '--json')).resolves.toBe(0);
    expect(out()).toContain('freshservice/acme was removed.');
  });

  it('remove of a name of several is wrong usage', async () => {
    const context = fakeContext({
      records: fakeRecords(acme, freshserviceConnection({ name: 'freshservice/beta' })),
    });
    await expect(program({ context }).run('remove', 'freshservice')).rejects.toMatchObject({
      code: 'usage',
    });
  });
});

describe('the options that every command has', () => {
  const ALL = { input: false, color: false, accessible: true };
  it.each([
    [['check', '--no-input', '--no-color', '--accessible'], ALL],
    [['--no-input', '--no-color', '--accessible', 'check'], ALL],
    [['--no-input', 'list', '--accessible', '--no-color'], ALL],
    [['--no-input', '--no-color', '--accessible'], ALL],
    [['check', '--json', '--quiet'], { json: true, quiet: true, input: true, color: true }],
    [['check'], { input: true, color: true }],
  ])('of %j are handed on', async (args, options) => {
    const { run, shared } = program();
    await run(...args);
    expect(shared).toHaveLength(1);
    expect(shared[0]).toMatchObject(options);
  });

  it.each([['--no-input'], ['--no-browser']])('%s reaches a wizard', async (flag) => {
    const { run, shared } = program();
    await expect(run('freshservice', flag)).rejects.toMatchObject({ code: 'input-needed' });
    expect(shared[0]).toMatchObject(flag === '--no-input' ? { input: false } : { browser: false });
  });
});

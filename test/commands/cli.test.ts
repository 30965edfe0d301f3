import type { Connection } from '../../src/core/connection.js';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commandName, runCli, type CliOptions } from '../../src/cli.js';
import type { Session, SharedOptions } from '../../src/commands/command.js';
import { UsageError } from '../../src/core/errors.js';
import type { KnownProvider } from '../../src/core/known-provider.js';
import type { ExposedFile } from '../../src/core/exposed-file.js';
import type { Runner } from '../../src/core/ports.js';
import { revealAll, Secret } from '../../src/core/secret.js';
import { createSealing } from '../../src/adapters/sealing.js';
import { INSTALLED } from '../../src/core/shell.js';
import type { Reason } from '../../src/core/verdict.js';
import { fakeFreshservice } from '../support/fake-providers.js';
import {
  API_KEY,
  EMAIL,
  fakeContext,
  fakeRecords,
  filledStore,
  freshserviceConnection,
  gladlyConnection,
  NOW,
  PLAIN,
  TOKEN,
  WRONG_KEY,
  FAKE_PAGES,
  fakeRequests,
  type FakeContext,
} from '../support/fakes.js';
import { definitions, faked, knownAs } from '../support/built-ins.js';
import { fakeDefinitions } from '../support/fake-definitions.js';
import { brindle, connectionTo, fakeApi, testProvider } from '../support/test-provider.js';
import { written } from '../../src/output/output.js';

const live = fakeFreshservice({ tenants: ['acme'], apiKey: API_KEY });
const ACME = 'acme.freshservice.com';
const acme = freshserviceConnection();

interface World {
  readonly context?: FakeContext;
  /** By default those that the fakes simulate. */
  readonly providers?: readonly KnownProvider[];
  readonly variables?: Readonly<Record<string, string>>;
  /** What comes on standard input; without it, a read fails the test. */
  readonly stdin?: string;
  /** Files that others can read, with who can change that. */
  readonly exposedFiles?: Readonly<Record<string, ExposedFile>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly stdinIsTerminal?: boolean;
  readonly stdoutIsTerminal?: boolean;
  readonly stderrIsTerminal?: boolean;
  /** How the program that `exec` runs ends; without it, a run fails the test. */
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
    requests: fakeRequests(),
    sealing: createSealing(),
    pages: FAKE_PAGES,
    providers: world.providers ?? faked,
    definitions: fakeDefinitions(),
    json: false,
    quiet: false,
    invocation: INSTALLED,
    style: PLAIN,
    stdinIsTerminal: world.stdinIsTerminal ?? false,
    completionScript: (shell) => `script of ${shell}\n`,
    variable: (name) => world.variables?.[name] || undefined,
    stdoutIsTerminal: world.stdoutIsTerminal ?? false,
    stderrIsTerminal: world.stderrIsTerminal ?? false,
    print: (output) => out.push(written(output)),
    readerLeft: false,
    printError: (text) => err.push(text),
    onInterruption: () => {},
    printSecret: (secret) => out.push(secret instanceof Secret ? secret.reveal() : secret),
    runner: {
      async run(command, variables) {
        if (world.ends === undefined) throw new Error('a program was run');
        ran.push({ command, variables });
        return world.ends;
      },
    },
    importInput: {
      async read() {
        throw new Error('a file of connections was read');
      },
    },
    secretInput: {
      async fromStdin() {
        const given = unread;
        unread = undefined;
        if (given === undefined) throw new Error('standard input was read');
        return given;
      },
      exposedFile: (path) => world.exposedFiles?.[path],
      async fromFile(_, path) {
        const given = world.files?.[path];
        if (given === undefined) throw new Error(`${path} was read`);
        return given;
      },
      async wholeStdin(label) {
        return new TextEncoder().encode(await this.fromStdin(label));
      },
      async wholeFile(label, path) {
        return new TextEncoder().encode(await this.fromFile(label, path));
      },
    },
  };
  const options: CliOptions = {
    providers: world.providers ?? faked,
    version: '1.2.3',
    print: (text) => out.push(text),
    printError: (text) => err.push(text),
    columns: () => undefined,
    begin: async (given) => {
      shared.push(given);
      return { ...session, json: given.json ?? false, quiet: given.quiet ?? false };
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

  it.each([
    [['--help']],
    [['freshservice', '--help']],
    [['check', '-h']],
    [['gladly', '-h']],
    [['token', '--help']],
    [['exec', '--help']],
    [['exec', '-h', '--', 'env']],
    [['providers', '-h']],
    [['guide', '--help']],
  ])('%j prints help on stdout', async (args) => {
    const { run, out, err, shared } = program();
    await expect(run(...args)).resolves.toBe(0);
    expect(out()).toContain('Usage: connect-wizard');
    expect(err()).toBe('');
    expect(shared).toEqual([]);
  });

  it('of a provider names every option of every field', async () => {
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

  it('of exec shows where the program goes', async () => {
    const { run, out } = program();
    await run('exec', '--help');
    expect(out()).toContain(
      'Usage: connect-wizard exec [options] <name...> -- <command> [arguments]',
    );
  });

  it('of exec does not have --json', async () => {
    const { run, out } = program();
    await run('exec', '--help');
    expect(out()).toContain('--quiet');
    expect(out()).not.toContain('--json');
  });

  it('of token names the formats', async () => {
    const { run, out } = program();
    await run('token', '--help');
    expect(out()).toContain('raw, basic, header, env, powershell, json');
  });

  it('goes to stderr, with exit code 2, without a command and a terminal', async () => {
    const { run, out, err } = program();
    await expect(run()).resolves.toBe(2);
    expect(out()).toBe('');
    expect(err()).toContain('Usage: connect-wizard');
  });
});

describe('wrong usage', () => {
  it.each([
    ['completion', 'completion needs a shell.'],
    ['import', 'import needs a file.'],
    ['token', 'token needs a name.'],
    ['request', 'request needs a provider or name.'],
  ])('says what is missing after %s', async (command, said) => {
    await expect(program().run(command)).rejects.toThrow(said);
  });

  it('names the whole option that has no value', async () => {
    const { run } = program();
    await expect(run('providers', 'add', 'quill.json', '--sha256')).rejects.toThrow(
      '--sha256 needs a value',
    );
  });

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
    ['freshservice', `--store=${SECRET}`],
    ['token', 'x', `--format=${SECRET}`],
    ['token', 'x', SECRET],
    ['token', 'x', `--${SECRET}`],
    ['exec', SECRET],
    ['exec', SECRET, '--'],
    ['exec', 'x', `--${SECRET}`, '--', 'env'],
    ['exec', 'x', '--api-key', SECRET, '--', 'env'],
    ['providers', SECRET],
    ['providers', 'gladly', SECRET],
    ['guide', SECRET],
    ['guide', 'gladly', SECRET],
    ['guide', 'gladly', 'find', SECRET],
    ['guide', `--${SECRET}`],
    ['gladly', '--email'],
    ['remove'],
    ['token'],
    ['token', 'x', '--field'],
    ['exec'],
    ['exec', '--', 'env'],
    ['frobnicate'],
  ])('%s %s is refused without repeating what was typed', async (...args) => {
    const { run, out, err } = program();
    const error: unknown = await run(...args).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    const { message, advice } = error as UsageError;
    expect(`${message}${JSON.stringify(advice)}${out()}${err()}`).not.toContain(SECRET);
    expect(advice.next).toMatch(/\.$/u);
  });

  it('is refused without repeating the secret anywhere on the line', async () => {
    const words = [
      'freshservice',
      'gladly',
      'check',
      'token',
      'exec',
      'guide',
      'move',
      'remove',
      'import',
    ];
    const options = [
      '--domain',
      '--store',
      '--need',
      '--name',
      '--timeout',
      '--format',
      '--json',
      '--',
    ];
    const typed = fc
      .tuple(
        fc.constantFrom('', '-', '--', '--api-key=', '--store=', '--x=', 'helper:'),
        fc.constantFrom('', '/', '=', ' '),
      )
      .map(([before, after]) => `${before}${SECRET}${after}`);
    const line = fc
      .tuple(
        fc.array(fc.constantFrom(...words, ...options), { maxLength: 4 }),
        typed,
        fc.array(fc.constantFrom(...words, ...options), { maxLength: 2 }),
      )
      .map((parts) => parts.flat());
    await fc.assert(
      fc.asyncProperty(line, async (args) => {
        const { run, out, err } = program();
        const error: unknown = await run(...args).catch((caught: unknown) => caught);
        if (!(error instanceof UsageError)) return;
        const told = `${error.message}${JSON.stringify(error.advice)}${out()}${err()}`;
        expect(told, args.join(' ')).not.toContain(SECRET);
      }),
      { numRuns: 700 },
    );
  });

  it('is refused with the reason if a moved secret would be stored nowhere', async () => {
    await expect(
      program().run('move', 'freshservice/acme', '--store', 'none'),
    ).rejects.toMatchObject({
      advice: { next: expect.stringMatching(/: what is moved has to be kept\.$/u) as string },
    });
  });

  it('is refused with a suggestion', async () => {
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

  it('is reported under the name of its command in JSON', () => {
    const { options } = program();
    expect(commandName(options, ['freshservice', '--x'])).toBe('connect');
    expect(commandName(options, ['status'])).toBe('check');
    expect(commandName(options, ['--json', 'list'])).toBe('list');
    expect(commandName(options, ['exec', 'freshservice'])).toBe('exec');
    expect(commandName(options, ['token', 'gladly'])).toBe('token');
    expect(commandName(options, ['nothing'])).toBeNull();
  });
});

describe('connect', () => {
  const connected = (world: World = {}) =>
    program({ context: fakeContext({ hosts: { [ACME]: live } }), ...world });

  it.each<[string, World, string[]]>([
    ['from a flag and standard input', { stdin: API_KEY }, ['--domain', 'acme', '--api-key-stdin']],
    [
      'from a flag and a file',
      { files: { 'k.txt': API_KEY } },
      ['--domain', 'acme', '--api-key-file', 'k.txt'],
    ],
    [
      'from variables',
      { variables: { FRESHSERVICE_DOMAIN: 'acme', FRESHSERVICE_API_KEY: API_KEY } },
      [],
    ],
    [
      'from a flag before its variable',
      { variables: { FRESHSERVICE_DOMAIN: 'globex', FRESHSERVICE_API_KEY: API_KEY } },
      ['--domain=acme'],
    ],
    [
      'from a file before its variable',
      { files: { k: API_KEY }, variables: { FRESHSERVICE_API_KEY: WRONG_KEY } },
      ['--domain=acme', '--api-key-file=k'],
    ],
    [
      'from a variable if the flag is empty',
      { variables: { FRESHSERVICE_DOMAIN: 'acme', FRESHSERVICE_API_KEY: API_KEY } },
      ['--domain', ''],
    ],
    [
      'from a variable if standard input is empty',
      { stdin: '', variables: { FRESHSERVICE_API_KEY: API_KEY } },
      ['--domain=acme', '--api-key-stdin'],
    ],
    [
      'from a flag with spaces around its value',
      { stdin: API_KEY },
      ['--domain', ' acme ', '--api-key-stdin'],
    ],
  ])('takes its values %s', async (_, world, args) => {
    const { run, out, context } = connected(world);
    await expect(run('freshservice', ...args)).resolves.toBe(0);
    expect(out()).toContain('Connected freshservice/acme');
    expect(context.records.kept.has('freshservice/acme')).toBe(true);
  });

  it('warns about a file that others can read, in JSON, too', async () => {
    const { run, out } = connected({ files: { "a's": API_KEY }, exposedFiles: { "a's": 'own' } });
    const args = ['--domain', 'acme', '--api-key-file', "a's", '--json'];
    await expect(run('freshservice', ...args)).resolves.toBe(0);
    expect(JSON.parse(out())).toMatchObject({
      connections: [
        {
          warnings: expect.arrayContaining([
            {
              code: 'open-file',
              message: expect.stringContaining("chmod 600 'a'\\''s'") as string,
            },
          ]) as unknown,
        },
      ],
    });
  });

  it("does not advise chmod for a file of root's", async () => {
    const { run, out } = connected({ files: { key: API_KEY }, exposedFiles: { key: 'of root' } });
    const args = ['--domain', 'acme', '--api-key-file', 'key', '--json'];
    await expect(run('freshservice', ...args)).resolves.toBe(0);
    expect(out()).toContain('It belongs to root, and only root can change that.');
    expect(out()).not.toContain('chmod');
  });

  it.each([
    [{ variables: { FRESHSERVICE_API_KEY: '' } }, ['--domain', 'acme']],
    [{ stdin: '' }, ['--domain', 'acme', '--api-key-stdin']],
    [{ variables: { FRESHSERVICE_DOMAIN: '', FRESHSERVICE_API_KEY: API_KEY } }, []],
    [{ stdinIsTerminal: true }, ['--domain', 'acme', '--api-key-stdin']],
  ])('counts an empty value as missing (%#)', async (world, args) => {
    await expect(program(world).run('freshservice', ...args)).rejects.toMatchObject({
      code: 'input-needed',
    });
  });

  it('refuses a secret that comes twice', async () => {
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

  it('prints nothing with --quiet if all is well', async () => {
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
    expect(err()).toContain('No credential was saved.');
  });

  it('uses the store of CONNECT_WIZARD_STORE, unless --store names another', async () => {
    const variables = { CONNECT_WIZARD_STORE: 'none', FRESHSERVICE_API_KEY: API_KEY };
    const verified = connected({ variables });
    await verified.run('freshservice', '--domain=acme');
    expect(verified.context.records.kept.size).toBe(0);
    const stored = connected({ variables });
    await stored.run('freshservice', '--domain=acme', '--store=keychain');
    expect(stored.context.records.kept.size).toBe(1);
  });

  it.each(['0.001', '2.01', '16.1', '600', '0.0004'])(
    'turns --timeout %s into whole milliseconds for each request',
    async (seconds) => {
      const context = fakeContext({ hosts: { [ACME]: live } });
      const limits: number[] = [];
      const send = context.http.send.bind(context.http);
      const http = {
        ...context.http,
        send: (request: Parameters<typeof send>[0]) => {
          limits.push(request.timeoutMs);
          return send(request);
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

const dated = (name: string, changedAt?: unknown): Connection =>
  freshserviceConnection({ name, ...(changedAt !== undefined && { changedAt }) });

describe('check', () => {
  it.each(['check', 'status'])('as %s prints a line for each connection', async (name) => {
    const { run, out } = program(storedWorld({ [ACME]: live }));
    await expect(run(name)).resolves.toBe(0);
    expect(out()).toMatch(/^✓ freshservice\/acme +valid/u);
  });

  it('ends with 4 if nothing is stored, and says what to do', async () => {
    const { run, out, err } = program();
    await expect(run('check')).resolves.toBe(4);
    expect(out()).toBe('');
    expect(err()).toContain('connect-wizard providers');
  });

  it('ends with 4 if nothing has that name', async () => {
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

  it('prints only what is wrong with --quiet', async () => {
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

  it.each(['90m', '24h', '7d'])('takes --max-age %s', async (age) => {
    const fresh = freshserviceConnection({ lastValidAt: '2026-11-20T17:59:00.000Z' });
    const context = fakeContext({ records: fakeRecords(fresh) });
    await expect(program({ context }).run('check', '--max-age', age)).resolves.toBe(0);
  });

  it('prints a line for each connection and a summary with --stream', async () => {
    const amy = gladlyConnection();
    const context = fakeContext({
      records: fakeRecords(acme, amy),
      store: filledStore(acme, amy),
      hosts: { [ACME]: live, [amy.host]: () => ({ status: 401 }) },
    });
    const { run, out } = program({ context });
    await expect(run('check', '--json', '--stream', acme.name, 'gladly', 'no/such')).resolves.toBe(
      3,
    );
    const lines = out()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(new Map(lines.slice(0, -1).map(({ name, verdict }) => [name, verdict]))).toEqual(
      new Map([
        [acme.name, 'valid'],
        [amy.name, 'rejected'],
        ['no/such', 'missing'],
      ]),
    );
    expect(lines.at(-1)).toEqual({
      schemaVersion: 1,
      command: 'check',
      summary: {
        checked: 3,
        valid: 1,
        limited: 0,
        rejected: 1,
        'wrong-host': 0,
        unreachable: 0,
        undecided: 0,
        missing: 1,
        'store-error': 0,
      },
      exitCode: 3,
    });
  });

  it('prints only the summary with --stream if nothing is stored, and refuses it without --json', async () => {
    const { run, out } = program();
    await expect(run('check', '--json', '--stream')).resolves.toBe(4);
    expect(JSON.parse(out())).toMatchObject({ summary: { checked: 0 }, exitCode: 4 });
    await expect(run('check', '--stream')).rejects.toThrow(UsageError);
  });

  it('warns about secrets that are older than --older-than, and still ends with 0', async () => {
    const records = [
      dated('a/old', '2026-01-01T00:00:00.000Z'),
      dated('b/new', '2026-11-01T00:00:00.000Z'),
      dated('c/unknown'),
      dated('d/damaged', 'last week'),
    ];
    const context = fakeContext({
      records: fakeRecords(...records),
      store: filledStore(...records),
      hosts: { [ACME]: live },
    });
    const { run } = program({ context });
    await expect(run('check', '--older-than', '180d')).resolves.toBe(0);
    expect(context.terminal.text('warn')).toBe(
      'a/old: The secret was last changed 323 days ago (2026-01-01).',
    );
  });
});

const quietWorld = (): World => ({
  context: fakeContext({ records: fakeRecords(acme), store: filledStore(acme) }),
});

describe('list and remove', () => {
  it('list ends with 0, whatever it shows', async () => {
    const { run, out } = program();
    await expect(run('list')).resolves.toBe(0);
    expect(out()).toContain('Nothing is stored yet.');
    const bad = fakeContext({ records: fakeRecords({ ...acme, reason: 'bad-credential' }) });
    await expect(program({ context: bad }).run('list', '--json')).resolves.toBe(0);
  });

  it('list does not say that nothing is stored if only the name is wrong', async () => {
    const { run, out } = program(quietWorld());
    await expect(run('list', 'gladly')).resolves.toBe(0);
    expect(out()).not.toContain('Nothing is stored yet.');
  });

  it('remove says what it removed, and can be repeated', async () => {
    const { run, out } = program(quietWorld());
    await expect(run('remove', acme.name)).resolves.toBe(0);
    await expect(run('remove', acme.name, '--json')).resolves.toBe(0);
    expect(out()).toContain('freshservice/acme was removed.');
  });

  it('remove refuses a provider with several connections', async () => {
    const context = fakeContext({
      records: fakeRecords(acme, freshserviceConnection({ name: 'freshservice/beta' })),
    });
    await expect(program({ context }).run('remove', 'freshservice')).rejects.toMatchObject({
      code: 'usage',
    });
  });
});

const amy = gladlyConnection();

/** A stored connection whose last check ended with `reason`; a request fails the test. */
const judged = (reason: Reason, lastValidAt: string | null = acme.lastValidAt): World => {
  const connection = { ...acme, reason, lastValidAt };
  return {
    context: fakeContext({ records: fakeRecords(connection), store: filledStore(connection) }),
  };
};

const both = (): World => ({
  context: fakeContext({ records: fakeRecords(acme, amy), store: filledStore(acme, amy) }),
});

const thrown = async (run: Promise<number>): Promise<unknown> =>
  run.then(
    (code) => `it ended with ${code}`,
    (error: unknown) => error,
  );

describe('token', () => {
  const fields = { domain: 'acme', apiKey: API_KEY };
  const pair = Buffer.from(`${API_KEY}:X`).toString('base64');

  it.each(['freshservice/acme', 'freshservice'])('of %s prints only the secret', async (name) => {
    const { run, out, err, context } = program(both());
    await expect(run('token', name)).resolves.toBe(0);
    expect(out()).toBe(API_KEY);
    expect(err()).toBe('');
    expect(context.terminal.said).toEqual([]);
  });

  it.each([
    [['--field', 'domain'], 'acme'],
    [['--field=apiKey'], API_KEY],
    [['--field', 'apiKey', '--format', 'raw'], API_KEY],
    [['--format', 'raw'], API_KEY],
    [['--format', 'basic'], pair],
    [['--format=header'], `Authorization: Basic ${pair}`],
    [
      ['--format', 'env'],
      `FRESHSERVICE_DOMAIN='acme'\nFRESHSERVICE_API_KEY='${API_KEY}'\nFRESHSERVICE_HOST='${ACME}'`,
    ],
    [['--format', 'json'], JSON.stringify(fields, null, 2)],
    [['--json'], JSON.stringify(fields, null, 2)],
    [['--json', '--format', 'json'], JSON.stringify(fields, null, 2)],
  ])('with %j prints that and nothing else', async (args, text) => {
    const { run, out, err } = program(quietWorld());
    await expect(run('token', acme.name, ...args)).resolves.toBe(0);
    expect(out()).toBe(text);
    expect(err()).toBe('');
  });

  it('with --format powershell prints lines for PowerShell', async () => {
    const { run, out } = program(quietWorld());
    await run('token', acme.name, '--format', 'powershell');
    expect(out()).toContain(`$env:FRESHSERVICE_API_KEY = '${API_KEY}'`);
  });

  it.each([[[]], [['--json']], [['--format', 'env']], [['--field', 'domain']]])(
    'with --quiet and %j prints nothing',
    async (args) => {
      const { run, out, err } = program(quietWorld());
      await expect(run('token', acme.name, '--quiet', ...args)).resolves.toBe(0);
      expect(out() + err()).toBe('');
    },
  );

  it.each([
    ['--field', 'domain', '--format', 'json'],
    ['--field', 'domain', '--format', 'env'],
    ['--field', 'domain', '--json'],
    ['--json', '--format', 'raw'],
    ['--json', '--format', 'header'],
    ['--format', 'yaml'],
    ['--format', 'toString'],
    ['--format', ''],
    ['--format', 'JSON'],
  ])('refuses %s %s %s %s, and opens nothing', async (...args) => {
    const { run, out, context, shared } = program(quietWorld());
    expect(await thrown(run('token', acme.name, ...args))).toBeInstanceOf(UsageError);
    expect(out()).toBe('');
    expect(shared).toEqual([]);
    expect(context.store.calls).toEqual([]);
  });

  it('refuses a field that the provider does not have', async () => {
    const { run, out } = program(quietWorld());
    const error = await thrown(run('token', acme.name, '--field', 'token'));
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).advice.next).toContain('domain, apiKey');
    expect(out()).toBe('');
  });

  it.each([[[]], [['--field', 'apiKey']], [['--json']], [['--format', 'header']]])(
    'with %j needs --reveal on a terminal',
    async (args) => {
      const refused = program({ ...quietWorld(), stdoutIsTerminal: true });
      const error = await thrown(refused.run('token', acme.name, ...args));
      expect(error).toBeInstanceOf(UsageError);
      expect((error as UsageError).advice.next).toContain('--reveal');
      expect(refused.out() + refused.err()).toBe('');
      expect(refused.context.store.calls).toEqual([]);
      const shown = program({ ...quietWorld(), stdoutIsTerminal: true });
      const piped = program(quietWorld());
      await expect(shown.run('token', acme.name, '--reveal', ...args)).resolves.toBe(0);
      await piped.run('token', acme.name, ...args);
      expect(shown.out()).toBe(piped.out());
      expect(shown.out()).not.toBe('');
    },
  );

  it.each(['missing-permission', 'bad-credential'] as const)(
    'prints the secret, with a warning on stderr, if the last check found %s',
    async (reason) => {
      const { run, out, context } = program(judged(reason));
      await expect(run('token', acme.name)).resolves.toBe(0);
      expect(out()).toBe(API_KEY);
      expect(context.terminal.text('warn')).toContain(reason);
      expect(context.terminal.text()).not.toContain(API_KEY);
    },
  );

  it('prints an unproven secret only with --allow-unverified', async () => {
    const refused = program(judged('dns', null));
    expect(await thrown(refused.run('token', acme.name))).toMatchObject({ reason: 'dns' });
    expect(refused.out()).toBe('');
    const { run, out, context } = program(judged('dns', null));
    await expect(run('token', acme.name, '--allow-unverified')).resolves.toBe(0);
    expect(out()).toBe(API_KEY);
    expect(context.terminal.text('warn')).toContain('Never proven');
  });

  it('prints nothing if nothing has that name', async () => {
    const { run, out } = program(quietWorld());
    expect(await thrown(run('token', 'freshservice/globex'))).toMatchObject({
      name: 'ConnectionError',
      reason: 'not-stored',
      connection: 'freshservice/globex',
    });
    expect(out()).toBe('');
  });

  it('prints the stored secret, whatever the variables say', async () => {
    const variables = { FRESHSERVICE_API_KEY: WRONG_KEY, FRESHSERVICE_DOMAIN: 'globex' };
    const { run, out } = program({ ...quietWorld(), variables });
    await run('token', acme.name, '--json');
    expect(JSON.parse(out())).toEqual(fields);
  });
});

describe('exec', () => {
  const ends = { code: 0 };
  const ACME_VARIABLES = {
    FRESHSERVICE_DOMAIN: 'acme',
    FRESHSERVICE_API_KEY: API_KEY,
    FRESHSERVICE_HOST: ACME,
  };
  const AMY_VARIABLES = {
    GLADLY_SLUG: 'acme.us-1',
    GLADLY_EMAIL: EMAIL,
    GLADLY_TOKEN: TOKEN,
    GLADLY_HOST: amy.host,
  };

  it.each([
    [['env']],
    [['curl', '--help']],
    [['prog', '--json', '--quiet', '--allow-unverified', '-h', '-V', '--version']],
    [['prog', '--api-key', 'abc', '--token=abc', '--api-key-stdin', 'abc']],
    [['prog', '--', 'more', '--']],
    [['prog', '', ' two words ', '$HOME', "it's"]],
    [['exec', 'freshservice', '--', 'env']],
    [['--odd-name', 'x']],
  ])('runs %j as it is', async (command) => {
    const { run, ran, out, err, context } = program({ ...quietWorld(), ends });
    await expect(run('exec', acme.name, '--', ...command)).resolves.toBe(0);
    expect(ran.map((each) => each.command)).toEqual([command]);
    expect(out() + err()).toBe('');
    expect(context.terminal.said).toEqual([]);
  });

  it.each([
    [['freshservice/acme'], ACME_VARIABLES],
    [['freshservice'], ACME_VARIABLES],
    [['gladly/acme.us-1'], AMY_VARIABLES],
    [['freshservice/acme', 'gladly'], { ...ACME_VARIABLES, ...AMY_VARIABLES }],
    [['gladly', 'freshservice'], { ...ACME_VARIABLES, ...AMY_VARIABLES }],
    [['freshservice/acme', 'freshservice/acme'], ACME_VARIABLES],
    [['freshservice/acme', 'freshservice'], ACME_VARIABLES],
  ])('of %j sets their variables', async (names, variables) => {
    const { run, ran } = program({ ...both(), ends });
    await expect(run('exec', ...names, '--', 'env')).resolves.toBe(0);
    expect(ran.map((each) => revealAll(each.variables))).toEqual([variables]);
  });

  it('keeps each secret a Secret until the program starts', async () => {
    const { run, ran } = program({ ...both(), ends });
    await run('exec', 'freshservice', 'gladly', '--', 'env');
    expect(ran[0]?.variables['FRESHSERVICE_API_KEY']).toBeInstanceOf(Secret);
    expect(ran[0]?.variables['GLADLY_TOKEN']).toBeInstanceOf(Secret);
  });

  it.each([
    [['--no-input', 'exec', 'freshservice', '--', 'env']],
    [['exec', '--no-color', 'freshservice', '--quiet', '--', 'env']],
  ])('takes its own options before the dashes: %j', async (args) => {
    const { run, ran } = program({ ...quietWorld(), ends });
    await expect(run(...args)).resolves.toBe(0);
    expect(ran.map(({ command }) => command)).toEqual([['env']]);
  });

  it.each([0, 1, 2, 42, 130, 255])('ends with the exit code %i of the program', async (code) => {
    const { run, err } = program({ ...quietWorld(), ends: { code } });
    await expect(run('exec', 'freshservice', '--', 'prog')).resolves.toBe(code);
    expect(err()).toBe('');
  });

  it.each([
    ['prog', 'ENOENT', 127, /was not found/u],
    ['prog', 'EACCES', 126, /could not be started: the reason/u],
    ['cd', 'ENOENT', 127, /cd is a word of the shell/u],
    ['ls -l', 'ENOENT', 127, /its name has a space in it[^]*Leave out the quotes/u],
  ])('ends, if %s cannot be started (%s), with %i', async (name, notStarted, code, words) => {
    const notRun = { notStarted, why: 'the reason' };
    const { run, out, err } = program({ ...quietWorld(), ends: notRun });
    await expect(run('exec', 'freshservice', '--', name)).resolves.toBe(code);
    expect(out()).toBe('');
    expect(err()).toMatch(words);
  });

  const beta = freshserviceConnection({ name: 'freshservice/beta', host: 'beta.freshservice.com' });

  it.each([
    [['freshservice/acme', 'freshservice/beta']],
    [['freshservice/beta', 'gladly', 'freshservice/acme']],
  ])('refuses %j, which set the same variables', async (names) => {
    const context = fakeContext({
      records: fakeRecords(acme, beta, amy),
      store: filledStore(acme, beta, amy),
    });
    const { run, out, err } = program({ context });
    const error = await thrown(run('exec', ...names, '--', 'env'));
    expect(error).toBeInstanceOf(UsageError);
    for (const part of [acme.name, beta.name, 'FRESHSERVICE_API_KEY']) {
      expect((error as UsageError).message).toContain(part);
    }
    expect(out() + err()).toBe('');
  });

  it.each([
    [['freshservice']],
    [['freshservice', '--']],
    [['freshservice', 'env']],
    [['freshservice', '--json', '--', 'env']],
    [['--json', 'freshservice', '--', 'env']],
    [['--', 'env']],
    [['freshservice', '--', '']],
    [['freshservice', '--', '', 'env']],
  ])('refuses %j, and opens nothing', async (args) => {
    const { run, context, shared } = program(quietWorld());
    expect(await thrown(run('exec', ...args))).toBeInstanceOf(UsageError);
    expect(shared).toEqual([]);
    expect(context.store.calls).toEqual([]);
  });

  it('runs nothing if one of several credentials cannot be handed over', async () => {
    const { run } = program(both());
    expect(await thrown(run('exec', 'gladly', 'freshservice/globex', '--', 'env'))).toMatchObject({
      reason: 'not-stored',
      connection: 'freshservice/globex',
    });
  });

  it.each(['missing-permission', 'bad-credential'] as const)(
    'warns and runs if the last check found %s',
    async (reason) => {
      const { run, ran, out, context } = program({ ...judged(reason), ends });
      await expect(run('exec', 'freshservice', '--', 'env')).resolves.toBe(0);
      expect(ran).toHaveLength(1);
      expect(out()).toBe('');
      expect(context.terminal.text('warn')).toContain(reason);
    },
  );

  it('runs with an unproven credential only with --allow-unverified', async () => {
    const refused = program(judged('timeout', null));
    const args = ['freshservice', '--', 'prog', '--allow-unverified'];
    expect(await thrown(refused.run('exec', ...args))).toMatchObject({ reason: 'timeout' });
    const { run, ran } = program({ ...judged('timeout', null), ends });
    await expect(run('exec', '--allow-unverified', ...args)).resolves.toBe(0);
    expect(ran).toHaveLength(1);
  });

  it('leaves signals to the program while it runs', async () => {
    const { context = fakeContext({}) } = quietWorld();
    const { run } = program({
      context,
      get ends() {
        context.interruption.raise(130);
        return { code: 7 };
      },
    });
    await expect(run('exec', 'freshservice', '--', 'prog')).resolves.toBe(7);
    expect(context.interruption.signal.aborted).toBe(false);
  });

  it('runs nothing after an interruption', async () => {
    const { context = fakeContext({}) } = quietWorld();
    context.interruption.raise(143);
    const { run } = program({ context });
    expect(await thrown(run('exec', 'freshservice', '--', 'prog'))).toMatchObject({
      name: 'Interrupted',
      exitCode: 143,
    });
  });
});

describe('two dashes', () => {
  it.each([
    ['check', { [ACME]: live }],
    ['list', {}],
    ['token', {}],
    ['remove', {}],
  ])('end the options of %s, and nothing else', async (command, hosts) => {
    const { run, out } = program(storedWorld(hosts));
    await expect(run(command, '--', acme.name)).resolves.toBe(0);
    expect(out()).toContain(command === 'token' ? API_KEY : acme.name);
  });
});

describe('providers', () => {
  it('lists each, one a line', async () => {
    const { run, out, err } = program();
    await expect(run('providers')).resolves.toBe(0);
    for (const { id, name } of faked) {
      expect(out()).toMatch(new RegExp(`^${id} +${name}; .*built in$`, 'mu'));
    }
    expect(err()).toBe('');
  });

  it('with an id shows what that provider asks for', async () => {
    const { run, out } = program();
    await expect(run('providers', 'gladly')).resolves.toBe(0);
    for (const part of ['Gladly', '--slug <value>', '--token-file <path>', 'GLADLY_TOKEN']) {
      expect(out()).toContain(part);
    }
    expect(out()).not.toContain('Freshservice');
  });

  it('with --json prints a document with every definition', async () => {
    const { run, out, err } = program();
    await expect(run('providers', '--json')).resolves.toBe(0);
    const document = JSON.parse(out()) as { readonly providers: readonly object[] };
    expect(document).toMatchObject({
      schemaVersion: 1,
      command: 'providers',
      checkedAt: NOW,
      exitCode: 0,
    });
    const [first] = document.providers;
    expect(first).toEqual({
      id: 'freshservice',
      origin: 'built-in',
      state: 'usable',
      connections: 0,
      sha256: null,
      definition: definitions.find(({ id }) => id === 'freshservice'),
      faults: [],
    });
    expect(err()).toBe('');
  });

  it.each(['freshservice', 'gladly'])('%s with --json prints only the definition', async (id) => {
    const { run, out } = program();
    await expect(run('providers', id, '--json')).resolves.toBe(0);
    expect(JSON.parse(out())).toEqual(definitions.find((each) => each.id === id));
  });

  it.each([['--quiet'], ['--quiet', '--json']])('with %s %s prints nothing', async (...args) => {
    const { run, out } = program();
    await expect(run('providers', ...args)).resolves.toBe(0);
    expect(out()).toBe('');
  });

  it.each(['nobody', 'glad', 'Gladly', 'gladly/acme.us-1', ''])(
    'refuses %j, and names those that it knows',
    async (id) => {
      const { run, out } = program();
      const error = await thrown(run('providers', id));
      expect(error).toBeInstanceOf(UsageError);
      expect((error as UsageError).advice.next).toContain('freshservice, gladly');
      expect(out()).toBe('');
    },
  );

  it('reads no store', async () => {
    const { run, context } = program(quietWorld());
    await run('providers', '--json');
    expect(context.store.calls).toEqual([]);
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
    [['providers', '--no-input', '--no-color', '--accessible'], ALL],
    [['--no-input', '--no-color', '--accessible', 'providers', 'gladly'], ALL],
  ])('are passed on from %j', async (args, options) => {
    const { run, shared } = program();
    await run(...args);
    expect(shared).toHaveLength(1);
    expect(shared[0]).toMatchObject(options);
  });

  it.each([['--no-input'], ['--no-browser']])('reach a wizard: %s', async (flag) => {
    const { run, shared } = program();
    await expect(run('freshservice', flag)).rejects.toMatchObject({ code: 'input-needed' });
    expect(shared[0]).toMatchObject(flag === '--no-input' ? { input: false } : { browser: false });
  });
});

describe('a copy of a definition under another id', () => {
  const copy = testProvider({
    id: 'brindle-two',
    name: 'Brindle Two',
    apiHeader: 'x-brindle-api',
    tests: 2,
  });
  const [first, second] = [connectionTo(brindle), connectionTo(copy)];
  const NEW = 'Nq7cT2xWv5bLm8ZrYk3H';
  /** One of the two accepts a new key; a request to the other fails the test. */
  const world = (asked: typeof brindle, ...records: Connection[]) => ({
    providers: [brindle, copy].map(knownAs),
    context: fakeContext({
      hosts: { [asked.sandbox.host]: fakeApi(asked, { values: { apiKey: NEW } }) },
      records: fakeRecords(...records),
      store: filledStore(...records),
    }),
  });

  it('is connected next to the other one', async () => {
    const { run, context } = program({ ...world(copy, first), stdin: NEW });
    await expect(run('brindle-two', '--site', 'acme', '--api-key-stdin')).resolves.toBe(0);
    const { connections } = await context.records.list();
    expect(connections.map(({ name }) => name)).toEqual([second.name, first.name]);
  });

  it.each([
    ['the first', brindle, first, second],
    ['the copy', copy, second, first],
  ])('takes the same flag in a rotation: %s', async (_, asked, rotated, other) => {
    const { run, context } = program({ ...world(asked, first, second), stdin: NEW });
    const before = context.store.items.get(other.name);
    await expect(run('rotate', rotated.name, '--api-key-stdin')).resolves.toBe(0);
    expect(context.store.items.get(rotated.name)).toContain(NEW);
    expect(context.store.items.get(other.name)).toBe(before);
  });

  it('has variables of its own', async () => {
    const { run, context } = program({
      ...world(copy, first, second),
      variables: { BRINDLE_API_KEY: WRONG_KEY, BRINDLE_TWO_API_KEY: NEW },
    });
    await expect(run('rotate', second.name)).resolves.toBe(0);
    expect(context.store.items.get(second.name)).toContain(NEW);
  });
});

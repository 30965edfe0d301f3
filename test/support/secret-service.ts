import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A session bus of a test's own, on which nothing is started by being asked for. */
export interface Bus {
  /** What a program needs to find it. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** A bus and a real keyring on it, empty. */
export interface SecretService extends Bus {
  /** As another program would: the secret under `account`, or undefined. */
  lookup(account: string): Promise<string | undefined>;
  /** Puts a secret there as another program would; items that differ in `tag` are several. */
  put(account: string, secret: string | Buffer, tag?: string): Promise<void>;
  /** Takes a secret away as another program would. */
  drop(account: string): Promise<void>;
  /** The account of every item of connect-wizard's that is there, sorted. */
  accounts(): Promise<string[]>;
  lock(): Promise<void>;
  /** Stops the keyring in its tracks: it runs, and answers no more. */
  freeze(): void;
  thaw(): void;
}

const SERVICE = 'connect-wizard';

const PROGRAM = {
  bus: 'dbus-daemon',
  call: 'gdbus',
  keyring: 'gnome-keyring-daemon',
  tool: 'secret-tool',
} as const;

/** What has to be installed: Debian's dbus, libglib2.0-bin, gnome-keyring and libsecret-tools. */
export const KEYRING_PROGRAMS: readonly string[] = Object.values(PROGRAM);
/** The same for the system's own keychain: Linux has none before somebody logs in. */
export const SYSTEM_KEYCHAIN_PROGRAMS = process.platform === 'linux' ? KEYRING_PROGRAMS : [];
const LOCK_DEFAULT = [
  '--dest=org.freedesktop.secrets',
  '--object-path=/org/freedesktop/secrets',
  '--method=org.freedesktop.Secret.Service.Lock',
  "['/org/freedesktop/secrets/collection/login']",
];

interface OpenBus extends Bus {
  /** Private to the bus; gone when it is closed. */
  readonly folder: string;
}

async function openBus(): Promise<OpenBus> {
  const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-bus-'));
  const config = join(folder, 'bus.conf');
  await writeFile(
    config,
    `<busconfig>
      <type>session</type>
      <listen>unix:path=${join(folder, 'bus')}</listen>
      <auth>EXTERNAL</auth>
      <policy context="default">
        <allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/>
      </policy>
    </busconfig>`,
  );
  const daemon = spawn(
    PROGRAM.bus,
    [`--config-file=${config}`, '--nofork', '--nopidfile', '--print-address'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const [address] = (await once(createInterface({ input: daemon.stdout }), 'line')) as [string];
  return {
    folder,
    env: { DBUS_SESSION_BUS_ADDRESS: address },
    async close() {
      await end(daemon);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A bus without a keyring: what a minimal desktop or a misconfigured server has. */
export const startBus: () => Promise<Bus> = openBus;

/** @param unlocked false for a keyring that nobody has ever unlocked: it has no default collection. */
export async function startSecretService({ unlocked = true } = {}): Promise<SecretService> {
  const bus = await openBus();
  const home = join(bus.folder, 'home');
  const runtime = join(bus.folder, 'runtime');
  await mkdir(home);
  await mkdir(runtime, { mode: 0o700 });
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    XDG_RUNTIME_DIR: runtime,
    ...bus.env,
  };
  const keyring = spawn(
    PROGRAM.keyring,
    ['--foreground', unlocked ? '--unlock' : '--start', '--components=secrets'],
    { env, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  keyring.stdin.end('password of the keyring');
  const gdbus = (...args: string[]) => execute(PROGRAM.call, args, { env });
  await gdbus('wait', '--session', '--timeout', '20', 'org.freedesktop.secrets');

  return {
    env: bus.env,
    async lookup(account) {
      return execute(PROGRAM.tool, ['lookup', 'service', SERVICE, 'username', account], {
        env,
      }).then(
        ({ stdout }) => stdout,
        () => undefined,
      );
    },
    async put(account, secret, tag) {
      const attributes = ['service', SERVICE, 'username', account];
      if (tag !== undefined) attributes.push('tag', tag);
      const tool = spawn(PROGRAM.tool, ['store', '--label=by hand', ...attributes], {
        env,
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      tool.stdin.end(secret);
      const [code] = (await once(tool, 'close')) as [number | null];
      if (code !== 0) throw new Error(`secret-tool store ended with ${code}`);
    },
    async drop(account) {
      await execute(PROGRAM.tool, ['clear', 'service', SERVICE, 'username', account], { env });
    },
    async accounts() {
      // Prints the secrets too, on stdout; the attributes go to stderr.
      const { stdout, stderr } = await execute(
        PROGRAM.tool,
        ['search', '--all', 'service', SERVICE],
        { env },
      );
      return [...`${stdout}\n${stderr}`.matchAll(/^attribute\.username = (.*)$/gmu)]
        .map(([, account]) => account ?? '')
        .toSorted();
    },
    async lock() {
      await gdbus('call', '--session', ...LOCK_DEFAULT);
    },
    freeze: () => void keyring.kill('SIGSTOP'),
    thaw: () => void keyring.kill('SIGCONT'),
    async close() {
      await end(keyring);
      await bus.close();
    },
  };
}

/** SIGKILL also ends what is stopped. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'exit');
  child.kill('SIGKILL');
  await closed;
}

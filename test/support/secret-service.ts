import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A session bus for a test, which starts no service on demand. */
export interface Bus {
  /** The variables that a program needs to find it. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** A bus and a real keyring on it, empty. */
export interface SecretService extends Bus {
  /** Reads the secret of `account` as another program does, or undefined. */
  lookup(account: string): Promise<string | undefined>;
  /** Stores a secret as another program does; items with different `tag`s are several. */
  put(account: string, secret: string | Buffer, tag?: string): Promise<void>;
  /** Deletes a secret as another program does. */
  drop(account: string): Promise<void>;
  /** The accounts of all of connect-wizard's items, sorted. */
  accounts(): Promise<string[]>;
  lock(): Promise<void>;
  /** Stops the keyring, which runs and no longer answers. */
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

/** From Debian's packages dbus, libglib2.0-bin, gnome-keyring and libsecret-tools. */
export const KEYRING_PROGRAMS: readonly string[] = Object.values(PROGRAM);
/** The programs for the system's own keychain; Linux has none before somebody logs in. */
export const SYSTEM_KEYCHAIN_PROGRAMS = process.platform === 'linux' ? KEYRING_PROGRAMS : [];
const LOCK_DEFAULT = [
  '--dest=org.freedesktop.secrets',
  '--object-path=/org/freedesktop/secrets',
  '--method=org.freedesktop.Secret.Service.Lock',
  "['/org/freedesktop/secrets/collection/login']",
];

interface OpenBus extends Bus {
  /** A folder for this bus, which is deleted when it is closed. */
  readonly folder: string;
}

/** Fewer than the usual 256: gnome-keyring may crash if many hundreds come and go. */
export const MOST_CONNECTIONS = 100;

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
      <limit name="max_connections_per_user">${MOST_CONNECTIONS}</limit>
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

/** A bus without a keyring, as on a minimal desktop or a misconfigured server. */
export const startBus: () => Promise<Bus> = openBus;

/** @param unlocked false for a keyring that was never unlocked, and has no default collection. */
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
      // It prints the secrets on stdout, and the attributes on stderr.
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

/** SIGKILL also ends a stopped process. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'exit');
  child.kill('SIGKILL');
  await closed;
}

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { readEnvironment } from '../src/adapters/environment.js';
import { hashOfFile } from '../src/core/definition/hash.js';
import {
  ConnectionError,
  openConnectWizard,
  UsageError,
  type ConnectWizard,
} from '../src/index.js';
import { SECRET_VARIABLES } from '../src/secret-variables.js';
import { expand } from '../src/core/expand/expand.js';
import { createServices, type Services } from '../src/services.js';
import { payloom } from './support/definitions.js';
import { freshserviceConnection, itemOf } from './support/fakes.js';
import { startVaultServer } from './support/vault-server.js';
import { Secret } from '../src/core/secret.js';

const PASSPHRASES = { one: 'the first passphrase', two: 'the second passphrase' };
const acme = freshserviceConnection({ store: 'file' });

/** A home whose file store holds one connection under `passphrase`. */
async function homeWith(passphrase: string, connection = acme): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'connect-wizard-library-'));
  const services = servicesIn(home, { CONNECT_WIZARD_PASSPHRASE: passphrase });
  await services.stores.open('file').setPassword(connection.name, new Secret(itemOf(connection)));
  await services.records.write(connection);
  await services.close();
  return home;
}

/** The services of a run with this home. */
function servicesIn(home: string, variables: Readonly<Record<string, string>> = {}): Services {
  const { XDG_STATE_HOME, LOCALAPPDATA } = globalThis.process.env;
  const env = { CONNECT_WIZARD_HOME: home, XDG_STATE_HOME, LOCALAPPDATA, ...variables };
  const process = Object.create(globalThis.process, { env: { value: env } }) as NodeJS.Process;
  return createServices(readEnvironment(process, SECRET_VARIABLES), '1.2.3', () => process.stdin, {
    vaults: [],
    helpers: [],
    only: undefined,
  });
}

let homes: Record<keyof typeof PASSPHRASES, string>;
beforeAll(async () => {
  homes = { one: await homeWith(PASSPHRASES.one), two: await homeWith(PASSPHRASES.two) };
});
afterAll(async () => {
  for (const home of Object.values(homes)) await rm(home, { recursive: true, force: true });
});

const open = (home: string, passphrase: string, signal?: AbortSignal): Promise<ConnectWizard> =>
  openConnectWizard({ home, passphrase, ...(signal && { signal }) });

describe('an instance of the library', () => {
  it('does not see the passphrase of another one', async () => {
    const one = await open(homes.one, PASSPHRASES.one);
    const stranger = await open(homes.two, PASSPHRASES.one);
    const two = await open(homes.two, PASSPHRASES.two);
    await expect(one.get(acme.name)).resolves.toMatchObject({ name: acme.name });
    await expect(stranger.get(acme.name)).rejects.toMatchObject({ reason: 'store-passphrase' });
    await expect(two.get(acme.name)).resolves.toMatchObject({ name: acme.name });
    expect(process.env).not.toHaveProperty('CONNECT_WIZARD_PASSPHRASE');
    for (const each of [one, stranger, two]) await each.close();
  });

  it('sends nothing to the host of a provider of another one', async () => {
    const [one, two] = [servicesIn(homes.one), servicesIn(homes.two)];
    const provider = expand(payloom);
    one.noteOwn(provider);
    const request = { url: `https://${provider.sandbox.host}/`, headers: {}, timeoutMs: 1000 };
    await expect(two.http.send(request)).rejects.toThrow('no request may go to');
    for (const each of [one, two]) await each.close();
  });

  it('lists without a passphrase', async () => {
    const instance = await openConnectWizard({ home: homes.one });
    await expect(instance.list()).resolves.toMatchObject([{ name: acme.name }]);
    await instance.close();
  });

  it('lists a connection with a warning if its own definition is missing', async () => {
    const quill = freshserviceConnection({
      store: 'file',
      name: 'quill/acme',
      provider: 'quill',
      definition: 'a'.repeat(64),
    });
    const home = await homeWith(PASSPHRASES.one, quill);
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    const instance = await openConnectWizard({ home });
    const [listed] = await instance.list();
    expect(listed).toMatchObject({
      definition: quill.definition,
      warnings: [{ code: 'definition-missing' }],
    });
    await instance.close();
  });

  it('finishes the calls under way when it is closed, and refuses later ones', async () => {
    const instance = await open(homes.one, PASSPHRASES.one);
    const call = instance.get(acme.name);
    await instance.close();
    await expect(call).resolves.toMatchObject({ name: acme.name });
    await expect(instance.get(acme.name)).rejects.toThrow(/closed/u);
    await expect(instance.close()).resolves.toBeUndefined();
  });

  it('can be disposed of', async () => {
    const instance = await open(homes.one, PASSPHRASES.one);
    await instance[Symbol.asyncDispose]();
    await expect(instance.list()).rejects.toThrow(/closed/u);
  });

  it('throws the reason of its signal', async () => {
    const controller = new AbortController();
    const instance = await open(homes.one, PASSPHRASES.one, controller.signal);
    const call = instance.get(acme.name);
    controller.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await expect(instance.list()).rejects.toThrow('enough');
    await instance.close();
  });

  it('leaves a connection as it was if its check is aborted', async () => {
    const proxy = createServer().listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    onTestFinished(() => void proxy.close());
    const { port } = proxy.address() as AddressInfo;
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${port}`);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const controller = new AbortController();
    const instance = await open(homes.one, PASSPHRASES.one, controller.signal);
    const call = instance.check(acme.name);
    // It never answers.
    const [socket] = (await once(proxy, 'connection')) as [Socket];
    controller.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await instance.close();
    await once(socket.resume(), 'close');
    // Unlocking takes longer than a record would take to be written.
    const again = await open(homes.one, PASSPHRASES.one);
    await again.get(acme.name);
    expect(await servicesIn(homes.one).records.read(acme.name)).toEqual(acme);
    await again.close();
  });

  it('reads the Vault that its store names, and no other', async () => {
    const vault = await startVaultServer();
    onTestFinished(() => vault.close());
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    vault.server.mount('secret/');
    vi.stubEnv('VAULT_ADDR', vault.address);
    vi.stubEnv('VAULT_TOKEN', vault.server.rootToken);
    vi.stubEnv('CONNECT_WIZARD_STORE', 'vault:secret/of-another-program');
    const name = 'freshservice/team';
    const team = freshserviceConnection({ name, store: 'vault:secret/team' });
    for (const [folder, data] of [
      ['records', team],
      ['credentials', JSON.parse(itemOf(team)) as object],
    ] as const) {
      const url = `/v1/secret/data/team/${folder}/${name}`;
      const body = JSON.stringify({ data });
      vault.server.handle({ method: 'POST', url, token: vault.server.rootToken, body });
    }
    const instance = await openConnectWizard({ home: homes.one, store: 'vault:secret/team' });
    await expect(instance.list()).resolves.toMatchObject([{ name: acme.name }, { name }]);
    await expect(instance.get(name)).resolves.toMatchObject({ name });
    await instance.close();
    const calls = vault.server.calls.filter((call) => call.includes('secret/'));
    expect(calls.filter((call) => call.includes('another-program'))).toEqual([]);
    expect(process.env['CONNECT_WIZARD_STORE']).toBe('vault:secret/of-another-program');

    const wrong = await openConnectWizard({ home: homes.one, store: 'vault:secret' });
    await expect(wrong.list()).rejects.toBeInstanceOf(UsageError);
    await wrong.close();
  });

  it('throws a ConnectionError for an unknown name', async () => {
    const instance = await open(homes.one, PASSPHRASES.one);
    const error: unknown = await instance
      .get('freshservice/none')
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConnectionError);
    await instance.close();
  });
});

describe('the sandbox of the library', () => {
  it('gives a connection for tests without network and store', async () => {
    const wizard = await openConnectWizard({ sandbox: 'freshservice' });
    const [listed] = await wizard.list();
    expect(listed).toMatchObject({ name: 'freshservice/acme', verdict: 'valid', stored: true });
    const mine = await wizard.get('freshservice');
    expect(mine).toMatchObject({ host: 'acme.freshservice.com', reason: 'ok' });
    expect(mine.headers['authorization']).toMatch(/^Basic /u);
    expect(mine.fields).toMatchObject({ domain: 'acme' });
    await expect(wizard.check('freshservice/acme')).resolves.toMatchObject({ verdict: 'valid' });
    await wizard.close();
    await expect(wizard.list()).rejects.toThrow(/closed/u);
  });

  it('ends with the reason that it is given', async () => {
    const wizard = await openConnectWizard({ sandbox: 'jira', sandboxReason: 'rate-limited' });
    await expect(wizard.check('jira')).resolves.toMatchObject({ reason: 'rate-limited' });
    await wizard.close();
  });

  it('works with an own provider once it is approved on this machine', async () => {
    const home = await mkdtemp(join(tmpdir(), 'connect-wizard-own-'));
    onTestFinished(() => rm(home, { recursive: true }));
    vi.stubEnv('XDG_STATE_HOME', join(home, 'state'));
    vi.stubEnv('LOCALAPPDATA', join(home, 'state'));
    const folder = join(home, 'providers');
    await mkdir(folder, { mode: 0o700 });
    await writeFile(join(folder, 'payloom.json'), JSON.stringify(payloom), { mode: 0o600 });
    const own = { home, sandbox: 'payloom' };
    await expect(openConnectWizard(own)).rejects.toMatchObject({
      advice: { what: 'The definition of payloom was not used' },
    });
    const hash = await hashOfFile(payloom);
    const services = servicesIn(home);
    await services.approvals.add('providers', hash);
    await services.close();
    const wizard = await openConnectWizard(own);
    await expect(wizard.check('payloom')).resolves.toMatchObject({ verdict: 'valid' });
    await wizard.close();
  });

  it.each([
    [{ sandbox: 'frobnicator' }, /The providers are: freshservice/u],
    [{ sandbox: 'slack', sandboxReason: 'no-such-tenant' }, /The reasons are: ok/u],
  ] as const)('%# is refused with the names that it knows', async (options, next) => {
    await expect(openConnectWizard(options)).rejects.toMatchObject({
      advice: { next: expect.stringMatching(next) as string },
    });
  });

  it('gives no header if the provider takes a short-lived token', async () => {
    const wizard = await openConnectWizard({ sandbox: 'zendesk' });
    const mine = await wizard.get('zendesk');
    expect(() => mine.headers).toThrow(/short-lived token/u);
    expect(mine.fields).toMatchObject({ clientId: expect.any(String) as string });
    await wizard.close();
  });
});

describe('onWarning is called for', () => {
  it.runIf(process.platform === 'linux')('a history that cannot be written', async () => {
    const env = {
      CONNECT_WIZARD_PASSPHRASE: PASSPHRASES.one,
      XDG_STATE_HOME: '/sys/kernel/\u001B[31m',
    };
    const warnings = await getWith(env);
    expect(warnings).toEqual([expect.stringContaining('history') as string]);
    expect(warnings[0]).not.toContain('\u001B');
  });

  it.runIf(process.getuid?.() === 0)("a secret of root's that others can read", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'connect-wizard-mounted-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'passphrase'), PASSPHRASES.one, { mode: 0o644 });
    mountReadOnly(folder);
    const file = join(folder, 'passphrase');
    const state = await mkdtemp(join(tmpdir(), 'connect-wizard-state-'));
    onTestFinished(() => rm(state, { recursive: true }));
    const warnings = await getWith({ CONNECT_WIZARD_PASSPHRASE_FILE: file, XDG_STATE_HOME: state });
    expect(warnings).toEqual([expect.stringContaining('open to others') as string]);
    expect(warnings[0]).toContain(file);
  });

  it.runIf(process.getuid?.() === 0)("a definition of root's that others can change", async () => {
    const quill = freshserviceConnection({ store: 'file', name: 'quill/acme', provider: 'quill' });
    const home = await homeWith(PASSPHRASES.one, quill);
    onTestFinished(() => rm(home, { recursive: true }));
    const folder = join(home, 'providers');
    await mkdir(folder, { mode: 0o700 });
    const file = join(folder, 'quill.json');
    await writeFile(file, '{}');
    await chmod(file, 0o666);
    mountReadOnly(folder);
    const warnings: string[] = [];
    const wizard = await openConnectWizard({ home, onWarning: (text) => warnings.push(text) });
    await wizard.list();
    await wizard.close();
    expect(warnings).toEqual([expect.stringContaining(`${file} is open to others`) as string]);
  });
});

/** Mounts a folder as Docker and Kubernetes mount a secret, so that even root cannot change it. */
function mountReadOnly(folder: string): void {
  for (const args of [
    ['--bind', folder, folder],
    ['-o', 'remount,bind,ro', folder],
  ]) {
    expect(spawnSync('mount', args).status).toBe(0);
  }
  onTestFinished(() => void spawnSync('umount', [folder]));
}

async function getWith(env: Readonly<Record<string, string>>): Promise<string[]> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const warnings: string[] = [];
  const onWarning = (message: string): void => void warnings.push(message);
  const wizard = await openConnectWizard({ home: homes.one, onWarning });
  await expect(wizard.get(acme.name)).resolves.toMatchObject({ name: acme.name });
  await wizard.close();
  return warnings;
}

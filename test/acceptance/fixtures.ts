import { test as base } from 'vitest';
import {
  fakeFreshservice,
  fakeGladly,
  fakeWorld,
  type FakeRequest,
  type FreshserviceWorld,
  type GladlyWorld,
} from '../support/fake-providers.js';
import { startSecretService, type SecretService } from '../support/secret-service.js';
import { startTlsWorld, type Line, type SlowProvider } from '../support/tls-world.js';
import { createMachine, SECRETS, type Machine } from './machine.js';

export const EMAIL = 'amy@acme.example';

/** The providers as most tests want them. A test names what it needs otherwise. */
export function providers(
  freshservice: Partial<FreshserviceWorld> = {},
  gladly: Partial<GladlyWorld> = {},
): SlowProvider {
  return fakeWorld(
    fakeFreshservice({ tenants: ['acme', 'beta'], apiKey: SECRETS.apiKey, ...freshservice }),
    fakeGladly({ host: 'acme.us-1.gladly.com', email: EMAIL, token: SECRETS.token, ...gladly }),
  );
}

/** The internet of a test. `serve` and `lead` change it. */
export interface World {
  readonly env: Readonly<Record<string, string>>;
  readonly requests: readonly FakeRequest[];
  /** The hosts to which the proxy was asked for a tunnel. */
  readonly tunnels: readonly string[];
  /** The largest number of tunnels at once. */
  readonly mostTunnels: number;
  serve(provider: SlowProvider): void;
  /** Sets what is between the program and a host. */
  lead(lineTo: (host: string) => Line): void;
}

/**
 * Leaves requests without an answer.
 *
 * @param isMeant default: all.
 * @returns a promise that resolves at the first such request.
 */
export function silent(
  world: World,
  isMeant: (request: FakeRequest) => boolean = () => true,
): Promise<void> {
  const asUsual = providers();
  return new Promise((reached) => {
    world.serve((request) => {
      if (!isMeant(request)) return asUsual(request);
      reached();
      return new Promise(() => {});
    });
  });
}

/** The same for each request with a credential. */
export function silentWhenSigned(world: World): Promise<void> {
  return silent(world, ({ authorization }) => authorization !== undefined);
}

interface Stage {
  world: World;
  /** It is unlocked and empty, and has its own bus. */
  keyring: SecretService;
  /** A machine with the internet and the keyring. */
  machine: Machine;
  /** A machine with the internet but without a session bus, like a server. */
  server: Machine;
}

const open = (): Line => 'open';

/* oxlint-disable no-empty-pattern -- this tells Vitest that a fixture needs no other one */
export const staged = base.extend<Stage>({
  world: async ({}, use) => {
    let current = providers();
    let line: (host: string) => Line = open;
    const world = await startTlsWorld(
      (request) => current(request),
      (host) => line(host),
    );
    const { env, requests, tunnels } = world;
    await use({
      env,
      requests,
      tunnels,
      get mostTunnels() {
        return world.mostTunnels;
      },
      serve: (provider) => (current = provider),
      lead: (lineTo) => (line = lineTo),
    });
    await world.close();
  },
  keyring: async ({}, use) => {
    const keyring = await startSecretService();
    await use(keyring);
    await keyring.close();
  },
  machine: async ({ world, keyring }, use) => {
    const machine = await createMachine({ ...world.env, ...keyring.env });
    await use(machine);
    await machine.close();
  },
  server: async ({ world }, use) => {
    const machine = await createMachine(world.env);
    await use(machine);
    await machine.close();
  },
});

/** Tests share nothing and spend most of their time waiting, so several run at once. */
export const test = staged.concurrent;

/** The arguments of a scripted connect to the Freshservice account acme. */
export const FRESHSERVICE = ['freshservice', '--domain', 'acme', '--api-key-stdin'] as const;
export const GLADLY = ['gladly', '--slug', 'acme', '--email', EMAIL, '--token-stdin'] as const;
export const KEY = { input: `${SECRETS.apiKey}\n` };
export const TOKEN = { input: `${SECRETS.token}\n` };

export const FRESHSERVICE_ITEM = `{"v":2,"name":"freshservice/acme","provider":"freshservice","host":"acme.freshservice.com","fields":{"domain":"acme","apiKey":"${SECRETS.apiKey}"}}`;
export const GLADLY_ITEM = `{"v":2,"name":"gladly/acme.us-1","provider":"gladly","host":"acme.us-1.gladly.com","fields":{"slug":"acme.us-1","email":"${EMAIL}","token":"${SECRETS.token}"}}`;

import { describe, expect, it } from 'vitest';
import { add, remove } from '../../src/commands/definitions.js';
import type { Session } from '../../src/commands/command.js';
import type { Connection } from '../../src/core/connection.js';
import { hashOfConnections, hashOfFile } from '../../src/core/definition/hash.js';
import type { Definition } from '../../src/core/definition/schema.js';
import { UsageError } from '../../src/core/errors.js';
import { INSTALLED } from '../../src/core/shell.js';
import { Secret } from '../../src/core/secret.js';
import { writeItem } from '../../src/core/stored-item.js';
import { openCredential } from '../../src/flows/store/open-credential.js';
import { faked, gladly } from '../support/built-ins.js';
import { fakeDefinitions, fakeProviderFiles, fileOf } from '../support/fake-definitions.js';
import { payloom } from '../support/definitions.js';
import {
  asks,
  fakeContext,
  fakeRecords,
  fakeStore,
  gladlyConnection,
  PLAIN,
  TOKEN,
  type Exchange,
} from '../support/fakes.js';

/** A definition that somebody wrote before Gladly was built in. */
const MINE: Definition = {
  ...payloom,
  id: 'gladly',
  name: 'Gladly of ours',
  host: '{slug}.gladly.com',
  fields: { slug: {}, email: { kind: 'email' }, token: {} },
  auth: { basic: ['{email}', '{token}'] },
};

const HASH = 'a'.repeat(64);
const mine = gladlyConnection({ definition: HASH });
const NAME = mine.name;

interface World {
  readonly connection?: Connection;
  /** The secrets in the item, beside the fields of the record. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly script?: readonly Exchange[];
  readonly interactive?: boolean;
}

async function world({ connection = mine, secrets = { token: TOKEN }, ...more }: World = {}) {
  const store = fakeStore();
  const { name, provider, host, definition, fields } = connection;
  const values = { ...fields };
  for (const [id, value] of Object.entries(secrets)) Object.assign(values, { [id]: value });
  store.items.set(name, writeItem({ name, provider, host, values, definition }).reveal());
  const files = fakeProviderFiles({ './payloom.json': fileOf(payloom) });
  files.kept.set('gladly', fileOf(MINE));
  const definitions = fakeDefinitions(files);
  await definitions.approvals.add('providers', await hashOfFile(MINE));
  const context = fakeContext({
    store,
    records: fakeRecords(connection),
    ...(more.interactive !== false && { script: more.script ?? [] }),
  });
  const session = {
    ...context,
    providers: faked,
    definitions,
    json: false,
    quiet: false,
    style: PLAIN,
    invocation: INSTALLED,
    print: () => {},
    printError: () => {},
  } as unknown as Session;
  return { ...context, session, store, files, definitions };
}

const QUESTION =
  /gladly\/acme\.us-1 was stored with your own file\. Does the built-in Gladly take/u;
const yes = [asks.confirm(QUESTION, true)];
const no = [asks.confirm(QUESTION, false)];

describe('a built-in provider that has the id of an own file', () => {
  it('takes over a connection after a yes, and removes only the hash from its item', async () => {
    const { session, store, records, files, definitions, terminal } = await world({ script: yes });
    const before = JSON.parse(store.items.get(NAME) ?? '') as object;
    await expect(remove(session, 'gladly', false)).resolves.toBe(0);
    const { definition: _, ...rest } = before as { definition: string };
    expect(JSON.parse(store.items.get(NAME) ?? '')).toEqual(rest);
    expect((await records.list()).connections).toEqual([{ ...mine, definition: undefined }]);
    expect(files.kept.size).toBe(0);
    expect(definitions.approvals.has('providers', await hashOfFile(MINE))).toBe(false);
    expect(terminal.text()).toContain(`${NAME} goes on`);
    const [connection = mine] = (await records.list()).connections;
    const { values } = await openCredential(session, gladly, connection);
    expect(values['token']).toBeInstanceOf(Secret);
  });

  it.each<[string, World]>([
    ['the answer is no', { script: no }],
    ['nobody can be asked', { interactive: false }],
  ])('leaves a connection stopped if %s, and asks again the next time', async (_, more) => {
    const { session, store, records, files } = await world(more);
    const before = store.items.get(NAME);
    await expect(remove(session, 'gladly', false)).resolves.toBe(0);
    expect(store.items.get(NAME)).toBe(before);
    expect((await records.list()).connections).toEqual([mine]);
    expect(files.kept.size).toBe(0);
    await expect(openCredential(session, gladly, mine)).rejects.toMatchObject({
      reason: 'definition-changed',
      advice: { next: expect.stringContaining('connect-wizard providers remove gladly') },
    });
    const again = await world({ script: yes });
    again.files.kept.clear();
    await expect(remove(again.session, 'gladly', false)).resolves.toBe(0);
    expect((await again.records.list()).connections[0]).not.toHaveProperty('definition', HASH);
    // After that, nothing is left to ask about.
    await expect(remove(again.session, 'gladly', false)).rejects.toThrow(UsageError);
  });

  it.each<[string, World, string]>([
    [
      'its host is not allowed',
      { connection: { ...mine, host: 'acme.evil.example' } },
      'acme.evil.example is not one of its hosts now',
    ],
    [
      'a field is missing',
      { connection: { ...mine, fields: { slug: 'acme.us-1' } } },
      'nothing is stored of its Agent email',
    ],
    [
      'a field is a secret now and was none',
      { connection: { ...mine, fields: { ...mine.fields, token: TOKEN } } },
      'its API token was no secret when it was stored',
    ],
    [
      'it has another field',
      { connection: { ...mine, fields: { ...mine.fields, team: 'blue' } } },
      'team is no field of it now',
    ],
  ])('does not ask if %s, and says why', async (_, more, why) => {
    const { session, store, terminal } = await world(more);
    const before = store.items.get(NAME);
    await expect(remove(session, 'gladly', false)).resolves.toBe(0);
    expect(store.items.get(NAME)).toBe(before);
    expect(terminal.text()).toContain(`${NAME} stays stopped: ${why}`);
  });

  it.each<[string, World, string]>([
    ['lacks a secret', { secrets: {} }, 'nothing is stored of its API token'],
    ['has an empty secret', { secrets: { token: '' } }, 'nothing is stored of its API token'],
    [
      'has another secret',
      { secrets: { token: TOKEN, otherKey: 'another-KEY' } },
      'otherKey is no field of it now',
    ],
  ])('leaves an item as it is if it %s', async (_, more, why) => {
    const { session, store, records, terminal } = await world({ ...more, script: yes });
    const before = store.items.get(NAME);
    await expect(remove(session, 'gladly', false)).resolves.toBe(0);
    expect(store.items.get(NAME)).toBe(before);
    expect((await records.list()).connections).toEqual([mine]);
    expect(terminal.text()).toContain(why);
    expect(terminal.text()).not.toContain('another-KEY');
  });
});

describe('a changed file with one more secret', () => {
  it('does not take over a connection without that secret', async () => {
    const connection: Connection = {
      ...mine,
      name: 'payloom/default',
      provider: 'payloom',
      host: 'api.payloom.com',
      fields: {},
    };
    const changed: Definition = {
      ...payloom,
      fields: { ...payloom.fields, otherKey: {} },
      auth: { headers: { 'x-one': '{secretKey}', 'x-two': '{otherKey}' } },
    };
    const whole = await world({
      connection,
      secrets: { secretKey: 'a-KEY' },
      script: [asks.confirm(/May it go on with this one\?/u, true)],
    });
    const files = fakeProviderFiles({ './payloom.json': fileOf(changed) });
    const session = { ...whole.session, definitions: fakeDefinitions(files) };
    const before = whole.store.items.get(connection.name);
    const sha256 = await hashOfFile(changed);
    await expect(add(session, './payloom.json', sha256)).resolves.toBe(0);
    expect(whole.store.items.get(connection.name)).toBe(before);
    expect(whole.terminal.text()).toContain('nothing is stored of its Other key');
    expect((await whole.records.list()).connections).toEqual([connection]);
    expect(await hashOfConnections(changed)).not.toBe(HASH);
  });
});

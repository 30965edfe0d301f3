import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { FRESHSERVICE, KEY, test } from './fixtures.js';
import { SECRETS, type Machine } from './machine.js';

const stateOf = ({ folder }: Machine): string =>
  join(folder, 'home', '.local', 'state', 'connect-wizard');

async function linesOf(machine: Machine): Promise<string[]> {
  const files = await readdir(stateOf(machine));
  const texts = await Promise.all(
    files
      .filter((name) => name.startsWith('history-'))
      .map((name) => readFile(join(stateOf(machine), name), 'utf8')),
  );
  return texts.join('').split('\n').filter(Boolean);
}

test('the history shows what was done with a connection, with the reason and without a secret', async ({
  machine,
}) => {
  const name = 'freshservice/acme';
  await machine.run(FRESHSERVICE, KEY);
  await machine.run(['token', name, '--reason', `ticket 42, key ${SECRETS.apiKey}`]);
  await machine.run(['exec', name, '--', 'printenv', 'FRESHSERVICE_API_KEY']);
  await machine.run(['move', name, '--name', 'team/acme']);
  await machine.run(['remove', 'team/acme', '--reason', 'not needed']);
  const { stdout } = await machine.run(['history', '--json']);
  const { events, skipped } = JSON.parse(stdout) as {
    events: Record<string, unknown>[];
    skipped: number;
  };
  expect(events.map(({ event }) => event)).toEqual([
    'connected',
    'revealed',
    'handed-over',
    'moved',
    'removed',
  ]);
  expect(events[0]).toMatchObject({ connection: name, verdict: 'valid', terminal: false });
  expect(events[1]).toMatchObject({ why: 'ticket 42, key [redacted]' });
  expect(events[2]).toMatchObject({ program: 'printenv' });
  expect(events[3]).toMatchObject({ connection: 'team/acme', formerName: name });
  expect(skipped).toBe(0);
  expect((await linesOf(machine)).join('\n')).not.toContain(SECRETS.apiKey);
  const text = await machine.run(['history', name]);
  expect(text.stdout.trim().split('\n')).toHaveLength(4);
  expect((await machine.run(['history', '--clear'])).stdout).toBe('The history was deleted.\n');
  expect((await machine.run(['history'])).stdout).toBe('There is no history yet.\n');
  expect((await machine.run(['history', name])).stdout).toBe('The history has nothing of that.\n');
});

test('the history loses no line of twenty runs at once', async ({ machine }) => {
  await machine.run(FRESHSERVICE, KEY);
  await Promise.all(
    Array.from({ length: 20 }, (_, number) =>
      machine.run(['remove', `freshservice/acme`, '--reason', `run ${number}`]),
    ),
  );
  const tokens = await Promise.all(
    Array.from({ length: 20 }, (_, number) =>
      machine.run(
        ['freshservice', '--domain', 'acme', '--name', `n/${number}`, '--api-key-stdin'],
        KEY,
      ),
    ),
  );
  const connected = tokens.filter(({ code }) => code === 0).length;
  const events = (await linesOf(machine)).map(
    (line) => (JSON.parse(line) as { event: string }).event,
  );
  expect(events.filter((event) => event === 'connected')).toHaveLength(connected + 1);
});

test('the history is not written if it is off, in the sandbox, or if nothing is stored', async ({
  machine,
}) => {
  await machine.run(FRESHSERVICE, { ...KEY, env: { CONNECT_WIZARD_HISTORY: 'off' } });
  await machine.run(['freshservice', '--sandbox', '--json']);
  await machine.run([...FRESHSERVICE, '--store', 'none'], KEY);
  const files = await readdir(stateOf(machine)).catch(() => []);
  expect(files.filter((name) => name.startsWith('history-'))).toEqual([]);
});

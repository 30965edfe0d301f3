import { expect } from 'vitest';
import { FRESHSERVICE, KEY, test } from './fixtures.js';

test('check --json --stream prints a line for each connection, and ends without a message if its reader does', async ({
  machine,
}) => {
  await machine.run(FRESHSERVICE, KEY);
  await machine.run([...FRESHSERVICE, '--name', 'team/acme'], KEY);
  const { code, stdout, stderr } = await machine.run(['check', '--json', '--stream']);
  const lines = stdout.trimEnd().split('\n');
  expect([code, lines.length, stderr]).toEqual([0, 3, '']);
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ summary: { checked: 2, valid: 2 } });
  const line = 'connect-wizard check --json --stream | head -1 | wc -l; echo "${PIPESTATUS[0]}"';
  const cut = await machine.start('bash', ['-c', line]).ended;
  expect([cut.stdout.split(/\s+/u), cut.stderr]).toEqual([['1', '0', ''], '']);
});

import { Buffer } from 'node:buffer';
import { expect } from 'vitest';
import { FRESHSERVICE, KEY, test } from './fixtures.js';
import { SECRETS } from './machine.js';

const NOTICE = 'A secret in the output was replaced by [redacted].';

test('exec --mask replaces the secret and its encoded forms on stdout and stderr', async ({
  machine,
}) => {
  await machine.run(FRESHSERVICE, KEY);
  const script = [
    'echo "key $FRESHSERVICE_API_KEY of $FRESHSERVICE_HOST"',
    'echo "$FRESHSERVICE_API_KEY" | base64',
    'printf "%s:X" "$FRESHSERVICE_API_KEY" | base64',
    'echo "$FRESHSERVICE_API_KEY" >&2',
    'exit 7',
  ].join('; ');
  const exec = ['exec', '--mask', 'freshservice', '--', 'sh', '-c', script];
  const { code, stdout, stderr } = await machine.run(exec);
  expect(code).toBe(7);
  expect(stdout).toBe('key [redacted] of acme.freshservice.com\n[redacted]\n[redacted]\n');
  expect(stderr.split('\n').filter((line) => line.includes('[redacted]'))).toHaveLength(2);
  expect(stderr).toContain(NOTICE);
  for (const form of [SECRETS.apiKey, Buffer.from(`${SECRETS.apiKey}:X`).toString('base64')]) {
    expect(stdout + stderr).not.toContain(form);
  }
});

test('exec masks only if CONNECT_WIZARD_MASK or --mask asks for it', async ({ machine }) => {
  await machine.run(FRESHSERVICE, KEY);
  const exec = ['exec', 'freshservice', '--', 'printenv', 'FRESHSERVICE_API_KEY'];
  expect((await machine.run(exec)).stdout).toBe(`${SECRETS.apiKey}\n`);
  for (const [value, expected] of [
    ['1', '[redacted]'],
    ['true', '[redacted]'],
    ['0', SECRETS.apiKey],
    ['off', SECRETS.apiKey],
  ] as const) {
    const { stdout } = await machine.run(exec, { env: { CONNECT_WIZARD_MASK: value } });
    expect([value, stdout]).toEqual([value, `${expected}\n`]);
  }
});

test('exec --mask exits with 0 and no message if its reader stops reading', async ({ machine }) => {
  await machine.run(FRESHSERVICE, KEY);
  const line =
    'connect-wizard exec --mask freshservice -- yes "a line" | head -1; echo "${PIPESTATUS[0]}"';
  const { stdout, stderr } = await machine.start('bash', ['-c', line]).ended;
  expect([stdout, stderr]).toEqual(['a line\n0\n', '']);
});

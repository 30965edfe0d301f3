import { expect, test } from 'vitest';
import {
  historyFile,
  historyLine,
  readHistoryLine,
  redactLookalikes,
} from '../../src/core/history.js';
import { Secret } from '../../src/core/secret.js';

const TIME = new Date('2026-11-30T23:59:59.000Z');
const FACTS = { version: '1.2.3', user: 'ines', terminal: true };

test('an event is one JSON line with its keys in order, without empty ones', () => {
  const line = historyLine(
    {
      event: 'revealed',
      why: 'CHG-2024-001234',
      connection: 'nimbus/acme',
      provider: 'nimbus',
      verdict: undefined,
      program: '',
    },
    FACTS,
    TIME,
  );
  expect(line).toBe(
    '{"time":"2026-11-30T23:59:59.000Z","event":"revealed","connection":"nimbus/acme","provider":"nimbus","version":"1.2.3","user":"ines","terminal":true,"why":"CHG-2024-001234"}\n',
  );
  expect(readHistoryLine(line)).toEqual(JSON.parse(line));
  expect(historyFile(TIME)).toBe('history-2026-11.jsonl');
});

test('an event is kept without known secrets and what looks like one', () => {
  const secret = new Secret('plain words as a secret');
  const line = historyLine(
    {
      event: 'removed',
      connection: 'nimbus/acme',
      why: `for ${secret.reveal()}, key kQ7rTz29xWmB\nand \u001B[31mmore`,
    },
    FACTS,
    TIME,
  );
  expect(JSON.parse(line)).toMatchObject({
    why: 'for [redacted], key [redacted] and more',
    connection: 'nimbus/acme',
  });
});

test.each([
  ['key kQ7rTz29xWmB4vNc', 'key [redacted]'],
  ['key=kQ7rTz29xWmB4vNc', '[redacted]'],
  ['ghp_abcdefGHIJKLmnopqrstuv', '[redacted]'],
  ['card 4111111111111111', 'card [redacted]'],
  ['ticket INC0012345 of 2026-11-30', 'ticket INC0012345 of 2026-11-30'],
  ['https://jira.example/browse/OPS-1234', 'https://jira.example/browse/OPS-1234'],
  ['asked by ines.okafor@acme.example', 'asked by ines.okafor@acme.example'],
  ['misconfiguration', 'misconfiguration'],
])('%s is kept as: %s', (typed, kept) => {
  expect(redactLookalikes(typed)).toBe(kept);
});

test.each([
  '',
  '{"time":"2026-11-30T23:59:59.000Z","event":"remo',
  'null',
  '[]',
  '{"time":"yesterday","event":"removed","connection":"a"}',
  '{"time":"2026-11-30T23:59:59.000Z","event":"removed"}',
  '{"__proto__":{"time":"2026-11-30T23:59:59.000Z","event":"removed","connection":"a"}}',
])('a line that is not an event is ignored: %s', (line) => {
  expect(readHistoryLine(line)).toBeUndefined();
});

test('an event of a newer version is read with its known keys', () => {
  const line =
    '{"time":"2026-11-30T23:59:59.000Z","event":"frozen","connection":"a\\u0007","cold":5}';
  expect(readHistoryLine(line)).toEqual({
    time: '2026-11-30T23:59:59.000Z',
    event: 'frozen',
    connection: 'a',
  });
});

import { describe, expect, test } from 'vitest';
import { wayOn, wayToConnect } from '../../src/core/next-steps.js';
import { commandLine, INSTALLED, type Invocation } from '../../src/core/shell.js';
import { verdictByReason, type Reason } from '../../src/core/verdict.js';

const NPX: Invocation = { program: ['npx', 'connect-wizard'], shell: 'posix' };
const STORED: Parameters<typeof wayOn>[1] = {
  name: 'nimbus/acme',
  provider: 'nimbus',
  stored: true,
};
const NEW = { name: null, provider: 'nimbus', stored: false };

const commands = (reason: Reason, situation = STORED, invocation = INSTALLED): string[] =>
  wayOn(reason, situation, invocation).nextSteps.map(({ command }) => command);

test('a refused credential is rotated if it is stored, and asked for again if it is new', () => {
  expect(wayOn('bad-credential', STORED, INSTALLED)).toEqual({
    nextSteps: [
      {
        command: 'connect-wizard rotate nimbus/acme',
        argv: ['connect-wizard', 'rotate', 'nimbus/acme'],
        when: 'When there is a new credential: this asks for it.',
      },
      expect.objectContaining({ command: 'connect-wizard rotate nimbus/acme --web' }),
      expect.objectContaining({ command: 'connect-wizard request nimbus/acme' }),
      expect.objectContaining({ command: 'connect-wizard guide nimbus troubleshooting' }),
      expect.objectContaining({ command: 'connect-wizard guide nimbus find' }),
    ],
    needsPerson: true,
    guide: { provider: 'nimbus', topic: 'find' },
  });
  expect(commands('bad-credential', NEW)[0]).toBe('connect-wizard nimbus');
});

test('a command is written in the way the tool was started', () => {
  const [step] = wayOn('dns', STORED, NPX).nextSteps;
  expect(step).toEqual({
    command: 'npx connect-wizard doctor',
    argv: ['npx', 'connect-wizard', 'doctor'],
    when: 'To see what is wrong on this machine.',
  });
});

test('a valid connection needs no next step', () => {
  const nothing = { nextSteps: [], needsPerson: false, guide: null };
  expect(wayOn('ok', STORED, INSTALLED)).toEqual(nothing);
});

describe.each(Object.keys(verdictByReason) as Reason[])('%s', (reason) => {
  test.each([STORED, NEW, { name: 'x', provider: null, stored: false }])(
    'each step is a whole command, and is there once: %o',
    (situation) => {
      const { nextSteps, guide } = wayOn(reason, situation, INSTALLED);
      const lines = nextSteps.map(({ command }) => command);
      expect(new Set(lines).size).toBe(lines.length);
      for (const { command, argv, when } of nextSteps) {
        expect(command).not.toMatch(/[<>{}]|null|undefined/u);
        expect(argv.join(' ')).toBe(command);
        expect(when).toMatch(/^[A-Z].*\.$/u);
      }
      if (situation.provider === null) expect(guide).toBeNull();
      else if (reason !== 'ok') expect(nextSteps.length).toBeGreaterThan(0);
    },
  );
});

test('a connect without its values is given the commands that ask for them', () => {
  const { nextSteps, needsPerson, guide } = wayToConnect('nimbus', true, NPX);
  expect(nextSteps.map(({ command }) => command)).toEqual([
    'npx connect-wizard nimbus',
    'npx connect-wizard request nimbus',
    'npx connect-wizard guide nimbus find',
  ]);
  expect([needsPerson, guide]).toEqual([true, { provider: 'nimbus', topic: 'find' }]);
  expect(wayToConnect('nimbus', false, NPX).needsPerson).toBe(false);
});

test('a rotation without its secret is given the commands for its connection', () => {
  const { nextSteps } = wayToConnect('nimbus', true, INSTALLED, {
    connection: 'nimbus/acme',
    page: ['rotate', 'nimbus/acme', '--web'],
  });
  expect(nextSteps.map(({ command }) => command)).toEqual([
    'connect-wizard rotate nimbus/acme',
    'connect-wizard rotate nimbus/acme --web',
    'connect-wizard request nimbus/acme',
    'connect-wizard guide nimbus find',
  ]);
});

test('a user who may not use the API needs an admin first', () => {
  expect(wayOn('not-an-api-user', STORED, INSTALLED)).toMatchObject({
    nextSteps: [{ command: 'connect-wizard guide nimbus admin-message' }, {}, {}],
    guide: { topic: 'admin-message' },
  });
});

test.each([
  ['posix', ['check', 'a/b', "it's", '$(x)', 'a,b', ''], `check a/b 'it'\\''s' '$(x)' a,b ''`],
  [
    'windows',
    ['check', 'a/b', 'a b', 'a,b', '%PATH%', '$x', '@x', ''],
    'check a/b "a b" "a,b" "PATH" "x" "@x" ""',
  ],
] as const)('words are quoted for %s only if they need it', (shell, args, expected) => {
  expect(commandLine({ program: ['cw'], shell }, args)).toBe(`cw ${expected}`);
});

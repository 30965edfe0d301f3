/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { describe, expect } from 'vitest';
import { onlyConnection } from './machine.js';
import { choose } from './person.js';
import { test } from './fixtures.js';

describe('the sandbox without a terminal, a keychain or a network', () => {
  for (const provider of ['freshservice', 'gladly']) {
    test(`exits with 0 for ${provider}, takes its own values and stores nothing`, async ({
      server,
      world,
    }) => {
      const document = await server.run([provider, '--sandbox', '--json']);
      expect(document.code).toBe(0);
      expect(onlyConnection(document)).toMatchObject({
        verdict: 'valid',
        stored: false,
        store: { kind: 'sandbox', persistent: false },
      });
      const shown = await server.run([provider, '--sandbox']);
      expect(shown.code).toBe(0);
      expect(shown.stderr).toContain('nothing is stored');
      expect(shown.stdout).toContain('nothing was stored');
      expect(world.requests).toEqual([]);
      expect((await server.run(['list', '--json'])).stdout).toContain('"connections": []');
    });
  }

  test('judges the given values', async ({ server }) => {
    const wrongKey = await server.run(['freshservice', '--sandbox', '--api-key-stdin', '--json'], {
      input: 'not-the-key\n',
    });
    expect(onlyConnection(wrongKey)).toMatchObject({ reason: 'bad-credential', stored: false });
    expect(wrongKey.code).toBe(3);
    const wrongHost = await server.run(['gladly', '--sandbox', '--slug', 'globex']);
    expect(wrongHost.code).toBe(8);
  });
});

describe('the sandbox on a terminal', () => {
  test('offers its own values, which Enter takes, and again after a rejection', async ({
    server,
  }) => {
    const pty = server.pty(['freshservice', '--sandbox=refused-unclear']);
    await pty.waitFor(/Domain: \(acme\) ?$/u);
    pty.key('enter');
    for (const _ of ['at first', 'after a refusal']) {
      await choose(pty, 'What do you see?', /^I have the/u);
      await pty.waitFor(/Enter takes sandbox0key1of2acme3 ?$/u);
      pty.key('enter');
    }
    await pty.waitFor(/What do you see\?/u);
  });
});

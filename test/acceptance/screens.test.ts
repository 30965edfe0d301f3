/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { describe } from 'vitest';
import type { Pty } from '../support/pty.js';
import { answer, ASKS, choose, giveSecret, skipNeeds, tick } from './person.js';
import { test } from './fixtures.js';
import { guided } from '../support/built-ins.js';

/*
 * What a person sees in whole runs in the sandbox. After an intended change, run
 * npm test -- -u test/acceptance/screens.test.ts and read every line of the difference.
 */

const MODES = [
  { mode: '80', columns: 80, env: {} },
  { mode: 'lines', columns: 80, env: { CONNECT_WIZARD_ACCESSIBLE: '1' } },
] as const;

/** These have the same text, with other line breaks and other marks. */
const OTHER_MODES = [
  { mode: '40', columns: 40, env: {} },
  { mode: 'lines-40', columns: 40, env: { CONNECT_WIZARD_ACCESSIBLE: '1' } },
  { mode: 'ascii', columns: 80, env: { LC_ALL: 'C' } },
] as const;

const SEES = 'What do you see?';
const NOW_WHAT = 'What now?';
const [freshservice, gladly] = guided.map(({ sandbox }) => sandbox.values);

const RUNS: readonly {
  readonly name: string;
  readonly provider: string;
  readonly code: number;
  readonly lead: (pty: Pty) => Promise<void>;
}[] = [
  {
    name: 'freshservice-from-nothing',
    provider: 'freshservice',
    code: 0,
    async lead(pty) {
      await answer(pty, ASKS.domain, '?');
      await choose(pty, SEES, 'I do not know the domain');
      await choose(pty, NOW_WHAT, 'I have the Domain');
      await answer(pty, ASKS.domain, 'help.acme.example');
      await answer(
        pty,
        /That is not|freshservice\.com.*Domain(?: \(Enter for acme\))?: ?(?:\(acme\) ?)?$/u,
        'https://acme.freshservice.com/a/tickets/1',
      );
      await choose(pty, SEES, 'I do not know where the key is');
      await choose(pty, NOW_WHAT, 'I see a CAPTCHA or a Show link instead');
      await choose(pty, NOW_WHAT, 'I have the API key');
      await answer(pty, ASKS.apiKey, 'a-key-that-is-wrong');
      await giveSecret(pty, ASKS.apiKey, ` ${freshservice?.['apiKey']}\u200B`);
      await tick(pty, 1, 7);
    },
  },
  {
    name: 'freshservice-key-disabled',
    provider: 'freshservice',
    code: 130,
    async lead(pty) {
      await answer(pty, ASKS.domain, 'acme');
      await choose(pty, SEES, 'It says "Your API key is disabled"');
      await choose(pty, NOW_WHAT, 'I am not an Account Admin, or do not know');
      await choose(pty, NOW_WHAT, 'Write to an Account Admin: enable the key');
      await answer(pty, /Your e-mail address in Freshservice: ?$/u, 'ines@acme.example');
      await choose(pty, NOW_WHAT, 'Stop here and continue later');
    },
  },
  {
    name: 'gladly-odd-pastes',
    provider: 'gladly',
    code: 0,
    async lead(pty) {
      await answer(pty, ASKS.slug, 'acme');
      await answer(pty, ASKS.email, String(gladly?.['email']));
      await choose(pty, SEES, 'Sandbox or production?');
      await choose(pty, NOW_WHAT, 'I have the API token');
      await answer(pty, ASKS.token, `"${gladly?.['token']}"`);
      await answer(pty, /Use it all the same\?.*(?:\(y\/N\)|\(y.*\):) ?$/u, 'n');
      await answer(pty, ASKS.token, 'another-token-that-is-wrong');
      await choose(pty, NOW_WHAT, 'Type the API token again');
      await answer(pty, ASKS.token, String(gladly?.['token']));
      await skipNeeds(pty);
    },
  },
];

describe.each(RUNS)('$name', ({ name, provider, code, lead }) => {
  for (const { mode, columns, env } of name === RUNS[0]?.name
    ? [...MODES, ...OTHER_MODES]
    : MODES) {
    test(`looks like its snapshot in the mode ${mode}`, async ({ server, expect }) => {
      const pty = server.pty([provider, '--sandbox'], { columns, env });
      await lead(pty);
      expect(await pty.end(), pty.screen()).toBe(code);
      const screen = pty.screen();
      if (mode === 'ascii') {
        // oxlint-disable-next-line no-control-regex -- it looks for anything beyond ASCII
        expect(screen).toMatch(/^[\u0000-\u007F]*$/u);
      } else {
        await expect(`${screen}\n`).toMatchFileSnapshot(`screens/${name}-${mode}.txt`);
      }
      for (const line of screen.split('\n')) expect(line.length, line).toBeLessThanOrEqual(columns);
      expect(screen, 'a doubled blank line').not.toMatch(/\n\n\n/u);
      // The sandbox shows its values at the start and in the questions, but nowhere else.
      const told = screen.replaceAll(/Enter takes \S+\)/gu, '');
      for (const secret of [freshservice?.['apiKey'], gladly?.['token']]) {
        expect(told.split(String(secret)).length, String(secret)).toBeLessThanOrEqual(2);
      }
    });
  }
});

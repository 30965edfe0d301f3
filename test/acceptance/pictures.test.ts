/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { readFile } from 'node:fs/promises';
import { draw, ROWS, type Shot, type Theme } from '../support/picture.js';
import type { Pty } from '../support/pty.js';
import { describeWith } from '../support/real-parts.js';
import { KEYRING_PROGRAMS } from '../support/secret-service.js';
import { SECRETS } from './machine.js';
import { answer, ASKS, choiceOf, choose, giveSecret, pointAt } from './person.js';
import { test } from './fixtures.js';

/*
 * The two pictures and the run in README. After an intended change `npm run pictures` makes them
 * again; look at both then.
 */

const PAGE = 'https://acme.freshservice.com/a/tickets/42';
const COLUMNS = 60;
const TITLE = 'connect-wizard freshservice';
const README = '../../README.md';
const RUN = /(?<=\n## A run\n\n```\n).*?(?=```\n)/su;

const words = {
  title: 'Two terminals with connect-wizard in them',
  description:
    'Left: an address is pasted, and four ticks say that it is found, trusted, the right product, and ' +
    'that the keychain can keep a secret. Right: the API key is disabled, and a message to the ' +
    'administrator is ready.',
};

/** The run without its help texts: questions with their answers, results, and the end. */
function shortened(screen: string): string {
  let helping = false;
  const kept = screen.split('\n').filter((line) => {
    if (/^Step \d/u.test(line)) {
      helping = true;
      return true;
    }
    if (/^(?: {2})?[?✓✗!•] /u.test(line)) helping = false;
    return !helping;
  });
  const first = kept.findIndex((line) => line.startsWith('Step '));
  return [`$ ${TITLE}`, ...kept.slice(first)].join('\n').replaceAll(/\n{3,}/gu, '\n\n');
}

async function shots(pty: Pty): Promise<Shot[]> {
  const shot = (from: RegExp): Shot => ({ title: TITLE, raw: pty.raw(), columns: COLUMNS, from });
  await answer(pty, ASKS.domain, PAGE);
  await pointAt(pty, 'What do you see?', /key is disabled/u);
  const left = shot(/^Connect Freshservice/u);
  pty.key('enter');
  await choose(pty, 'What now?', /not an Account Admin/u);
  await choose(pty, 'What now?', /enable the key/u);
  await answer(pty, /Your e-mail address in Freshservice: ?$/u, 'ines@acme.example');
  await pty.waitFor(choiceOf('What now?'));
  return [left, shot(/Subject: /u)];
}

describeWith(KEYRING_PROGRAMS, 'README', () => {
  test('shows pictures of what the wizard looks like', async ({ machine, expect }) => {
    const pty = machine.pty(['freshservice'], { columns: COLUMNS, rows: ROWS });
    const seen = await shots(pty);
    for (const theme of ['light', 'dark'] satisfies Theme[]) {
      const picture = await draw(seen, theme, words);
      expect(picture.length).toBeLessThan(60 * 1024);
      await expect(picture).toMatchFileSnapshot(`../../docs/pictures/wizard-${theme}.svg`);
    }
  });

  test('shows what a run prints, without its help texts', async ({ machine, expect }) => {
    const pty = machine.pty(['freshservice']);
    await answer(pty, ASKS.domain, PAGE);
    await giveSecret(pty, ASKS.apiKey, SECRETS.apiKey);
    // If the wizard asks what the credential is for, nothing is ticked.
    await pty.waitFor(/Connected |What is it for\?.*Enter (?:to go|goes) on.*$/u);
    if (!pty.screen().includes('Connected ')) pty.key('enter');
    expect(await pty.end(), pty.screen()).toBe(0);
    const run = shortened(pty.screen());
    // A longer run is too long for a README.
    expect(run.split('\n').length).toBeLessThanOrEqual(36);
    const readme = await readFile(new URL(README, import.meta.url), 'utf8');
    await expect(readme.replace(RUN, () => `${run}\n`)).toMatchFileSnapshot(README);
    expect(readme).toMatch(RUN);
  });
});

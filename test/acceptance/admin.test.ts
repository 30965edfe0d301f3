/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { oneLine, type Pty } from '../support/pty.js';
import { describeWith } from '../support/real-parts.js';
import { KEYRING_PROGRAMS } from '../support/secret-service.js';
import { modeOf, SECRETS, type Machine } from './machine.js';
import { answer, choiceOf, ASKS, choose, giveSecret, skipNeeds } from './person.js';
import { FRESHSERVICE_ITEM, test } from './fixtures.js';

const EMAIL = 'ines@acme.example';

/** From the domain to the message that asks an admin to enable the API key. */
async function toMessage(pty: Pty): Promise<void> {
  await choose(pty, 'What do you see?', /disabled/u);
  await choose(pty, 'What now?', /not an Account Admin/u);
  await choose(pty, 'What now?', /^Write to an Account Admin/u);
  await answer(pty, /Your e-mail address in Freshservice: ?$/u, EMAIL);
  await pty.waitFor(choiceOf('What now?'));
}

const resumeOf = ({ records }: Machine): string => join(records, '..', 'resume.json');

describeWith(KEYRING_PROGRAMS, 'a saved place', () => {
  test('is where the next run continues, and is then forgotten', async ({
    machine,
    keyring,
    world,
  }) => {
    const first = machine.pty(['freshservice', '--need', 'tickets.read']);
    await answer(first, ASKS.domain, 'acme');
    await toMessage(first);
    expect(oneLine(first.screen())).toContain(
      'Your place is saved, without secrets. Go on: connect-wizard freshservice',
    );
    await choose(first, 'What now?', /^Stop here/u);
    expect(await first.end()).toBe(130);
    expect(first.screen()).toMatch(/No credential was saved\.$/u);
    expect(await machine.recordNames()).toEqual([]);
    expect(await modeOf(resumeOf(machine))).toBe('600');
    expect(JSON.parse(await readFile(resumeOf(machine), 'utf8'))).toMatchObject({
      v: 1,
      bookmarks: {
        freshservice: {
          fields: { domain: 'acme' },
          words: { email: EMAIL },
          part: 'not-admin',
          options: { needs: ['tickets.read'] },
        },
      },
    });

    const second = machine.pty(['freshservice']);
    await second.waitFor(choiceOf('Continue?'));
    expect(oneLine(second.screen())).toMatch(
      /You stopped on \d+ [A-Z]\w+, at "I am not an Account Admin/u,
    );
    await choose(second, 'Continue?', /^Continue/u);
    await choose(second, 'What now?', 'I have the API key');
    await answer(second, ASKS.apiKey, SECRETS.apiKey);
    expect(await second.end()).toBe(0);
    expect(second.screen()).not.toContain('Step 1');
    expect(await keyring.lookup('freshservice/acme')).toBe(FRESHSERVICE_ITEM);
    expect(await machine.record('freshservice/acme')).toMatchObject({ needs: ['tickets.read'] });
    await expect(stat(resumeOf(machine))).rejects.toThrow('ENOENT');
    expect(world.requests.some(({ path }) => path.startsWith('/api/v2/tickets'))).toBe(true);
  });

  test('is kept if the window is closed at the message', async ({ machine }) => {
    const pty = machine.pty(['freshservice', '--domain', 'acme']);
    await toMessage(pty);
    pty.kill('SIGHUP');
    expect(await pty.end()).toBe(143);
    expect(await readFile(resumeOf(machine), 'utf8')).toContain('"not-admin"');
  });

  test('is not offered to a script, and is deleted once the script connects the same account', async ({
    machine,
  }) => {
    const pty = machine.pty(['freshservice', '--domain', 'acme']);
    await toMessage(pty);
    pty.key('ctrl-c');
    expect(await pty.end()).toBe(130);
    const connect = (domain: string) =>
      machine.run(['freshservice', '--domain', domain, '--api-key-stdin'], {
        input: SECRETS.apiKey,
      });
    const kept = await readFile(resumeOf(machine), 'utf8');
    expect(await connect('beta')).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(resumeOf(machine), 'utf8')).toBe(kept);
    expect(await connect('acme')).toMatchObject({ code: 0, stderr: '' });
    await expect(stat(resumeOf(machine))).rejects.toThrow('ENOENT');
  });

  for (const [what, text] of [
    ['damaged', '{"v":1,'],
    ['of a newer version', '{"v":2,"bookmarks":{"freshservice":{}}}'],
  ] as const) {
    test(`stops nothing and is not overwritten if it is ${what}`, async ({ machine }) => {
      const first = machine.pty(['freshservice', '--domain', 'acme']);
      await toMessage(first);
      first.key('ctrl-c');
      await first.end();
      await writeFile(resumeOf(machine), text);
      const pty = machine.pty(['freshservice']);
      await answer(pty, ASKS.domain, 'acme');
      await toMessage(pty);
      expect(oneLine(pty.screen())).toContain('Your place could not be kept: ');
      await choose(pty, 'What now?', 'I have the API key');
      await answer(pty, ASKS.apiKey, SECRETS.apiKey);
      await skipNeeds(pty);
      expect(await pty.end()).toBe(0);
      expect(await readFile(resumeOf(machine), 'utf8')).toBe(text);
    });
  }
});

describe('a message for the admin', () => {
  test('is written to a file that only its owner can read, and overwrites no file', async ({
    server,
  }) => {
    const pty = server.pty(['freshservice', '--domain', 'acme', '--store', 'none']);
    await toMessage(pty);
    await choose(pty, 'What now?', 'Write it to a file');
    await answer(pty, /File: .*txt\)? ?$/u, 'ask.txt');
    await pty.waitFor('Written to ask.txt');
    await choose(pty, 'What now?', 'Write it to a file');
    await answer(pty, /File: .*txt\)? ?$/u, 'ask.txt');
    await pty.waitFor(/could not be written.*File: .*$/u);
    pty.key('escape');
    await choose(pty, 'What now?', 'I have the API key');
    await answer(pty, ASKS.apiKey, SECRETS.apiKey);
    await skipNeeds(pty);
    expect(await pty.end()).toBe(0);
    const path = join(server.folder, '.own', 'ask.txt');
    expect(await modeOf(path)).toBe('600');
    const text = await readFile(path, 'utf8');
    expect(text).toMatch(
      /^Subject: Freshservice: please enable the API key of ines@acme\.example\n/u,
    );
    expect(text).not.toContain(SECRETS.apiKey);
  });

  test('is copied to the clipboard by a program if there is one', async ({ server }) => {
    const bin = join(server.folder, '.own', 'bin');
    await writeFile(join(bin, 'xclip'), '#!/bin/sh\ncat > "$HOME/clipboard"\n');
    await chmod(join(bin, 'xclip'), 0o755);
    const args = ['freshservice', '--domain', 'acme', '--store', 'none', '--no-browser'];
    const pty = server.pty(args, { env: { DISPLAY: ':9' } });
    await toMessage(pty);
    await choose(pty, 'What now?', 'Copy it to the clipboard');
    await pty.waitFor('It is in the clipboard');
    const clipboard = await readFile(join(server.folder, 'home', 'clipboard'), 'utf8');
    expect(clipboard).toContain(`Open ${EMAIL}, then Permissions.`);
    pty.key('ctrl-c');
    expect(await pty.end()).toBe(130);
  });

  test('is sent to the clipboard of the terminal if no program can copy it', async ({ server }) => {
    const pty = server.pty(['freshservice', '--domain', 'acme', '--store', 'none']);
    await toMessage(pty);
    await choose(pty, 'What now?', 'Copy it to the clipboard');
    await pty.waitFor('Sent to your terminal for the clipboard.');
    // oxlint-disable-next-line no-control-regex -- it looks for a control sequence
    const [, sent = ''] = /\u001B\]52;c;([\w+/=]+)\u0007/u.exec(pty.raw()) ?? [];
    expect(Buffer.from(sent, 'base64').toString()).toContain(`Open ${EMAIL}, then Permissions.`);
    pty.key('ctrl-c');
    expect(await pty.end()).toBe(130);
  });

  test('is not offered to the clipboard if there is none', async ({ server }) => {
    const env = { TERM: 'linux' };
    const pty = server.pty(['freshservice', '--domain', 'acme', '--store', 'none'], { env });
    await toMessage(pty);
    expect(pty.screen()).not.toContain('clipboard');
    pty.key('ctrl-c');
    expect(await pty.end()).toBe(130);
  });
});

describe('pasted text', () => {
  for (const [mode, env] of [
    ['on a screen', {}],
    ['line by line', { CONNECT_WIZARD_ACCESSIBLE: '1' }],
  ] as const) {
    test(`is refused ${mode} if it has several lines, rather than cut to the first`, async ({
      server,
      world,
    }) => {
      const pty = server.pty(['freshservice', '--domain', 'acme', '--store', 'none'], { env });
      await choose(pty, 'What do you see?', 'I have the API key');
      await pty.waitFor(ASKS.apiKey);
      pty.type(`half-of-it\rother-half\r`);
      await pty.waitFor(/[Ss]everal lines|line break|more than one line/u);
      expect(world.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
      pty.key('ctrl-u');
      pty.type(`${SECRETS.apiKey}\r`);
      await skipNeeds(pty);
      expect(await pty.end()).toBe(0);
    });
  }

  test('is not submitted by its line breaks if the terminal marks it as pasted', async ({
    server,
    world,
  }) => {
    const pty = server.pty(['freshservice', '--domain', 'acme', '--store', 'none']);
    await choose(pty, 'What do you see?', 'I have the API key');
    await pty.waitFor(ASKS.apiKey);
    pty.type('\u001B[200~half-of-it\rother-half\u001B[201~');
    await pty.waitFor('21 characters');
    pty.key('enter');
    await pty.waitFor(/line break/u);
    expect(world.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    pty.type(`\u001B[200~${SECRETS.apiKey}\r\n\u001B[201~`);
    await pty.waitFor(/characters/u);
    pty.key('enter');
    await skipNeeds(pty);
    expect(await pty.end()).toBe(0);
    expect(pty.screen()).toContain(`${SECRETS.apiKey.length} characters, ends in 6v`);
  });

  test('needs a confirmation if it looks like a key where a domain is asked for', async ({
    server,
    world,
  }) => {
    const pty = server.pty(['freshservice', '--store', 'none']);
    await answer(pty, ASKS.domain, SECRETS.apiKey.replaceAll('-', '7'));
    await pty.waitFor(/Use it all the same\?/u);
    pty.type('n\r');
    await answer(pty, ASKS.domain, 'acme');
    await giveSecret(pty, ASKS.apiKey, SECRETS.apiKey);
    await skipNeeds(pty);
    expect(await pty.end()).toBe(0);
    expect(world.tunnels.join()).not.toContain('fs7');
  });
});

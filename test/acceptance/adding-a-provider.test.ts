/* oxlint-disable vitest/no-standalone-expect, vitest/valid-expect -- the rules do not recognize Vitest's test under another import, or the message that its expect takes */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { json } from '../support/fake-providers.js';
import { onlyConnection } from './machine.js';
import { test } from './fixtures.js';

const PAGE = new URL('../../docs/adding-a-provider.md', import.meta.url);

/** The code blocks of one language, in order. */
async function blocks(language: string): Promise<string[]> {
  const text = await readFile(PAGE, 'utf8');
  const found = text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gmsu'));
  return Array.from(found, ([, block = '']) => block);
}

const KEY = 'quill-KEY-5tR8wQ2nX7';

describe('docs/adding-a-provider.md', { timeout: 400_000 }, () => {
  test('leads from nothing to a working wizard if it is followed to the letter', async ({
    server,
    world,
  }) => {
    world.serve(({ host, authorization }) =>
      host !== 'acme.quill-notes.com'
        ? json(404, {})
        : authorization === `Bearer ${KEY}`
          ? json(200, { id: 7, name: 'Help Desk Integration' }, { 'x-quill-api': '1' })
          : json(401, { code: 'unauthorized' }, { 'x-quill-api': '1' }),
    );
    const [begin = '', look = '', checkAgain = '', add = '', use = ''] = await blocks('sh');
    const [definition = ''] = await blocks('json');
    const shell = (line: string) => server.shell(line.trim());

    expect((await shell(begin)).code).toBe(0);
    const missing = await shell(look);
    expect(missing.code).toBe(2);
    for (const gap of ['name:', 'host:', 'fields.apiKey.where:', 'test.get:', 'sources[0].what:']) {
      expect(missing.stderr).toContain(gap);
    }

    await writeFile(join(server.folder, '.own', 'quill.json'), definition);
    const checked = await shell(checkAgain);
    expect([checked.code, checked.stderr]).toEqual([0, '']);
    expect(checked.stdout).not.toContain('Worth another look');
    const [sha256] = /[0-9a-f]{64}/u.exec(checked.stdout) ?? [];

    // A terminal is asked for consent; in a script there's nobody to ask.
    expect((await shell(add)).code).toBe(2);
    expect((await shell(`${add.trim()} --sha256 ${sha256}`)).code).toBe(0);

    const [, wizard = '', guide = ''] = use.trim().split('\n');
    const input = `${KEY}\n`;
    const line = `${wizard} --site acme --access-key-stdin --store none --json`;
    const connected = await server.shell(line, { input });
    expect(onlyConnection(connected)).toMatchObject({
      verdict: 'valid',
      host: 'acme.quill-notes.com',
    });
    expect((await shell(guide)).stdout).toContain('Settings > Access keys > New key');
  });
});

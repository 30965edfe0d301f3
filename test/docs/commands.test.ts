import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { connectCommand } from '../../src/commands/connect.js';
import { loadCommands, withFields } from '../../src/commands/index.js';
import { fakedGuides } from '../support/built-ins.js';

const page = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');
// A provider's own flags are in its help; two providers stand for all.
const wizards = fakedGuides.map((each) => connectCommand(each, []));
const others = (await loadCommands()).map((command) => withFields(command, fakedGuides));

it('docs/commands.md has every option of every command', () => {
  const options = [...wizards, ...others].flatMap((command) => command.options);
  const names = options.flatMap(({ flags }) => flags.match(/--[a-z0-9-]+/gu) ?? []);
  expect(new Set(names).size).toBeGreaterThan(25);
  const missing = names.filter((name) => !new RegExp(`\`${name}[\` =]`, 'u').test(page));
  expect([...new Set(missing)]).toEqual([]);
});

it('docs/commands.md has every command', () => {
  const missing = [...wizards, ...others].filter(
    ({ name }) => !page.includes(`\`connect-wizard ${name}`),
  );
  expect(missing.map(({ name }) => name)).toEqual([]);
});

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { allCommands } from '../../src/commands/index.js';
import { guided } from '../support/built-ins.js';

const page = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');
const { wizards, others } = allCommands(guided);

it('docs/commands.md has every option of every command', () => {
  const options = [...wizards, ...others].flatMap((command) => command.options);
  const names = options.flatMap(({ flags }) => flags.match(/--[a-z-]+/gu) ?? []);
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

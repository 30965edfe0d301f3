import type { Taken } from '../core/definition-check/check.js';
import { OTHER_COMMAND_NAMES } from './close-calls.js';
import { SHARED_OPTIONS, type Option } from './command.js';
import { commands, loadCommands } from './index.js';

/**
 * The words that no provider may be called by, and the options that none of its fields may have: what
 * the tool itself reads, and nothing that is written a second time.
 */
export async function takenWords(): Promise<Pick<Taken, 'commands' | 'options'>> {
  const { wizardOptions } = await import('./connect.js');
  const { ACTIONS } = await import('./providers.js');
  const options = [
    ...(await loadCommands()).flatMap((each) => each.options),
    // With --need, which a provider without capabilities does not have.
    ...wizardOptions({
      id: '',
      capabilities: [{ id: '', paths: [], grantedBy: '' }],
      selfHosted: true,
    }),
    ...SHARED_OPTIONS,
  ];
  return {
    commands: [
      ...commands.flatMap(({ name, aliases = [] }) => [name].concat(aliases)),
      ...OTHER_COMMAND_NAMES,
      ...ACTIONS,
      'help',
      'version',
    ],
    options: [...new Set([...options.flatMap(optionNames), 'help', 'version'])],
  };
}

/** `--no-input` is `no-input`, and `input` too. */
function optionNames({ flags }: Option): string[] {
  const names = Array.from(flags.matchAll(/--([a-z0-9-]+)/gu), ([, name = '']) => name);
  const affirmed = names.flatMap((name) => (name.startsWith('no-') ? [name.slice(3)] : []));
  return [...names, ...affirmed];
}

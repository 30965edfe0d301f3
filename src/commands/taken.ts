import type { Taken } from '../core/definition-check/check.js';
import { OTHER_COMMAND_NAMES } from './close-calls.js';
import type { Option } from './command.js';
import { SHARED_OPTIONS } from './options.js';
import { commands, loadCommands } from './index.js';

/**
 * The words that can't be a provider's id and the options that can't be a field's. They are
 * collected from what the tool itself reads, so there is no second list.
 */
export async function takenWords(): Promise<Pick<Taken, 'commands' | 'options'>> {
  const { wizardOptions } = await import('./connect.js');
  const { ACTIONS } = await import('./providers.js');
  const options = [
    ...(await loadCommands()).flatMap((each) => each.options),
    // Includes --need, which a provider without capabilities doesn't have.
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

/** `--no-input` takes both `no-input` and `input`. */
function optionNames({ flags }: Option): string[] {
  const names = Array.from(flags.matchAll(/--([a-z0-9-]+)/gu), ([, name = '']) => name);
  const affirmed = names.flatMap((name) => (name.startsWith('no-') ? [name.slice(3)] : []));
  return [...names, ...affirmed];
}

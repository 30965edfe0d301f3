import { didYouMean } from '../core/nearest.js';
import { needsFault, splitNeeds } from '../core/needs.js';
import type { Provider } from '../core/provider.js';
import type { Option } from './command.js';
import { badOption } from './options.js';

/** The `--need` option with a provider's capabilities; empty if it has none. */
export function needOption({ capabilities }: Pick<Provider, 'capabilities'>): Option[] {
  if (capabilities.length === 0) return [];
  const ids = capabilities.map((each) => each.id).join(', ');
  return [
    {
      flags: '--need <a,b>',
      says: `what the credential must be able to do: ${ids}`,
      takes: 'capabilities',
    },
  ];
}

/**
 * Splits the value of `--need`.
 *
 * @throws {UsageError} a capability is unknown, or there are too many.
 */
export function readNeeds(provider: Provider, value: string): string[] {
  const needs = splitNeeds(value);
  const fault = needsFault(provider, needs);
  if (fault === undefined) return needs;
  const known = provider.capabilities.map(({ id }) => id);
  const unknown = needs.find((each) => !known.includes(each)) ?? '';
  throw badOption('--need', fault, didYouMean(unknown, known));
}

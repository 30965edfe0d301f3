import type { Provider } from '../core/provider.js';
import type { Session } from './command.js';

/** Asks which provider to connect. */
export async function pickProvider({ terminal, providers }: Session): Promise<Provider> {
  const picked = await terminal.choose(
    'What do you want to connect?',
    providers.map((each) => ({
      value: each,
      label: `${each.name}: ${each.summary}`,
      short: each.name,
    })),
  );
  return picked.load();
}

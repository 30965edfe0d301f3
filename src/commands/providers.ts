import { UsageError } from '../core/errors.js';
import { exitCodes } from '../core/verdict.js';
import { providersDocument } from '../output/json.js';
import { providersText, providerText } from '../output/text.js';
import type { Command, SharedOptions } from './command.js';

/** `connect-wizard providers [id]`: what can be connected; with `--json` the whole definitions. */
export const providersCommand: Command<SharedOptions, string | undefined> = {
  name: 'providers',
  summary: 'what can be connected, and what each asks for',
  description: 'What can be connected, and what each asks for. --json prints the definitions.',
  examples: ['connect-wizard providers', 'connect-wizard providers {provider}'],
  arguments: [{ name: '[id]', says: 'one of them; all when none is given', takes: 'provider' }],
  options: [],
  parse: ({ words: [id] }) => id,
  async run(session, id) {
    const known = session.providers;
    const chosen = id === undefined ? known : known.filter((each) => each.id === id);
    const [only] = chosen;
    if (!only) {
      throw new UsageError({
        what: 'There is no such provider',
        next: `The providers are: ${known.map((each) => each.id).join(', ')}.`,
      });
    }
    if (session.quiet) return exitCodes.done;
    if (session.json) {
      const now = session.clock.now();
      const whole = await Promise.all(chosen.map((each) => each.loadGuided(now)));
      session.print({ json: providersDocument(now, whole) });
    } else if (id === undefined) session.print(providersText(session.style, chosen));
    else {
      const { situationsByReason } = await import('../flows/rehearsal/rehearse.js');
      const provider = await only.load();
      const situations = await situationsByReason(provider);
      session.print(providerText(session.style, provider, session.clock.now(), situations));
    }
    return exitCodes.done;
  },
};

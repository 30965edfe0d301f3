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
      const all = await session.definitions();
      const whole = id === undefined ? all : all.filter((each) => each.id === id);
      session.print({ json: providersDocument(session.clock.now(), whole) });
    } else if (id === undefined) session.print(providersText(session.style, chosen));
    else session.print(providerText(session.style, only));
    return exitCodes.done;
  },
};

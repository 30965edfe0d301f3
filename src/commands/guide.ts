import { UsageError } from '../core/errors.js';
import type { GuidedProvider, Topic } from '../core/guide.js';
import { exitCodes } from '../core/verdict.js';
import { didYouMean } from '../core/nearest.js';
import { guideText, plainTopics, topicsText } from '../output/guide.js';
import { guideDocument } from '../output/json.js';
import type { Command, Session, SharedOptions } from './command.js';

interface Parsed {
  readonly provider: string | undefined;
  readonly topic: string | undefined;
}

/** `connect-wizard guide <provider> [topic]`: says where to find a credential, offline. */
export const guideCommand: Command<SharedOptions, Parsed> = {
  name: 'guide',
  description:
    'Where to find a credential, what to do if it is disabled or refused, and a message for the admin. Works offline.',
  examples: ['connect-wizard guide {provider}', 'connect-wizard guide {provider} find'],
  usage: '[options] <provider> [topic]',
  arguments: [
    // Optional here, because the error for a missing one lists the providers.
    { name: '[provider]', says: 'the provider', takes: 'provider' },
    {
      name: '[topic]',
      says: 'one of its topics; without one, a list of them, or on a pipe all of them',
      takes: 'topic',
    },
  ],
  options: [],
  parse: ({ operands: [provider, topic] }) => ({ provider, topic }),
  async run(session, parsed) {
    const definition = await findDefinition(session, parsed.provider);
    const topics = findTopics(definition, parsed.topic);
    if (session.quiet) return exitCodes.done;
    if (parsed.topic === undefined && session.stdoutIsTerminal && !session.json) {
      session.print(topicsText(session.style, definition, session.invocation));
      return exitCodes.done;
    }
    session.print(
      session.json
        ? { json: guideDocument(session.clock.now(), await plainTopics(definition, topics)) }
        : guideText(session.style, definition, topics),
    );
    return exitCodes.done;
  },
};

async function findDefinition(
  { providers, clock }: Pick<Session, 'providers' | 'clock'>,
  wanted: string | undefined,
): Promise<GuidedProvider> {
  const found = providers.find(({ id }) => id === wanted);
  if (found) return found.loadGuided(clock.now());
  const ids = providers.map(({ id }) => id);
  throw new UsageError({
    what: wanted === undefined ? 'The guide needs a provider' : 'There is no such provider',
    next: `${didYouMean(wanted ?? '', ids)}The providers are: ${ids.join(', ')}.`,
  });
}

function findTopics({ id, guide }: GuidedProvider, wanted: string | undefined): readonly Topic[] {
  if (wanted === undefined) return guide.topics;
  const found = guide.topics.filter((each) => each.id === wanted);
  if (found.length > 0) return found;
  const ids = guide.topics.map((each) => each.id);
  throw new UsageError({
    what: `The guide to ${id} has no such topic`,
    next: `${didYouMean(wanted, ids)}Its topics are: ${ids.join(', ')}.`,
  });
}

import { UsageError } from '../core/errors.js';
import type { Definition, Topic } from '../core/provider.js';
import { exitCodes } from '../core/verdict.js';
import { guideText, plainTopics } from '../output/guide.js';
import { guideDocument } from '../output/json.js';
import { withSharedOptions, type CommandDefinition, type SharedOptions } from './command.js';

/** `connect-wizard guide <provider> [topic]`: where a credential is found, offline. */
export const guideCommand: CommandDefinition = {
  name: 'guide',
  summary: 'where a credential is found, and what to do when it is not',
  define(command, program) {
    command
      // Not required here: without one it is said which there are.
      .argument('[provider]', 'what it is about')
      .argument('[topic]', 'one of its topics; all when none is given')
      .usage('[options] <provider> [topic]')
      .description(
        'Where a credential is found, what to do when it is disabled or refused, and a message for the admin. Asks nobody.',
      );
    withSharedOptions(command);
    command.action(async (providerId: string | undefined, topicId: string | undefined) => {
      const options = command.optsWithGlobals<SharedOptions>();
      const session = await program.begin(options);
      const definition = findDefinition(await program.definitions(), providerId);
      const topics = findTopics(definition, topicId);
      program.exit(exitCodes.done);
      if (options.quiet) return;
      session.print(
        options.json
          ? guideDocument(session.clock.now(), await plainTopics(definition, topics))
          : guideText(session.style, definition, topics),
      );
    });
  },
};

function findDefinition(
  definitions: readonly Definition[],
  wanted: string | undefined,
): Definition {
  const found = definitions.find(({ id }) => id === wanted);
  if (found) return found;
  throw new UsageError({
    what: wanted === undefined ? 'The guide needs a provider' : 'There is no such provider',
    next: `The providers are: ${definitions.map(({ id }) => id).join(', ')}.`,
  });
}

function findTopics({ id, guide }: Definition, wanted: string | undefined): readonly Topic[] {
  if (wanted === undefined) return guide.topics;
  const found = guide.topics.filter((each) => each.id === wanted);
  if (found.length > 0) return found;
  throw new UsageError({
    what: `The guide to ${id} has no such topic`,
    next: `Its topics are: ${guide.topics.map((each) => each.id).join(', ')}.`,
  });
}

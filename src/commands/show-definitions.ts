import { UsageError } from '../core/errors.js';
import { exitCodes } from '../core/verdict.js';
import { pathWord } from '../core/shell.js';
import { unusable } from '../flows/definitions/own-definitions.js';
import { situationsByReason } from '../flows/rehearsal/rehearse.js';
import { listDefinitions, type ListedDefinition } from '../flows/definitions/list-definitions.js';
import { definitionsText, sendingText } from '../output/definition.js';
import { definitionJson, providersDocument } from '../output/json.js';
import { providerText } from '../output/provider.js';
import type { Session } from './command.js';

function listed(session: Session, id?: string): Promise<ListedDefinition[]> {
  return listDefinitions({ records: session.records, ...session.definitions }, id);
}

/** Leaves out the path, which usually contains the user's name. */
function withoutPath({ path: _path, ...rest }: ListedDefinition): object {
  return rest;
}

/** `providers`: lists all of them. */
export async function all(session: Session): Promise<number> {
  const { json, quiet, style, clock } = session;
  if (quiet) return exitCodes.done;
  const found = await listed(session);
  session.print(
    json
      ? {
          json: providersDocument(clock.now(), found.map(withoutPath)),
        }
      : definitionsText(style, found),
  );
  return exitCodes.done;
}

/**
 * `providers <id>`: shows what is shown before a definition is added. Then it shows how a script
 * passes the fields.
 */
export async function one(session: Session, id: string): Promise<number> {
  const { style, providers, definitions, json, quiet, clock } = session;
  const found = await listed(session, id);
  // If a built-in provider hides a file, the built-in one counts.
  const [shown] = found;
  if (!shown) {
    throw new UsageError({
      what: 'There is no such provider',
      next: `The providers are: ${providers.map((each) => each.id).join(', ')}.`,
    });
  }
  const { definition, faults, path, sha256, state } = shown;
  if (!definition) throw unusable(id, path ?? '', faults);
  if (quiet) return exitCodes.done;
  if (json) {
    session.print({ json: definitionJson(definition) });
    return exitCodes.done;
  }
  const sending = sendingText(
    style,
    { definition, sha256: sha256 ?? undefined },
    { inLetters: definitions.inLetters },
  );
  const { expand } = await import('../core/expand/expand.js');
  const provider = expand(definition);
  const situations = await situationsByReason(provider);
  const said = providerText(style, provider, clock.now(), situations);
  const from = path === null ? 'It is built in.' : `It is yours, from ${path}.`;
  session.print([said, '', '  What it does', style.paragraph(from, '    '), sending].join('\n'));
  if (state === 'not-approved' && path !== null) {
    session.terminal.warn(
      `It is not approved on this machine. If you trust it: connect-wizard providers add ${pathWord(path)}`,
    );
  }
  if (found.some((each) => each.state === 'hidden')) {
    session.terminal.warn(
      `A file of yours has this id, and the built-in counts. To take it away: connect-wizard providers remove ${id}`,
    );
  }
  return exitCodes.done;
}

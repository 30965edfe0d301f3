import type { Connection } from '../core/connection.js';
import { isoDate } from '../core/duration.js';
import { UsageError, VerdictError } from '../core/errors.js';
import { commandLine, pathWord } from '../core/shell.js';
import type { Provider } from '../core/provider.js';
import { exitCodes } from '../core/verdict.js';
import {
  keepDefinition,
  readAddable,
  type AddContext,
  type Addable,
} from '../flows/definitions/add-definition.js';
import { checkDefinitionFile } from '../flows/definitions/check-definition.js';
import { firstDefinition, idFault } from '../flows/definitions/first-definition.js';
import { misfit } from '../flows/definitions/misfit.js';
import { expandOwn } from '../flows/definitions/own-definitions.js';
import { reapprove } from '../flows/definitions/reapprove.js';
import {
  connectionsOf,
  refuseIfUsed,
  removeDefinition,
} from '../flows/definitions/remove-definition.js';
import { checkedText, definitionText } from '../output/definition.js';
import { definitionDocument } from '../output/json.js';
import type { Session } from './command.js';

/** What `connect-wizard providers` does with a user's own definitions. */

function contextOf(session: Session): AddContext {
  const { records, stores, interruption, definitions } = session;
  return { records, stores, interruption, ...definitions };
}

/**
 * `providers add <file>`: shows the file, asks, stores it, and asks about each connection that it
 * stops.
 */
export async function add(
  session: Session,
  typed: string,
  sha256: string | undefined,
): Promise<number> {
  const context = contextOf(session);
  const found = await readAddable(context, typed);
  const { id } = found.definition;
  if (!found.isThere) {
    if (!(await mayAdd(session, found, typed, sha256))) {
      session.printError('Nothing was added.');
      return exitCodes.done;
    }
    await keepDefinition(context, found);
  }
  const stopped = await askForEach(
    session,
    found.stopped,
    () => expandOwn(found.definition),
    (name) => `${name} was stored under another definition. May it go on with this one?`,
  );
  const names = stopped.map(({ name }) => name);
  const done = { id, sha256: found.sha256, added: !found.isThere, stopped: names };
  if (session.json) {
    if (!session.quiet) session.print({ json: definitionDocument(done) });
    return exitCodes.done;
  }
  if (session.quiet) return exitCodes.done;
  const { style, invocation } = session;
  const what = found.isThere ? 'is there as it is' : found.before ? 'was replaced' : 'was added';
  session.print(`${style.good} ${found.definition.name} ${what}.`);
  session.print(`  ${style.next} ${style.accent(commandLine(invocation, [id]))}`);
  return exitCodes.done;
}

/** @throws {UsageError} no questions are allowed, and the hash is missing or wrong. */
async function mayAdd(
  session: Session,
  found: Addable,
  typed: string,
  sha256: string | undefined,
): Promise<boolean> {
  const { terminal } = session;
  if (sha256 === found.sha256) return true;
  if (sha256 !== undefined) {
    throw new UsageError({
      what: 'Nothing was added',
      why: 'the file has another hash than --sha256 says: it is not the one that was looked at',
      next: 'Look at it again:',
      command: `connect-wizard providers check ${pathWord(typed)}`,
    });
  }
  if (!terminal.interactive) {
    throw new UsageError(
      {
        what: 'Nothing was added',
        why: 'whoever wrote the file chose where secrets go, and nobody can be asked here',
        next: 'Look at it. If you trust it:',
        command: `connect-wizard providers add ${pathWord(typed)} --sha256 ${found.sha256}`,
      },
      'input-needed',
      {
        steps: [
          { args: ['providers', 'check', typed], when: 'To see where the file sends secrets.' },
          {
            args: ['providers', 'add', typed, '--sha256', found.sha256],
            when: 'Once somebody has looked at it and trusts it.',
          },
        ],
        needsPerson: true,
      },
    );
  }
  session.printError(shown(session, found));
  session.printError('');
  return terminal.confirm('Whoever wrote this file chose these hosts. Add it?');
}

function shown({ style, clock, definitions }: Session, found: Addable): string {
  return definitionText(style, found, { today: clock.now(), inLetters: definitions.inLetters });
}

/**
 * Asks for each connection whether it continues under another definition.
 *
 * @param under loads it. It isn't loaded if there is nothing to ask.
 * @returns those that stay stopped.
 */
async function askForEach(
  session: Session,
  connections: readonly Connection[],
  under: () => Promise<Provider>,
  question: (name: string, provider: Provider) => string,
): Promise<Connection[]> {
  if (connections.length === 0) return [];
  const { terminal } = session;
  const provider = await under();
  const stopped: Connection[] = [];
  for (const connection of connections) {
    const { name } = connection;
    const why = misfit(provider, connection);
    const mayGoOn =
      why === undefined &&
      terminal.interactive &&
      (await terminal.confirm(question(name, provider)));
    if (mayGoOn && (await goOn(session, provider, connection))) continue;
    if (!mayGoOn) {
      terminal.warn(`${name} stays stopped: ${why ?? 'it sends nothing and gives nothing out'}.`);
    }
    stopped.push(connection);
  }
  return stopped;
}

/** A failure for one connection doesn't stop the others. @returns whether it worked. */
async function goOn(
  session: Session,
  provider: Provider,
  connection: Connection,
): Promise<boolean> {
  const { terminal } = session;
  try {
    await reapprove(contextOf(session), provider, connection);
    terminal.done(`${connection.name} goes on`);
    return true;
  } catch (error) {
    if (!(error instanceof VerdictError)) throw error;
    terminal.problem(error.advice);
    return false;
  }
}

/** `providers check <file>`: reports all faults, and the wizard's run through the definition. */
export async function check(session: Session, typed: string): Promise<number> {
  const { definitions, clock, style, json, quiet } = session;
  const checked = await checkDefinitionFile(definitions, typed, clock.now());
  if (quiet) return exitCodes.done;
  if (json) {
    const { sha256, warnings, definition, walked } = checked;
    const done = { id: definition.id, sha256, faults: [], warnings, situations: walked };
    session.print({ json: definitionDocument(done) });
    return exitCodes.done;
  }
  session.print(checkedText(style, typed, checked));
  return exitCodes.done;
}

/** `providers new <id>`: writes a first file with gaps, which `providers check` reports. */
export async function writeFirst(session: Session, id: string): Promise<number> {
  const { definitions, clock, diagnostics, style, json, quiet } = session;
  const fault = await idFault(id, await definitions.taken());
  if (fault !== undefined) {
    throw new UsageError({
      what: 'That id cannot be used',
      why: fault,
      next: 'Choose another one, such as acme-desk.',
    });
  }
  const path = `${id}.json`;
  const today = isoDate(clock.now());
  const text = firstDefinition(id, today, definitions.schemaAddress);
  await diagnostics.writeNew(path, text, 'Choose another id, or run this in another folder.');
  if (quiet) return exitCodes.done;
  if (json) {
    session.print({ json: definitionDocument({ id, file: path }) });
    return exitCodes.done;
  }
  session.print(`${style.good} ./${path} was written, with gaps to fill.`);
  session.print(`  ${style.next} ${style.accent(`connect-wizard providers check ./${path}`)}`);
  return exitCodes.done;
}

/** `providers remove <id>`: can be repeated safely. */
export async function remove(session: Session, id: string, force: boolean): Promise<number> {
  const { definitions, style, json, quiet, records } = session;
  const { files, shipped } = definitions;
  const isShipped = shipped.some((each) => each.id === id);
  const isThere = files.ids().includes(id);
  const connections = await connectionsOf({ records }, id);
  // Connections may remain even if the file is gone.
  if (isShipped && !isThere && connections.every(({ definition }) => definition === undefined)) {
    throw new UsageError({
      what: `${id} is built in, and cannot be removed`,
      next: 'connect-wizard providers shows which are yours.',
    });
  }
  const stopped = isShipped
    ? await askForHidden(session, id, connections)
    : force
      ? connections
      : (refuseIfUsed(id, connections), []);
  const removed = isThere && (await removeDefinition({ records, ...definitions }, id));
  if (quiet) return exitCodes.done;
  if (json) {
    const names = stopped.map(({ name }) => name);
    session.print({ json: definitionDocument({ id, removed, stopped: names }) });
    return exitCodes.done;
  }
  session.print(
    removed
      ? `${style.good} Your definition of ${id} was removed.`
      : `- There is no definition of yours for ${id}.`,
  );
  return exitCodes.done;
}

/** For a file that a built-in provider hides. @returns the connections that stay stopped. */
async function askForHidden(
  session: Session,
  id: string,
  connections: readonly Connection[],
): Promise<Connection[]> {
  const stored = connections.filter(({ definition }) => definition !== undefined);
  const builtIn = session.providers.find((each) => each.id === id);
  if (!builtIn) return stored;
  return askForEach(
    session,
    stored,
    () => builtIn.load(),
    (name, provider) =>
      `${name} was stored with your own file. Does the built-in ${provider.name} take over?`,
  );
}

/** `providers schema`. */
export function printSchema(session: Session): number {
  const { definitions, quiet } = session;
  if (!quiet) session.print(definitions.schema().trimEnd());
  return exitCodes.done;
}

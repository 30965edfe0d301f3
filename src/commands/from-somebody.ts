import { isoDate } from '../core/duration.js';
import { HostError, WizardError } from '../core/errors.js';
import { hostTyped, readHost } from '../core/host.js';
import type { Provider } from '../core/provider.js';
import type { RequestRecord } from '../core/sealed/request.js';
import { commandLine } from '../core/shell.js';
import type { Connected } from '../flows/connect/connect.js';
import type { ConnectOptions, FromSomebody } from '../flows/connect/run.js';
import type { SuppliedValue } from '../flows/connect/supplied.js';
import { loadGuided, type Session } from './command.js';
import { finishAnswer, finishConnected } from './result.js';

/** The command's options that also apply to a pasted answer. */
export type PasteOptions = Pick<
  ConnectOptions,
  'name' | 'store' | 'replace' | 'allowUnverified' | 'timeoutMs'
>;

/**
 * What a person can do to get the credential from somebody else. A rehearsal doesn't offer it.
 */
export async function fromSomebody(
  session: Session,
  { id }: Provider,
  isRehearsal: boolean,
  options: PasteOptions,
): Promise<FromSomebody | undefined> {
  if (isRehearsal || session.json || !session.terminal.interactive) return undefined;
  const definition = await loadGuided(session, id);
  if (!definition) return undefined;
  return {
    async request(known) {
      const { askSomebody } = await import('./request.js');
      return askSomebody(session, definition, known, options.timeoutMs);
    },
    async accept(answer) {
      const { acceptPasted } = await import('./accept.js');
      return acceptPasted(session, answer, options);
    },
  };
}

/** Ends a run in which a sealed answer may have been pasted. @returns the exit code. */
export function finishRun(
  session: Session,
  command: 'connect' | 'rotate',
  provider: Provider,
  { fromAnswer, ...connected }: Connected,
  why?: string,
): number {
  return fromAnswer
    ? finishAnswer(session, { ...connected, ...fromAnswer })
    : finishConnected(session, command, provider, connected, why);
}

/**
 * Lists the open requests of this machine that are about the same as the run, so that nobody asks
 * twice.
 */
export async function announceRequests(
  { requests, terminal, invocation }: Session,
  isSame: (request: RequestRecord) => boolean,
): Promise<readonly RequestRecord[]> {
  const open = (await openRequests(requests)).filter(isSame);
  if (!terminal.interactive) return open;
  for (const { name, host, createdAt } of open) {
    const of = host === null ? '' : ` for ${host}`;
    terminal.note(
      `${name}${of} has waited for an answer since ${isoDate(createdAt)}. Once it is here, paste it instead of the secret, or run ${commandLine(invocation, ['accept'])}`,
    );
  }
  return open;
}

/**
 * The request that asks for this credential; undefined if none does.
 *
 * @param supplied what came with the command. A request for another account doesn't match.
 */
export function waitsFor(
  open: readonly RequestRecord[],
  provider: Provider,
  supplied: ReadonlyMap<string, SuppliedValue>,
  rotates?: string,
): string | undefined {
  const asked = open.filter((each) => each.provider === provider.id && each.rotates === rotates);
  if (asked.length === 0) return undefined;
  const hosts = hostsTyped(provider, supplied);
  return asked.find(({ host }) => host === null || !hosts || hosts.includes(host))?.name;
}

/** Undefined if none was typed. An unreadable address matches no request. */
function hostsTyped(
  provider: Provider,
  supplied: ReadonlyMap<string, SuppliedValue>,
): readonly string[] | undefined {
  const typed = hostTyped(provider, (id) => supplied.get(id)?.value);
  if (Object.keys(typed).length === 0) return undefined;
  try {
    return readHost(provider, typed).candidates;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return [];
  }
}

/**
 * Used for hints, so an unreadable list counts as empty. A credential can be checked without a home
 * folder.
 */
async function openRequests(requests: Session['requests']): Promise<readonly RequestRecord[]> {
  try {
    return (await requests.list()).open;
  } catch (error) {
    if (error instanceof WizardError) return [];
    throw error;
  }
}

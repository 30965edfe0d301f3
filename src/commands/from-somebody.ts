import { HostError, WizardError } from '../core/errors.js';
import { hostTyped, readHost } from '../core/host.js';
import type { Provider } from '../core/provider.js';
import type { RequestRecord } from '../core/sealed/request.js';
import { commandLine } from '../core/shell.js';
import type { Connected } from '../flows/connect/connect.js';
import type { ConnectOptions, FromSomebody } from '../flows/connect/run.js';
import type { SuppliedValue } from '../flows/connect/supplied.js';
import { loadGuided, type Session } from './command.js';
import { finishAccepted, finishConnected } from './result.js';

/** What of the command goes for an answer that is pasted, too. */
export type PasteOptions = Pick<
  ConnectOptions,
  'name' | 'store' | 'replace' | 'allowUnverified' | 'timeoutMs'
>;

/** What a person can do who has to get the credential from somebody else; nothing in a rehearsal. */
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

/** How a run ended in which a sealed answer may have been pasted. @returns the exit code. */
export function finishRun(
  session: Session,
  command: 'connect' | 'rotate',
  provider: Provider,
  { accepted, ...connected }: Connected,
  why?: string,
): number {
  return accepted
    ? finishAccepted(session, { ...connected, ...accepted })
    : finishConnected(session, command, provider, connected, why);
}

/** Says which answers this machine waits for, so that nobody asks twice. */
export function announceRequests(
  { terminal, invocation }: Session,
  open: readonly RequestRecord[],
): void {
  if (!terminal.interactive) return;
  for (const { name, host, createdAt } of open) {
    const of = host === null ? '' : ` for ${host}`;
    terminal.note(
      `${name}${of} has waited for an answer since ${createdAt.slice(0, 10)}. Once it is here, paste it in the place of the secret, or run ${commandLine(invocation, ['accept'])}`,
    );
  }
}

/**
 * The one of these requests that is for what is asked for; undefined if none is.
 *
 * @param supplied what came with the command: a request for another account is not meant.
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

/** Undefined if none was; an address that cannot be read is no host of a request. */
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

/** For a hint: where they cannot be read there are none. A credential is checked without a home, too. */
export async function openRequests({
  requests,
}: Pick<Session, 'requests'>): Promise<readonly RequestRecord[]> {
  try {
    return (await requests.list()).open;
  } catch (error) {
    if (error instanceof WizardError) return [];
    throw error;
  }
}

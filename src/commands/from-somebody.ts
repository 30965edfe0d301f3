import type { GuidedProvider } from '../core/guide.js';
import type { Provider } from '../core/provider.js';
import type { Connected } from '../flows/connect/connect.js';
import type { FromSomebody, KnownForRequest } from '../flows/connect/run.js';
import { defaultStore, loadGuided, type Session } from './command.js';
import { finishAccepted, finishConnected } from './result.js';

/** What of the command goes for an answer that is pasted, too. */
interface Options {
  readonly name?: string | undefined;
  readonly store: string | undefined;
  readonly replace: boolean;
  readonly allowUnverified: boolean;
  readonly timeoutMs: number;
}

/** What a person can do who has to get the credential from somebody else; nothing in a rehearsal. */
export async function fromSomebody(
  session: Session,
  { id }: Provider,
  isRehearsal: boolean,
  options: Options,
): Promise<FromSomebody | undefined> {
  if (isRehearsal || session.json || !session.terminal.interactive) return undefined;
  const definition = await loadGuided(session, id);
  if (!definition) return undefined;
  return {
    request: (known) => ask(session, definition, known, options.timeoutMs),
    accept: async (answer) => {
      const { acceptAnswer } = await import('../flows/sealed-request/accept-answer.js');
      return acceptAnswer(session, session.providers, answer, {
        ...options,
        defaultStore: defaultStore(session),
        needs: () => undefined,
        reservedNames: session.providers.map((each) => each.id),
        yes: false,
      });
    },
  };
}

async function ask(
  session: Session,
  definition: GuidedProvider,
  known: KnownForRequest,
  timeoutMs: number,
): Promise<boolean> {
  const { terminal } = session;
  const from = await terminal.askText({
    label: 'Who asks? The page shows it (Enter leaves it out)',
    refuse: () => undefined,
  });
  const { createRequest } = await import('../flows/sealed-request/create-request.js');
  const created = await createRequest(session, definition, {
    ...known,
    guide: definition.guide,
    from: from.trim() || null,
    timeoutMs,
  });
  if ('advice' in created) {
    terminal.problem(created.advice);
    return false;
  }
  const { printRequest } = await import('./request.js');
  await printRequest(session, created);
  return true;
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

/** The open request for what is asked for; undefined if there is none. */
export async function waitsFor(
  { requests }: Pick<Session, 'requests'>,
  { id }: Provider,
  rotates?: string,
): Promise<string | undefined> {
  const { open } = await requests.list();
  return open.find((each) => each.provider === id && each.rotates === rotates)?.name;
}

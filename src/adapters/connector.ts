import type { Socket } from 'node:net';
import type * as Undici from 'undici';
import type { buildConnector } from 'undici';

export type ConnectOptions = buildConnector.BuildOptions & {
  /** How long each address of a name gets, in milliseconds; left out: as Node does. */
  readonly autoSelectFamilyAttemptTimeout?: number;
};

/** In milliseconds: far more than a handshake takes. */
const LAST_ATTEMPT_MS = 2000;

/** undici's connector, which waits for no address for ever. */
export function createConnector(
  undici: Pick<typeof Undici, 'buildConnector'>,
  options: ConnectOptions,
): (wanted: buildConnector.Options, done: buildConnector.Callback) => Socket {
  const connect = undici.buildConnector(options);
  return (wanted, done) => {
    // It returns the socket, which its types don't say.
    const socket = connect(wanted, done) as unknown as Socket;
    // Whoever says how long each gets has divided the request's time: the last one may have the rest.
    if (options.autoSelectFamilyAttemptTimeout === undefined) endLastAttempt(socket);
    return socket;
  };
}

/**
 * Node gives up an address to try the next, but never the last: one that drops all packets takes the
 * rest of the request's time, although one before it may only have been slow. Here the last one ends,
 * too, with the error that Node has where all have failed.
 */
function endLastAttempt(socket: Socket): void {
  let [tried, givenUp] = [0, 0];
  let limit: NodeJS.Timeout | undefined;
  const settle = (): void => clearTimeout(limit);
  socket.on('connectionAttempt', () => {
    settle();
    tried += 1;
    if (givenUp === 0) return;
    limit = setTimeout(() => socket.destroy(timedOut(tried)), LAST_ATTEMPT_MS);
  });
  socket.on('connectionAttemptTimeout', () => (givenUp += 1));
  socket.once('connect', settle).once('close', settle);
}

function timedOut(addresses: number): AggregateError {
  const one = Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' });
  return new AggregateError(Array.from({ length: addresses }, () => one));
}

import type { Socket } from 'node:net';
import type * as Undici from 'undici';
import type { buildConnector } from 'undici';

export type ConnectorOptions = buildConnector.BuildOptions & {
  /** How long each address of a name may take, in milliseconds. Default: Node's own limit. */
  readonly autoSelectFamilyAttemptTimeout?: number;
};

/** Far more than a handshake takes. */
const LAST_ATTEMPT_MS = 2000;

/** undici's connector, with a time limit for the last address, too. */
export function createConnector(
  undici: Pick<typeof Undici, 'buildConnector'>,
  options: ConnectorOptions,
): (wanted: buildConnector.Options, done: buildConnector.Callback) => Socket {
  const connect = undici.buildConnector(options);
  return (wanted, done) => {
    // It returns the socket, which its types don't say.
    const socket = connect(wanted, done) as unknown as Socket;
    // If this limit is set, the request's time is already divided, and the last address may use the
    // rest.
    if (options.autoSelectFamilyAttemptTimeout === undefined) endLastAttempt(socket);
    return socket;
  };
}

/**
 * Node gives up on an address and tries the next, but never gives up on the last. If the last one
 * drops all packets, it uses up the request's time, although an earlier one may only have been
 * slow. Here the last attempt ends too, with Node's error for the case that all have failed.
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

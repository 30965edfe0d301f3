import type { Readable, Writable } from 'node:stream';
import { CHANNEL, toLine, toReply } from './keychain-protocol.js';
import type { KeychainReply, KeychainRequest } from './keychain-protocol.js';
import { startProgram, whyNotStarted } from './spawn.js';

/** Start-up of the child; not counted against the keychain's limit. */
const START_LIMIT_MS = 10_000;

/** The id of the child's first reply, which says that it's ready. */
const READY = 0;

export class ChildEnded extends Error {
  override readonly name = 'ChildEnded';
  readonly how: 'crashed' | 'timeout' | 'notStarted';

  constructor(how: ChildEnded['how'], message: string) {
    super(message);
    this.how = how;
  }
}

export interface KeychainProcess {
  /**
   * @throws {ChildEnded} it didn't start, crashed, or was killed because it answered nothing for
   *   `limitMs`.
   */
  send(request: Omit<KeychainRequest, 'id'>, limitMs: number): Promise<KeychainReply>;
  kill(): void;
}

export interface ProcessOptions {
  readonly nodePath: string;
  readonly childPath: string;
  /** Without any variable that contains a secret. */
  readonly env: NodeJS.ProcessEnv;
}

/** Starts the child process that loads the native keychain. */
export async function startKeychainProcess(options: ProcessOptions): Promise<KeychainProcess> {
  const { nodePath, childPath, env } = options;
  const stdio: ('ignore' | 'pipe')[] = ['ignore', 'ignore', 'ignore'];
  stdio[CHANNEL] = 'pipe';
  const { createInterface } = await import('node:readline');
  // The child itself decides when garbage is collected: see `inTurn` there.
  const { child, ending } = await startProgram(nodePath, ['--expose-gc', childPath], {
    env,
    stdio,
  });

  const waiting = new Map<
    number,
    {
      take(reply: KeychainReply): void;
      fail(why: ChildEnded): void;
      readonly limit: NodeJS.Timeout;
    }
  >();
  let ended: ChildEnded | undefined;
  let lastId = READY;

  const end = (how: ChildEnded['how'], message: string): void => {
    ended ??= new ChildEnded(how, message);
    for (const each of waiting.values()) each.fail(ended);
    child?.kill('SIGKILL');
  };
  void ending.then((how) =>
    'notStarted' in how
      ? end('notStarted', whyNotStarted(how.notStarted))
      : end('crashed', how.signal ?? `exit code ${how.code}`),
  );
  const channel = child?.stdio[CHANNEL] as (Readable & Writable) | null | undefined;
  if (channel) {
    const lines = createInterface({ input: channel });
    // The child may end while it's being written to, or before it has read everything. Its exit tells
    // more than EPIPE or ECONNRESET, which the lines report once more.
    for (const each of [channel, lines]) each.on('error', () => {});
    lines.on('line', (line) => {
      const reply = toReply(line);
      const asker = reply && waiting.get(reply.id);
      // A reply that nobody waits for doesn't come from the keychain, but from something else that
      // was loaded into its process.
      if (!asker) return;
      asker.take(reply);
      // The keychain may read one after the other. The time of the next begins now.
      for (const { limit } of waiting.values()) limit.refresh();
    });
  }

  const replyTo = (id: number, limitMs: number): Promise<KeychainReply> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      const limit = setTimeout(
        () => end('timeout', `no answer within ${limitMs / 1000} s`),
        limitMs,
      );
      const settle = (): void => {
        clearTimeout(limit);
        waiting.delete(id);
      };
      waiting.set(id, {
        limit,
        take(reply) {
          settle();
          resolve(reply);
        },
        fail(why) {
          settle();
          reject(why);
        },
      });
    });
  const ready = replyTo(READY, START_LIMIT_MS);
  ready.catch(() => {});

  return {
    async send(request, limitMs) {
      await ready;
      lastId += 1;
      const reply = replyTo(lastId, limitMs);
      channel?.write(toLine({ ...request, id: lastId }));
      return reply;
    },
    kill() {
      child?.kill('SIGKILL');
    },
  };
}

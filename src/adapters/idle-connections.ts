import type { Socket } from 'node:net';

/**
 * The connections that nothing is requested over. If there are many hosts, only the newest are kept,
 * however fast the hosts respond.
 */
export class IdleConnections {
  readonly #most: number;
  readonly #sockets = new Map<string, Set<Socket>>();
  /** How many requests to each host are under way. */
  readonly #underWay = new Map<string, number>();
  /** The hosts without a request, the longest idle one first. */
  readonly #idle = new Set<string>();

  /** @param most how many are kept. */
  constructor(most: number) {
    this.#most = most;
  }

  /** There is a new connection to `origin`. */
  add(origin: string, socket: Socket): void {
    const own = this.#sockets.get(origin) ?? new Set();
    this.#sockets.set(origin, own.add(socket));
    socket.once('close', () => {
      own.delete(socket);
      if (own.size === 0) this.#sockets.delete(origin);
    });
  }

  /** Keeps the connections to `origin` while it's used. */
  async during<T>(origin: string, request: () => Promise<T>): Promise<T> {
    this.#idle.delete(origin);
    this.#underWay.set(origin, (this.#underWay.get(origin) ?? 0) + 1);
    try {
      return await request();
    } finally {
      const others = (this.#underWay.get(origin) ?? 0) - 1;
      if (others > 0) this.#underWay.set(origin, others);
      else {
        this.#underWay.delete(origin);
        this.#idle.add(origin);
        this.#endOldest();
      }
    }
  }

  #endOldest(): void {
    let kept = 0;
    for (const origin of [...this.#idle].toReversed()) {
      const sockets = this.#sockets.get(origin);
      kept += sockets?.size ?? 0;
      if (sockets !== undefined && kept <= this.#most) continue;
      this.#idle.delete(origin);
      for (const socket of sockets ?? []) socket.destroy();
    }
  }
}

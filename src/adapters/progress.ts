import type { RequestStage } from '../core/errors.js';

/** How far a request has come. */
export interface Progress {
  /** What it waits for. */
  stage(): RequestStage;
  /** The sender sets this when there is a connection for it. */
  sent: boolean;
  /** The reader of the response sets this when the headers have arrived. */
  responded: boolean;
}

/** Tracks how far requests have come, to know what a timeout was waiting for. */
export class ProgressTracker {
  /** How many tunnels to each host a proxy was asked for and hasn't answered. */
  readonly #tunnels = new Map<string, number>();
  /** Hosts with a connection or a tunnel. */
  readonly #connected = new Set<string>();

  /** A connection to `host` exists. TLS in it comes later. */
  connected(protocol: string, host: string): void {
    this.#connected.add(authority(protocol, host));
  }

  /** @param authorityOfHost the host with its port. */
  async tunnel<T>(authorityOfHost: string, work: () => Promise<T>): Promise<T> {
    const count = (change: number): void => {
      this.#tunnels.set(authorityOfHost, (this.#tunnels.get(authorityOfHost) ?? 0) + change);
    };
    count(1);
    try {
      const opened = await work();
      this.#connected.add(authorityOfHost);
      return opened;
    } finally {
      count(-1);
    }
  }

  /** Follows one request. */
  follow({ protocol, host }: URL): Progress {
    const to = authority(protocol, host);
    const progress = {
      sent: false,
      responded: false,
      stage: (): RequestStage => {
        if (progress.sent) return 'response';
        if ((this.#tunnels.get(to) ?? 0) > 0) return 'name';
        return this.#connected.has(to) ? 'handshake' : 'connection';
      },
    };
    return progress;
  }
}

function authority(protocol: string, host: string): string {
  if (/:\d+$/u.test(host)) return host;
  return `${host}:${protocol === 'https:' ? 443 : 80}`;
}

import type { RequestStage } from '../core/errors.js';

/** From undici (docs/api/DiagnosticsChannel.md). */
const SENT = 'undici:client:sendHeaders';

/** How far a request has come. */
export interface Progress {
  /** What it waits for. */
  stage(): RequestStage;
  /** The reader of the response sets this when the headers have arrived. */
  responded: boolean;
  /** Stops following it. */
  stop(): void;
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

  /** Follows one request until `stop` is called. */
  async follow(url: string): Promise<Progress> {
    const { subscribe, unsubscribe } = await import('node:diagnostics_channel');
    const { origin, pathname, search, protocol, host } = new URL(url);
    const to = authority(protocol, host);
    let sent = false;
    const onSent = (message: unknown): void => {
      const { request } = message as { request: { origin?: unknown; path?: unknown } };
      sent ||= String(request.origin) === origin && request.path === `${pathname}${search}`;
    };
    subscribe(SENT, onSent);
    return {
      responded: false,
      stage: () => {
        if (sent) return 'response';
        if ((this.#tunnels.get(to) ?? 0) > 0) return 'name';
        return this.#connected.has(to) ? 'handshake' : 'connection';
      },
      stop: () => {
        unsubscribe(SENT, onSent);
      },
    };
  }
}

function authority(protocol: string, host: string): string {
  if (/:\d+$/u.test(host)) return host;
  return `${host}:${protocol === 'https:' ? 443 : 80}`;
}

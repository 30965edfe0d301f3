import type { NetworkError } from '../../core/errors.js';
import type { LadderRung, Rung } from '../../core/ladder.js';
import type { Terminal } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';

/**
 * The rungs that hold, in words for a person. A rung that doesn't hold is reported with its cause
 * and what to do.
 */
const WORDS: Readonly<Record<Rung, (detail: string, provider: Provider) => string>> = {
  name: (host) => `${host} is found`,
  tls: () => 'Its certificate is trusted',
  provider: (_, { name }) => `It is ${name}`,
  credential: (detail) => (detail === 'accepted' ? 'Accepted' : `Accepted: ${detail}`),
  capabilities: (detail) => detail,
};

/** Prints each rung once for each host, as soon as it's reached. */
export class LadderView {
  readonly #terminal: Terminal;
  readonly #provider: Provider;
  readonly #shown = new Set<string>();

  constructor(terminal: Terminal, provider: Provider) {
    this.#terminal = terminal;
    this.#provider = provider;
  }

  show(host: string, ladder: readonly LadderRung[]): void {
    for (const { rung, ok, detail } of ladder) {
      const key = `${host} ${rung}`;
      // Shown again: the credential may have been retyped.
      const again = rung === 'credential' || rung === 'capabilities';
      if (!ok || (this.#shown.has(key) && !again)) continue;
      this.#shown.add(key);
      this.#terminal.done(WORDS[rung](detail, this.#provider));
    }
  }
}

/** The rungs below the provider, if a response came. */
export function reachedRungs(host: string): LadderRung[] {
  return [
    { rung: 'name', ok: true, detail: host },
    { rung: 'tls', ok: true, detail: 'the certificate is trusted' },
  ];
}

/** The provider's API answered. */
export function providerRung(provider: Provider): LadderRung {
  return { rung: 'provider', ok: true, detail: `the API of ${provider.name}` };
}

/**
 * The rungs if no response came: those that held before the connection failed, and the one that
 * failed.
 */
export function networkRungs(host: string, error: NetworkError): LadderRung[] {
  const { reason, stage, message } = error;
  if (reason === 'dns') return [{ rung: 'name', ok: false, detail: message }];
  // The proxy looks the name up. Without it, nothing is known about the name.
  if (reason === 'proxy') return [{ rung: 'name', ok: null, detail: message }];
  const name: LadderRung = { rung: 'name', ok: true, detail: host };
  if (stage === 'response') {
    const [, tls] = reachedRungs(host);
    return [name, ...(tls ? [tls] : []), { rung: 'provider', ok: false, detail: message }];
  }
  const detail = stage === 'handshake' ? message : `no connection: ${message}`;
  return [name, { rung: 'tls', ok: false, detail }];
}

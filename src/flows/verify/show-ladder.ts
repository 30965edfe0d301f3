import type { NetworkError } from '../../core/errors.js';
import type { LadderRung, Rung } from '../../core/ladder.js';
import type { Terminal } from '../../core/ports.js';
import type { Provider } from '../../core/provider.js';

/** The rungs that hold, in words for a person. A rung that does not hold is told with its cause and fix. */
const WORDS: Readonly<Record<Rung, (detail: string, provider: Provider) => string>> = {
  name: (host) => `${host} is found`,
  tls: () => 'Its certificate is trusted',
  provider: (_, { name }) => `It is ${name}`,
  credential: (detail) => (detail === 'accepted' ? 'Accepted' : `Accepted: ${detail}`),
  capabilities: (detail) => detail,
};

/** Ticks off the rungs as they are climbed, each once for each host. */
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
      // A credential is another one each time.
      const again = rung === 'credential' || rung === 'capabilities';
      if (!ok || (this.#shown.has(key) && !again)) continue;
      this.#shown.add(key);
      this.#terminal.done(WORDS[rung](detail, this.#provider));
    }
  }
}

/** The rungs below the provider, when an answer came. */
export function reachedRungs(host: string): LadderRung[] {
  return [
    { rung: 'name', ok: true, detail: host },
    { rung: 'tls', ok: true, detail: 'the certificate is trusted' },
  ];
}

/** The provider's API is what answered. */
export function providerRung(provider: Provider): LadderRung {
  return { rung: 'provider', ok: true, detail: `the API of ${provider.name}` };
}

/** The rungs when none came. */
export function networkRungs(host: string, error: NetworkError): LadderRung[] {
  // Through a proxy, it is the proxy that looks the name up: without it, nothing is known.
  if (error.reason === 'dns' || error.reason === 'proxy')
    return [{ rung: 'name', ok: false, detail: error.message }];
  return [
    { rung: 'name', ok: true, detail: host },
    { rung: 'tls', ok: false, detail: error.message },
  ];
}

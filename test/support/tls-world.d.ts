import type { FakeAnswer, FakeRequest } from './fake-providers.js';
/**
 * The real host names on loopback: an HTTPS server with a CA of its own behind a CONNECT
 * proxy. A program under test is led there by HTTPS_PROXY and NODE_EXTRA_CA_CERTS alone.
 */
export interface TlsWorld {
    /** The two variables. */
    readonly env: Readonly<Record<string, string>>;
    readonly requests: readonly FakeRequest[];
    close(): Promise<void>;
}
/** As `FakeProvider`; one that never settles is a host that never answers. */
export type SlowProvider = (request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>;
export declare function startTlsWorld(provider: SlowProvider): Promise<TlsWorld>;

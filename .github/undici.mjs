// Replaces undici's index in the bundle with what the sources use. The index creates mocks, caches,
// WebSockets and more when it's loaded, so a bundler keeps them.
import connect from 'undici/lib/api/api-connect.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';

export { default as buildConnector } from 'undici/lib/core/connect.js';
export { default as EnvHttpProxyAgent } from 'undici/lib/dispatcher/env-http-proxy-agent.js';
export { default as Pool } from 'undici/lib/dispatcher/pool.js';

// Does what the index does.
Object.assign(Dispatcher.prototype, { connect });

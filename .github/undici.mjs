// Stands in for undici's index in the bundle, with what the sources use: the index makes mocks, caches,
// WebSockets and more as it starts, so a bundler keeps them.
import connect from 'undici/lib/api/api-connect.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';

export { default as buildConnector } from 'undici/lib/core/connect.js';
export { default as EnvHttpProxyAgent } from 'undici/lib/dispatcher/env-http-proxy-agent.js';
export { default as Pool } from 'undici/lib/dispatcher/pool.js';
export { default as DecoratorHandler } from 'undici/lib/handler/decorator-handler.js';

// As the index does.
Object.assign(Dispatcher.prototype, { connect });

import { expect, it } from 'vitest';
import { sessionBusSocket } from '../../../src/adapters/dbus/session-bus.js';

it.each([
  ['unix:path=/run/user/1000/bus', '/run/user/1000/bus'],
  ['unix:path=/tmp/my%20bus,guid=0123', '/tmp/my bus'],
  ['unix:path=/first;unix:path=/second', '/first'],
  ['unix:abstract=/tmp/dbus-1,guid=0123', '\0/tmp/dbus-1'],
  ['tcp:host=127.0.0.1,port=4000', undefined],
  ['', '/run/user/7/bus'],
  [undefined, '/run/user/7/bus'],
])('the socket of the session bus %j is %j', (announced, socket) => {
  const env = { XDG_RUNTIME_DIR: '/run/user/7', DBUS_SESSION_BUS_ADDRESS: announced };
  expect(sessionBusSocket(env)).toBe(socket);
});

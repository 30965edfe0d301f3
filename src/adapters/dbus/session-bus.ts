/**
 * The socket of the session bus: the announced one, or the one in its usual place (systemd). The name
 * of one that isn't a file begins with a zero byte.
 *
 * @returns undefined if it's no socket of this machine.
 * @see https://dbus.freedesktop.org/doc/dbus-specification.html#transports-unix-domain-sockets
 */
export function sessionBusSocket(env: NodeJS.ProcessEnv): string | undefined {
  const announced = env['DBUS_SESSION_BUS_ADDRESS'];
  if (!announced) return `${env['XDG_RUNTIME_DIR'] ?? ''}/bus`;
  const [, kind, path] = /^unix:(path|abstract)=([^,;]+)/u.exec(announced) ?? [];
  if (path === undefined) return undefined;
  return `${kind === 'abstract' ? '\0' : ''}${decodeURIComponent(path)}`;
}

/**
 * The socket of the session bus: the announced one, or the one in its usual place (systemd).
 *
 * @returns undefined if it isn't a file.
 */
export function sessionBusSocket(env: NodeJS.ProcessEnv): string | undefined {
  const announced = env['DBUS_SESSION_BUS_ADDRESS'];
  if (!announced) return `${env['XDG_RUNTIME_DIR'] ?? ''}/bus`;
  const [, path] = /^unix:path=([^,;]+)/u.exec(announced) ?? [];
  return path === undefined ? undefined : decodeURIComponent(path);
}

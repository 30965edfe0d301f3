import type { Browser } from '../core/ports.js';

export interface BrowserOptions {
  readonly platform: NodeJS.Platform;
  /** Without any variable that holds a secret. */
  readonly env: NodeJS.ProcessEnv;
  /** Is there a screen to show a page on, and does the person want it? */
  readonly available: boolean;
}

/** Opens a page with `BROWSER`, else with the system's own opener; when that fails, nothing happens. */
export function createBrowser({ platform, env, available }: BrowserOptions): Browser {
  return {
    available,
    async open(url) {
      const { spawn } = await import('node:child_process');
      const [command, ...args] = opener(platform, env['BROWSER']);
      const child = spawn(command, [...args, url], {
        env,
        stdio: 'ignore',
        detached: true,
        windowsHide: true,
      });
      child.on('error', () => {});
      // It may stay open long after this program has ended.
      child.unref();
    },
  };
}

function opener(platform: NodeJS.Platform, own: string | undefined): [string, ...string[]] {
  if (own) return [own];
  if (platform === 'darwin') return ['open'];
  // Not `start`: that one is a word of cmd.exe, which would read & and ^ in the address.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return ['xdg-open'];
}

import type { Clipboard } from '../core/ports.js';
import { findProgram, runProgram } from './spawn.js';

export interface ClipboardOptions {
  readonly platform: NodeJS.Platform;
  /** Without any variable that contains a secret. */
  readonly env: NodeJS.ProcessEnv;
  /** Time limit of one copy, because a program waits forever for a display server that is gone. */
  readonly limitMs?: number;
  /** Writes to the person's terminal; undefined if there is none that accepts escape sequences. */
  readonly writeToTerminal?: ((sequence: string) => void) | undefined;
}

/**
 * OSC 52 (xterm's control sequences, "Manipulate Selection Data"): the terminal fills the clipboard
 * of the machine where the person sits, also over SSH. A terminal that doesn't know or allow it
 * ignores it silently.
 */
function setClipboard(text: string): string {
  return `\u001B]52;c;${Buffer.from(text).toString('base64')}\u0007`;
}

/**
 * The clipboard, through the system's program for it. A message for somebody else may be copied,
 * but never a secret: every program on the desktop can read the clipboard, and some keep its
 * history.
 *
 * This isn't a library, because the usual one, clipboardy, brings its own binaries (xsel, a
 * clipboard.exe) and runs them if the system has none. It also can't say beforehand whether
 * anything would work.
 */
export function createClipboard({
  platform,
  env,
  limitMs = 2000,
  writeToTerminal,
}: ClipboardOptions): Clipboard {
  /** Looked up once, when somebody asks. */
  let looked: { readonly found: InstalledTool | undefined } | undefined;
  const tool = (): InstalledTool | undefined => {
    looked ??= { found: findTool(platform, env) };
    return looked.found;
  };
  return {
    get program() {
      return tool()?.name;
    },
    get byTerminal() {
      return tool() === undefined && writeToTerminal !== undefined;
    },
    async copy(text) {
      const filler = tool();
      if (filler) return fill(filler, text, env, limitMs);
      writeToTerminal?.(setClipboard(text));
      return writeToTerminal !== undefined;
    },
  };
}

interface Tool {
  readonly name: string;
  readonly args: readonly string[];
  /** The variables without which it has no clipboard to fill. */
  readonly needs: readonly string[];
  /**
   * It continues in the background, because on X11 and Wayland the program that offers the text has
   * to stay. It gets a session of its own, where Ctrl-C doesn't end it and lose the text.
   */
  readonly stays?: boolean;
  readonly encode?: (text: string) => Buffer;
}

interface InstalledTool extends Tool {
  readonly path: string;
}

/**
 * `clip.exe` reads the console's code page, or UTF-16 if the bytes look like it (IsTextUnicode),
 * but never UTF-8 (microsoft/WSL 4852, 11047). UTF-16LE of words and line breaks always looks like
 * it, because every second byte is 0. A BOM would make it certain, but it's copied as a character
 * of the text (xavi-/node-copy-paste 45, github/copilot-cli 2571). Lines end as in the clipboard's
 * format (CF_UNICODETEXT). This comes from reports and wasn't tried on Windows.
 */
function forClip(text: string): Buffer {
  return Buffer.from(text.replaceAll(/\r?\n/gu, '\r\n'), 'utf16le');
}

const CLIP: Tool = { name: 'clip.exe', args: [], needs: [], encode: forClip };

/** In the order they are tried. */
const TOOLS: Readonly<Partial<Record<NodeJS.Platform, readonly Tool[]>>> = {
  darwin: [{ name: 'pbcopy', args: [], needs: [] }],
  win32: [CLIP],
};

/** For all other systems. */
const UNIX_TOOLS: readonly Tool[] = [
  { name: 'wl-copy', args: [], needs: ['WAYLAND_DISPLAY'], stays: true },
  { name: 'xclip', args: ['-selection', 'clipboard'], needs: ['DISPLAY'], stays: true },
  { name: 'xsel', args: ['--clipboard', '--input'], needs: ['DISPLAY'], stays: true },
  { ...CLIP, needs: ['WSL_DISTRO_NAME'] },
  { name: 'termux-clipboard-set', args: [], needs: ['TERMUX_VERSION'] },
];

function findTool(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): InstalledTool | undefined {
  for (const tool of TOOLS[platform] ?? UNIX_TOOLS) {
    if (!tool.needs.every((name) => env[name])) continue;
    const path = findProgram(tool.name, platform, env);
    if (path !== undefined) return { ...tool, path };
  }
  return undefined;
}

/** @returns whether the program took the whole text and reports success. */
async function fill(
  { path, args, stays = false, encode = (plain) => Buffer.from(plain) }: InstalledTool,
  text: string,
  env: NodeJS.ProcessEnv,
  limitMs: number,
): Promise<boolean> {
  const ended = await runProgram(path, args, {
    env,
    input: encode(text),
    limitMs,
    output: 'ignore',
    detached: stays,
  });
  return 'code' in ended && ended.code === 0 && ended.inputTaken;
}

import type { Clipboard } from '../core/ports.js';
import { findProgram, runProgram } from './spawn.js';

export interface ClipboardOptions {
  readonly platform: NodeJS.Platform;
  /** Without any variable that holds a secret. */
  readonly env: NodeJS.ProcessEnv;
  /** For the whole of one copy: a display server that is gone is waited for without end. */
  readonly limitMs?: number;
  /** Writes to the person's terminal; undefined if there is none that takes sequences. */
  readonly writeToTerminal?: ((sequence: string) => void) | undefined;
}

/**
 * OSC 52 (xterm's control sequences, "Manipulate Selection Data"): the terminal fills the clipboard
 * of the machine where the person sits, also over SSH. One that does not know it or does not allow
 * it ignores it and does not say so.
 */
function setClipboard(text: string): string {
  return `\u001B]52;c;${Buffer.from(text).toString('base64')}\u0007`;
}

/**
 * The clipboard, through the program that the system has for it. A message for somebody else goes
 * there, never a secret: every program on the desktop can read it, and some keep its history.
 *
 * No library: clipboardy, the usual one, brings binaries of its own (xsel, a clipboard.exe) that run
 * where the system has none, and cannot say beforehand whether there is anything that would work.
 */
export function createClipboard({
  platform,
  env,
  limitMs = 2000,
  writeToTerminal,
}: ClipboardOptions): Clipboard {
  /** Looked for when somebody asks, and once. */
  let looked: { readonly found: Found | undefined } | undefined;
  const tool = (): Found | undefined => {
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
   * It goes on in the background, for on X11 and Wayland the text stays with the program that
   * offers it: in a session of its own, where Ctrl-C does not end it and the text with it.
   */
  readonly stays?: boolean;
  readonly encode?: (text: string) => Buffer;
}

interface Found extends Tool {
  readonly path: string;
}

/**
 * `clip.exe` takes what the console's code page says, or UTF-16 where the bytes look like it
 * (IsTextUnicode); never UTF-8 (microsoft/WSL 4852, 11047). UTF-16LE of words and line breaks always
 * does, for every second byte is 0. With a BOM that would be certain, but it is copied along as a
 * character of the text (xavi-/node-copy-paste 45, github/copilot-cli 2571). Lines end as the
 * clipboard's format has them (CF_UNICODETEXT). From reports: not tried on Windows here.
 */
function forClip(text: string): Buffer {
  return Buffer.from(text.replaceAll(/\r?\n/gu, '\r\n'), 'utf16le');
}

const CLIP: Tool = { name: 'clip.exe', args: [], needs: [], encode: forClip };

/** In the order in which they are tried. */
const TOOLS: Readonly<Partial<Record<NodeJS.Platform, readonly Tool[]>>> = {
  darwin: [{ name: 'pbcopy', args: [], needs: [] }],
  win32: [CLIP],
};

/** Everywhere else. */
const UNIX_TOOLS: readonly Tool[] = [
  { name: 'wl-copy', args: [], needs: ['WAYLAND_DISPLAY'], stays: true },
  { name: 'xclip', args: ['-selection', 'clipboard'], needs: ['DISPLAY'], stays: true },
  { name: 'xsel', args: ['--clipboard', '--input'], needs: ['DISPLAY'], stays: true },
  { ...CLIP, needs: ['WSL_DISTRO_NAME'] },
  { name: 'termux-clipboard-set', args: [], needs: ['TERMUX_VERSION'] },
];

function findTool(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): Found | undefined {
  for (const tool of TOOLS[platform] ?? UNIX_TOOLS) {
    if (!tool.needs.every((name) => env[name])) continue;
    const path = findProgram(tool.name, platform, env);
    if (path !== undefined) return { ...tool, path };
  }
  return undefined;
}

/** @returns whether the program took the whole text and says that it succeeded. */
async function fill(
  { path, args, stays = false, encode = (plain) => Buffer.from(plain) }: Found,
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

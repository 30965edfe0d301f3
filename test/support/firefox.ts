import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'undici';

/** The system's own Firefox over WebDriver BiDi, with what a page needs for keyboard use. */
export interface Firefox {
  open(address: string): Promise<FirefoxTab>;
  close(): Promise<void>;
}

export interface FirefoxTab {
  /** The addresses of all requests. */
  readonly requests: readonly string[];
  /** Errors of the script, and refusals of the policy. */
  readonly complaints: readonly string[];
  /** Runs a script in the page. @returns its value, a text. */
  evaluate(script: string): Promise<string>;
  /** Waits until the words are on the page. */
  shows(words: string): Promise<boolean>;
  /** Types into the input with a label, and presses Enter. */
  enter(label: string, value: string): Promise<void>;
}

/** A proxy that does not exist keeps Firefox's own requests on this machine. */
const PREFERENCES = {
  'network.proxy.type': 1,
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': 9,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': 9,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
};

const ENTER = '\uE007';

export async function launchFirefox(): Promise<Firefox> {
  const home = await mkdtemp(join(tmpdir(), 'connect-wizard-firefox-'));
  const profile = join(home, 'profile');
  await mkdir(profile);
  const preferences = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  await writeFile(join(profile, 'user.js'), preferences.join(''));
  const child = spawn(
    process.env['CONNECT_WIZARD_TEST_FIREFOX'] ?? '/usr/bin/firefox-esr',
    ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'],
    { env: { PATH: process.env['PATH'], HOME: home }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(child, 'exit');
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const bidi = await connectTo(`${await listeningAt(child.stderr)}/session`);
    await bidi.send('session.new', { capabilities: {} });
    await bidi.send('session.subscribe', {
      events: ['network.beforeRequestSent', 'log.entryAdded'],
    });
    return { open: (address) => openTab(bidi, address), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The address for WebDriver BiDi, which Firefox prints once it listens. */
function listeningAt(stderr: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    stderr.on('data', (chunk: Buffer) => {
      said += String(chunk);
      const found = /listening on (ws:\/\/127\.0\.0\.1:\d+)\s/u.exec(said);
      if (found?.[1] !== undefined) resolve(found[1]);
    });
    stderr.on('end', () => reject(new Error(`Firefox did not start: ${said}`)));
  });
}

interface Bidi {
  send(method: string, params: object): Promise<Record<string, unknown>>;
  on(listener: (method: string, params: Record<string, unknown>) => void): void;
}

async function connectTo(address: string): Promise<Bidi> {
  const socket = new WebSocket(address);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error(`no answer at ${address}`)));
  });
  const listeners: Parameters<Bidi['on']>[0][] = [];
  const waiting = new Map<number, (message: Record<string, unknown>) => void>();
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Record<string, unknown>;
    if (message['type'] === 'event') {
      const params = message['params'] as Record<string, unknown>;
      for (const listener of listeners) listener(String(message['method']), params);
    } else {
      waiting.get(Number(message['id']))?.(message);
    }
  });
  return {
    on: (listener) => listeners.push(listener),
    async send(method, params) {
      const id = (last += 1);
      const answer = new Promise<Record<string, unknown>>((resolve) => waiting.set(id, resolve));
      socket.send(JSON.stringify({ id, method, params }));
      const message = await answer;
      waiting.delete(id);
      if (message['type'] === 'error') throw new Error(`${method}: ${String(message['message'])}`);
      return message['result'] as Record<string, unknown>;
    },
  };
}

async function openTab(bidi: Bidi, address: string): Promise<FirefoxTab> {
  const { context } = await bidi.send('browsingContext.create', { type: 'tab' });
  const [requests, complaints]: [string[], string[]] = [[], []];
  bidi.on((method, params) => {
    const source = (params['source'] ?? params) as Record<string, unknown>;
    if (source['context'] !== context) return;
    if (method === 'log.entryAdded') complaints.push(String(params['text']));
    else requests.push((params['request'] as { url: string }).url);
  });
  await bidi.send('browsingContext.navigate', { context, url: address, wait: 'complete' });

  const evaluate = async (expression: string): Promise<string> => {
    const { result, exceptionDetails } = await bidi.send('script.evaluate', {
      expression,
      target: { context },
      awaitPromise: true,
    });
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return String((result as { value?: unknown }).value);
  };
  return {
    requests,
    complaints,
    evaluate,
    async shows(words) {
      for (;;) {
        if ((await evaluate('document.body.innerText')).includes(words)) return true;
        await new Promise((next) => setTimeout(next, 50));
      }
    },
    async enter(label, value) {
      await evaluate(
        `document.getElementById([...document.querySelectorAll('label')].find((each) => each.textContent === ${JSON.stringify(label)}).htmlFor).focus()`,
      );
      const actions = Array.from(value + ENTER).flatMap((key) => [
        { type: 'keyDown', value: key },
        { type: 'keyUp', value: key },
      ]);
      await bidi.send('input.performActions', {
        context,
        actions: [{ type: 'key', id: 'keyboard', actions }],
      });
    },
  };
}

import { UsageError } from '../core/errors.js';
import { checkName } from '../core/name.js';
import { hasEnd } from '../core/sealed/text.js';
import { acceptAnswer, type AcceptedAnswer } from '../flows/sealed-request/accept-answer.js';
import { readAnswer } from '../flows/sealed-request/open-answer.js';
import type { Command, Session, SharedOptions } from './command.js';
import {
  ALLOW_UNVERIFIED,
  chosenStore,
  defaultStore,
  KEEP_IN,
  readTimeout,
  REPLACE,
  TIMEOUT,
} from './options.js';
import { readNeeds } from './need-option.js';
import type { PasteOptions } from './from-somebody.js';
import { finishAnswer } from './result.js';

interface Options extends SharedOptions {
  readonly name?: string;
  readonly store?: string;
  readonly need?: string;
  readonly replace?: boolean;
  readonly allowUnverified?: boolean;
  readonly yes?: boolean;
  readonly timeout: string;
}

interface Parsed {
  readonly file: string | undefined;
  readonly name: string | undefined;
  readonly timeoutMs: number;
  readonly options: Options;
}

/** In bytes. A sealed answer has a few hundred; an e-mail around it may have more. */
const LONGEST_ANSWER = 1024 * 1024;

const LABEL = 'The sealed answer';

const PIPED = 'Pipe the whole text in, or give its file: connect-wizard accept answer.txt';
const FROM_FILE =
  'Give the path of the file that was sent back, or leave it out and paste the answer.';

/**
 * `connect-wizard accept [file]`: opens the answer to a request, verifies the credential, and
 * stores it.
 */
export const acceptCommand: Command<Options, Parsed> = {
  name: 'accept',
  description:
    'Open the answer to a request, check it and store it. Without a file, it is pasted or read from standard input. It may be a whole e-mail: the text around the answer is ignored.',
  examples: ['connect-wizard accept', 'connect-wizard accept answer-k3v7q2xm.txt'],
  arguments: [{ name: '[file]', says: 'the file that was sent back', takes: 'file' }],
  keeps: true,
  options: [
    { flags: '--name <name>', says: 'name of the connection' },
    KEEP_IN,
    {
      flags: '--need <a,b>',
      says: 'what the credential must be able to do (default: what the request says)',
      takes: 'capabilities',
    },
    REPLACE,
    { ...ALLOW_UNVERIFIED, says: 'store it even if the provider could not be asked' },
    {
      flags: '--yes',
      says: 'store it even if the request named no host, or the provider can be at any host',
    },
    TIMEOUT,
  ],
  parse: ({ operands: [file], options }) => ({
    file,
    name: options.name,
    timeoutMs: readTimeout(options.timeout),
    options,
  }),
  async run(session, { file, name, timeoutMs, options }) {
    const reservedNames = session.providers.map(({ id }) => id);
    if (name !== undefined) checkName(name, reservedNames);
    const answer = await takeAnswer(session, file);
    const answered = await acceptAnswer(session, session.providers, answer, {
      name,
      store: chosenStore(session, options),
      defaultStore: defaultStore(session),
      needs: (provider) =>
        options.need === undefined ? undefined : readNeeds(provider, options.need),
      replace: options.replace ?? false,
      allowUnverified: options.allowUnverified ?? false,
      timeoutMs,
      reservedNames,
      yes: options.yes ?? false,
    });
    return finishAnswer(session, answered);
  },
};

/** Opens an answer that was pasted into the wizard's field for the secret. */
export function acceptPasted(
  session: Session,
  answer: string,
  options: PasteOptions,
): Promise<AcceptedAnswer> {
  return acceptAnswer(session, session.providers, answer, {
    ...options,
    defaultStore: defaultStore(session),
    needs: () => undefined,
    reservedNames: session.providers.map(({ id }) => id),
    yes: false,
  });
}

/** Reads the answer from the file or standard input, or asks for a paste. */
async function takeAnswer(
  { secretInput, terminal, stdinIsTerminal }: Session,
  file: string | undefined,
): Promise<string | Uint8Array> {
  if (file !== undefined) {
    return readAnswer(await secretInput.wholeFile(LABEL, file, LONGEST_ANSWER, FROM_FILE));
  }
  if (!stdinIsTerminal) {
    return readAnswer(await secretInput.wholeStdin(LABEL, LONGEST_ANSWER, PIPED));
  }
  if (terminal.interactive) {
    return terminal.askPaste({ label: 'Paste the sealed answer', isWhole: hasEnd });
  }
  throw new UsageError(
    {
      what: 'The sealed answer is missing',
      why: 'questions cannot be asked here (no terminal, --no-input, or CI)',
      next: 'Give its file: connect-wizard accept answer.txt',
    },
    'input-needed',
    {
      steps: [{ args: ['accept'], when: 'On a terminal: this asks for the answer.' }],
      needsPerson: true,
    },
  );
}

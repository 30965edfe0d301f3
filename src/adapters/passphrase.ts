import { capital } from '../core/counted.js';
import { inputNeeded, UsageError, type Advice, type MissingInput } from '../core/errors.js';
import type { SecretInput, Terminal } from '../core/ports.js';
import { countCharacters, Secret } from '../core/secret.js';
import { secretLine } from '../core/secret-line.js';
import { isUnresolved, UNRESOLVED } from '../core/unresolved-reference.js';
import { PASSPHRASE_VARIABLE } from './secret-variables.js';

/** Gets the passphrase of the file store from a variable, a file or the person. */
export interface Passphrase {
  /** What is missing if no variable has it and no questions are allowed. */
  readonly missing: MissingInput | undefined;
  /**
   * Gets the passphrase of an existing store.
   *
   * @returns the passphrase. `typed` means that another one may be typed.
   * @throws {UsageError} `input-needed`.
   */
  get(): Promise<{ readonly secret: Secret; readonly typed: boolean }>;
  /**
   * Gets the passphrase of a new store. A person types it twice.
   *
   * @throws {UsageError} `input-needed`.
   */
  choose(): Promise<Secret>;
  /** Tells the person that what they typed doesn't fit. */
  refuse(advice: Advice): void;
  /** Tells the person that the new store exists, whatever happens to the run. */
  made(): void;
}

export const PASSPHRASE_FILE_VARIABLE = 'CONNECT_WIZARD_PASSPHRASE_FILE';
const NEEDED: MissingInput = {
  field: 'passphrase',
  label: 'passphrase of the file store',
  secret: true,
  flags: [],
  variables: [PASSPHRASE_VARIABLE, PASSPHRASE_FILE_VARIABLE],
};
const LABEL = capital(NEEDED.label);

interface PassphraseOptions {
  readonly variable: (name: string) => string | undefined;
  readonly secretInput: Pick<SecretInput, 'fromFile'>;
  /** @throws {StoreError} others than its owner can access the file. */
  readonly checkFile?: (path: string) => void;
  /** Left out if there is never a person, as in the library. */
  readonly terminal?:
    | Pick<Terminal, 'interactive' | 'explain' | 'askSecret' | 'problem' | 'done'>
    | undefined;
}

export function createPassphrase({
  variable,
  secretInput,
  checkFile,
  terminal,
}: PassphraseOptions): Passphrase {
  const person = terminal?.interactive === true ? terminal : undefined;
  const isSet =
    variable(PASSPHRASE_VARIABLE) !== undefined || variable(PASSPHRASE_FILE_VARIABLE) !== undefined;
  const missing = isSet || person ? undefined : NEEDED;

  async function fromEnvironment(): Promise<Secret | undefined> {
    const value = variable(PASSPHRASE_VARIABLE);
    if (value !== undefined) return resolved(secretLine(LABEL, value, PASSPHRASE_VARIABLE));
    const path = variable(PASSPHRASE_FILE_VARIABLE);
    if (path === undefined) return undefined;
    checkFile?.(path);
    const text = await secretInput.fromFile(LABEL, path);
    if (text !== '') return resolved(text);
    throw new UsageError({
      what: `${LABEL} could not be read`,
      why: `the file of ${PASSPHRASE_FILE_VARIABLE} is empty`,
      next: 'Put the passphrase into it, on one line.',
    });
  }

  function present(): NonNullable<typeof person> {
    if (person) return person;
    throw inputNeeded([NEEDED]);
  }

  return {
    missing,
    async get() {
      const secret = await fromEnvironment();
      if (secret) return { secret, typed: false };
      const typed = await present().askSecret({ label: LABEL, refuse: refusePassphrase });
      return { secret: new Secret(typed), typed: true };
    },
    async choose() {
      const secret = await fromEnvironment();
      if (secret && secret.length < SHORTEST) throw tooShort();
      if (secret) return secret;
      const asked = present();
      asked.explain(
        'A new file store: choose a passphrase for it. Whoever gets hold of the files can try as many passphrases as they like, so take several words that nobody can guess. It is not stored, and nobody can recover it.',
      );
      for (;;) {
        const first = await asked.askSecret({ label: 'New passphrase', refuse: refuseNew });
        const again = await asked.askSecret({ label: 'Type it again', refuse: refusePassphrase });
        if (first === again) return new Secret(first);
        asked.problem({ what: 'The two do not match', next: 'Type it again, twice.' });
      }
    },
    refuse: (advice) => person?.problem(advice),
    made: () => person?.done('Encrypted store created; it asks for this passphrase from now on'),
  };
}

/** @throws {UsageError} it's an unresolved reference, which would open nothing. */
function resolved(value: string): Secret {
  if (!isUnresolved(value, 'secret')) return new Secret(value);
  throw new UsageError({
    what: `${LABEL} could not be read`,
    why: UNRESOLVED,
    next: `Check the step that sets ${PASSPHRASE_VARIABLE} or ${PASSPHRASE_FILE_VARIABLE}: the secret may not be there.`,
  });
}

/** Not a strength check: rejects obvious slips only. */
const SHORTEST = 8;

function tooShort(): UsageError {
  return new UsageError({
    what: 'The passphrase of a new file store is too short',
    why: `it has fewer than ${SHORTEST} characters`,
    next: 'Use several words that nobody can guess.',
  });
}

function refuseNew(answer: string): string | undefined {
  if (answer !== '' && countCharacters(answer) < SHORTEST) {
    return `It is too short: take ${SHORTEST} characters or more, better several words.`;
  }
  return refusePassphrase(answer);
}

function refusePassphrase(answer: string): string | undefined {
  if (answer === '') return 'Type a passphrase.';
  // It couldn't be passed in a file or a variable later.
  return /\p{Cc}/u.test(answer) ? 'It has a line break or a control character in it.' : undefined;
}

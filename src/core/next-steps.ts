import { REQUEST_PREFIX } from './sealed/request.js';
import { commandLine, type Invocation } from './shell.js';
import type { Reason } from './verdict.js';

/** A command that helps, as data for a program such as a script or an assistant. */
export interface NextStep {
  /** Runs as it is in this shell. It has no placeholders; the command asks for a missing value. */
  readonly command: string;
  /** The same command without a shell. The first element is the program. */
  readonly argv: readonly string[];
  /** When to run it, in a sentence. */
  readonly when: string;
}

/** What to do now, as the JSON says it. */
export interface WayOn {
  readonly nextSteps: readonly NextStep[];
  /** Only a person can do it: create a key, ask an admin, unlock a store. */
  readonly needsPerson: boolean;
  /** The topic of the guide that is about it: `guide <provider> <topic>`. */
  readonly guide: { readonly provider: string; readonly topic: string } | null;
}

/** Topics that every provider's guide has. */
type Topic = 'find' | 'admin-message' | 'limits' | 'troubleshooting';

/** What is known about the connection. */
interface KnownConnection {
  readonly name: string | null;
  readonly provider: string | null;
  /** A record of it exists. */
  readonly stored: boolean;
}

/** The arguments of `connect-wizard`; null if the connection has no such command. */
type Args = (known: KnownConnection) => readonly string[] | null;

const connect: Args = ({ provider }) => (provider === null ? null : [provider]);

/** The command for a stored connection, otherwise the wizard. */
const stored =
  (command: string): Args =>
  (known) =>
    known.stored && known.name !== null ? [command, known.name] : connect(known);

/**
 * Enters a new secret on a page of this machine's browser. That needs a stored connection, which
 * has the host.
 */
const onPage =
  (args: Args): Args =>
  (known) => {
    const own = args(known);
    return own?.[0] === 'rotate' ? [...own, '--web'] : null;
  };

const guide =
  (topic: Topic): Args =>
  ({ provider }) =>
    provider === null ? null : ['guide', provider, topic];

/** A connection that lost its secret counts as not stored, but its record has everything else. */
const restore: Args = (known) => {
  const { name } = known;
  if (name === null) return connect(known);
  // A request that lost its key has to be created again.
  return name.startsWith(REQUEST_PREFIX) ? null : ['rotate', name];
};

const WEB =
  'When a person is at this machine, but not at a terminal: the same, on a page of their browser.';

const STEPS = {
  replace: { args: stored('rotate'), when: 'When there is a new credential: this asks for it.' },
  web: { args: onPage(stored('rotate')), when: WEB },
  request: {
    args: ({ name, provider, stored: isStored }) =>
      isStored && name !== null
        ? ['request', name]
        : provider === null
          ? null
          : ['request', provider],
    when: 'When somebody else has to create it: this makes a page on which they enter it.',
  },
  restore: { args: restore, when: 'To store a new secret: this asks for it.' },
  restoreOnPage: { args: onPage(restore), when: WEB },
  connect: { args: connect, when: 'To connect it again: this asks for what is missing.' },
  again: { args: stored('check'), when: 'To ask again, once what is in the way is gone.' },
  admin: {
    args: guide('admin-message'),
    when: 'To ask an admin: this prints a message that is ready to send.',
  },
  guide: { args: guide('troubleshooting'), when: 'To see what can be the cause, and what helps.' },
  find: {
    args: guide('find'),
    when: 'To see where the address and the credential are found.',
  },
  doctor: { args: () => ['doctor'], when: 'To see what is wrong on this machine.' },
  list: { args: () => ['list'], when: 'To see what is stored.' },
  providers: { args: () => ['providers'], when: 'To see what can be connected.' },
  definition: {
    args: ({ provider }) => (provider === null ? null : ['providers', provider]),
    when: 'To see what the definition says now, and where it sends secrets.',
  },
  remove: {
    // A connection that lost its secret counts as not stored, but its record can be removed.
    args: ({ name }) => (name === null ? null : ['remove', name]),
    when: 'If the connection is not needed any more.',
  },
} satisfies Record<string, { args: Args; when: string }>;

type Step = keyof typeof STEPS;

interface Row {
  readonly steps: readonly Step[];
  readonly needsPerson: boolean;
  readonly topic?: Topic;
}

const REFUSED: Row = {
  steps: ['guide', 'replace', 'web', 'admin'],
  needsPerson: true,
  topic: 'troubleshooting',
};
const WRONG_ADDRESS: Row = { steps: ['find', 'connect'], needsPerson: false, topic: 'find' };
const NETWORK: Row = { steps: ['doctor', 'again'], needsPerson: false };
const PASSING: Row = { steps: ['again'], needsPerson: false };
const STORE: Row = { steps: ['doctor', 'again'], needsPerson: false };
const LOST: Row = { steps: ['restore', 'restoreOnPage', 'remove'], needsPerson: true };

/** What helps, by reason. */
const WAYS: Readonly<Record<Exclude<Reason, 'ok'>, Row>> = {
  'missing-permission': {
    steps: ['admin', 'again'],
    needsPerson: true,
    topic: 'admin-message',
  },
  'missing-feature': { steps: ['admin', 'again'], needsPerson: true, topic: 'admin-message' },
  'bad-credential': {
    steps: ['replace', 'web', 'request', 'guide', 'find'],
    needsPerson: true,
    topic: 'find',
  },
  'wrong-auth-type': REFUSED,
  'refused-unclear': REFUSED,
  'account-suspended': { ...REFUSED, steps: ['guide', 'admin', 'again'] },
  'not-an-api-user': {
    steps: ['admin', 'guide', 'again'],
    needsPerson: true,
    topic: 'admin-message',
  },
  'no-such-tenant': WRONG_ADDRESS,
  'wrong-product': WRONG_ADDRESS,
  'vanity-host': WRONG_ADDRESS,
  'not-allowed': WRONG_ADDRESS,
  'other-tenant': WRONG_ADDRESS,
  'definition-changed': { steps: ['definition', 'remove'], needsPerson: true },
  dns: NETWORK,
  connection: NETWORK,
  timeout: NETWORK,
  'tls-untrusted': { ...NETWORK, needsPerson: true },
  'tls-expired': NETWORK,
  'tls-name': NETWORK,
  proxy: NETWORK,
  'rate-limited': { ...PASSING, topic: 'limits' },
  'server-error': PASSING,
  'bad-response': PASSING,
  'not-an-api': { ...NETWORK, needsPerson: true },
  'not-stored': { steps: ['list', 'providers'], needsPerson: false },
  'secret-lost': LOST,
  'definition-missing': { steps: ['providers', 'remove'], needsPerson: true },
  'store-unavailable': STORE,
  'store-locked': { ...STORE, needsPerson: true },
  'store-denied': STORE,
  'store-timeout': { ...STORE, needsPerson: true },
  'store-mismatch': STORE,
  'store-corrupt': { steps: ['doctor'], needsPerson: true },
  'store-passphrase': { ...STORE, needsPerson: true },
  'store-conflict': PASSING,
};

const NOTHING: WayOn = { nextSteps: [], needsPerson: false, guide: null };

/** What to do about `reason`. */
export function wayOn(reason: Reason, known: KnownConnection, invocation: Invocation): WayOn {
  if (reason === 'ok') return NOTHING;
  const { steps, needsPerson, topic } = WAYS[reason];
  const { provider } = known;
  return {
    nextSteps: steps.flatMap((step) => {
      const { args, when } = STEPS[step];
      const own = args(known);
      return own ? [toNextStep(invocation, own, when)] : [];
    }),
    needsPerson,
    guide: provider !== null && topic !== undefined ? { provider, topic } : null,
  };
}

/**
 * What to do if some input for a connect is missing.
 *
 * @param known `connection` is the stored connection that was to get another secret. `page` has the
 *   arguments that open a page for the secret, if everything that is needed before it is known.
 */
export function wayToConnect(
  provider: string,
  needsSecret: boolean,
  invocation: Invocation,
  { connection, page }: { readonly connection?: string; readonly page?: readonly string[] } = {},
): WayOn {
  const known = { name: connection ?? null, provider, stored: connection !== undefined };
  const steps: readonly Step[] = needsSecret ? ['request', 'find'] : ['find'];
  return {
    nextSteps: [
      toNextStep(
        invocation,
        connection === undefined ? [provider] : ['rotate', connection],
        'On a terminal: this asks for what is missing.',
      ),
      ...(page ? [toNextStep(invocation, page, WEB)] : []),
      ...steps.map((step) =>
        toNextStep(invocation, STEPS[step].args(known) ?? [], STEPS[step].when),
      ),
    ],
    needsPerson: needsSecret,
    guide: { provider, topic: 'find' },
  };
}

/** @param args the arguments of the program. */
export function toNextStep(
  invocation: Invocation,
  args: readonly string[],
  when: string,
): NextStep {
  return {
    command: commandLine(invocation, args),
    argv: [...invocation.program, ...args],
    when,
  };
}

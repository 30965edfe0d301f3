import { StoreError } from '../core/errors.js';
import { plainText } from '../core/plain-text.js';
import type { StoreReason } from '../core/verdict.js';

/** Why another program's store can't be used, and what to do about it. */
export interface StoreFailure {
  readonly reason: StoreReason;
  readonly why: string;
  readonly next: string;
  /** It's about the entry under one name. The store itself works. */
  readonly ofItem?: true;
  /** A shell command that does it. */
  readonly command?: string | undefined;
  /** The existing entry may be overwritten on request, although it can't be read. */
  readonly replaceable?: true;
  /** The store's own message is left out, because it's debug output or may contain a value. */
  readonly silent?: true;
}

/** @param message the store's own message. Its first line is shown. */
export function storeFailed(what: string, failure: StoreFailure, message = ''): StoreError {
  const { reason, why, next, command, replaceable = false, silent } = failure;
  const said = silent ? '' : plainText(message.split('\n', 1)[0] ?? '', 120);
  const advice = { what, why: said === '' ? why : `${why} (${said})`, next, command };
  return new StoreError(reason, advice, { replaceable });
}

/** What works without a keychain. */
const OR_WITHOUT =
  'or keep secrets in encrypted files (--store file), or only check the credential (--store none)';

const OTHER_STORE = 'or choose another store with --store';

const AGAIN = 'then try again';

export const STORE_FAILURES = {
  noBus: {
    reason: 'store-unavailable',
    why: 'there is no desktop session here, as on a server or in a container (no session bus)',
    next: `Log in to a desktop session, or start one with dbus-run-session; ${OR_WITHOUT}.`,
  },
  badBusAddress: {
    reason: 'store-unavailable',
    why: 'DBUS_SESSION_BUS_ADDRESS is not the address of a session bus',
    next: `Unset it, or log in to a desktop session; ${OR_WITHOUT}.`,
  },
  othersBus: {
    reason: 'store-unavailable',
    why: "the session bus that the variables name is another user's, as after sudo -E or su",
    next: `Run the command as the user who is logged in to the desktop, without sudo; ${OR_WITHOUT}.`,
    silent: true,
  },
  busPolicy: {
    reason: 'store-denied',
    why: 'a policy of this machine does not let this program speak to the keyring, as in a snap or a container',
    next: `For a snap, its owner connects it: snap connect <snap>:password-manager-service; ${OR_WITHOUT}.`,
    silent: true,
  },
  noProvider: {
    reason: 'store-unavailable',
    why: 'no Secret Service runs on this machine',
    next: `Install gnome-keyring, or KeePassXC with its Secret Service switched on; ${OR_WITHOUT}.`,
  },
  noCollection: {
    reason: 'store-unavailable',
    why: 'it was never unlocked and has no default collection yet',
    next: `Log in to the desktop once, or unlock the keyring there; ${OR_WITHOUT}.`,
  },
  nativeMissing: {
    reason: 'store-unavailable',
    why: 'the native part for this platform is not installed',
    next: `Install connect-wizard again without --omit=optional; ${OR_WITHOUT}.`,
    silent: true,
  },
  nativeBroken: {
    reason: 'store-unavailable',
    why: 'the native part is installed, but the system cannot load it',
    next: `On Windows install the Microsoft Visual C++ Redistributable; elsewhere install connect-wizard on this machine itself (a folder that was copied from another system does not work); ${OR_WITHOUT}.`,
    silent: true,
  },
  nativeUnsupported: {
    reason: 'store-unavailable',
    why: 'there is no native part for this system',
    next: 'Keep secrets in encrypted files (--store file), or only check the credential (--store none).',
    silent: true,
  },
  noLogonSession: {
    reason: 'store-unavailable',
    why: 'this login has none, as over SSH',
    next: `Log in at the machine or by remote desktop; ${OR_WITHOUT}.`,
  },
  locked: {
    reason: 'store-locked',
    why: 'it is locked, and its unlock prompt was not answered or could not be shown',
    next: `Unlock it (log in to the desktop, or on macOS: security unlock-keychain), ${AGAIN}.`,
  },
  denied: {
    reason: 'store-denied',
    why: 'access was refused',
    next: 'Try again, and allow the access.',
  },
  tooLong: {
    reason: 'store-denied',
    why: 'it is longer than the keychain takes',
    next: 'Check that the right value was pasted.',
    ofItem: true,
  },
  duplicate: {
    reason: 'store-corrupt',
    why: 'several items have this name, and nothing tells them apart',
    next: 'Delete them all before you connect again (Debian: libsecret-tools has the program):',
    ofItem: true,
    silent: true,
  },
  notText: {
    reason: 'store-corrupt',
    why: 'it is not text, so another program wrote it',
    next: 'Connect again with --replace to overwrite it, or remove it.',
    ofItem: true,
    replaceable: true,
    silent: true,
  },
  noReply: {
    reason: 'store-timeout',
    why: 'it runs but does not reply',
    next: `Restart the keyring (log out and in), ${AGAIN}.`,
  },
  timeout: {
    reason: 'store-timeout',
    why: 'it did not answer',
    next: `If it waits to be unlocked: unlock it, ${AGAIN}. Without a terminal it gets 3 seconds.`,
  },
  crashed: {
    reason: 'store-unavailable',
    why: 'its process ended unexpectedly',
    next: `Try again, ${OR_WITHOUT}.`,
  },
  tooManyOpen: {
    reason: 'store-unavailable',
    why: 'too many files are open',
    next: `Raise the limit (ulimit -n 1024), ${AGAIN}.`,
  },
  notStarted: {
    reason: 'store-unavailable',
    why: 'the process that asks it could not be started',
    next: `End some programs or raise the limits (ulimit -n 1024), ${AGAIN}; ${OR_WITHOUT}.`,
  },
  other: {
    reason: 'store-unavailable',
    why: 'it reported an error',
    next: `Look at the keychain of this machine; ${OR_WITHOUT}.`,
  },
  helperMissing: {
    reason: 'store-unavailable',
    why: 'there is no such program on this machine',
    next: `Install it (Debian: golang-docker-credential-helpers), check PATH, ${OTHER_STORE}.`,
  },
  helperNotStarted: {
    reason: 'store-unavailable',
    why: 'it could not be started',
    next: `Check the program, ${OTHER_STORE}.`,
  },
  helperNotSetUp: {
    reason: 'store-unavailable',
    why: 'the store behind it is not set up',
    next: `Set it up (pass: pass init <your GPG key>), ${AGAIN}.`,
  },
  helperUnreachable: {
    reason: 'store-unavailable',
    why: 'it cannot reach the store behind it',
    next: `Log in to a desktop session, ${OTHER_STORE}.`,
  },
  helperLocked: {
    reason: 'store-locked',
    why: 'the store behind it is locked',
    next: `Unlock it (pass: gpg has to know the passphrase of your key), ${AGAIN}.`,
  },
  helperCrashed: {
    reason: 'store-unavailable',
    why: 'it crashed',
    next: `docker-credential-secretservice does so while the keyring is locked: unlock it, ${AGAIN}.`,
  },
  helperNonsense: {
    reason: 'store-unavailable',
    why: 'its answer does not follow the protocol',
    next: 'Check that it is a docker credential helper: docker-credential-pass list prints {} or a list.',
  },
  helperOther: {
    reason: 'store-unavailable',
    why: 'it reported an error',
    next: `Run it by hand with the argument list to see what it says, ${OTHER_STORE}.`,
  },
} as const satisfies Record<string, StoreFailure>;

type Messages = readonly (readonly [RegExp, StoreFailure])[];

/**
 * The native module has one error code for everything, so its messages decide. Those of Linux were
 * measured; the others come from the systems' documentation. The first match counts.
 */
const KEYCHAIN_MESSAGES: Messages = [
  [/too many open files/iu, STORE_FAILURES.tooManyOpen],
  // Before "locked", because "blocked the reply" contains it.
  [/did not receive a reply|failed to read from socket/iu, STORE_FAILURES.noReply],
  [/matched by \d+ credentials/iu, STORE_FAILURES.duplicate],
  [/not valid utf-?8/iu, STORE_FAILURES.notText],
  [
    /unlock prompt was dismissed|locked collection|IsLocked|-25308|interaction is not allowed/iu,
    STORE_FAILURES.locked,
  ],
  [/rejected send message|apparmor|DBus\.Error\.AccessDenied/iu, STORE_FAILURES.busPolicy],
  [/not provided by any \.service|ServiceUnknown/iu, STORE_FAILURES.noProvider],
  [/secret service: no result found/iu, STORE_FAILURES.noCollection],
  [
    /does not contain a colon|unknown address type|invalid.*address|unsupported transport/iu,
    STORE_FAILURES.badBusAddress,
  ],
  [/failed to connect to .*permission denied/iu, STORE_FAILURES.othersBus],
  [
    /failed to connect to (?:socket|address)|autolaunch|DBUS_SESSION_BUS_ADDRESS|no secret service provider or dbus session/iu,
    STORE_FAILURES.noBus,
  ],
  // The system's loader names the existing file. The package leaves out its code
  // (ERR_DLOPEN_FAILED).
  [/^(?!.*cannot find module).*[/\\]keyring[\w.-]*\.node/imu, STORE_FAILURES.nativeBroken],
  [/unsupported (?:os|architecture)/iu, STORE_FAILURES.nativeUnsupported],
  [/native binding|cannot find (?:module|package)/iu, STORE_FAILURES.nativeMissing],
  [/no such logon session|logon session does not exist/iu, STORE_FAILURES.noLogonSession],
  [/longer than the platform limit/iu, STORE_FAILURES.tooLong],
  [
    /denied|-128|canceled|cancelled|not authorized|passphrase you entered is not correct/iu,
    STORE_FAILURES.denied,
  ],
];

/** The messages of docker's helpers 0.6.4 and of the stores behind them. */
const HELPER_MESSAGES: Messages = [
  [/not initialized|password store is empty|pass init/iu, STORE_FAILURES.helperNotSetUp],
  [
    /no secret key|decryption failed|locked|dismissed|interaction is not allowed/iu,
    STORE_FAILURES.helperLocked,
  ],
  [
    /autolaunch|serviceunknown|not provided by any|could not connect|no such file/iu,
    STORE_FAILURES.helperUnreachable,
  ],
];

export function keychainFailure(message: string): StoreFailure {
  return find(KEYCHAIN_MESSAGES, message) ?? STORE_FAILURES.other;
}

export function helperFailure(message: string): StoreFailure {
  return find(HELPER_MESSAGES, message) ?? STORE_FAILURES.helperOther;
}

function find(table: Messages, message: string): StoreFailure | undefined {
  return table.find(([pattern]) => pattern.test(message))?.[1];
}

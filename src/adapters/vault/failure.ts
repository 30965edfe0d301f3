import { StoreError } from '../../core/errors.js';
import { fill } from '../../core/fill.js';
import type { NetworkReason, StoreReason } from '../../core/verdict.js';

interface Failure {
  readonly reason: StoreReason;
  readonly why: string;
  readonly next: string;
  readonly command?: string;
  /** The server may have carried out the request anyway. */
  readonly undecided?: true;
  /** It may be about just one entry. */
  readonly single?: true;
}

const CLUSTER = "Set VAULT_ADDR to the cluster's address, the one that leads to its active node.";
const AGAIN = 'Then try again.';

/**
 * Everything that can be wrong, with its message. `{tool}` is `vault` or `bao`. `{login}` is what
 * to do for a new token. `{place}` is the mount and folder as they were given, and `{mount}` the
 * mount as the server names it. `{detail}` is what was seen.
 */
export const FAILURES = {
  sealed: {
    reason: 'store-unavailable',
    why: 'it is sealed',
    next: 'Whoever runs it has to unseal it:',
    command: '{tool} operator unseal',
  },
  uninitialised: {
    reason: 'store-unavailable',
    why: 'it was never initialised',
    next: 'Whoever runs it has to set it up first:',
    command: '{tool} operator init',
  },
  standby: {
    reason: 'store-unavailable',
    why: 'the node that answers is a standby and does not pass requests on ({detail})',
    next: CLUSTER,
  },
  redirect: {
    reason: 'store-unavailable',
    why: 'it answers with a redirect to {detail}, which is not followed: the token would go along',
    next: CLUSTER,
  },
  busy: {
    reason: 'store-unavailable',
    why: 'it has been answering for 5 seconds that it is too busy ({detail})',
    next: 'Try again later, with a lower --concurrency if that does not help.',
  },
  upgrading: {
    reason: 'store-unavailable',
    why: 'the engine is being upgraded to version 2, for more than 5 seconds now',
    next: 'Try again in a minute.',
  },
  faulty: {
    reason: 'store-unavailable',
    why: 'it answered with a server error ({detail})',
    next: 'Ask whoever runs it: its log has the cause. Then try again.',
    undecided: true,
    single: true,
  },
  notVault: {
    reason: 'store-unavailable',
    why: 'what answers there is not Vault ({detail})',
    next: 'Check VAULT_ADDR, and whether something is between this machine and the server.',
  },
  tooLong: {
    reason: 'store-unavailable',
    why: 'its answer is longer than 1 MiB, and entries of this tool never are',
    next: 'Look at what is stored there: entries of other programs belong elsewhere.',
    single: true,
  },
  noMount: {
    reason: 'store-unavailable',
    why: 'no secrets engine is mounted at or above {place}',
    next: 'Check the path and VAULT_NAMESPACE. These are mounted:',
    command: '{tool} secrets list',
  },
  wrongPlace: {
    reason: 'store-unavailable',
    why: 'it does not know the place ({detail})',
    next: 'Check the path and VAULT_NAMESPACE. These engines are mounted:',
    command: '{tool} secrets list',
  },
  notKv: {
    reason: 'store-unavailable',
    why: 'the engine at {mount} is not KV but {detail}',
    next: 'Name a KV engine of version 2. These are mounted:',
    command: '{tool} secrets list -detailed',
  },
  version1: {
    reason: 'store-unavailable',
    why: 'the engine at {mount} is KV version 1, which keeps no versions: two machines would overwrite each other',
    next: 'Name an engine of version 2, or ask whoever runs this one to upgrade it:',
    command: '{tool} kv enable-versioning {mount}',
  },
  badName: {
    reason: 'store-denied',
    why: 'such a name cannot be a path there',
    next: 'Choose another name with --name: small letters, digits, . _ - and single slashes.',
  },
  tokenRefused: {
    reason: 'store-denied',
    why: 'it refuses the token: expired, revoked, used up or of another server (one without any rights, not even to look itself up, looks the same)',
    next: '{login}:',
    command: '{tool} login',
  },
  pathRefused: {
    reason: 'store-denied',
    why: 'the token is good, but may do nothing at {place}; or there is no engine, which looks the same to it',
    next: 'Check the path and VAULT_NAMESPACE, or ask whoever runs it for this policy:',
    command: '{policy}',
  },
  rightRefused: {
    reason: 'store-denied',
    why: 'the token is good, but may not do this at {place}',
    next: 'Ask whoever runs it for this policy:',
    command: '{policy}',
    single: true,
  },
  rightsMissing: {
    reason: 'store-denied',
    why: 'the token lacks the rights that a save needs ({detail})',
    next: 'Ask whoever runs it for this policy:',
    command: '{policy}',
  },
  notDeleted: {
    reason: 'store-mismatch',
    why: 'the entry is still there after it was deleted',
    next: 'Try again. If that does not help, whoever runs the server can delete {place}/credentials by hand.',
  },
  notKept: {
    reason: 'store-mismatch',
    why: 'what it gives back is not what it was given ({detail})',
    next: 'Ask whoever runs it: its log has the cause. Then try again.',
  },
  fewUses: {
    reason: 'store-denied',
    why: 'the token may be used {detail} more times, fewer than a save needs',
    next: 'Use one without such a limit. {login}:',
    command: '{tool} login',
  },
} as const satisfies Record<string, Failure>;

/** No response came. `core/advice.ts` has the messages for the same reasons of a provider. */
export const NETWORK_FAILURES = {
  timeout: {
    reason: 'store-timeout',
    why: 'it did not answer in time ({detail})',
    next: `Check the network and the VPN, or give it more time with --timeout. ${AGAIN}`,
  },
  dns: {
    reason: 'store-unavailable',
    why: 'its name does not resolve from here ({detail})',
    next: `Check VAULT_ADDR, the network and the VPN. ${AGAIN}`,
  },
  connection: {
    reason: 'store-unavailable',
    why: 'the connection was refused or broke off ({detail})',
    next: `Check VAULT_ADDR, the network and the VPN, and that the server runs. ${AGAIN}`,
  },
  'tls-untrusted': {
    reason: 'store-unavailable',
    why: 'its certificate comes from an authority that this machine does not know ({detail})',
    next: `Set VAULT_CACERT to the file of its CA certificate. ${AGAIN}`,
  },
  'tls-expired': {
    reason: 'store-unavailable',
    why: 'its certificate has expired or is not valid yet ({detail})',
    next: "Check this machine's date; if it is right, whoever runs the server has to renew its certificate.",
  },
  'tls-name': {
    reason: 'store-unavailable',
    why: 'its certificate belongs to another name ({detail})',
    next: 'Set VAULT_ADDR to the name that the certificate is for.',
  },
  proxy: {
    reason: 'store-unavailable',
    why: 'it could not be reached through the proxy: {detail}',
    next: 'Check {proxyVariable}, or put its host into NO_PROXY.',
  },
} as const satisfies Record<NetworkReason, Failure>;

/** Words the failures of one server. */
export type Fail = (
  failure: Failure,
  placeholders?: Readonly<Record<string, string>>,
  options?: ErrorOptions & { readonly undecided?: boolean },
) => StoreError;

/** @param backend `Vault at https://vault.example.com`. */
export function createFail(backend: string, placeholders: Readonly<Record<string, string>>): Fail {
  return ({ reason, why, next, command, ...row }, more, { undecided, ...options } = {}) => {
    const template = { what: `${backend} cannot be used`, why, next, command };
    const untouched = !(undecided ?? row.undecided ?? false);
    const advice = fill(template, { ...placeholders, ...more });
    return new StoreError(reason, advice, { untouched, single: row.single ?? false, ...options });
  };
}

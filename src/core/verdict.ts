/**
 * The one table behind text, JSON and exit codes: every reason has one verdict, and every verdict
 * has one exit code. Programs rely on it (docs/json.md).
 */

/** What a verdict means for the exit code and for storing. */
interface VerdictRule {
  readonly exitCode: number;
  /** Whether a connect may store the credential. `if-allowed` requires `--allow-unverified`. */
  readonly storable: 'yes' | 'if-allowed' | 'never';
  /** Decides the exit code of several connections: the highest wins. */
  readonly severity: number;
}

export const verdicts = {
  valid: { exitCode: 0, storable: 'yes', severity: 0 },
  undecided: { exitCode: 6, storable: 'if-allowed', severity: 1 },
  unreachable: { exitCode: 6, storable: 'if-allowed', severity: 1 },
  missing: { exitCode: 4, storable: 'never', severity: 2 },
  limited: { exitCode: 5, storable: 'yes', severity: 3 },
  'wrong-host': { exitCode: 8, storable: 'never', severity: 4 },
  rejected: { exitCode: 3, storable: 'never', severity: 5 },
  'store-error': { exitCode: 7, storable: 'never', severity: 6 },
} as const satisfies Record<string, VerdictRule>;

/**
 * What is known about a credential, in one word. README.md explains each, with its exit code.
 */
export type Verdict = keyof typeof verdicts;

/** All reasons, with their verdicts. */
export const verdictByReason = {
  ok: 'valid',
  'missing-permission': 'limited',
  'missing-feature': 'limited',
  'bad-credential': 'rejected',
  'wrong-auth-type': 'rejected',
  'refused-unclear': 'rejected',
  'account-suspended': 'rejected',
  'not-an-api-user': 'rejected',
  'no-such-tenant': 'wrong-host',
  'wrong-product': 'wrong-host',
  'vanity-host': 'wrong-host',
  'not-allowed': 'wrong-host',
  'other-tenant': 'wrong-host',
  'definition-changed': 'wrong-host',
  dns: 'unreachable',
  connection: 'unreachable',
  timeout: 'unreachable',
  'tls-untrusted': 'unreachable',
  'tls-expired': 'unreachable',
  'tls-name': 'unreachable',
  proxy: 'unreachable',
  'rate-limited': 'undecided',
  'server-error': 'undecided',
  'bad-response': 'undecided',
  'not-an-api': 'undecided',
  'not-stored': 'missing',
  'secret-lost': 'missing',
  'definition-missing': 'missing',
  'store-unavailable': 'store-error',
  'store-locked': 'store-error',
  'store-denied': 'store-error',
  'store-timeout': 'store-error',
  'store-mismatch': 'store-error',
  'store-corrupt': 'store-error',
  'store-passphrase': 'store-error',
  'store-conflict': 'store-error',
} as const satisfies Record<string, Verdict>;

/** Why a verdict was reached. docs/troubleshooting.md explains each reason. */
export type Reason = keyof typeof verdictByReason;

export const reasons = Object.keys(verdictByReason) as [Reason, ...Reason[]];

/** The reasons of some verdicts: `ReasonOf<'unreachable'>` is `'dns' | 'connection' | …`. */
export type ReasonOf<V extends Verdict> = {
  [R in Reason]: (typeof verdictByReason)[R] extends V ? R : never;
}[Reason];

/** The reasons of a verdict, in the order of the table. */
export function reasonsOf<V extends Verdict>(verdict: V): ReasonOf<V>[] {
  return (Object.keys(verdictByReason) as Reason[]).filter(
    (reason): reason is ReasonOf<V> => verdictByReason[reason] === verdict,
  );
}

export type NetworkReason = ReasonOf<'unreachable'>;
export type StoreReason = ReasonOf<'store-error'>;

/** Exit codes that don't depend on a verdict. */
export const exitCodes = {
  done: 0,
  internal: 1,
  usage: 2,
  notStored: verdicts.missing.exitCode,
} as const;

/** Whether a connect may store a credential with this finding. */
export function storableAfter(reason: Reason): VerdictRule['storable'] {
  return verdicts[verdictByReason[reason]].storable;
}

/** The provider took the credential. */
export function isAccepted(reason: Reason): boolean {
  const verdict = verdictByReason[reason];
  return verdict === 'valid' || verdict === 'limited';
}

/** The provider refused the credential. */
export function isRejected(reason: Reason): boolean {
  return verdictByReason[reason] === 'rejected';
}

/** Nothing was learned about the credential. */
export function isUndecided(reason: Reason): boolean {
  const verdict = verdictByReason[reason];
  return verdict === 'unreachable' || verdict === 'undecided';
}

/**
 * The exit code of a run over several connections: that of the worst verdict, or 0 if there are
 * none.
 */
export function worstExitCode(all: readonly Verdict[]): number {
  let worst: Verdict = 'valid';
  for (const verdict of all) {
    if (verdicts[verdict].severity > verdicts[worst].severity) worst = verdict;
  }
  return verdicts[worst].exitCode;
}

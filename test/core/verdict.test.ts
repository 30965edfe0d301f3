import { describe, expect, it } from 'vitest';
import {
  exitCodes,
  isAccepted,
  isRejected,
  isUndecided,
  reasons,
  reasonsOf,
  verdictByReason,
  verdicts,
  worstExitCode,
  type Reason,
  type Verdict,
} from '../../src/core/verdict.js';

/** Verdicts, exit codes and reasons, literally: scripts rely on them. */
const TABLE = [
  ['valid', 0, 'yes', ['ok']],
  ['limited', 5, 'yes', ['missing-permission', 'missing-feature']],
  [
    'rejected',
    3,
    'never',
    [
      'bad-credential',
      'wrong-auth-type',
      'refused-unclear',
      'account-suspended',
      'not-an-api-user',
    ],
  ],
  [
    'wrong-host',
    8,
    'never',
    [
      'no-such-tenant',
      'wrong-product',
      'vanity-host',
      'not-allowed',
      'other-tenant',
      'definition-changed',
    ],
  ],
  [
    'unreachable',
    6,
    'if-allowed',
    ['dns', 'connection', 'timeout', 'tls-untrusted', 'tls-expired', 'tls-name', 'proxy'],
  ],
  ['undecided', 6, 'if-allowed', ['rate-limited', 'server-error', 'bad-response', 'not-an-api']],
  ['missing', 4, 'never', ['not-stored', 'secret-lost', 'definition-missing']],
  [
    'store-error',
    7,
    'never',
    [
      'store-unavailable',
      'store-locked',
      'store-denied',
      'store-timeout',
      'store-mismatch',
      'store-corrupt',
      'store-passphrase',
      'store-conflict',
    ],
  ],
] as const;

describe('the verdict', () => {
  it.each(TABLE)('%s ends with %i and is stored: %s', (verdict, exitCode, storable, own) => {
    expect(verdicts[verdict]).toMatchObject({ exitCode, storable });
    const found = Object.entries(verdictByReason).filter(([, of]) => of === verdict);
    expect(found.map(([reason]) => reason).toSorted()).toEqual([...own].toSorted());
  });

  it('is one of this table', () => {
    expect(Object.keys(verdicts).toSorted()).toEqual(TABLE.map(([verdict]) => verdict).toSorted());
  });

  it('has its reasons, in the order of the table', () => {
    expect(reasonsOf('limited')).toEqual(['missing-permission', 'missing-feature']);
  });

  it.each([
    ['accepted', isAccepted, ['valid', 'limited']],
    ['rejected', isRejected, ['rejected']],
    ['undecided', isUndecided, ['unreachable', 'undecided']],
  ] as const)('of a reason says whether the credential is %s', (_, answers, meant) => {
    const isMeant = (reason: Reason) => meant.some((each) => each === verdictByReason[reason]);
    expect(reasons.filter(answers)).toEqual(reasons.filter(isMeant));
  });
});

describe('of several connections', () => {
  const WORST_FIRST: readonly [Verdict, number][] = [
    ['store-error', 7],
    ['rejected', 3],
    ['wrong-host', 8],
    ['limited', 5],
    ['missing', 4],
    ['undecided', 6],
    ['valid', 0],
  ];
  const pairs = WORST_FIRST.flatMap(([worse, code], index) =>
    WORST_FIRST.slice(index).map(([better]) => [worse, better, code] as const),
  );

  it.each(pairs)('%s together with %s exits with %i, in either order', (worse, better, code) => {
    expect(worstExitCode([worse, better])).toBe(code);
    expect(worstExitCode([better, worse])).toBe(code);
  });

  it('unreachable weighs as much as undecided', () => {
    expect(worstExitCode(['unreachable', 'valid'])).toBe(6);
    expect(worstExitCode(['unreachable', 'missing'])).toBe(4);
  });

  it('none at all end with 0', () => {
    expect(worstExitCode([])).toBe(0);
  });
});

it('the other exit codes stay the same', () => {
  expect(exitCodes).toEqual({
    done: 0,
    internal: 1,
    usage: 2,
    notStored: 4,
  });
});

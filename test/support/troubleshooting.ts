import { adviceFor } from '../../src/core/advice.js';
import { nextStep, sentence, type Advice } from '../../src/core/errors.js';
import { fill } from '../../src/core/fill.js';
import type { Provider } from '../../src/core/provider.js';
import {
  verdictByReason,
  verdicts,
  type Reason,
  type StoreReason,
} from '../../src/core/verdict.js';

/** One way in which something goes wrong. */
export interface Entry {
  readonly reason: Reason;
  /** The provider with these words; undefined if they are the same for all. */
  readonly provider?: string;
  readonly means: string;
  readonly todo: string;
}

/** Placeholders that only a response could fill, in a reader's words. */
const WORDS: Readonly<Record<string, string>> = {
  host: 'the host',
  proxyVariable: 'HTTPS_PROXY',
  provider: 'the provider',
  email: 'the e-mail address',
  secrets: 'key or token',
  copy: 'Copy it again, whole.',
  other: 'another one',
  missing: 'what the message names',
  grants: 'The message says what each needs',
  wait: 'as long as the message says',
  name: '<name>',
  providerId: '<provider>',
  backend: 'the store',
};

/** The text for `{detail}` if the sentence has nothing else. In brackets, a detail is left out. */
const DETAILS: Partial<Record<Reason, string>> = {
  timeout: 'the message says how far the request came',
  proxy: 'the message says what the proxy did',
  'server-error': 'a status of 500 or more',
  'refused-unclear': 'the answer was 403',
  'wrong-auth-type': 'the message says which',
  'definition-changed': 'the message says what is known about the change',
};

/** A detail in brackets, which is left out. */
const DETAIL = 'DETAIL';

/** Each kind of store has its own words; these say what they have in common. */
const STORES: Readonly<Record<StoreReason, readonly [means: string, todo: string]>> = {
  'store-unavailable': [
    'The store cannot be used here: no desktop session, no keychain, a missing program, a server that does not answer.',
    'Run `connect-wizard doctor`: it says what is missing. On a machine without a keychain, use `--store file`.',
  ],
  'store-locked': [
    'The store is locked, or its question was dismissed.',
    'Unlock it, then run the same command again.',
  ],
  'store-denied': [
    'The store refused: a right is missing, or a program that a file names was never approved here.',
    'Do what the message says: it names the right or the program.',
  ],
  'store-timeout': [
    'The store did not answer in time.',
    'Look for a window that asks for a password, then run the same command again.',
  ],
  'store-mismatch': [
    'The store gave back something other than what was written.',
    'Nothing was saved. Use another store with `--store`, and please report it.',
  ],
  'store-corrupt': [
    'What is stored cannot be read: it is damaged, or a newer version of connect-wizard wrote it.',
    'Update connect-wizard, or restore the file from a backup. It is never overwritten.',
  ],
  'store-passphrase': [
    'The passphrase or the identity does not open the encrypted files.',
    'Check `CONNECT_WIZARD_PASSPHRASE`, `CONNECT_WIZARD_PASSPHRASE_FILE` or `CONNECT_WIZARD_AGE_IDENTITY`. Nobody can recover a lost passphrase.',
  ],
  'store-conflict': [
    'Somebody else wrote to the store meanwhile.',
    'Nothing was overwritten. Run `connect-wizard list` to see what is there now, then decide.',
  ],
};

/** Everything that can go wrong, in the order of the verdict table. */
export function troubleshooting(providers: readonly Provider[]): Entry[] {
  const reasons = (Object.keys(verdictByReason) as Reason[]).filter((reason) => reason !== 'ok');
  return reasons.flatMap((reason) => entriesOf(reason, providers));
}

function entriesOf(reason: Reason, providers: readonly Provider[]): Entry[] {
  if (isStore(reason)) {
    const [means, todo] = STORES[reason];
    return [{ reason, means, todo }];
  }
  const shared = sharedAdvice(reason);
  const own = providers.flatMap((provider) =>
    ownAdvice(provider, reason).map((advice) => entry(reason, advice, provider.name)),
  );
  return shared ? [entry(reason, shared), ...own] : own;
}

/** The page `docs/troubleshooting.md`, with a heading for each reason, so that links lead to it. */
export function troubleshootingPage(entries: readonly Entry[]): string {
  const reasons = [...new Set(entries.map(({ reason }) => reason))];
  return `${[
    '<!-- Made by test/providers/troubleshooting.test.ts: it says how to make it again. -->',
    '',
    '# Troubleshooting',
    '',
    'Whatever goes wrong has a reason. `--json` gives it as `reason`, `check` shows it behind the verdict,',
    'and a connect names it in its last line. [The README](../README.md#exit-codes) explains verdicts and',
    'exit codes.',
    '',
    '`connect-wizard doctor` looks at this machine (proxy, certificates, clock), the stores (write, read,',
    'compare, delete), the records and the network. It sends no secret anywhere. Each `✗` has its fix',
    'below it. `connect-wizard doctor --report report.txt` writes everything to a file that is safe to send:',
    'it contains hosts and names of connections, but no secrets and no passwords of proxies.',
    '`connect-wizard doctor --repair` finds secrets that have lost their record.',
    ...reasons.flatMap((reason) => section(reason, entries)),
  ].join('\n')}\n`;
}

function section(reason: Reason, entries: readonly Entry[]): string[] {
  const verdict = verdictByReason[reason];
  const own = entries.filter((each) => each.reason === reason);
  const more = isStore(reason) ? ' [Stores](stores.md) says more about each store.' : '';
  return [
    '',
    `## \`${reason}\``,
    '',
    `Verdict \`${verdict}\`, exit code ${verdicts[verdict].exitCode}.${more}`,
    '',
    ...own.map(
      ({ provider, means, todo }) =>
        `- ${provider === undefined ? '' : `**${provider}:** `}${means}<br>→ ${todo}`,
    ),
  ];
}

function isStore(reason: Reason): reason is StoreReason {
  return verdictByReason[reason] === 'store-error';
}

function wordsFor(reason: Reason): Record<string, string> {
  return { ...WORDS, detail: DETAILS[reason] ?? DETAIL };
}

/** @returns undefined if only providers have words for it. */
function sharedAdvice(reason: Reason): Advice | undefined {
  try {
    return adviceFor(undefined, reason, wordsFor(reason));
  } catch {
    return undefined;
  }
}

function ownAdvice(provider: Provider, reason: Reason): Advice[] {
  const { advice, responses, hosts } = provider;
  const words = { ...wordsFor(reason), provider: provider.name };
  const refusals = [...hosts.refused, ...hosts.offList, hosts.otherwise]
    .filter((refusal) => refusal.reason === reason)
    .map((refusal) => fill(refusal, words));
  if (advice[reason] === undefined) return refusals;
  // A response with a known meaning has its own words; one that leads on ends as unclear.
  const known = responses.flatMap(({ means, says }) => {
    const ends = means === 'go-on' ? 'refused-unclear' : means;
    return ends === reason && says ? [fill(says, words)] : [];
  });
  return [adviceFor(provider, reason, words), ...known, ...refusals];
}

function entry(reason: Reason, advice: Advice, provider?: string): Entry {
  const [means, todo] = [readable(sentence(advice)), readable(nextStep(advice))];
  return { reason, ...(provider !== undefined && { provider }), means, todo };
}

function readable(text: string): string {
  const plain = text
    .replaceAll(` (${DETAIL})`, '')
    .replaceAll('https://the host/', "the host's address")
    .replaceAll('acme.the host', 'acme.us-1.gladly.com')
    // Commands, options, variables and placeholders.
    .replaceAll(
      /connect-wizard (?:list|remove|rotate|providers add|providers|<provider>)(?: <(?:name|file|provider)>)?|--[a-z-]+|\b[A-Z]+(?:_[A-Z]+)+|<(?:name|provider)>(?:\.[\w-]+)*/gu,
      '`$&`',
    );
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
}

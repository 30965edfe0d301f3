import { adviceFor } from '../../src/core/advice.js';
import { nextStep, sentence, type Advice } from '../../src/core/errors.js';
import { fill } from '../../src/core/fill.js';
import type { Provider } from '../../src/core/provider.js';
import { verdictByReason, verdicts, type Reason } from '../../src/core/verdict.js';

/** What cannot be known before there is an answer, in a reader's words. */
const WORDS: Readonly<Record<string, string>> = {
  host: 'the host',
  provider: 'the provider',
  email: 'the e-mail address',
  secrets: 'key or token',
  copy: 'Copy it again, whole.',
  other: 'another one',
  missing: 'what the message names',
  grants: 'what the message names',
  wait: 'as long as the message says',
  name: '<name>',
  providerId: '<provider>',
  backend: 'the store',
};

/** What stands for `{detail}` where it is all that is said. In brackets it only adds to it, and is left out. */
const DETAILS: Partial<Record<Reason, string>> = {
  timeout: 'the message says how far the request came',
  proxy: 'the message says what the proxy did',
  'server-error': 'a status of 500 or more',
  'refused-unclear': 'the answer was 403',
  'wrong-auth-type': 'the message says which',
  'definition-changed': 'the message says what is known of it',
};

/** Stands in brackets where no words of its own are needed. */
const DETAIL = 'DETAIL';

const COLUMNS = ['reason', 'verdict', 'exit', 'what it means', 'what to do'] as const;

/** The troubleshooting section of the README: what has gone wrong, by its reason. */
export function troubleshooting(providers: readonly Provider[]): string {
  const shared = reasons().filter((reason) => sharedAdvice(reason) !== undefined);
  return [
    '### Whichever the provider',
    '',
    ...table(shared.map((reason) => row(reason, sharedAdvice(reason)))),
    ...providers.flatMap((provider) => [
      '',
      `### ${provider.name}`,
      '',
      ...table(ownRows(provider)),
    ]),
  ].join('\n');
}

/** Nothing has to be done where all is well. */
function reasons(): Reason[] {
  return (Object.keys(verdictByReason) as Reason[]).filter((reason) => reason !== 'ok');
}

function wordsFor(reason: Reason): Record<string, string> {
  return { ...WORDS, detail: DETAILS[reason] ?? DETAIL };
}

/** @returns undefined where only a provider, or a store, has words for it. */
function sharedAdvice(reason: Reason): Advice | undefined {
  try {
    return adviceFor(undefined, reason, wordsFor(reason));
  } catch {
    return undefined;
  }
}

function ownRows(provider: Provider): string[][] {
  const { advice, responses, hosts } = provider;
  const own = reasons().filter((reason) => advice[reason] !== undefined);
  const words = (reason: Reason) => ({ ...wordsFor(reason), provider: provider.name });
  return [
    ...own.flatMap((reason) => {
      const usual = adviceFor(provider, reason, words(reason));
      // An answer of which more is known has words of its own; one that leads on ends as unclear.
      const known = responses.flatMap(({ means, says }) => {
        const ends = means === 'go-on' ? 'refused-unclear' : means;
        return ends === reason && says ? [fill(says, words(reason))] : [];
      });
      return [usual, ...known].map((each) => row(reason, each));
    }),
    ...[...hosts.refused, ...hosts.offList, hosts.otherwise].map((refusal) =>
      row(refusal.reason, fill(refusal, words(refusal.reason))),
    ),
  ];
}

function row(reason: Reason, advice: Advice | undefined): string[] {
  if (!advice) throw new Error(`no words for the reason ${reason}`);
  const verdict = verdictByReason[reason];
  const told = [sentence(advice), nextStep(advice)].map(readable);
  return [`\`${reason}\``, `\`${verdict}\``, String(verdicts[verdict].exitCode), ...told];
}

/** As a cell of a table. */
function readable(text: string): string {
  const plain = text
    .replaceAll(` (${DETAIL})`, '')
    .replaceAll('https://the host/', "the host's address")
    .replaceAll('acme.the host', 'acme.us-1.gladly.com')
    .replaceAll('|', String.raw`\|`)
    // Commands, options, variables, and what is to be put in.
    .replaceAll(
      /connect-wizard (?:list|remove|providers add|providers|<provider>)(?: <(?:name|file|provider)>)?|--[a-z-]+|\b[A-Z]+(?:_[A-Z]+)+|<(?:name|provider)>(?:\.[\w-]+)*/gu,
      '`$&`',
    );
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  return [COLUMNS, COLUMNS.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

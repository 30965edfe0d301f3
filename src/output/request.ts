import { isoDate } from '../core/duration.js';
import type { Style } from './style.js';
import { commandLine, type Invocation } from '../core/shell.js';

/** What is printed about a new request. */
export interface PrintedRequest {
  readonly report: { readonly name: string; readonly fingerprint: string };
  /** The page's path, and the SHA-256 of its content. */
  readonly file: string;
  readonly sha256: string;
  /** The message for people who have age. */
  readonly message: string;
}

/** The message for people who don't get the page, then what was made and what to do with it. */
export function requestText(
  style: Style,
  invocation: Invocation,
  { report, file, sha256, message }: PrintedRequest,
): string {
  const facts: readonly (readonly [string, string])[] = [
    ['Page', file],
    ['SHA-256', sha256],
    ['Fingerprint', report.fingerprint],
  ];
  const say = (text: string): string => style.paragraph(text, '  ');
  return [
    say('For people who have age, this message does without a page:'),
    '',
    ...message.split('\n').map((line) => (isTyped(line) ? line : style.paragraph(line, ''))),
    // Last, so that it's visible in a small window.
    `${style.good} ${style.bold(`${report.name} is open`)}`,
    ...facts.map(([name, value]) => `  ${style.dim(name.padEnd(12))}${value}`),
    '',
    say(
      'Send the page to whoever has the credential, by chat or a shared folder: many mail gateways block .html files, in a zip too.',
    ),
    say(
      'Whoever has the page can answer it, so look whose credential comes back. Whoever can change it on its way can read the answer.',
    ),
    say('Once the answer is here:'),
    `    ${style.accent(commandLine(invocation, ['accept']))}`,
  ].join('\n');
}

/** Commands and lines to fill in aren't wrapped, because they are copied. */
function isTyped(line: string): boolean {
  return /^(?:age -| )/u.test(line);
}

/** An open request in a list. */
interface ListedRequest {
  readonly name: string;
  readonly provider: string;
  readonly host: string | null;
  readonly asks: readonly string[];
  readonly createdAt: string;
  readonly old: boolean;
}

/**
 * The open requests, one a line.
 *
 * @param below they follow the connections.
 */
export function requestsText(
  style: Style,
  requests: readonly ListedRequest[],
  below: boolean,
): string {
  const lines = requests.map(({ name, provider, host, asks, createdAt, old }) => {
    const since = `asked on ${isoDate(createdAt)}${old ? ': over 14 days ago' : ''}`;
    const text = `${name}  ${asks.join(', ')} of ${host ?? provider}, ${since}`;
    return style.paragraph(text, '    ', `${old ? style.warning : '-'} `);
  });
  return [...(below ? [''] : []), style.dim('OPEN REQUESTS'), ...lines].join('\n');
}

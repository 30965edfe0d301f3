import { counted } from '../core/counted.js';
import type { Definition } from '../core/definition/schema.js';
import type { Fault } from '../core/errors.js';
import { differences, summaryOf } from '../core/definition/summary.js';
import { isoDate } from '../core/duration.js';
import { currentNotice, triedLine } from '../core/provenance.js';
import { pathWord } from '../core/shell.js';
import type { Style } from './style.js';

/** What a person sees of a definition before deciding whether it may have their secrets. */
export interface ShownDefinition {
  readonly definition: Definition;
  /** Where the file is; left out for a built-in definition. */
  readonly path?: string | undefined;
  readonly sha256?: string | undefined;
  /** The definition that it replaces. */
  readonly before?: Definition | undefined;
}

export interface ShowOptions {
  readonly today: Date;
  /** Decodes a host: `bücher.example` for `xn--bcher-kva.example`. */
  readonly inLetters: (host: string) => string;
}

/** Who wrote it, where secrets go, what is asked and sent, and its hash. */
export function definitionText(style: Style, shown: ShownDefinition, options: ShowOptions): string {
  const { definition, path } = shown;
  const { id, name } = definition;
  const from = path === undefined ? ', built in' : `, from ${path}`;
  const notice = currentNotice(definition, isoDate(options.today));
  return [
    ...(notice === undefined ? [] : [style.paragraph(notice, '  ', `${style.warning} `), '']),
    `${style.bold(name)} (${id})${from}`,
    style.paragraph(triedLine(definition), ''),
    '',
    sendingText(style, shown, options),
  ].join('\n');
}

/** Where secrets go, what is asked and sent, and its hash. */
export function sendingText(
  style: Style,
  { definition, sha256, before }: ShownDefinition,
  { inLetters }: Pick<ShowOptions, 'inLetters'>,
): string {
  const { hosts, asked, sent, requests, variables, opens } = summaryOf(definition);
  const row = (label: string, lines: readonly string[]): string[] =>
    lines.map((line, index) =>
      style.paragraph(line, INDENT, (index === 0 ? `  ${label}` : '').padEnd(INDENT.length)),
    );
  const widest = Math.max(...sent.map(([label]) => label.length));
  return [
    // Each host is on a line of its own and never wrapped: a broken host could be read as another
    // one.
    ...hosts.map(
      (host, index) =>
        `${(index === 0 ? '  Secrets go to' : '').padEnd(INDENT.length)}${host}${foreign(host, inLetters)}`,
    ),
    ...row('Asked for', [asked.join(', ')]),
    ...row(
      'Sent',
      sent.flatMap(([label, ways]) => ways.map((way) => `${label.padEnd(widest)}  ${way}`)),
    ),
    ...row('Requests', requests),
    ...row('Variables', [variables.join(', ')]),
    ...row('Opens', opens),
    ...(before ? differenceRows(before, definition, row) : []),
    // The hash needs a line of its own to fit into 80 columns unbroken, since it's compared as a
    // whole.
    ...(sha256 === undefined ? [] : ['  SHA-256', `    ${sha256}`]),
  ].join('\n');
}

const INDENT = ' '.repeat(18);

/** Foreign letters can look like English ones. */
function foreign(host: string, inLetters: (host: string) => string): string {
  if (!/(?:^|\.)xn--/u.test(host)) return '';
  const name = host.replace(/^(?:<anything>[^.]*\.)+/u, '').replace(/[: (].*$/u, '');
  return ` (letters that are not English: ${inLetters(name)})`;
}

function differenceRows(
  before: Definition,
  after: Definition,
  row: (label: string, lines: readonly string[]) => string[],
): string[] {
  const changed = differences(before, after);
  if (changed.length === 0) return row('Changed', ['texts only']);
  return [
    '',
    '  What changed:',
    ...changed.flatMap(({ what, was, is }) => {
      const lines = [...was.map((line) => `was: ${line}`), ...is.map((line) => `is:  ${line}`)];
      return row(what, lines);
    }),
    '',
  ];
}

/** A provider in the list. */
export interface ListedProvider {
  readonly id: string;
  readonly origin: 'built-in' | 'yours';
  readonly state: 'usable' | 'hidden' | 'faults' | 'not-approved';
  readonly connections: number;
  readonly definition: Definition | null;
  readonly faults: readonly Fault[];
}

const STATES: Readonly<Record<ListedProvider['state'], string>> = {
  usable: 'yours',
  hidden: 'yours, hidden by the built-in',
  faults: 'yours, has faults',
  'not-approved': 'yours, not approved on this machine',
};

/** If there are more hosts, only their number is shown. */
const FEW_HOSTS = 3;

function listedLines(
  style: Style,
  { id, origin, state, connections, definition, faults }: ListedProvider,
  widest: number,
): string[] {
  const indent = ' '.repeat(widest + 2);
  const hosts = definition ? summaryOf(definition).hosts : [];
  const where =
    hosts.length > FEW_HOSTS ? `${hosts[0]} and ${hosts.length - 1} more` : hosts.join(', ');
  const mark = origin === 'built-in' ? 'built in' : STATES[state];
  const count = counted(connections, 'connection');
  const parts = [definition?.name, where, mark, connections === 0 ? undefined : count];
  const text = parts.filter((part) => part !== undefined && part !== '').join('; ');
  const line = style.paragraph(text, indent, `${style.bold(id.padEnd(widest))}  `);
  return [line].concat(faultLines(style, faults, indent));
}

/** The providers, one a line: id, host, origin and connections. */
export function definitionsText(style: Style, providers: readonly ListedProvider[]): string {
  const widest = Math.max(...providers.map(({ id }) => id.length));
  return [
    ...providers.flatMap((each) => listedLines(style, each, widest)),
    '',
    style.paragraph(style.dim('More about one: connect-wizard providers <id>'), ''),
  ].join('\n');
}

function faultLines(style: Style, faults: readonly Fault[], indent = ''): string[] {
  return faults.map(({ path, message }) =>
    style.paragraph(`${path}: ${message}`, `${indent}  `, `${indent}${style.bad} `),
  );
}

/** A file without faults, as its author sees it. */
export interface CheckedFile {
  readonly definition: Definition;
  readonly sha256: string;
  readonly warnings: readonly Fault[];
  readonly walked: readonly {
    readonly title: string;
    readonly reason: string;
    readonly message: string;
    readonly nextStep: string;
  }[];
}

/**
 * The result of a check without faults: warnings, each message once, the hash, and how to add the
 * file.
 */
export function checkedText(
  style: Style,
  path: string,
  { definition, sha256, warnings, walked }: CheckedFile,
): string {
  // Print each once, whatever the details of the response.
  const messages = new Map(
    walked.map((each) => [`${each.reason} ${each.message.replace(/\([^()]*\)\.$/u, '')}`, each]),
  );
  return [
    `${style.good} ${path} has no faults.`,
    ...(warnings.length === 0 ? [] : ['', style.bold('Worth another look')]),
    ...warnings.map((each) =>
      style.paragraph(`${each.path}: ${each.message}`, '    ', `  ${style.warning} `),
    ),
    '',
    style.bold(`How the wizard ends, in ${walked.length} situations`),
    ...walked.map(({ title, reason }) => style.paragraph(`${title}: ${reason}`, '    ', '  ')),
    '',
    style.bold('What it says then'),
    ...[...messages.values()].flatMap(({ reason, message, nextStep }) => [
      style.paragraph(`${reason}: ${message}`, '    ', '  '),
      style.paragraph(nextStep, '      ', `    ${style.next} `),
    ]),
    '',
    `SHA-256 of ${definition.id}: ${sha256}`,
    `${style.next} ${style.accent(`connect-wizard providers add ${pathWord(path)}`)}`,
  ].join('\n');
}

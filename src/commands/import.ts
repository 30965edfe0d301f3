import { counted } from '../core/counted.js';
import { HostError, UsageError, type Fault } from '../core/errors.js';
import { secretFields } from '../core/field.js';
import { variablePrefix } from '../core/field-names.js';
import { readHost } from '../core/host.js';
import type { ImportRow } from '../core/import/read-import.js';
import { checkName, NAME_RULE } from '../core/name.js';
import { needsFault } from '../core/needs.js';
import { decodeText } from '../core/decode-text.js';
import type { KnownProvider } from '../core/known-provider.js';
import { ONLY_ROOT } from '../core/exposed-file.js';
import { lintPaste } from '../core/paste-lint.js';
import type { Field, Provider } from '../core/provider.js';
import { Pace } from '../core/pace.js';
import { reportVerdict, type Report } from '../core/report.js';
import { commandLine, shellWord } from '../core/shell.js';
import { isUnresolved, UNRESOLVED } from '../core/unresolved-reference.js';
import { exitCodes, verdicts } from '../core/verdict.js';
import { importRows } from '../flows/import/import-rows.js';
import { planImport, type PlannedRow } from '../flows/import/plan-import.js';
import { reportsDocument } from '../output/json.js';
import { checkText } from '../output/check.js';
import { planText } from '../output/plan.js';
import type { Command, Session, SharedOptions } from './command.js';
import {
  chosenStore,
  defaultStore,
  KEEP_IN,
  readConcurrency,
  readTimeout,
  REPLACE,
  TIMEOUT,
} from './options.js';
import { progressText, finish, interruptedText } from './result.js';

interface Options extends SharedOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly replace?: boolean;
  readonly allowUnverified?: boolean;
}

interface Parsed {
  readonly file: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly store: string | undefined;
  readonly replace: boolean;
  readonly allowUnverified: boolean;
  readonly timeoutMs: number;
  readonly concurrency: number;
}

/** `connect-wizard import <file>`: shows, verifies and stores many connections. */
export const importCommand: Command<Options, Parsed> = {
  name: 'import',
  description:
    'Import many connections from a .env, CSV or JSON file. All faults are reported at once; then the connections are shown, checked and stored. Safe to repeat.',
  examples: [
    'connect-wizard import keys.csv --dry-run',
    'connect-wizard import keys.csv',
    'connect-wizard import - --yes < .env',
  ],
  arguments: [
    { name: '<file>', says: 'the path of the file, or - for standard input', takes: 'file' },
  ],
  keeps: true,
  options: [
    { flags: '--dry-run', says: 'check each connection and store nothing' },
    { flags: '--yes', says: 'go ahead without a question' },
    KEEP_IN,
    REPLACE,
    {
      flags: '--allow-unverified',
      says: 'store a credential even if its provider could not be asked',
    },
    TIMEOUT,
    { flags: '--concurrency <n>', says: 'connections checked at once', default: '8' },
  ],
  notes: [
    'A CSV has a header line: provider, optionally name, store and need, then a column for each field (connect-wizard providers <id> names them). JSON is a list of { "provider", "name", "store", "need", "fields": { ... } }. In a .env, each provider whose variables are all there makes one connection.',
    'A .env is read strictly: nothing is expanded, and quotes have no escapes. Put a value that contains #, $, a backtick or a quote in single quotes.',
  ],
  parse: ({ operands: [file = ''], options }) => ({
    file,
    dryRun: options.dryRun ?? false,
    yes: options.yes ?? false,
    store: options.store,
    replace: options.replace ?? false,
    allowUnverified: options.allowUnverified ?? false,
    timeoutMs: readTimeout(options.timeout ?? TIMEOUT.default),
    concurrency: readConcurrency(options.concurrency ?? ''),
  }),
  async run(session, { file, store, ...options }) {
    const { terminal } = session;
    chosenStore(session, { store });
    const usual = defaultStore(session);
    const { bytes, exposed } = await session.importInput.read(file);
    const { numberOf, readImport } = await import('../core/import/read-import.js');
    const known = await providersIn(bytes, session.providers);
    const { rows, faults } = readImport(bytes, known, rulesOf(session, [store, usual]));
    if (exposed === 'own') {
      terminal.warn(`Others on this machine may read ${file}: chmod 600 keeps it to yourself.`);
    } else if (exposed === 'of root') {
      terminal.warn(`Others on this machine may read ${file}. ${ONLY_ROOT}`);
    }
    const done: Report[] = [];
    const pace = new Pace(session.clock);
    session.onInterruption((code) => {
      if (!session.json) return interruptedText(session, done, pace);
      const now = session.clock.now();
      return { json: reportsDocument('import', now, done, code, session.invocation) };
    });
    const looking = new Pace(session.clock);
    const plan = await terminal.during(lookingText(looking), () =>
      planImport(session, rows, {
        ...options,
        interactive: terminal.interactive,
        faulty: faults.length > 0,
        pace: looking,
      }),
    );
    const all = [...faults, ...plan.faults].toSorted((a, b) => numberOf(a) - numberOf(b));
    if (all.length > 0) throw refused(all);
    if (!(await mayGoAhead(session, plan.rows, { file, store, ...options }))) {
      session.print('Nothing was imported.');
      return exitCodes.done;
    }
    const reports = await terminal.during(progressText('Asking the providers', pace), () =>
      importRows(session, plan.rows, {
        ...options,
        store,
        defaultStore: usual,
        onReport: (report) => done.push(report),
        pace,
      }),
    );
    const code = finish(session, 'import', reports, (shown) => {
      if (shown.length > 0) session.print(checkText(session.style, shown));
    });
    if (!session.json && !session.quiet) printEnd(session, file, rows, reports, options.dryRun);
    return code;
  },
};

function lookingText(pace: Pace): () => string {
  return () => ['Looking for the hosts', pace.toString()].filter((part) => part !== '').join(': ');
}

/**
 * The built-in providers, and those of the user's own that the file names. No other definition is
 * asked about.
 *
 * @throws {UsageError} one of them can't be used.
 */
async function providersIn(
  bytes: Uint8Array,
  providers: readonly KnownProvider[],
): Promise<Provider[]> {
  const text = decodeText(bytes) ?? '';
  const isNamed = ({ id, own }: KnownProvider): boolean =>
    !own || text.includes(id) || text.includes(variablePrefix(id));
  return Promise.all(providers.filter(isNamed).map((each) => each.load()));
}

/** @param named the stores that this run's options name. */
function rulesOf({ providers }: Session, named: readonly (string | undefined)[]) {
  const stores = new Set(['keychain', 'file', ...named]);
  const ids = providers.map(({ id }) => id);
  return {
    name: (name: string): string | undefined => {
      try {
        checkName(name, ids);
        return undefined;
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        const { why = 'it cannot be the name of a connection' } = error.advice;
        return `${why}; use ${NAME_RULE}`;
      }
    },
    // A file must not choose another program.
    store: (store: string): string | undefined =>
      stores.has(store) && store !== 'none'
        ? undefined
        : 'this must be keychain, file, or the store that --store or CONNECT_WIZARD_STORE names',
    need: needsFault,
    value: (provider: Provider, field: Field, value: string): string | undefined =>
      isUnresolved(value, field.kind) ? UNRESOLVED : hostFault(provider, field, value),
  };
}

/** Why `value` can't be a host. A host off the provider's list is a finding of its row instead. */
function hostFault(provider: Provider, field: Field, value: string) {
  const { id, kind, label } = field;
  if (kind !== 'host') return undefined;
  // Looking it up would let others see it.
  const odd = lintPaste(field, value);
  if (odd.length > 0) {
    return `${label}: ${odd.join('; ')}. If it really is the name, give the whole host.`;
  }
  try {
    readHost(provider, { [id]: value });
  } catch (error) {
    if (error instanceof HostError) return undefined;
    if (!(error instanceof UsageError)) throw error;
    const { why, next } = error.advice;
    return `${label}: ${why ?? 'it cannot be used'}. ${next}`;
  }
  return undefined;
}

function refused(faults: readonly Fault[]): UsageError {
  const count = counted(faults.length, 'fault');
  return new UsageError(
    {
      what: 'Nothing of the file was imported',
      why: `it has ${count}`,
      next: 'Correct it, then run the same command again.',
    },
    'usage',
    { faults },
  );
}

/**
 * Shows what will be done, and asks once.
 *
 * @throws {UsageError} `input-needed`: no questions are allowed, and no option says yes.
 */
async function mayGoAhead(
  session: Session,
  rows: readonly PlannedRow[],
  parsed: Parsed,
): Promise<boolean> {
  if (parsed.dryRun || parsed.yes) return true;
  const { terminal } = session;
  if (terminal.interactive) {
    session.printError(planText(session.style, rows));
    const which = rows.length === 1 ? 'this connection' : `these ${rows.length} connections`;
    return terminal.confirm(`Prove and store ${which}?`);
  }
  throw notAsked(session, parsed);
}

/** @returns `input-needed`, with the command that goes ahead. */
function notAsked(
  { invocation }: Session,
  { file, store, replace, allowUnverified }: Parsed,
): UsageError {
  const advice = {
    what: 'The import was not started',
    why: 'nobody can be asked here whether to go ahead',
    next: 'Give --yes to prove and store them, or --dry-run to prove them only.',
  };
  // Piped input isn't available to another run.
  if (file === '-') return new UsageError(advice, 'input-needed');
  const same = [
    'import',
    ...(file.startsWith('-') ? [`./${file}`] : [file]),
    ...(store === undefined ? [] : ['--store', store]),
    ...(replace ? ['--replace'] : []),
    ...(allowUnverified ? ['--allow-unverified'] : []),
  ];
  const goAhead = [...same, '--yes'];
  return new UsageError({ ...advice, command: commandLine(invocation, goAhead) }, 'input-needed', {
    steps: [
      { args: [...same, '--dry-run'], when: 'To prove them, and store nothing.' },
      { args: goAhead, when: 'To prove them, and store those that work.' },
    ],
  });
}

/** Prints the overall result, and what is still in the file. */
function printEnd(
  session: Session,
  file: string,
  rows: readonly ImportRow<Provider>[],
  reports: readonly Report[],
  dryRun: boolean,
): void {
  const { terminal, invocation } = session;
  const bad = reports.filter((report) => verdicts[reportVerdict(report)].storable !== 'yes').length;
  const good = reports.length - bad;
  const stored = reports.filter((report) => report.stored).length;
  const all = reports.length;
  terminal.note(
    dryRun
      ? `${good} of ${all} can be imported. Nothing was stored.`
      : stored === good
        ? `${good} of ${all} ${good === 1 ? 'is' : 'are'} stored and proven.`
        : `${stored} of ${all} ${stored === 1 ? 'is' : 'are'} stored, ${good} of them proven.`,
  );
  if (file === '-') return;
  const secrets = rows.reduce((sum, { provider }) => sum + secretFields(provider).length, 0);
  const still = counted(secrets, 'secret');
  const path = shellWord(invocation.shell, file.startsWith('-') ? `./${file}` : file);
  const command = invocation.shell === 'windows' ? `del ${path}` : `rm ${path}`;
  terminal.note(`The file still holds ${still}. To delete it: ${command}`);
}

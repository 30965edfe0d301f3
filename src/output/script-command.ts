import { tenantOf } from '../core/host.js';
import { defaultName } from '../core/name.js';
import type { Provider } from '../core/provider.js';
import { reportVerdict, type Report } from '../core/report.js';
import { shellWord, variableLine, type Invocation } from '../core/shell.js';
import { isAccepted } from '../core/verdict.js';

/** A POSIX line is broken into lines from here on; cmd and PowerShell have no common way to. */
const LONGEST_LINE = 72;
const PASSPHRASE_FILE = ['CONNECT_WIZARD_PASSPHRASE_FILE', 'passphrase.txt'] as const;

/**
 * What a connect did as a command without questions, as lines that run as they are printed. The
 * secret comes by standard input; on Windows from a file, since PowerShell has no `<`.
 */
export function scriptCommand(
  provider: Provider,
  report: Report,
  invocation: Invocation,
): readonly string[] {
  const { fields, stored, name, host, capabilities, store, storeId } = report;
  const windows = invocation.shell === 'windows';
  const word = (text: string): string => shellWord(invocation.shell, text);
  const usual = host === null ? null : defaultName(provider.id, tenantOf(provider, host));
  const parts = [
    ...(name === null || name === usual ? [] : [`--name ${word(name)}`]),
    ...(stored ? ownStore(store, storeId) : ['--store none']),
    ...(capabilities.length > 0 ? [`--need ${capabilities.map(({ id }) => id).join(',')}`] : []),
    ...(isAccepted(reportVerdict(report)) ? [] : ['--allow-unverified']),
    ...provider.fields.map(({ id, kind, flag }) => {
      if (kind !== 'secret') return `--${flag} ${word(fields[id] ?? '')}`;
      return windows ? `--${flag}-file ${flag}.txt` : `--${flag}-stdin < ${flag}.txt`;
    }),
  ];
  const inFiles = stored && store?.kind === 'file';
  const start = [...invocation.program, provider.id].join(' ');
  if (windows) {
    const line = [start, ...parts].join(' ');
    return inFiles ? [variableLine(invocation, ...PASSPHRASE_FILE), line] : [line];
  }
  const command = inFiles ? `${PASSPHRASE_FILE.join('=')} ${start}` : start;
  const single = [command, ...parts].join(' ');
  if (single.length <= LONGEST_LINE) return [single];
  return [command, ...parts.map((part) => `  ${part}`)].map((line, index) =>
    index < parts.length ? `${line} \\` : line,
  );
}

function ownStore(store: Report['store'], storeId: string | undefined): string[] {
  if (store === null || store.kind === 'keychain') return [];
  return [`--store ${store.kind === 'vault' ? (storeId ?? 'vault:<mount>/<path>') : store.kind}`];
}

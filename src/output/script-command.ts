import { secretFields } from '../core/field.js';
import { tenantOf } from '../core/tenant.js';
import { defaultName } from '../core/name.js';
import type { Provider } from '../core/provider.js';
import type { Report } from '../core/report.js';
import { shellWord, type Invocation } from '../core/shell.js';
import { isAccepted } from '../core/verdict.js';

/** A longer POSIX line is broken. cmd and PowerShell have no common way to continue a line. */
const LONGEST_LINE = 64;
const PASSPHRASE_FILE = 'CONNECT_WIZARD_PASSPHRASE_FILE';

/** A finished connect as a command for a job without a person. */
export interface ScriptCommand {
  /** They run as printed. */
  readonly lines: readonly string[];
  /** What has to be set as well, because a secret is never part of a command line. */
  readonly variables: readonly string[];
}

export function scriptCommand(
  provider: Provider,
  report: Report,
  invocation: Invocation,
): ScriptCommand {
  const { fields, stored, name, host, capabilities, store, storeId } = report;
  const windows = invocation.shell === 'windows';
  const word = (text: string): string => shellWord(invocation.shell, text);
  const usual = host === null ? null : defaultName(provider.id, tenantOf(provider, host));
  const parts = [
    ...(name === null || name === usual ? [] : [`--name ${word(name)}`]),
    ...(stored ? ownStore(store, storeId) : ['--store none']),
    ...(capabilities.length > 0 ? [`--need ${capabilities.map(({ id }) => id).join(',')}`] : []),
    ...(isAccepted(report.reason) ? [] : ['--allow-unverified']),
    ...provider.fields.flatMap(({ id, kind, flag }) =>
      kind === 'secret' || fields[id] === undefined ? [] : [`--${flag} ${word(fields[id])}`],
    ),
  ];
  const inFiles = stored && store?.kind === 'file';
  const variables = [
    ...secretFields(provider).map(({ env }) => env),
    ...(inFiles ? [PASSPHRASE_FILE] : []),
  ];
  const command = [...invocation.program, provider.id].join(' ');
  const single = [command, ...parts].join(' ');
  if (windows || single.length <= LONGEST_LINE) return { lines: [single], variables };
  const lines = [command, ...parts.map((part) => `  ${part}`)].map((line, index) =>
    index < parts.length ? `${line} \\` : line,
  );
  return { lines, variables };
}

function ownStore(store: Report['store'], storeId: string | undefined): string[] {
  if (store === null || store.kind === 'keychain') return [];
  return [`--store ${store.kind === 'vault' ? (storeId ?? 'vault:<mount>/<path>') : store.kind}`];
}

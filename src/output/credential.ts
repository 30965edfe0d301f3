import { authHeaders, basicPair } from '../core/auth-scheme.js';
import { base64 } from '../core/encoding.js';
import { UsageError } from '../core/errors.js';
import { secretFields } from '../core/field.js';
import type { Values } from '../core/stored-item.js';
import type { Provider } from '../core/provider.js';
import { reveal, revealAll, Secret } from '../core/secret.js';
import { quoted } from '../core/shell.js';
import { toVariables } from '../core/stored-item.js';

/** A stored credential, with what the formats need. */
interface Whole {
  readonly provider: Provider;
  readonly host: string;
  readonly values: Values;
}

/** The formats of `token`. Each text lacks the last line ending. */
const formats = {
  raw: ({ provider, values }: Whole) => reveal(values[secretFields(provider)[0]?.id ?? ''] ?? ''),
  basic: ({ provider, values }: Whole) => {
    const pair = basicPair(provider.auth, values);
    if (pair) return base64(pair.reveal());
    throw new UsageError({
      what: `${provider.name} does not take Basic authentication`,
      next: 'Use --format header.',
    });
  },
  header: ({ provider, values }: Whole) => {
    const headers = Object.entries(revealAll(authHeaders(provider.auth, values)));
    if (headers.length > 0) {
      return headers.map(([name, value]) => `${titleCase(name)}: ${value}`).join('\n');
    }
    throw new UsageError({
      what: `${provider.name} takes its credential in the query, and in no header`,
      next: 'Use --format json or --field.',
    });
  },
  env: (whole: Whole) => lines(whole, (name, value) => `${name}=${quoted(value)}`),
  // PowerShell also takes typographic quotes for quotes (about_Quoting_Rules), so each is doubled.
  powershell: (whole: Whole) =>
    lines(
      whole,
      (name, value) => `$env:${name} = '${value.replaceAll(/['\u2018-\u201B]/gu, '$&$&')}'`,
    ),
  json: ({ values }: Whole) => JSON.stringify(revealAll(values), null, 2),
} satisfies Record<string, (whole: Whole) => string>;

export type CredentialFormat = keyof typeof formats;

export const credentialFormats = Object.keys(formats) as CredentialFormat[];

/**
 * Formats a whole credential.
 *
 * @throws {UsageError} the provider's requests are signed in a way that has no such format.
 */
export function formatCredential(format: CredentialFormat, whole: Whole): Secret {
  return Secret.around(formats[format](whole));
}

/**
 * The value of one field.
 *
 * @throws {UsageError} the provider has no such field.
 */
export function formatField({ provider, values }: Whole, id: string): string | Secret {
  const ids = provider.fields.map((field) => field.id);
  if (ids.includes(id)) return values[id] ?? '';
  throw new UsageError({
    what: `${provider.name} has no such field`,
    next: `--field takes one of: ${ids.join(', ')}.`,
  });
}

function lines(
  { provider, host, values }: Whole,
  line: (name: string, value: string) => string,
): string {
  return Object.entries(toVariables(provider, host, values))
    .map(([name, value]) => line(name, reveal(value)))
    .join('\n');
}

/** Capitalises `authorization` as curl and people do. */
function titleCase(header: string): string {
  return header.replaceAll(/(?:^|-)[a-z]/gu, (letter) => letter.toUpperCase());
}

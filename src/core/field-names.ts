import type { Field } from './provider.js';

/** Converts `apiKey` to `api-key`. */
export function kebab(id: string): string {
  return id.replaceAll(/([a-z0-9])([A-Z])/gu, '$1-$2').toLowerCase();
}

/**
 * How ids, flags and words are compared: `--apiKey`, `-api_key` and `--API-KEY` are all `apikey`, and
 * `log-out` is `logout`.
 */
export function comparable(word: string): string {
  return word.toLowerCase().replaceAll(/[-_]/gu, '');
}

/** What all variables of a provider begin with: `ACME_DESK_`. */
export function variablePrefix(provider: string): string {
  return `${provider.toUpperCase().replaceAll('-', '_')}_`;
}

/** The variable of a field, or of the connection's host if the field is `host`. */
export function variableName(provider: string, field: string): string {
  return `${variablePrefix(provider)}${kebab(field).toUpperCase().replaceAll('-', '_')}`;
}

/** The flags that give a field's value, with their placeholder. */
export function fieldFlags({ flag, kind }: Pick<Field, 'flag' | 'kind'>): string[] {
  return kind === 'secret' ? [`--${flag}-stdin`, `--${flag}-file <path>`] : [`--${flag} <value>`];
}

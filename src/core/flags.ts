import type { Field } from './provider.js';

/** The flags that give a field's value, with their placeholder. */
export function fieldFlags({ flag, kind }: Pick<Field, 'flag' | 'kind'>): string[] {
  return kind === 'secret' ? [`--${flag}-stdin`, `--${flag}-file <path>`] : [`--${flag} <value>`];
}

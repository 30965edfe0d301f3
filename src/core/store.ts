/** Where secrets are, in words a person can use. */
export interface StoreDescription {
  /** The value of `--store` that leads there. */
  readonly kind: string;
  /** `Secret Service`, `macOS Keychain`, `Windows Credential Manager`, `encrypted files`. */
  readonly backend: string;
  /** Does it outlive a restart of the machine? */
  readonly persistent: boolean;
}

/** What speaks against keeping a secret in a store, without being a reason not to. */
export interface StoreWarning {
  /** In kebab case, for JSON: `deletes-itself`. */
  readonly code: string;
  /** One sentence or two, for a person. */
  readonly message: string;
}

/** Kinds whose own word says too little in a sentence. */
const NOUNS: Readonly<Record<string, string>> = { file: 'file store' };

/** A store in a sentence, after "the": `keychain (Secret Service)`. */
export function storeName({ kind, backend }: StoreDescription): string {
  if (kind.startsWith('helper:')) return `credential helper ${backend}`;
  return `${NOUNS[kind] ?? kind} (${backend})`;
}

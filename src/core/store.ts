/** Where secrets are kept, in words for a person. */
export interface StoreDescription {
  /** The value of `--store` that selects it. */
  readonly kind: string;
  /** `Secret Service`, `macOS Keychain`, `Windows Credential Manager`, `encrypted files`. */
  readonly backend: string;
  /** Its contents outlive a restart of the machine. */
  readonly persistent: boolean;
}

/** What the run's own options say about the stores. */
export interface StoreOptions {
  /** The `vault:…` values of `--store` and `CONNECT_WIZARD_STORE`. */
  readonly vaults: readonly string[];
  /** What follows `helper:` in those two: the programs that the user named for this run. */
  readonly helpers: readonly string[];
  /** `--store` of a command that only reads: just the connections of this store. */
  readonly only?: string | undefined;
  /** Time limit of each request to a Vault. */
  readonly timeoutMs?: number | undefined;
  /** How many requests go to a Vault at once. */
  readonly concurrency?: number | undefined;
}

/** The program in `helper:<program>`; undefined for any other store. */
export function helperOf(storeId: string | undefined): string | undefined {
  return storeId?.startsWith('helper:') ? storeId.slice('helper:'.length) : undefined;
}

/** Kinds whose own name says too little in a sentence. */
const NOUNS: Readonly<Record<string, string>> = { file: 'file store' };

/** A store's name in a sentence, after "the": `keychain (Secret Service)`. */
export function storeName({ kind, backend }: StoreDescription): string {
  if (kind === 'vault') return backend;
  if (kind.startsWith('helper:')) return `credential helper ${backend}`;
  return `${NOUNS[kind] ?? kind} (${backend})`;
}

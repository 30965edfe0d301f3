/** Where secrets are, in words a person can use. */
export interface StoreDescription {
  /** The value of `--store` that leads there. */
  readonly kind: string;
  /** `Secret Service`, `macOS Keychain`, `Windows Credential Manager`, `encrypted files`. */
  readonly backend: string;
  /** Does it outlive a restart of the machine? */
  readonly persistent: boolean;
}

/** What the run's own options say of the stores. */
export interface StoreOptions {
  /** The `vault:…` values of `--store` and `CONNECT_WIZARD_STORE`. */
  readonly vaults: readonly string[];
  /** What stands after `helper:` in those two: the programs that a person named for this run. */
  readonly helpers: readonly string[];
  /** `--store` of a command that looks: the connections of this store alone. */
  readonly only?: string | undefined;
  /** For each request to a Vault. */
  readonly timeoutMs?: number | undefined;
  /** Requests to a Vault at once. */
  readonly concurrency?: number | undefined;
}

/** The program of a `helper:<program>`; undefined for any other store. */
export function helperOf(storeId: string | undefined): string | undefined {
  return storeId?.startsWith('helper:') ? storeId.slice('helper:'.length) : undefined;
}

/** Kinds whose own word says too little in a sentence. */
const NOUNS: Readonly<Record<string, string>> = { file: 'file store' };

/** A store in a sentence, after "the": `keychain (Secret Service)`. */
export function storeName({ kind, backend }: StoreDescription): string {
  if (kind === 'vault') return backend;
  if (kind.startsWith('helper:')) return `credential helper ${backend}`;
  return `${NOUNS[kind] ?? kind} (${backend})`;
}

/**
 * The child's descriptor for the protocol. Any code that is loaded into the child may write to its
 * stdout.
 */
export const CHANNEL = 3;

/** A request of the keychain adapter to its child process. */
export interface KeychainRequest {
  /** Counted from 1. The reply has the same id. */
  readonly id: number;
  readonly action: 'get' | 'set' | 'delete' | 'list' | 'read-ahead';
  readonly service: string;
  /** Empty for `list` and `read-ahead`. */
  readonly account: string;
  /** For `read-ahead`: the accounts for which a `get` will follow, in this order. */
  readonly accounts?: readonly string[];
  /** For `set`. */
  readonly password?: string;
}

/**
 * For `get` the password or null, for `delete` whether there was one, for `list` the accounts.
 */
export type KeychainValue = string | boolean | readonly string[] | null;

/** At the start, the child sends one with id 0: it's ready. */
export type KeychainReply =
  | { readonly id: number; readonly value: KeychainValue }
  | { readonly id: number; readonly error: string };

/**
 * Escapes U+2028 and U+2029, which JSON allows but which end a line for readline in newer versions
 * of Node.
 */
export function toLine(message: KeychainRequest | KeychainReply): string {
  const json = JSON.stringify(message);
  return `${json.replaceAll('\u2028', String.raw`\u2028`).replaceAll('\u2029', String.raw`\u2029`)}\n`;
}

/** Undefined if the line isn't from the protocol, since other code may write there. */
export function toReply(line: string): KeychainReply | undefined {
  try {
    const reply = JSON.parse(line) as KeychainReply | null;
    return typeof reply?.id === 'number' ? reply : undefined;
  } catch {
    return undefined;
  }
}

/** The descriptor of the child on which they speak: its stdout is anybody's who is loaded into it. */
export const CHANNEL = 3;

/** What the keychain adapter asks its child process. */
export interface KeychainRequest {
  /** Counted from 1; the reply has the same. */
  readonly id: number;
  readonly action: 'get' | 'set' | 'delete' | 'list' | 'read-ahead';
  readonly service: string;
  /** Empty with `list` and `read-ahead`. */
  readonly account: string;
  /** With `read-ahead`: those that a `get` each will follow for. */
  readonly accounts?: readonly string[];
  /** With `set`. */
  readonly password?: string;
}

/** `get`: the password or null; `delete`: whether there was one; `list`: the accounts. */
export type KeychainValue = string | boolean | readonly string[] | null;

/** The child sends one with id 0 at start: ready. */
export type KeychainReply =
  | { readonly id: number; readonly value: KeychainValue }
  | { readonly id: number; readonly error: string };

/** As one line: newer Nodes' readline ends lines at U+2028 and U+2029, too, which JSON leaves as they are. */
export function toLine(message: KeychainRequest | KeychainReply): string {
  const json = JSON.stringify(message);
  return `${json.replaceAll('\u2028', String.raw`\u2028`).replaceAll('\u2029', String.raw`\u2029`)}\n`;
}

/** Undefined if the line is none of the protocol's: nobody knows what else writes there. */
export function toReply(line: string): KeychainReply | undefined {
  try {
    const reply = JSON.parse(line) as KeychainReply | null;
    return typeof reply?.id === 'number' ? reply : undefined;
  } catch {
    return undefined;
  }
}

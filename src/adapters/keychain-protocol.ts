/** What the keychain adapter asks its child process. */
export interface KeychainRequest {
  readonly action: 'get' | 'set' | 'delete' | 'list';
  readonly service: string;
  /** Empty with `list`. */
  readonly account: string;
  /** With `set`. */
  readonly password?: string;
}

/** `get`: the password or null; `delete`: whether there was one; `list`: the accounts. One with null comes unasked: the child is there. */
export type KeychainReply =
  | { readonly value: string | boolean | readonly string[] | null }
  | { readonly error: string };

/** As one line: newer Nodes' readline ends lines at U+2028 and U+2029, too, which JSON leaves as they are. */
export function toLine(message: KeychainRequest | KeychainReply): string {
  const json = JSON.stringify(message);
  return `${json.replaceAll('\u2028', String.raw`\u2028`).replaceAll('\u2029', String.raw`\u2029`)}\n`;
}

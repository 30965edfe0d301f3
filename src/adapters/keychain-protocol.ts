/** What the keychain adapter asks its child process. */
export interface KeychainRequest {
  readonly action: 'get' | 'set' | 'delete';
  readonly service: string;
  readonly account: string;
  /** With `set`. */
  readonly password?: string;
}

/** `get`: the password or null; `delete`: whether there was one. One with null comes unasked: the child is there. */
export type KeychainReply =
  | { readonly value: string | boolean | null }
  | { readonly error: string };

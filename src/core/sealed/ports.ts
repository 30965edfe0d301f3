import type { UnreadableRecord } from '../connection.js';
import type { PageReply } from '../page/reply.js';
import type { ClosedRequest, RequestRecord } from './request.js';
import type { Secret } from '../secret.js';

/** Encryption to one key, as `age` does it. */
export interface Sealing {
  newKey(): Promise<Secret>;
  /** The public half: `age1…`. */
  recipientOf(key: Secret): Promise<string>;
  /** What is in an age file; undefined if it is not for this key, or was changed. Never throws. */
  open(file: Uint8Array, key: Secret): Promise<Secret | undefined>;
}

/** The sealed requests of this machine, one file each, nothing secret in them. */
export interface Requests {
  /** Sorted by name. */
  list(): Promise<{
    readonly open: readonly RequestRecord[];
    readonly closed: readonly ClosedRequest[];
    readonly unreadable: readonly UnreadableRecord[];
  }>;
  /** @throws {StoreError} it cannot be written; so below. */
  write(request: RequestRecord | ClosedRequest): Promise<void>;
  /** @returns whether there was one. */
  remove(name: string): Promise<boolean>;
}

/** What a person did on the page of this machine. */
export type PageEvent =
  | { readonly did: 'submit'; readonly fields: Readonly<Record<string, string>> }
  | { readonly did: 'cancel' }
  /** Nothing for ten minutes. */
  | { readonly did: 'nothing' };

/** A page of this machine that is being served. */
export interface ServedPage {
  readonly address: string;
  /** What the person does next. After a submission, `reply` comes first. */
  next(): Promise<PageEvent>;
  /** To the submission that `next` gave. Resolves once the browser has it, or is gone. */
  reply(reply: PageReply): Promise<void>;
  /** Ends every connection; the port is closed. Safe to repeat. */
  close(): Promise<void>;
}

export interface PageServer {
  /**
   * Serves `html` on 127.0.0.1 for this one question. Prints its address, then opens it.
   *
   * @throws {UsageError} the port is in use.
   */
  serve(html: string, options: { readonly port: number | undefined }): Promise<ServedPage>;
}

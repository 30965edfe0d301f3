import type { LocalPage, PageData } from './data.js';

/** What the local page shows after a submission. */
export interface PageReply {
  /** Is there nothing more to enter? Then the page shows this alone. */
  readonly ended: boolean;
  readonly title: string;
  readonly paragraphs: readonly string[];
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

export interface Pages {
  /** The page with its data, as one HTML file. */
  html(data: PageData): string;
  /** Who serves a page of this machine: shown on it. */
  readonly server: Pick<LocalPage, 'user' | 'machine' | 'program'>;
  /**
   * Serves `html` on 127.0.0.1 for one question. Prints its address, then opens it.
   *
   * @throws {UsageError} the port cannot be had.
   */
  serve(html: string, port: number | undefined): Promise<ServedPage>;
}

import type { LocalPage, PageData } from './data.js';

/** What the local page shows after a submission. */
export interface PageReply {
  /** There is nothing more to enter, and the page shows only this. */
  readonly ended: boolean;
  readonly title: string;
  readonly paragraphs: readonly string[];
}

/** What the person did on the local page. */
export type PageEvent =
  | { readonly did: 'submit'; readonly fields: Readonly<Record<string, string>> }
  | { readonly did: 'cancel' }
  /** Nothing happened for ten minutes. */
  | { readonly did: 'nothing' };

/** The local page while it's being served. */
export interface ServedPage {
  readonly address: string;
  /** Waits for the person's next action. After a submission, call `reply` first. */
  next(): Promise<PageEvent>;
  /**
   * Answers the submission that `next` returned. Resolves when the browser has the answer, or is
   * gone.
   */
  reply(reply: PageReply): Promise<void>;
  /** Ends every connection and closes the port. It's safe to call again. */
  close(): Promise<void>;
}

export interface Pages {
  /** The page with its data, as one HTML file. */
  html(data: PageData): string;
  /** Who serves the local page. It's shown on the page. */
  readonly server: Pick<LocalPage, 'user' | 'machine' | 'program'>;
  /**
   * Serves `html` on 127.0.0.1 for one question. Prints its address, then opens it.
   *
   * @throws {UsageError} the port isn't available.
   */
  serve(html: string, port: number | undefined): Promise<ServedPage>;
}

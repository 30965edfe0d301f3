/** What the local page shows after a submission. */
export interface PageReply {
  /** Is there nothing more to enter? Then the page shows this alone. */
  readonly ended: boolean;
  readonly title: string;
  readonly paragraphs: readonly string[];
}

/** Hosts of one pattern. */
export interface HostTemplate {
  /** `{site}.acme.com` */
  readonly template: string;
  /** The constant part after the last field: `acme.com`. */
  readonly domain: string;
  readonly environment: 'production' | 'sandbox';
  /** The wall: the source of a pattern, with a group for each field. */
  readonly pattern: string;
  /** It has parts that aren't asked for, so only a pasted address leads to it. */
  readonly hasGlob: boolean;
}

export interface HostMessage {
  readonly reason: 'wrong-product' | 'vanity-host' | 'not-allowed';
  readonly what: string;
  readonly why?: string | undefined;
  readonly next: string;
}

/** Hosts that are known to be wrong. `pattern` is matched against the whole host. */
export interface RefusedHost extends HostMessage {
  readonly pattern: string;
}

export interface Hosts {
  /** The ids of the fields that make up a host. */
  readonly fields: readonly string[];
  /**
   * The allow-list: a secret is only ever sent to a host of one of these. The first is preferred.
   */
  readonly templates: readonly HostTemplate[];
  /** Never a tenant's host, even if a template matches. The first match counts. */
  readonly refused: readonly RefusedHost[];
  /** Why a host off the list is wrong: the first match, or else `otherwise`. */
  readonly offList: readonly RefusedHost[];
  readonly otherwise: HostMessage;
  /**
   * A name that always resolves. It's set if unknown tenants don't resolve, and tells them from a
   * broken resolver.
   */
  readonly control?: string | undefined;
  readonly port: number | 'typed';
  /** The whole host is typed, and the wall is the host of the stored connection. */
  readonly selfHosted: boolean;
}

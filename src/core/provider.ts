import type { Reason } from './verdict.js';

/**
 * A provider as the engine reads it: a definition with everything filled in that its author left
 * out (see `expand/`). It is data, too: no functions, and JSON leads back to it.
 */

/** Where a fact is from, and the day on which it was last read. */
export interface Source {
  readonly what: string;
  readonly checked: string;
}

/**
 * `host`: what is typed leads to the host. `choice`: one of a few values. `secret`: never shown. A
 * `text` is anything else.
 */
export type FieldKind = 'host' | 'choice' | 'text' | 'email' | 'secret';

export interface Field {
  readonly id: string;
  /** The provider's own name for it. */
  readonly label: string;
  readonly kind: FieldKind;
  /** `domain` is `--domain <value>`; of a secret, `api-key` is `--api-key-stdin` and `--api-key-file`. */
  readonly flag: string;
  readonly env: string;
  /** Something that a person could type here; never a real secret. */
  readonly example: string;
  /** What it is, in a paragraph or two. */
  readonly about: readonly string[];
  /** The way to it through the provider's menus. */
  readonly where?: string | undefined;
  /** Where it is made or found; `{host}` and fields of the host are filled in. */
  readonly page?: string | undefined;
  /** The only values of a `choice`. */
  readonly choices?: readonly { readonly value: string; readonly label: string }[] | undefined;
  /** Taken if nothing is given. */
  readonly default?: string | undefined;
  /** It may be empty. */
  readonly optional?: true | undefined;
  /** What a right value looks like, as the source of a pattern and in words. Others are asked about, none is refused. */
  readonly format?: { readonly pattern: string; readonly says: string } | undefined;
  /** What every value must be, because of where it is sent. */
  readonly limits?: ValueLimits | undefined;
  /** What people type here by mistake: asked about, never changed or refused. */
  readonly mistakes?: readonly { readonly pattern: string; readonly message: string }[] | undefined;
  readonly sources: readonly Source[];
}

export interface ValueLimits {
  /** Headers have no other characters. */
  readonly ascii?: true;
  /** Basic auth ends the user name at the first colon (RFC 7617). */
  readonly noColon?: true;
  /** It is one label of a host. */
  readonly label?: true;
}

/** Hosts of one form. */
export interface HostTemplate {
  /** `{site}.acme.com` */
  readonly template: string;
  /** What is written out behind the last field: `acme.com`. */
  readonly domain: string;
  readonly environment: 'production' | 'sandbox';
  /** The wall: the source of a pattern, with a group for each field. */
  readonly pattern: string;
  /** Has it parts that are not asked for? Then only a pasted address leads to it. */
  readonly hasGlob: boolean;
}

export interface HostMessage {
  readonly reason: 'wrong-product' | 'vanity-host' | 'not-allowed';
  readonly what: string;
  readonly why?: string | undefined;
  readonly next: string;
}

/** Hosts that are known to be wrong; `pattern` is matched against the whole host. */
export interface RefusedHost extends HostMessage {
  readonly pattern: string;
}

export interface Hosts {
  /** The ids of the fields that a host is made of. */
  readonly fields: readonly string[];
  /** The allow-list: a secret goes to a host of one of these, and nowhere else. The first is preferred. */
  readonly templates: readonly HostTemplate[];
  /** Never a tenant's, even where a template fits. The first that matches counts. */
  readonly refused: readonly RefusedHost[];
  /** Why a host off the list is none: the first that matches, else `otherwise`. */
  readonly offList: readonly RefusedHost[];
  readonly otherwise: HostMessage;
  /** A name that resolves wherever names do. Set if an unknown tenant does not resolve: it tells that from a broken resolver. */
  readonly control?: string | undefined;
  readonly port: number | 'typed';
  /** The whole host is typed; the wall is the host of the stored connection. */
  readonly selfHosted: boolean;
}

/** How values are put into a request; `{…}` is filled in. */
export interface AuthScheme {
  /** User and password of Basic auth (RFC 7617); one of them may be empty. */
  readonly basic?: readonly [user: string, password: string] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

export interface RequestTemplate {
  readonly method: 'GET' | 'POST';
  /** Path and query; `{…}` is filled in. */
  readonly path: string;
  readonly body?: { readonly as: 'json' | 'form'; readonly value: unknown } | undefined;
}

/** A value in a JSON response. `id`: a whole number, or a text that is not blank. */
export interface Expectation {
  /** `agent.id`, `errors.0.code`; empty for the whole. */
  readonly at: string;
  readonly type?: 'id' | 'list' | undefined;
  /** Exactly this value. */
  readonly is?: string | number | boolean | undefined;
}

/** All that is given must hold. */
export interface Condition {
  readonly status?: readonly number[] | undefined;
  /** At least this. */
  readonly statusFrom?: number | undefined;
  /** `apiHeader` is there (or, `false`, is not). */
  readonly fromApi?: boolean | undefined;
  /** The code (see `errorCodes`) is one of these. */
  readonly code?: readonly string[] | undefined;
  /** The body is JSON and has this. */
  readonly has?: Expectation | undefined;
  /** The body is JSON. */
  readonly json?: boolean | undefined;
  readonly header?:
    | {
        readonly name: string;
        readonly is?: string | undefined;
        readonly contains?: string | undefined;
      }
    | undefined;
  /** The body is (or is not) a web page that the API did not send. */
  readonly page?: boolean | undefined;
}

/**
 * How one kind of response is read. `means` is a reason, or one of `recognised` (this is the
 * provider), `accepted` (the credential works), `go-on` (it says nothing: the next test decides).
 */
export interface Rule {
  readonly when: Condition;
  readonly means: 'recognised' | 'accepted' | 'go-on' | Reason;
  /** Instead of the reason's own message. */
  readonly says?: AdviceTemplate | undefined;
}

/** Whose credential it is, out of a JSON response: a pointer, and a text with pointers in braces. */
export interface Identity {
  readonly id: string;
  readonly label: string;
}

/** A request that only the right credential can make. */
export interface Probe extends RequestTemplate {
  /** The first that matches counts; after them come the provider's `responses` and those of `response.ts`. */
  readonly rules: readonly Rule[];
  readonly identity?: Identity | undefined;
  /** Where an accepted response says the tenant's own address. */
  readonly canonicalHost?: string | undefined;
}

/** A request that turns what is stored into a short-lived token. */
export interface Exchange extends RequestTemplate {
  /** Another host than the connection's; `{…}` is filled in. */
  readonly host?: HostTemplate | undefined;
  readonly basic?: readonly [user: string, password: string] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Where in the response the values are that `auth` uses, by their names. */
  readonly extract: Readonly<Record<string, string>>;
  readonly rules: readonly Rule[];
}

/** What is said of the owner of an accepted credential; `{label}` is filled in. */
export interface OwnerWarning {
  readonly code: string;
  readonly when:
    | { readonly isTrue: string }
    /** The owner's only role is one of these, by its name; an unknown name says nothing. */
    | { readonly onlyRole: readonly string[] }
    /** Neither the owner's name nor the address has a word in it that a user made for an integration would have. */
    | { readonly looksPersonal: true };
  readonly message: string;
}

/** Where the names of the owner's roles are found. */
export interface Roles {
  /** In the accepted response: a list, and in each entry the role's id. */
  readonly owned: string;
  readonly id: string;
  /** The list of all roles. */
  readonly path: string;
  readonly list: string;
  readonly key: string;
  readonly name: string;
}

/** A list in which the credential's owner can be found by a field that was typed. */
export interface Directory {
  readonly path: string;
  /** Where in the response the list is. */
  readonly at: string;
  readonly key: string;
  readonly field: string;
  readonly identity: Identity;
  /** A warning if the whole list was read and the owner is not in it. */
  readonly absent: { readonly code: string; readonly message: string };
}

export interface CapabilityTemplate {
  readonly id: string;
  /** Tried in turn until one grants. */
  readonly paths: readonly string[];
  /** What of the provider's gives it: a role, a privilege. */
  readonly grantedBy: string;
}

export interface AdviceTemplate {
  readonly what: string;
  readonly why?: string | undefined;
  readonly causes?: readonly string[] | undefined;
  readonly next: string;
  /** The fields that can be wrong: the wizard asks for these again, and for nothing else. */
  readonly ask?: readonly string[] | undefined;
}

/** A response of the sandbox; the body is JSON, and none if it is left out. */
export interface SimulatedResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
}

/** The provider that `--sandbox` simulates: one tenant with one credential. */
export interface SandboxTemplate {
  readonly host: string;
  /** The credential it takes, by field id; the host's field as a person would type it. */
  readonly values: Readonly<Record<string, string>>;
  /** To a request without a credential; its headers come with every response to a right one. */
  readonly unsigned: SimulatedResponse;
  /** To a wrong credential. */
  readonly refused: SimulatedResponse;
  /** For a tenant there is none of. */
  readonly unknownHost: SimulatedResponse;
  /** To the right credential, by path and query. */
  readonly replies: Readonly<Record<string, unknown>>;
  /** To the right credential, where `replies` has nothing. */
  readonly unknownPath: SimulatedResponse;
}

/** What replacing the secret means at this provider. */
export interface Rotation {
  /** Said before. */
  readonly before: string;
  /** Said once the new one is stored. */
  readonly after: string;
  /** Said after `remove`: the credential still works, and where it is ended. */
  readonly end: string;
  /** Said of other connections of the same owner: `{names}`. */
  readonly shared: string;
}

export interface Provider {
  readonly id: string;
  /** The product's name. */
  readonly name: string;
  /** One line for the list of providers. */
  readonly summary: string;
  /**
   * Of a person's own definition: the SHA-256 of what decides what is sent, and where. A connection
   * is stored under it, and is of no use under another. What ships has none.
   */
  readonly definition?: string | undefined;
  /** Shown first, up to the day `until` (UTC). */
  readonly notice?: { readonly message: string; readonly until?: string | undefined } | undefined;
  /** The day on which somebody tried the definition with a live account. */
  readonly tried?: string | undefined;
  /** In the order in which they are asked. */
  readonly fields: readonly Field[];
  readonly hosts: Hosts;
  readonly auth: AuthScheme;
  readonly exchange?: Exchange | undefined;
  /** Sent with every request; one that names a field, with authenticated ones alone. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** A response header that only the provider's API sends, in lower case. */
  readonly apiHeader?: string | undefined;
  /** Where a response keeps its code: the first pointer that leads to a text. */
  readonly errorCodes: readonly string[];
  /** Where a response keeps the provider's own words. */
  readonly errorMessages: readonly string[];
  /** Such a response means that a limit is used up. */
  readonly rateLimited: readonly Condition[];
  /** The unauthenticated request of a first connect; undefined if there can be none. */
  readonly recognise?: { readonly path: string; readonly rules: readonly Rule[] } | undefined;
  /** Authenticated, in order, until one decides. */
  readonly probes: readonly Probe[];
  /** How a response to any of them is read after its own rules. */
  readonly responses: readonly Rule[];
  readonly directory?: Directory | undefined;
  readonly roles?: Roles | undefined;
  /** Each is said where it holds, when a credential is connected. */
  readonly warnings: readonly OwnerWarning[];
  readonly rotation: Rotation;
  /** How often one tenant may be asked; one connection, if all tenants share the host. */
  readonly budget: {
    readonly requests: number;
    readonly seconds: number;
    readonly per: 'host' | 'connection';
  };
  readonly capabilities: readonly CapabilityTemplate[];
  /** Codes of a 403 that mean: not in this plan. */
  readonly featureCodes: readonly string[];
  /** The messages for the reasons that this provider's responses can have. */
  readonly advice: Readonly<Partial<Record<Reason, AdviceTemplate>>>;
  readonly sandbox: SandboxTemplate;
  /** Where the facts are from. */
  readonly sources: readonly Source[];
}

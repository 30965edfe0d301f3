import type { Reason } from './verdict.js';
import type { Hosts, HostTemplate } from './provider-hosts.js';

/**
 * A provider as the engine reads it: a definition in which everything that its author left out is
 * filled in (see `expand/`). It's still data: it has no functions, and JSON can hold all of it.
 */

/** Where a fact is from, and when it was last read. */
export interface Source {
  readonly what: string;
  readonly checked: string;
}

/**
 * `host`: the host follows from it. `choice`: one of a few values. `secret`: never shown. `text`:
 * anything else.
 */
export type FieldKind = 'host' | 'choice' | 'text' | 'email' | 'secret';

export interface Field {
  readonly id: string;
  /** What the provider calls it. */
  readonly label: string;
  readonly kind: FieldKind;
  /**
   * `domain` makes `--domain <value>`. For a secret, `api-key` makes `--api-key-stdin` and
   * `--api-key-file`.
   */
  readonly flag: string;
  readonly env: string;
  /** A value that a person could type here. It's never a real secret. */
  readonly example: string;
  /** What it is, in a paragraph or two. */
  readonly about: readonly string[];
  /** The path to it through the provider's menus. */
  readonly where?: string | undefined;
  /** The page where it's created or found. `{host}` and the fields of the host are filled in. */
  readonly page?: string | undefined;
  /** The allowed values of a `choice`. */
  readonly choices?: readonly { readonly value: string; readonly label: string }[] | undefined;
  /** Used if nothing is given. */
  readonly default?: string | undefined;
  /** It may be empty. */
  readonly optional?: true | undefined;
  /**
   * What a good value looks like: the source of a pattern, and words. Other values are questioned
   * but never refused.
   */
  readonly format?: { readonly pattern: string; readonly says: string } | undefined;
  /** What every value has to fulfil because of where it's sent. */
  readonly limits?: ValueLimits | undefined;
  /** Common mistakes. They are questioned, but never corrected or refused. */
  readonly mistakes?: readonly { readonly pattern: string; readonly message: string }[] | undefined;
  readonly sources: readonly Source[];
}

export interface ValueLimits {
  /** Headers allow no other characters. */
  readonly ascii?: true;
  /** Basic auth ends the user name at the first colon (RFC 7617). */
  readonly noColon?: true;
  /** It's one label of a host. */
  readonly label?: true;
}

/** How values are put into a request. `{…}` is filled in. */
export interface AuthScheme {
  /** User and password of Basic auth (RFC 7617). One of them may be empty. */
  readonly basic?: readonly [user: string, password: string] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

export interface RequestTemplate {
  readonly method: 'GET' | 'POST';
  /** Path and query. `{…}` is filled in. */
  readonly path: string;
  readonly body?: { readonly as: 'json' | 'form'; readonly value: unknown } | undefined;
}

/** A value in a JSON response. `id` is a whole number, or a text that isn't blank. */
export interface Expectation {
  /** `agent.id`, `errors.0.code`; empty for the whole. */
  readonly at: string;
  readonly type?: 'id' | 'list' | undefined;
  /** Exactly this value. */
  readonly is?: string | number | boolean | undefined;
}

/** Everything that is given must hold. */
export interface Condition {
  readonly status?: readonly number[] | undefined;
  /** At least this. */
  readonly statusFrom?: number | undefined;
  /** `apiHeader` is present (`true`) or absent (`false`). */
  readonly fromApi?: boolean | undefined;
  /** The response's code (see `errorCodes`) is one of these. */
  readonly code?: readonly string[] | undefined;
  /** The body is JSON and contains this. */
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
  /** Whether the body is a web page that the API didn't send. */
  readonly page?: boolean | undefined;
}

/**
 * How one kind of response is read. `means` is a reason, or one of these: `recognised` (this is the
 * provider), `accepted` (the credential works), `go-on` (it says nothing, so the next test
 * decides).
 */
export interface Rule {
  readonly when: Condition;
  readonly means: 'recognised' | 'accepted' | 'go-on' | Reason;
  /** Replaces the reason's own message. */
  readonly says?: AdviceTemplate | undefined;
}

/**
 * The credential's owner in a JSON response: a pointer to the id, and a text with pointers in
 * braces.
 */
export interface Identity {
  readonly id: string;
  readonly label: string;
}

/** A request that needs the right credential. */
export interface Probe extends RequestTemplate {
  /** The first match counts. The provider's `responses` follow, then the rules of `response.ts`. */
  readonly rules: readonly Rule[];
  readonly identity?: Identity | undefined;
  /** A pointer to the tenant's own address in an accepted response. */
  readonly canonicalHost?: string | undefined;
}

/** A request that exchanges what is stored for a short-lived token. */
export interface Exchange extends RequestTemplate {
  /** A host other than the connection's. `{…}` is filled in. */
  readonly host?: HostTemplate | undefined;
  readonly basic?: readonly [user: string, password: string] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Pointers into the response to the values that `auth` uses, by their names. */
  readonly extract: Readonly<Record<string, string>>;
  readonly rules: readonly Rule[];
}

/** A warning about the owner of an accepted credential. `{label}` is filled in. */
export interface OwnerWarning {
  readonly code: string;
  readonly when:
    | { readonly isTrue: string }
    /**
     * The owner has just one role, and its name is one of these. An unknown name causes no warning.
     */
    | { readonly onlyRole: readonly string[] }
    /**
     * Neither the owner's name nor the address has a word that is typical of an integration's user.
     */
    | { readonly looksPersonal: true };
  readonly message: string;
}

/** Where the names of the owner's roles are found. */
export interface Roles {
  /** Pointers into the accepted response: to a list, and in each entry to the role's id. */
  readonly owned: string;
  readonly id: string;
  /** The request for the list of all roles, and pointers into its response. */
  readonly path: string;
  readonly list: string;
  readonly key: string;
  readonly name: string;
}

/** A list in which the credential's owner is found by a typed field. */
export interface Directory {
  readonly path: string;
  /** A pointer to the list in the response. */
  readonly at: string;
  readonly key: string;
  readonly field: string;
  readonly identity: Identity;
  /** A warning if the whole list was read and the owner isn't in it. */
  readonly absent: { readonly code: string; readonly message: string };
}

export interface CapabilityTemplate {
  readonly id: string;
  /** Tried in turn until one grants it. */
  readonly paths: readonly string[];
  /** What grants it at the provider: a role, a privilege. */
  readonly grantedBy: string;
}

export interface AdviceTemplate {
  readonly what: string;
  readonly why?: string | undefined;
  readonly causes?: readonly string[] | undefined;
  readonly next: string;
  /** The fields that may be wrong. The wizard asks only for these again. */
  readonly ask?: readonly string[] | undefined;
}

/** A response of the sandbox. The body is sent as JSON; if it's left out, there is none. */
export interface SimulatedResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
}

/** The provider that `--sandbox` simulates, with one tenant and one credential. */
export interface SandboxTemplate {
  readonly host: string;
  /** The accepted credential, by field id. The host's field is as a person would type it. */
  readonly values: Readonly<Record<string, string>>;
  /**
   * To a request without a credential. Every response to the right credential also has its headers.
   */
  readonly unsigned: SimulatedResponse;
  /** To a wrong credential. */
  readonly refused: SimulatedResponse;
  /** For a tenant that doesn't exist. */
  readonly unknownHost: SimulatedResponse;
  /** To the right credential, by path and query. */
  readonly replies: Readonly<Record<string, unknown>>;
  /** To the right credential, for paths that aren't in `replies`. */
  readonly unknownPath: SimulatedResponse;
}

/** What replacing the secret involves at this provider. */
export interface RotationTexts {
  /** Said before the rotation. */
  readonly before: string;
  /** Said once the new secret is stored. */
  readonly after: string;
  /** Said after `remove`: the credential still works, and where to revoke it. */
  readonly end: string;
  /** Said about other connections of the same owner: `{names}`. */
  readonly shared: string;
}

export interface Provider {
  readonly id: string;
  /** The product's name. */
  readonly name: string;
  /** One line for the list of providers. */
  readonly summary: string;
  /**
   * For a user's own definition: the SHA-256 of everything that decides what is sent, and where. A
   * connection is stored under this hash and can't be used under another. Built-in definitions have
   * none.
   */
  readonly definition?: string | undefined;
  /** Shown first, up to the day `until` (UTC). */
  readonly notice?: { readonly message: string; readonly until?: string | undefined } | undefined;
  /** The day on which somebody tried the definition with a live account. */
  readonly tried?: string | undefined;
  /** In the order they are asked. */
  readonly fields: readonly Field[];
  readonly hosts: Hosts;
  readonly auth: AuthScheme;
  readonly exchange?: Exchange | undefined;
  /** Sent with every request. One that names a field is only sent with authenticated requests. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** A response header that only the provider's API sends, in lower case. */
  readonly apiHeader?: string | undefined;
  /** Pointers to a response's error code. The first that leads to a text counts. */
  readonly errorCodes: readonly string[];
  /** Pointers to the provider's own words in a response. */
  readonly errorMessages: readonly string[];
  /** A response that meets one of these conditions means that a limit is used up. */
  readonly rateLimited: readonly Condition[];
  /** The unauthenticated request of a first connect; undefined if none is possible. */
  readonly recognise?: { readonly path: string; readonly rules: readonly Rule[] } | undefined;
  /** Authenticated requests, made in order until one decides. */
  readonly probes: readonly Probe[];
  /** How a response to any of them is read after its own rules. */
  readonly responses: readonly Rule[];
  readonly directory?: Directory | undefined;
  readonly roles?: Roles | undefined;
  /** Each is given if it applies when a credential is connected. */
  readonly warnings: readonly OwnerWarning[];
  readonly rotation: RotationTexts;
  /** How often one tenant may be asked, or one connection if all tenants share the host. */
  readonly budget: {
    readonly requests: number;
    readonly seconds: number;
    readonly per: 'host' | 'connection';
  };
  readonly capabilities: readonly CapabilityTemplate[];
  /** Codes of a 403 that mean that the feature isn't in this plan. */
  readonly featureCodes: readonly string[];
  /** The messages for the reasons that this provider's responses can have. */
  readonly advice: Readonly<Partial<Record<Reason, AdviceTemplate>>>;
  readonly sandbox: SandboxTemplate;
  /** The sources of the facts. */
  readonly sources: readonly Source[];
}

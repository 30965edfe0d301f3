import * as z from 'zod/mini';
import { verdictByReason, type Reason } from './verdict.js';

/**
 * What a provider definition may say. A definition is data: it can be written as
 * JSON, holds no function, and everything the tool does for a provider comes from
 * it. What cannot be said here extends this schema for every provider.
 *
 * In texts, `{host}`, `{provider}`, `{detail}` (the answer in a few words) and `{<field id>}` (of a
 * field that is not secret) are filled in; anything else in braces is a mistake.
 */

const text = z.string().check(z.minLength(1));
const id = z.string().check(z.regex(/^[a-z][A-Za-z0-9-]*$/u));
/** A regular expression's source, matched with the flag `u`: a host in lower case, an answer as it was typed. */
const pattern = z.string().check(
  z.refine((source) => {
    try {
      return Boolean(new RegExp(source, 'u'));
    } catch {
      return false;
    }
  }, 'not a regular expression'),
);
/** A path and query on the tenant's host. */
const path = z.string().check(z.startsWith('/'));
/** Where in a JSON answer a value stands: `agent.id`, `errors.0.code`; empty for the whole. */
const pointer = z.string();
const reason = z.enum(Object.keys(verdictByReason) as [Reason, ...Reason[]]);

/** Where a fact comes from. */
const source = z.strictObject({
  what: text,
  /** When it was last read. */
  checked: z.iso.date(),
});

const sources = z.array(source).check(z.minLength(1));

const field = z.strictObject({
  id,
  /** The provider's own name for it. */
  label: text,
  /** `host` is the field that says which tenant; a provider has exactly one. */
  kind: z.enum(['host', 'email', 'secret']),
  /** `domain` is `--domain <value>`; of a secret, `api-key` is `--api-key-stdin` and `--api-key-file`. */
  flag: z.string().check(z.regex(/^[a-z]+(-[a-z]+)*$/u)),
  env: z.string().check(z.regex(/^[A-Z][A-Z0-9_]*$/u)),
  /** Something a person could type here; never a real secret. */
  example: text,
  /** What it is, in a paragraph or two. */
  about: z.array(text).check(z.minLength(1)),
  /** The way to it through the provider's menus. */
  where: z.optional(text),
  /** What people type here by mistake: asked about, never changed or refused. What is odd whichever the provider stands in `oddities.ts`. */
  mistakes: z.optional(z.array(z.strictObject({ pattern, says: text }))),
  sources,
});

const refusal = z.strictObject({
  /** Matched against the whole host. */
  pattern,
  reason: z.enum(['wrong-product', 'vanity-host', 'not-allowed']),
  what: text,
  why: z.optional(text),
  next: text,
});

const hosts = z.strictObject({
  /** The tenant's own label. */
  tenantPattern: pattern,
  /** A second label that may follow the tenant's: Gladly's `us-1`. */
  region: z.optional(pattern),
  /** The allow-list: a secret goes to `<label>.<suffix>` or `<label>.<region>.<suffix>` and nowhere else. The first is what bare names get. */
  suffixes: z
    .array(z.strictObject({ suffix: text, environment: z.enum(['production', 'sandbox']) }))
    .check(z.minLength(1)),
  /** The hosts a bare name may mean, the preferred first. All are asked unsigned. */
  candidates: z.array(z.string().check(z.includes('{tenant}'))).check(z.minLength(1)),
  /** Hosts that are known not to be a tenant's, each with its own words; the first that matches counts. */
  refused: z.array(refusal),
  /** Said of every other host off the allow-list. */
  otherwise: z.omit(refusal, { pattern: true }),
  /** A name that resolves wherever names do. Set where an unknown tenant does not resolve: it tells that from a broken resolver. */
  control: z.optional(text),
});

const auth = z.discriminatedUnion('scheme', [
  z.strictObject({ scheme: z.literal('basic'), user: text, password: text }),
  z.strictObject({ scheme: z.literal('bearer'), token: text }),
  z.strictObject({ scheme: z.literal('header'), name: text, value: text }),
]);

/** All that is given must hold. */
const condition = z.strictObject({
  /** Any of these. */
  status: z.optional(z.array(z.int())),
  /** At least this. */
  statusFrom: z.optional(z.int()),
  /** The header is there (or, `false`, is not). */
  fromApi: z.optional(z.boolean()),
  /** The answer's error code (see `errorCodes`) is one of these. */
  code: z.optional(z.array(text)),
  /** The body is JSON and has this value. `id`: a whole number or a string that is not empty. */
  has: z.optional(z.strictObject({ at: pointer, is: z.enum(['id', 'array']) })),
  /** The body is (or is not) a web page that the provider's API did not send. */
  page: z.optional(z.boolean()),
});

/**
 * How one kind of answer is read. `means` is a reason, or one of
 * `recognised` (this is the provider), `accepted` (the credential works),
 * `go-on` (says nothing: the next probe decides).
 */
const rule = z.strictObject({
  when: condition,
  means: z.union([z.enum(['recognised', 'accepted', 'go-on']), reason]),
  /** In the place of the reason's own words, where such an answer says more than they do. */
  says: z.optional(z.lazy(() => advice)),
});

/** Whose credential it is, out of a JSON answer: a pointer, and a text with pointers in braces. */
const identity = z.strictObject({ id: pointer, label: text });

/** What is said of the owner of an accepted credential; `{label}` is filled in. */
const ownerWarning = z.strictObject({
  code: z.string().check(z.regex(/^[a-z]+(-[a-z]+)*$/u)),
  when: z.union([
    /** The accepted answer has `true` there. */
    z.strictObject({ isTrue: pointer }),
    /** The owner's only role is one of these, by its name; an unknown name says nothing. */
    z.strictObject({ onlyRole: z.array(text) }),
    /** Neither the owner's name nor the address has a word in it that a user made for an integration would have. */
    z.strictObject({ looksPersonal: z.literal(true) }),
  ]),
  message: text,
});

/** Where the names of the owner's roles are found. */
const roles = z.strictObject({
  /** In the accepted answer: a list, and in each entry the role's id. */
  owned: pointer,
  id: pointer,
  /** The list of all roles. */
  path,
  list: pointer,
  key: pointer,
  name: pointer,
});

const probe = z.strictObject({
  path,
  /** The first that matches counts; after them come the provider's `responses` and those of `response.ts`. */
  rules: z.array(rule).check(z.minLength(1)),
  identity: z.optional(identity),
  /** Where an accepted answer says the tenant's own address. */
  canonicalHost: z.optional(pointer),
});

/** A list in which the credential's owner can be found by a field that was typed. */
const directory = z.strictObject({
  path,
  key: text,
  field: id,
  identity,
  /** Said as a warning when the whole list was read and the owner is not in it. */
  absent: z.strictObject({ code: text, message: text }),
});

const capability = z.strictObject({
  id: z.string().check(z.regex(/^[a-z-]+\.read$/u)),
  /** Asked in turn while they answer 404. */
  paths: z.array(path).check(z.minLength(1)),
  /** What of the provider's gives it: a role, a privilege. */
  grantedBy: text,
});

const advice = z.strictObject({
  what: text,
  why: z.optional(text),
  causes: z.optional(z.array(text)),
  next: text,
  /** The fields that can be wrong: the wizard asks for these again, and for nothing else. */
  ask: z.optional(z.array(id)),
});

/** An answer of the sandbox; the body is JSON, and none where it is left out. */
const simulated = z.strictObject({
  status: z.int(),
  headers: z.optional(z.record(z.string(), z.string())),
  body: z.optional(z.unknown()),
});

/** The provider that `--sandbox` simulates: one tenant with one credential. */
const sandbox = z.strictObject({
  host: text,
  /** The credential it takes, by field id; the host's field as a person would type it. */
  values: z.record(id, text),
  /** To a request without a credential; its headers come with every answer to a right one. */
  unsigned: simulated,
  /** To a wrong credential. */
  refused: simulated,
  /** For a tenant there is none of. */
  unknownHost: simulated,
  /** To the right credential, by path and query. */
  replies: z.record(path, z.unknown()),
  /** To the right credential, where `replies` has nothing. */
  unknownPath: simulated,
});

const list = z.array(text).check(z.minLength(1));

const paragraph = z.strictObject({ says: text });
const steps = z.strictObject({ title: z.optional(text), steps: list });
const bullets = z.strictObject({ title: z.optional(text), bullets: list });

/** By which other parts lead there. */
const partId = z.string().check(z.regex(/^[a-z]+(-[a-z]+)*$/u));

/**
 * A case: what a person has in front of them. It always ends in something to do, and in the wizard
 * they can always answer the question after it, too.
 */
const branch = z.strictObject({
  id: z.optional(partId),
  /** A situation, a status, or (in double quotes, `...` for what varies) words on the screen. */
  sees: text,
  /** The same in the few words of a choice, where `sees` is long. */
  choice: z.optional(text),
  means: text,
  /** In order. */
  todo: list,
  /** A page that is known to exist, from which the menus in `todo` start. */
  page: z.optional(z.string().check(z.startsWith('https://{host}/'))),
  /** Where it may go on: the ids of other parts. */
  next: z.optional(z.array(partId)),
  /** An answer that may have to be another one: the field's id. */
  change: z.optional(id),
  sources,
});

/** Ready to be sent to somebody else. No secret ever stands in it. */
const message = z.strictObject({
  id: partId,
  /** What it asks for, in the few words of a choice. */
  choice: text,
  /** For whom it is. */
  title: text,
  subject: text,
  message: z.array(z.union([paragraph, steps, bullets])).check(z.minLength(1)),
});

const topic = z.strictObject({
  /** `guide <provider> <id>` prints it. */
  id: z.string().check(z.regex(/^[a-z]+(-[a-z]+)*$/u)),
  title: text,
  /** In the order they are read; the last says what to do. */
  body: z.array(z.union([paragraph, steps, bullets, branch, message])).check(z.minLength(1)),
  /** Where the facts in it come from, but for those of its cases. */
  sources,
});

/** What `guide` prints, and what the wizard offers at its questions. */
const guide = z.strictObject({
  /** What is filled in its texts, by name: nothing else is. `{host}` is known in a run. */
  blanks: z.record(
    z.string().check(z.regex(/^[a-z]+$/u)),
    z.strictObject({
      /** What stands there where it is not known. */
      blank: text,
      /** How the wizard asks for it; `field` is the field whose answer it very likely is. */
      ask: z.optional(
        z.strictObject({ label: text, kind: z.enum(['email', 'text']), field: z.optional(id) }),
      ),
    }),
  ),
  /** What people see when they come to a field, by its id: the ids of parts, the commonest first. */
  starts: z.record(id, z.array(partId)),
  topics: z.array(topic).check(z.minLength(1)),
});

/** What a run needs of a definition; the guide beside it is large, and loaded where it is printed. */
export const providerSchema = z.strictObject({
  id: z.string().check(z.regex(/^[a-z][a-z0-9-]*$/u)),
  /** The product's name. */
  name: text,
  /** One line for the list of providers. */
  summary: text,
  fields: z.array(field).check(z.minLength(2)),
  hosts,
  auth,
  /** A response header that only the provider's API sends, lower case. */
  apiHeader: z.optional(text),
  /** Where an error answer keeps its code: the first pointer that leads to a string. */
  errorCodes: z.array(pointer),
  /** The unsigned request of a first connect. */
  recognise: probe,
  /** Signed, in order, until one decides. */
  probes: z.array(probe).check(z.minLength(1)),
  /** How an answer to any signed probe is read after the probe's own rules. */
  responses: z.array(rule),
  directory: z.optional(directory),
  roles: z.optional(roles),
  /** Each is said where it holds, when a credential is connected. */
  warnings: z.array(ownerWarning),
  /**
   * What replacing the secret means there: said before, once the new one is stored, and of other
   * connections of the same owner ({names}).
   */
  rotation: z.strictObject({ before: text, after: text, shared: text }),
  /** How often one tenant may be asked. */
  budget: z.strictObject({ requests: z.int().check(z.gte(1)), seconds: z.int().check(z.gte(1)) }),
  capabilities: z.array(capability),
  /** Error codes of a 403 that mean: not in this plan. */
  featureCodes: z.array(text),
  /** The words for each reason this provider's responses can have. */
  advice: z.partialRecord(reason, advice),
  sandbox,
  /** Where the facts above come from and when they were last read. */
  sources,
});

/** A definition whole. */
export const definitionSchema = z.strictObject({ ...providerSchema.shape, guide });

export type Provider = z.infer<typeof providerSchema>;
export type Definition = z.infer<typeof definitionSchema>;
export type Guide = z.infer<typeof guide>;
export type Topic = z.infer<typeof topic>;
export type Block = Topic['body'][number];
export type Branch = z.infer<typeof branch>;
export type AdminMessage = z.infer<typeof message>;
export type Field = z.infer<typeof field>;
export type Probe = z.infer<typeof probe>;
export type Rule = z.infer<typeof rule>;
export type AuthScheme = z.infer<typeof auth>;
export type Identity = z.infer<typeof identity>;
export type AdviceTemplate = z.infer<typeof advice>;

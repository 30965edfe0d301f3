import * as z from 'zod/mini';
import { field } from './field-shape.js';
import { guide } from './guide-shape.js';
import {
  auth,
  exchange,
  expectation,
  identity,
  messageShape,
  oneOrMoreLimits,
  oneOrMoreTests,
  rules,
  wordedReasons,
} from './request-shapes.js';
import {
  ascii,
  date,
  fieldId,
  header,
  headers,
  hostPattern,
  key,
  optional,
  partId,
  path,
  pointer,
  query,
  sources,
  status,
  template,
  text,
  texts,
} from './values.js';

/**
 * The provider definition: one format for the built-in providers and for users' files. This is its
 * shape; the rules that a shape can't express are in `definition-check/`. Only that folder and the
 * build load it. Built-in definitions are typed by it and checked in the tests.
 */

const environment = z.enum(['production', 'sandbox']);

const hostEntry = z.union([
  template,
  z.strictObject({
    host: key('Labels with dots between; `{field}` is a label or a part of one.', template),
    environment: key(
      'Which environment it is; the same name in another environment is another tenant.',
      environment,
    ),
  }),
]);

const hostReason = z.enum(['not-allowed', 'wrong-product', 'vanity-host']);

const refusedHost = z.strictObject({
  hosts: key(
    'Host names; `*` stands for letters, `#` for digits, and `.acme.com` for that host and all below it.',
    z.array(hostPattern).check(z.minLength(1)),
  ),
  reason: optional('`not-allowed` if it is left out.', hostReason),
  what: key('What is wrong with this host.', text),
  why: optional('Why.', text),
  next: key('What to do.', text),
});

const otherHost = z.strictObject({
  reason: optional('`not-allowed` if it is left out.', hostReason),
  what: optional('What is wrong with this host.', text),
  why: optional('Why.', text),
  next: optional('What to do.', text),
});

const owner = z.strictObject({
  lookUp: optional(
    'A list where the owner is found by a value that the person typed.',
    z.strictObject({
      get: key('The path of the list.', path),
      at: optional(
        'Where the list is in the response; if it is left out, the whole response is the list.',
        pointer,
      ),
      key: key('Where an entry has the value that was typed.', pointer),
      field: key('The field whose value was typed.', fieldId),
      identity: key('Who the entry stands for.', identity),
      absent: key(
        'The warning if the whole list was read and the owner is not in it.',
        z.strictObject({
          code: key('Its code in the JSON.', partId),
          message: key('A sentence.', text),
        }),
      ),
    }),
  ),
  roles: optional(
    "Where the names of the owner's roles are.",
    z.strictObject({
      owned: key("Where the accepted response lists the owner's roles.", pointer),
      id: key('Where an entry has its id.', pointer),
      get: key('The path of the list of all roles.', path),
      list: key('Where the list is in its response.', pointer),
      key: key('Where an entry has its id.', pointer),
      name: key('Where an entry has its name.', pointer),
    }),
  ),
  warnings: optional(
    'Warnings about the owner.',
    z.array(
      z.strictObject({
        code: key('Its code in the JSON.', partId),
        when: key(
          'When it is shown.',
          z.union([
            z.strictObject({ isTrue: key('The accepted response has `true` there.', pointer) }),
            z.strictObject({
              onlyRole: key('The owner has only one role, and it is one of these.', texts),
            }),
            z.strictObject({
              looksPersonal: key('The account looks like that of a person.', z.literal(true)),
            }),
          ]),
        ),
        message: key('The sentence; `{label}` is the owner.', text),
      }),
    ),
  ),
});

const capability = z.strictObject({
  get: key(
    'A path, or several, tried in turn until one grants it.',
    z.union([path, z.array(path).check(z.minLength(1), z.maxLength(4))]),
  ),
  grantedBy: key('The role or right that grants it.', text),
});

const simulated = z.strictObject({
  status: key('The status.', status),
  headers: optional('Response headers.', z.record(header, ascii)),
  body: optional('JSON.', z.json()),
});

const sandbox = z.strictObject({
  host: optional('The simulated host.', z.string().check(z.maxLength(253))),
  values: optional('The credential that is accepted, by field.', z.record(fieldId, text)),
  unauthenticated: optional('The response to a request without a credential.', simulated),
  refused: optional('The response to a wrong credential.', simulated),
  unknownHost: optional('The response for a tenant that does not exist.', simulated),
  replies: optional('The responses to the right credential, by path.', z.record(path, z.json())),
  otherPath: optional('The response to the right credential on any other path.', simulated),
});

export const definitionShape = z.strictObject({
  $schema: optional('For editors; ignored.', z.string().check(z.maxLength(400))),
  schemaVersion: key('The version of this format.', z.literal(1, 'it must be 1')),
  id: key(
    "The command's name, and the start of every variable.",
    z
      .string()
      .check(
        z.regex(
          /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/u,
          'an id is small letters and digits with - between, a letter first',
        ),
        z.minLength(2, 'an id has 2 to 40 characters'),
        z.maxLength(40, 'an id has 2 to 40 characters'),
      ),
  ),
  name: key("The product's name.", text),
  summary: optional('One line for lists and help.', text),
  notice: optional(
    'Shown first, up to and including the day `until`.',
    z.strictObject({
      message: key('A sentence.', text),
      until: optional('The last day, in UTC.', date),
    }),
  ),
  tried: optional('The day on which somebody tried this with a live account.', date),
  host: key(
    'Where the API lives: "api.acme.com", "{site}.acme.com", or several of them.',
    z.union([template, z.array(hostEntry).check(z.minLength(1), z.maxLength(8))]),
  ),
  port: optional(
    'The port, if it is not 443; `typed` means the port of the address that was typed or pasted.',
    z.union([z.literal('typed'), z.int().check(z.gte(1), z.lte(65535))]),
  ),
  selfHosted: optional('The whole host is typed: one field of the kind `host`.', z.literal(true)),
  refusedHosts: optional(
    'Hosts that are known to be wrong; the first that matches counts.',
    z.array(refusedHost),
  ),
  otherHost: optional('The message for every other host.', otherHost),
  unresolved: optional(
    'A tenant that does not exist has no DNS name.',
    z.literal('no-such-tenant'),
  ),
  fields: key(
    'What the wizard asks for, in order: each field under its id.',
    z.record(fieldId, field),
  ),
  auth: key('How the credential is sent.', auth),
  exchange: optional('A request that turns what is stored into a short-lived token.', exchange),
  headers: optional('Sent with every request.', headers),
  query: optional('Sent with every request.', query),
  unauthenticated: optional(
    'The request that is sent before anything secret is.',
    z.strictObject({
      get: optional("Its path; the first test's if it is left out.", path),
      expect: optional('If the response has this, the product is recognised.', expectation),
      responses: optional('How the response is read.', rules),
    }),
  ),
  test: optional(
    'Requests that succeed only with the right credential; tried in turn until one decides.',
    oneOrMoreTests,
  ),
  responses: optional('How responses to the tests are read, before the usual reading.', rules),
  rateLimited: optional(
    'A response like this means that a rate limit is used up.',
    oneOrMoreLimits,
  ),
  apiHeader: optional('A response header that only this API sends.', header),
  errorCodes: optional(
    'Where a response has its error code; the first pointer that leads to a text counts.',
    z.array(pointer).check(z.maxLength(12)),
  ),
  errorMessages: optional(
    "Where a response has the provider's own words; the first pointer that leads to a text counts.",
    z.array(pointer).check(z.maxLength(12)),
  ),
  featureCodes: optional('Codes of a 403 that mean that the plan does not include it.', texts),
  owner: optional('Whose credential it is, and warnings about the owner.', owner),
  capabilities: optional(
    'What `--need` can ask for, such as "tickets.read".',
    z.record(
      z
        .string()
        .check(
          z.regex(/^[a-z]+(?:-[a-z]+)*\.read$/u, 'a capability is <thing>.read'),
          z.maxLength(60),
        ),
      capability,
    ),
  ),
  rotation: optional(
    'Texts around `rotate` and `remove`.',
    z.strictObject({
      before: optional('Shown before the new secret is made.', text),
      after: optional('Shown once the new secret is stored.', text),
      end: optional('Shown after `remove`: where to revoke the credential.', text),
      shared: optional(
        'Shown if other connections have the same owner; `{names}` are their names.',
        text,
      ),
    }),
  ),
  rateLimit: optional(
    'How many requests may be sent in how many seconds; 10 in 10 if it is left out.',
    z.strictObject({
      requests: key('At most 1000.', z.int().check(z.gte(1), z.lte(1000))),
      seconds: key('At most 3600.', z.int().check(z.gte(1), z.lte(3600))),
    }),
  ),
  messages: optional(
    'Your own messages, by reason. One with `what` and `next` replaces the default; any other only changes the parts it has.',
    z.partialRecord(z.enum(wordedReasons), z.strictObject(messageShape)),
  ),
  guide: optional('Your own topics; the others are generated.', guide),
  sandbox: optional('What `--sandbox` answers; each key replaces the generated one.', sandbox),
  sources: key('Where the facts are from.', sources),
});

/** A provider as its author wrote it. */
export type Definition = z.infer<typeof definitionShape>;

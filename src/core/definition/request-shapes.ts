import * as z from 'zod/mini';
import { verdictByReason, type Reason, type StoreReason } from '../verdict.js';
import {
  ascii,
  constant,
  fieldId,
  header,
  headers,
  key,
  oneOrMoreStatuses,
  oneOrMoreTexts,
  optional,
  path,
  pointer,
  query,
  template,
  text,
  texts,
} from './values.js';

/** How a request is made, and how its response is read. */

/** Reasons that the tool finds without asking the provider. The tool words them itself. */
type OwnReason = StoreReason | 'definition-changed' | 'definition-missing';

export type WordedReason = Exclude<Reason, OwnReason>;

export function isOwnReason(reason: string): reason is OwnReason {
  return reason.startsWith('store-') || reason.startsWith('definition-');
}

export const wordedReasons = Object.keys(verdictByReason).filter(
  (reason): reason is WordedReason => !isOwnReason(reason),
);

export const messageShape = {
  what: optional('What failed, without a full stop at the end.', text),
  why: optional('Why, as far as it is known; without a full stop at the end.', text),
  causes: optional('Possible causes, the most likely first.', texts),
  next: optional('What to do now, as whole sentences.', text),
  ask: optional('The fields that the wizard asks for again.', z.array(fieldId)),
};

export const expectation = z.strictObject({
  at: key('Where in the response.', pointer),
  type: optional(
    '`id` is a whole number or a text that is not blank; `list` is a list.',
    z.enum(['id', 'list']),
  ),
  is: optional('Exactly this value.', constant),
});

const MEANINGS = [
  'accepted',
  'go-on',
  'recognised',
  'bad-credential',
  'wrong-auth-type',
  'refused-unclear',
  'account-suspended',
  'not-an-api-user',
  'no-such-tenant',
  'rate-limited',
  'server-error',
  'bad-response',
  'not-an-api',
] as const;

const responseHeader = z.strictObject({
  name: key('The name, in small letters.', header),
  is: optional('The header has exactly this value.', ascii),
  contains: optional('The header contains this.', ascii.check(z.minLength(1))),
});

const rule = z.strictObject({
  status: optional('The status is one of these.', oneOrMoreStatuses),
  code: optional('The code at `errorCodes` is one of these.', oneOrMoreTexts),
  has: optional('The body is JSON and contains this.', expectation),
  header: optional('The response has this header.', responseHeader),
  fromApi: optional('Whether the response has the `apiHeader`.', z.boolean()),
  page: optional('Whether the body is a web page that the API did not send.', z.boolean()),
  means: key(
    '`accepted`, `go-on` (the next test decides), `recognised` (only in `unauthenticated`), or a reason.',
    z.enum(MEANINGS),
  ),
  ...messageShape,
});

export const rules = key(
  'The first rule that matches counts.',
  z.array(rule).check(z.maxLength(30)),
);

export const identity = z.strictObject({
  id: key("Where the owner's id is.", pointer),
  label: optional('A text with pointers in braces: "{user.name} <{user.email}>".', text),
});

const request = {
  get: optional('The path of a GET.', path),
  post: optional('The path of a POST.', path),
};

const written = z.enum(['json', 'form']);

export const test = z.strictObject({
  ...request,
  as: optional('How `body` is written; `json` if it is left out.', written),
  body: optional('Sent unchanged: nothing is filled in.', z.json()),
  expect: optional('What a 200 must have.', expectation),
  identity: optional('Whose credential it is.', identity),
  ownHost: optional("Where the response states the tenant's own address.", pointer),
  responses: optional("How responses to this test are read, before the provider's.", rules),
});

export const oneOrMoreTests = z.union([
  path,
  test,
  z.array(z.union([path, test])).check(z.minLength(1), z.maxLength(4)),
]);

const pair = z.tuple([ascii, ascii]);

export const auth = z.strictObject({
  bearer: optional('The token of `Authorization: Bearer`.', ascii),
  basic: optional('User and password of Basic auth; one of the two may be empty.', pair),
  headers: optional('Headers and their values.', headers),
  query: optional('Query parameters; the tool never prints them.', query),
});

export const exchange = z.strictObject({
  ...request,
  host: optional('Only if it is not at `host`.', template),
  as: optional('How `body` is written; `form` if it is left out.', written),
  body: optional('Placeholders in its texts are filled in.', z.json()),
  basic: optional('Client id and secret as Basic auth.', pair),
  headers: optional('Headers of this request.', headers),
  extract: optional(
    'The values of the response that `auth` may use; { "token": "access_token" } if it is left out.',
    z.record(fieldId, pointer),
  ),
  responses: optional('How the response is read, before the usual reading.', rules),
});

const limit = z.strictObject({
  status: key('The status is one of these.', oneOrMoreStatuses),
  header: key('The response has this header.', header),
  is: optional('The header has exactly this value.', ascii),
});

export const oneOrMoreLimits = z.union([
  limit,
  z.array(limit).check(z.minLength(1), z.maxLength(4)),
]);

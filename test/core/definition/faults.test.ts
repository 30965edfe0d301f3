import { describe, expect, it } from 'vitest';
import { publicSuffix } from '../../../src/adapters/public-suffix.js';
import { checkDefinition } from '../../../src/core/definition-check/check.js';
import type { Definition } from '../../../src/core/definition/schema.js';
import { changed, homely, lumina, payloom, tokenly } from '../../support/definitions.js';
import { TAKEN } from '../../support/taken.js';

function faultsOf(value: unknown): string[] {
  const { faults } = checkDefinition(value, TAKEN, publicSuffix);
  return faults.map(({ path, message }) => `${path}: ${message}`);
}

it.each([
  ['a tenant', lumina],
  ['a fixed host', payloom],
  ['an exchange', tokenly],
  ['a host of its own', homely],
])('%s has no fault', (_, definition) => {
  expect(faultsOf(definition)).toEqual([]);
});

type Row = readonly [
  what: string,
  definition: Definition,
  changes: Readonly<Record<string, unknown>>,
  faults: string | readonly string[],
];

const choices = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);
const manyFields = (count: number) =>
  Object.fromEntries(
    choices(count).map((_, index) => [`f${index}`, { kind: 'text', label: `Field ${index}` }]),
  );
const query = (count: number) =>
  Object.fromEntries(choices(count).map((name, index) => [name, `{f${index}}`]));
const TOPICS = lumina.guide?.topics ?? [];

const TEXT_NAMES =
  '{host}, {provider}, {status}, {name}, {detail}, {other}, {missing}, {grants}, {wait}';
const VISIBLE = 'a text is at most 600 characters, without control or invisible ones';
const MEANINGS =
  'it must be one of "accepted", "go-on", "recognised", "bad-credential", "wrong-auth-type", "refused-unclear", "account-suspended", "not-an-api-user", "no-such-tenant", "rate-limited", "server-error", "bad-response", "not-an-api"';
const HINT =
  'a page may have {host} and the fields of the host: a page gets nothing else that a person types';

const NAMES: readonly Row[] = [
  [
    'an id that is built in',
    payloom,
    { id: 'gladly' },
    'id: gladly is built in, and built-in providers cannot be replaced; take another id',
  ],
  ['a command', payloom, { id: 'import' }, 'id: import is a command of the tool; take another id'],
  [
    'a close call of a command',
    payloom,
    { id: 'log-out' },
    'id: log-out, read as logout, is a command of the tool; take another id',
  ],
  ['an option', payloom, { id: 'since' }, 'id: since is an option of the tool; take another id'],
  [
    'a device',
    payloom,
    { id: 'com1' },
    'id: com1 is a device on Windows, where no file is called so; take another id',
  ],
  [
    'a variable of a vendor',
    payloom,
    { id: 'stripe-pay' },
    'id: the variable STRIPE_PAY_SECRET_KEY belongs to another program: only hosts of stripe.com may have it; take another id',
  ],
  [
    'a variable of a built-in',
    payloom,
    { id: 'jira-tools' },
    'id: the variable JIRA_TOOLS_SECRET_KEY belongs to another program: only hosts of atlassian.net, atlassian.com may have it; take another id',
  ],
  [
    'a variable with which a build runs what it says',
    payloom,
    { id: 'rustc' },
    'id: the variable RUSTC_SECRET_KEY belongs to another program: only that program may have it; take another id',
  ],
  [
    'a variable that a loader obeys',
    payloom,
    { id: 'ld-pay' },
    'id: the variable LD_PAY_SECRET_KEY belongs to another program: only that program may have it; take another id',
  ],
  [
    'an id with capitals',
    payloom,
    { id: 'PayLoom' },
    'id: an id is small letters and digits with - between, a letter first',
  ],
  [
    'an id that ends like no command',
    payloom,
    { id: 'payloom; id' },
    'id: an id is small letters and digits with - between, a letter first',
  ],
  ['an id of one letter', payloom, { id: 'p' }, 'id: an id has 2 to 40 characters'],
  [
    "a built-in's name",
    payloom,
    { name: 'gladly' },
    'name: that is what the built-in gladly is called; say what is different about yours',
  ],
  [
    "a built-in's name in other letters",
    payloom,
    { name: 'Ｊｉｒａ-Cloud' },
    'name: that is what the built-in jira is called; say what is different about yours',
  ],
  [
    'a name of two scripts',
    payloom,
    { name: 'Pаyloom' },
    'name: its letters are of more than one script: one of them is not what it looks like',
  ],
  ['a bidi mark', payloom, { name: 'Pay‮loom' }, `name: ${VISIBLE}`],
  ['a filler', payloom, { name: 'Payㅤloom' }, `name: ${VISIBLE}`],
  ['a control character', payloom, { name: 'Pay\u0007loom' }, `name: ${VISIBLE}`],
  [
    'a space at the end',
    payloom,
    { name: 'Payloom ' },
    'name: a text has no space at its start or end',
  ],
  ['an empty text', payloom, { name: '' }, 'name: a text must not be empty'],
  [
    'braces in a name',
    payloom,
    { name: 'Pay{loom}' },
    'name: nothing is filled in here: no { or }',
  ],
  [
    "a tenant's id with a variable of a vendor",
    lumina,
    { id: 'stripe-desk' },
    'id: the variable STRIPE_DESK_API_KEY belongs to another program: only hosts of stripe.com may have it; take another id',
  ],
  [
    'a variable of a vendor on some hosts of others',
    payloom,
    { id: 'stripe-pay', host: ['api.stripe.com', 'api.payloom.com'] },
    'id: the variable STRIPE_PAY_SECRET_KEY belongs to another program: only hosts of stripe.com may have it; take another id',
  ],
  [
    'a name of two scripts without Latin letters',
    payloom,
    { name: 'Πауloom'.slice(0, 3) },
    'name: its letters are of more than one script: one of them is not what it looks like',
  ],
  [
    'a name of Latin letters and a rare script',
    payloom,
    { name: 'Payloom \u0915' },
    'name: its letters are of more than one script: one of them is not what it looks like',
  ],
];

const FIELDS: readonly Row[] = [
  [
    'a flag of its own',
    payloom,
    { 'fields.secretKey.flag': 'key' },
    'fields.secretKey.flag: there is no such key here: the flag is made of the field id',
  ],
  [
    'a variable of its own',
    payloom,
    { 'fields.secretKey.env': 'AWS_SECRET_ACCESS_KEY' },
    'fields.secretKey.env: there is no such key here: the variable is made of the two ids',
  ],
  [
    'a misspelt key',
    payloom,
    { 'fields.secretKey.lable': 'Key' },
    'fields.secretKey.lable: there is no such key here; did you mean label?',
  ],
  [
    'a regular expression',
    payloom,
    { 'fields.secretKey.mistakes': [{ pattern: '^pk_', message: 'it is public' }] },
    'fields.secretKey.mistakes[0].pattern: there is no such key here: format or mistakes: startsWith, endsWith, contains, charset, length',
  ],
  [
    'a mistake without a sign',
    payloom,
    { 'fields.secretKey.mistakes': [{ message: 'it is public' }] },
    'fields.secretKey.mistakes[0]: it says what to look for in startsWith, endsWith, contains, charset, length, mixed or noSpaces',
  ],
  [
    'a length that goes backwards',
    payloom,
    { 'fields.secretKey.format': { length: [50, 10] } },
    'fields.secretKey.format.length: from 50 to 10: the smaller number comes first',
  ],
  [
    "a word of the tool's own",
    tokenly,
    { 'fields.grants': { kind: 'text' }, query: { g: '{grants}' } },
    "fields.grants: grants is a word of the tool's own; call it something else",
  ],
  [
    'a name that every object has',
    tokenly,
    { 'fields.valueOf': { kind: 'text' } },
    "fields.valueOf: valueOf is a word of the tool's own; call it something else",
  ],
  [
    "an option's flag",
    tokenly,
    { 'fields.olderThan': { kind: 'text' }, query: { g: '{olderThan}' } },
    'fields.olderThan: its flag would be --older-than, which is an option of the tool; call it something else',
  ],
  [
    "an option's flag without its dash",
    tokenly,
    { 'fields.dryrun': { kind: 'text' }, query: { g: '{dryrun}' } },
    'fields.dryrun: its flag would be --dryrun, read as --dry-run, which is an option of the tool; call it something else',
  ],
  [
    'flags that differ by a dash',
    tokenly,
    { 'fields.clientid': { kind: 'text' }, query: { g: '{clientid}' } },
    'fields.clientid: its flag --clientid is that of clientId too',
  ],
  [
    "another field's file flag",
    tokenly,
    { 'fields.clientSecretFile': { kind: 'text' }, query: { g: '{clientSecretFile}' } },
    'fields.clientSecretFile: its flag --client-secret-file is that of clientSecret too',
  ],
  [
    'two labels alike',
    tokenly,
    { 'fields.clientSecret.label': 'client ID' },
    'fields.clientSecret.label: clientId has the same label',
  ],
  [
    'a choice with a space',
    payloom,
    { 'fields.plan': { choices: ['free', 'a b'] }, query: { p: '{plan}' } },
    'fields.plan.choices[1]: a choice or a default is letters, digits, . _ and -, at most 100',
  ],
  [
    'a choice twice',
    payloom,
    { 'fields.plan': { choices: ['free', 'free'] }, query: { p: '{plan}' } },
    'fields.plan.choices[1]: free is there twice',
  ],
  [
    'a default that is no choice',
    payloom,
    { 'fields.plan': { choices: ['free', 'paid'], default: 'gold' }, query: { p: '{plan}' } },
    'fields.plan.default: it must be one of the choices: free, paid',
  ],
  [
    'a default with a slash',
    payloom,
    { 'fields.plan': { kind: 'text', default: '/etc' }, query: { p: '{plan}' } },
    'fields.plan.default: a choice or a default is letters, digits, . _ and -, at most 100',
  ],
  [
    'a kind for a choice',
    payloom,
    { 'fields.plan': { choices: ['free', 'paid'], kind: 'text' }, query: { p: '{plan}' } },
    'fields.plan.kind: a field with choices has no kind',
  ],
  [
    'a secret with a default',
    payloom,
    { 'fields.secretKey.default': 'sk_live_1' },
    'fields.secretKey.default: a secret has no default',
  ],
  [
    'no secret but an optional one',
    payloom,
    { 'fields.secretKey.optional': true },
    'fields.secretKey.optional: one secret must not be optional: without any, nothing is proven',
  ],
  [
    'no secret',
    payloom,
    { 'fields.secretKey.kind': 'text' },
    'fields: there is no secret: one field must be of the kind secret (the default of a field that is not in host)',
  ],
  [
    'a field that nothing uses',
    payloom,
    { 'fields.account': { kind: 'text' } },
    'fields.account: it is asked for and used nowhere: not in host, auth, exchange, headers, query or a path',
  ],
  [
    'a secret that nothing uses',
    payloom,
    { 'fields.spareKey': {} },
    'fields.spareKey: it is a secret, and neither auth nor exchange names it',
  ],
  [
    'an optional field of the host',
    lumina,
    { 'fields.site.optional': true },
    'fields.site.optional: a field of the host cannot be left out',
  ],
  [
    'a page that is told the email',
    lumina,
    { 'fields.apiKey.page': 'https://{host}/?for={email}' },
    `fields.apiKey.page: {email} is not known here; ${HINT}`,
  ],
  [
    'a page with a user name',
    lumina,
    { 'fields.apiKey.page': 'https://a@lumina-desk.com/' },
    'fields.apiKey.page: a page is an https:// address without a user name',
  ],
  [
    'a page at an address by number',
    lumina,
    { 'fields.apiKey.page': 'https://10.0.0.1/' },
    'fields.apiKey.page: its host must be written out, or be {host}',
  ],
  [
    'a page that is not https',
    lumina,
    { 'fields.apiKey.page': 'http://lumina-desk.com/' },
    'fields.apiKey.page: a page is an https:// address without a user name',
  ],
  [
    'braces in a label',
    lumina,
    { 'fields.apiKey.label': 'Key of {site}' },
    'fields.apiKey.label: nothing is filled in here: no { or }',
  ],
  [
    'thirteen fields',
    payloom,
    { fields: { ...payloom.fields, ...manyFields(12) }, query: query(12) },
    'fields: there must be one to twelve fields',
  ],
  [
    'a default that may be left out',
    payloom,
    { 'fields.plan': { kind: 'text', default: 'free', optional: true }, query: { p: '{plan}' } },
    'fields.plan.optional: a field with a default is never empty: leave one of the two out',
  ],
  [
    'a kind for a part of the host',
    lumina,
    { 'fields.site.kind': 'text' },
    'fields.site.kind: it is part of the host, so it is a name there: leave kind out',
  ],
  [
    'a format that says nothing',
    payloom,
    { 'fields.secretKey.format': {} },
    'fields.secretKey.format: it says nothing: startsWith, endsWith, contains, charset, length, mixed or noSpaces',
  ],
  [
    'a mistake whose length goes backwards',
    payloom,
    { 'fields.secretKey.mistakes': [{ length: [9, 3], message: 'it is short' }] },
    'fields.secretKey.mistakes[0].length: from 9 to 3: the smaller number comes first',
  ],
  [
    'a page with a port that there is not',
    lumina,
    { 'fields.apiKey.page': 'https://lumina-desk.com:123456/' },
    'fields.apiKey.page: its host must be written out, or be {host}',
  ],
  [
    'a page whose brace is open',
    lumina,
    { 'fields.apiKey.page': 'https://lumina-desk.com/{site' },
    'fields.apiKey.page: a { or a } is missing',
  ],
  [
    'a page that gives the whole host another name',
    homely,
    { 'fields.token.page': 'https://{host}/{server}' },
    `fields.token.page: {server} is not known here; ${HINT}`,
  ],
  [
    'braces in a place',
    lumina,
    { 'fields.apiKey.where': 'at {host}' },
    'fields.apiKey.where: nothing is filled in here: no { or }',
  ],
  [
    'braces in what is said about it',
    lumina,
    { 'fields.apiKey.about': 'Of {site}.' },
    'fields.apiKey.about: nothing is filled in here: no { or }',
  ],
  [
    'braces in a sentence about it',
    lumina,
    { 'fields.apiKey.about': ['Of one user.', 'Of {site}.'] },
    'fields.apiKey.about[1]: nothing is filled in here: no { or }',
  ],
];

const HOSTS: readonly Row[] = [
  [
    'an unknown field',
    lumina,
    { host: '{sight}.lumina-desk.com' },
    'host: {sight} is no field; the fields are site, email, apiKey',
  ],
  [
    'one label',
    lumina,
    { host: '{site}.com' },
    'host: "com" is one label: at least two must be written out, as in acme.com',
  ],
  [
    'a public suffix of two labels',
    lumina,
    { host: '{site}.co.uk' },
    'host: anybody can have a name below co.uk: write out a domain that one company has',
  ],
  [
    'shared hosting',
    lumina,
    { host: '{site}.github.io' },
    'host: anybody can have a name below github.io: write out a domain that one company has',
  ],
  [
    'a glob before an open suffix',
    lumina,
    { host: '{site}.*.pages.dev' },
    'host: anybody can have a name below pages.dev: write out a domain that one company has',
  ],
  ['an address by number', payloom, { host: '10.0.0.1' }, 'host: 10.0.0.1 is an address by number'],
  [
    'a number as the last label',
    payloom,
    { host: 'api.0x7f' },
    'host: api.0x7f is an address by number',
  ],
  [
    'a single name',
    payloom,
    { host: 'localhost' },
    'host: "localhost" is one label: at least two must be written out, as in acme.com',
  ],
  [
    'a local ending',
    payloom,
    { host: 'api.payloom.internal' },
    'host: .internal is not a public ending',
  ],
  [
    'a scheme',
    payloom,
    { host: 'https://api.payloom.com' },
    'host: a host is labels and {field}, * and # between dots, as in {site}.acme.com; nothing else',
  ],
  [
    'a path',
    payloom,
    { host: 'api.payloom.com/v1' },
    'host: a host is labels and {field}, * and # between dots, as in {site}.acme.com; nothing else',
  ],
  [
    'a port in the host',
    payloom,
    { host: 'api.payloom.com:8443' },
    'host: a host is labels and {field}, * and # between dots, as in {site}.acme.com; nothing else',
  ],
  ['capitals', payloom, { host: 'API.payloom.com' }, 'host: a host is written in small letters'],
  [
    'two fields that touch',
    lumina,
    { 'fields.zone': { label: 'Zone' }, host: '{site}{zone}.lumina-desk.com' },
    'host: two fields touch: nobody could tell where the first ends',
  ],
  [
    'a secret in the host',
    lumina,
    { host: '{site}.lumina-desk.com', 'fields.site.kind': 'secret' },
    'fields.site.kind: a host never holds a secret',
  ],
  [
    'nothing behind the field',
    lumina,
    { host: 'lumina.{site}' },
    'host: after the field must come a domain that is written out, as in {site}.acme.com',
  ],
  [
    'a glob without a field',
    payloom,
    { host: '*.api.payloom.com' },
    'host: a host with * or # needs a {field}: nothing else of it is asked',
  ],
  [
    'other fields in a second template',
    lumina,
    { host: ['{site}.lumina-desk.com', 'api.lumina-desk.com'] },
    'host[1]: it has other fields than the first: all of a list have the same',
  ],
  [
    'a choice that cannot be part of a host',
    payloom,
    { 'fields.region': { choices: ['us', 'EU_1'] }, host: '{region}.payloom.com' },
    'host: EU_1 cannot be part of a host: a choice there is small letters, digits, - and dots',
  ],
  [
    'a refused host with a scheme',
    lumina,
    { refusedHosts: [{ hosts: ['http://x'], what: 'a', next: 'b.' }] },
    'refusedHosts[0].hosts[0]: a host here is a name, * for any letters, # for digits; .example.com is that and all below it',
  ],
  [
    'a missing tenant of a fixed host',
    payloom,
    { unresolved: 'no-such-tenant' },
    'unresolved: the host is fixed: there is no tenant to be missing',
  ],
  [
    'a typed port of a fixed host',
    payloom,
    { port: 'typed' },
    'port: no part of the host is typed, so the port is not either: give the number',
  ],
  ['a port that is too high', payloom, { port: 70000 }, 'port: at most 65535'],
  [
    'a whole host without selfHosted',
    homely,
    { selfHosted: undefined },
    'fields.server.kind: a host that is typed whole needs "selfHosted": true',
  ],
  [
    'selfHosted with a fixed host',
    payloom,
    { selfHosted: true },
    'selfHosted: it is for a host that is one field of the kind host, and nothing else',
  ],
  [
    'a typed host that is known by a rule of another meaning',
    homely,
    {
      unauthenticated: { get: '/api/v1/ping', responses: [{ status: 418, means: 'go-on' }] },
    },
    'unauthenticated: selfHosted needs it: how the product is recognised before anything secret is sent (expect, a response that means recognised, or apiHeader)',
  ],
  [
    'a product that nothing recognises',
    homely,
    { 'unauthenticated.expect': undefined },
    'unauthenticated: selfHosted needs it: how the product is recognised before anything secret is sent (expect, a response that means recognised, or apiHeader)',
  ],
  [
    'an exchange on an open host',
    tokenly,
    { 'exchange.host': '{site}.herokuapp.com' },
    'exchange.host: anybody can have a name below herokuapp.com: write out a domain that one company has',
  ],
  [
    'a number of two digits as the last label',
    payloom,
    { host: 'api.10' },
    'host: api.10 is an address by number',
  ],
  [
    'no host name',
    payloom,
    { host: 'api-.payloom.com' },
    'host: "api-.payloom.com" is not a host name',
  ],
  [
    'a second host that is shared',
    lumina,
    { host: ['{site}.lumina-desk.com', '{site}.github.io'] },
    'host[1]: anybody can have a name below github.io: write out a domain that one company has',
  ],
  [
    'a sandbox that is shared',
    lumina,
    { host: ['{site}.lumina-desk.com', { host: '{site}.github.io', environment: 'sandbox' }] },
    'host[1].host: anybody can have a name below github.io: write out a domain that one company has',
  ],
  [
    'a typed port of chosen hosts',
    payloom,
    { 'fields.region': { choices: ['us', 'eu'] }, host: '{region}.payloom.com', port: 'typed' },
    'port: no part of the host is typed, so the port is not either: give the number',
  ],
  [
    'as many other fields in a second template',
    lumina,
    { 'fields.zone': {}, host: ['{site}.lumina-desk.com', '{zone}.lumina-desk.com'] },
    'host[1]: it has other fields than the first: all of a list have the same',
  ],
  [
    'a typed host as a part',
    homely,
    { host: 'desk.{server}' },
    [
      'host: a field of the kind host must be the whole host',
      'selfHosted: it is for a host that is one field of the kind host, and nothing else',
    ],
  ],
  [
    'a typed host twice',
    homely,
    { host: ['{server}', '{server}'] },
    'selfHosted: it is for a host that is one field of the kind host, and nothing else',
  ],
  [
    'selfHosted with tenants',
    lumina,
    { selfHosted: true },
    'selfHosted: it is for a host that is one field of the kind host, and nothing else',
  ],
  [
    'a product of which nothing can be asked',
    homely,
    { 'unauthenticated.get': undefined, test: { post: '/api/v1/me', expect: { at: 'id' } } },
    'unauthenticated.get: selfHosted needs a path for the unauthenticated request',
  ],
  [
    'too many hosts',
    payloom,
    {
      fields: { ...payloom.fields, a: { choices: choices(21) }, b: { choices: choices(10) } },
      host: '{a}.{b}.payloom.com',
    },
    'host: it makes more than 200 hosts: more than anybody looks at',
  ],
  [
    'a choice that makes a public suffix',
    payloom,
    { 'fields.kind': { choices: ['co', 'org'] }, host: '{kind}.uk' },
    'host: anybody can have a name below co.uk: write out a domain that one company has',
  ],
  [
    'an empty label',
    lumina,
    { host: '{site}..eu.{site}.lumina-desk.com' },
    'host: a label between two dots is empty or too long',
  ],
  [
    'a label that is too long',
    lumina,
    { host: `{site}${'x'.repeat(41)}.lumina-desk.com` },
    'host: a label between two dots is empty or too long',
  ],
  [
    'a label that ends with a hyphen',
    lumina,
    { host: '{site}-.lumina-desk.com' },
    'host: it makes no host names: a label begins and ends with a letter or a digit',
  ],
  ['an open brace', lumina, { host: '{site}.{lumina-desk.com' }, 'host: a { or a } is missing'],
];

const SENDING: readonly Row[] = [
  [
    'no way to send it',
    payloom,
    { auth: {} },
    'auth: it says how the secret is sent: bearer, basic, headers or query',
  ],
  [
    'a secret in a plain header',
    payloom,
    { headers: { 'x-key': '{secretKey}' } },
    'headers["x-key"]: {secretKey} is a secret, and secrets belong in auth or exchange only',
  ],
  [
    'a secret in the query',
    payloom,
    { query: { key: '{secretKey}' } },
    'query.key: {secretKey} is a secret, and secrets belong in auth or exchange only',
  ],
  [
    'a header with a line break',
    payloom,
    { headers: { 'x-a': 'a\r\nb: c' } },
    'headers["x-a"]: only printable ASCII, at most 400 characters',
  ],
  [
    'a header of the connection',
    payloom,
    { headers: { 'content-length': '0' } },
    'headers["content-length"]: the tool sets this header itself',
  ],
  [
    'a header that hides a method',
    payloom,
    { headers: { 'x-http-method-override': 'DELETE' } },
    'headers["x-http-method-override"]: the tool sets this header itself',
  ],
  [
    'a cookie',
    payloom,
    { auth: { headers: { cookie: 's={secretKey}' } } },
    'auth.headers.cookie: the tool sets this header itself',
  ],
  [
    'a header name with capitals',
    payloom,
    { auth: { headers: { 'X-Key': '{secretKey}' } } },
    'auth.headers["X-Key"]: a header name is small letters, digits and -',
  ],
  [
    'an authorization outside auth',
    payloom,
    { headers: { authorization: 'constant' } },
    'headers.authorization: it belongs in auth',
  ],
  [
    'a header twice',
    payloom,
    { auth: { headers: { 'x-key': '{secretKey}' } }, headers: { 'x-key': '1' } },
    'headers["x-key"]: auth has it, too',
  ],
  [
    'two authorizations',
    payloom,
    { 'auth.basic': ['{secretKey}', ''] },
    'auth: bearer, basic and the header authorization are the same header: give one of them',
  ],
  [
    'an unknown field',
    payloom,
    { auth: { bearer: '{secretKey}{x}' } },
    'auth.bearer: {x} is not known here; the fields are secretKey',
  ],
  [
    'a constant header',
    payloom,
    { 'auth.headers': { 'x-a': 'a' } },
    'auth.headers["x-a"]: it names no field: constants belong in headers',
  ],
  [
    'a colon in a user name',
    payloom,
    { auth: { basic: ['a:b', '{secretKey}'] } },
    'auth.basic[0]: a user name ends at the first colon',
  ],
  [
    'an exchange that nothing uses',
    tokenly,
    { auth: { bearer: '{clientSecret}' } },
    'auth: what the exchange extracts is not used: {token}',
  ],
  [
    'an exchange without a secret',
    tokenly,
    { 'exchange.body.secret': undefined },
    'exchange: it names no secret',
  ],
  [
    'a field with the name of an extracted value',
    tokenly,
    { 'fields.token': { kind: 'text' } },
    'exchange.extract.token: a field has this name, too',
  ],
  [
    'two authorizations of an exchange',
    tokenly,
    {
      'exchange.basic': ['{clientId}', '{clientSecret}'],
      'exchange.headers': { authorization: 'x' },
    },
    'exchange.headers.authorization: basic is the same header: give one of them',
  ],
  [
    'a header of the connection in an exchange',
    tokenly,
    { 'exchange.headers': { 'content-encoding': 'gzip' } },
    'exchange.headers["content-encoding"]: the tool sets this header itself',
  ],
  [
    'a form with a number',
    tokenly,
    { 'exchange.as': 'form', 'exchange.body.ttl': 60 },
    'exchange.body: a form-encoded body has a text for each name; write "as": "json"',
  ],
  [
    'a go-on after an exchange',
    tokenly,
    { 'exchange.responses': [{ status: 403, means: 'go-on' }] },
    'exchange.responses[0].means: nothing comes after the exchange that could decide instead',
  ],
  [
    'a bearer without a field',
    payloom,
    { auth: { bearer: 'constant' } },
    ['auth.bearer: it names no field', 'auth: it names no secret'],
  ],
  [
    'a pair without a field',
    payloom,
    { auth: { basic: ['a', 'b'] } },
    ['auth.basic: it names no field', 'auth: it names no secret'],
  ],
  [
    'a pair with an unknown field',
    payloom,
    { auth: { basic: ['{x}', '{secretKey}'] } },
    'auth.basic[0]: {x} is not known here; the fields are secretKey',
  ],
  [
    'a query with an unknown field',
    payloom,
    { auth: { query: { key: '{secretKey}{x}' } } },
    'auth.query.key: {x} is not known here; the fields are secretKey',
  ],
  [
    'a pair without a secret',
    lumina,
    { auth: { basic: ['{email}', 'x'] } },
    'auth: it names no secret',
  ],
  [
    'a part of the query twice',
    payloom,
    { auth: { query: { key: '{secretKey}' } }, query: { key: '1' } },
    'query.key: auth has it, too',
  ],
  [
    'an unknown field in a header',
    lumina,
    { headers: { 'x-a': '{x}' } },
    'headers["x-a"]: {x} is not known here; the fields are site, email, apiKey',
  ],
  [
    'an exchange of which nothing is used',
    tokenly,
    { 'exchange.extract': { token: 'a', ticket: 'b' }, auth: { bearer: '{clientSecret}' } },
    'auth: what the exchange extracts is not used: {token}, {ticket}',
  ],
  [
    'an unknown field in the body of an exchange',
    tokenly,
    { 'exchange.body.more': { x: ['{x}'] } },
    'exchange.body.more.x[0]: {x} is not known here; the fields are site, clientId, clientSecret',
  ],
  [
    'an unknown field in the pair of an exchange',
    tokenly,
    { 'exchange.basic': ['{x}', '{clientSecret}'] },
    'exchange.basic[0]: {x} is not known here; the fields are site, clientId, clientSecret',
  ],
  [
    'a colon in the user name of an exchange',
    tokenly,
    { 'exchange.basic': ['a:b', '{clientSecret}'] },
    'exchange.basic[0]: a user name ends at the first colon',
  ],
  [
    'an exchange that extracts nothing',
    tokenly,
    { 'exchange.extract': {}, auth: { bearer: '{clientSecret}' } },
    ['auth: what the exchange extracts is not used: ', 'exchange.extract: it extracts nothing'],
  ],
  [
    "an extracted word of the tool's own",
    tokenly,
    { 'exchange.extract': { host: 'a' }, auth: { bearer: '{host}' } },
    "exchange.extract.host: host is a word of the tool's own",
  ],
];

const REQUESTS: readonly Row[] = [
  [
    'no test',
    payloom,
    { test: undefined },
    'test: it is needed: a request that only the right credential can make',
  ],
  ['a get and a post', payloom, { 'test.post': '/v1/x' }, 'test: give get or post, one of them'],
  ['a body on a get', payloom, { 'test.body': { a: 1 } }, 'test.body: only a post has a body'],
  [
    'an encoding without a body',
    payloom,
    { test: { post: '/v1/x', as: 'form' } },
    'test.as: it says how body is written, and there is none',
  ],
  [
    'a secret in the path',
    payloom,
    { 'test.get': '/v1/{secretKey}' },
    'test.get: {secretKey} is a secret, and secrets belong in auth or exchange only',
  ],
  [
    'a secret in the body',
    payloom,
    { test: { post: '/v1/x', body: { key: '{secretKey}' } } },
    'test.body: nothing is filled in in the body of a test: {secretKey} would be sent unchanged',
  ],
  [
    'an unknown field in the path',
    payloom,
    { 'test.get': '/v1/{account}' },
    'test.get: {account} is not known here; the fields are secretKey',
  ],
  [
    'a path on another host',
    payloom,
    { 'test.get': '//evil.com/v1' },
    'test.get: a path begins with one / and is printable ASCII without spaces, as in /v1/me',
  ],
  [
    'a path that goes back',
    payloom,
    { 'test.get': '/v1/../x' },
    'test.get: a path goes forward only: no .., \\ or #',
  ],
  [
    'an encoded slash',
    payloom,
    { 'test.get': '/v1/%2e%2e/x' },
    'test.get: a path goes forward only: no .., \\ or #',
  ],
  [
    'a path that cannot be sent unchanged',
    payloom,
    { 'test.get': "/v1?a='b'" },
    'test.get: it cannot be sent unchanged',
  ],
  [
    'invisible text',
    payloom,
    { test: { post: '/v1/x', body: { a: 'b\u200b' } } },
    'test.body.a: it has control or invisible characters in it',
  ],
  [
    'two expectations in one',
    payloom,
    { 'test.expect': { at: 'id', type: 'id', is: 1 } },
    'test.expect: give type or is, not both',
  ],
  [
    'a pointer to what every object has',
    payloom,
    { 'test.expect.at': '__proto__.x' },
    'test.expect.at: __proto__ is not allowed as a key',
  ],
  [
    'a label with a bad pointer',
    payloom,
    { 'test.identity': { id: 'id', label: '{first name}' } },
    'test.identity.label: {first name} is not a pointer: write keys with dots between, such as {user.name}',
  ],
  [
    'a write',
    lumina,
    { capabilities: { 'tickets.write': { get: '/v1/x', grantedBy: 'a' } } },
    'capabilities["tickets.write"]: a capability is <thing>.read',
  ],
  [
    'a limit without a status',
    payloom,
    { rateLimited: { header: 'x-left' } },
    'rateLimited.status: it is needed',
  ],
  ['five tests', payloom, { test: ['/a', '/b', '/c', '/d', '/e'] }, 'test: at most 4 of them'],
  [
    'an unknown field in a test that is a path',
    payloom,
    { test: '/v1/{x}' },
    'test: {x} is not known here; the fields are secretKey',
  ],
  [
    'an unknown field in a list of paths',
    payloom,
    { test: ['/v1/me', '/v1/{x}'] },
    'test[1]: {x} is not known here; the fields are secretKey',
  ],
  [
    'an unknown field in a post',
    payloom,
    { test: { post: '/v1/{x}' } },
    'test.post: {x} is not known here; the fields are secretKey',
  ],
  [
    'an unknown field before there is a credential',
    lumina,
    { 'unauthenticated.get': '/v1/{x}' },
    'unauthenticated.get: {x} is not known here; the fields are site, email, apiKey',
  ],
  [
    'two expectations before there is a credential',
    lumina,
    { 'unauthenticated.expect': { at: 'id', type: 'id', is: 1 } },
    'unauthenticated.expect: give type or is, not both',
  ],
  [
    'an unknown field in the path of an exchange',
    tokenly,
    { 'exchange.post': '/oauth/{x}' },
    'exchange.post: {x} is not known here; the fields are site, clientId, clientSecret',
  ],
  [
    'invisible text in an exchange',
    tokenly,
    { 'exchange.body.more': 'b\u200b' },
    'exchange.body.more: it has control or invisible characters in it',
  ],
  [
    'an unknown field where the owner is looked up',
    lumina,
    { 'owner.lookUp.get': '/v1/{x}' },
    'owner.lookUp.get: {x} is not known here; the fields are site, email, apiKey',
  ],
  [
    "a bad pointer in the owner's label",
    lumina,
    { 'owner.lookUp.identity.label': '{first name}' },
    'owner.lookUp.identity.label: {first name} is not a pointer: write keys with dots between, such as {user.name}',
  ],
  [
    'an empty pointer',
    payloom,
    { 'test.identity': { id: 'id', label: '{}' } },
    'test.identity.label: {} is not a pointer: write keys with dots between, such as {user.name}',
  ],
  [
    'an unknown field where the roles are',
    lumina,
    {
      'owner.roles': {
        get: '/v1/{x}',
        owned: 'roles',
        id: 'id',
        list: 'roles',
        key: 'id',
        name: 'name',
      },
    },
    'owner.roles.get: {x} is not known here; the fields are site, email, apiKey',
  ],
  [
    'an unknown field in a capability',
    lumina,
    { capabilities: { 'tickets.read': { get: '/v1/{x}', grantedBy: 'a' } } },
    'capabilities["tickets.read"].get: {x} is not known here; the fields are site, email, apiKey',
  ],
  [
    'an unknown field in the second path of a capability',
    lumina,
    { capabilities: { 'tickets.read': { get: ['/v1/a', '/v1/{x}'], grantedBy: 'a' } } },
    'capabilities["tickets.read"].get[1]: {x} is not known here; the fields are site, email, apiKey',
  ],
  ['an open brace in a path', payloom, { 'test.get': '/v1/{x' }, 'test.get: a { or a } is missing'],
  [
    'an optional field in a path',
    payloom,
    { 'fields.team': { kind: 'text', optional: true }, 'test.get': '/v1/{team}' },
    'test.get: {team} may be empty, and a path may not',
  ],
  [
    'a body that is too long',
    payloom,
    { test: { post: '/v1/x', body: { a: 'x'.repeat(4089) } } },
    'test.body: at most 4096 characters',
  ],
  [
    'a form of a test with a number',
    payloom,
    { test: { post: '/v1/x', as: 'form', body: { a: 1 } } },
    'test.body: a form-encoded body has a text for each name',
  ],
];

const RULES: readonly Row[] = [
  [
    'a rule without a condition',
    payloom,
    { responses: [{ means: 'bad-credential' }] },
    'responses[0]: it holds for every response: give status, code, has, header, fromApi or page',
  ],
  [
    'an accepted 401',
    payloom,
    { responses: [{ status: 401, means: 'accepted' }] },
    'responses[0].means: a 401 never proves a credential',
  ],
  [
    'an accepted 429',
    payloom,
    { responses: [{ status: [200, 429], code: 'x', means: 'accepted' }] },
    'responses[0].means: a 429 never proves a credential',
  ],
  [
    'an accepted redirect',
    payloom,
    { responses: [{ status: 302, has: { at: 'x' }, means: 'accepted' }] },
    'responses[0].means: a 302 never proves a credential',
  ],
  [
    'an accepted fault',
    payloom,
    { responses: [{ status: 500, code: 'x', means: 'accepted' }] },
    'responses[0].means: a 500 never proves a credential',
  ],
  [
    'an accepted 403',
    payloom,
    { responses: [{ status: 403, means: 'accepted' }] },
    'responses[0].means: a stranger can respond like that: outside 2xx it needs has, code or "fromApi": true',
  ],
  [
    'an accepted response of any status',
    payloom,
    { responses: [{ page: false, means: 'accepted' }] },
    'responses[0].means: a stranger can respond like that: outside 2xx it needs has, code or "fromApi": true',
  ],
  [
    'an accepted page',
    payloom,
    { responses: [{ status: 200, page: true, means: 'accepted' }] },
    'responses[0].page: a web page never proves a credential',
  ],
  [
    'accepted without a credential',
    lumina,
    { 'unauthenticated.responses': [{ status: 200, means: 'accepted' }] },
    'unauthenticated.responses[0].means: accepted is for the responses to a test',
  ],
  [
    'recognised after a credential',
    lumina,
    { responses: [{ code: 'x', means: 'recognised' }] },
    'responses[0].means: recognised is for unauthenticated.responses',
  ],
  [
    'recognised by any 403',
    lumina,
    { 'unauthenticated.responses': [{ status: 403, means: 'recognised' }] },
    'unauthenticated.responses[0].means: any server can respond like that: it needs has, code or "fromApi": true',
  ],
  [
    'recognised by a page',
    lumina,
    { 'unauthenticated.responses': [{ status: 200, page: true, means: 'recognised' }] },
    'unauthenticated.responses[0].page: a web page is no sign of a product',
  ],
  [
    'a mark without apiHeader',
    payloom,
    { responses: [{ status: 403, fromApi: true, means: 'go-on' }] },
    'responses[0].fromApi: it needs apiHeader',
  ],
  [
    'a missing tenant of a fixed host',
    payloom,
    { responses: [{ status: 404, means: 'no-such-tenant' }] },
    'responses[0].means: the host is fixed: there is no tenant to be missing',
  ],
  [
    'a header without a name',
    payloom,
    { responses: [{ header: { is: 'x' }, means: 'go-on' }] },
    'responses[0].header.name: it is needed',
  ],
  [
    'an unknown meaning',
    payloom,
    { responses: [{ status: 403, means: 'fine' }] },
    `responses[0].means: ${MEANINGS}`,
  ],
  [
    'a rule of a test without a condition',
    payloom,
    { 'test.responses': [{ means: 'bad-credential' }] },
    'test.responses[0]: it holds for every response: give status, code, has, header, fromApi or page',
  ],
  [
    'a rule with two values for one place',
    payloom,
    { responses: [{ has: { at: 'a', type: 'id', is: 1 }, means: 'go-on' }] },
    'responses[0].has: give type or is, not both',
  ],
  [
    'a rule with two values for one header',
    payloom,
    { responses: [{ header: { name: 'x-a', is: '1', contains: '2' }, means: 'go-on' }] },
    'responses[0].header: give is or contains, not both',
  ],
  [
    'a page of the API',
    lumina,
    { responses: [{ fromApi: true, page: true, means: 'go-on' }] },
    'responses[0].page: a page is what the API did not send: fromApi contradicts it',
  ],
  [
    'an accepted 300',
    payloom,
    { responses: [{ status: 300, code: 'x', means: 'accepted' }] },
    'responses[0].means: a 300 never proves a credential',
  ],
  [
    'an accepted 403 beside a 200',
    payloom,
    { responses: [{ status: [200, 403], means: 'accepted' }] },
    'responses[0].means: a stranger can respond like that: outside 2xx it needs has, code or "fromApi": true',
  ],
  [
    'recognised by a 401 or a 403',
    lumina,
    { 'unauthenticated.responses': [{ status: [401, 403], means: 'recognised' }] },
    'unauthenticated.responses[0].means: any server can respond like that: it needs has, code or "fromApi": true',
  ],
  [
    'recognised by any page that is none',
    lumina,
    { 'unauthenticated.responses': [{ page: false, means: 'recognised' }] },
    'unauthenticated.responses[0].means: any server can respond like that: it needs has, code or "fromApi": true',
  ],
  [
    'a rule behind one without a meaning',
    payloom,
    { responses: [{ status: 401 }, { status: 401, means: 'accepted' }] },
    [`responses[0].means: ${MEANINGS}`, 'responses[1].means: a 401 never proves a credential'],
  ],
  [
    'a rule behind others of which one has a slip of its own',
    payloom,
    { responses: [{ status: 401 }, 5, { status: 401, means: 'accepted' }] },
    [
      `responses[0].means: ${MEANINGS}`,
      'responses[1]: it must be an object',
      'responses[2].means: a 401 never proves a credential',
    ],
  ],
];

const TEXTS: readonly Row[] = [
  [
    'an unknown name in a message',
    payloom,
    { messages: { 'bad-credential': { what: '{hots} refused it' } } },
    `messages["bad-credential"].what: {hots} is not known here; texts may have ${TEXT_NAMES} and fields that are not secret`,
  ],
  [
    'a secret in a message',
    payloom,
    { messages: { 'bad-credential': { why: 'it is {secretKey}' } } },
    'messages["bad-credential"].why: {secretKey} is a secret, and secrets belong in auth or exchange only',
  ],
  [
    'a full stop',
    payloom,
    { messages: { 'bad-credential': { what: 'It is wrong.' } } },
    'messages["bad-credential"].what: no full stop at its end: it becomes part of a sentence',
  ],
  [
    'no full stop',
    payloom,
    { messages: { 'bad-credential': { next: 'Copy it' } } },
    'messages["bad-credential"].next: it says what to do, in a sentence that ends with a full stop',
  ],
  [
    'a claim that nothing proves',
    payloom,
    { messages: { 'bad-credential': { what: 'The key has expired' } } },
    'messages["bad-credential"].what: a response has to prove "invalid" or "expired": say "refused" or "not known"',
  ],
  [
    'a message that is never shown',
    payloom,
    { messages: { 'other-tenant': { what: 'a' } } },
    'messages["other-tenant"]: no response of this provider leads to other-tenant: leave it out, or let a response mean it',
  ],
  [
    'a message of the tool',
    payloom,
    { messages: { 'definition-changed': { what: 'a' } } },
    'messages["definition-changed"]: the tool itself says this, in its own words: leave it out',
  ],
  [
    'a message of a store',
    payloom,
    { messages: { 'store-locked': { what: 'a' } } },
    'messages["store-locked"]: the tool itself says this, in its own words: leave it out',
  ],
  [
    'an unknown field to ask for',
    payloom,
    { messages: { 'bad-credential': { ask: ['apiKey'] } } },
    'messages["bad-credential"].ask[0]: there is no such field; the fields are secretKey',
  ],
  [
    'a field in the message of a host',
    lumina,
    { otherHost: { what: '{host} is not {site}' } },
    'otherHost.what: {site} is not known here; only {host} and {provider} are known here',
  ],
  [
    'a role without roles',
    lumina,
    { 'owner.warnings': [{ code: 'a', when: { onlyRole: ['Admin'] }, message: 'a' }] },
    'owner.warnings[0].when: onlyRole needs owner.roles',
  ],
  [
    'a secret that is looked up',
    lumina,
    { 'owner.lookUp.field': 'apiKey' },
    'owner.lookUp.field: it is a field that is not secret',
  ],
  [
    'a day that does not exist',
    payloom,
    { 'sources.0.checked': '2026-02-30' },
    'sources[0].checked: a date, as 2026-11-25',
  ],
  ['a day in words', payloom, { tried: 'last week' }, 'tried: a date, as 2026-11-25'],
  [
    'a text in place of a list',
    payloom,
    { errorCodes: 'errors.0.extensions.code' },
    'errorCodes: it must be a list',
  ],
  [
    'a list where an object must be',
    payloom,
    { auth: [] },
    'auth: it must be an object, as { "bearer": "{apiKey}" }',
  ],
  [
    'nothing in place of an object',
    payloom,
    { auth: undefined },
    'auth: it is needed, as { "bearer": "{apiKey}" }',
  ],
  ['a yes in place of a number', payloom, { port: true }, 'port: it must be "typed" or a number'],
  [
    'a status as a text',
    payloom,
    { responses: [{ status: '400', means: 'bad-credential' }] },
    'responses[0].status: it must be a number or a list',
  ],
  ['no source', payloom, { sources: [] }, 'sources: at least 1 of them'],
  [
    'an unknown key',
    payloom,
    { script: 'x' },
    'script: there is no such key here: a definition is data',
  ],
  [
    'a key that every object has',
    payloom,
    { constructor: {} },
    'constructor: there is no such key here',
  ],
  ['a number in place of a text', payloom, { summary: 3 }, 'summary: it must be a text'],
  [
    'an unknown name in a cause',
    payloom,
    { messages: { 'bad-credential': { causes: ['it is {x}'] } } },
    `messages["bad-credential"].causes[0]: {x} is not known here; texts may have ${TEXT_NAMES} and fields that are not secret`,
  ],
  [
    'an unknown field to ask for among several',
    lumina,
    { messages: { 'bad-credential': { ask: ['apiKey', 'key'] } } },
    'messages["bad-credential"].ask[1]: there is no such field; the fields are site, email, apiKey',
  ],
  [
    'a full stop in the words of a rule',
    payloom,
    { responses: [{ status: 403, means: 'go-on', why: 'it is wrong.' }] },
    'responses[0].why: no full stop at its end: it becomes part of a sentence',
  ],
  [
    'a field in the message of a refused host',
    lumina,
    { refusedHosts: [{ hosts: ['.x.com'], what: '{site} is not it', next: 'Go.' }] },
    'refusedHosts[0].what: {site} is not known here; only {host} and {provider} are known here',
  ],
  [
    'a full stop in the message of a host',
    lumina,
    { otherHost: { what: 'It is {provider}.' } },
    'otherHost.what: no full stop at its end: it becomes part of a sentence',
  ],
  [
    'no full stop in the message of a host',
    lumina,
    { otherHost: { next: 'Look again' } },
    'otherHost.next: it says what to do, in a sentence that ends with a full stop',
  ],
  [
    'an unknown name in what a rotation says',
    payloom,
    { rotation: { before: 'It is {names}.', end: 'It is over.' } },
    `rotation.before: {names} is not known here; texts may have ${TEXT_NAMES} and fields that are not secret`,
  ],
  [
    'braces in a summary',
    payloom,
    { summary: 'you need {x}' },
    'summary: nothing is filled in here: no { or }',
  ],
  [
    'braces in a notice',
    payloom,
    { notice: { message: 'Use {x}.', until: '2027-01-01' } },
    'notice.message: nothing is filled in here: no { or }',
  ],
  [
    'an unknown name in a warning',
    lumina,
    { 'owner.warnings.0.message': 'it acts as {x}' },
    `owner.warnings[0].message: {x} is not known here; texts may have ${TEXT_NAMES} and fields that are not secret`,
  ],
  [
    'a warning about an owner whom nobody knows',
    lumina,
    { 'owner.lookUp': undefined, 'test.0.identity': undefined },
    'owner.warnings[0].when: looksPersonal needs an identity in a test',
  ],
  [
    'a warning twice',
    lumina,
    { 'owner.warnings': [...(lumina.owner?.warnings ?? []), ...(lumina.owner?.warnings ?? [])] },
    'owner.warnings[1].code: personal is there twice',
  ],
  [
    'no full stop for an owner who is not there',
    lumina,
    { 'owner.lookUp.absent.message': '{email} is not in the list' },
    'owner.lookUp.absent.message: a sentence, with a full stop',
  ],
  [
    'an unknown name for an owner who is not there',
    lumina,
    { 'owner.lookUp.absent.message': '{x} is not in the list.' },
    `owner.lookUp.absent.message: {x} is not known here; texts may have ${TEXT_NAMES} and fields that are not secret`,
  ],
  [
    'a message beside a rule that has a slip',
    lumina,
    {
      responses: [{ status: 'x', means: 'no-such-tenant' }],
      messages: { 'no-such-tenant': { what: 'a' } },
    },
    'responses[0].status: it must be a number or a list',
  ],
  [
    'a number in place of a yes',
    payloom,
    { 'fields.secretKey.optional': 3 },
    'fields.secretKey.optional: it must be true',
  ],
  [
    'a misspelt key in a list',
    lumina,
    { 'test.0.expct': { at: 'id' } },
    'test[0].expct: there is no such key here; did you mean expect?',
  ],
];

const GUIDE: readonly Row[] = [
  [
    'a blank for a secret',
    lumina,
    {
      'guide.blanks.key': { blank: '<key>', ask: { label: 'Key', kind: 'text', field: 'apiKey' } },
    },
    'guide.blanks.key.ask.field: it is a field that is not secret: a guide never holds a secret',
  ],
  [
    'a blank that nobody asks for',
    lumina,
    { 'guide.blanks.key': { blank: '<key>' } },
    'guide.blanks.key: it needs ask: how the wizard asks for it',
  ],
  [
    'an unknown blank',
    lumina,
    { 'guide.topics.0.body.0.text': 'At {place}.' },
    'guide.topics[0].body[0].text: {place} is not among guide.blanks',
  ],
  [
    'a page that is told the email',
    lumina,
    { 'guide.topics.0.body.1.page': 'https://{host}/?for={email}' },
    `guide.topics[0].body[1].page: {email} is not known here; ${HINT}`,
  ],
  [
    'an unknown next part',
    lumina,
    { 'guide.topics.0.body.1.next': ['gone'] },
    'guide.topics[0].body[1].next[0]: there is no part gone',
  ],
  [
    'an unknown start',
    lumina,
    { 'guide.starts.apiKey': ['gone'] },
    'guide.starts.apiKey[0]: there is no part gone',
  ],
  [
    'a choice that is too long',
    lumina,
    { 'guide.topics.0.body.1.sees': 'I look for it '.repeat(5).trim() },
    'guide.topics[0].body[1].choice: a choice is at most 60 characters',
  ],
  [
    'an end without anything to do',
    lumina,
    { 'guide.topics.0.body': [{ text: 'Good luck.' }], 'guide.starts': undefined },
    'guide.topics[0].body: it must end with something to do: steps, a case or a message',
  ],
  [
    'a change of an unknown field',
    lumina,
    { 'guide.topics.0.body.1.change': 'region' },
    'guide.topics[0].body[1].change: it is no field',
  ],
  [
    'a value for an unknown field',
    lumina,
    { 'sandbox.values.region': 'eu' },
    'sandbox.values.region: there is no such field; the fields are site, email, apiKey',
  ],
  [
    'a sandbox on none of the hosts',
    lumina,
    { 'sandbox.host': 'acme.lumina.com' },
    'sandbox.host: acme.lumina.com is not one of the hosts in host',
  ],
  [
    'a topic twice',
    lumina,
    { 'guide.topics': [...TOPICS, { ...TOPICS[0], body: [{ steps: ['Go.'] }] }] },
    'guide.topics[1].id: another topic is called key, too',
  ],
  [
    'a part twice',
    lumina,
    { 'guide.topics.0.body.2.id': 'where', 'guide.topics.0.body.1.next': [] },
    'guide.topics[0].body[2].id: another part is called where, too',
  ],
  [
    'five parts that may be next',
    lumina,
    { 'guide.topics.0.body.1.next': ['ask', 'ask', 'ask', 'ask', 'ask'] },
    'guide.topics[0].body[1].next: at most four',
  ],
  [
    'six starts',
    lumina,
    { 'guide.starts.apiKey': ['ask', 'ask', 'ask', 'ask', 'ask', 'ask'] },
    'guide.starts.apiKey: at most five',
  ],
  [
    'a start of an unknown field',
    lumina,
    { 'guide.starts.region': ['where'] },
    'guide.starts.region: it is no field',
  ],
  [
    'a choice of a message that is too long',
    lumina,
    { 'guide.topics.0.body.2.choice': 'Write to an admin '.repeat(4).trim() },
    'guide.topics[0].body[2].choice: a choice is at most 60 characters',
  ],
];

describe.each([
  ['names', NAMES],
  ['fields', FIELDS],
  ['hosts', HOSTS],
  ['sending', SENDING],
  ['requests', REQUESTS],
  ['rules', RULES],
  ['texts', TEXTS],
  ['the guide and the sandbox', GUIDE],
])('%s', (_, rows) => {
  it.each(rows)('%s', (_what, definition, changes, faults) => {
    expect(faultsOf(changed(definition, changes))).toEqual([faults].flat());
  });
});

describe('no fault is', () => {
  it.each<readonly [string, Definition, Readonly<Record<string, unknown>>]>([
    ["a vendor's variable on its own host", payloom, { id: 'stripe-pay', host: 'api.stripe.com' }],
    ["a vendor's variable on its domain", payloom, { id: 'stripe-pay', host: 'stripe.com' }],
    [
      "a vendor's variable on its chosen hosts",
      payloom,
      { id: 'stripe-pay', host: '{r}.stripe.com', 'fields.r': { choices: ['us', 'eu'] } },
    ],
    ['a name in Latin and Japanese letters', payloom, { name: 'Payloom 決済サービス' }],
    ['a name in Greek letters', payloom, { name: 'Παρασκευή 2.0' }],
    [
      'the twelfth field',
      payloom,
      { fields: { ...payloom.fields, ...manyFields(11) }, query: query(11) },
    ],
    [
      'one secret of two that may be left out',
      payloom,
      {
        'fields.spareKey': { optional: true },
        headers: undefined,
        'auth.headers': { 'x-spare': '{spareKey}' },
      },
    ],
    ['a length of one number only', payloom, { 'fields.secretKey.format': { length: [20, 20] } }],
    [
      'a header with one value',
      payloom,
      { responses: [{ header: { name: 'x-a', is: 'b' }, means: 'go-on' }] },
    ],
    [
      'a refusal by the exchange',
      tokenly,
      { 'exchange.responses': [{ status: 418, means: 'refused-unclear' }] },
    ],
    ['a notice', lumina, { notice: { message: 'It ends soon' } }],
    [
      'an accepted refusal that only the API sends',
      lumina,
      { responses: [{ status: 403, fromApi: true, means: 'accepted' }] },
    ],
    ['a page with a port', lumina, { 'fields.apiKey.page': 'https://lumina-desk.com:8443/keys' }],
    [
      'a page with a part of the host',
      lumina,
      { 'fields.apiKey.page': 'https://lumina-desk.com/{site}' },
    ],
    [
      'a page on a host that many share',
      lumina,
      { 'fields.apiKey.page': 'https://acme.github.io/' },
    ],
    ['an ending with a digit', payloom, { host: 'api.payloom.x1' }],
    ['an ending that begins with a digit', payloom, { host: 'api.payloom.1x' }],
    ['an ending that has localhost in it', payloom, { host: 'api.payloom.mylocalhost' }],
    ['an ending that begins with local', payloom, { host: 'api.payloom.locals' }],
    ["a fixed host that is a company's suffix", payloom, { host: 'github.io' }],
    ['a label of 40 characters', lumina, { host: `{site}${'x'.repeat(40)}.lumina-desk.com` }],
    ['a typed port of a tenant', lumina, { port: 'typed' }],
    [
      'a typed host of a product with a header',
      homely,
      { 'unauthenticated.expect': undefined, apiHeader: 'x-homely' },
    ],
    [
      'a typed host of a product with a code',
      homely,
      {
        unauthenticated: {
          get: '/ping',
          responses: [
            { status: 404, means: 'no-such-tenant' },
            { code: 'who', means: 'recognised' },
          ],
        },
      },
    ],
    [
      'a typed host that its test asks',
      homely,
      { 'unauthenticated.get': undefined, test: [{ post: '/a', expect: { at: 'id' } }, '/b'] },
    ],
    ['a sandbox on a typed host', homely, { 'sandbox.host': 'desk.acme.example' }],
    [
      'a constant authorization beside a key in the query',
      payloom,
      { auth: { headers: { authorization: 'constant' }, query: { key: '{secretKey}' } } },
    ],
    [
      'an exchange of which a part is used',
      tokenly,
      { 'exchange.extract': { token: 'a', ticket: 'b' } },
    ],
    ['an authorization of an exchange', tokenly, { 'exchange.headers': { authorization: 'x' } }],
    ['a pair of an exchange', tokenly, { 'exchange.basic': ['{clientId}', '{clientSecret}'] }],
    ['a number in the JSON of an exchange', tokenly, { 'exchange.body.ttl': 60 }],
    ['nothing in the JSON of an exchange', tokenly, { 'exchange.body.ttl': null }],
    [
      'GraphQL in an exchange',
      tokenly,
      { 'exchange.body.query': 'mutation { login(id: "{clientId}") { token { value } } }' },
    ],
    [
      'line ends and tabs in a body',
      payloom,
      { test: { post: '/x', body: { a: 'b\n\tc' }, expect: { at: 'id' } } },
    ],
    ['a body of 4096 characters', payloom, { test: { post: '/x', body: { a: 'x'.repeat(4088) } } }],
    ['a form of texts in a test', payloom, { test: { post: '/x', as: 'form', body: { a: '1' } } }],
    ['an accepted 201', payloom, { responses: [{ status: [201, 299], means: 'accepted' }] }],
    [
      'an accepted 400 with a value',
      payloom,
      { responses: [{ status: 400, has: { at: 'id' }, means: 'accepted' }] },
    ],
    [
      'recognised by a 401',
      lumina,
      { 'unauthenticated.responses': [{ status: 401, means: 'recognised' }] },
    ],
    [
      'the names in what a shared key says',
      payloom,
      { rotation: { shared: 'It is that of {names}.', end: 'x.' } },
    ],
    [
      'the provider in the message of a host',
      lumina,
      { otherHost: { what: '{host} is not {provider}' } },
    ],
    ['a warning about an owner of a test', lumina, { 'owner.lookUp': undefined }],
    ['a warning about an owner who is looked up', lumina, { 'test.0.identity': undefined }],
    ['a choice of 60 characters', lumina, { 'guide.topics.0.body.2.choice': 'x'.repeat(60) }],
    [
      'four parts that may be next',
      lumina,
      { 'guide.topics.0.body.1.next': ['ask', 'ask', 'ask', 'ask'] },
    ],
    ['five starts', lumina, { 'guide.starts.apiKey': ['ask', 'ask', 'ask', 'ask', 'ask'] }],
  ])('%s', (_, definition, changes) => {
    expect(faultsOf(changed(definition, changes))).toEqual([]);
  });

  it.each([
    'x-host',
    'hosted',
    'x-date',
    'updated',
    'my-cookie',
    'cookies',
    'accept',
    'x-via',
    'secret',
  ])('the header %s', (name) => {
    expect(faultsOf({ ...payloom, headers: { [name]: '1' } })).toEqual([]);
  });
});

it.each([
  'host',
  'content-type',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'cookie',
  'cookie2',
  'set-cookie',
  'set-cookie2',
  'origin',
  'referer',
  'forwarded',
  'x-forwarded-for',
  'x-real-ip',
  'via',
  'proxy-authorization',
  'sec-fetch-mode',
  'accept-encoding',
  'user-agent',
  'date',
  'dnt',
  'x-http-method',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
  'alt-used',
  'http2-settings',
])("the header %s is nobody's to set", (name) => {
  expect(faultsOf({ ...payloom, headers: { [name]: '1' } })).toEqual([
    expect.stringContaining('the tool sets this header itself'),
  ]);
});

describe('all faults', () => {
  it('of shape and rules are named at once, each with its place', () => {
    const definition = changed(lumina, {
      nme: 'x',
      'fields.apiKey.label': '',
      'fields.apiKey.page': 'https://{host}/?{email}',
      host: '{site}.com',
      'headers.x-version': '{apiKey}',
      'test.0.expect': 5,
      'test.1.get': '/v1/{nobody}',
      responses: [
        { means: 'go-on' },
        { status: 'x', means: 'go-on' },
        { status: 401, means: 'accepted' },
      ],
      'sources.0.checked': 'once',
    });
    expect(
      faultsOf(definition)
        .map((each) => each.slice(0, each.indexOf(': ')))
        .toSorted(),
    ).toEqual(
      [
        'fields.apiKey.label',
        'fields.apiKey.page',
        'headers["x-version"]',
        'host',
        'nme',
        'responses[0]',
        'responses[1].status',
        'responses[2].means',
        'sources[0].checked',
        'test[0].expect',
        'test[1].get',
      ].toSorted(),
    );
  });

  it('leave out those that only follow from a slip in the host', () => {
    expect(
      faultsOf(changed(lumina, { host: '{stie}.lumina-desk.com', unresolved: 'no-such-tenant' })),
    ).toEqual(['host: {stie} is no field; the fields are site, email, apiKey']);
  });

  it.each([
    [
      'a list',
      [],
      '(the file): it must be an object, as { "schemaVersion": 1, "id": "acme-desk", … }',
    ],
    ['a version in quotes', { ...payloom, schemaVersion: '2' }, 'schemaVersion: it must be 1'],
    ['a version between two', { ...payloom, schemaVersion: 1.5 }, 'schemaVersion: it must be 1'],
    ['many brackets', JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`), expect.any(String)],
  ])('are one if the file has %s', (_, value, fault) => {
    expect(faultsOf(value)).toEqual([fault]);
  });

  it('are one if the file has a later version', () => {
    expect(faultsOf({ schemaVersion: 2, colour: 'blue', fields: [] })).toEqual([
      'schemaVersion: this file is of version 2, and this connect-wizard reads version 1: a newer one reads it',
    ]);
  });
});

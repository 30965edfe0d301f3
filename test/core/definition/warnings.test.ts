import { describe, expect, it } from 'vitest';
import type { Definition } from '../../../src/core/definition/schema.js';
import { warningsOf } from '../../../src/core/definition-check/warnings.js';
import { changed, homely, lumina, payloom, tokenly } from '../../support/definitions.js';
import { TAKEN } from '../../support/taken.js';

const TODAY = new Date('2026-11-25T12:00:00Z');

/** Without warnings, so that a change shows its own. */
const quiet = changed(payloom, {
  'test.identity': { id: 'id' },
}) as Definition;
const tenant = changed(lumina, {}) as Definition;

function warned(
  definition: Definition,
  changes: Readonly<Record<string, unknown>> = {},
  today = TODAY,
): string[] {
  return warningsOf(changed(definition, changes) as Definition, TAKEN, today).map(
    ({ path, message }) => `${path}: ${message}`,
  );
}

it.each([
  ['a fixed host', quiet],
  ['a tenant with a header of its own', tenant],
  [
    'a typed host with a sign',
    changed(homely, { 'fields.token.where': 'x', 'test.identity': { id: 'id' } }) as Definition,
  ],
])('a definition of %s may have nothing to look at again', (_, definition) => {
  expect(warned(definition)).toEqual([]);
});

describe('a warning comes', () => {
  it.each<readonly [string, Definition, Readonly<Record<string, unknown>>, string]>([
    [
      'at a test that expects nothing',
      quiet,
      { 'test.expect': undefined },
      'test: without expect, any 2xx that is no page proves the credential',
    ],
    [
      'at a test of a list that expects nothing',
      tenant,
      { 'test.1.expect': undefined },
      'test[1]: without expect, any 2xx that is no page proves the credential',
    ],
    [
      'at a POST',
      quiet,
      { 'test.get': undefined, 'test.post': '/v1/me' },
      'test.post: it is a POST: nobody can prove that it only reads',
    ],
    [
      'at tests that identify nobody',
      tenant,
      { 'test.0.identity': undefined },
      'test: without identity, nobody sees whose credential it is',
    ],
    [
      'at a secret without a place',
      tenant,
      { 'fields.apiKey.where': undefined },
      'fields.apiKey: neither where nor page says where the Access key is found',
    ],
    [
      'at an accepted 403',
      tenant,
      { responses: [{ status: [200, 403], code: 'x', means: 'accepted' }] },
      'responses[0]: a 403 is taken for a right credential',
    ],
    [
      'at a 403 that strangers get, too',
      quiet,
      { responses: [{ status: 403, means: 'bad-credential' }] },
      'responses[0]: without apiHeader, a 403 that strangers get, too, is read as not-an-api, and never comes here',
    ],
    [
      'at a product that only a 401 recognises',
      tenant,
      { apiHeader: undefined },
      'unauthenticated: the product is recognised only by a 401, which any server may send',
    ],
    [
      'at a product that says of a 401 alone that it is recognised',
      tenant,
      { apiHeader: undefined, 'unauthenticated.responses': [{ status: 401, means: 'recognised' }] },
      'unauthenticated: the product is recognised only by a 401, which any server may send',
    ],
    [
      'at an old source',
      quiet,
      { 'sources.1': { what: 'x', checked: '2025-11-24' } },
      'sources[1].checked: it was last read more than a year ago',
    ],
    [
      'at a notice that is over',
      quiet,
      { notice: { message: 'It ends.', until: '2026-11-24' } },
      'notice.until: that day has passed',
    ],
    [
      'at the domain of a built-in',
      tenant,
      { host: ['{site}.lumina-desk.com', '{site}.gladly.qa'] },
      'host: the built-in gladly has the same one',
    ],
  ])('%s', (_, definition, changes, warning) => {
    expect(warned(definition, changes)).toEqual([warning]);
  });
});

describe('no warning comes', () => {
  it.each<readonly [string, Definition, Readonly<Record<string, unknown>>]>([
    ['at a page in place of a place', tenant, { 'fields.apiKey': { page: 'https://{host}/' } }],
    ['at a refused 403', tenant, { responses: [{ status: 403, means: 'bad-credential' }] }],
    ['at a 401 that is refused', quiet, { responses: [{ status: 401, means: 'bad-credential' }] }],
    [
      'at a 403 that the next test decides',
      quiet,
      { responses: [{ status: 403, means: 'go-on' }] },
    ],
    [
      'at a product with a value of its own',
      tenant,
      { apiHeader: undefined, unauthenticated: { get: '/v1', expect: { at: 'product' } } },
    ],
    [
      'at a product with a code of its own',
      tenant,
      {
        apiHeader: undefined,
        'unauthenticated.responses': [{ status: 401, code: 'x', means: 'recognised' }],
      },
    ],
    [
      'at a product with another status of its own',
      tenant,
      {
        apiHeader: undefined,
        'unauthenticated.responses': [{ status: 400, has: { at: 'a' }, means: 'recognised' }],
      },
    ],
    [
      'at chosen hosts, which lead nowhere else',
      quiet,
      { host: '{region}.payloom.com', 'fields.region': { choices: ['us', 'eu'] } },
    ],
    ['at a source of a year ago', quiet, { 'sources.0.checked': '2025-11-26' }],
    ['at a notice of today', quiet, { notice: { message: 'It ends.', until: '2026-11-25' } }],
  ])('%s', (_, definition, changes) => {
    expect(warned(definition, changes)).toEqual([]);
  });

  it('at a product of which nothing can be asked without a credential', () => {
    const definition = {
      ...tokenly,
      test: { post: '/v1/me', expect: { at: 'id' }, identity: { id: 'id' } },
    };
    expect(warned(definition, { 'fields.clientSecret.where': 'x' })).toEqual([
      'test.post: it is a POST: nobody can prove that it only reads',
    ]);
  });
});

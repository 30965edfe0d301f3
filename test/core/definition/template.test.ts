import { describe, expect, it } from 'vitest';
import {
  domainOf,
  globPattern,
  hasGlob,
  isHostName,
  MOST_HOSTS,
  templatePattern,
  writtenOut,
} from '../../../src/core/definition/template.js';

const LABEL = 'x'.repeat(63);
const region = { choices: ['us', 'api.eu'] };
const isOf = (template: string, host: string): boolean =>
  new RegExp(templatePattern(template, { region }), 'u').test(host);

describe('a host name', () => {
  it.each([
    'a.b',
    'a1.2b',
    'a--b.c',
    `${LABEL}.example`,
    `${`${LABEL}.`.repeat(3)}${'x'.repeat(61)}`,
  ])('is %s', (name) => {
    expect(isHostName(name)).toBe(true);
  });

  it.each([
    'a',
    '',
    '.a.b',
    'a..b',
    'a.b.',
    'A.b',
    '-a.b',
    'a-.b',
    'ü.b',
    'a_b.c',
    'a.b\n',
    `x${LABEL}.example`,
    `${`${LABEL}.`.repeat(3)}${'x'.repeat(62)}`,
  ])("isn't %j", (name) => {
    expect(isHostName(name)).toBe(false);
  });
});

describe('a template', () => {
  it.each([
    ['{site}.acme.com', 'a-1.acme.com'],
    ['{site}.{region}.acme.com', 'a.api.eu.acme.com'],
    ['{site}.*.acme.com', 'a.eu-1.acme.com'],
    ['{site}.euc#.acme.com', 'a.euc12.acme.com'],
    ['{site}-app.{site}.acme.com', 'a-app.a.acme.com'],
  ])('%s has %s', (template, host) => {
    expect(isOf(template, host)).toBe(true);
  });

  it.each([
    ['{site}.acme.com', 'a.b.acme.com'],
    ['{site}.acme.com', 'a.acmeXcom'],
    ['{site}.acme.com', 'a.acme.com.evil.example'],
    ['{site}.{region}.acme.com', 'a.apiXeu.acme.com'],
    ['{site}.{region}.acme.com', 'a.uk.acme.com'],
    ['{site}.*.acme.com', 'a..acme.com'],
    ['{site}.euc#.acme.com', 'a.eucx.acme.com'],
    ['{site}-app.{site}.acme.com', 'a-app.b.acme.com'],
  ])("%s doesn't have %s", (template, host) => {
    expect(isOf(template, host)).toBe(false);
  });

  it.each([
    ['acme.com', 'acme.com', false],
    ['{site}.acme.com', 'acme.com', false],
    ['my-{site}-app.acme.com', 'acme.com', false],
    ['{site}.*.acme.com', 'acme.com', true],
    ['{site}.euc#.acme.com', 'acme.com', true],
    ['{site}.acme.com.{region}', '', false],
    ['{site}-acme', '', false],
    ['{site}', '', false],
  ])('%s ends in the domain %j', (template, domain, glob) => {
    expect(domainOf(template)).toBe(domain);
    expect(hasGlob(template)).toBe(glob);
  });

  it('is written out with each combination of its choices', () => {
    const fields = { region, stage: { choices: ['live', 'test'] }, site: {} };
    expect(writtenOut('{site}.{region}-{stage}.{region}.com', fields)).toEqual([
      '{site}.us-live.us.com',
      '{site}.us-test.us.com',
      '{site}.api.eu-live.api.eu.com',
      '{site}.api.eu-test.api.eu.com',
    ]);
  });

  it.each([
    [MOST_HOSTS / 2, MOST_HOSTS],
    [MOST_HOSTS / 2 + 1, undefined],
  ])(
    'with two times %i choices makes %s hosts: at most so many are written out',
    (count, hosts) => {
      const choices = Array.from({ length: count }, (_, index) => `c${index}`);
      const fields = { a: { choices: ['x', 'y'] }, b: { choices } };
      expect(writtenOut('{a}.{b}.com', fields)?.length).toBe(hosts);
    },
  );

  it('has no field that only every object has', () => {
    expect(writtenOut('{constructor}.com', {})).toEqual(['{constructor}.com']);
  });
});

describe('a refused host', () => {
  it.each([
    ['.acme.com', 'acme.com', true],
    ['.acme.com', 'a.b.acme.com', true],
    ['.acme.com', 'xacme.com', false],
    ['acme.com', 'a.acme.com', false],
    ['*.acme.com', 'a-1.acme.com', true],
    ['*.acme.com', 'a.b.acme.com', false],
    ['lb#.acme.com', 'lb12.acme.com', true],
    ['lb#.acme.com', 'lbx.acme.com', false],
  ])('%s is about %s: %s', (glob, host, is) => {
    expect(new RegExp(globPattern(glob), 'u').test(host)).toBe(is);
  });
});

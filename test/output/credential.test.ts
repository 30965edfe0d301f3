import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import type { Values } from '../../src/core/stored-item.js';
import type { AuthScheme, Provider } from '../../src/core/provider.js';
import { redact, Secret } from '../../src/core/secret.js';
import {
  credentialFormats,
  formatCredential,
  formatField,
  type CredentialFormat,
} from '../../src/output/credential.js';
import { describeWith } from '../support/real-parts.js';
import { providers } from '../support/built-ins.js';

interface Whole {
  readonly provider: Provider;
  readonly host: string;
  readonly values: Values;
}

/** Values that a shell, JSON or a header could misread. */
const NASTY: readonly (readonly [string, string])[] = [
  ['nothing odd', 'kQ7rTz29xWmB4vNc8LpD'],
  ['a single quote', "it's-the-key"],
  ['single quotes at both ends', "'quoted-key'"],
  ['only single quotes', "''''"],
  ['double quotes', 'a"key"with'],
  ['spaces', '  a key  with spaces '],
  ['a variable', '$HOME-${PATH}-$$'],
  ['a command', '$(id)`id`;id|id&id>id'],
  ['backslashes', String.raw`\n\\'\"\0\u0041`],
  ['a backslash at the end', 'ends-in-\\'],
  ['a history mark and globs', '!key!*?[a]~#'],
  ['a dash and an equals sign', '-n=--help'],
  ['per cents and braces', '%s%d{apiKey}{token}{email}'],
  ['Unicode', 'schlüssel-ключ-鍵-🔑'],
];

const freshserviceWith = (secret: string): Whole => ({
  provider: known('freshservice'),
  host: 'acme.freshservice.com',
  values: { domain: 'acme', apiKey: new Secret(secret) },
});

const gladlyWith = (secret: string, email = "amy.o'brien+$x@acme.example"): Whole => ({
  provider: known('gladly'),
  host: 'acme.us-1.gladly.com',
  values: { slug: 'acme.us-1', email, token: new Secret(secret) },
});

const BOTH = [
  ['freshservice', freshserviceWith, 'apiKey'],
  ['gladly', gladlyWith, 'token'],
] as const;

function known(id: string): Provider {
  const found = providers.find((each) => each.id === id);
  if (!found) throw new Error(`there is no provider ${id}`);
  return found;
}

const format = (name: CredentialFormat, whole: Whole): string =>
  formatCredential(name, whole).reveal();

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const CASES = BOTH.flatMap(([id, credential, secretField]) =>
  NASTY.map(([what, secret]) => ({ id, what, secret, secretField, whole: credential(secret) })),
);

it('the formats stay the same', () => {
  expect(credentialFormats).toEqual(['raw', 'basic', 'header', 'env', 'powershell', 'json']);
});

describe.each(CASES)('$id with $what', ({ whole, secret, secretField }) => {
  const { provider, host, values } = whole;
  const pair = provider.id === 'gladly' ? `${String(values['email'])}:${secret}` : `${secret}:X`;

  it('raw is the secret as it is', () => {
    expect(format('raw', whole)).toBe(secret);
  });

  it('basic is the pair in base64', () => {
    const text = format('basic', whole);
    expect(text).toBe(base64(pair));
    expect(Buffer.from(text, 'base64').toString()).toBe(pair);
  });

  it('header is one line for curl', () => {
    expect(format('header', whole)).toBe(`Authorization: Basic ${base64(pair)}`);
  });

  it('json is an object of the fields', () => {
    const parsed: unknown = JSON.parse(format('json', whole));
    expect(parsed).toEqual({ ...values, [secretField]: secret });
    expect(Object.keys(parsed as object)).toEqual(provider.fields.map(({ id }) => id));
  });

  it('powershell is one line a variable, with doubled quotes', () => {
    const lines = format('powershell', whole).split('\n');
    const read = lines.map((line) => {
      const [, name, quoted] = /^\$env:([A-Z_]+) = '((?:[^']|'')*)'$/u.exec(line) ?? [];
      return [name, quoted?.replaceAll("''", "'")];
    });
    expect(Object.fromEntries(read)).toEqual(variablesOf(provider, host, values, secret));
  });
});

/** The variables of the fields and of the host, as docs/commands.md has them. */
function variablesOf(
  provider: Provider,
  host: string,
  values: Values,
  secret: string,
): Record<string, unknown> {
  return provider.id === 'gladly'
    ? {
        GLADLY_SLUG: values['slug'],
        GLADLY_EMAIL: values['email'],
        GLADLY_TOKEN: secret,
        GLADLY_HOST: host,
      }
    : {
        FRESHSERVICE_DOMAIN: values['domain'],
        FRESHSERVICE_API_KEY: secret,
        FRESHSERVICE_HOST: host,
      };
}

/** The value of `name` in a shell without variables of its own that reads `text`. */
function readBack(text: string, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'connect-wizard-env-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'credential.env');
  writeFileSync(file, `${text}\n`);
  const script = `set -eu; . "$1"; printf %s "$${name}"`;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script, 'sh', file], {
    env: { PATH: process.env['PATH'] },
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

describeWith(['sh'], 'a shell that reads the env lines', () => {
  it.each(CASES)('of $id with $what has the secret', ({ whole, secret }) => {
    const name = whole.provider.id === 'gladly' ? 'GLADLY_TOKEN' : 'FRESHSERVICE_API_KEY';
    expect(readBack(format('env', whole), name)).toBe(secret);
  });

  it.each([
    ['GLADLY_SLUG', 'acme.us-1'],
    ['GLADLY_EMAIL', "amy.o'brien+$x@acme.example"],
    ['GLADLY_HOST', 'acme.us-1.gladly.com'],
  ])('has %s too', (name, value) => {
    expect(readBack(format('env', gladlyWith("it's")), name)).toBe(value);
  });

  it.each([
    ['FRESHSERVICE_DOMAIN', 'acme'],
    ['FRESHSERVICE_HOST', 'acme.freshservice.com'],
  ])('has %s too', (name, value) => {
    expect(readBack(format('env', freshserviceWith("it's")), name)).toBe(value);
  });
});

describe('env', () => {
  it('quotes each value', () => {
    expect(format('env', freshserviceWith("o'k"))).toBe(
      [
        "FRESHSERVICE_DOMAIN='acme'",
        String.raw`FRESHSERVICE_API_KEY='o'\''k'`,
        "FRESHSERVICE_HOST='acme.freshservice.com'",
      ].join('\n'),
    );
  });
});

describe('powershell', () => {
  it.each([
    ['an apostrophe', "'"],
    ['a left single quote', '\u2018'],
    ['a right single quote', '\u2019'],
    ['a low single quote', '\u201A'],
    ['a reversed single quote', '\u201B'],
  ])('doubles %s, which PowerShell takes for a quote', (_, quote) => {
    const lines = format('powershell', freshserviceWith(`a${quote}b${quote}`)).split('\n');
    expect(lines).toEqual([
      "$env:FRESHSERVICE_DOMAIN = 'acme'",
      `$env:FRESHSERVICE_API_KEY = 'a${quote}${quote}b${quote}${quote}'`,
      "$env:FRESHSERVICE_HOST = 'acme.freshservice.com'",
    ]);
  });

  it.each(['\u2017', '\u201C', '\u201D', '"', '`', '\u00B4', '$&', '$$'])(
    'leaves %j as it is',
    (other) => {
      expect(format('powershell', freshserviceWith(`a${other}b1`))).toContain(`'a${other}b1'`);
    },
  );
});

describe('every format', () => {
  it.each(credentialFormats)('%s is a Secret, and has no line end', (name) => {
    const given = formatCredential(name, gladlyWith('tok-of-this-test-1'));
    expect(given).toBeInstanceOf(Secret);
    expect(String(given)).toBe('[redacted]');
    expect(given.reveal()).not.toMatch(/\n$/u);
    expect(redact(given.reveal())).toContain('[redacted]');
    expect(redact(given.reveal())).not.toContain('tok-of-this-test-1');
  });
});

/** A provider with another auth scheme and Gladly's values. */
const signedBy = (auth: AuthScheme, secret = 'tok-1234'): Whole => {
  const whole = gladlyWith(secret);
  return { ...whole, provider: { ...whole.provider, name: 'Zendesk', auth } };
};

describe('a provider that does not take Basic authentication', () => {
  const bearer = signedBy({ headers: { authorization: 'Bearer {token}' }, query: {} });
  const own = signedBy({ headers: { 'x-api-key': 'key={token}' }, query: {} });

  it.each([
    ['bearer', bearer],
    ['a header of another name', own],
  ])('has no basic form: %s', (_, whole) => {
    const run = () => formatCredential('basic', whole);
    expect(run).toThrow(UsageError);
    expect(run).toThrow(
      expect.objectContaining({
        advice: {
          what: 'Zendesk does not take Basic authentication',
          next: expect.stringContaining('--format header') as string,
        },
      }) as Error,
    );
  });

  it.each([
    ['Authorization: Bearer tok-1234', bearer],
    ['X-Api-Key: key=tok-1234', own],
  ])('has a header: %s', (line, whole) => {
    expect(format('header', whole)).toBe(line);
  });

  it.each(credentialFormats.filter((name) => name !== 'basic'))('has %s', (name) => {
    expect(format(name, bearer)).toContain('tok-1234');
  });
});

const plain = (value: string | Secret): string =>
  value instanceof Secret ? value.reveal() : value;

describe('one field', () => {
  it.each([
    ['slug', 'acme.us-1'],
    ['email', "amy.o'brien+$x@acme.example"],
    ['token', "it's a $token"],
  ])('%s is printed as it is', (id, value) => {
    expect(plain(formatField(gladlyWith("it's a $token"), id))).toBe(value);
  });

  it('stays a Secret if it is secret', () => {
    expect(formatField(freshserviceWith('tok-1234'), 'apiKey')).toBeInstanceOf(Secret);
  });

  it.each(['apikey', 'api-key', 'API key', 'token', 'host', '', 'constructor', '__proto__'])(
    '%j is refused, and the error names the fields of Freshservice',
    (id) => {
      const run = () => formatField(freshserviceWith('tok-1234'), id);
      expect(run).toThrow(UsageError);
      expect(run).toThrow(
        expect.objectContaining({
          advice: {
            what: 'Freshservice has no such field',
            next: '--field takes one of: domain, apiKey.',
          },
        }) as Error,
      );
    },
  );
});

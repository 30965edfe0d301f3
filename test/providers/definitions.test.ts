import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { adviceFor } from '../../src/core/advice.js';
import { isAllowedHost, readHost } from '../../src/core/host.js';
import { providerSchema, type Provider } from '../../src/core/provider.js';
import { verdictByReason, type Reason } from '../../src/core/verdict.js';
import { freshservice } from '../../src/providers/freshservice.js';
import { gladly } from '../../src/providers/gladly.js';
import { providers } from '../../src/providers/index.js';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** Every text in a definition, with where it stands. */
function textsOf(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => textsOf(each, `${path}.${key}`));
}

const IN_EVERY_TEXT = [
  'host',
  'provider',
  'status',
  'name',
  'detail',
  'other',
  'missing',
  'grants',
];

describe.each(providers.map((each) => [each.id, each] as const))(
  'the definition of %s',
  (_, provider) => {
    it('is what the schema says', () => {
      expect(() => providerSchema.parse(provider)).not.toThrow();
    });

    it('is data: it can be written as JSON and read again', () => {
      expect(JSON.parse(JSON.stringify(provider))).toEqual(provider);
    });

    it('has one field for the host and at least one secret', () => {
      const kinds = provider.fields.map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'host')).toHaveLength(1);
      expect(kinds).toContain('secret');
    });

    it('fills in its texts only what there is to fill in', () => {
      const fields = provider.fields.filter(({ kind }) => kind !== 'secret').map(({ id }) => id);
      const known = new Set([...IN_EVERY_TEXT, ...fields]);
      const special =
        /^\.(?:auth|hosts\.guesses|hosts\.label|hosts\.region)|pattern$|\.identity\.label$/u;
      const strange = textsOf(provider)
        .filter(([path]) => !special.test(path))
        .flatMap(([path, text]) =>
          [...text.matchAll(/\{([^}]*)\}/gu)].flatMap(([, name = '']) =>
            known.has(name) || (name === 'label' && path.startsWith('.remarks'))
              ? []
              : [`${path}: {${name}}`],
          ),
        );
      expect(strange).toEqual([]);
    });

    it('signs with its own fields and nothing else', () => {
      const used = new Set(
        textsOf(provider.auth).flatMap(([, text]) =>
          [...text.matchAll(/\{(\w+)\}/gu)].map(([, name = '']) => name),
        ),
      );
      const fields = new Set(provider.fields.map(({ id }) => id));
      expect([...used].filter((name) => !fields.has(name))).toEqual([]);
      const secrets = provider.fields.filter(({ kind }) => kind === 'secret').map(({ id }) => id);
      expect(secrets.filter((id) => !used.has(id))).toEqual([]);
    });

    it.each(reachable(provider))('has words for %s that end with a next step', (reason) => {
      const fields = Object.fromEntries(provider.fields.map(({ id }) => [id, `<${id}>`]));
      const words = {
        ...fields,
        host: 'h.example',
        detail: 'HTTP 418',
        other: 'o.example',
        missing: 'm',
        grants: 'g',
        name: 'n',
        backend: 'b',
        providerId: provider.id,
        wait: 'a minute',
      };
      const { what, why, causes, next, ask } = adviceFor(provider, reason, words);
      expect(what).toMatch(/[^.]$/u);
      expect(why ?? 'none').toMatch(/[^.]$/u);
      expect(next).toMatch(/\.$/u);
      expect([what, why, ...(causes ?? []), next].join(' ')).not.toMatch(/[{}]/u);
      expect((ask ?? []).filter((id) => !(id in fields))).toEqual([]);
    });

    it('has advice for no reason that cannot come', () => {
      expect(
        Object.keys(provider.advice).filter(
          (each) => !reachable(provider).includes(each as Reason),
        ),
      ).toEqual([]);
    });

    it('says "invalid" or "expired" nowhere: an answer has to prove that', () => {
      expect(JSON.stringify(provider.advice)).not.toMatch(/\b(?:invalid|expired)\b/iu);
    });

    it('guesses hosts that are on its list', () => {
      for (const guess of provider.hosts.guesses) {
        expect(isAllowedHost(provider, guess.replace('{tenant}', 'acme'))).toBe(true);
      }
    });

    it('has examples that can be typed', () => {
      const host = provider.fields.find(({ kind }) => kind === 'host');
      expect(() => readHost(provider, host?.example ?? '')).not.toThrow();
    });

    it('asks for paths that a GET can read, and keeps no secret in them', () => {
      const paths = [
        provider.recognise.path,
        ...provider.probes.map(({ path }) => path),
        ...provider.capabilities.flatMap((each) => each.paths),
        ...(provider.directory ? [provider.directory.path] : []),
        ...provider.fields.flatMap(({ page }) => page ?? []),
      ];
      for (const path of paths) {
        const url = new URL(path, 'https://h.example');
        expect(`${url.host}${url.pathname}${url.search}`).toBe(`h.example${path}`);
        expect(path).not.toMatch(/[{}]/u);
      }
    });

    it('refuses its known wrong hosts even where they look right', () => {
      for (const { pattern } of provider.hosts.refused) {
        expect(() => new RegExp(pattern, 'u')).not.toThrow();
      }
      for (const { suffix } of provider.hosts.suffixes) {
        expect(isAllowedHost(provider, suffix)).toBe(false);
        expect(isAllowedHost(provider, `www.${suffix}`)).toBe(false);
      }
    });
  },
);

/** Every reason that a run with this provider can end with, up to the store. */
function reachable({ recognise, probes, answers, directory, hosts }: Provider): Reason[] {
  const ruled = [recognise, ...probes]
    .flatMap(({ rules }) => rules)
    .concat(answers)
    .map(({ means }) => means)
    .filter((means): means is Reason => means in verdictByReason);
  const always: Reason[] = [
    'ok',
    'missing-permission',
    'missing-feature',
    'rate-limited',
    'server-error',
    'bad-response',
    'not-an-api',
    'dns',
    'connection',
    'timeout',
    'tls-untrusted',
    'tls-expired',
    'tls-name',
    'proxy',
    'not-stored',
    'secret-lost',
  ];
  const refusedEverywhere: Reason[] = answers.some(({ means }) => means === 'go-on')
    ? ['refused-unclear']
    : [];
  const otherTenant: Reason[] = probes.some(({ canonicalHost }) => canonicalHost !== undefined)
    ? ['other-tenant']
    : [];
  const unresolved: Reason[] = hosts.control === undefined ? [] : ['no-such-tenant'];
  expect(directory?.absent.message ?? '.').toMatch(/\.$/u);
  return [...new Set([...ruled, ...always, ...refusedEverywhere, ...otherTenant, ...unresolved])];
}

describe('all definitions', () => {
  it.each(['id', 'name', 'summary'] as const)('differ by %s', (key) => {
    expect(new Set(providers.map((each) => each[key])).size).toBe(providers.length);
  });

  it.each(['flag', 'env'] as const)('differ by the %s of each field', (key) => {
    const all = providers.flatMap(({ fields }) => fields.map((each) => each[key]));
    expect(new Set(all).size).toBe(all.length);
  });

  it('have the flags and variables of the contract', () => {
    const all = providers.flatMap(({ fields }) =>
      fields.map(({ kind, flag, env }) => [kind, flag, env]),
    );
    expect(all).toEqual([
      ['host', 'domain', 'FRESHSERVICE_DOMAIN'],
      ['secret', 'api-key', 'FRESHSERVICE_API_KEY'],
      ['host', 'slug', 'GLADLY_SLUG'],
      ['email', 'email', 'GLADLY_EMAIL'],
      ['secret', 'token', 'GLADLY_TOKEN'],
    ]);
  });

  it.each([
    [
      freshservice,
      [
        'tickets.read',
        'agents.read',
        'groups.read',
        'requesters.read',
        'assets.read',
        'ticket-fields.read',
        'workspaces.read',
      ],
    ],
    [
      gladly,
      ['agents.read', 'inboxes.read', 'topics.read', 'teams.read', 'webhooks.read', 'exports.read'],
    ],
  ])('have the capabilities of the contract: %#', (provider, ids) => {
    expect(provider.capabilities.map(({ id }) => id)).toEqual(ids);
  });

  it('are the only place in the code that names a provider', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
      .map((file) => join(SRC, file))
      .filter((file) => file.endsWith('.ts') && !relative(SRC, file).startsWith('providers'));
    expect(files.length).toBeGreaterThan(20);
    const naming = files.flatMap((file) =>
      withoutComments(readFileSync(file, 'utf8'))
        .split('\n')
        .filter((line) => /freshservice|gladly/iu.test(line))
        .map((line) => `${relative(SRC, file)}: ${line.trim()}`),
    );
    expect(naming).toEqual([]);
  });
});

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\//gu, '').replaceAll(/(^|\s)\/\/.*$/gmu, '');
}

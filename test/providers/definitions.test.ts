import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { adviceFor } from '../../src/core/advice.js';
import { partLabel } from '../../src/core/guide.js';
import { readHost } from '../../src/core/host.js';
import { isAllowedHost } from '../../src/core/wall.js';
import type { Block, GuidedProvider } from '../../src/core/guide.js';
import type { Provider } from '../../src/core/provider.js';
import { verdictByReason, type Reason } from '../../src/core/verdict.js';
import { publicSuffix } from '../../src/adapters/public-suffix.js';
import { checkDefinition } from '../../src/core/definition-check/check.js';
import { secretFields } from '../../src/core/field.js';
import { tenantDomains } from '../../src/core/expand/hosts.js';
import {
  definitions,
  freshservice,
  gladly,
  guided,
  known as listed,
  providers,
} from '../support/built-ins.js';
import { builtIns } from '../../src/providers/index.js';
import { TAKEN } from '../support/taken.js';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** Every text in a definition, with its path. */
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

const RUN_AGAIN = /same command|nothing is known about/iu;

describe.each(providers.map((each) => [each.id, each] as const))(
  'the definition of %s',
  (_, provider) => {
    it('is data: it can be written as JSON and read again', () => {
      expect(JSON.parse(JSON.stringify(provider))).toEqual(provider);
    });

    it('asks for each part of its host, and for at least one secret', () => {
      const kindOf = (id: string) => provider.fields.find((field) => field.id === id)?.kind;
      for (const id of provider.hosts.fields) expect(['host', 'choice']).toContain(kindOf(id));
      expect(secretFields(provider)).not.toEqual([]);
    });

    it('has only known blanks in its texts', () => {
      const fields = provider.fields.filter(({ kind }) => kind !== 'secret').map(({ id }) => id);
      const known = new Set([...IN_EVERY_TEXT, ...fields]);
      const special =
        /^\.(?:auth|exchange|hosts\.templates|probes\.\d\.body)|pattern$|\.identity\.label$/u;
      const strange = textsOf(provider)
        .filter(([path]) => !special.test(path))
        .flatMap(([path, text]) =>
          [...text.matchAll(/\{([^}]*)\}/gu)].flatMap(([, name = '']) =>
            known.has(name) ||
            (name === 'label' && path.startsWith('.warnings')) ||
            (name === 'names' && path === '.rotation.shared')
              ? []
              : [`${path}: {${name}}`],
          ),
        );
      expect(strange).toEqual([]);
    });

    it('sends each secret, and nothing but its fields', () => {
      const used = new Set(
        textsOf([provider.auth, { ...provider.exchange, rules: [] }]).flatMap(([, text]) =>
          [...text.matchAll(/\{(\w+)\}/gu)].map(([, name = '']) => name),
        ),
      );
      const known = new Set([
        ...provider.fields.map(({ id }) => id),
        ...Object.keys(provider.exchange?.extract ?? {}),
      ]);
      expect([...used].filter((name) => !known.has(name))).toEqual([]);
      const secrets = provider.fields.filter(({ kind }) => kind === 'secret').map(({ id }) => id);
      expect(secrets.filter((id) => !used.has(id))).toEqual([]);
    });

    it.each(reachable(provider))('has advice for %s that ends with a next step', (reason) => {
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
        proxyVariable: 'HTTPS_PROXY',
      };
      const { what, why, causes, next, ask } = adviceFor(provider, reason, words);
      expect(what).toMatch(/[^.]$/u);
      expect(why ?? 'none').toMatch(/[^.]$/u);
      expect(next).toMatch(/\.$/u);
      expect([what, why, ...(causes ?? []), next].join(' ')).not.toMatch(/[{}]/u);
      expect((ask ?? []).filter((id) => !(id in fields))).toEqual([]);
      // A menu may follow, and the secret may not be typed yet.
      expect([what, why, ...(causes ?? []), next].join(' ')).not.toMatch(RUN_AGAIN);
    });

    it('never says to run the same command again, since a menu may follow', () => {
      expect(textsOf(provider).filter(([, text]) => RUN_AGAIN.test(text))).toEqual([]);
    });

    it('never says "invalid" or "expired", since a response would have to prove that', () => {
      expect(JSON.stringify(provider.advice)).not.toMatch(/\b(?:invalid|expired)\b/iu);
    });

    it('leads from a name to allowed hosts only', () => {
      const { candidates } = readHost(provider, 'acme');
      for (const host of candidates) expect(isAllowedHost(provider, host)).toBe(true);
    });

    it('has examples that can be typed', () => {
      const host = provider.fields.find(({ kind }) => kind === 'host');
      expect(() => readHost(provider, host?.example ?? '')).not.toThrow();
    });

    it('has paths that can be sent as they stand, without a secret', () => {
      const paths = [
        provider.recognise?.path ?? '/',
        ...provider.probes.map(({ path }) => path),
        ...provider.capabilities.flatMap((each) => each.paths),
        ...(provider.directory ? [provider.directory.path] : []),
      ];
      for (const path of paths) {
        const url = new URL(path, 'https://h.example');
        expect(`${url.host}${url.pathname}${url.search}`).toBe(`h.example${path}`);
        expect(path).not.toMatch(/[{}]/u);
      }
    });

    it("does not allow the vendor's own hosts", () => {
      for (const { pattern } of provider.hosts.refused) {
        expect(() => new RegExp(pattern, 'u')).not.toThrow();
      }
      if (provider.hosts.fields.length === 0) return;
      for (const domain of tenantDomains(provider.hosts.templates)) {
        expect(isAllowedHost(provider, domain)).toBe(false);
        expect(isAllowedHost(provider, `www.${domain}`)).toBe(false);
      }
    });
  },
);

/** Every reason that a run with this provider can end with, up to the store. */
function reachable(provider: Provider): Reason[] {
  const { recognise, probes, responses, directory, hosts, exchange } = provider;
  const ruled = [recognise ?? { rules: [] }, ...probes, exchange ?? { rules: [] }]
    .flatMap(({ rules }) => rules)
    .concat(responses)
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
  const refusedEverywhere: Reason[] = responses.some(({ means }) => means === 'go-on')
    ? ['refused-unclear']
    : [];
  const otherTenant: Reason[] = probes.some(({ canonicalHost }) => canonicalHost !== undefined)
    ? ['other-tenant']
    : [];
  const unresolved: Reason[] = hosts.control === undefined ? [] : ['no-such-tenant'];
  expect(directory?.absent.message ?? '.').toMatch(/\.$/u);
  return [...new Set([...ruled, ...always, ...refusedEverywhere, ...otherTenant, ...unresolved])];
}

/** The quoted parts of a text as patterns, in which `...` matches anything. */
const quotes = (text: string): RegExp[] =>
  [...text.matchAll(/"([^"]+)"/gu)].map(
    ([, quote = '']) => new RegExp(quote.replaceAll(/ ?\.\.\. ?/gu, '.*'), 'u'),
  );

/** Words of other tools and guides; every other quote is the wizard's own. */
const OTHERS = new Set(['authentication failed', 'permission denied', 'wrong address']);

/** A block that says what to do. */
const isAction = (block: Block): boolean =>
  'steps' in block || 'sees' in block || 'message' in block;

const messagesOf = ({ guide }: GuidedProvider) =>
  guide.topics.flatMap(({ body }) => body).filter((block) => 'message' in block);

const partsOf = ({ guide }: GuidedProvider): Block[] => guide.topics.flatMap(({ body }) => body);

const branchesOf = ({ guide }: GuidedProvider, topic: string) =>
  (guide.topics.find(({ id }) => id === topic)?.body ?? []).filter((block) => 'sees' in block);

describe.each(guided.map((each) => [each.id, each] as const))(
  'the guide of %s',
  (_, definition) => {
    const { guide } = definition;
    const texts = textsOf(guide);

    it('is data: it can be written as JSON and read again', () => {
      expect(JSON.parse(JSON.stringify(definition))).toEqual(definition);
    });

    it('uses each of its blanks, and no other', () => {
      const used = texts.flatMap(([, text]) =>
        [...text.matchAll(/\{([^}]*)\}/gu)].map(([, name = '']) => name),
      );
      expect(new Set(used)).toEqual(new Set(Object.keys(guide.blanks)));
    });

    it('has only characters that every terminal has', () => {
      expect(texts.filter(([, text]) => !/^[ -~]+$/u.test(text))).toEqual([]);
    });

    it.each(guide.topics.map((topic) => [topic.id, topic] as const))(
      '%s ends with something to do',
      (topicId, { body }) => {
        expect(body.at(-1), topicId).toSatisfy(isAction);
      },
    );

    it('names only topics that exist', () => {
      const known = new Set(
        guided.flatMap(({ id, guide: { topics } }) => topics.map((topic) => `${id} ${topic.id}`)),
      );
      const named = texts.flatMap(([, text]) =>
        [...text.matchAll(/connect-wizard guide (\S+ [a-z-]+)/gu)].map(([, name = '']) => name),
      );
      expect(named.filter((name) => !known.has(name))).toEqual([]);
    });

    it('leads from each question to parts that exist, and to every part', () => {
      expect(Object.keys(guide.starts)).toEqual(definition.fields.map(({ id }) => id));
      const ids = guide.topics.flatMap(({ body }) =>
        body.flatMap((part) => ('id' in part && part.id !== undefined ? [part.id] : [])),
      );
      expect(new Set(ids).size).toBe(ids.length);
      const named = [
        ...Object.values(guide.starts).flat(),
        ...partsOf(definition).flatMap((part) => ('sees' in part ? (part.next ?? []) : [])),
        // A failed check leads to these.
        ...partsOf(definition).flatMap((part) =>
          'reasons' in part && part.id !== undefined ? [part.id] : [],
        ),
      ];
      expect(named.filter((id) => !ids.includes(id))).toEqual([]);
      const told = ids.filter((id) => !['short-name', 'token-and-sso'].includes(id));
      expect(told.filter((id) => !named.includes(id))).toEqual([]);
      const changed = partsOf(definition).flatMap((part) => ('sees' in part ? [part.change] : []));
      const fields = new Set([undefined, ...definition.fields.map(({ id }) => id)]);
      expect(changed.filter((id) => !fields.has(id))).toEqual([]);
    });

    it('offers few choices at once, each on one line of 80 columns', () => {
      for (const part of partsOf(definition)) {
        expect(partLabel(part) ?? '', 'a choice').toSatisfy((label: string) => label.length <= 60);
        if ('sees' in part) expect((part.next ?? []).length, part.sees).toBeLessThanOrEqual(4);
      }
      for (const start of Object.values(guide.starts)) expect(start.length).toBeLessThanOrEqual(5);
    });

    it('has a different label for each part', () => {
      const labels = partsOf(definition).flatMap((part) => partLabel(part) ?? []);
      expect(labels.filter((label, index) => labels.indexOf(label) !== index)).toEqual([]);
    });

    it('has a source and a date for each step', () => {
      const steps = partsOf(definition).filter((part) => 'sees' in part);
      expect(steps.length).toBeGreaterThan(6);
      for (const { sees, sources } of steps) expect(sources.length, sees).toBeGreaterThan(0);
    });

    it('asks for each blank that a run cannot know', () => {
      for (const [name, { ask }] of Object.entries(guide.blanks)) {
        expect(name === 'host' || ask !== undefined, name).toBe(true);
      }
    });

    it("quotes the wizard's own words", () => {
      const words = reachable(definition)
        .map((each) => adviceFor(definition, each, { host: 'h', email: 'e' }).what)
        .concat(definition.hosts.otherwise.what.replace('{host}', 'h'));
      const quoted = branchesOf(definition, 'troubleshooting').flatMap(({ sees }) => quotes(sees));
      expect(quoted.length).toBeGreaterThan(2);
      const strange = quoted.filter(
        (quote) => !OTHERS.has(quote.source) && !words.some((text) => quote.test(text)),
      );
      expect(strange).toEqual([]);
    });
  },
);

/** The guides that are written by hand; generated ones say less. */
const OWN_GUIDES = new Set(builtIns.filter(({ guide }) => guide).map(({ id }) => id));

describe.each(
  guided.filter(({ id }) => OWN_GUIDES.has(id)).map((each) => [each.id, each] as const),
)('the own guide of %s', (_, definition) => {
  const texts = textsOf(definition.guide);

  it('links only to pages that are known to exist', () => {
    const known = new Set([
      'https://{host}/',
      'https://{host}/a/admin/home',
      'https://acme.freshservice.com',
      'https://acme.gladly.com',
      'https://developer.gladly.com/rest',
      'https://updates.freshservice.com',
      'https://support.freshservice.com/en/support/solutions/articles/50000000293-what-is-the-rate-limit-for-apis-across-all-plans-',
      'https://api.freshservice.com/#error',
    ]);
    const links = texts.flatMap(([, text]) =>
      [...text.matchAll(/https?:\/\/\S+/gu)].map(([link]) => link.replace(/[.,:;]$/u, '')),
    );
    expect(links.length).toBeGreaterThan(2);
    expect(links.filter((link) => !known.has(link))).toEqual([]);
  });

  it('says what each status means, and what to do', () => {
    const seen = branchesOf(definition, 'troubleshooting').map(({ sees }) => sees);
    for (const status of ['400', '401', '403', '404', '429', '500']) {
      expect(seen.filter((text) => text.startsWith(`HTTP ${status}`))).toHaveLength(1);
    }
    expect(seen.join()).toContain('timed out');
  });

  it.each(
    reachable(definition).filter((each) => !['ok', 'not-stored', 'secret-lost'].includes(each)),
  )('explains %s in its troubleshooting', (reason) => {
    const { what } = adviceFor(definition, reason, { host: 'h', email: 'e' });
    const quoted = branchesOf(definition, 'troubleshooting').flatMap(({ sees }) => quotes(sees));
    expect(quoted.filter((quote) => quote.test(what))).toHaveLength(1);
  });

  it('has two messages for an admin, each with what to click, the rights and how to undo it', () => {
    const messages = messagesOf(definition);
    expect(messages).toHaveLength(2);
    for (const { subject, message } of messages) {
      const all = textsOf(message).map(([, text]) => text);
      expect(subject).toContain(definition.name);
      expect(message.filter((part) => 'steps' in part)).toHaveLength(1);
      for (const part of ['{host}', 'Log in at https://{host}/']) {
        expect(all.join(' ')).toContain(part);
      }
      expect(all.join(' ')).toMatch(/\{(?:email|mailbox)\}/u);
      for (const start of ['Hello', 'Rights:', 'To undo it:', 'Please do not send me a ']) {
        expect(all.filter((text) => text.startsWith(start))).toHaveLength(1);
      }
    }
  });
});

describe.each(definitions.map((each) => [each.id, each] as const))('%s', (id, definition) => {
  it("has no fault, and no other built-in's name", () => {
    const others = definitions.filter((each) => each.id !== id);
    const taken = others.map((each) => ({ id: each.id, name: each.name, domains: [] }));
    const { faults } = checkDefinition(definition, { ...TAKEN, builtIns: taken }, publicSuffix);
    expect(faults).toEqual([]);
  });

  it('is data: it can be written as JSON and read again', () => {
    expect(JSON.parse(JSON.stringify(definition))).toEqual(definition);
  });
});

describe('all definitions', () => {
  it('match their rows in the registry', () => {
    const rows = providers.map((each) => {
      const secrets = secretFields(each).map((field) => field.id);
      return { id: each.id, name: each.name, summary: each.summary, secrets };
    });
    expect(listed).toMatchObject(rows);
  });

  it('are in the same order, each with its guide', () => {
    expect(guided.map(({ guide, ...provider }) => [guide.topics.length > 0, provider])).toEqual(
      providers.map((each) => [true, each]),
    );
  });

  it('keep their topics', () => {
    const topics = guided.map(({ id, guide }) => [id, guide.topics.map((each) => each.id)]);
    expect(Object.fromEntries(topics)).toMatchObject({
      freshservice: [
        'find',
        'disabled-key',
        'dedicated-agent',
        'admin-message',
        'limits',
        'troubleshooting',
      ],
      gladly: ['find', 'api-user', 'hosts', 'sso', 'admin-message', 'limits', 'troubleshooting'],
    });
  });

  it.each(['id', 'name'] as const)('differ by %s', (key) => {
    expect(new Set(providers.map((each) => each[key])).size).toBe(providers.length);
  });

  it('differ by the variable of each field', () => {
    const all = providers.flatMap(({ fields }) => fields.map(({ env }) => env));
    expect(new Set(all).size).toBe(all.length);
  });

  it('keep their flags and variables', () => {
    const all = [freshservice, gladly].flatMap(({ fields }) =>
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
  ])('keep their capabilities: %#', (provider, ids) => {
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

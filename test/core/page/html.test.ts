import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expand } from '../../../src/core/expand/expand.js';
import {
  pageCases,
  pageField,
  pageNeeds,
  type LocalPage,
  type SealPage,
} from '../../../src/core/page/data.js';
import { pageHtml, policyOf } from '../../../src/core/page/html.js';
import type { Guide } from '../../../src/core/guide.js';
import { lumina } from '../../support/definitions.js';

const BUILT = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; connect-src 'none'" />
<script type="application/json" id="data">{"use":"none"}</script>`;
const common = {
  provider: { id: 'lumina', name: 'Lumina' },
  host: null,
  fields: [],
  needs: [],
  cases: [],
};
const seal: SealPage = {
  ...common,
  use: 'seal',
  request: 'k3v7q2xm',
  recipient: 'age1x',
  from: null,
  createdAt: '2026-11-20T18:00:00.000Z',
};
const local: LocalPage = {
  ...common,
  use: 'local',
  user: 'ines',
  machine: 'desk',
  program: 'connect-wizard 1.0.0',
  selfHosted: false,
  store: null,
};

describe('the data of a page', () => {
  it('is read back from its block, and cannot end it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const from = `${text}</script><!--&amp;\u2028${text}`;
        const html = pageHtml(BUILT, { ...seal, from });
        const block = /id="data">([^]*)<\/script>$/u.exec(html)?.[1] ?? '';
        expect(block).not.toMatch(/[<>&\u2028\u2029]/u);
        expect((JSON.parse(block) as SealPage).from).toBe(from);
      }),
    );
  });

  it("may hold pieces of the page's own text", () => {
    const from = `{"use":"none"} connect-src 'none' $& $1`;
    const block = /id="data">([^]*)<\/script>$/u.exec(pageHtml(BUILT, { ...seal, from }))?.[1];
    expect((JSON.parse(block ?? '') as SealPage).from).toBe(from);
  });
});

describe('a page that was not built for it is refused:', () => {
  it.each([
    ['without a place for data', BUILT.replace('{"use":"none"}', '{}')],
    ['with two places for data', BUILT.replace('<script', '{"use":"none"}<script')],
    ['without its policy', BUILT.replace('connect-src', 'img-src')],
  ])('%s', (_, built) => {
    expect(() => pageHtml(built, local)).toThrow('the page has no single');
  });

  it('without any policy', () => {
    expect(() => policyOf('<meta charset="utf-8" />')).toThrow('the page has no policy');
  });
});

describe('the policy of a page', () => {
  it('allows no request from a page that somebody else opens', () => {
    expect(policyOf(pageHtml(BUILT, seal))).toBe("default-src 'none'; connect-src 'none'");
  });

  it('allows the page of this machine to answer its own server', () => {
    expect(policyOf(pageHtml(BUILT, local))).toBe("default-src 'none'; connect-src 'self'");
  });
});

describe('what a page asks for', () => {
  it.each([
    ['acme.lumina-desk.com', 'https://acme.lumina-desk.com/keys'],
    ['<site>.lumina-desk.com', undefined],
  ])("has a link to the provider's page if the host is known: %s", (host, page) => {
    const apiKey = { ...lumina.fields['apiKey'], page: 'https://{host}/keys' };
    const { fields } = expand({ ...lumina, fields: { ...lumina.fields, apiKey } });
    const [site, , key] = fields.map((field) => pageField(field, { host }));
    expect(key).toMatchObject({ id: 'apiKey', label: 'Access key', about: ['Of one user.'] });
    expect([site?.page, key?.page]).toEqual([undefined, page]);
    expect(key).not.toHaveProperty('sources');
  });

  it('has the capabilities that are needed, with who grants them', () => {
    const provider = expand(lumina);
    const needed = [{ id: 'tickets.read', grantedBy: 'the role Reader' }];
    expect(pageNeeds(provider, ['tickets.read'])).toEqual(needed);
    expect(pageNeeds(provider, [])).toEqual([]);
  });
});

describe('the cases of a page', () => {
  const sources = [{ what: 'an invented guide', checked: '2026-11-20' }];
  const branch = { means: 'It is so.', todo: ['Do this on {host}.'], sources };
  const guide: Guide = {
    blanks: { host: { blank: '<your host>' } },
    starts: { accessKey: ['where', 'off'], site: ['address'] },
    topics: [
      {
        id: 'find',
        title: 'Find it',
        sources,
        body: [
          { bullets: ['Not a case.'] },
          {
            ...branch,
            id: 'where',
            sees: 'You look for it',
            page: 'https://{host}/keys',
            next: ['off'],
          },
          {
            ...branch,
            id: 'off',
            sees: 'It is off',
            choice: 'Off',
            page: 'https://lumina.example/{team}',
            next: ['admin', 'where'],
          },
          { ...branch, id: 'address', sees: 'You look for the site' },
          {
            id: 'admin',
            choice: 'Write',
            title: 'To',
            subject: 'Hi',
            message: [{ bullets: ['On {host}'] }],
          },
        ],
      },
    ],
  };

  it('are those of its fields and those they lead to, each once', () => {
    const cases = pageCases(guide, ['accessKey'], { host: 'acme.lumina.example' });
    expect(cases).toEqual([
      {
        id: 'where',
        field: 'accessKey',
        title: 'You look for it',
        means: 'It is so.',
        todo: ['Do this on acme.lumina.example.'],
        page: 'https://acme.lumina.example/keys',
        next: ['off'],
      },
      {
        id: 'off',
        field: 'accessKey',
        title: 'Off',
        means: 'It is so.',
        todo: ['Do this on acme.lumina.example.'],
        next: ['admin', 'where'],
      },
      {
        id: 'admin',
        title: 'Write',
        message: 'Subject: Hi\n\n- On acme.lumina.example\n',
        next: [],
      },
    ]);
  });

  it('have no link if a part of its address is not known', () => {
    const cases = pageCases(guide, ['accessKey'], { host: '<your host>' });
    expect(cases.map(({ page }) => page)).toEqual([undefined, undefined, undefined]);
  });
});

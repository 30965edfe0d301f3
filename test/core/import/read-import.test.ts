import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCsv } from '../../../src/core/import/csv.js';
import {
  readImport,
  type ImportFile,
  type ImportProvider,
} from '../../../src/core/import/read-import.js';
import { MOST_ROWS } from '../../../src/core/import/limits.js';
import { Secret } from '../../../src/core/secret.js';

/** Two invented brands: one asks for two fields, one for three. */
const nimbus = {
  id: 'nimbus',
  name: 'Nimbus',
  fields: [
    field('domain', 'Domain', 'host', 'NIMBUS_DOMAIN'),
    field('apiKey', 'API key', 'secret', 'NIMBUS_API_KEY'),
  ],
} satisfies ImportProvider;
const harbor = {
  id: 'harbor',
  name: 'Harbor Desk',
  fields: [
    field('site', 'Site', 'host', 'HARBOR_SITE'),
    field('email', 'Email', 'email', 'HARBOR_EMAIL'),
    field('token', 'Token', 'secret', 'HARBOR_TOKEN'),
  ],
} satisfies ImportProvider;

function field(
  id: string,
  label: string,
  kind: 'host' | 'email' | 'secret',
  env: string,
): ImportProvider['fields'][number] {
  return {
    id,
    label,
    kind,
    env,
    flag: id,
    example: 'amy@acme.example',
    about: [label],
    sources: [],
  };
}

const KEY = 'k3y-Canary-8aZ1qW';
const TOKEN = 't0k-Canary-2mN9xR';

function read(content: string | Uint8Array): ImportFile<ImportProvider> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return readImport<ImportProvider>(bytes, [nimbus, harbor], {
    name: (name) => (name === 'nimbus' ? 'a provider has this name' : undefined),
    store: (store) => (store === 'keychain' ? undefined : 'this store is not allowed'),
    need: (_, needs) => (needs.includes('cats.read') ? 'there is no such capability' : undefined),
    value: (_, __, value) => (value.startsWith('op://') ? 'nobody resolved this' : undefined),
  });
}

/** What was read, with the secrets in the clear. */
function plainRows({ rows, faults }: ImportFile<ImportProvider>) {
  expect(faults).toEqual([]);
  expect(rows.filter(({ misnamed }) => misnamed)).toEqual([]);
  return rows.map(({ path, provider, name, store, needs, values }) => ({
    path,
    provider: provider.id,
    ...(name !== undefined && { name }),
    ...(store !== undefined && { store }),
    ...(needs !== undefined && { needs }),
    values: Object.fromEntries(
      [...values].map(([id, value]) => [id, value instanceof Secret ? value.reveal() : value]),
    ),
  }));
}

/** The faults as `path: message`; no value of the file is in them. */
function faultsOf(content: string): string[] {
  const { faults } = read(content);
  const told = faults.map(({ path, message }) => `${path}: ${message}`);
  expect(told.join('\n')).not.toMatch(/canary/iu);
  return told;
}

const ACME = { domain: 'acme', apiKey: KEY };
const HARBOR = { site: 'acme', email: 'amy@acme.example', token: TOKEN };

test.each([
  [
    '.env',
    `# keys\n\nexport  NIMBUS_DOMAIN=acme\nNIMBUS_API_KEY='${KEY}'\nOTHER="$HOME # x" y\nOTHER=$HOME\n`,
  ],
  ['CSV', `provider,domain,apiKey\nnimbus,acme,${KEY}\n`],
  ['JSON', JSON.stringify([{ provider: 'nimbus', fields: ACME }])],
])('%s in UTF-8, with a byte order mark and in UTF-16 is read alike', (_, text) => {
  const expected = [{ path: expect.any(String), provider: 'nimbus', values: ACME }];
  const utf16 = Buffer.from(text, 'utf16le');
  for (const bytes of [
    Buffer.from(text),
    Buffer.from(`\uFEFF${text}`),
    Buffer.from(`\uFEFF${text}`, 'utf16le'),
    utf16,
    Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
    Buffer.from(text.replaceAll('\n', '\r\n')),
  ]) {
    expect(plainRows(read(bytes))).toEqual(expected);
  }
});

test('a field that is optional or has a default may be left out in each format', () => {
  const dock = {
    id: 'dock',
    name: 'Dock',
    fields: [
      { ...field('region', 'Region', 'host', 'DOCK_REGION'), default: 'eu' },
      { ...field('note', 'Note', 'email', 'DOCK_NOTE'), optional: true },
      field('token', 'Token', 'secret', 'DOCK_TOKEN'),
    ],
  } satisfies ImportProvider;
  const rules = { name: pass, store: pass, need: pass, value: pass };
  for (const text of [
    `DOCK_TOKEN=${TOKEN}\n`,
    `provider,token\ndock,${TOKEN}\n`,
    JSON.stringify({ provider: 'dock', fields: { token: TOKEN } }),
  ]) {
    const found = readImport<ImportProvider>(new TextEncoder().encode(text), [dock], rules);
    expect(plainRows(found)).toMatchObject([{ values: { region: 'eu', token: TOKEN } }]);
  }
});

const pass = (): undefined => undefined;

test('a formula or a cell as long as a file is refused', () => {
  const header = 'provider,domain,apiKey\n';
  expect(faultsOf(`${header}nimbus,acme,=CONCAT(A1;B1)\n`)).toEqual([
    expect.stringContaining('line 2, column apiKey: the value begins with the mark'),
  ]);
  expect(faultsOf(`${header}nimbus,acme,${'x'.repeat(65_537)}\n`)).toEqual([
    'line 2, column apiKey: API key is longer than 64 KiB: that is another file or text.',
  ]);
});

test("a file that isn't text, is empty or has no rows or too many is refused", () => {
  expect(read(Uint8Array.of(0xff, 0x80, 0x81)).faults).toEqual([
    { path: '', message: 'the file is neither UTF-8 nor UTF-16 text' },
  ]);
  expect(faultsOf(' \n\r\n')).toEqual([': the file is empty']);
  expect(faultsOf('provider,domain,apiKey\n,,\n')).toEqual([': the file has no rows']);
  expect(faultsOf('[]')).toEqual([': the file has no rows']);
  expect(faultsOf('EDITOR=vi\n')).toEqual([
    ': the file has no variable of a provider, such as NIMBUS_DOMAIN, NIMBUS_API_KEY',
  ]);
  const many = `provider,domain,apiKey\n${`nimbus,acme,${KEY}\n`.repeat(MOST_ROWS + 1)}`;
  expect(faultsOf(many)).toEqual([': there are 10001 rows, and an import takes 10000']);
});

test('.env: each provider whose variables are all there is one row', () => {
  const rows = plainRows(
    read(
      [
        'HARBOR_SITE=acme',
        '  NIMBUS_DOMAIN="acme"  ',
        `NIMBUS_API_KEY="${KEY}"`,
        'HARBOR_EMAIL=amy@acme.example',
        `HARBOR_TOKEN=${TOKEN}`,
      ].join('\n'),
    ),
  );
  expect(rows).toEqual([
    { path: 'line 2', provider: 'nimbus', values: ACME },
    { path: 'line 1', provider: 'harbor', values: HARBOR },
  ]);
});

test('.env: quoted values are taken as they are written', () => {
  const values = ['a#b$c`d', String.raw`a\nb "q"`, 'key with blanks', '{"not": "JSON"}'];
  const found = values.map((value) => {
    const [row] = plainRows(read(`NIMBUS_DOMAIN=acme\nNIMBUS_API_KEY='${value}'\n`));
    return row?.values['apiKey'];
  });
  expect(found).toEqual(values);
});

test.each(['#', '$', '`', '"', "'", ' ', '\\'])(
  '.env: an unquoted value with %s in it is refused with its line',
  (sign) => {
    const what = sign === ' ' ? 'a blank' : sign;
    expect(faultsOf(`NIMBUS_DOMAIN=acme\nNIMBUS_API_KEY=${KEY}${sign}x\n`)).toEqual([
      `line 2: the value has ${what} in it and no quotes around it, which programs read in different ways; put it in single quotes`,
    ]);
  },
);

test('.env: every fault is named at once', () => {
  expect(
    faultsOf(
      [
        'NIMBUS_DOMAIN=acme',
        `NIMBUS_API_KEY: ${KEY}`,
        'set NIMBUS_DOMAIN=beta',
        'NIMBUS_DOMAIN=beta',
        `HARBOR_TOKEN="${TOKEN}`,
        'OTHER="open',
        "HARBOR_EMAIL='amy@acme.example' # mine",
        'HARBOR_SITE=',
      ].join('\n'),
    ),
  ).toEqual([
    'line 1: for nimbus, this is missing: NIMBUS_API_KEY',
    'line 2: this is neither NAME=value nor a comment',
    'line 3: this is neither NAME=value nor a comment',
    'line 4: NIMBUS_DOMAIN is there twice, first in line 1',
    'line 5: the quote is not closed on its line',
    'line 6: the quote is not closed on its line',
    'line 7: there is something after the closing quote',
    'line 7: for harbor, this is missing: HARBOR_SITE',
  ]);
});

test('.env: a value that is missing or cannot be read hides no fault of the others', () => {
  const missing = 'line 1: for nimbus, this is missing: NIMBUS_DOMAIN';
  const reference = 'op://vault/canary';
  expect(faultsOf(`NIMBUS_API_KEY='${reference}'`)).toEqual([
    missing,
    'line 1, NIMBUS_API_KEY: nobody resolved this',
  ]);
  expect(faultsOf(`NIMBUS_DOMAIN=a$b\nNIMBUS_API_KEY=${reference}`)).toEqual([
    expect.stringMatching(/^line 1: the value has \$ in it/u),
    'line 2, NIMBUS_API_KEY: nobody resolved this',
  ]);
});

test('CSV: names, stores, needs and quotes are read, and empty rows are skipped', () => {
  const rows = plainRows(
    read(
      [
        'provider;name;store;need;domain;apiKey;site;email;token;',
        `nimbus;team/acme;keychain;"tickets.read, agents.read";acme;"${KEY}";;;;`,
        ';;;;;;;;;',
        '',
        `harbor;;;;;;acme; amy@acme.example ;${TOKEN};`,
      ].join('\r\n'),
    ),
  );
  expect(rows).toEqual([
    {
      path: 'line 2',
      provider: 'nimbus',
      name: 'team/acme',
      store: 'keychain',
      needs: ['tickets.read', 'agents.read'],
      values: ACME,
    },
    { path: 'line 5', provider: 'harbor', values: HARBOR },
  ]);
});

test.each(['sep=;', 'SEP=;', '"sep=;"'])('CSV: the line %s of a spreadsheet is skipped', (line) => {
  const text = `${line}\r\nprovider;domain;apiKey\r\nnimbus;acme;${KEY}\r\n`;
  expect(plainRows(read(text))).toEqual([{ path: 'line 3', provider: 'nimbus', values: ACME }]);
  expect(faultsOf(text.replaceAll('\r\nprovider', '\r\nkind'))).toEqual([
    expect.stringMatching(/^line 2: the file has no header line/u),
  ]);
});

test('CSV: commas in values do not decide the delimiter', () => {
  const [row] = plainRows(read(`provider;domain;apiKey\nnimbus;acme;a,b,c,d,e,f\n`));
  expect(row?.values).toEqual({ domain: 'acme', apiKey: 'a,b,c,d,e,f' });
});

test('CSV: blanks around a column and in a cell count for nothing', () => {
  const text = `provider , name, domain, apiKey\n nimbus , ,acme,${KEY}, \n , ,\t, \n`;
  expect(plainRows(read(text))).toEqual([{ path: 'line 2', provider: 'nimbus', values: ACME }]);
});

test('CSV: a line is counted whatever it ends with, also in quotes', () => {
  const lines = ['provider,domain,apiKey', 'nimbus,"acme\r\n\n\r",k3y-12345678', '', ''];
  for (const end of ['\n', '\r', '\r\n']) {
    const text = [...lines, `nimbus,acme,${KEY}`].join(end);
    expect(read(text).rows.map(({ path }) => path)).toEqual(['line 2', 'line 8']);
  }
});

test.each(['-1E+15', '1E-7', '1.23457E+15', '1,2E+15'])(
  'CSV: %s is what a spreadsheet makes of a key',
  (value) => {
    expect(faultsOf(`provider;domain;apiKey\nnimbus;acme;${value}\n`)).toEqual([
      expect.stringContaining('a spreadsheet changed the value'),
    ]);
  },
);

test.each(['k1.2E+15', '1.2E+15k', 'a2V5LTEyMzQ1Ng==', "it's-12345678", '12345678sep=;'])(
  'CSV: %s is read as it is',
  (value) => {
    const [row] = plainRows(read(`provider,domain,apiKey\nnimbus,acme,${value}\n`));
    expect(row?.values['apiKey']).toBe(value);
  },
);

test('CSV: a quote that is never closed hides no later fault', () => {
  expect(faultsOf(`provider,domain,apiKey\nnimbus,acme,"${KEY}\nnimbus,acme\n`)).toEqual([
    'line 2, column 3: a quote is opened and not closed',
    'line 3: there are 2 fields, and the header has 3 columns',
    'line 3: API key (apiKey) is missing',
  ]);
});

test('CSV: a file without a header line is refused, and nothing of it is quoted', () => {
  for (const text of [`nimbus,acme,${KEY}\n`, `${KEY}\n`, `provider\tdomain\nnimbus\t${KEY}\n`]) {
    expect(faultsOf(text)).toEqual([
      expect.stringMatching(/^line 1: the file has no header line/u),
    ]);
  }
});

test('CSV: every fault is named at once, with line and column', () => {
  expect(
    faultsOf(
      [
        'provider,name,name,store,need,domain,apiKey,colour,__proto__,email,',
        `nimbus,nimbus,,vault:x,cats.read,acme,${KEY},,,,`,
        `nimbus,,,,,acme,1.2E+15,,,,`,
        `nimbus,,,,,acme,'${KEY},,,,`,
        `nimbus,,,,,acme,"${KEY}"x,,,,`,
        `nimbus,,,,,acme,"${KEY},,,,`,
        `nimbus,,,,,acme,${KEY}"x,,,,`,
        `nimbus,,,,,acme`,
        `nimbus,,,,,acme,${KEY},,,amy@acme.example,canary`,
        `nimbus,,,,,acme,op://vault/canary,,,,`,
        `nimbus,,,,,acme, ${KEY},,,,`,
        `cumulus,,,,,acme,${KEY},,,,`,
        `nimbus,,,,,,abc,,,,`,
        `nimbus,,,,,acme,acme,,,,`,
        `,,,,,acme,${KEY},,,,`,
      ].join('\n'),
    ),
  ).toEqual([
    'line 1, column 3: the column "name" is there twice',
    'line 1, column 8: "colour" is not a column of an import',
    'line 1, column 9: "__proto__" is not a column of an import',
    'line 2, column name: a provider has this name',
    'line 2, column store: this store is not allowed',
    'line 2, column need: there is no such capability',
    expect.stringMatching(/^line 3, column apiKey: a spreadsheet changed the value into a number/u),
    expect.stringMatching(
      /^line 4, column apiKey: the value begins with the mark that a spreadsh/u,
    ),
    'line 5, column 7: there is something after the closing quote of a field',
    'line 6, column 7: a quote is opened and not closed',
    'line 7, column 7: there is a quote inside a field that has none around it',
    'line 8: there are 6 fields, and the header has 11 columns',
    'line 8: API key (apiKey) is missing',
    'line 9, column 11: this value has no column in the header',
    'line 9, column email: Nimbus has no such field',
    'line 10, column apiKey: nobody resolved this',
    'line 11, column apiKey: API key begins or ends with a blank',
    'line 12, column provider: there is no such provider; there are: nimbus, harbor',
    'line 13: Domain (domain) is missing',
    expect.stringMatching(/^line 13, column apiKey: It was not copied whole/u),
    'line 14, column apiKey: That is the Domain, or part of it, not the API key.',
    'line 15: the provider is missing; there are: nimbus, harbor',
  ]);
});

test.each([
  'NIMBUS_DOMAIN=acme\n',
  `NIMBUS_DOMAIN=a$b\nNIMBUS_API_KEY=${KEY}\n`,
  `{"provider": "nimbus", "name": 5, "domain": "acme", "apiKey": "${KEY}"}`,
])('what a row would be called is not known if a part of it cannot be read: %#', (text) => {
  expect(read(text).rows).toMatchObject([{ misnamed: true }]);
});

test('a row with faults keeps only what is right in it', () => {
  const [row] = read(`provider,name,store,domain,apiKey\nnimbus,nimbus,vault:x,acme,op://x\n`).rows;
  expect(row).toMatchObject({ store: undefined, misnamed: true });
  expect([...(row?.values ?? [])]).toEqual([['domain', 'acme']]);
});

test('CSV: a file that follows RFC 4180 is read back', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', ' ', 'é') });
  const records = fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { minLength: 1 });
  const delimiters = fc.constantFrom(',' as const, ';' as const);
  const ends = fc.constantFrom('\n', '\r\n');
  fc.assert(
    fc.property(records, delimiters, ends, (rows, delimiter, end) => {
      const written = rows
        .map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter))
        .join(end);
      const { records: back, faults } = parseCsv(written, delimiter);
      expect(faults).toEqual([]);
      expect(back.map(({ cells }) => cells)).toEqual(rows);
    }),
  );
});

test('any text is read without an exception, and none of it is repeated', () => {
  const lines = fc.array(
    fc.constantFrom(
      'provider,apiKey',
      'nimbus,',
      `NIMBUS_API_KEY="${KEY}`,
      `[{"provider":"${KEY}"`,
      `{"${KEY}":1}`,
      `"${KEY}"`,
      KEY,
      '"',
      ',',
    ),
  );
  fc.assert(
    fc.property(lines, fc.constantFrom('', '\n', ','), (parts, between) => {
      const { faults } = read(parts.join(between));
      expect(faults.length).toBeGreaterThan(0);
      expect(JSON.stringify(faults)).not.toContain(KEY);
    }),
  );
});

test('JSON: a list, one object and the output of token --format json with a provider are read', () => {
  const flat = { provider: 'nimbus', ...ACME };
  const full = {
    provider: 'harbor',
    name: 'team/harbor',
    store: 'keychain',
    need: ['agents.read', 'tickets.read'],
    fields: HARBOR,
  };
  expect(plainRows(read(JSON.stringify([full, flat])))).toEqual([
    {
      path: '$[0]',
      provider: 'harbor',
      name: 'team/harbor',
      store: 'keychain',
      needs: ['agents.read', 'tickets.read'],
      values: HARBOR,
    },
    { path: '$[1]', provider: 'nimbus', values: ACME },
  ]);
  expect(plainRows(read(`\n ${JSON.stringify(flat)}`))).toEqual([
    { path: '$', provider: 'nimbus', values: ACME },
  ]);
});

test('JSON: a mistake is named by its place, never by the text around it', () => {
  const places = [
    `[\n  {"apiKey": ${KEY}}\n]`,
    `{"provider": "nimbus", "apiKey": "${KEY}",}`,
    `["${KEY}`,
    `[{"provider": "a\tb"}]`,
    `{"provider": "nimbus"} ${KEY}`,
    `[/* ${KEY} */]`,
  ].map(faultsOf);
  expect(places).toEqual([
    ['line 2, column 14: this is not valid JSON'],
    ['line 1, column 54: this is not valid JSON'],
    ['line 1, column 2: this is not valid JSON'],
    ['line 1, column 15: this is not valid JSON'],
    ['line 1, column 24: this is not valid JSON'],
    ['line 1, column 2: this is not valid JSON'],
  ]);
  expect(faultsOf('['.repeat(5_000_000))).toEqual([
    ': lists and objects can be nested at most 32 deep',
  ]);
});

test('JSON: every fault is named at once with its path, also an inherited key', () => {
  const text = `[
    {"provider": "nimbus", "fields": {"domain": "acme", "apiKey": 12345678, "domain": "beta"}},
    {"provider": "nimbus", "colour": "red", "__proto__": {"apiKey": "${KEY}"}, "domain": "acme"},
    {"provider": "nimbus", "domain": "acme", "fields": {"apiKey": "${KEY}"}},
    {"provider": "constructor", "fields": []},
    {"provider": 5, "need": ["tickets.read", 1]},
    "${KEY}",
    {"${KEY}": "x"},
    {"provider": "nimbus", "need": {"a": 1}, "fields": {"a key": "${KEY}"}},
    {"provider": "nimbus", "domain": "acme", "apiKey": ""}
  ]`;
  expect(faultsOf(text)).toEqual([
    '$[0].fields.domain: this key is there twice',
    '$[0].fields.apiKey: this must be a text in double quotes',
    '$[1].colour: an import has no such key',
    '$[1].__proto__: an import has no such key',
    '$[2].fields: the fields are here and next to "provider"; write them in one place',
    '$[3].fields: this must be an object with a text for each field',
    '$[3].provider: there is no such provider; there are: nimbus, harbor',
    '$[4].provider: this must be a text in double quotes',
    '$[4].need: this must be a list of texts',
    '$[5]: this must be an object with a "provider"',
    '$[6]: this must be an object with a "provider"',
    '$[7].fields["a key"]: an import has no such key',
    '$[7].need: this must be a text in double quotes',
    '$[8]: API key (apiKey) is missing',
  ]);
});

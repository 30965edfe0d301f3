import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  findSealedTexts,
  isAgeFile,
  writeSealedText,
  type SealedTexts,
} from '../../../src/core/sealed/text.js';

const ID = 'k3v7q2xm';
const PLAINTEXT = '{"v":1,"fields":{"accessKey":"quokka-0123456789"}}';

let identity: string;
let file: Uint8Array;
let text: string;
beforeAll(async () => {
  identity = await generateX25519Identity();
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  file = await encrypter.encrypt(PLAINTEXT);
  text = await writeSealedText(ID, file);
});

const lines = (): string[] => text.trimEnd().split('\n');
const body = (): string[] => lines().slice(2, -1);
const intact = (): SealedTexts => [{ request: ID, file }];

describe('a sealed text', () => {
  it('is a line of our own, then an armored age file with lines of 64', () => {
    expect(lines()[0]).toMatch(/^connect-wizard answer k3v7q2xm [\da-f]{8}$/u);
    expect(lines()[1]).toBe('-----BEGIN AGE ENCRYPTED FILE-----');
    expect(lines().at(-1)).toBe('-----END AGE ENCRYPTED FILE-----');
    for (const line of body().slice(0, -1)) expect(line).toHaveLength(64);
    expect(text.endsWith('\n')).toBe(true);
  });

  it('is read as it was written', async () => {
    expect(await findSealedTexts(text)).toEqual(intact());
  });

  it('is an age file without armor', () => {
    expect(isAgeFile(file)).toBe(true);
    expect(isAgeFile(new TextEncoder().encode(text))).toBe(false);
  });
});

const inMime = (t: string): string =>
  Buffer.from(t).toString('base64').replaceAll(/.{76}/gu, '$&\r\n');

/** Breaks lines at a width, even inside words, and quotes each line. */
const wrapped = (width: number, quote: string): [string, (text: string) => string] => [
  `lines broken at ${width}${quote && ` and quoted with "${quote}"`}`,
  (t) =>
    t
      .replaceAll(new RegExp(`(.{${width}})(?=.)`, 'gu'), '$1\n')
      .trimEnd()
      .replaceAll(/^/gmu, quote),
];

/** What mail, chat, phones and ticket systems do to it. */
const MANGLED: readonly (readonly [name: string, mangle: (text: string) => string])[] = [
  ['CRLF line ends', (t) => t.replaceAll('\n', '\r\n')],
  ['CR line ends', (t) => t.replaceAll('\n', '\r')],
  ['no line end behind it', (t) => t.trimEnd()],
  ['everything in one line', (t) => t.trim().replaceAll('\n', ' ')],
  [
    'lines joined with nothing between',
    (t) => t.replaceAll(/\n(?=[^-])/gu, '').replace('k3v7q2xm', ' k3v7q2xm'),
  ],
  ['lines broken at 40', (t) => t.replaceAll(/^([A-Za-z0-9+/=]{40})(?=.)/gmu, '$1\n')],
  ['blank lines between', (t) => t.replaceAll('\n', '\n\n')],
  ['a blank line in front of END', (t) => t.replace('-----END', '\n \n-----END')],
  ['indentation', (t) => t.replaceAll(/^/gmu, '    ')],
  ['spaces at line ends', (t) => t.replaceAll('\n', '  \n')],
  ['tabs in front', (t) => t.replaceAll(/^/gmu, '\t')],
  ['quote marks of mail', (t) => t.replaceAll(/^/gmu, '> ')],
  ['quote marks of a quote', (t) => t.replaceAll(/^/gmu, '> > ')],
  ['quote marks without a space', (t) => t.replaceAll(/^/gmu, '>')],
  ['bars of a quote', (t) => t.replaceAll(/^/gmu, '| ')],
  ['escaped quote marks', (t) => t.replaceAll(/^/gmu, '&gt; ')],
  ['quote marks escaped twice', (t) => t.replaceAll(/^/gmu, '&amp;gt; ')],
  [
    'escaped Base64',
    (t) => t.replaceAll('+', '&#43;').replaceAll('=', '&#x3D;').replaceAll('/', '&sol;'),
  ],
  [
    'named signs',
    (t) => t.replaceAll('+', '&plus;').replaceAll('=', '&equals;').replaceAll('-', '&hyphen;'),
  ],
  ['named dashes', (t) => t.replaceAll('-', '&dash;')],
  ['named line ends', (t) => t.replaceAll('\n', '&NewLine;')],
  ['named spaces', (t) => t.replaceAll(' ', '&nbsp;').replaceAll('\n', '&nbsp;\n')],
  ['named soft hyphens', (t) => t.replaceAll(/.{20}/gu, '$&&shy;')],
  ['named quotation marks', (t) => t.replaceAll(/^(.*)$/gmu, '&quot;$1&quot;')],
  ['escaped HTML', (t) => t.replaceAll(/^(.*)$/gmu, '&lt;p&gt;$1&lt;/p&gt;')],
  ['a number that is no character', (t) => `${t}&#1114112;`],
  ['en dashes', (t) => t.replaceAll('-----', '\u2013\u2013\u2013')],
  ['one em dash and hyphens', (t) => t.replaceAll('-----', '\u2014\u2013-')],
  ['one em dash', (t) => t.replaceAll('-----', '\u2014')],
  ['non-breaking hyphens', (t) => t.replaceAll('-', '\u2011')],
  ['minus signs', (t) => t.replaceAll('-', '\u2212')],
  ['escaped dashes', (t) => t.replaceAll('-----', '&mdash;&ndash;-')],
  ['backslashes of Markdown', (t) => t.replaceAll(/[-+=]/gu, '\\$&')],
  ['line ends of JSON', (t) => JSON.stringify({ text: t })],
  ['line ends of JSON from Windows', (t) => JSON.stringify(t.replaceAll('\n', '\r\n'))],
  ['HTML line breaks', (t) => t.replaceAll('\n', '<br>\n')],
  ['HTML paragraphs', (t) => t.replaceAll(/^(.*)$/gmu, '<p style="margin:0">$1</p>')],
  [
    'HTML spans in one line',
    (t) =>
      t
        .trim()
        .replaceAll(/^(.*)$/gmu, '<span class="x">$1</span><br/>')
        .replaceAll('\n', ''),
  ],
  ['a code block of Markdown', (t) => `\`\`\`\n${t}\`\`\``],
  ['a code block of Jira', (t) => `{noformat:title=answer}\n${t}{noformat}`],
  ['colours of Jira', (t) => t.replaceAll(/^(.*)$/gmu, '{color:#172b4d}$1{color}')],
  [
    'a block quote of Jira',
    (t) => t.replaceAll(/^/gmu, 'bq. ').replace('bq. connect', 'connect').replaceAll('bq. ', ''),
  ],
  ['non-breaking spaces between', (t) => t.replaceAll('\n', '\u00A0\n').replaceAll(' ', '\u00A0')],
  ['zero-width spaces inside', (t) => t.replaceAll(/.{10}/gu, '$&\u200B')],
  [
    'zero-width characters in the markers',
    (t) => t.replaceAll('AGE', 'A\u200DG\u2060E').replaceAll('----', '-\uFEFF---'),
  ],
  ['soft hyphens inside named dashes', (t) => t.replaceAll('-', '&da\u00ADsh;')],
  ['soft hyphens', (t) => t.replaceAll(/.{20}/gu, '$&\u00AD')],
  [
    'colours of Jira with soft hyphens inside',
    (t) =>
      t.replaceAll(/^(.*)$/gmu, '{color:#172b4d}$1{color}').replaceAll(/.{20}|\{col/gu, '$&\u00AD'),
  ],
  ['marks of direction', (t) => `\u202A${t.replaceAll('\n', '\u202C\n\u202A')}`],
  ['a byte order mark', (t) => `\uFEFF${t}`],
  ['letters of full width', (t) => t.replaceAll('+', '\uFF0B').replaceAll('=', '\uFF1D')],
  ['ligatures of a PDF', (t) => t.replaceAll('fi', '\uFB01').replaceAll('fl', '\uFB02')],
  ['line separators of Unicode', (t) => t.replaceAll('\n', '\u2028')],
  ['markers of a terminal paste', (t) => `\u001B[200~${t}\u001B[201~`],
  [
    'colours of a terminal',
    (t) => t.replaceAll(/^/gmu, '\u001B[32m').replaceAll('\n', '\u001B[0m\n'),
  ],
  [
    'small letters in the markers',
    (t) =>
      t.replaceAll(/BEGIN AGE ENCRYPTED FILE|END AGE ENCRYPTED FILE/gu, (m) => m.toLowerCase()),
  ],
  [
    'a capital where a sentence begins',
    (t) => t.replace('connect-wizard', 'Connect-wizard').replace(ID, ID.toUpperCase()),
  ],
  [
    'spaces in the markers',
    (t) => t.replaceAll('-----BEGIN', '----- BEGIN  ').replaceAll('FILE-----', 'FILE -----'),
  ],
  [
    'a header line inside',
    (t) => t.replace('FILE-----\n', 'FILE-----\nVersion: 2\nComment: https://age.example\n\n'),
  ],
  [
    'the name of a writer between lines',
    (t) => t.replace(/(\n.{64}\n)/u, '$1[10:32, 25.11.2026] Ines Okafor:\n'),
  ],
  ['quoted-printable', (t) => t.replaceAll('=', '=3D').replaceAll(/(.{60})(?=.)/gu, '$1=\n')],
  [
    'quoted-printable of everything',
    (t) => {
      const quoted = t.replaceAll(/[^A-Za-z0-9]/gu, (each) =>
        each === '\n' ? '=20\n' : `=${each.charCodeAt(0).toString(16).toUpperCase()}`,
      );
      return quoted.replaceAll(/(.{70}[^=]{0,2})(?==|\w)/gu, '$1=\n');
    },
  ],
  ['quoted-printable with dashes of a phone', (t) => t.replaceAll('-----', '=E2=80=94=E2=80=93-')],
  ['the percent encoding of an address', (t) => encodeURIComponent(t)],
  ['the percent encoding of a form', (t) => new URLSearchParams({ answer: t }).toString()],
  [
    'rich text',
    (t) =>
      `{\\rtf1\\ansi\\deff0 {\\fonttbl{\\f0 Calibri;}}\n\\pard\\f0\\fs22 ${t.trim().replaceAll('\n', '\\par\r\n')}\\par\r\n}`,
  ],
  ['words of ours in another language', (t) => t.replace('answer', 'Antwort')],
  // 57 bytes make a line; the last one has 15, which are of END.
  [
    'a saved mail in Base64 whose last line is short',
    (t) => inMime(t.trimEnd().padStart(Math.ceil(t.length / 57) * 57 + 15, '\n')),
  ],
  ['a saved mail in Base64 with Unix line ends', (t) => inMime(t).replaceAll('\r\n', '\n')],
  ['a saved mail in Base64', (t) => `Content-Transfer-Encoding: base64\r\n\r\n${inMime(t)}\r\n`],
  [
    'an attachment of a saved mail',
    (t) =>
      [
        '--=_b1',
        'Content-Type: text/plain',
        '',
        'Here it is.',
        '--=_b1',
        'Content-Type: text/plain; name="answer.txt"',
        'Content-Transfer-Encoding: base64',
        '',
        inMime(t),
        '--=_b1--',
      ].join('\r\n'),
  ],
  ...[7, 11, 16, 20, 22, 24, 30, 60, 72].map((width) => wrapped(width, '')),
  ...[7, 11, 16, 20, 22, 24, 30, 60, 72].map((width) => wrapped(width, '> ')),
  ...[10, 25, 62].map((width) => wrapped(width, '>> | ')),
  ['padding that was lost', (t) => t.replaceAll(/=+\n/gu, '\n')],
  [
    'text around it',
    (t) => `Hello Ines,\nhere it is: I hope that helps.\n\n${t}\n-- \nSam | Acme\n`,
  ],
  [
    'mail headers in front',
    (t) => `From: Sam <sam@acme.example>\nTo: ines@acme.example\nSubject: Re: key\n\n${t}`,
  ],
  ['an attachment of another name in front', (t) => `answer-${ID}.txt (1 KB)\n${t}`],
];

describe('a sealed text that is changed on its way', () => {
  it.each(MANGLED)('is read: %s', async (_, mangle) => {
    expect(await findSealedTexts(mangle(text))).toEqual(intact());
  });

  it('is never read as another text after several changes', async () => {
    const harmless = MANGLED.filter(
      ([name]) =>
        !/JSON|address|form|rich text|saved mail|one line|nothing between|spans|printable|separators|CR line|broken at/u.test(
          name,
        ),
    );
    const some = fc.uniqueArray(fc.constantFrom(...harmless.map(([, mangle]) => mangle)), {
      minLength: 2,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(some, async (mangles) => {
        const mangled = mangles.reduce((sofar, mangle) => mangle(sofar), text);
        const found = await findSealedTexts(mangled);
        // Several changes may be too much together; then nothing is read.
        for (const each of found === 'none' || found === 'cut' ? [] : found) {
          expect([file, undefined]).toContainEqual(each.file);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('a text without a whole sealed text', () => {
  it.each([
    ['nothing', () => ''],
    ['a key', () => 'kQ7rTz29xWmB4vNc8LpD'],
    ['other armor', () => '-----BEGIN PGP MESSAGE-----\nabcd\n-----END PGP MESSAGE-----'],
    ['prose about it', () => 'I sealed it with age, as the page said.'],
  ])('has none: %s', async (_, make) => {
    expect(await findSealedTexts(make())).toBe('none');
  });

  it.each([
    ['without END', () => lines().slice(0, -1).join('\n')],
    ['without BEGIN', () => lines().slice(2).join('\n')],
    ['in the middle of END', () => text.slice(0, text.lastIndexOf('AGE') + 5)],
    ['our own line alone', () => lines()[0] ?? ''],
    ['the markers alone', () => [lines()[1], lines().at(-1)].join('\n')],
    ['Base64 alone', () => body().join('\n')],
    ['without dashes', () => text.replaceAll('-----', '')],
  ])('has one that is cut off: %s', async (_, make) => {
    expect(await findSealedTexts(make())).toBe('cut');
  });
});

describe('a change that loses something is noticed', () => {
  it.each([
    ['letters that are missing', (t: string) => t.replaceAll(/[A-Z](?=[a-z])/gu, '')],
    ['a line that is missing', () => [...lines().slice(0, 3), ...lines().slice(4)].join('\n')],
    [
      'lines in another order',
      () => [...lines().slice(0, 2), ...body().toReversed(), lines().at(-1)].join('\n'),
    ],
    [
      'characters that were redacted',
      (t: string) => t.replace(/(?<=\n[A-Za-z0-9]{5})[A-Za-z0-9]{8}/u, '********'),
    ],
    ['another checksum', (t: string) => t.replace(/ [\da-f]{8}\n/u, ' 00000000\n')],
    [
      'no checksum behind our words without their hyphen',
      (t: string) => t.replace('connect-', 'connect').replace(/ [\da-f]{8}\n/u, '\n'),
    ],
    ['a checksum that is no checksum', (t: string) => t.replace(/ [\da-f]{8}\n/u, ' xyz\n')],
  ])('%s', async (_, change) => {
    const [found] = (await findSealedTexts(change(text))) as Exclude<SealedTexts, string>;
    expect(found?.file).toBeUndefined();
  });

  it('any single bit of the Base64', async () => {
    const start = text.indexOf('\n', text.indexOf('FILE-----')) + 1;
    const end = text.indexOf('\n-----END');
    const position = fc.integer({ min: start, max: end - 1 });
    await fc.assert(
      fc.asyncProperty(position, fc.integer({ min: 0, max: 6 }), async (at, bit) => {
        const flipped = String.fromCharCode(text.charCodeAt(at) ^ (1 << bit));
        const found = await findSealedTexts(text.slice(0, at) + flipped + text.slice(at + 1));
        if (found === 'none' || found === 'cut') return;
        // A line end or the padding may change: the Base64 is whole without it.
        if (text[at] === '\n' || text[at] === '=') return;
        expect(found.every((each) => each.file === undefined)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a text without our own line', () => {
  it('is found if it is an armored age file', async () => {
    expect(await findSealedTexts(lines().slice(1).join('\n'))).toEqual([{ file }]);
  });

  it('has no id, even if other words in front of it look like one', async () => {
    const armored = lines().slice(1).join('\n');
    const found = await findSealedTexts(`Our delivery 20261120 is sealed here:\n${armored}`);
    expect(found).toEqual([{ file }]);
  });

  it('is not read as the same file if its last bit is changed', async () => {
    const armored = lines().slice(1).join('\n');
    const last = armored.search(/.={1,2}\n-----END/u);
    expect(last).toBeGreaterThan(0);
    const code = armored.charCodeAt(last);
    const other = String.fromCharCode(code === 0x41 ? 0x42 : code + 1);
    const changed = armored.slice(0, last) + other + armored.slice(last + 1);
    const [found] = (await findSealedTexts(changed)) as Exclude<SealedTexts, string>;
    expect(found?.file).not.toEqual(file);
  });
});

describe('several sealed texts', () => {
  it('are each found once, in order', async () => {
    const other = await writeSealedText('abcdefgh', file.slice(0, 100));
    const both = `${text}\n> ${other.replaceAll('\n', '\n> ')}\n<pre>${text}</pre>`;
    expect(await findSealedTexts(both)).toEqual([
      { request: ID, file },
      { request: 'abcdefgh', file: file.slice(0, 100) },
    ]);
  });
});

describe('reading', () => {
  it('gives a file that age opens', async () => {
    const [found] = (await findSealedTexts(text)) as Exclude<SealedTexts, string>;
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    expect(await decrypter.decrypt(found?.file ?? new Uint8Array(), 'text')).toBe(PLAINTEXT);
  });

  it.each([
    ['dashes', '-'],
    ['spaces', ' '],
    ['dashes and spaces', '- '],
    ['tags that do not end', '<a'],
    ['entities', '&#1'],
    ['markers', '-----BEGIN AGE ENCRYPTED FILE-----'],
    ['colons', ':'],
    ['braces', '{a'],
    ['quote marks', '>'],
    ['dashes and quote marks', '->|'],
    ['letters of a marker', '-E>'],
    ['quoted bytes', '=3D'],
    ['bytes of an address', '%3D'],
    ['words of rich text', '{\\rtf'],
    ['lines of Base64', `${'A'.repeat(63)}\n`],
  ])('is fast for very many %s', async (_, unit) => {
    // Quadratic time would be minutes: the test's time limit is the assertion.
    expect(await findSealedTexts(unit.repeat(1_000_000 / unit.length))).toBeOneOf(['none', 'cut']);
  });
});

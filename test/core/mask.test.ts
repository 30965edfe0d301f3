import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64 } from '../../src/core/encoding.js';
import { createMask, MaskFilter } from '../../src/core/mask.js';

const KEY = 'Walrus+Tusk/4711';

function write(secrets: readonly string[], writes: readonly (string | Uint8Array)[]): Buffer[] {
  const filter = new MaskFilter(createMask(secrets));
  const parts = writes.map((text) => filter.write(Buffer.from(text)));
  return [...parts, filter.end()].map((bytes) => Buffer.from(bytes));
}

/** What a program's reader gets, write by write and at the end. */
function written(secrets: readonly string[], writes: readonly (string | Uint8Array)[]): string[] {
  return write(secrets, writes).map(String);
}

function masked(secrets: readonly string[], ...writes: readonly (string | Uint8Array)[]): string {
  return Buffer.concat(write(secrets, writes)).toString();
}

describe('a masked stream', () => {
  it.each([
    ['as it is', KEY],
    ['in base64', base64(KEY)],
    ['in base64 without padding', base64(KEY).replaceAll('=', '')],
    ['in base64 with a line end', base64(`${KEY}\n`)],
    ['in base64 with a Windows line end', base64(`${KEY}\r\n`)],
    ['in a part of a URL', encodeURIComponent(KEY)],
    ['in JSON', JSON.stringify(KEY).slice(1, -1)],
  ])('has no secret %s', (_, spelling) => {
    expect(masked([KEY], `a ${spelling} b\n`)).toBe('a [redacted] b\n');
  });

  it('has no Basic pair', () => {
    const pair = `ines@acme.example:${KEY}`;
    for (const text of [pair, `${pair}\n`]) {
      expect(masked([KEY, pair], `Basic ${base64(text)}\n`)).toBe('Basic [redacted]\n');
    }
  });

  it('has no secret in base64 that is broken into lines', () => {
    const long = `${KEY}-`.repeat(12);
    for (const width of [64, 76]) {
      const lines = base64(long).replaceAll(new RegExp(`.{${width}}(?=.)`, 'gu'), '$&\n');
      expect(masked([long], `${lines}\n`)).toBe('[redacted]\n');
    }
  });

  it('has no secret of several lines, and none of its lines', () => {
    const lines = ['-----', '12345678', 'second-line', '}'];
    const secret = lines.join('\n');
    expect(masked([secret], `a ${secret} b`)).toBe('a [redacted] b');
    expect(masked([secret], `a ${lines.join('\r\n')} b`)).toBe('a [redacted] b');
    for (const line of ['12345678', 'second-line']) {
      expect(masked([secret], `${line}\n-----\n}`)).toBe('[redacted]\n-----\n}');
    }
  });

  it.each([
    ['the longest', ['walrus-tusk', 'walrus-tusk-4711'], 'a walrus-tusk-4711 b', 'a [redacted] b'],
    ['a shorter one', ['walrus-tusk', 'walrus-tusk-4711'], 'walrus-tusk-471', '[redacted]-471'],
    [
      'one inside what could become a longer one',
      ['walrus-tusk', 'a-walrus-tusk-4711'],
      'a-walrus-tusk-471',
      'a-[redacted]-471',
    ],
    ['what overlaps, once', ['walrus-tusk', 'tusk-and-4711'], 'walrus-tusk-and-4711', '[redacted]'],
    ['neighbours, one by one', ['walrus-tusk'], 'walrus-tuskwalrus-tusk', '[redacted][redacted]'],
    ['one inside a word', ['walrus-tusk'], 'awalrus-tuskb', 'a[redacted]b'],
    ['none under 4 characters', ['abc'], 'abc', 'abc'],
    [
      'a short one between blanks',
      ['abcd'],
      'abcd abcd\nabcd',
      '[redacted] [redacted]\n[redacted]',
    ],
    ['a short one between signs', ['abcd'], '"abcd"_abcd_', '"[redacted]"_[redacted]_'],
    [
      'none beside a letter',
      ['abcd'],
      'xabcd abcdx abcd1 éabcd abcdé abcd価 กabcd abcdก 𝐀abcd abcd𝐀',
      'xabcd abcdx abcd1 éabcd abcdé abcd価 กabcd abcdก 𝐀abcd abcd𝐀',
    ],
    [
      'one beside a sign of several bytes',
      ['abcd'],
      '“abcd” 🔑abcd🔑',
      '“[redacted]” 🔑[redacted]🔑',
    ],
    [
      'a short one inside a longer one',
      ['abcd', 'abcdefgh'],
      'xabcdefgh abcd',
      'x[redacted] [redacted]',
    ],
    ['a short one that ends another', ['b-abcd', 'abcd'], 'ab-abcd', 'ab-[redacted]'],
    ['characters, not bytes', ['äöüß'], 'äöüß xäöüß', '[redacted] xäöüß'],
    ['no empty one', [''], 'abc', 'abc'],
  ])('covers %s', (_, secrets, text, clean) => {
    expect(masked(secrets, text)).toBe(clean);
    expect(masked(secrets, ...Array.from(Buffer.from(text), (byte) => Buffer.from([byte])))).toBe(
      clean,
    );
  });

  it('knows whether it masks a secret never or only sometimes', () => {
    expect(createMask([KEY])).toMatchObject({ hasTooShort: false, hasShort: false });
    expect(createMask(['abc', ''])).toMatchObject({ hasTooShort: true, hasShort: false });
    expect(createMask([''])).toMatchObject({ hasTooShort: false, hasShort: false });
    expect(createMask(['abcd'])).toMatchObject({ hasTooShort: false, hasShort: true });
    expect(createMask([KEY, 'abcdefg'])).toMatchObject({ hasTooShort: false, hasShort: true });
    expect(createMask(['abcdefgh'])).toMatchObject({ hasTooShort: false, hasShort: false });
  });

  it("passes on bytes that aren't text", () => {
    const bytes = Uint8Array.from({ length: 1024 }, (_, index) => (index * 7) % 256);
    const filter = new MaskFilter(createMask([KEY]));
    expect(Buffer.concat([filter.write(bytes), filter.end()])).toEqual(Buffer.from(bytes));
    expect(filter.hasRedacted).toBe(false);
  });

  it.each([
    ['nothing of other text', ['Walrus? Yes.'], ['Walrus? Yes.', '']],
    ['the tail that begins a secret', ['a Walrus', '!'], ['a ', 'Walrus!', '']],
    ['no tail that begins no secret', ['a Walrus+T', 'o'], ['a ', 'Walrus+To', '']],
    ['nothing behind a whole secret', [`a ${KEY}`, ' b'], ['a [redacted]', ' b', '']],
    ['the tail until the end', ['a Walrus'], ['a ', 'Walrus']],
    ['a secret until its last character', ['Walrus+Tusk/471', '1'], ['', '[redacted]', '']],
  ])('holds back %s', (_, writes, parts) => {
    expect(written([KEY], writes)).toEqual(parts);
  });

  it('holds a short secret back until the next character', () => {
    expect(written(['abcd'], ['abcd', ' '])).toEqual(['', '[redacted] ', '']);
    expect(written(['abcd'], ['abcd', Buffer.from([0xc3]), Buffer.from([0xa9])])).toEqual([
      '',
      '',
      'abcdé',
      '',
    ]);
  });

  it('releases no short secret while the next character is not whole', () => {
    const filter = new MaskFilter(createMask(['abcd']));
    const parts = [filter.write(Buffer.from('abcd')), filter.write(Buffer.from([0xe2]))];
    parts.push(filter.release(), filter.write(Buffer.from([0x80, 0x9d])), filter.end());
    expect(parts.map((part) => Buffer.from(part).toString())).toEqual([
      '',
      '',
      '',
      '[redacted]”',
      '',
    ]);
  });

  it('releases a tail under 4 bytes if asked, and masks the rest', () => {
    const filter = new MaskFilter(createMask([KEY]));
    const steps = [
      '$ Wal',
      undefined,
      undefined,
      'rus',
      undefined,
      '+Tusk/4711 Walrus',
      undefined,
      '!',
    ];
    const parts = steps.map((step) =>
      Buffer.from(
        step === undefined ? filter.release() : filter.write(Buffer.from(step)),
      ).toString(),
    );
    expect(parts).toEqual(['$ ', 'Wal', '', '', '', '[redacted] ', '', 'Walrus!']);
    expect(filter.hasRedacted).toBe(true);
  });

  it('is the same however the text is cut into writes', () => {
    const letters = fc.constantFrom('a', 'b', '1', ' ', 'é', '”');
    const secrets = fc.array(fc.string({ unit: letters, minLength: 4, maxLength: 12 }), {
      maxLength: 4,
    });
    const text = fc
      .tuple(secrets, fc.array(fc.oneof(letters, fc.nat({ max: 3 })), { maxLength: 40 }))
      .map(([all, parts]) => ({
        all,
        text: parts.map((part) => (typeof part === 'number' ? (all[part] ?? '') : part)).join(''),
      }));
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 100 })), ({ all, text: whole }, cuts) => {
        const bytes = Buffer.from(whole);
        const ends = [
          ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b),
          bytes.length,
        ];
        const writes = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        expect(masked(all, ...writes)).toBe(maskSlowly(all, whole));
      }),
      { numRuns: 1000 },
    );
  });

  it('is fast if a long secret almost occurs everywhere', () => {
    const secret = `${'a'.repeat(20_000)}b`;
    const text = 'a'.repeat(2_000_000);
    expect(masked([secret], text, 'a', 'c')).toBe(`${text}ac`);
  });
});

/** What a filter does, place by place; the letters above have no other spellings but base64. */
function maskSlowly(secrets: readonly string[], text: string): string {
  const places = Array.from({ length: text.length }, (_, start) => start);
  const found = places.flatMap((start) =>
    secrets
      .filter((secret) => text.startsWith(secret, start))
      .map((secret) => ({ start, end: start + secret.length }))
      .filter(
        ({ end }) =>
          end - start >= 8 ||
          !/[\p{L}\p{N}]/u.test(`${text.slice(0, start).slice(-1)}${text.slice(end, end + 1)}`),
      ),
  );
  const runs: { start: number; end: number }[] = [];
  for (const { start, end } of found) {
    const run = runs.at(-1);
    if (run && start < run.end) run.end = Math.max(run.end, end);
    else runs.push({ start, end });
  }
  const gaps = runs.map(({ start }, index) => text.slice(runs[index - 1]?.end ?? 0, start));
  return [...gaps, text.slice(runs.at(-1)?.end ?? 0)].join('[redacted]');
}

import { once } from '../once.js';

/**
 * A sealed answer as text: a line of ours, then an age file in its ASCII armor. It travels by mail
 * and chat, which change text, so it is read with patience: the markers are found by their words,
 * what programs put in between is taken off, and what is left of the Base64 is decoded here. The
 * strict armor reader of age never sees it.
 */

const BEGIN = '-----BEGIN AGE ENCRYPTED FILE-----';
const END = '-----END AGE ENCRYPTED FILE-----';

/** Characters in a line of age's armor (age-encryption.org/v1). */
const LINE_LENGTH = 64;

/** How the first line begins; the id of the request and a checksum follow. */
const OPENING = 'connect-wizard answer';

/** The text that carries `sealed`, an age file, as the answer to the request `id`. */
export async function writeSealedText(id: string, sealed: Uint8Array): Promise<string> {
  const base64 = encodeBase64(sealed);
  const lines = base64.match(new RegExp(`.{1,${LINE_LENGTH}}`, 'gu')) ?? [];
  const opening = `${OPENING} ${id} ${await checksumOf(base64)}`;
  return [opening, BEGIN, ...lines, END, ''].join('\n');
}

/** One sealed text that was found. */
export interface SealedText {
  /** The id of its request; undefined if the line of ours is not there. */
  readonly request?: string;
  /** The age file; undefined if the text was changed since it was sealed. */
  readonly file: Uint8Array | undefined;
}

/** `cut`: there is a part of an age text, but not all of it. */
export type SealedTexts = 'none' | 'cut' | readonly SealedText[];

/** Every sealed text in what was pasted or read from a file, in order and each once. */
export async function findSealedTexts(pasted: string): Promise<SealedTexts> {
  const found = new Map<string | undefined, SealedText>();
  const texts = [pasted, ...encodedParts(pasted)].map((text) => withoutMarkup(text));
  for (const text of texts) {
    let from = 0;
    for (const { start, end, body } of armoredRanges(text)) {
      const base64 = onlyBase64(body);
      if (!found.has(base64))
        found.set(base64, await readSealedText(text.slice(from, start), base64));
      from = end;
    }
  }
  if (found.size > 0) return [...found.values()];
  return texts.some((text) => partOfOne().test(text)) ? 'cut' : 'none';
}

/** What each binary age file begins with. */
const AGE_MAGIC = 'age-encryption.org/v1\n';

/** Is it an age file without armor? */
export function isAgeFile(bytes: Uint8Array): boolean {
  return Array.from(AGE_MAGIC).every(
    (character, index) => bytes[index] === character.charCodeAt(0),
  );
}

// ---- the markers ------------------------------------------------------------------------------------

/**
 * Dashes of any kind, which mail programs and phones put in the place of five hyphens. The limits
 * keep a long run of them from taking quadratic time.
 */
const DASH = String.raw`[\p{Pd}\u2212\u2500\u2501]`;
/** Between two characters: a line may have been broken there, and the next one quoted. */
const GAP = String.raw`[\s>|]{0,20}`;
const words = (text: string): string => Array.from(text.replaceAll(' ', '')).join(GAP);
const marker = (word: string, flags: string): RegExp => {
  const inside = words(`${word} AGE ENCRYPTED FILE`);
  return new RegExp(`${DASH}{1,20}${GAP}${inside}(?:${GAP}${DASH}{1,20})?`, flags);
};
const beginMarker = once(() => marker('BEGIN', 'giu'));
const endMarker = once(() => marker('END', 'iu'));

/** Words of a marker or of our line, or the first line of an age file in Base64. */
const partOfOne = once(
  () =>
    new RegExp(
      [
        words('BEGIN AGE ENCRYPTED'),
        words('END AGE ENCRYPTED'),
        String.raw`connect-wizard\s+answer\s`,
        'YWdlLWVuY3J5cHRpb24ub3JnL3Yx',
      ].join('|'),
      'iu',
    ),
);

/** Is it a sealed text, or a part of one? */
export function isSealedText(text: string): boolean {
  return partOfOne().test(withoutMarkup(text));
}

/** Is the end of a sealed text there? Then a paste need not be waited for any longer. */
export function hasEnd(text: string): boolean {
  return endMarker().test(text.normalize('NFKC').replaceAll(/\p{Cf}/gu, ''));
}

/** From each BEGIN to the END behind it, if no other BEGIN comes first. */
function armoredRanges(text: string): { start: number; end: number; body: string }[] {
  const begins = [...text.matchAll(beginMarker())];
  return begins.flatMap(({ index: start, 0: opened }, each) => {
    const inside = start + opened.length;
    const rest = text.slice(inside, begins[each + 1]?.index);
    const closed = endMarker().exec(rest);
    if (!closed || !/[A-Za-z\d+/]/u.test(rest.slice(0, closed.index))) return [];
    const end = inside + closed.index + closed[0].length;
    return [{ start, end, body: rest.slice(0, closed.index) }];
  });
}

// ---- one sealed text --------------------------------------------------------------------------------

/** The id of a request and a checksum, right before BEGIN, whatever the words in front of them. */
const ID_AND_CHECKSUM = /\b([a-z2-7]{8})\s+([\da-f]{8})\W*$/iu;
/** The same where a line was broken in the middle of one of them. */
const JOINED_LINE = /connectwizardanswer([a-z2-7]{8})([\da-f]{8})$/iu;
/** The words of our line; what belongs behind them may have been changed. */
const OUR_WORDS = /connect\W{0,3}wizard\s+answer\b/iu;

async function readSealedText(before: string, base64: string | undefined): Promise<SealedText> {
  const file = base64 === undefined ? undefined : decodeBase64(base64);
  const line = before.slice(-200).replaceAll(/[\s>|]+/gu, ' ');
  const joined = line.replaceAll(/[^A-Za-z\d]/gu, '');
  const [, id, checksum] = ID_AND_CHECKSUM.exec(line) ?? JOINED_LINE.exec(joined) ?? [];
  if (id !== undefined && checksum !== undefined) {
    const intact = base64 !== undefined && (await checksumOf(base64)) === checksum.toLowerCase();
    return { request: id.toLowerCase(), file: intact ? file : undefined };
  }
  return OUR_WORDS.test(line) ? { file: undefined } : { file };
}

/** The first 8 hexadecimal digits of the SHA-256 of the Base64 in one line. */
async function checksumOf(base64: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(base64));
  return Array.from(new Uint8Array(digest).subarray(0, 4), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

// ---- what programs put in ---------------------------------------------------------------------------

/** Named HTML entities that stand for a character of the armor, or for a space. */
const ENTITIES = new Map([
  ['amp', '&'],
  ['dash', '-'],
  ['equals', '='],
  ['gt', '>'],
  ['hyphen', '-'],
  ['lt', '<'],
  ['mdash', '\u2014'],
  ['nbsp', ' '],
  ['ndash', '\u2013'],
  ['NewLine', '\n'],
  ['plus', '+'],
  ['quot', '"'],
  ['shy', ''],
  ['sol', '/'],
]);

/** The parts of a saved mail that are in Base64 (RFC 2045), as text: an attachment always is. */
function encodedParts(mail: string): string[] {
  const parts = mail.match(
    /(?:^[A-Za-z\d+/]{40,76}={0,2}\r?\n)+(?:^[A-Za-z\d+/]{1,76}={0,2}$)?/gmu,
  );
  return (parts ?? []).flatMap((part) => {
    const bytes = decodeBase64(onlyBase64(part) ?? '');
    return bytes ? [new TextDecoder().decode(bytes)] : [];
  });
}

/** The text as it was before programs escaped, marked up or decorated it. */
function withoutMarkup(pasted: string): string {
  // NFKC: non-breaking spaces, letters of full width, the ligatures that a PDF has for `fi`.
  let text = pasted.normalize('NFKC').replaceAll(/\r\n?|[\u2028\u2029]/gu, '\n');
  // Twice, because some programs escape what is escaped already: `&amp;gt;`.
  for (let pass = 0; pass < 2; pass += 1) text = decodeEntities(text);
  // Rich text: its words (`\par`) would count as Base64.
  if (/^\s*\{\\rtf/u.test(text)) text = text.replaceAll(/\\[a-z]+-?\d* ?/gu, '\n');
  // As in an address; a form has a plus for each space, too.
  if (/BEGIN\+AGE/iu.test(text)) text = text.replaceAll('+', ' ');
  return (
    text
      // A line end as JSON writes it; its letter would count as Base64.
      .replaceAll(/(?:\\r)?\\n|\\t/gu, '\n')
      // Quoted-printable (RFC 2045): a soft line break, and bytes.
      .replaceAll(/=\n/gu, '')
      .replaceAll(/(?:=[\dA-F]{2})+/gu, decodeBytes)
      .replaceAll(/(?:%[\dA-F]{2})+/gu, decodeBytes)
      .replaceAll(/<\/?[a-z][^<>]{0,2000}>/giu, '\n')
      // Jira's and Confluence's blocks: {code}, {noformat:title=x}, {quote}.
      .replaceAll(/\{[a-z]+(?::[^{}\n]*)?\}/giu, '\n')
      // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
      .replaceAll(/\u001B\[[\d;?]*[ -/]*[@-~]/gu, '')
      .replaceAll(/\p{Default_Ignorable_Code_Point}|\p{Cf}|(?![\n\t])\p{Cc}/gu, '')
  );
}

/** @param bytes `=E2=80=94` or `%E2%80%94`. */
function decodeBytes(bytes: string): string {
  const values = bytes.slice(1).split(/[=%]/u);
  return new TextDecoder().decode(Uint8Array.from(values, (each) => parseInt(each, 16)));
}

function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/giu, (whole, ...groups) => {
    const [decimal, hexadecimal, name] = groups as (string | undefined)[];
    if (name !== undefined) return ENTITIES.get(name) ?? whole;
    const code = decimal === undefined ? parseInt(hexadecimal ?? '', 16) : parseInt(decimal, 10);
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
  });
}

/**
 * The Base64 in a body, with the padding that its length asks for; undefined if there is none. A line
 * with a colon is none of it: a header (`Version: 2`), or the name of who wrote a message.
 */
function onlyBase64(body: string): string | undefined {
  const digits = body.replaceAll(/^.*:.*$/gmu, '').replaceAll(/[^A-Za-z\d+/]/gu, '');
  return digits === '' ? undefined : digits.padEnd(Math.ceil(digits.length / 4) * 4, '=');
}

function encodeBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** Undefined if it is no Base64, or not the only way to write these bytes: a changed bit is noticed. */
function decodeBase64(base64: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/u.test(base64)) return undefined;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return encodeBase64(bytes) === base64 ? bytes : undefined;
}

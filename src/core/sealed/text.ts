import { once } from '../once.js';
import { sha256 } from '../sha256.js';

/**
 * A sealed answer as text: a line of ours, then an age file in its ASCII armor. Mail and chat
 * programs change the texts they carry, so it's read leniently. The markers are found by their
 * words, what programs inserted is removed, and the remaining Base64 is decoded here. The strict
 * armor reader of age never sees it.
 */

const BEGIN = '-----BEGIN AGE ENCRYPTED FILE-----';
const END = '-----END AGE ENCRYPTED FILE-----';

/** The length of a line in age's armor (age-encryption.org/v1). */
const LINE_LENGTH = 64;

/** The beginning of the first line. The request's id and a checksum follow. */
const OPENING = 'connect-wizard answer';

/** The text that carries an age file, `sealed`, as the answer to the request `id`. */
export async function writeSealedText(id: string, sealed: Uint8Array): Promise<string> {
  const base64 = encodeBase64(sealed);
  const lines = base64.match(new RegExp(`.{1,${LINE_LENGTH}}`, 'gu')) ?? [];
  const opening = `${OPENING} ${id} ${await checksumOf(base64)}`;
  return [opening, BEGIN, ...lines, END, ''].join('\n');
}

/** A sealed text that was found. */
export interface SealedText {
  /** The id of its request; undefined if our line is missing. */
  readonly request?: string;
  /** The age file; undefined if the text has changed since it was sealed. */
  readonly file: Uint8Array | undefined;
}

/** `cut`: the text contains a part of an age file, but not all of it. */
export type SealedTexts = 'none' | 'cut' | readonly SealedText[];

/** Finds every sealed text in a paste or a file, in order and without duplicates. */
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

/** The beginning of every binary age file. */
const AGE_MAGIC = 'age-encryption.org/v1\n';

/** The bytes are an age file without armor. */
export function isAgeFile(bytes: Uint8Array): boolean {
  return Array.from(AGE_MAGIC).every(
    (character, index) => bytes[index] === character.charCodeAt(0),
  );
}

// ---- the markers ------------------------------------------------------------------------------------

/**
 * Dashes of any kind, which mail programs and phones put in place of five hyphens. The limits keep
 * a long run of them from taking quadratic time.
 */
const DASH = String.raw`[\p{Pd}\u2212\u2500\u2501]`;
/** Between any two characters, a program may have broken and quoted the line. */
const GAP = String.raw`[\s>|]{0,20}`;
const words = (text: string): string => Array.from(text.replaceAll(' ', '')).join(GAP);
const marker = (word: string, flags: string): RegExp => {
  const inside = words(`${word} AGE ENCRYPTED FILE`);
  return new RegExp(`${DASH}{1,20}${GAP}${inside}(?:${GAP}${DASH}{1,20})?`, flags);
};
const beginMarker = once(() => marker('BEGIN', 'giu'));
const endMarker = once(() => marker('END', 'iu'));

/** Matches words of a marker or of our line, or the first line of an age file in Base64. */
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

/** The text is a sealed text, or a part of one. */
export function isSealedText(text: string): boolean {
  return partOfOne().test(withoutMarkup(text));
}

/** The end of a sealed text is there, so no more of a paste has to be awaited. */
export function hasEnd(text: string): boolean {
  return endMarker().test(text.normalize('NFKC').replaceAll(/\p{Cf}/gu, ''));
}

/** From each BEGIN to the next END, unless another BEGIN comes first. */
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

/** A request's id and a checksum right before BEGIN, whatever precedes them. */
const ID_AND_CHECKSUM = /\b([a-z2-7]{8})\s+([\da-f]{8})\W*$/iu;
/** The same, if a line was broken inside one of them. */
const JOINED_LINE = /connectwizardanswer([a-z2-7]{8})([\da-f]{8})$/iu;
/** The words of our line. What follows them may have been changed. */
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

/** The first 8 hexadecimal digits of the SHA-256 of the Base64, written in one line. */
async function checksumOf(base64: string): Promise<string> {
  return (await sha256(base64)).slice(0, 8);
}

// ---- what programs put in ---------------------------------------------------------------------------

/** HTML entities for a character of the armor or for a space. */
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

/** Decodes the Base64 parts of a saved mail (RFC 2045). An attachment is always in Base64. */
function encodedParts(mail: string): string[] {
  const parts = mail.match(
    /(?:^[A-Za-z\d+/]{40,76}={0,2}\r?\n)+(?:^[A-Za-z\d+/]{1,76}={0,2}$)?/gmu,
  );
  return (parts ?? []).flatMap((part) => {
    const bytes = decodeBase64(onlyBase64(part) ?? '');
    return bytes ? [new TextDecoder().decode(bytes)] : [];
  });
}

function visible(text: string): string {
  return text.replaceAll(/\p{Default_Ignorable_Code_Point}|\p{Cf}/gu, '');
}

/** The text before programs escaped, formatted or decorated it. */
function withoutMarkup(pasted: string): string {
  // NFKC handles non-breaking spaces, full-width letters, and ligatures such as a PDF's `fi`.
  // A soft hyphen may be inside what is looked for below.
  let text = visible(pasted.normalize('NFKC').replaceAll(/\r\n?|[\u2028\u2029]/gu, '\n'));
  // Twice, because some programs escape what is already escaped: `&amp;gt;`.
  for (let pass = 0; pass < 2; pass += 1) text = visible(decodeEntities(text));
  // In rich text, control words (`\par`) would count as Base64.
  if (/^\s*\{\\rtf/u.test(text)) text = text.replaceAll(/\\[a-z]+-?\d* ?/gu, '\n');
  // URL-encoded text. A form also has a plus for each space.
  if (/BEGIN\+AGE/iu.test(text)) text = text.replaceAll('+', ' ');
  return visible(
    text
      // A line end as JSON writes it. Its letter would count as Base64.
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
      .replaceAll(/(?![\n\t])\p{Cc}/gu, ''),
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
 * The Base64 in a body, padded to its length; undefined if there is none. A line with a colon isn't
 * part of it: it's a header (`Version: 2`), or the name of a message's author.
 */
function onlyBase64(body: string): string | undefined {
  const digits = body.replaceAll(/^.*:.*$/gmu, '').replaceAll(/[^A-Za-z\d+/]/gu, '');
  return digits === '' ? undefined : digits.padEnd(Math.ceil(digits.length / 4) * 4, '=');
}

function encodeBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/**
 * Undefined if it isn't Base64, or isn't the canonical form of its bytes. So a changed bit is
 * noticed.
 */
function decodeBase64(base64: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/u.test(base64)) return undefined;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return encodeBase64(bytes) === base64 ? bytes : undefined;
}

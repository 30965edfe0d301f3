import { looksLikeKey } from './key-likeness.js';
import { patternOf } from './pattern.js';
import type { Field } from './provider.js';

/**
 * `says` completes a sentence that begins with the field's name. It's ASCII, so any terminal can
 * show it.
 */
interface Oddity {
  /** Nobody can mean this value: a script's is refused, a person is asked. */
  readonly isSure?: boolean;
  readonly found: RegExp | ((value: string) => boolean);
  readonly says: string;
}

/** Straight and typographic quotes, those of other languages, and keyboard substitutes. */
const QUOTE =
  '["\'`\u00B4\u00AB\u00BB\u2018-\u201F\u2032\u2033\u2039\u203A\u300C\u300D\uFF02\uFF07]';

const IN_QUOTES: Oddity = {
  found: new RegExp(`^${QUOTE}.*${QUOTE}[,;]?$`, 'u'),
  says: 'it has quotes around it',
};

/**
 * A JSON Web Token: three parts (five if encrypted) with dots between. The first is JSON in Base64
 * (RFC 7519).
 */
const JWT = /^ey[\w-]{6,}(?:\.[\w-]*){2,4}$/u;

const PLACEHOLDER = 'it looks like the placeholder of an example, not like a real one';

/** The most telling come first. If several fit, the later ones follow from the first. */
const ODDITIES: Readonly<Record<Field['kind'], readonly Oddity[]>> = {
  host: [
    {
      found: (value) => looksLikeKey(value) || JWT.test(value),
      says: 'it looks like a key or a token; as a name it would be looked up, where others can see it',
    },
  ],
  choice: [],
  text: [IN_QUOTES],
  email: [
    IN_QUOTES,
    {
      found: new RegExp(`^[<(]|^${QUOTE}|${QUOTE}$|[>).,;]$`, 'u'),
      says: 'it has a character at one end that is hardly part of the address',
    },
    // There's no agreement on how Basic auth encodes them in a user name (RFC 7617).
    { found: /[^\u0020-\u007E]/u, says: 'it has letters that are not plain English ones' },
  ],
  secret: [
    {
      found: /authorization\W{0,3}[:=]|^(?:basic|bearer|token)\s/iu,
      says: 'it looks like a whole Authorization header, not the key or token alone',
      isSure: true,
    },
    {
      // NAME=value from a shell or an .env file (`=` at the end is Base64's padding), "name":
      // "value" from JSON, or name: value from YAML or a web page.
      found:
        /^(?:export\s+|set\s+|\$env:|--)?[a-z_][\w-]*\s*=\s*[^\s=]|^\{?\s*["'][\w .-]+["']\s*:|^[a-z][\w .-]*:\s/iu,
      says: 'it looks like a whole line of settings, with the name in front of the value',
    },
    IN_QUOTES,
    { found: new RegExp(`^${QUOTE}|${QUOTE}$`, 'u'), says: 'it has a quote at one end' },
    { found: /^(?:.*<)?[^\s@<]+@(?=[^\s@:]+$).+\../u, says: 'it looks like an e-mail address' },
    // The form that `curl -u` takes.
    {
      found: /^[^\s@:]+@(?=[^\s@:]+:)[^:]+\.[^:]+:/u,
      says: 'it has an e-mail address in front of it',
    },
    {
      found:
        /^(?:https?:)?\/\/|^www\.|^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|net|org|io|qa)(?:[/:?#]|$)/iu,
      says: 'it looks like the address of a page',
    },
    {
      found: isEncodedPair,
      says: 'it is encoded as scripts send it (Base64), with a colon inside',
    },
    { found: JWT, says: 'it looks like an OAuth token (a JWT), which is something else' },
    {
      found: /[*\u2022\u2026\u25CF\u2217\u2219\u22C5\u26AB\u2B24\uFF0A]{3}|\u2026|\.{3}/u,
      says: 'it has dots or stars, as a page shows for what it hides: press Show there, then copy',
    },
    // <your key>, {token}, $API_KEY, %API_KEY%, YOUR_API_KEY; xxxx, ....-....
    {
      found: /^[<[{].*[>\]}]$|^\$\{?\w+\}?$|^%\w+%$|^[A-Z]+(?:_[A-Z]+)+$|^(.)(?:\1|-)*$/u,
      says: PLACEHOLDER,
    },
    // your-key-here, my_token, and what a program prints for a missing value.
    {
      found:
        /^(?:your|insert|enter|paste)[ _-][\w -]*$|^(?:my[ _-])?(?:api[ _-]?)?(?:key|token|secret|password)$|^change[ _-]?me$|^(?:null|undefined|none)$/iu,
      says: PLACEHOLDER,
    },
    {
      found: isTwice,
      says: 'it is the same text twice, as if it was pasted twice',
      isSure: true,
    },
    {
      // The rest of paste markers, if a prompt took their beginning for a key.
      found: /^\[?[0-2]{0,3}~|~$/u,
      says: 'it has a ~ at one end, which some terminals add to what is pasted',
    },
    { found: /\S\s+\S/u, says: 'it has a space inside' },
    // A script's value keeps them, since a secret may have them.
    { found: /^\s|\s$/u, says: 'it has a space at its beginning or end' },
    {
      // Typographic dashes, and letters of other alphabets that look like ours.
      found: /[^\u0020-\u007E]/u,
      says: 'it has unusual characters, as some programs add when they copy',
    },
  ],
};

const LONGEST = 2000;

/**
 * Lists what looks wrong about a typed value. The person is asked about it; nothing is changed
 * silently or refused. The provider's own mistakes come first, then general oddities.
 */
export function lintPaste(
  field: Pick<Field, 'kind' | 'mistakes' | 'format'>,
  typed: string,
): string[] {
  const found = (field.mistakes ?? [])
    .filter(({ pattern }) => patternOf(pattern).test(typed))
    .map(({ message }) => message);
  const { format } = field;
  if (found.length === 0 && format && typed !== '' && !patternOf(format.pattern).test(typed)) {
    found.push(`it does not look like a right one, which ${format.says}`);
  }
  const odd = oddityOf(field.kind, typed);
  return odd ? [...found, odd.says] : found;
}

/** Why `typed` certainly isn't the field's value, as a clause; undefined if it may be. */
export function surelyWrong({ kind }: Pick<Field, 'kind'>, typed: string): string | undefined {
  const odd = oddityOf(kind, typed);
  return odd?.isSure ? odd.says : undefined;
}

function oddityOf(kind: Field['kind'], typed: string): Oddity | undefined {
  // Some patterns are slow on longer text.
  const value = typed.slice(0, LONGEST);
  return ODDITIES[kind].find(({ found }) =>
    typeof found === 'function' ? found(value) : found.test(value),
  );
}

/** The value is the same text twice. Short values can be like that by chance. */
function isTwice(value: string): boolean {
  const half = value.length / 2;
  return half >= 4 && value.slice(0, half) === value.slice(half);
}

/**
 * An encoded `user:password` of Basic auth (RFC 7617). By chance, one key in millions looks like
 * one.
 */
function isEncodedPair(value: string): boolean {
  if (!/^[\w+/-]{14,}={0,2}$/u.test(value)) return false;
  try {
    const bytes = atob(value.replaceAll('-', '+').replaceAll('_', '/'));
    const text = new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)),
    );
    // A line break at the end comes from `echo`.
    return /^[^\p{C}:]+:\P{C}*\r?\n?$/u.test(text);
  } catch {
    return false;
  }
}

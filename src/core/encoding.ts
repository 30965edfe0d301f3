/** Base64 of the UTF-8 bytes; `btoa` alone only takes Latin-1. */
export function base64(text: string): string {
  return btoa(bytesOf(text));
}

/** The UTF-8 bytes of a text, one character each. */
export function bytesOf(text: string): string {
  if (/^[\0-\u007F]*$/u.test(text)) return text;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCodePoint(byte)).join('');
}

/** A shorter piece of base64 also turns up by chance in unrelated text. */
const SHORTEST_PIECE = 8;

/** Text of these characters is the same in JSON, in a URL, in a form and in HTML. */
const NEVER_ESCAPED = /^[\w.-]*$/u;

/** Every spelling of `text` that programs print. */
export function spellings(text: string): Set<string> {
  const escaped = NEVER_ESCAPED.test(text)
    ? []
    : [...jsonForms(text), ...percentForms(text), ...htmlForms(text)];
  return new Set([
    text,
    ...escaped,
    ...base64Forms(text).flatMap((form) => [
      form,
      // base64url (RFC 4648, section 5)
      form.replaceAll('+', '-').replaceAll('/', '_'),
    ]),
  ]);
}

/** JSON as JavaScript writes it, with `/` escaped as in PHP, and in ASCII as in Python. */
function jsonForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const ascii = json.replaceAll(
    /[^\0-\u007F]/gu,
    // Each half of a surrogate pair is one escape.
    (character) =>
      Array.from({ length: character.length }, (_, index) => {
        const unit = character.charCodeAt(index).toString(16).padStart(4, '0');
        return String.raw`\u${unit}`;
      }).join(''),
  );
  return [json, ascii, json.replaceAll('/', String.raw`\/`), ascii.replaceAll('/', String.raw`\/`)];
}

/**
 * Percent-encoded as a part of a URL (RFC 3986), with `/` kept as in a path, with `+` for a space,
 * and as a form (URL Standard, section 5.2).
 */
function percentForms(text: string): string[] {
  // A lone surrogate has no UTF-8 form.
  if (/\p{Surrogate}/u.test(text)) return [];
  const script = encodeURIComponent(text);
  const strict = script.replaceAll(
    /[!'()*]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const form = new URLSearchParams([['', text]]).toString().slice(1);
  return [script, strict, form].flatMap((each) =>
    [each, each.replaceAll('%2F', '/'), each.replaceAll('%20', '+')].flatMap((spelling) => [
      spelling,
      spelling.replaceAll(/%[0-9A-F]{2}/gu, (code) => code.toLowerCase()),
    ]),
  );
}

/** HTML text, with both ways of escaping a single quote. */
function htmlForms(text: string): string[] {
  const form = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  return [form, form.replaceAll("'", '&#39;'), form.replaceAll("'", '&#x27;')];
}

/**
 * Base64 with and without padding, alone and with an encoded line end. It also has the pieces that
 * stay the same whatever text surrounds the secret, one for each of the three positions of its
 * first byte in a group.
 */
function base64Forms(text: string): string[] {
  const bytes = bytesOf(text);
  const whole = ['', '\n', '\r\n'].flatMap((end) => {
    const form = btoa(bytes + end);
    return [form, form.replace(/=+$/u, '')];
  });
  const pieces = ['', '\0', '\0\0'].map((before) => {
    const bits = (before.length + bytes.length) * 8;
    const start = Math.ceil((before.length * 8) / 6);
    return btoa(before + bytes).slice(start, Math.floor(bits / 6));
  });
  return [...whole, ...pieces.filter(({ length }) => length >= SHORTEST_PIECE)];
}

import { printParseErrorCode, visit, type JSONPath } from 'jsonc-parser';
import type { Fault } from '../errors.js';
import { fault, type Path } from './faults.js';
import { isDeepText, MOST_DEEP } from './json.js';

/** The largest definition that is read; the largest that ships has 34 KiB. */
export const LARGEST_DEFINITION = 64 * 1024;

type Read =
  | { readonly value: unknown; readonly faults?: undefined }
  | { readonly value?: undefined; readonly faults: readonly Fault[] };

const WRONG: Readonly<Record<string, string>> = {
  InvalidSymbol: 'only numbers, true, false and null stand without quotes',
  InvalidNumberFormat: 'that is no number',
  PropertyNameExpected: 'a key in double quotes is missing, or a comma is too many',
  ValueExpected: 'a value is missing, or a comma is too many',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a } is missing',
  CloseBracketExpected: 'a ] is missing',
  EndOfFileExpected: 'something comes after its end',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'a text has no closing quote, or a line break in it',
  InvalidUnicode: 'after \\u come four hexadecimal digits',
  InvalidEscapeCharacter: 'that is no escape sequence',
  InvalidCharacter: 'a text has a control character in it',
};

/** The JSON of a definition's file; else what keeps it from being read. */
export function readDefinitionJson(bytes: Uint8Array): Read {
  if (bytes.length > LARGEST_DEFINITION) return fail('it is larger than 64 KiB');
  let text: string;
  try {
    // A BOM is taken off by the decoder.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fail(
      isUtf16(bytes) ? 'it is UTF-16: save it as UTF-8' : 'it is not UTF-8: save it as that',
    );
  }
  if (text.trim() === '') return fail('it is empty');
  if (isDeepText(text)) return fail(MOST_DEEP);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail(`it is not JSON${firstError(text)}`);
  }
  const faults = keyFaults(text);
  return faults.length > 0 ? { faults } : { value };
}

function fail(message: string): Read {
  return { faults: [fault([], message)] };
}

function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** Where a parser stumbles, and over what. */
function firstError(text: string): string {
  let found = '';
  visit(
    text,
    {
      onError(code, _offset, _length, line, column) {
        const wrong = WRONG[printParseErrorCode(code)];
        const why = wrong === undefined ? '' : `: ${wrong}`;
        found ||= `, line ${line + 1}, column ${column + 1}${why}`;
      },
    },
    { disallowComments: true },
  );
  return found;
}

/** Of a key that is there twice a parser takes the last, and a person reads the first. */
function keyFaults(text: string): Fault[] {
  const faults: Fault[] = [];
  const seen: Set<string>[] = [];
  visit(text, {
    onObjectBegin: () => void seen.push(new Set()),
    onObjectEnd: () => void seen.pop(),
    onObjectProperty(key, _offset, _length, _line, _column, pathOf) {
      const keys = seen.at(-1);
      const path: Path = [...pathOf(), key] satisfies JSONPath;
      if (key === '__proto__') faults.push(fault(path, '__proto__ is no key'));
      else if (keys?.has(key)) faults.push(fault(path, 'it is there twice'));
      keys?.add(key);
    },
  });
  return faults;
}

import { printParseErrorCode, visit, type JSONPath } from 'jsonc-parser';
import type { Fault } from '../errors.js';
import { fault, type Path } from './faults.js';

/** The parser's errors, in our words. */
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

/** Why a definition's text isn't JSON: where the parser stops, and why. */
export function syntaxFault(text: string): Fault {
  if (text.trim() === '') return fault([], 'it is empty');
  return fault([], `it is not JSON${firstError(text)}`);
}

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

/** Reports duplicate keys: a parser takes the last one, while a person reads the first. */
export function keyFaults(text: string): Fault[] {
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

import { printParseErrorCode, visit, type JSONPath } from 'jsonc-parser';
import type { Fault } from '../errors.js';
import { fault, type Path } from './faults.js';

/** The parser's errors, in our words. */
const WRONG: Readonly<Record<string, string>> = {
  InvalidSymbol: 'only numbers, true, false and null go without quotes',
  UnexpectedEndOfNumber: 'that is not a number',
  PropertyNameExpected: 'a key in double quotes is missing, or there is a comma too many',
  ValueExpected: 'a value is missing, or there is a comma too many',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a } is missing',
  CloseBracketExpected: 'a ] is missing',
  EndOfFileExpected: 'there is something after the end',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'a text has no closing quote, or contains a line break',
  InvalidUnicode: '\\u must be followed by four hexadecimal digits',
  InvalidEscapeCharacter: 'that is not an escape sequence',
  InvalidCharacter: 'a text contains a control character',
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
      if (key === '__proto__') faults.push(fault(path, '__proto__ is not allowed as a key'));
      else if (keys?.has(key)) faults.push(fault(path, 'it is there twice'));
      keys?.add(key);
    },
  });
  return faults;
}

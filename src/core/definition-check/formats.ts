import type { Path } from '../definition/faults.js';
import type { FieldDefinition } from '../definition/parts.js';
import type { Subject } from './subject.js';

export function checkFormats({ ids, field, isWhole, report }: Subject): void {
  const check = (
    format: Pick<NonNullable<FieldDefinition['format']>, 'length'> | undefined,
    place: Path,
  ) => {
    const length = format?.length;
    if (Array.isArray(length) && length[0] > length[1]) {
      report(
        [...place, 'length'],
        `from ${length[0]} to ${length[1]}: the smaller number comes first`,
      );
    }
  };
  for (const id of ids) {
    const { format, mistakes = [] } = field(id) ?? {};
    check(format, ['fields', id, 'format']);
    if (format && isWhole('fields', id, 'format') && isEmpty(format)) {
      report(['fields', id, 'format'], `it says nothing: ${WHAT_TO_SAY}`);
    }
    for (const [index, mistake] of mistakes.entries()) {
      const place = ['fields', id, 'mistakes', index];
      check(mistake, place);
      const { message: _, ...conditions } = mistake;
      if (isWhole(...place) && isEmpty(conditions)) {
        report(place, `it says what to look for in ${WHAT_TO_SAY}`);
      }
    }
  }
}

function isEmpty(conditions: object): boolean {
  return Object.values(conditions).every((each) => each === undefined);
}

const WHAT_TO_SAY = 'startsWith, endsWith, contains, charset, length, mixed or noSpaces';

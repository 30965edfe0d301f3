import * as z from 'zod/mini';
import { key, oneOrMoreTexts, optional, page, pieces, sources, text, word } from './values.js';

/** A value that a person is asked for. */

const length = z.int().check(z.gte(1), z.lte(4000));

const formatShape = {
  startsWith: optional('The value starts with one of these.', pieces),
  endsWith: optional('The value ends with one of these.', pieces),
  contains: optional('The value contains one of these.', pieces),
  charset: optional(
    'Every character is from this set; `word` means letters, digits, _ and -.',
    z.enum(['digits', 'letters', 'hex', 'alphanumeric', 'word', 'base64']),
  ),
  length: optional(
    'The number of characters, or the smallest and the largest number.',
    z.union([length, z.tuple([length, length])]),
  ),
  mixed: optional(
    'Both cases, or a letter right after a digit, as random ids have.',
    z.literal(true),
  ),
  noSpaces: optional('No white space.', z.literal(true)),
};

const choice = z.union([
  word,
  z.strictObject({
    value: key('What a flag or a variable takes.', word),
    label: key('What a person reads.', text),
  }),
]);

const mistake = z.strictObject({
  ...formatShape,
  message: key('What the value is, as in "it is ...".', text),
});

export const field = z.strictObject({
  label: optional("The vendor's own name for it; made from the id if it is left out.", text),
  kind: optional(
    'What is typed. If it is left out: a name if `host` has the field, a choice if there are `choices`, otherwise a secret.',
    z.enum(['text', 'email', 'secret', 'host']),
  ),
  example: optional('Something that could be typed; never a real secret.', text),
  about: optional('What it is, and what to watch out for.', oneOrMoreTexts),
  where: optional("The way through the vendor's menus.", text),
  page: optional(
    'Where it is made or found. The page is shown, and opened if the person says yes; nothing is sent to it.',
    page,
  ),
  choices: optional('The only values.', z.array(choice).check(z.minLength(2), z.maxLength(40))),
  default: optional('Used if nothing is given.', word),
  optional: optional('It may be empty.', z.literal(true)),
  format: optional(
    'What a right value looks like. If a value looks different, the tool asks about it, but never refuses it.',
    z.strictObject(formatShape),
  ),
  mistakes: optional(
    'What people type here by mistake. The tool asks about such values.',
    z.array(mistake).check(z.maxLength(12)),
  ),
  sources: optional(
    "Where the facts are from; the provider's `sources` if it is left out.",
    sources,
  ),
});

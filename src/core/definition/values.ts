import * as z from 'zod/mini';

/**
 * The simplest parts of a definition: texts, names, paths. Each error says what would be right,
 * because an author reads it next to the faulty place.
 */

/** A key with the description that an editor shows. */
export function key<Schema extends z.ZodMiniType>(description: string, schema: Schema): Schema {
  return schema.check(z.describe(description));
}

/** Such a key that may be left out. */
export function optional<Schema extends z.ZodMiniType>(
  description: string,
  schema: Schema,
): z.ZodMiniOptional<Schema> {
  return z.optional(key(description, schema));
}

/** No control, format, private, unassigned or surrogate characters, and no invisible ones. */
const VISIBLE =
  '[^\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\u2800]';

function visible(from: number, to: number): RegExp {
  return new RegExp(`^${VISIBLE}{${from},${to}}$`, 'u');
}

/** A text for a person. */
export const text = z.string().check(
  z.refine((value) => value !== '', { error: 'a text must not be empty', abort: true }),
  z.regex(visible(1, 600), 'a text is at most 600 characters, without control or invisible ones'),
  z.refine((value) => value.trim() === value, 'a text has no space at its start or end'),
);

export const texts = z.array(text).check(z.minLength(1));
export const oneOrMoreTexts = z.union([text, texts]);

/** A part of a value. It may begin or end with a space. */
const piece = z.string().check(z.regex(visible(1, 80), 'one to 80 visible characters'));
export const pieces = z.union([piece, z.array(piece).check(z.minLength(1), z.maxLength(40))]);

/** A value of a response. It's only compared, and never printed as it is. */
export const constant = z.union([
  z.string().check(z.regex(visible(0, 400), 'at most 400 visible characters')),
  z.number(),
  z.boolean(),
]);

/**
 * A choice or a default. It has no characters that are special in a shell, so nobody has to quote
 * it.
 */
export const word = z
  .string()
  .check(
    z.regex(
      /^[A-Za-z0-9._-]{1,100}$/u,
      'a choice or a default is letters, digits, . _ and -, at most 100',
    ),
  );

/** A value for a header or a query. */
export const ascii = z
  .string()
  .check(z.regex(/^[\x20-\x7e]{0,400}$/u, 'only printable ASCII, at most 400 characters'));

export const fieldId = z
  .string()
  .check(
    z.regex(
      /^[a-z][A-Za-z0-9]{0,39}$/u,
      'a field id is letters and digits in camelCase, a small letter first',
    ),
  );

export const partId = z
  .string()
  .check(z.regex(/^[a-z]+(?:-[a-z]+)*$/u, 'small letters with - between'), z.maxLength(60));

export const POINTER = /^(?:[^\s.{}]+(?:\.[^\s.{}]+)*)?$/u;

/** The path to a value in a JSON response. */
export const pointer = z.string().check(
  z.regex(
    POINTER,
    'a pointer is keys with dots between: user.id, errors.0.code; empty for the whole',
  ),
  z.maxLength(120),
  z.refine((value) => !value.split('.').includes('__proto__'), '__proto__ is not allowed as a key'),
);

export const header = z
  .string()
  .check(z.regex(/^[a-z0-9-]{1,60}$/u, 'a header name is small letters, digits and -'));

export const queryName = z
  .string()
  .check(z.regex(/^[\w.~-]{1,60}$/u, 'a query name is letters, digits and . _ ~ -'));

export const headers = z.record(header, ascii);
export const query = z.record(queryName, ascii);

/** A path with its query, on a known host. */
export const path = z.string().check(
  z.regex(
    /^\/(?!\/)[\x21-\x7e]{0,400}$/u,
    'a path begins with one / and is printable ASCII without spaces, as in /v1/me',
  ),
  z.refine(
    (value) => !/[\\#"<>^`|]|\/\.{1,2}(?:[/?]|$)|%2e|%2f|%5c/iu.test(value),
    'a path goes forward only: no .., \\ or #',
  ),
);

export const page = z
  .string()
  .check(
    z.regex(/^https:\/\/[^\s@\\]{1,300}$/u, 'a page is an https:// address without a user name'),
    z.regex(/^[\x21-\x7e]*$/u, 'an address is printable ASCII'),
  );

export const template = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9.*#{}A-Z-]{1,253}$/u,
      'a host is labels and {field}, * and # between dots, as in {site}.acme.com; nothing else',
    ),
  );

/** A refused host. */
export const hostPattern = z
  .string()
  .check(
    z.regex(
      /^\.?[a-z0-9*#-]+(?:\.[a-z0-9*#-]+)+$/u,
      'a host here is a name, * for any letters, # for digits; .example.com is that and all below it',
    ),
    z.maxLength(253),
  );

export const status = z.int().check(z.gte(200), z.lte(599));
export const oneOrMoreStatuses = z.union([status, z.array(status).check(z.minLength(1))]);

export const date = z.iso.date();

/** Where facts come from. */
export const sources = z
  .array(
    z.strictObject({
      what: key('The page, or who said it.', text),
      checked: key('The day on which it was last read.', date),
    }),
  )
  .check(z.minLength(1));

/** Where the wizard was left, so that the next run can go on from there. No secret is in it. */
export interface Bookmark {
  readonly provider: string;
  /** Answers that are not secret, by field id, as they were typed. */
  readonly fields: Readonly<Record<string, string>>;
  /** What was put into the blanks of a message, by their names. */
  readonly words: Readonly<Record<string, string>>;
  /** The part of the guide that was open, by its id; null where none was. */
  readonly part: string | null;
  /** What the run was started with. */
  readonly options: {
    readonly name?: string | undefined;
    readonly store?: string | undefined;
    readonly needs?: readonly string[] | undefined;
  };
  /** ISO 8601, UTC. */
  readonly savedAt: string;
}

/** The version of the shape of the file in which they are kept. */
export const BOOKMARK_VERSION = 1;

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts: Check = (value) => isObject(value) && Object.values(value).every(isText);
const isOptional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

/** By hand, as in `connection.ts`: zod is not to be loaded for it at every start. */
const checks: Record<keyof Bookmark, Check> = {
  provider: isText,
  fields: isTexts,
  words: isTexts,
  part: (value) => value === null || isText(value),
  options: (value) =>
    isObject(value) &&
    isOptional(isText)(value['name']) &&
    isOptional(isText)(value['store']) &&
    isOptional((needs) => Array.isArray(needs) && needs.every(isText))(value['needs']),
  savedAt: (value) =>
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT[\d:.]+Z$/u.test(value) &&
    !Number.isNaN(Date.parse(value)),
};

/** Is it a place as this version keeps them? */
export function isBookmark(json: unknown): json is Bookmark {
  return isObject(json) && Object.entries(checks).every(([key, check]) => check(json[key]));
}

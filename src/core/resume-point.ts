import {
  hasShape,
  isNullOr,
  isOptional,
  isText,
  isTextList,
  isTexts,
  isTime,
  type Check,
} from './shape.js';

/** Where the wizard was left: the next run can go on there. It has no secret in it. */
export interface ResumePoint {
  readonly provider: string;
  /** Answers that are not secret, by field id; of the host, the shortest form. */
  readonly fields: Readonly<Record<string, string>>;
  /** The field that was asked for. */
  readonly field: string;
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
export const RESUME_VERSION = 1;

const checks: Record<keyof ResumePoint, Check> = {
  provider: isText,
  fields: isTexts,
  field: isText,
  words: isTexts,
  part: isNullOr(isText),
  options: (value) =>
    hasShape(value, {
      name: isOptional(isText),
      store: isOptional(isText),
      needs: isOptional(isTextList),
    }),
  savedAt: isTime,
};

/** Is it a place as this version keeps them? */
export function isBookmark(json: unknown): json is ResumePoint {
  return hasShape(json, checks);
}

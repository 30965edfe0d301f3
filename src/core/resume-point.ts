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

/** Where the wizard was left, so that the next run can go on there. It contains no secret. */
export interface ResumePoint {
  readonly provider: string;
  /** The answers that aren't secret, by field id. The host is in its shortest form. */
  readonly fields: Readonly<Record<string, string>>;
  /** The field that was being asked for. */
  readonly field: string;
  /** What was filled into the blanks of a message, by the blanks' names. */
  readonly words: Readonly<Record<string, string>>;
  /** The id of the guide's part that was open; null if none was. */
  readonly part: string | null;
  /** The options that the run was started with. */
  readonly options: {
    readonly name?: string | undefined;
    readonly store?: string | undefined;
    readonly needs?: readonly string[] | undefined;
  };
  /** ISO 8601 in UTC. */
  readonly savedAt: string;
}

/** The version of the format in which they are stored. */
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

/** Tells whether `json` is a resume point in this version's format. */
export function isResumePoint(json: unknown): json is ResumePoint {
  return hasShape(json, checks);
}

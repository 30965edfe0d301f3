/** The longest file, in bytes, and the most rows: far more than a team has keys. */
export const LONGEST_IMPORT = 10 * 1024 * 1024;
export const MOST_ROWS = 10_000;

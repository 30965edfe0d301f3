/** The longest file, in bytes, and the most rows. No team has nearly as many keys. */
export const LONGEST_IMPORT = 10 * 1024 * 1024;
export const MOST_ROWS = 10_000;

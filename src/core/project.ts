/**
 * The project's home page. `package.json` has the same address; docs/releasing.md says when it's
 * filled in.
 */
export const REPOSITORY = 'https://github.com/OWNER/connect-wizard';

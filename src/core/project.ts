/** Where the project is kept. `package.json` says the same; docs/releasing.md says who fills it in. */
export const REPOSITORY = 'https://github.com/OWNER/connect-wizard';

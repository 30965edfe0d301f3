/**
 * Scripts that NODE_OPTIONS loads before the program starts. They change nothing in the program
 * itself.
 */

/** What `MEASURE` writes about a run. */
export interface Measured {
  /** Seconds from the start of the process to its end. */
  readonly seconds: number;
  /** The largest resident set, in MiB. */
  readonly mebibytes: number;
}

/** Writes `Measured` to the file that TEST_MEASURED names, when the process ends. */
export const MEASURE = `
process.on('exit', () => {
  if (!process.env.TEST_MEASURED) return;
  const mebibytes = process.resourceUsage().maxRSS / 1024;
  const measured = JSON.stringify({ seconds: process.uptime(), mebibytes });
  require('node:fs').writeFileSync(process.env.TEST_MEASURED, measured);
});
`;

/** A resolver that knows the names in TEST_NAMES (JSON: name to IPv4 address) and no others. */
export const RESOLVE = `
if (process.env.TEST_NAMES) {
  const names = JSON.parse(process.env.TEST_NAMES);
  const dns = require('node:dns');
  const find = (name, options) => {
    const address = names[name];
    if (address === undefined) {
      const error = new Error('getaddrinfo ENOTFOUND ' + name);
      throw Object.assign(error, { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: name });
    }
    return options.all ? [{ address, family: 4 }] : { address, family: 4 };
  };
  dns.promises.lookup = async (name, options = {}) => find(name, options);
  dns.lookup = (name, options, done = options) => {
    dns.promises.lookup(name, typeof options === 'object' ? options : {}).then(
      (found) => (Array.isArray(found) ? done(null, found) : done(null, found.address, found.family)),
      done,
    );
  };
  require('node:module').syncBuiltinESMExports();
}
`;

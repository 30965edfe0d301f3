import { StoreError } from '../core/errors.js';
import { plainText } from '../core/plain-text.js';
import type { Approvals, Terminal } from '../core/ports.js';
import { shellWord } from '../core/shell.js';
import { locateHelper } from './credential-helper.js';
import { findProgram } from './spawn.js';

export interface HelperConsentOptions {
  /** What follows `helper:` in `--store` and in `CONNECT_WIZARD_STORE` of this run. */
  readonly named: readonly string[];
  /** Replaces `~/` at the start of a path. */
  readonly expand: (path: string) => string;
  readonly approvals: Approvals;
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** Left out if nobody can be asked, as in the library. */
  readonly terminal?: Pick<Terminal, 'interactive' | 'confirm'> | undefined;
}

/** A file may name a Docker helper, but no other program. */
const BARE_NAME = /^[a-z0-9][a-z0-9-]*$/u;

/**
 * Decides which credential helper may be run. A record, a resume point or a shared folder can name
 * one, and it gets the secret. So a person must have named it for this run, or approved its full
 * path.
 */
export function createHelperConsent(
  options: HelperConsentOptions,
): (program: string) => Promise<string | undefined> {
  const { named, expand, approvals, platform, env, terminal } = options;

  /**
   * A program that a person names is approved, because the next run finds it only in the record.
   */
  async function note(program: string, path: string): Promise<void> {
    if (!BARE_NAME.test(program)) return;
    try {
      if (!approvals.has('programs', path)) await approvals.add('programs', path);
    } catch (error) {
      // Then it has to be named or approved again.
      if (!(error instanceof StoreError)) throw error;
    }
  }

  return async (program) => {
    if (named.includes(program)) {
      const path = locateHelper(expand(program), env);
      if (path !== undefined) await note(program, path);
      return path;
    }
    if (!BARE_NAME.test(program)) {
      throw denied(program, 'a file names it, and a file may name only a helper of Docker');
    }
    const path = findProgram(`docker-credential-${program}`, platform, env);
    if (path === undefined || approvals.has('programs', path)) return path;
    const why = `a file names it, and ${path} was not approved on this machine`;
    if (terminal?.interactive !== true) throw denied(program, why);
    const question = `A file says that the secret is kept by the program ${path}. Run it?`;
    if (!(await terminal.confirm(question))) throw denied(program, why);
    await note(program, path);
    return path;
  };
}

function denied(program: string, why: string): StoreError {
  const name = plainText(program, 80);
  // A person copies it into a shell.
  const named = shellWord('posix', `helper:${name}`);
  return new StoreError('store-denied', {
    what: `The credential helper ${name} was not run`,
    why,
    next: `If you trust that program, set CONNECT_WIZARD_STORE=${named}, then try again.`,
  });
}

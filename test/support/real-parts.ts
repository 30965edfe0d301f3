import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/** `.ci/run` sets it, since a missing part is a failure there, and no reason to skip. */
const SKIPPING_FORBIDDEN = process.env['CONNECT_WIZARD_TEST_FORBID_SKIPPING'] === '1';

function installed(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/**
 * `describe` if the programs are installed; otherwise a skip that names what is missing or, if
 * skipping is forbidden, tests that run and fail.
 */
export function describeWith(programs: readonly string[], name: string, body: () => void): void {
  const missing = programs.filter((program) => !installed(program));
  if (missing.length === 0 || SKIPPING_FORBIDDEN) describe(name, body);
  else describe.skip(`${name} (not installed here: ${missing.join(', ')})`, body);
}

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { nextStep, sentence, StoreError, UsageError } from '../core/errors.js';
import { healthy, unhealthy, type HealthCheck } from '../core/health.js';
import { IDENTITY_VARIABLE, isClearIdentity, RECIPIENTS_VARIABLE } from './age-identity.js';
import type { Environment } from './environment.js';
import { createFileGuard } from './file-guard.js';
import { PASSPHRASE_FILE_VARIABLE } from './passphrase.js';

const ID = 'permissions';
const WHAT = 'It is not used';

/**
 * Checks who else can access this tool's files: everything in the home and state folders, and files
 * named by variables. There is one check if all is well, otherwise one for each fault.
 */
export async function permissionChecks(environment: Environment): Promise<HealthCheck[]> {
  const { platform, userId, variable, folders } = environment;
  if (platform === 'win32') {
    return [healthy(ID, 'who else can read or change the files is not looked at on Windows')];
  }
  const found: HealthCheck[] = [];
  const guard = createFileGuard({
    platform,
    userId,
    warn: (advice) => found.push(healthy(ID, `${sentence(advice)} ${advice.next}`)),
  });

  /**
   * @returns whether others can access it. If so, the suggested command also fixes what is inside.
   */
  function isExposed(path: string, look: () => void): boolean {
    try {
      look();
      return false;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const { why = '' } = error.advice;
      found.push(unhealthy(`${ID}:${path}`, 'store-error', why, nextStep(error.advice)));
      return true;
    }
  }

  /** Without these, the store's own identity opens the secrets, so nobody else should read them. */
  const isShared = [RECIPIENTS_VARIABLE, IDENTITY_VARIABLE].some(
    (name) => variable(name) !== undefined,
  );

  function lookInto(folder: string, depth: number): void {
    if (isExposed(folder, () => guard.checkFolder(WHAT, folder))) return;
    for (const name of namesIn(folder)) {
      const path = join(folder, name);
      if (isFolder(path)) {
        if (depth > 1) lookInto(path, depth - 1);
        continue;
      }
      const secret = name.endsWith('.age') && !isShared;
      isExposed(path, () => guard.checkFile(WHAT, path, { secret }));
    }
  }

  for (const find of [folders.home, folders.state]) {
    try {
      lookInto(find(), 2);
    } catch (error) {
      // There is no such folder, which has a check of its own.
      if (!(error instanceof UsageError)) throw error;
    }
  }
  const identity = variable(IDENTITY_VARIABLE);
  if (identity !== undefined) {
    const path = folders.expand(identity);
    const secret = await isClear(path);
    isExposed(path, () => guard.checkFile(WHAT, path, { secret }));
  }
  const passphrase = variable(PASSPHRASE_FILE_VARIABLE);
  if (passphrase !== undefined) {
    const path = folders.expand(passphrase);
    isExposed(path, () => guard.checkFile(WHAT, path, { secret: true }));
  }
  const unique = [...new Map(found.map((check) => [check.detail, check])).values()];
  if (unique.some(({ ok }) => !ok)) return unique;
  return [healthy(ID, 'nobody else can change the files'), ...unique];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    // It doesn't exist or can't be read. The command that needs it reports that.
    return [];
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

async function isClear(path: string): Promise<boolean> {
  try {
    return statSync(path).isFile() && (await isClearIdentity(readFileSync(path)));
  } catch {
    return false;
  }
}

import type { Warning } from '../../core/ladder.js';
import type { Clock } from '../../core/ports.js';
import type { VaultClient } from './client.js';
import type { Engine } from './engine.js';
import { FAILURES } from './failure.js';
import { CAPABILITIES } from './policy.js';

/** In seconds. A person may take longer to fetch a secret and type it. */
const SHORT_LIFE_S = 300;

/**
 * How many requests a connect makes after it has checked the token: the permissions, the
 * credential, the test entry (5), the save (5), and 3 more if the save has to be undone.
 */
export const USES_OF_A_SAVE = 15;

/**
 * Checks the engine, the token and the permissions before a person is sent to fetch a secret that
 * is shown only once. What the token may not ask about is left to the test entry that follows.
 *
 * @param paths the entries that will be written.
 * @throws {StoreError} a save would fail. `store-denied` comes with the policy that would allow it.
 */
export async function lookAtAccess(
  client: VaultClient,
  engine: Engine,
  clock: Clock,
  paths: readonly string[],
): Promise<Warning[]> {
  await engine.locate();
  const warnings = await lookAtToken(client, engine, clock);
  await lookAtRights(client, engine, paths);
  return warnings;
}

async function lookAtToken(client: VaultClient, engine: Engine, clock: Clock): Promise<Warning[]> {
  const { status, data } = await client.call('GET', 'auth/token/lookup-self');
  // A good token may lack the permission to look itself up.
  if (status !== 200 || !data) return [];
  const { num_uses: uses, ttl } = data;
  // For both, 0 means no limit.
  if (typeof uses === 'number' && uses !== 0 && uses < USES_OF_A_SAVE) {
    throw engine.fail(FAILURES.fewUses, { detail: String(Math.max(uses, 0)) });
  }
  if (typeof ttl !== 'number' || ttl === 0 || ttl >= SHORT_LIFE_S) return [];
  const end = new Date(clock.now().getTime() + ttl * 1000).toISOString();
  const message = `The token for Vault ends in ${ttl} s (at ${end.slice(11, 19)} UTC). Log in again first if you may need longer.`;
  return [{ code: 'token-ends-soon', message }];
}

async function lookAtRights(
  client: VaultClient,
  engine: Engine,
  paths: readonly string[],
): Promise<void> {
  const wanted = new Map<string, readonly string[]>();
  for (const path of paths) {
    const [folder = ''] = path.split('/', 1);
    wanted.set(await engine.pathOf('data', path), CAPABILITIES.data);
    wanted.set(await engine.pathOf('metadata', path), ['delete']);
    wanted.set(`${await engine.pathOf('metadata', folder)}/`, ['list']);
  }
  const body = JSON.stringify({ paths: [...wanted.keys()] });
  const { status, data } = await client.call('POST', 'sys/capabilities-self', { body });
  if (status !== 200 || !data) return;
  /** The paths that lack the same capabilities. */
  const missing = new Map<string, string[]>();
  for (const [path, capabilities] of wanted) {
    const granted = data[path];
    if (!Array.isArray(granted) || granted.includes('root')) continue;
    const ungranted = capabilities.filter((each) => !granted.includes(each)).join(', ');
    if (ungranted !== '') missing.set(ungranted, [...(missing.get(ungranted) ?? []), path]);
  }
  if (missing.size === 0) return;
  const detail = [...missing].map(([ungranted, where]) => `${ungranted} on ${where.join(' and ')}`);
  throw engine.fail(FAILURES.rightsMissing, { detail: detail.join('; ') });
}

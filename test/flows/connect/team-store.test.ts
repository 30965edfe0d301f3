import { describe, expect, it } from 'vitest';
import { joinRecords } from '../../../src/adapters/joined-records.js';
import { Secret } from '../../../src/core/secret.js';
import {
  API_KEY,
  asks,
  fakeContext,
  fakeRecords,
  itemOf,
  type Exchange,
  type FakeContext,
  type FakeHost,
} from '../../support/fakes.js';
import { itemsOf, runConnect } from '../../support/run-connect.js';
import { brindle, connectionTo, fakeApi } from '../../support/test-provider.js';
import { STORE_ID, vaultTeam, type Team } from '../../support/vault-team.js';

const ACME = 'acme.brindle.example';
const live = fakeApi(brindle);
const stored = connectionTo(brindle, { store: STORE_ID });
const { name: NAME } = stored;
const THEIRS = 'somebody-elses-key-7';

/** Another machine of the team saves while the provider is asked. */
function overtakenBy(team: Team): FakeHost {
  const omar = team.machine({ author: 'omar@build-7' });
  let saving: Promise<void> | undefined;
  return (request) => {
    if (request.authorization !== undefined) {
      const item = new Secret(itemOf(stored, THEIRS));
      saving ??= omar.secrets.setPassword(NAME, item).then(() => omar.records.write(stored));
    }
    return live(request);
  };
}

function contextOf(team: Team, host: FakeHost, script?: readonly Exchange[]): FakeContext {
  const { secrets, records } = team.machine();
  const context = fakeContext({
    hosts: { [ACME]: host },
    stores: { [STORE_ID]: secrets },
    ...(script && { script }),
  });
  const joined = joinRecords(fakeRecords(), new Map([[STORE_ID, { records }]]));
  return { ...context, records: joined as FakeContext['records'] };
}

const keyIn = async (team: Team): Promise<unknown> => {
  const secret = await team.machine().secrets.getPassword(NAME);
  return (JSON.parse(secret?.reveal() ?? 'null') as { fields: { apiKey: string } } | null)?.fields
    .apiKey;
};

describe('a connect that somebody else overtakes', () => {
  it('ends with store-conflict in a script, and overwrites nothing', async () => {
    const team = vaultTeam();
    const context = contextOf(team, overtakenBy(team));
    const { report } = await runConnect(context, { store: STORE_ID });
    expect(report).toMatchObject({ reason: 'store-conflict', stored: false });
    expect(report.advice.why).toContain('by omar@build-7');
    expect(await keyIn(team)).toBe(THEIRS);
  });

  it('replaces the other secret if the person tries again, with nothing typed again', async () => {
    const team = vaultTeam();
    const again = asks.choose(/^What now\?$/u, /^Try again$/u);
    const context = contextOf(team, overtakenBy(team), [asks.secret('API key', API_KEY), again]);
    const { report } = await runConnect(context, { supplied: { site: 'acme' }, store: STORE_ID });
    expect(report).toMatchObject({ reason: 'ok', stored: true });
    expect(context.http.signed).toHaveLength(1);
    // It comes first, so that a bare Enter puts no secret of the team into a store of this machine.
    const offered = context.terminal.text('ask');
    expect(offered).toMatch(/^What now\? \[Try again \| /mu);
    expect(await keyIn(team)).toBe(API_KEY);
  });

  it('overwrites nothing if the person stops', async () => {
    const team = vaultTeam();
    const stop = asks.choose(/^What now\?$/u, /^Stop, and save nothing$/u);
    const context = contextOf(team, overtakenBy(team), [asks.secret('API key', API_KEY), stop]);
    const { report, shown } = await runConnect(context, {
      supplied: { site: 'acme' },
      store: STORE_ID,
    });
    expect(report).toMatchObject({ reason: 'store-conflict', stored: false });
    expect(shown).toBe(true);
    expect(context.terminal.text('problem')).toContain('by omar@build-7');
    expect(await keyIn(team)).toBe(THEIRS);
    expect(itemsOf(context)).toEqual({});
  });
});

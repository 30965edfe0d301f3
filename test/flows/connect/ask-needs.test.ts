import { describe, expect, it } from 'vitest';
import { json } from '../../support/fake-providers.js';
import { API_KEY, asks, fakeContext, fakeRecords, type FakeHost } from '../../support/fakes.js';
import { runConnect, runWizard, type RunOptions } from '../../support/run-connect.js';
import { brindle, connectionTo, fakeApi } from '../../support/test-provider.js';

const { host: HOST } = brindle.sandbox;
const MARK = { 'x-brindle-api': '1' };
const QUESTION = /^What is it for\?$/u;
const live = fakeApi(brindle);

/** The last question before what it is for; all else came with the command. */
const GIVEN = asks.secret('API key', API_KEY);
const without = { supplied: { site: 'acme' }, askDirectly: new Set(['apiKey']) };

function wizard(ticked: RegExp | undefined, host: FakeHost = live, options: RunOptions = {}) {
  const script = [GIVEN, ...(ticked ? [asks.tick(QUESTION, ticked)] : [])];
  const context = fakeContext({ hosts: { [HOST]: host }, script });
  return { context, run: runWizard(context, { ...without, ...options }) };
}

describe('what an accepted credential must be able to do', () => {
  it('is asked for, checked, shown and remembered', async () => {
    const { context, run } = wizard(/^(?:tickets|groups)/u);
    const { report } = await run;
    const capabilities = [
      { id: 'tickets.read', granted: true },
      { id: 'groups.read', granted: true },
    ];
    expect(report).toMatchObject({ reason: 'ok', stored: true, capabilities });
    expect(report.ladder.at(-1)).toMatchObject({ rung: 'capabilities', ok: true });
    expect(context.terminal.text('done')).toMatch(/tickets\.read: yes\ngroups\.read: yes/u);
    expect([...context.records.kept.values()]).toMatchObject([
      { needs: ['tickets.read', 'groups.read'], reason: 'ok' },
    ]);
    const signed = context.http.signed.map(({ path }) => path);
    expect(signed).toEqual(['/v1/me', '/v1/tickets?limit=1', '/v2/groups', '/v1/groups']);
  });

  it('may be left out with Enter', async () => {
    const { context, run } = wizard(/nothing of these/u);
    expect((await run).report).toMatchObject({ reason: 'ok', stored: true, capabilities: [] });
    expect([...context.records.kept.values()]).toMatchObject([{ needs: [] }]);
    expect(context.terminal.text('tick')).toContain('[tickets.read | groups.read | assets.read]');
  });

  it('is shown as missing and stored as limited if it cannot', async () => {
    const poor = fakeApi(brindle, {
      replies: { '/v1/tickets': json(403, { code: 'access_denied' }, MARK) },
    });
    const { context, run } = wizard(/^tickets/u, poor);
    const { report } = await run;
    expect(report).toMatchObject({ reason: 'missing-permission', stored: true });
    expect(report.advice.next).toMatch(/the role Reader/u);
    expect(context.terminal.text('warn')).toContain('tickets.read: no');
  });

  it('can be checked again by the person if the check failed', async () => {
    let asked = 0;
    const busy: FakeHost = (request) =>
      request.path.startsWith('/v1/tickets') && asked++ === 0 ? { status: 503 } : live(request);
    const context = fakeContext({
      hosts: { [HOST]: busy },
      script: [GIVEN, asks.tick(QUESTION, /^tickets/u), asks.choose(/What now/u, /^Try again/u)],
    });
    const { report } = await runWizard(context, without);
    expect(report).toMatchObject({
      reason: 'ok',
      capabilities: [{ id: 'tickets.read', granted: true }],
    });
  });

  it('is asked for again after a step back to the field before', async () => {
    const context = fakeContext({
      hosts: { [HOST]: live },
      script: [
        GIVEN,
        asks.back,
        asks.choose(/What do you see/u, /^I have the API key/u),
        asks.secret('API key', API_KEY, { initial: API_KEY }),
        asks.tick(QUESTION, /^tickets/u),
      ],
    });
    expect((await runWizard(context, without)).report.capabilities).toHaveLength(1);
  });

  it.each<[string, RunOptions]>([
    ['the command names it', { needs: ['tickets.read'] }],
    ['it is a rotation', { rotating: connectionTo(brindle), supplied: { apiKey: 'n3wKey42' } }],
    ['the provider has no capabilities', { provider: { ...brindle, capabilities: [] } }],
  ])('is not asked for if %s', async (_, options) => {
    const key = options.supplied?.['apiKey'] ?? API_KEY;
    const context = fakeContext({
      hosts: { [HOST]: fakeApi(brindle, { values: { apiKey: key } }) },
      records: fakeRecords(...(options.rotating ? [options.rotating] : [])),
      script: options.supplied ? [] : [GIVEN],
    });
    await runWizard(context, { ...without, ...options });
    expect(context.terminal.text('tick')).toBe('');
  });

  it('is not asked for again if it is stored', async () => {
    const context = fakeContext({
      hosts: { [HOST]: live },
      records: fakeRecords(connectionTo(brindle, { needs: ['groups.read'] })),
      script: [asks.choose(/^What do you want\?$/u, /^Replace its/u), GIVEN],
    });
    const { report } = await runWizard(context, without);
    expect(report.capabilities).toEqual([{ id: 'groups.read', granted: true }]);
    expect(context.terminal.text('tick')).toBe('');
  });
});

describe('a script that names no capability', () => {
  const denied = json(403, { code: 'access_denied' }, MARK);

  it.each<[string, FakeHost, RunOptions, boolean]>([
    [
      'yes, if the first test is refused',
      fakeApi(brindle, { replies: { '/v1/me': denied } }),
      {},
      true,
    ],
    ['not if everything is accepted', live, {}, false],
    [
      'not if it names one',
      fakeApi(brindle, { replies: { '/v1/me': denied } }),
      { needs: ['groups.read'] },
      false,
    ],
    [
      'not if the first test is only odd',
      fakeApi(brindle, { replies: { '/v1/me': { status: 500 } } }),
      {},
      false,
    ],
    [
      'not if the provider has none',
      fakeApi(brindle, { replies: { '/v1/me': denied } }),
      { provider: { ...brindle, capabilities: [] } },
      false,
    ],
  ])('is warned: %s', async (_, host, options, warned) => {
    const { report } = await runConnect(fakeContext({ hosts: { [HOST]: host } }), options);
    expect(report.reason).toBe('ok');
    const codes = report.warnings.flatMap(({ code, forPerson }) => (forPerson ? [] : [code]));
    expect(codes).toEqual(warned ? ['no-need-given'] : []);
  });
});

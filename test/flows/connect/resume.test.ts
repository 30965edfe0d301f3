import { describe, expect, it } from 'vitest';
import type { ResumePoint } from '../../../src/core/resume-point.js';
import type { GuidedProvider } from '../../../src/core/guide.js';
import {
  API_KEY,
  asks,
  EMAIL,
  fakeContext,
  fakeResumePoints,
  NOW,
  WRONG_KEY,
  type Exchange,
  type FakeHost,
} from '../../support/fakes.js';
import { runConnect, runWizard, type RunOptions } from '../../support/run-connect.js';
import { brindle, fakeApi, fernway } from '../../support/test-provider.js';

const ACME = 'acme.brindle.example';
const REGIONAL = 'acme.eu-1.fernway.example';
const BETA = 'beta.brindle.example';
const HOSTS: Readonly<Record<string, FakeHost>> = {
  [ACME]: fakeApi(brindle),
  [BETA]: fakeApi(brindle, { hosts: [BETA] }),
  [REGIONAL]: fakeApi(fernway),
};

const see = (what: RegExp): Exchange => asks.choose(/^What do you see\?$/u, what);
const now = (what: RegExp): Exchange => asks.choose(/^What now\?$/u, what);
const GO_ON = asks.choose(/^Continue\?$/u, /^Continue$/u);
const ANEW = asks.choose(/^Continue\?$/u, /^Start over$/u);
const HAVE = see(/^I have/u);
const I_HAVE = now(/^I have/u);
const LATER = now(/^Stop here/u);
const KEY = asks.secret('API key', API_KEY);
const SITE = asks.text('Site', 'acme');

const LEFT: ResumePoint = {
  provider: 'brindle',
  fields: { site: 'acme' },
  field: 'apiKey',
  words: { host: ACME, email: 'ines@acme.example' },
  part: 'not-admin',
  options: { name: undefined, store: undefined, needs: undefined },
  savedAt: NOW,
};

interface Left {
  readonly script: readonly Exchange[];
  /** The hosts that are asked. */
  readonly hosts?: readonly string[];
  readonly left?: ResumePoint;
}

function world({ script, hosts = [ACME], left }: Left) {
  return fakeContext({
    script,
    hosts: Object.fromEntries(hosts.map((host) => [host, HOSTS[host] ?? 'dns'])),
    resumePoints: fakeResumePoints(...(left ? [left] : [])),
  });
}

describe('a place where a wizard was left', () => {
  it.each<[string, Left, RunOptions, object]>([
    [
      'is continued without asking again for what was answered',
      {
        script: [GO_ON, I_HAVE, KEY],
        left: { ...LEFT, options: { name: 'desk', needs: ['tickets.read'] } },
      },
      {},
      { name: 'desk', capabilities: [{ id: 'tickets.read', granted: true }] },
    ],
    [
      'is continued at its first question if nothing was answered',
      {
        script: [GO_ON, now(/^I have the Site$/u), SITE, HAVE, KEY],
        left: { ...LEFT, fields: {}, field: 'site', part: 'elsewhere' },
      },
      {},
      { name: 'brindle/acme' },
    ],
    [
      'is continued with steps back to what was answered',
      {
        script: [
          GO_ON,
          asks.back,
          asks.back,
          asks.text('Site', 'beta', { initial: 'acme' }),
          HAVE,
          KEY,
        ],
        hosts: [ACME, BETA],
        left: LEFT,
      },
      {},
      { host: BETA },
    ],
    [
      'is offered for the same tenant, however it was given',
      { script: [GO_ON, I_HAVE, KEY], left: LEFT },
      { supplied: { site: 'https://acme.brindle.example/a/tickets' } },
      { host: ACME },
    ],
    [
      'leads to its question if the guide no longer has the part',
      { script: [GO_ON, HAVE, KEY], left: { ...LEFT, part: 'no-such-part' } },
      {},
      { host: ACME },
    ],
    [
      'gives no value that this version refuses',
      {
        script: [GO_ON, asks.text('User email', EMAIL), HAVE, KEY],
        hosts: [REGIONAL],
        left: {
          ...LEFT,
          provider: 'fernway',
          fields: { site: 'acme.eu-1', email: 'no address', apiKey: WRONG_KEY, other: 'x' },
          part: null,
          options: { name: '../up', store: 'no-such-store', needs: ['nonsense.read'] },
        },
      },
      { provider: fernway },
      { name: 'fernway/acme.eu-1', capabilities: [] },
    ],
  ])('%s', async (_, left, options, expected) => {
    const context = world(left);
    const { report } = await runWizard(context, options);
    expect(report).toMatchObject({ stored: true, ...expected });
    expect(JSON.stringify(report) + context.terminal.text()).not.toContain(WRONG_KEY);
    const at = report.host === BETA ? 1 : 0;
    expect(context.resumePoints.kept.size).toBe(at);
  });

  it('is shown with its time, its case and its answers', async () => {
    const context = world({ script: [GO_ON, I_HAVE, KEY], left: LEFT });
    await runWizard(context);
    expect(context.terminal.text('tell')).toContain(
      'You stopped on 20 Nov, at "I am no admin": Site acme.',
    );
  });

  it.each<[string, Left, GuidedProvider | undefined, Record<string, string>, number]>([
    [
      'is forgotten if the person starts over',
      { script: [ANEW, asks.interrupt], hosts: [], left: LEFT },
      undefined,
      {},
      0,
    ],
    [
      'is not offered for another tenant, and stays',
      { script: [asks.interrupt], hosts: [BETA], left: LEFT },
      undefined,
      { site: 'beta' },
      1,
    ],
    [
      'is not offered for another provider, and stays',
      { script: [asks.interrupt], hosts: [], left: LEFT },
      fernway,
      {},
      1,
    ],
  ])('%s', async (_, left, provider, supplied, stays) => {
    const context = world(left);
    await expect(
      runWizard(context, { ...(provider && { provider }), supplied }),
    ).rejects.toMatchObject({ name: 'Interrupted' });
    if (stays === 1) expect(context.terminal.text('ask')).not.toContain('Continue');
    expect(context.resumePoints.kept.size).toBe(stays);
  });

  it.each([
    ['acme', 0],
    ['beta', 1],
  ])('is forgotten if a script connects that tenant: after %s, %i are left', async (site, left) => {
    const host = `${site}.brindle.example`;
    const context = fakeContext({
      hosts: { [host]: HOSTS[host] ?? 'dns' },
      resumePoints: fakeResumePoints(LEFT),
    });
    const { report } = await runConnect(context, { supplied: { site, apiKey: API_KEY } });
    expect(report.stored).toBe(true);
    expect(context.resumePoints.kept.size).toBe(left);
  });
});

describe('a place that a wizard keeps', () => {
  it.each<[string, Exchange[], RunOptions, object]>([
    [
      'has the shortest form of a pasted address, and nothing else of it',
      [
        asks.text('Site', `https://${REGIONAL}/a?jwt=abc.def#access_token=${WRONG_KEY}`),
        asks.text('User email', '?'),
        see(/^I do not know whose$/u),
        LATER,
      ],
      { provider: fernway, supplied: { apiKey: API_KEY } },
      { fields: { site: 'acme.eu-1' }, field: 'email', part: 'whose' },
    ],
    [
      'has the options of the run, and no secret',
      [SITE, HAVE, asks.secret('API key', WRONG_KEY), see(/^I do not know where$/u), LATER],
      { name: 'desk', needs: ['tickets.read'] },
      {
        fields: { site: 'acme' },
        part: 'where',
        options: { name: 'desk', store: undefined, needs: ['tickets.read'] },
      },
    ],
  ])('%s', async (_, script, options, expected) => {
    const provider = options.provider ?? brindle;
    const context = world({ script, hosts: [provider === brindle ? ACME : REGIONAL] });
    await expect(runWizard(context, options)).rejects.toMatchObject({ name: 'Interrupted' });
    const [kept] = context.resumePoints.kept.values();
    expect(kept).toMatchObject(expected);
    expect(JSON.stringify(kept)).not.toMatch(/jwt|access_token/u);
    for (const secret of [API_KEY, WRONG_KEY]) expect(JSON.stringify(kept)).not.toContain(secret);
  });
});

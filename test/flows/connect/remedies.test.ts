import { describe, expect, it } from 'vitest';
import { sharedAdvice } from '../../../src/core/advice.js';
import { reachableReasons } from '../../../src/core/definition/parts.js';
import { finding } from '../../../src/core/finding.js';
import { caseOf, messageText, partLabel, type GuidedProvider } from '../../../src/core/guide.js';
import { BACK } from '../../../src/core/ports.js';
import type { Field } from '../../../src/core/provider.js';
import { reasons, verdictByReason, type Reason } from '../../../src/core/verdict.js';
import { remedies } from '../../../src/flows/connect/remedies.js';
import type { Draft } from '../../../src/flows/connect/draft.js';
import { walkGuide } from '../../../src/flows/guide/walk-guide.js';
import { situationsByReason } from '../../../src/flows/rehearsal/rehearse.js';
import { definitions, guided } from '../../support/built-ins.js';
import { asks, fakeContext } from '../../support/fakes.js';

/** A store has its own words, and only `check` finds a secret missing. */
const NOT_AT_A_QUESTION = new Set(['valid', 'store-error', 'missing']);

/** The reasons that a response can have; the others come from what a person types. */
const rehearsed = new Map(
  await Promise.all(guided.map(async (each) => [each.id, await situationsByReason(each)] as const)),
);
const TYPED: ReadonlySet<Reason> = new Set(['wrong-product', 'vanity-host', 'not-allowed']);

/** Every reason that a run of the wizard can end with, for every provider. */
const rows = guided.flatMap((provider) => {
  const definition = definitions.find(({ id }) => id === provider.id);
  const reachable = reachableReasons(definition ?? {});
  return reasons
    .filter((reason) => reason !== 'definition-changed')
    .filter((reason) => !NOT_AT_A_QUESTION.has(verdictByReason[reason]))
    .filter((reason) => verdictByReason[reason] === 'wrong-host' || reachable.has(reason))
    .filter((reason) => TYPED.has(reason) || rehearsed.get(provider.id)?.has(reason) === true)
    .map((reason) => [provider.id, reason, provider] as const);
});

/** The other reasons end a run before it asks anything. */
const hasWords = ({ advice }: GuidedProvider, reason: Reason): boolean =>
  reason in advice || reason in sharedAdvice;

const failed = (provider: GuidedProvider, reason: Reason) => {
  const { host, values } = provider.sandbox;
  const placeholders = {
    ...values,
    detail: 'HTTP 418',
    missing: 'it',
    grants: 'it',
    wait: 'a day',
    other: host,
  };
  const draft: Draft = {
    answers: new Map(Object.entries(values)),
    former: new Map(),
    typed: new Set(),
    wanted: {},
    host: { host, recognised: true, ladder: [] },
  };
  return remedies(
    provider,
    draft,
    finding(provider, reason, placeholders, { host }),
    provider.guide,
  );
};

const walk = (provider: GuidedProvider, part: Parameters<typeof walkGuide>[1]['from']) => {
  const context = fakeContext({ script: [asks.back] });
  const to = walkGuide(context, {
    provider,
    guide: provider.guide,
    field: provider.fields.at(-1) as Field,
    host: provider.sandbox.host,
    filled: new Map(Object.entries(provider.sandbox.values)),
    from: part,
    alone: true,
    back: true,
    mayChange: true,
    resumePoint: undefined,
    elsewhere: [],
  });
  return { context, to };
};

describe('a refusal leads to its case of the guide', () => {
  it.each(rows)('%s, %s', async (_, reason, provider) => {
    const part = caseOf(provider.guide, reason);
    if (!part) throw new Error('there is no case');
    if (hasWords(provider, reason)) {
      const offered = failed(provider, reason);
      const opened = offered.find(({ kind }) => kind === 'guide');
      // If one field is asked for again at once, the case is among the choices there.
      if (offered.length > 1) expect(opened).toMatchObject({ part });
    }
    const { context, to } = walk(provider, part);
    await expect(to).resolves.toBe(BACK);
    const said = context.terminal.said.map(({ text }) => text).join('\n');
    expect(said).toContain(JSON.stringify(part.sees));
  });

  it('and first to the message for an admin if only they can help', () => {
    const gladly = guided.find(({ id }) => id === 'gladly') as GuidedProvider;
    const [first, second] = failed(gladly, 'not-an-api-user');
    expect(second?.label).toBe('They have done it: try again');
    if (first?.kind !== 'message') throw new Error('it is no message');
    expect(partLabel(first.part)).toBe('Write to an Administrator: give the permission');
    expect(messageText(first.part)).toContain('Enable API User');
  });
});

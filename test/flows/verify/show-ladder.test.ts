import { describe, expect, it } from 'vitest';
import type { LadderRung } from '../../../src/core/ladder.js';
import { LadderView } from '../../../src/flows/verify/show-ladder.js';
import { fakeTerminal } from '../../support/fakes.js';
import { freshservice, gladly } from '../../support/built-ins.js';

const HOST = 'acme.freshservice.com';
const OTHER = 'acme.us-1.gladly.com';

const FOUND: readonly LadderRung[] = [
  { rung: 'name', ok: true, detail: HOST },
  { rung: 'tls', ok: true, detail: 'the certificate is trusted' },
  { rung: 'provider', ok: true, detail: 'the API of Freshservice' },
];
const credential = (detail: string, ok = true): LadderRung => ({ rung: 'credential', ok, detail });
const capabilities = (detail: string, ok = true): LadderRung => ({
  rung: 'capabilities',
  ok,
  detail,
});

function view(provider = freshservice) {
  const terminal = fakeTerminal();
  const ladder = new LadderView(terminal, provider);
  const done = (): string[] => terminal.said.map(({ how, text }) => `${how}: ${text}`);
  return { ladder, done };
}

describe('the ladder on a terminal', () => {
  it('shows each rung that holds, in order', () => {
    const { ladder, done } = view();
    ladder.show(HOST, [
      ...FOUND,
      credential('Ines Okafor <ines.okafor@acme.example>'),
      capabilities('tickets.read: yes, groups.read: yes'),
    ]);
    expect(done()).toEqual([
      'done: acme.freshservice.com is found',
      'done: Its certificate is trusted',
      'done: It is Freshservice',
      'done: Accepted: Ines Okafor <ines.okafor@acme.example>',
      'done: tickets.read: yes, groups.read: yes',
    ]);
  });

  it('names the provider', () => {
    const { ladder, done } = view(gladly);
    ladder.show(OTHER, [{ rung: 'provider', ok: true, detail: 'the API of Gladly' }]);
    expect(done()).toEqual(['done: It is Gladly']);
  });

  it('says Accepted if the owner is unknown', () => {
    const { ladder, done } = view();
    ladder.show(HOST, [credential('accepted')]);
    expect(done()).toEqual(['done: Accepted']);
  });

  it.each<LadderRung>([
    { rung: 'name', ok: false, detail: 'ENOTFOUND' },
    { rung: 'tls', ok: false, detail: 'ECONNREFUSED' },
    { rung: 'provider', ok: false, detail: 'HTTP 503' },
    credential('HTTP 401', false),
    capabilities('tickets.read: no', false),
  ])('does not show a rung that does not hold: $rung', (rung) => {
    const { ladder, done } = view();
    ladder.show(HOST, [rung]);
    expect(done()).toEqual([]);
  });

  it('shows the rungs below one that does not hold', () => {
    const { ladder, done } = view();
    ladder.show(HOST, [...FOUND.slice(0, 2), { rung: 'provider', ok: false, detail: 'HTTP 404' }]);
    expect(done()).toEqual([
      'done: acme.freshservice.com is found',
      'done: Its certificate is trusted',
    ]);
  });

  it('shows the rungs to a host once, however often they are climbed', () => {
    const { ladder, done } = view();
    ladder.show(HOST, FOUND);
    ladder.show(HOST, [...FOUND, credential('HTTP 401', false)]);
    ladder.show(HOST, [...FOUND, credential('accepted')]);
    expect(done().slice(3)).toEqual(['done: Accepted']);
  });

  it('shows a rung as soon as it holds', () => {
    const { ladder, done } = view();
    ladder.show(HOST, [{ rung: 'name', ok: false, detail: 'EAI_AGAIN' }]);
    ladder.show(HOST, FOUND.slice(0, 1));
    expect(done()).toEqual(['done: acme.freshservice.com is found']);
  });

  it('shows the rungs to another host, too', () => {
    const { ladder, done } = view();
    ladder.show(HOST, FOUND);
    ladder.show(OTHER, [{ rung: 'name', ok: true, detail: OTHER }]);
    expect(done().slice(3)).toEqual(['done: acme.us-1.gladly.com is found']);
  });

  it('shows each credential again, since it may be another one', () => {
    const { ladder, done } = view();
    ladder.show(HOST, [credential('Ines'), capabilities('tickets.read: yes')]);
    ladder.show(HOST, [credential('Ines'), capabilities('tickets.read: yes')]);
    expect(done()).toEqual([
      'done: Accepted: Ines',
      'done: tickets.read: yes',
      'done: Accepted: Ines',
      'done: tickets.read: yes',
    ]);
  });
});

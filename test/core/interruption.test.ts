import { EventEmitter, once } from 'node:events';
import { expect, it } from 'vitest';
import { Interrupted } from '../../src/core/errors.js';
import { Interruption } from '../../src/core/interruption.js';

const never = new Promise<never>(() => {});

it.each([130, 143] as const)('a run that is raced ends with %i at once', async (code) => {
  const interruption = new Interruption();
  const run = interruption.race(never);
  interruption.raise(code);
  await expect(run).rejects.toMatchObject({ name: 'Interrupted', exitCode: code });
});

it('a run that is over already ends as it ended', async () => {
  const interruption = new Interruption();
  await expect(interruption.race(Promise.resolve('done'))).resolves.toBe('done');
  await expect(interruption.race(Promise.reject(new Error('own')))).rejects.toThrow('own');
});

it('a run that begins after the raise does not go on', async () => {
  const interruption = new Interruption();
  interruption.raise(143);
  await expect(interruption.race(never)).rejects.toBeInstanceOf(Interrupted);
});

it('what is shielded runs to its end, and the run goes on', async () => {
  const interruption = new Interruption();
  const gate = new EventEmitter();
  const saved = once(gate, 'saved');
  const run = interruption.race(interruption.shield(() => saved));
  interruption.raise(130);
  expect(interruption.signal.aborted).toBe(false);
  gate.emit('saved', 'done');
  await expect(run).resolves.toEqual(['done']);
});

it('a raise counts again after a shield, even a failed one', async () => {
  const interruption = new Interruption();
  await expect(interruption.shield(() => Promise.reject(new Error('disk')))).rejects.toThrow(
    'disk',
  );
  interruption.raise(130);
  expect(interruption.signal.reason).toBeInstanceOf(Interrupted);
});

it('what was raised inside a shield is known, and ends a run that does many things', async () => {
  const interruption = new Interruption();
  expect(interruption.isWanted).toBe(false);
  interruption.end();
  expect(interruption.signal.aborted).toBe(false);
  await interruption.shield(async () => interruption.raise(130));
  expect(interruption.isWanted).toBe(true);
  expect(() => interruption.end()).toThrow(Interrupted);
  expect(interruption.signal.reason).toMatchObject({ exitCode: 130 });
});

it('a shield within a shield holds until the outer one ends', async () => {
  const interruption = new Interruption();
  await interruption.shield(async () => {
    await interruption.shield(async () => {});
    interruption.raise(130);
    interruption.end();
    expect(interruption.signal.aborted).toBe(false);
  });
});

it('shielded work does not begin after the raise', async () => {
  const interruption = new Interruption();
  interruption.raise(130);
  let began = false;
  const work = interruption.shield(async () => {
    began = true;
  });
  await expect(work).rejects.toBeInstanceOf(Interrupted);
  expect(began).toBe(false);
});

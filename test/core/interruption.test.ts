import { EventEmitter, once } from 'node:events';
import { expect, it } from 'vitest';
import { Interrupted } from '../../src/core/errors.js';
import { Interruption } from '../../src/core/interruption.js';

const never = new Promise<never>(() => {});

it.each([130, 143] as const)('a run ends with %i at once if it is interrupted', async (code) => {
  const interruption = new Interruption();
  const run = interruption.race(never);
  interruption.raise(code);
  await expect(run).rejects.toMatchObject({ name: 'Interrupted', exitCode: code });
});

it('a run that is already over keeps its outcome', async () => {
  const interruption = new Interruption();
  await expect(interruption.race(Promise.resolve('done'))).resolves.toBe('done');
  await expect(interruption.race(Promise.reject(new Error('own')))).rejects.toThrow('own');
});

it('a run that begins after an interruption does not go on', async () => {
  const interruption = new Interruption();
  interruption.raise(143);
  await expect(interruption.race(never)).rejects.toBeInstanceOf(Interrupted);
});

it('shielded work runs to its end, and its run goes on', async () => {
  const interruption = new Interruption();
  const gate = new EventEmitter();
  const saved = once(gate, 'saved');
  const run = interruption.race(interruption.shield(() => saved));
  interruption.raise(130);
  expect(interruption.signal.aborted).toBe(false);
  gate.emit('saved', 'done');
  await expect(run).resolves.toEqual(['done']);
});

it('an interruption counts again after a shield, even if its work failed', async () => {
  const interruption = new Interruption();
  await expect(interruption.shield(() => Promise.reject(new Error('disk')))).rejects.toThrow(
    'disk',
  );
  interruption.raise(130);
  expect(interruption.signal.reason).toBeInstanceOf(Interrupted);
});

it('an interruption during a shield is known, and ends the run at its next end()', async () => {
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

it('shielded work does not begin after an interruption', async () => {
  const interruption = new Interruption();
  interruption.raise(130);
  let began = false;
  const work = interruption.shield(async () => {
    began = true;
  });
  await expect(work).rejects.toBeInstanceOf(Interrupted);
  expect(began).toBe(false);
});

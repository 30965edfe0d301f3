import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createSealing } from '../../src/adapters/sealing.js';
import type { SealPage } from '../../src/core/page/data.js';
import { findSealedTexts } from '../../src/core/sealed/text.js';
import type { Secret } from '../../src/core/secret.js';
import { sealAnswer } from '../../src/page/seal.js';

const SECRET = 'quokka-0123456789';
const sealing = createSealing();
let key: Secret;
let recipient: string;
beforeAll(async () => {
  key = await sealing.newKey();
  recipient = await sealing.recipientOf(key);
});

const page = (): SealPage => ({
  use: 'seal',
  provider: { id: 'lumina', name: 'Lumina' },
  host: 'acme.lumina.example',
  fields: [],
  needs: [],
  cases: [],
  request: 'k3v7q2xm',
  recipient,
  from: null,
  createdAt: '2026-11-20T18:00:00.000Z',
});

/** The file of the only sealed text in `text`. */
async function fileIn(text: string): Promise<Uint8Array> {
  const found = await findSealedTexts(text);
  const [only] = found === 'none' || found === 'cut' ? [] : found;
  if (!only?.file) throw new Error('no sealed text');
  return only.file;
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'connect-wizard-sealing-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

describe('a key pair', () => {
  it('is an age key pair, and new each time', async () => {
    expect(key.reveal()).toMatch(/^AGE-SECRET-KEY-1[A-Z0-9]{58}$/u);
    expect(recipient).toMatch(/^age1[a-z0-9]{58}$/u);
    expect((await sealing.newKey()).reveal()).not.toBe(key.reveal());
  });
});

describe('an answer that a page seals', () => {
  it('is opened with the key of the request', async () => {
    const file = await fileIn(await sealAnswer(page(), { accessKey: SECRET }));
    expect(JSON.parse((await sealing.open(file, key))?.reveal() ?? '')).toEqual({
      v: 1,
      request: 'k3v7q2xm',
      provider: 'lumina',
      host: 'acme.lumina.example',
      fields: { accessKey: SECRET },
    });
  });

  it('is opened by the age command, too', async () => {
    const [home, sealed] = [await folder(), await sealAnswer(page(), { accessKey: SECRET })];
    await writeFile(join(home, 'key.txt'), key.reveal());
    const armored = sealed.slice(sealed.indexOf('\n') + 1);
    const { stdout } = spawnSync('age', ['-d', '-i', join(home, 'key.txt')], {
      input: armored,
      encoding: 'utf8',
    });
    expect(stdout).toContain(SECRET);
  });

  it('is not opened with another key or after a change', async () => {
    const file = await fileIn(await sealAnswer(page(), { accessKey: SECRET }));
    expect(await sealing.open(file, await sealing.newKey())).toBeUndefined();
    for (const at of [30, 60, file.length - 1]) {
      const changed = Uint8Array.from(file, (byte, index) => (index === at ? byte ^ 1 : byte));
      expect(await sealing.open(changed, key)).toBeUndefined();
    }
    expect(await sealing.open(file.slice(0, -1), key)).toBeUndefined();
    expect(await sealing.open(new Uint8Array(), key)).toBeUndefined();
  });
});

describe('an answer that the age command seals', () => {
  it.each([['-a'], []])('is opened: %s', async (...flags) => {
    const home = await folder();
    const path = join(home, 'answer');
    spawnSync('age', [...flags, '-r', recipient, '-o', path], { input: `${SECRET}\n` });
    const bytes = await readFile(path);
    const file = flags.length === 0 ? bytes : await fileIn(bytes.toString());
    expect((await sealing.open(file, key))?.reveal()).toBe(`${SECRET}\n`);
  });

  it("is not opened if it isn't text", async () => {
    const { stdout } = spawnSync('age', ['-r', recipient], {
      input: Buffer.from([0xff, 0xfe, 0xfd]),
    });
    expect(await sealing.open(stdout, key)).toBeUndefined();
  });
});

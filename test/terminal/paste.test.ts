import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { BACK } from '../../src/core/ports.js';
import { SEVERAL_LINES } from '../../src/terminal/prompts.js';
import { refuseValue, stripInvisible } from '../../src/core/field.js';
import { createStyle } from '../../src/output/style.js';
import { API_KEY } from '../support/fakes.js';
import { prompts, terminal } from '../support/fake-tty.js';

vi.setConfig({ testTimeout: 5000 });

/** A paste with the marks of a terminal in bracketed paste mode. */
const marked = (text: string): string => `\u001B[200~${text}\u001B[201~`;
const ON = '\u001B[?2004h';
const OFF = '\u001B[?2004l';
const INVITATION = 'type or paste it; it is not shown';

const asked = (refused: string[] = []) => ({
  label: 'API key',
  refuse: (answer: string) => {
    refused.push(answer);
    return undefined;
  },
});

/** Refuses an answer as the flow does. */
const FIELD = { kind: 'secret', label: 'API key' } as Parameters<typeof refuseValue>[0];
const refuseField = (answer: string): string | undefined =>
  refuseValue(FIELD, stripInvisible(answer).value);

describe('bracketed paste mode is on while a secret is asked for', () => {
  const WAYS: [
    string,
    (at: ReturnType<typeof terminal>) => Promise<void> | void,
    object | string | typeof BACK,
  ][] = [
    ['an answer', (at) => at.type(`${API_KEY}\r`), API_KEY],
    ['Esc', (at) => at.escape(), BACK],
    ['Ctrl-C', (at) => at.type('\u0003'), { name: 'Interrupted', exitCode: 130 }],
    ['Ctrl-C in the middle', (at) => at.type('ab\u0003'), { name: 'Interrupted', exitCode: 130 }],
    ['Ctrl-D', (at) => at.type('\u0004'), { name: 'Interrupted', exitCode: 130 }],
    ['Ctrl-D in the middle', (at) => at.type('ab\u0004'), { name: 'Interrupted', exitCode: 130 }],
    ['SIGTERM', (at) => at.interruption.raise(143), { name: 'Interrupted', exitCode: 143 }],
    ['the end of the input', (at) => at.end(), { name: 'Interrupted', exitCode: 130 }],
    [
      'the loss of the terminal',
      (at) => void at.input.destroy(),
      { name: 'Interrupted', exitCode: 130 },
    ],
  ];

  it.each(WAYS)('and no longer after %s', async (_, leave, outcome) => {
    const at = terminal();
    const answer = at.terminal.askSecret({ ...asked(), back: true });
    await at.sees(INVITATION);
    expect(at.raw().split(ON)).toHaveLength(2);
    expect(at.raw().indexOf(ON)).toBeLessThan(at.raw().indexOf('API key'));
    expect(at.raw()).not.toContain(OFF);
    await leave(at);
    if (typeof outcome !== 'object') await expect(answer).resolves.toBe(outcome);
    else await expect(answer).rejects.toMatchObject(outcome);
    expect(at.raw().split(ON)).toHaveLength(2);
    expect(at.raw().split(OFF)).toHaveLength(2);
    // It is turned off after everything else is drawn.
    expect(at.raw().endsWith(OFF)).toBe(true);
  });

  it('and off if the run ended before the question', async () => {
    const at = terminal();
    at.interruption.raise(143);
    await expect(at.terminal.askSecret(asked())).rejects.toMatchObject({ exitCode: 143 });
    expect(at.raw().split(ON)).toHaveLength(2);
    expect(at.raw().endsWith(OFF)).toBe(true);
  });

  it('and off after an interrupted run is closed', async () => {
    const at = terminal();
    const answer = at.terminal.askSecret(asked());
    const ended = answer.catch((error: unknown) => error);
    await at.sees(INVITATION);
    at.interruption.raise(143);
    await at.terminal.close();
    expect(at.raw().endsWith(OFF)).toBe(true);
    expect(await ended).toMatchObject({ exitCode: 143 });
  });

  it('and never for another question or line by line', async () => {
    for (const accessible of [false, true]) {
      const at = terminal({ accessible });
      const text = at.terminal.askText({ ...asked(), label: 'Domain' });
      await at.sees('Domain');
      at.type('acme\r');
      await text;
      const confirmed = at.terminal.confirm('Replace it?');
      await at.sees('Replace it?');
      at.type('y\r');
      await confirmed;
      const chosen = at.terminal.choose('What now?', [{ value: 1, label: 'Stop' }]);
      await at.sees('Stop');
      at.type(accessible ? '1\r' : '\r');
      await chosen;
      if (accessible) {
        const secret = at.terminal.askSecret(asked());
        await at.sees('API key');
        at.type(`${API_KEY}\r`);
        await secret;
      }
      expect(at.raw()).not.toContain('?2004');
    }
  });
});

describe('a marked paste', () => {
  it.each([
    ['\r', '\r'],
    ['\n', '\n'],
    ['\r\n', '\r\n'],
  ])('of several lines (%j) is one text, which is refused as a whole', async (_, lineBreak) => {
    const at = prompts('screen');
    const refused: string[] = [];
    const answer = at.prompts.secret({
      label: 'API key',
      refuse(text) {
        refused.push(text);
        return refuseField(text);
      },
    });
    await at.sees(INVITATION);
    at.type(marked(`Xw3-Zq8_K${lineBreak}${API_KEY}${lineBreak}`));
    await at.sees('30 characters; Tab shows it');
    expect(refused).toEqual([]);
    at.type('\r');
    await at.sees('has a control character or a line break in it');
    expect(refused).toEqual([`Xw3-Zq8_K\n${API_KEY}`]);
    at.type(marked(API_KEY));
    await at.sees('20 characters; Tab shows it');
    at.type('\r');
    await expect(answer).resolves.toBe(API_KEY);
    at.expectHidden(API_KEY);
    at.expectHidden('Xw3-Zq8_K');
  });

  it('with a line break at its end waits for an Enter, and is the line without it', async () => {
    const at = prompts('screen');
    const refused: string[] = [];
    const answer = at.prompts.secret({ ...asked(refused), fingerprint: true });
    await at.sees(INVITATION);
    at.type(marked(`${API_KEY}\r`));
    await at.sees('20 characters; Tab shows it');
    expect(refused).toEqual([]);
    at.type('\r');
    await expect(answer).resolves.toBe(API_KEY);
    expect(refused).toEqual([API_KEY]);
    expect(at.shown()).toContain('API key: 20 characters, ends in pD\n');
  });

  it('may arrive in parts, even inside a mark', async () => {
    const at = prompts('screen');
    const refused: string[] = [];
    const answer = at.prompts.secret(asked(refused));
    await at.sees(INVITATION);
    at.type('\u001B[200~first\r');
    await at.sees('5 characters; Tab shows it');
    at.type('\r');
    at.type('second\r');
    await at.sees('13 characters; Tab shows it');
    at.type('\u001B[201');
    at.type('~');
    at.type('x');
    await at.sees('15 characters; Tab shows it');
    expect(refused).toEqual([]);
    at.type('\r');
    await expect(answer).resolves.toBe('first\n\nsecond\nx');
  });

  it('may arrive together with its Enter', async () => {
    const at = prompts('screen');
    const answer = at.prompts.secret(asked());
    await at.sees(INVITATION);
    at.type(`${marked(API_KEY)}\r`);
    await expect(answer).resolves.toBe(API_KEY);
  });

  it('is added to what was typed, and can be deleted', async () => {
    const at = prompts('screen');
    const answer = at.prompts.secret(asked());
    await at.sees(INVITATION);
    at.type('ab');
    await at.sees('2 characters');
    at.type(marked('c\rd\r'));
    await at.sees('5 characters; Tab shows it');
    at.type('\u007F');
    // Without the "d", the line break before it is at the end, and does not count.
    await at.sees('3 characters; Tab shows it');
    at.type('\u007F');
    await at.sees(/5 characters.*3 characters.*2 characters/su);
    at.type('e\r');
    await expect(answer).resolves.toBe('abe');
  });

  it('has its tabs as text, and shows nothing', async () => {
    const at = prompts('screen');
    const answer = at.prompts.secret(asked());
    await at.sees(INVITATION);
    at.type('\u001B[200~user');
    await at.sees('4 characters');
    at.type('\t');
    await at.sees('5 characters; Tab shows it');
    at.type(`${API_KEY}\u001B[201~`);
    await at.sees('25 characters; Tab shows it');
    at.type('\r');
    await expect(answer).resolves.toBe(`user\t${API_KEY}`);
    at.expectHidden(API_KEY);
  });

  it('is shown with Tab on one line, without anything that a terminal would obey', async () => {
    const at = prompts('screen');
    const answer = at.prompts.secret(asked());
    await at.sees(INVITATION);
    at.type(marked('one  two\r\u001B[31mred\u2028\u0007'));
    await at.sees('19 characters; Tab shows it');
    at.type('\t');
    await at.sees(String.raw`one  two\n\u001b[31mred\u2028\u0007 (19 characters)`);
    expect(at.raw()).not.toContain('\u001B[31m');
    expect(at.raw()).not.toContain('\u0007');
    expect(await at.screen()).toHaveLength(1);
    at.type('\r');
    await expect(answer).resolves.toBe('one  two\n\u001B[31mred\u2028\u0007');
  });

  it('of line breaks alone keeps the secret that was typed before', async () => {
    const at = prompts('screen');
    const answer = at.prompts.secret({ ...asked(), initial: API_KEY });
    await at.sees('Enter keeps the one typed before (20 characters)');
    at.type(marked('\r\r'));
    at.type('\r');
    await expect(answer).resolves.toBe(API_KEY);
    at.expectHidden(API_KEY);
  });
});

describe.each(['screen', 'line'] as const)('a paste without marks on a %s', (kind) => {
  it.each([
    ['with an Enter at the end', `Xw3-Zq8_K\r${API_KEY}\r`],
    ['without one', `Xw3-Zq8_K\r${API_KEY}`],
    ['with line feeds', `Xw3-Zq8_K\n${API_KEY}\n`],
    ['with both', `Xw3-Zq8_K\r\n${API_KEY}\r\n`],
    ['with an empty line in front', `\r${API_KEY}\r`],
    ['with an empty line at the end', `${API_KEY}\r\r`],
    ['in unexpected marks, with more after it', `${marked('Xw3-Zq8_K')}\rMx9-`],
  ])('of several lines submits nothing, %s', async (_, pasted) => {
    const at = prompts(kind);
    const refused: string[] = [];
    // Several lines do not mean the secret that was typed before, either.
    const answer = at.prompts.secret({ ...asked(refused), initial: 'Fj5_Hb2-Gy' });
    await at.sees('Enter keeps the one typed before');
    at.type(pasted);
    await at.sees(/Several lines arrived at once/u);
    expect(at.shown().replaceAll(/\s+/gu, ' ')).toContain(SEVERAL_LINES);
    expect(refused).toEqual([]);
    at.type('Vn6_Tc1-Rd4');
    at.type('\r');
    await expect(answer).resolves.toBe('Vn6_Tc1-Rd4');
    expect(refused.every((each) => each === 'Vn6_Tc1-Rd4')).toBe(true);
    for (const each of ['Xw3-Zq8_K', API_KEY, 'Mx9-', 'Fj5_Hb2-Gy', 'Vn6_Tc1-Rd4']) {
      at.expectHidden(each);
    }
  });

  it.each(['\r', '\n', '\r\n'])('of one line and its line break (%j) is an answer', async (end) => {
    const at = prompts(kind);
    const answer = at.prompts.secret(asked());
    await at.sees('API key');
    if (kind === 'screen') await at.sees(INVITATION);
    at.type(`${API_KEY}${end}`);
    await expect(answer).resolves.toBe(API_KEY);
    expect(at.shown()).not.toContain('Several lines');
  });

  it('with a tab in it shows nothing', async () => {
    const at = prompts(kind);
    const answer = at.prompts.secret(asked());
    await at.sees('API key');
    if (kind === 'screen') await at.sees(INVITATION);
    at.type(`user\t${API_KEY}`);
    if (kind === 'screen') await at.sees('25 characters; Tab shows it');
    at.type('\r');
    await expect(answer).resolves.toBe(`user\t${API_KEY}`);
    at.expectHidden(API_KEY);
  });
});

describe.each(['screen', 'line'] as const)('a sealed answer on a %s', (kind) => {
  const LINES = [
    'Hello Ines,',
    '> connect-wizard answer k3v7q2xm 0123abcd',
    '> -----BEGIN AGE ENCRYPTED FILE-----',
    '> YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBtVnJy',
    '> -----END AGE ENCRYPTED FILE-----',
    'Sam',
    '',
  ];
  const MAIL = LINES.join('\r');
  const BODY = 'YWdlLWVuY3J5cHRpb24';

  it.each([
    ['at once', [MAIL]],
    ['in two pieces', [LINES.slice(0, 3).join('\r'), LINES.slice(3).join('\r')]],
    ['without its first lines', [LINES.slice(2).join('\r')]],
    ...(kind === 'screen' ? [['marked as a paste', [marked(MAIL), '\r']] as const] : []),
  ] as const)('is read whole if one may be pasted, %s', async (_, pieces) => {
    const at = prompts(kind);
    const answer = at.prompts.secret({ ...asked(), sealed: true });
    await at.sees('API key');
    if (kind === 'screen') await at.sees(INVITATION);
    for (const piece of pieces) {
      at.type(piece);
      await setTimeout(20);
    }
    const text = await answer;
    expect(text).toContain(BODY);
    expect(text).toMatch(/END AGE ENCRYPTED FILE/u);
    await at.sees(/a sealed answer/iu);
    at.expectHidden(BODY);
  });

  it('that is cut off ends with an Enter after a moment', async () => {
    const at = prompts(kind);
    const answer = at.prompts.secret({ ...asked(), sealed: true });
    await at.sees('API key');
    if (kind === 'screen') await at.sees(INVITATION);
    at.type(LINES.slice(0, 4).join('\r'));
    await setTimeout(20);
    at.type('\r');
    expect(await answer).toContain(BODY);
    at.expectHidden(BODY);
  });

  it('counts as several lines if none may be pasted', async () => {
    const at = prompts(kind);
    void at.prompts.secret(asked()).catch(() => {});
    await at.sees('API key');
    if (kind === 'screen') await at.sees(INVITATION);
    at.type(MAIL);
    await at.sees(/Several lines arrived at once/u);
    expect(at.shown()).not.toMatch(/sealed answer/iu);
    at.expectHidden(BODY);
  });
});

describe('a line separator', () => {
  it.each(['\u2028', '\u2029'])('is an ordinary character on a screen: %j', async (separator) => {
    const at = prompts('screen');
    const answer = at.prompts.secret(asked());
    await at.sees(INVITATION);
    at.type(`one${separator}two`);
    await at.sees('7 characters; Tab shows it');
    at.type('\r');
    await expect(answer).resolves.toBe(`one${separator}two`);
    expect(at.shown()).toContain('API key: 7 characters\n');
  });

  it.each(['one\u2028two\r', 'one\u2029', '\u2028'])(
    'submits nothing line by line: %j',
    async (typed) => {
      const at = prompts('line');
      const refused: string[] = [];
      const answer = at.prompts.secret(asked(refused));
      await at.sees('API key');
      at.type(typed);
      // Some versions of Node end a line there; an Enter does in all.
      at.type('\r');
      await at.sees(/Several lines arrived at once/u);
      expect(refused).toEqual([]);
      at.type(`${API_KEY}\r`);
      await expect(answer).resolves.toBe(API_KEY);
    },
  );
});

describe('a secret line by line', () => {
  it.each([
    [true, '20 characters, ends in pD'],
    [false, '20 characters'],
  ])('is kept with Enter alone (fingerprint: %s)', async (fingerprint, shown) => {
    const at = prompts('line');
    const answer = at.prompts.secret({ ...asked(), initial: API_KEY, fingerprint });
    await at.sees('API key');
    expect(at.raw()).toBe(
      '  API key (not shown while you type; Enter keeps the one typed before): ',
    );
    at.type('\r');
    await expect(answer).resolves.toBe(API_KEY);
    expect(at.raw()).toBe(
      `  API key (not shown while you type; Enter keeps the one typed before): \n  ${shown}.\n`,
    );
    at.expectHidden(API_KEY);
  });

  it.each(['xterm', 'dumb'])('writes only plain text, whatever is pasted (%s)', async (term) => {
    vi.stubEnv('TERM', term);
    const at = prompts('line');
    const answer = at.prompts.secret({ ...asked(), refuse: refuseField });
    await at.sees('API key');
    at.type(`Xw3-Zq8_K\r${API_KEY}\r`);
    await at.sees('Several lines');
    // Esc and Enter are one key to readline, which ends a line only on a dumb terminal.
    at.type(`Xw3-Zq8_K\u001B\r${API_KEY}\r`);
    await at.sees(/Several lines.*Several lines/su);
    at.type('abc\r');
    await at.sees('not copied whole');
    at.type(`${marked(API_KEY)}\r`);
    await expect(answer).resolves.toBe(API_KEY);
    expect(at.raw()).toMatch(/^[ -~\n]+$/u);
  });
});

it('the line of a secret breaks at words on a narrow screen', async () => {
  const style = await createStyle({ colour: false, unicode: true, columns: 40 });
  const at = prompts('screen', { columns: 40, style });
  const answer = at.prompts.secret({ ...asked(), initial: API_KEY, fingerprint: true });
  await at.sees('ends in pD)');
  expect(await at.screen()).toEqual([
    '  ? API key: Enter keeps the one typed',
    '    before (20 characters, ends in pD)',
  ]);
  at.type('\r');
  await expect(answer).resolves.toBe(API_KEY);
  expect(await at.screen()).toEqual(['  ? API key: 20 characters, ends in pD']);
});

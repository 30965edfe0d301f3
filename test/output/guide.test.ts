import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { GuidedProvider, Topic } from '../../src/core/guide.js';
import { guideText } from '../../src/output/guide.js';
import { createStyle, toScreen } from '../../src/output/style.js';
import { gladly, guided } from '../support/built-ins.js';

const TOPIC: Topic = {
  id: 'find',
  title: 'Where the key is',
  body: [
    { text: 'It is in a drawer at {host}.' },
    { title: 'To open it', steps: ['Take the handle, which is at the front.', 'Pull.'] },
    { bullets: ['It may squeak.'] },
    {
      id: 'stuck',
      sees: 'It does not move',
      choice: 'Stuck',
      means: 'It is locked, most likely by somebody.',
      todo: ['Ask them for their key to it, and say please.'],
      page: 'https://{host}/hall',
      next: ['empty', 'letter', 'cellar'],
      sources: [{ what: 'a hall', checked: '2026-01-02' }],
    },
    {
      id: 'empty',
      sees: 'It is empty',
      means: 'Somebody was here.',
      todo: ['Look about.', 'Run.'],
      sources: [{ what: 'a shelf', checked: '2026-01-02' }],
    },
    {
      id: 'letter',
      choice: 'Write',
      title: 'A letter',
      subject: 'The drawer of {email}',
      message: [{ text: 'Hello, please open it.' }, { title: 'How', steps: ['Unlock it.'] }],
    },
  ],
  sources: [
    { what: 'a drawer', checked: '2026-01-02' },
    { what: 'a page', checked: '2026-01-03' },
    { what: 'a shelf', checked: '2026-01-02' },
  ],
};
const CELLAR: Topic = {
  id: 'below',
  title: 'Below',
  body: [{ id: 'cellar', sees: 'a', means: 'b', todo: ['c'], sources: TOPIC.sources }],
  sources: TOPIC.sources,
};
const DEFINITION: GuidedProvider = {
  ...gladly,
  guide: {
    blanks: { host: { blank: '<your house>' }, email: { blank: '<your e-mail>' } },
    starts: {},
    topics: [TOPIC, CELLAR],
  },
};

const GOLDEN = `
Where the key is (find)

  It is in a drawer at <your house>.

  To open it
    1. Take the handle, which is at the
       front.
    2. Pull.

  - It may squeak.

  It does not move
    It is locked, most likely by
    somebody.
    Page: https://<your house>/hall
    → Ask them for their key to it, and
      say please.
    → More: connect-wizard guide gladly
      below

  It is empty
    Somebody was here.
    1. Look about.
    2. Run.

  A letter

    Subject: The drawer of <your e-mail>

    Hello, please open it.

    How
      → Unlock it.

  Sources: a drawer; a shelf; a hall
  (read 2026-01-02); a page (read
  2026-01-03)`.slice(1);

describe('the text of a topic', () => {
  it.each([false, true])('fits 40 columns (with colours: %s)', async (colour) => {
    const style = await createStyle({ colour, unicode: true, columns: 40 });
    const text = toScreen(guideText(style, DEFINITION, [TOPIC]));
    expect(text.includes('\u001B[1m')).toBe(colour);
    expect(stripVTControlCharacters(text)).toBe(GOLDEN);
  });

  it('keeps its indentation without Unicode', async () => {
    const style = await createStyle({ colour: false, unicode: false, columns: 40 });
    expect(guideText(style, DEFINITION, [TOPIC])).toContain(
      '    -> Ask them for their key to it, and\n       say please.',
    );
  });

  it('is not broken into lines without a terminal', async () => {
    const style = await createStyle({ colour: false, unicode: true, columns: undefined });
    expect(guideText(style, DEFINITION, [TOPIC])).toContain(
      '    1. Take the handle, which is at the front.\n    2. Pull.\n\n  - It may squeak.\n',
    );
  });
});

describe.each([40, 80])('at %i columns', (columns) => {
  it.each(guided.map((each) => [each.id, each] as const))(
    'every line of the guide to %s fits, and some are nearly full',
    async (_, definition) => {
      const style = await createStyle({ colour: true, unicode: true, columns });
      const text = toScreen(guideText(style, definition, definition.guide.topics));
      const lines = stripVTControlCharacters(text).split('\n');
      // An address is never broken, so that it can be clicked.
      const breakable = lines.filter((line) => !line.includes('https://'));
      expect(breakable.filter((line) => line.length > columns)).toEqual([]);
      expect(Math.max(...lines.map(({ length }) => length))).toBeGreaterThan(columns - 3);
      expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
    },
  );
});

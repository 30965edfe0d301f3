import { describe, expect, it } from 'vitest';
import {
  blanksIn,
  blanksOf,
  fillPart,
  findPart,
  messageText,
  partLabel,
} from '../../src/core/guide.js';
import type { AdminMessage, GuidedProvider } from '../../src/core/guide.js';
import { guided } from '../support/built-ins.js';

const [freshservice] = guided as readonly [GuidedProvider];

const MESSAGES = guided.flatMap((definition) =>
  definition.guide.topics
    .flatMap(({ body }) => body)
    .filter((part): part is AdminMessage => 'message' in part)
    .map((message) => [`${definition.id}-${message.id}`, definition, message] as const),
);

const WORDS = {
  email: 'bot@acme.example',
  mailbox: 'bot@acme.example',
  groups: 'Hardware, Network',
};

describe.each(MESSAGES)('the message %s', (name, { guide, sandbox }, message) => {
  it('reads as its file has it', async () => {
    const filled = fillPart(message, { ...WORDS, host: sandbox.host });
    // After an intended change, run npm test -- -u test/core/guide.test.ts and read the difference.
    await expect(messageText(filled)).toMatchFileSnapshot(`messages/${name}.txt`);
  });

  it('has no blank left if each is filled', () => {
    const known = Object.fromEntries(blanksIn(guide, message).map((each) => [each, 'filled']));
    expect(messageText(fillPart(message, known))).not.toMatch(/[{}]|<\w/u);
  });
});

describe('a part', () => {
  it('is found by its id, in its topic', () => {
    expect(findPart(freshservice.guide, 'captcha')).toMatchObject({
      topic: { id: 'find' },
      part: { id: 'captcha' },
    });
    expect(findPart(freshservice.guide, 'no-such-part')).toBeUndefined();
  });

  it('is labelled by its choice, by what a person sees or by its title', () => {
    const sources = [{ what: 'a', checked: '2026-01-01' }];
    const branch = { sees: 'a', means: 'b', todo: ['c'], sources };
    expect(partLabel(branch)).toBe('a');
    expect(partLabel({ ...branch, choice: 'd' })).toBe('d');
    expect(partLabel({ title: 'e', steps: ['f'] })).toBe('e');
    expect(partLabel({ steps: ['f'] })).toBeUndefined();
    expect(partLabel({ text: 'g' })).toBeUndefined();
  });

  it('has its known blanks filled everywhere, and its unknown ones left', () => {
    const part = { title: '{host}', steps: ['a {host}', '{other}'] };
    expect(fillPart(part, { host: 'h' })).toEqual({ title: 'h', steps: ['a h', '{other}'] });
    expect(part.title).toBe('{host}');
  });

  it('shows a placeholder for a blank that is not known', () => {
    expect(blanksOf(freshservice.guide)['host']).toBe('<your-domain>.freshservice.com');
  });
});

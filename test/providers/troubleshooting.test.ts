import { describe, expect, it } from 'vitest';
import { verdictByReason } from '../../src/core/verdict.js';
import { troubleshooting, troubleshootingPage } from '../support/troubleshooting.js';
import { freshservice, gladly } from '../support/built-ins.js';

/*
 * After a change of a provider's texts:
 * npx vitest run --config test/vitest.portable.config.ts test/providers/troubleshooting.test.ts -u
 */

const entries = troubleshooting([freshservice, gladly]);
const page = troubleshootingPage(entries);

describe('docs/troubleshooting.md', () => {
  it('is generated from the definitions', async () => {
    await expect(page).toMatchFileSnapshot('../../docs/troubleshooting.md');
  });

  it('has a heading for every reason, so that links lead to it', () => {
    const headings = [...page.matchAll(/^## `(.+)`$/gmu)].map(([, reason]) => reason);
    expect(headings).toEqual(Object.keys(verdictByReason).filter((reason) => reason !== 'ok'));
  });

  it('says what each reason means and what to do, in whole sentences', () => {
    expect(entries.length).toBeGreaterThan(40);
    for (const { means, todo } of entries) {
      expect(means).toMatch(/^\p{Lu}.*\.$/u);
      expect(todo).toMatch(/^(?:\p{Lu}|`connect-wizard ).*\.$/u);
    }
  });

  it('has no blank that only a response could fill', () => {
    const words = entries.map(({ means, todo }) => `${means} ${todo}`).join('\n');
    expect(words).not.toMatch(/[{}]|DETAIL|undefined|: \.|\(\s*\)| {2}|\.\./u);
    // Text in angle brackets outside of code would be taken for HTML.
    expect(words.replaceAll(/`[^`]*`/gu, '')).not.toMatch(/<|>\S/u);
  });
});

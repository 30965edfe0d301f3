import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const pages = [
  'README.md',
  'CHANGELOG.md',
  ...markdownIn('docs'),
  ...markdownIn('docs/facts'),
  ...markdownIn('.github'),
];

function markdownIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
}

function read(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8').replaceAll('\r\n', '\n');
}

/** A page without its blocks of code, which have no links and no headings. */
function prose(page: string): string {
  return read(page).replaceAll(/^ *```.*?^ *```$/gmsu, '');
}

/** The links, pictures and references of a page. */
function linksOf(page: string): string[] {
  const text = prose(page).replaceAll(/`[^`\n]*`/gu, (code) => 'x'.repeat(code.length));
  return [
    ...text.matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$|(?:src|srcset|href)="([^"]+)"/gmu),
  ].map(([, inline, reference, attribute]) => inline ?? reference ?? attribute ?? '');
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of prose(page).matchAll(/^#{1,6} (.+)$/gmu)) {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, '$1').toLowerCase();
    const anchor = words.replaceAll(/[^\p{L}\p{N}\-_ ]/gu, '').replaceAll(' ', '-');
    let unique = anchor;
    for (let again = 1; anchors.has(unique); again += 1) unique = `${anchor}-${again}`;
    anchors.add(unique);
  }
  return anchors;
}

/** What is wrong with a link; undefined if nothing is. A web address is not requested. */
function faultOf(page: string, link: string): string | undefined {
  if (/^[a-z]+:/u.test(link)) {
    const { protocol, username, hostname } = new URL(link);
    return protocol === 'https:' && username === '' && hostname.includes('.')
      ? undefined
      : 'is no address of the web';
  }
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : posix.normalize(posix.join(posix.dirname(page), path));
  if (!existsSync(join(ROOT, target))) return 'leads to no file';
  if (anchor === undefined) return undefined;
  return anchorsOf(target).has(anchor) ? undefined : 'leads to no heading';
}

describe.each(pages)('%s', (page) => {
  it('links only to files and headings that exist', () => {
    const faults = linksOf(page).flatMap((link) => {
      const fault = faultOf(page, link);
      return fault === undefined ? [] : [`${link} ${fault}`];
    });
    expect(faults).toEqual([]);
  });

  it('names only files that exist', () => {
    const named = [
      ...prose(page).matchAll(/`((?:docs|src|test|bin|\.github|\.ci)\/[\w./-]*)`/gu),
    ].map(([, path = '']) => path);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

describe('README.md', () => {
  it('is at most 14 KiB long', () => {
    expect(statSync(join(ROOT, 'README.md')).size).toBeLessThanOrEqual(14_336);
  });

  it('links to every page of docs for users', () => {
    const fromReadme = new Set(linksOf('README.md').map((link) => link.split('#')[0]));
    const beside = markdownIn('docs').filter((page) => dirname(page) === 'docs');
    // For maintainers; CONTRIBUTING.md links to it.
    const maintainers = new Set(['docs/releasing.md']);
    expect(beside.filter((page) => !fromReadme.has(page) && !maintainers.has(page))).toEqual([]);
  });
});

describe('these tests', () => {
  it('find links, headings and faults', () => {
    expect(linksOf('README.md').length).toBeGreaterThan(20);
    expect(anchorsOf('docs/stores.md')).toContain('a-teams-vault');
    expect(faultOf('docs/stores.md', 'nowhere.md')).toBe('leads to no file');
    expect(faultOf('docs/stores.md', '../README.md#nowhere')).toBe('leads to no heading');
    expect(faultOf('docs/stores.md', '../README.md#exit-codes')).toBeUndefined();
    expect(faultOf('README.md', 'http://example.com/')).toBe('is no address of the web');
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from '../../src/core/project.js';

const read = (file: string): string =>
  readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

const manifest = JSON.parse(read('package.json')) as {
  readonly version: string;
  readonly homepage: string;
  readonly bugs: string;
  readonly repository: unknown;
};

describe('package.json', () => {
  it('names the repository, which npm compares with the origin of a release', () => {
    expect(manifest).toMatchObject({
      homepage: `${REPOSITORY}#readme`,
      bugs: `${REPOSITORY}/issues`,
      repository: { type: 'git', url: `git+${REPOSITORY}.git` },
    });
  });

  it('has the version of the lockfile', () => {
    const lock = JSON.parse(read('package-lock.json')) as { readonly version: string };
    expect(lock.version).toBe(manifest.version);
  });
});

describe('CHANGELOG.md', () => {
  const changelog = read('CHANGELOG.md');
  const headings = [...changelog.matchAll(/^## \[(.+?)\](.*)$/gmu)].map(([, version, rest]) => ({
    version,
    rest,
  }));

  it('begins with Unreleased, then has dated versions, the newest first', () => {
    const [unreleased, ...versions] = headings;
    expect(unreleased).toEqual({ version: 'Unreleased', rest: '' });
    for (const { version, rest } of versions) {
      expect(version).toMatch(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/u);
      expect(rest).toMatch(/^ - \d{4}-\d\d-\d\d$/u);
    }
    const dates = versions.map(({ rest = '' }) => rest);
    expect(dates).toEqual(dates.toSorted((a, b) => b.localeCompare(a)));
  });

  it('uses the usual kinds of change', () => {
    const kinds = [...changelog.matchAll(/^### (.+)$/gmu)].map(([, kind]) => kind);
    const usual = new Set(['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']);
    expect(kinds.filter((kind) => !usual.has(kind ?? ''))).toEqual([]);
  });

  it('has a link to the repository for each heading', () => {
    for (const { version } of headings) {
      expect(changelog).toContain(`\n[${version}]: ${REPOSITORY}/`);
    }
  });
});

describe('the pages for the public', () => {
  it.each(['docs/releasing.md', '.github/ISSUE_TEMPLATE/config.yml'])(
    '%s names this repository and no other',
    (file) => {
      const addresses = [
        ...read(file).matchAll(/(?:github\.com\/|--repo )([\w-]+\/connect-wizard)/gu),
      ];
      expect(addresses.length).toBeGreaterThan(0);
      for (const [, slug] of addresses) expect(`https://github.com/${slug}`).toBe(REPOSITORY);
    },
  );
});

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

/**
 * What actionlint does not check: permissions, and whose code runs. The example that users copy
 * has the same rules.
 */
const folder = fileURLToPath(new URL('../../.github/workflows/', import.meta.url));
const example = fileURLToPath(
  new URL('../../docs/examples/nightly-check.github.yml', import.meta.url),
);
const files = [...readdirSync(folder).map((name) => `${folder}${name}`), example];

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
}

interface Job {
  readonly uses?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly environment?: string;
  readonly 'timeout-minutes'?: number;
}

interface Workflow {
  readonly on: unknown;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const read = (file: string): string => readFileSync(file, 'utf8');
const workflows = files.map((file) => {
  const name = file.replace(/^.*[\\/]/u, '');
  return { name, text: read(file), workflow: parse(read(file)) as Workflow };
});
const jobs = workflows.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ id: `${name} ${id}`, job })),
);
const steps = jobs.flatMap(({ id, job }) => (job.steps ?? []).map((step) => ({ id, step })));

describe('workflows', () => {
  it('pin each action by its commit and name the version', () => {
    const uses = workflows.flatMap(({ text }) => [...text.matchAll(/uses: +(.+)/gu)]);
    expect(uses.length).toBeGreaterThan(10);
    const commits = new Map<string, string>();
    for (const [, line = ''] of uses) {
      if (line.startsWith('./')) continue;
      expect(line).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/u);
      const [action = '', commit = ''] = line.split('@');
      const repository = action.split('/').slice(0, 2).join('/');
      expect(commits.get(repository) ?? commit, repository).toBe(commit);
      commits.set(repository, commit);
    }
  });

  it('give only the permissions that are listed here', () => {
    for (const { name, workflow } of workflows) expect(workflow.permissions, name).toEqual({});
    const more = jobs.flatMap(({ id, job }) => {
      const { contents, ...others } = job.permissions ?? {};
      const extra = contents === 'write' ? { contents, ...others } : others;
      return Object.keys(extra).length > 0 ? [[id, extra]] : [];
    });
    expect(Object.fromEntries(more)).toEqual({
      'release.yml publish': { 'id-token': 'write', attestations: 'write' },
      'release.yml release': { contents: 'write' },
      'security.yml codeql': { 'security-events': 'write' },
    });
  });

  it('use no secret, since npm trusts the identity of the release', () => {
    for (const { name, text } of workflows) {
      if (name !== 'nightly-check.github.yml') expect(text, name).not.toMatch(/secrets\b/u);
      expect(text, name).not.toContain('NODE_AUTH_TOKEN');
    }
    const publish = jobs.find(({ id }) => id === 'release.yml publish');
    expect(publish?.job.environment).toBe('npm');
  });

  it("never run a stranger's code with more rights than a stranger has", () => {
    for (const { name, workflow } of workflows) {
      expect(JSON.stringify(workflow.on), name).not.toMatch(/pull_request_target|workflow_run/u);
    }
    for (const { id, step } of steps) {
      // GitHub pastes names of branches, titles and messages into a script as code.
      expect(step.run ?? '', id).not.toContain('${{');
    }
  });

  it('have a time limit, and leave no token in the checkout', () => {
    for (const { id, job } of jobs) {
      if (job.uses === undefined) expect(job['timeout-minutes'], id).toBeLessThanOrEqual(30);
    }
    for (const { id, step } of steps) {
      if (!step.uses?.startsWith('actions/checkout@')) continue;
      expect(step.with?.['persist-credentials'], id).toBe(false);
    }
  });

  it('use no cache, which could get into a release', () => {
    for (const { id, step } of steps) {
      if (!step.uses?.startsWith('actions/setup-node@')) continue;
      expect(step.with?.['package-manager-cache'], id).toBe(false);
    }
  });
});

describe('the tests on Linux', () => {
  const run = jobs
    .filter(({ id }) => id === 'ci.yml test')
    .flatMap(({ job }) => job.steps ?? [])
    .map((step) => step.run ?? '');

  it('have the programs that .ci/run installs', () => {
    const own = read(fileURLToPath(new URL('../../.ci/run', import.meta.url)));
    const [, list = ''] = /packages=\(([^)]+)\)/u.exec(own) ?? [];
    // The runner has browsers; the rest is for Wine and for checks of another job.
    const elsewhere =
      /^(?:chromium|firefox-esr|shellcheck|wine|wine64|binutils-mingw-w64-x86-64)$/u;
    const needed = list.split(/\s+/u).filter((name) => !elsewhere.test(name));
    expect(needed).toContain('gnome-keyring');
    const installed = run.find((line) => line.includes('apt-get install'))?.split(/\s+/u);
    expect(installed).toEqual(expect.arrayContaining(needed));
  });

  it('run as root, which some of them need', () => {
    expect(run.filter((line) => /\bnpm test\s*$/u.test(line))).toEqual([
      expect.stringMatching(/^sudo /u),
    ]);
  });
});

describe('a release', () => {
  it('publishes what one job has packed, after every test', () => {
    const release = workflows.find(({ name }) => name === 'release.yml')?.workflow;
    const needs = Object.fromEntries(
      Object.entries(release?.jobs ?? {}).map(([id, job]) => [
        id,
        (job as { needs?: string | readonly string[] }).needs ?? [],
      ]),
    );
    expect(needs).toEqual({
      tag: [],
      test: [],
      pack: ['tag', 'test'],
      publish: 'pack',
      release: 'publish',
    });
    expect(release?.jobs['test']?.uses).toBe('./.github/workflows/ci.yml');
  });
});

describe('the examples of a nightly check', () => {
  it('run the same command', () => {
    const gitlab = fileURLToPath(
      new URL('../../docs/examples/nightly-check.gitlab-ci.yml', import.meta.url),
    );
    const { 'check-credentials': job } = parse(read(gitlab)) as Record<
      string,
      { readonly script: readonly string[] }
    >;
    const [command] = job?.script ?? [];
    expect(steps.map(({ step }) => step.run)).toContain(command);
    expect(command).toMatch(/^npx --yes connect-wizard@\d+\.\d+\.\d+ freshservice --store none /u);
  });
});

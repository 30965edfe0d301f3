// The steps of a release that the workflow and a person share:
//   node .github/release.mjs check v1.2.3        may this tag be released?
//   node .github/release.mjs notes v1.2.3        the changelog's section
//   node .github/release.mjs publish FILE.tgz    publishes, unless the registry has it already
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import process, { argv, env } from 'node:process';

const commands = { check, notes, publish };

const [, , command, argument = ''] = argv;
try {
  if (!Object.hasOwn(commands, command)) throw new Error('Use check, notes or publish.');
  commands[command](argument);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function check(tag) {
  const { version, repository } = readManifest();
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const faults = [];
  if (tag !== `v${version}`) faults.push(`The tag is ${tag}, package.json says ${version}.`);
  if (lock.version !== version)
    faults.push(`package-lock.json says ${lock.version}: run npm install.`);
  if (section(version) === undefined) {
    faults.push(`CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD".`);
  }
  const slug = /^git\+https:\/\/github\.com\/([\w.-]+\/[\w.-]+)\.git$/u.exec(repository.url)?.[1];
  // npm refuses a provenance whose repository differs from that in package.json (E422).
  if (slug === undefined || (env.GITHUB_REPOSITORY ?? slug) !== slug) {
    faults.push(
      `package.json's repository is ${repository.url}, this is ${env.GITHUB_REPOSITORY}.`,
    );
  }
  if (slug?.startsWith('OWNER/')) {
    faults.push('The repository has no owner yet: docs/releasing.md says what to fill in.');
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

function notes(tag) {
  const version = tag.replace(/^v/u, '');
  const text = section(version);
  if (text === undefined) throw new Error(`CHANGELOG.md has no section for ${version}.`);
  process.stdout.write(`${text}\n`);
}

/** The text below a version's heading, up to the next heading or the links at the end. */
function section(version) {
  const changelog = readFileSync('CHANGELOG.md', 'utf8');
  const parts = changelog.split(/^## /mu);
  const dated = `[${version}] - `;
  const [heading, ...lines] = parts.find((part) => part.startsWith(dated))?.split('\n') ?? [];
  if (heading === undefined || !/ - \d{4}-\d\d-\d\d$/u.test(heading)) return undefined;
  return lines
    .filter((line) => !/^\[[^\]]+\]: /u.test(line))
    .join('\n')
    .trim();
}

function publish(file) {
  const { name, version } = readManifest();
  const integrity = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  const published = publishedIntegrity(`${name}@${version}`);
  if (published === integrity) {
    process.stdout.write(`${name}@${version} is published already, with the same bytes.\n`);
    return;
  }
  if (published !== undefined) {
    throw new Error(
      `${name}@${version} is published with other bytes (${published}, here ${integrity}).\n` +
        'A version is never published twice: raise it, tag that, and find out who published this one.',
    );
  }
  // A version such as 2.0.0-beta.1 must not become anybody's default.
  const tag = version.includes('-') ? 'next' : 'latest';
  npm(['publish', file, '--access', 'public', '--provenance', '--tag', tag], 'inherit');
}

/**
 * The integrity of a version in the registry; undefined if the version or the package doesn't
 * exist.
 */
function publishedIntegrity(spec) {
  const { status, stdout } = npm(['view', spec, 'dist.integrity', '--json'], 'pipe', [0, 1]);
  const answer = stdout.trim() === '' ? undefined : JSON.parse(stdout);
  if (status === 0) return answer;
  if (answer?.error?.code === 'E404') return undefined;
  throw new Error(
    `The registry could not be asked for ${spec}: ${answer?.error?.summary ?? stdout}`,
  );
}

function npm(args, stdout, allowed = [0]) {
  const result = spawnSync('npm', args, { encoding: 'utf8', stdio: ['ignore', stdout, 'inherit'] });
  if (result.error) throw result.error;
  if (!allowed.includes(result.status))
    throw new Error(`npm ${args[0]} ended with ${result.status}.`);
  return result;
}

function readManifest() {
  return JSON.parse(readFileSync('package.json', 'utf8'));
}

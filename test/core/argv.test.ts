import { describe, expect, it } from 'vitest';
import { refuseSecretArguments } from '../../src/core/argv.js';
import { UsageError } from '../../src/core/errors.js';
import type { Field } from '../../src/core/provider.js';
import { secretFields } from '../../src/core/field.js';
import { knownAs } from '../support/built-ins.js';
import { brindle } from '../support/test-provider.js';

const VALUE = 'kQ7rTz29xWmB4vNc8LpD';

/** Two of them share `--api-token`; only one has `--token`. */
const PROVIDERS = [
  { ...brindle, id: 'acorn' },
  { ...brindle, id: 'birch', fields: [secret('apiToken', 'API token of Birch')] },
  { ...brindle, id: 'cedar', fields: [secret('apiToken', 'API token of Cedar')] },
  { ...brindle, id: 'dogwood', fields: [secret('token', 'Token')] },
].map(knownAs);

function secret(id: string, label: string): Field {
  const [field] = secretFields(brindle);
  if (!field) throw new Error('the provider has no secret');
  return { ...field, id, label };
}

async function refusal(args: readonly string[], options: readonly string[] = []) {
  try {
    await refuseSecretArguments(PROVIDERS, args, options);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  return undefined;
}

describe('a secret on the command line', () => {
  it.each([
    ['acorn', '--api-key', VALUE],
    ['acorn', `--api-key=${VALUE}`],
    ['acorn', `--apikey=${VALUE}`],
    ['acorn', '--apikey', VALUE],
    ['acorn', `--apiKey=${VALUE}`],
    ['acorn', '--apiKey', VALUE],
    ['acorn', `--api_key=${VALUE}`],
    ['acorn', `--API-KEY=${VALUE}`],
    ['acorn', `-api-key=${VALUE}`],
    ['acorn', `--api-key-stdin=${VALUE}`],
    ['acorn', `--apiKeyStdin=${VALUE}`],
    ['acorn', '--api-key-stdin', VALUE],
    ['acorn', '--api-key='],
    ['acorn', `--api-key=a=${VALUE}`],
    ['acorn', `--api-key=first\n${VALUE}`],
    ['acorn', '--site', 'acme', '--api-key', VALUE],
    ['--api-key', VALUE, 'acorn'],
    ['dogwood', '--token', VALUE],
    ['dogwood', `--Token=${VALUE}`],
    // Another provider's flag holds a secret, too.
    ['acorn', '--token', VALUE],
    ['check', `--token=${VALUE}`],
  ])('is refused: %s %s', async (...args) => {
    const error = await refusal(args);
    const all = `${error?.message} ${JSON.stringify(error?.advice)} ${error?.stack}`;
    expect(error?.code).toBe('usage');
    expect(all).not.toContain(VALUE);
    const [stem, variable] = /token/iu.test(args.join(' '))
      ? ['--token', 'DOGWOOD_TOKEN']
      : ['--api-key', 'ACORN_API_KEY'];
    // The three ways that work, and what to do about the shell's history.
    for (const way of [`${stem}-stdin`, `${stem}-file`, variable, 'history']) {
      expect(error?.advice.next).toContain(way);
    }
  });

  it.each([
    [],
    ['acorn'],
    ['acorn', '--api-key-stdin'],
    ['acorn', '--api-key-file', 'key.txt'],
    ['acorn', '--api-key-file=key.txt'],
    ['dogwood', '--token-stdin', '--site', 'acme', '--email=a@b.example'],
    ['check', 'token', 'api-key'],
    ['rotate', '--api-key-stdin', 'acorn/acme'],
    ['--api-key-stdin', 'acorn'],
    ['--help'],
  ])('is not reported if there is none: %j', async (...args) => {
    await expect(refusal(args)).resolves.toBeUndefined();
  });

  it("is no value of the command's own option", async () => {
    const options = ['--token <value>', '--token-stdin'];
    await expect(refusal(['x', '--token', 'v'], options)).resolves.toBeUndefined();
    await expect(refusal(['x', '--token-stdin=v'], options)).resolves.toBeInstanceOf(UsageError);
  });

  it.each([
    [['cedar', '--api-token', VALUE], 'API token of Cedar', 'the variable CEDAR_API_TOKEN'],
    [['rotate', 'cedar/acme', '--api-token', VALUE], 'API token of Cedar', 'CEDAR_API_TOKEN'],
    [['--api-token', VALUE, 'guide', 'birch'], 'API token of Birch', 'BIRCH_API_TOKEN'],
    [['rotate', 'prod', '--api-token', VALUE], 'A secret was not taken', 'its variable'],
  ])('is refused in the words of the provider that is named: %j', async (args, what, next) => {
    const error = await refusal(args);
    expect(error?.advice.what).toContain(what);
    expect(error?.advice.next).toContain(next);
  });
});

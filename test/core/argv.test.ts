import { describe, expect, it } from 'vitest';
import { refuseSecretArguments } from '../../src/core/argv.js';
import { UsageError } from '../../src/core/errors.js';
import { providers } from '../support/built-ins.js';

const VALUE = 'kQ7rTz29xWmB4vNc8LpD';

function refusal(args: readonly string[]): UsageError {
  try {
    refuseSecretArguments(providers, args, []);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error(`not refused: ${args.join(' ')}`);
}

describe('a secret on the command line', () => {
  it.each([
    ['freshservice', '--api-key', VALUE],
    ['freshservice', `--api-key=${VALUE}`],
    ['freshservice', `--apikey=${VALUE}`],
    ['freshservice', '--apikey', VALUE],
    ['freshservice', `--apiKey=${VALUE}`],
    ['freshservice', '--apiKey', VALUE],
    ['freshservice', `--api_key=${VALUE}`],
    ['freshservice', `--API-KEY=${VALUE}`],
    ['freshservice', `-api-key=${VALUE}`],
    ['freshservice', `--api-key-stdin=${VALUE}`],
    ['freshservice', `--apiKeyStdin=${VALUE}`],
    ['freshservice', '--api-key-stdin', VALUE],
    ['freshservice', '--api-key='],
    ['freshservice', `--api-key=a=${VALUE}`],
    ['freshservice', `--api-key=first\n${VALUE}`],
    ['freshservice', '--domain', 'acme', '--api-key', VALUE],
    ['--api-key', VALUE, 'freshservice'],
    ['gladly', '--token', VALUE],
    ['gladly', `--token=${VALUE}`],
    ['gladly', `--Token=${VALUE}`],
    ['gladly', `--token-stdin=${VALUE}`],
    // The wrong provider's: still a secret.
    ['freshservice', '--token', VALUE],
    ['check', `--token=${VALUE}`],
  ])('is refused: %s %s', (...args) => {
    const error = refusal(args);
    const { message, advice } = error;
    const all = `${message} ${JSON.stringify(advice)} ${error.stack}`;
    expect(error.code).toBe('usage');
    expect(all).not.toContain(VALUE);
    const [stem, variable] = /token/iu.test(args.join(' '))
      ? ['--token', 'GLADLY_TOKEN']
      : ['--api-key', 'FRESHSERVICE_API_KEY'];
    // The three ways that work, and what to do about the shell's history.
    for (const way of [`${stem}-stdin`, `${stem}-file`, variable, 'history']) {
      expect(advice.next).toContain(way);
    }
  });

  it.each([
    [],
    ['freshservice'],
    ['freshservice', '--api-key-stdin'],
    ['freshservice', '--api-key-file', 'key.txt'],
    ['freshservice', '--api-key-file=key.txt'],
    ['gladly', '--token-stdin', '--slug', 'acme', '--email=a@b.example'],
    ['check', 'token', 'api-key'],
    ['--help'],
  ])('is not seen where there is none: %j', (...args) => {
    expect(() => refuseSecretArguments(providers, args, [])).not.toThrow();
  });

  it('is never an option that the command has', () => {
    const options = ['--token <value>', '--token-stdin'];
    expect(() => refuseSecretArguments(providers, ['x', '--token', 'v'], options)).not.toThrow();
    expect(() => refuseSecretArguments(providers, ['x', '--token-stdin=v'], options)).toThrow(
      UsageError,
    );
  });

  it('is worded for the provider that comes first', () => {
    const [one, two] = [...providers].toReversed();
    const named = two &&
      one && [{ ...two, fields: one.fields.map((f) => ({ ...f, env: 'MY_TOKEN' })) }, one];
    expect(() => refuseSecretArguments(named ?? [], ['x', '--token', 'v'], [])).toThrow(
      expect.objectContaining({
        advice: expect.objectContaining({
          next: expect.stringContaining('MY_TOKEN') as string,
        }) as object,
      }) as Error,
    );
  });
});

import { describe, expect, it } from 'vitest';
import { didYouMean } from '../../src/core/nearest.js';
import { insteadOf, spelledOut } from '../../src/commands/close-calls.js';

const instead = (typed: string): string =>
  insteadOf(typed, ['brindle'], ['check', 'list', 'remove']);

describe('an unknown command', () => {
  it.each([
    ['chekc', 'check'],
    ['brindel', 'brindle'],
    ['ls', 'list'],
    ['whoami', 'list'],
    ['verify', 'check'],
    ['test', 'check'],
    ['rm', 'remove'],
    ['delete', 'remove'],
    ['LOGOUT', 'remove'],
  ])('%s leads to %s', (typed, meant) => {
    expect(instead(typed)).toMatch(new RegExp(`^Did you mean connect-wizard ${meant}\\?`, 'u'));
  });

  it.each(['login', 'auth', 'add', 'connect'])('%s leads to the providers', (typed) => {
    expect(instead(typed)).toMatch(/^What can be connected: connect-wizard providers\./u);
  });

  it.each(['kQ7rTz29xWmB4vNc8LpD', 'constructor', 'frobnicate'])('%s is not repeated', (typed) => {
    expect(instead(typed)).toBe('All commands: connect-wizard --help');
  });
});

describe('a word for an option', () => {
  it.each([
    [['help'], ['--help']],
    [
      ['help', 'check'],
      ['check', '--help'],
    ],
    [['version'], ['--version']],
    [['-v'], ['--version']],
    [
      ['check', 'help'],
      ['check', 'help'],
    ],
    [[], []],
  ])('%j is read as %j', (args, read) => {
    expect(spelledOut(args)).toEqual(read);
  });
});

describe('a word that is close to a known one', () => {
  it.each([
    ['keychian', 'Did you mean keychain? '],
    ['ticket.read', 'Did you mean tickets.read? '],
    ['freshservice/acm', 'Did you mean freshservice/acme? '],
    ['kQ7rTz29xWmB4vNc8LpD', ''],
  ])('%s is answered with %j', (typed, said) => {
    expect(didYouMean(typed, ['keychain', 'tickets.read', 'freshservice/acme'])).toBe(said);
  });
});

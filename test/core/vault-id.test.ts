import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { isVaultId, vaultPathOf } from '../../src/core/vault-id.js';

describe('the text after vault:', () => {
  it.each(['secret/team', 'team/kv/wizard', 'A/b.c_d-e', '_x/0'])('%s is a path', (path) => {
    expect(isVaultId(`vault:${path}`)).toBe(true);
    expect(vaultPathOf(`vault:${path}`)).toBe(path);
  });

  it.each([
    '',
    'secret',
    'secret/',
    '/secret/team',
    'secret//team',
    'secret/../team',
    'secret/./team',
    'secret/.hidden',
    'secret/-team',
    'secret/te am',
    'secret/te%2Fam',
    'secret/team?x',
    'secret/team#x',
    'secret/schlüssel',
    'secret/team\n',
  ])('%j is wrong usage, and is not echoed', (path) => {
    expect(isVaultId(`vault:${path}`)).toBe(true);
    const read = (): string => vaultPathOf(`vault:${path}`);
    expect(read).toThrow(UsageError);
    if (path.length > 10) expect(read).not.toThrow(path);
  });

  it('is not read for other stores', () => {
    expect(['keychain', 'file', 'helper:vault', 'vault'].map(isVaultId)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

import { assert, property, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { isUnresolved, secretLine } from '../../src/core/secret-line.js';

describe('a secret in a line', () => {
  it.each([
    ['key', 'key'],
    ['key\n', 'key'],
    ['key\r\n', 'key'],
    ['key\r', 'key'],
    ['\uFEFFkey\n', 'key'],
    [' key ', ' key '],
    ['\n', ''],
    ['', ''],
  ])('%j is %j', (text, value) => {
    expect(secretLine('API key', text)).toBe(value);
  });

  it.each(['a\nb', 'key\n\n', 'key\r\r', '\nkey', 'a\rb\n'])('of %j is refused', (text) => {
    expect(() => secretLine('API key', text, 'THE_KEY')).toThrow(UsageError);
    expect(() => secretLine('API key', text, 'THE_KEY')).toThrow('THE_KEY has more than one line');
  });
});

describe('what nobody has resolved', () => {
  it.each([
    '$(SECRET)',
    '${{ secrets.API_KEY }}',
    '${API_KEY}',
    '$API_KEY',
    '{{ vault_key }}',
    '#{ApiKey}#',
    '%API_KEY%',
    '((api-key))',
    'op://vault/item/field',
    'vault:secret/data/acme#key',
    'bws://1234',
    'ref+vault://secret/acme#key',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme',
    'arn:aws-us-gov:ssm:us-gov-west-1:1:parameter/x',
    'projects/acme/secrets/key/versions/1',
    '@Microsoft.KeyVault(SecretUri=https://acme.vault.azure.net/secrets/key)',
    'ENC[AES256_GCM,data:abc=,iv:abc=,tag:abc=,type:str]',
    '$ANSIBLE_VAULT;1.1;AES256',
    '{cipher}AQB1',
    '***',
    'REDACTED',
    '[redacted]',
    '<your key>',
    ' $(SECRET) ',
  ])('%s is no secret', (value) => {
    expect(isUnresolved(value)).toBe(true);
  });

  it.each([
    'kQ7rTz29xWmB4vNc8LpD',
    'ops1abcdefghijk',
    '$ecret-with-signs',
    'tok-9f8e7d6c',
    'a%b%c',
  ])('%s may be one', (value) => {
    expect(isUnresolved(value)).toBe(false);
  });

  it('is never a key of letters, digits and the signs of Base64', () => {
    const key = stringMatching(/^[\w+/=-]{16,64}$/u);
    assert(
      property(key, (value) => {
        expect(isUnresolved(value)).toBe(false);
      }),
    );
  });
});

import { assert, property, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUnresolved } from '../../src/core/unresolved-reference.js';

describe('an unresolved reference', () => {
  it.each([
    '$(SECRET)',
    '${{ secrets.API_KEY }}',
    '${API_KEY}',
    '{{ vault_key }}',
    '#{ApiKey}#',
    '((api-key))',
    '$[variables.apiKey]',
    '%(api_key)s',
    '<%= ENV["API_KEY"] %>',
    'op://vault/item/field',
    'vault:secret/data/acme#key',
    'ref+vault://secret/acme#key',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme',
    'arn:aws-us-gov:ssm:us-gov-west-1:1:parameter/x',
    'projects/acme/secrets/key/versions/1',
    '@Microsoft.KeyVault(SecretUri=https://acme.vault.azure.net/secrets/key)',
    'ENC[AES256_GCM,data:abc=,iv:abc=,tag:abc=,type:str]',
    '$ANSIBLE_VAULT;1.1;AES256',
    '{cipher}AQB1',
    '***',
    '********',
    'REDACTED',
    '[redacted]',
    'credentials("api-key")',
    "env('API_KEY')",
    'os.environ["API_KEY"]',
    'process.env.API_KEY',
    '<your key>',
    ' $(SECRET) ',
  ])('%s is not the value of any field', (value) => {
    expect(isUnresolved(value, 'secret')).toBe(true);
    expect(isUnresolved(value, 'text')).toBe(true);
  });

  it.each([
    '$API_KEY',
    '%API_KEY%',
    'bws://1234',
    'env:API_KEY',
    '$env:API_KEY',
    'secrets.API_KEY',
    '__API_KEY__',
    '@api.key@',
    'gcp-sm://acme/key',
    'azurekeyvault://acme/key',
    'awssecret://acme/key',
    'awskms:///alias/acme',
    'akeyless:/acme/key',
    '/run/secrets/api_key',
    '<https://acme.example>',
    'secret',
    '[hidden]',
    'Masked',
  ])('%s is not a secret, but may be another value', (value) => {
    expect(isUnresolved(value, 'secret')).toBe(true);
    expect(isUnresolved(value, 'text')).toBe(false);
    expect(isUnresolved(value, 'host')).toBe(false);
  });

  it.each([
    'credentials',
    'abc.def.ghi',
    'f(x)',
    'a("b")c',
    'process.env.',
    'kQ7rTz29xWmB4vNc8LpD',
    'ops1abcdefghijk',
    '$ecret-with-signs',
    'tok-9f8e7d6c',
    'a%b%c',
    'a***b',
    'sk_live_ENC[x',
    'https://hooks.acme.example/vault/kQ7rTz29',
    'secrets.kQ7rTz29xWmB4vNc',
    '__kQ7rTz29xWmB4vNc',
    '<',
    '**',
    '',
  ])('%j may be a secret', (value) => {
    expect(isUnresolved(value, 'secret')).toBe(false);
  });

  it('is never found in a key of letters, digits and the signs of Base64', () => {
    const key = stringMatching(/^[\w+/=-]{16,64}$/u);
    assert(
      property(key, (value) => {
        expect(isUnresolved(value, 'secret')).toBe(false);
      }),
    );
  });
});

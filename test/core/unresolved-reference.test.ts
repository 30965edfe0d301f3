import { expect, test } from 'vitest';
import { isUnresolvedReference } from '../../src/core/unresolved-reference.js';

test.each([
  '$(NIMBUS_API_KEY)',
  '${NIMBUS_API_KEY}',
  '${{ secrets.NIMBUS_API_KEY }}',
  'op://team/nimbus/credential',
  '@Microsoft.KeyVault(SecretUri=https://acme.vault.azure.net/secrets/nimbus)',
  'ENC[AES256_GCM,data:abc,type:str]',
  'arn:aws:secretsmanager:eu-west-1:123456789012:secret:nimbus',
  'vault:secret/data/nimbus#key',
  '***',
  '********',
  'REDACTED',
  '[redacted]',
  '<your key>',
  '  $(KEY)  ',
])('%s is a reference', (value) => {
  expect(isUnresolvedReference(value)).toBe(true);
});

test.each(['kQ7rTz29xWmB4vNc8LpD', '$ecret', 'a***b', '<', 'sk_live_ENC[x', '**', ''])(
  '%s is none',
  (value) => {
    expect(isUnresolvedReference(value)).toBe(false);
  },
);

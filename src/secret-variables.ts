import { PASSPHRASE_VARIABLE, VAULT_TOKEN_VARIABLES } from './adapters/secret-variables.js';
import { providerSecretVariables } from './known-providers.js';

/** Every variable that may hold a secret: kept from all child processes but that of `exec`. */
export const SECRET_VARIABLES: readonly string[] = [
  ...providerSecretVariables,
  PASSPHRASE_VARIABLE,
  ...VAULT_TOKEN_VARIABLES,
];

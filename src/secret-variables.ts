import { PASSPHRASE_VARIABLE, VAULT_TOKEN_VARIABLES } from './adapters/secret-variables.js';
import { providerSecretVariables } from './known-providers.js';

/** Every variable that may contain a secret. Only the child process of `exec` gets any of them. */
export const SECRET_VARIABLES: readonly string[] = [
  ...providerSecretVariables,
  PASSPHRASE_VARIABLE,
  ...VAULT_TOKEN_VARIABLES,
];

import {
  createCredentialHelper,
  locateHelper,
  type CredentialHelperOptions,
} from '../../src/adapters/credential-helper.js';
import type { SecretStore } from '../../src/core/ports.js';

/** A credential helper that nobody has to be asked about. */
export function permittedHelper(options: Omit<CredentialHelperOptions, 'permit'>): SecretStore {
  return createCredentialHelper({
    ...options,
    permit: async (program) => locateHelper(program, options.env),
  });
}

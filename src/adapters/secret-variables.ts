/** The passphrase of the file store. */
export const PASSPHRASE_VARIABLE = 'CONNECT_WIZARD_PASSPHRASE';

/**
 * Gives access to everything on the server, so child processes don't get it unless they are meant
 * to.
 */
export const VAULT_TOKEN_VARIABLES: readonly string[] = ['VAULT_TOKEN', 'BAO_TOKEN'];

/** The passphrase of the file store. */
export const PASSPHRASE_VARIABLE = 'CONNECT_WIZARD_PASSPHRASE';

/** What gives access to everything in the server: no child process but a told one gets it. */
export const VAULT_TOKEN_VARIABLES: readonly string[] = ['VAULT_TOKEN', 'BAO_TOKEN'];

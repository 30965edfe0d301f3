import type { Sealing } from '../core/sealed/ports.js';
import { Secret } from '../core/secret.js';
import { loadAge } from './age-library.js';

/** X25519 keys and files in the age format. The library is loaded on first use. */
export function createSealing(): Sealing {
  return {
    async newKey() {
      const { generateX25519Identity } = await loadAge();
      return new Secret(await generateX25519Identity());
    },
    async recipientOf(key) {
      const { identityToRecipient } = await loadAge();
      return identityToRecipient(key.reveal());
    },
    async open(file, key) {
      const { Decrypter } = await loadAge();
      const decrypter = new Decrypter();
      decrypter.addIdentity(key.reveal());
      try {
        const bytes = await decrypter.decrypt(file);
        return new Secret(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
      } catch {
        // The library has no error types, so another key, a damaged file and invalid text all
        // return nothing.
        return undefined;
      }
    },
  };
}

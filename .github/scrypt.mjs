// Stands in for age's scrypt in the bundle: Node's own takes three quarters of the time, and gives its
// 128 MiB back at once.
import { scryptSync } from 'node:crypto';

export function scrypt(password, salt, { N, r, p, dkLen }) {
  // What it needs: Node refuses more than 32 MiB otherwise.
  const maxmem = 128 * r * (N + p + 2);
  return new Uint8Array(scryptSync(password, salt, dkLen, { N, r, p, maxmem }));
}

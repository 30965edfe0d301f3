// Replaces age's X25519 in the bundle. Age uses WebCrypto, which imports the key again for each file
// and computes in another thread: a secret takes half as long again to open.
import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';

/** What comes before the 32 bytes of a key in DER (RFC 8410). */
const PRIVATE = Buffer.from('302e020100300506032b656e04220420', 'hex');
const PUBLIC = Buffer.from('302a300506032b656e032100', 'hex');

/** The u-coordinate of the base point (RFC 7748). */
const BASE = Uint8Array.of(9, ...new Uint8Array(31));

const privateKeys = new WeakMap();

function privateKeyOf(scalar) {
  const key = privateKeys.get(scalar) ?? createPrivateKey(der(PRIVATE, scalar, 'pkcs8'));
  privateKeys.set(scalar, key);
  return key;
}

function der(prefix, bytes, type) {
  return { key: Buffer.concat([prefix, bytes]), format: 'der', type };
}

export async function scalarMult(scalar, point) {
  const publicKey = createPublicKey(der(PUBLIC, point, 'spki'));
  return new Uint8Array(diffieHellman({ privateKey: privateKeyOf(scalar), publicKey }));
}

export async function scalarMultBase(scalar) {
  return scalarMult(scalar, BASE);
}

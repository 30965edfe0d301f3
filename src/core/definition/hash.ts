import { sha256 } from '../sha256.js';
import { connectionText, fileText } from './hash-text.js';
import type { Definition } from './schema.js';

/** The SHA-256 of a whole definition, which a user approves on a machine. */
export function hashOfFile(value: Readonly<Record<string, unknown>>): Promise<string> {
  return sha256(fileText(value));
}

/** The SHA-256 of what decides what is sent, and where. A connection is stored under it. */
export function hashOfConnections(definition: Definition): Promise<string> {
  return sha256(connectionText(definition));
}

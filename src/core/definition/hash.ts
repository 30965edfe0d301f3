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

/** 64 hexadecimal digits. */
async function sha256(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

import type { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { codeOf } from './file-failure.js';
import type { NewerTls } from './trust.js';

/** What Node actually uses of the file in NODE_EXTRA_CA_CERTS. */
export interface ExtraCertificates {
  /** How many certificates the file has; 0 if it can't be read. */
  readonly count: number;
  /** How many Node uses. It stops at the first that it can't use. */
  readonly taken: number;
  /** The system's error code if the file can't be read. */
  readonly fault?: string;
}

/** Node ignores OpenSSL's own form (TRUSTED CERTIFICATE). */
const BEGIN = '-----BEGIN (?:X509 )?CERTIFICATE-----';
/** At the start of a line, or right after the end of another certificate, as in joined files. */
const MEANT = new RegExp(`(?<=^[\\s\\uFEFF]*|-----)${BEGIN}`, 'gmu');
/**
 * OpenSSL only looks at the start of a line, so a certificate without a line break before it breaks
 * the file.
 */
const SEEN = new RegExp(`(?<=^\\uFEFF?)${BEGIN}`, 'gmu');

export async function readExtraCertificates(path: string): Promise<ExtraCertificates> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return { count: 0, taken: 0, fault: codeOf(error) };
  }
  const count = Array.from(text.matchAll(MEANT)).length;
  const starts = Array.from(text.matchAll(SEEN), ({ index }) => index);
  const taken = await countTaken(starts.map((start, nth) => text.slice(start, starts[nth + 1])));
  return { count, taken: Math.min(taken, count) };
}

/** Counts up to the first certificate that Node doesn't have or can't have. Node stops there. */
async function countTaken(certificates: readonly string[]): Promise<number> {
  const { X509Certificate: Certificate } = await import('node:crypto');
  const { getCACertificates } = (await import('node:tls')) as NewerTls;
  const has = getCACertificates && new Set(getCACertificates('extra').map(contentOf));
  const missing = certificates.findIndex((pem) => {
    const content = read(Certificate, pem);
    return content === undefined || has?.has(content) === false;
  });
  return missing === -1 ? certificates.length : missing;
}

/** The content between the marks of a PEM text, on one line. */
function contentOf(pem: string): string {
  return pem.replaceAll(/-----[^-]*-----|\s/gu, '');
}

/** The same content of a certificate in a file; undefined if it can't be read. */
function read(Certificate: typeof X509Certificate, pem: string): string | undefined {
  try {
    return new Certificate(pem).raw.toString('base64');
  } catch {
    return undefined;
  }
}

/** What is wrong with the file, as a clause; undefined if Node uses everything in it. */
export function certificatesFault({ count, taken, fault }: ExtraCertificates): string | undefined {
  if (fault !== undefined) return `the file of NODE_EXTRA_CA_CERTS cannot be read: ${fault}`;
  if (count === 0) return 'the file of NODE_EXTRA_CA_CERTS has no certificate in PEM form';
  if (taken === count) return undefined;
  const which = taken === 0 ? 'none' : `only the first ${taken}`;
  return `Node takes ${which} of the ${count} in the file of NODE_EXTRA_CA_CERTS: number ${taken + 1} is cut off or broken`;
}

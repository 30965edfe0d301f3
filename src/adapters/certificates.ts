import type { X509Certificate } from 'node:crypto';
import type * as Tls from 'node:tls';
import { readFileSync } from 'node:fs';
import { codeOf } from './files.js';

/** What Node really takes of the file that NODE_EXTRA_CA_CERTS names. */
export interface ExtraCertificates {
  /** In the file; 0 if it cannot be read. */
  readonly count: number;
  /** Node stops at the first that it cannot use. */
  readonly taken: number;
  /** The system's word for why the file cannot be read. */
  readonly fault?: string;
}

/** From Node 22.15 on; the types are those of Node 20. */
type NewerTls = typeof Tls & { getCACertificates?: (type: 'extra') => string[] };

/** OpenSSL's own form (TRUSTED CERTIFICATE) is passed over by Node. */
const BEGIN = '-----BEGIN (?:X509 )?CERTIFICATE-----';
/** At the start of a line, or right behind the end of another, as files that were joined have it. */
const MEANT = new RegExp(`(?<=^[\\s\\uFEFF]*|-----)${BEGIN}`, 'gmu');
/** OpenSSL looks for it at the start of a line: one that follows an end without a line break breaks that. */
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

/** Up to the first that Node does not have, or cannot have: there it stops. */
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

/** What stands between the marks of a PEM text, on one line. */
function contentOf(pem: string): string {
  return pem.replaceAll(/-----[^-]*-----|\s/gu, '');
}

/** The same of a certificate as it may stand in a file; undefined if it cannot be read. */
function read(Certificate: typeof X509Certificate, pem: string): string | undefined {
  try {
    return new Certificate(pem).raw.toString('base64');
  } catch {
    return undefined;
  }
}

/** What is wrong with the file, for a sentence; undefined if Node takes all that is in it. */
export function certificatesFault({ count, taken, fault }: ExtraCertificates): string | undefined {
  if (fault !== undefined) return `the file of NODE_EXTRA_CA_CERTS cannot be read: ${fault}`;
  if (count === 0) return 'the file of NODE_EXTRA_CA_CERTS has no certificate in PEM form';
  if (taken === count) return undefined;
  const which = taken === 0 ? 'none' : `only the first ${taken}`;
  return `Node takes ${which} of the ${count} in the file of NODE_EXTRA_CA_CERTS: number ${taken + 1} is cut off or broken`;
}

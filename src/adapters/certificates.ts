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

const BEGIN = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/gu;
/** OpenSSL looks for it at the start of a line: one that follows an end without a line break breaks that. */
const BEGIN_OF_LINE = new RegExp(`(?<=^\\uFEFF?)${BEGIN.source}`, 'gmu');

export async function readExtraCertificates(path: string): Promise<ExtraCertificates> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return { count: 0, taken: 0, fault: codeOf(error) };
  }
  const { getCACertificates } = (await import('node:tls')) as NewerTls;
  const count = Array.from(text.matchAll(BEGIN)).length;
  const starts = Array.from(text.matchAll(BEGIN_OF_LINE), ({ index }) => index);
  const taken = getCACertificates
    ? new Set(getCACertificates('extra')).size
    : await countReadable(starts.map((start, nth) => text.slice(start, starts[nth + 1])));
  return { count, taken: Math.min(taken, count) };
}

/** Up to the first that cannot be read: there Node stops. */
async function countReadable(certificates: readonly string[]): Promise<number> {
  const { X509Certificate: Certificate } = await import('node:crypto');
  const broken = certificates.findIndex((pem) => !read(Certificate, pem));
  return broken === -1 ? certificates.length : broken;
}

function read(Certificate: typeof X509Certificate, pem: string): boolean {
  try {
    return new Certificate(pem).raw.length > 0;
  } catch {
    return false;
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

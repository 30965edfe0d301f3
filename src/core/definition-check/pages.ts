import type { Path } from '../definition/faults.js';
import { placeholderNames } from '../definition/parts.js';
import { domainFault, type PublicSuffix } from './hosts.js';
import { checkPlaceholders } from './sending.js';
import type { Subject } from './subject.js';

const HINT =
  'a page may have {host} and the fields of the host: a page gets nothing else that a person types';

/** No suffix list is needed, since any page may be shown before it's opened. */
const ANY_SUFFIX: PublicSuffix = () => undefined;

/**
 * Checks an address that the tool shows and opens. Its host is the connection's, or is written out.
 */
export function checkPage(subject: Subject, place: Path, page: string): void {
  const { inHost, kind, isPlain, report } = subject;
  const isKnown = (name: string) =>
    name === 'host' || (isPlain(name) && inHost(name) && kind(name) !== 'host');
  checkPlaceholders(subject, place, page, isKnown, HINT);
  if (!placeholderNames(page).every(isKnown)) return;
  const [, host = ''] = /^https:\/\/([^/?#]*)/u.exec(page) ?? [];
  if (host === '{host}') return;
  const name = host.replace(/:\d{1,5}$/u, '');
  if (domainFault(name, ANY_SUFFIX, { tenants: false }) !== undefined) {
    report(place, 'its host must be written out, or be {host}');
  } else if (/[{}]/u.test(page.replaceAll(/\{[^{}]*\}/gu, ''))) {
    report(place, 'a { or a } is missing');
  }
}

export function checkPages(subject: Subject): void {
  for (const id of subject.ids) {
    const page = subject.field(id)?.page;
    if (page !== undefined) checkPage(subject, ['fields', id, 'page'], page);
  }
}

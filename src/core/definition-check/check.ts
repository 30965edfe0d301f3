import { distinct, fault } from '../definition/faults.js';
import type { Fault } from '../errors.js';
import { isObject } from '../shape.js';
import { isDeep, MOST_DEEP } from '../definition/depth.js';
import type { Definition } from '../definition/schema.js';
import { checkFormats } from './formats.js';
import { checkGuide } from './guide.js';
import { checkHosts, isHostOf, type PublicSuffix } from './hosts.js';
import { checkMessages, checkTexts } from './messages.js';
import { checkChoices, checkFields, checkId, checkName, type Taken } from './names.js';
import { checkPages } from './pages.js';
import { checkRequests } from './requests.js';
import { isTakenFieldId } from './reserved.js';
import { checkAuth, checkConstants, checkExchange, checkTestIsThere } from './sending.js';
import { shapeFaults } from './shape-faults.js';
import { subjectOf, type Subject } from './subject.js';

export type { Taken } from './names.js';
export type { PublicSuffix } from './hosts.js';

/** The version of the definition format that this program reads. */
const VERSION = 1;

/** A definition, or all its faults. */
export type Checked =
  | { readonly definition: Definition; readonly faults: readonly [] }
  | { readonly definition?: undefined; readonly faults: readonly Fault[] };

/**
 * Checks a definition and reports all its faults at once.
 *
 * @param value JSON, as an author wrote it.
 * @param suffixOf the Public Suffix List. Without it, no name counts as a suffix.
 */
export function checkDefinition(
  value: unknown,
  taken: Taken,
  suffixOf: PublicSuffix = () => undefined,
): Checked {
  if (isDeep(value)) return { faults: [fault([], MOST_DEEP)] };
  if (!isObject(value)) {
    return { faults: shapeFaults(value).map(({ path, message }) => fault(path, message)) };
  }
  const version = Object.hasOwn(value, 'schemaVersion') ? value['schemaVersion'] : VERSION;
  if (typeof version === 'number' && Number.isInteger(version) && version > VERSION) {
    const message = `this file is of version ${version}, and this connect-wizard reads version ${VERSION}: a newer one reads it`;
    return { faults: [fault(['schemaVersion'], message)] };
  }
  const shape = shapeFaults(value);
  const found: Fault[] = shape.map(({ path, message }) => fault(path, message));
  const subject = subjectOf(value, shape, (path, message) => found.push(fault(path, message)));
  checkRules(subject, taken, suffixOf);
  const faults = distinct(found);
  return faults.length > 0 ? { faults } : { definition: value as Definition, faults: [] };
}

function checkRules(subject: Subject, taken: Taken, suffixOf: PublicSuffix): void {
  checkId(subject, taken);
  checkName(subject, taken);
  checkFields(subject, taken);
  checkChoices(subject);
  checkFormats(subject);
  checkPages(subject);
  checkHosts(subject, suffixOf);
  checkAuth(subject);
  checkConstants(subject);
  checkExchange(subject);
  checkTestIsThere(subject);
  checkRequests(subject);
  checkMessages(subject);
  checkTexts(subject);
  checkUse(subject);
  checkSandbox(subject);
  checkGuide(subject);
}

/** A field that nothing uses must not be asked for. */
function checkUse({ ids, kind, named, hasSlip, report }: Subject): void {
  if (hasSlip) return;
  for (const id of ids) {
    // `sending.ts` reports unused secrets.
    if (kind(id) === undefined || kind(id) === 'secret' || named.has(id)) continue;
    if (isTakenFieldId(id)) continue;
    report(
      ['fields', id],
      'it is asked for and used nowhere: not in host, auth, exchange, headers, query or a path',
    );
  }
}

function checkSandbox({ parts, ids, hasSlip, report }: Subject): void {
  const { sandbox, host, fields } = parts;
  for (const id of Object.keys(sandbox?.values ?? {})) {
    if (!ids.includes(id)) {
      report(['sandbox', 'values', id], `there is no such field; the fields are ${ids.join(', ')}`);
    }
  }
  if (sandbox?.host === undefined || host === undefined || !fields || hasSlip) return;
  if (!isHostOf(host, fields, sandbox.host)) {
    report(['sandbox', 'host'], `${sandbox.host} is not one of the hosts in host`);
  }
}

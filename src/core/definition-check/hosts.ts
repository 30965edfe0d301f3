import type { Path } from '../definition/faults.js';
import { choiceValues, definedHosts, placeholderNames, testsOf } from '../definition/parts.js';
import type { Definition } from '../definition/schema.js';
import {
  domainOf,
  hasGlob,
  isHostName,
  MOST_HOSTS,
  templatePattern,
  writtenOut,
} from '../definition/template.js';
import type { Subject } from './subject.js';

/**
 * Tells whether a name is a public suffix, by the Public Suffix List. Anybody can register a name
 * below a `registry` suffix (com, co.uk), and get one below a `company` suffix (github.io).
 */
export type PublicSuffix = (name: string) => 'registry' | 'company' | undefined;

/** On the list, but a single vendor decides who gets a name below it. */
const ONE_VENDOR = new Set(['myshopify.com']);

/** Endings that only a local network knows, and reserved ones (RFC 2606, RFC 6761). */
const LOCAL_ENDINGS =
  /^(?:localhost|local|localdomain|internal|intranet|private|lan|home|corp|test|invalid|example|onion|arpa|alt)$/u;

/** Why a definition can't name this host; undefined if it can. */
export function domainFault(
  name: string,
  suffixOf: PublicSuffix,
  { tenants }: { tenants: boolean },
): string | undefined {
  const shown = JSON.stringify(name);
  if (!name.includes('.')) {
    return `${shown} is one label: at least two must be written out, as in acme.com`;
  }
  const last = name.slice(name.lastIndexOf('.') + 1);
  if (/^(?:\d+|0x[\da-f]*)$/u.test(last)) return `${name} is an address by number`;
  if (!isHostName(name)) return `${shown} is not a host name`;
  if (LOCAL_ENDINGS.test(last)) return `.${last} is not a public ending`;
  const suffix = ONE_VENDOR.has(name) ? undefined : suffixOf(name);
  if (suffix === undefined || (suffix === 'company' && !tenants)) return undefined;
  return `anybody can have a name below ${name}: write out a domain that one company has`;
}

export function checkHosts(subject: Subject, suffixOf: PublicSuffix): void {
  const { parts, report } = subject;
  if (parts.host !== undefined) {
    for (const [index, { host }] of definedHosts(parts.host).entries()) {
      const place = Array.isArray(parts.host) ? ['host', index] : ['host'];
      // An entry with an environment is an object.
      const entry: unknown = Array.isArray(parts.host) ? parts.host[index] : undefined;
      checkTemplate(
        subject,
        host,
        typeof entry === 'object' ? [...place, 'host'] : place,
        suffixOf,
      );
    }
    checkWholeHost(subject);
    checkSameFields(subject);
  }
  if (parts.exchange?.host !== undefined) {
    checkTemplate(subject, parts.exchange.host, ['exchange', 'host'], suffixOf);
  }
  if (parts.unresolved && isFixed(subject)) {
    report(['unresolved'], 'the host is fixed: there is no tenant to be missing');
  }
  const isTyped = subject.ids.some((id) => subject.inHost(id) && subject.kind(id) !== 'choice');
  if (parts.port === 'typed' && parts.host !== undefined && !subject.hasSlip && !isTyped) {
    report(['port'], 'no part of the host is typed, so the port is not either: give the number');
  }
}

/** `name` matches one of the host templates. */
export function isHostOf(
  host: Definition['host'],
  fields: Definition['fields'],
  name: string,
): boolean {
  return (
    isHostName(name) &&
    definedHosts(host).some((each) =>
      /^\{\w+\}$/u.test(each.host)
        ? true
        : new RegExp(templatePattern(each.host, fields), 'u').test(name),
    )
  );
}

/** The host alone allows only one account. */
export function isFixed({ parts, ids, inHost, hasSlip }: Subject): boolean {
  return parts.host !== undefined && !hasSlip && !ids.some(inHost);
}

/** All templates of a list are filled from the same answers, so they need the same fields. */
function checkSameFields({ parts, report, hasSlip }: Subject): void {
  if (!Array.isArray(parts.host) || hasSlip) return;
  const fields = definedHosts(parts.host).map(({ host }) => new Set(placeholderNames(host)));
  const [first = new Set<string>()] = fields;
  const other = fields.findIndex(
    (each) => each.size !== first.size || [...each].some((id) => !first.has(id)),
  );
  if (other > 0)
    report(['host', other], 'it has other fields than the first: all of a list have the same');
}

/** Checks a host that is typed whole, and what it requires. */
function checkWholeHost({ parts, kind, isWhole, report }: Subject): void {
  if (!parts.selfHosted || parts.host === undefined) return;
  const [template = '', ...others] = definedHosts(parts.host).map(({ host }) => host);
  const [id] = placeholderNames(template);
  if (others.length > 0 || id === undefined || template !== `{${id}}` || kind(id) !== 'host') {
    if (id !== undefined && kind(id) === undefined) return;
    report(['selfHosted'], 'it is for a host that is one field of the kind host, and nothing else');
    return;
  }
  const { unauthenticated, apiHeader, test } = parts;
  if (!isWhole('unauthenticated') || !isWhole('test') || !isWhole('apiHeader')) return;
  const isRecognised = unauthenticated?.responses?.some(({ means }) => means === 'recognised');
  if (apiHeader === undefined && !unauthenticated?.expect && !isRecognised) {
    report(
      ['unauthenticated'],
      'selfHosted needs it: how the product is recognised before anything secret is sent (expect, a response that means recognised, or apiHeader)',
    );
  }
  if (unauthenticated?.get === undefined && !testsOf(test).some(({ get }) => get !== undefined)) {
    report(['unauthenticated', 'get'], 'selfHosted needs a path for the unauthenticated request');
  }
}

function checkTemplate(
  subject: Subject,
  template: string,
  place: Path,
  suffixOf: PublicSuffix,
): void {
  const fault = templateFault(subject, template, suffixOf);
  if (fault !== undefined) subject.report(place, fault);
}

function templateFault(
  { ids, kind, field, parts }: Subject,
  template: string,
  suffixOf: PublicSuffix,
): string | undefined {
  const bare = template.replaceAll(/\{[^{}]*\}/gu, '');
  if (/[{}]/u.test(bare)) return 'a { or a } is missing';
  if (/\}[{*#]|[*#]\{|[*#]{2}/u.test(template)) {
    return 'two fields touch: nobody could tell where the first ends';
  }
  if (/[A-Z]/u.test(bare)) return 'a host is written in small letters';
  const named = placeholderNames(template);
  const unknown = named.find((id) => !ids.includes(id));
  if (unknown !== undefined) return `{${unknown}} is no field; the fields are ${ids.join(', ')}`;
  // The kind or another fault already reports it.
  if (named.some((id) => kind(id) === undefined || kind(id) === 'secret')) return undefined;
  if (named.some((id) => kind(id) === 'host')) {
    return template === `{${named[0]}}`
      ? undefined
      : 'a field of the kind host must be the whole host';
  }
  // Any other kind is reported at the field.
  if (named.some((id) => kind(id) !== 'name' && kind(id) !== 'choice')) return undefined;

  const fields = parts.fields ?? {};
  const badChoice = named.flatMap((id) => choicesThatAreNoLabels(field(id))).at(0);
  if (badChoice !== undefined) {
    return `${badChoice} cannot be part of a host: a choice there is small letters, digits, - and dots`;
  }
  const isFinite = named.every((id) => kind(id) === 'choice') && !hasGlob(template);
  if (isFinite) {
    const all = writtenOut(template, fields);
    if (!all) return `it makes more than ${MOST_HOSTS} hosts: more than anybody looks at`;
    return all.map((host) => domainFault(host, suffixOf, { tenants: false })).find(Boolean);
  }
  const domain = domainOf(template);
  if (domain === '') {
    return 'after the field must come a domain that is written out, as in {site}.acme.com';
  }
  const fault = domainFault(domain, suffixOf, { tenants: true });
  if (fault !== undefined) return fault;
  if (named.length === 0) return 'a host with * or # needs a {field}: nothing else of it is asked';
  const isEmptyOrLong = template
    .split('.')
    .some((label) => label === '' || label.replaceAll(/\{\w+\}/gu, '').length > 40);
  if (isEmptyOrLong) return 'a label between two dots is empty or too long';
  const example = template.replaceAll(/\{\w+\}|[*#]/gu, '1');
  return isHostName(example)
    ? undefined
    : 'it makes no host names: a label begins and ends with a letter or a digit';
}

function choicesThatAreNoLabels(field: Parameters<typeof choiceValues>[0] | undefined): string[] {
  if (!field) return [];
  return choiceValues(field).filter((value) => !isHostName(`${value}.acme.com`));
}

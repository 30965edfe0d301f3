import { definedHosts, labelOf, placeholderNames, secretIds } from '../definition/parts.js';
import type { Definition } from '../definition/schema.js';
import {
  domainOf,
  escapePattern,
  globPattern,
  hasGlob,
  templatePattern,
} from '../definition/template.js';
import { patternOf } from '../pattern.js';
import type { HostMessage, Hosts, HostTemplate, RefusedHost } from '../provider-hosts.js';

export function expandHosts(definition: Definition): Hosts {
  const templates = definedHosts(definition.host).map(({ host, environment }) =>
    expandTemplate(definition, host, environment),
  );
  const own = (definition.refusedHosts ?? []).map(refusedHost);
  const isTenant = templates.some(({ template }) => placeholderNames(template).length > 0);
  const generated = isTenant && !definition.selfHosted;
  return {
    fields: [...new Set(templates.flatMap(({ template }) => placeholderNames(template)))],
    templates,
    refused: generated ? [...own, ...vendorHosts(definition, templates, own)] : own,
    offList: generated ? lookAlikes(definition, templates) : [],
    otherwise: otherHost(definition),
    ...(definition.unresolved && { control: templates[0]?.domain ?? '' }),
    port: definition.port ?? 443,
    selfHosted: definition.selfHosted === true,
  };
}

function refusedHost({
  hosts,
  reason,
  ...message
}: NonNullable<Definition['refusedHosts']>[number]): RefusedHost {
  const pattern = hosts.map((each) => `(?:${globPattern(each)})`).join('|');
  return { pattern, reason: reason ?? 'not-allowed', ...message };
}

function otherHost({ name, otherHost: own = {} }: Definition): HostMessage {
  return {
    reason: own.reason ?? 'not-allowed',
    what: own.what ?? `{host} is not an address of ${name}`,
    ...(own.why !== undefined && { why: own.why }),
    next: own.next ?? `Log in to ${name} and copy the address from the browser.`,
  };
}

export function expandTemplate(
  { fields }: Pick<Definition, 'fields'>,
  template: string,
  environment: HostTemplate['environment'] = 'production',
): HostTemplate {
  return {
    template,
    domain: domainOf(template),
    environment,
    pattern: templatePattern(template, fields),
    hasGlob: hasGlob(template),
  };
}

/** The domains of tenants, without those below another one. */
export function tenantDomains(templates: readonly HostTemplate[]): string[] {
  const domains = [...new Set(templates.map(({ domain }) => domain))];
  return domains.filter((each) => !domains.some((other) => each.endsWith(`.${other}`)));
}

/**
 * A domain itself and its `www.`, unless an entry of the author's covers them: the list of what can
 * go wrong has each host once.
 */
function vendorHosts(
  { name }: Definition,
  templates: readonly HostTemplate[],
  own: readonly RefusedHost[],
): RefusedHost[] {
  const hosts = tenantDomains(templates)
    .flatMap((domain) => [domain, `www.${domain}`])
    .filter((host) => !own.some(({ pattern }) => patternOf(pattern).test(host)));
  if (hosts.length === 0) return [];
  return [
    {
      pattern: `^(?:${hosts.map(escapePattern).join('|')})$`,
      reason: 'not-allowed',
      what: "{host} is one of the vendor's own addresses, not an account",
      next: `Use the address where your company opens ${name}: ${exampleHost(templates)}.`,
    },
  ];
}

/** Hosts that match no template, but whose name shows what is wrong. */
function lookAlikes(definition: Definition, templates: readonly HostTemplate[]): RefusedHost[] {
  const { name } = definition;
  const found: RefusedHost[] = [];
  const next = `Use the address where your company opens ${name}: ${exampleHost(templates)}.`;
  for (const domain of tenantDomains(templates)) {
    const below = `\\.${escapePattern(domain)}$`;
    const end = domain.slice(domain.lastIndexOf('.'));
    const start = domain.slice(0, -end.length);
    found.push({
      pattern: `^[^.]+\\.${escapePattern(start)}$`,
      reason: 'not-allowed',
      what: `{host} is not a whole address`,
      why: `the ${end} at its end is missing`,
      next: `If it is yours, type it with ${end} at its end.`,
    });
    const most = Math.max(
      ...templates.filter((each) => each.domain === domain).map((each) => namesInFront(each)),
    );
    found.push({
      pattern: `^(?:[^.]+\\.){${most},}[^.]+${below}`,
      reason: 'not-allowed',
      what: `{host} has too many names in front of ${domain}`,
      next,
    });
    found.push({
      pattern: below,
      reason: 'not-allowed',
      what: `{host} is not an address of ${name}`,
      why: `the part before ${domain} cannot be the name of an account there, which has only letters, digits and hyphens`,
      next,
    });
  }
  // An address with parts that aren't asked for can have many forms.
  if (templates.some((each) => each.hasGlob)) return found;
  const secrets = secretIds(definition)
    .map((id) => labelOf(definition, id))
    .join(' or ');
  found.push({
    pattern: `(?:${tenantDomains(templates).map(vendorPattern).join('|')})`,
    reason: 'not-allowed',
    what: `{host} looks like an address of ${name} but is not one`,
    why: `only what ends in ${tenantDomains(templates)
      .map((domain) => `.${domain}`)
      .join(' or ')} belongs to ${name}`,
    next: `Check who sent you that address, and do not type your ${secrets} there.`,
  });
  return found;
}

/** How many labels precede the written-out domain. */
function namesInFront({ template, domain }: HostTemplate): number {
  return template.split('.').length - domain.split('.').length;
}

/**
 * Matches another domain that contains this one's first label. A short label is part of many words,
 * so it only counts as a whole label.
 */
function vendorPattern(domain: string): string {
  const vendor = escapePattern(domain.split('.', 1)[0] ?? '');
  return vendor.length < 5 ? `(?:^|\\.)${vendor}(?:\\.|$)` : vendor;
}

/** `<name>.acme.com` */
function exampleHost(templates: readonly HostTemplate[]): string {
  return (templates[0]?.template ?? '').replaceAll(/\{\w+\}/gu, '<name>');
}

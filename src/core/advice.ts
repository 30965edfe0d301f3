import type { Advice } from './errors.js';
import { hostFields, secretLabels } from './field.js';
import { fill } from './fill.js';
import type { RedirectTarget } from './redirect.js';
import type { AdviceTemplate, Provider } from './provider.js';
import type { Reason } from './verdict.js';

const again = 'Then run the same command again.';

/**
 * The wording of every reason, unless the provider's definition has its own. `{detail}` is the
 * system's term for the cause (`ENOTFOUND`, `HTTP 503`). `{secrets}` is the provider's name for
 * what is tested (`API key`).
 */
export const sharedAdvice = {
  ok: { what: '{provider} accepted the {secrets}', next: 'Nothing to do.' },
  'missing-permission': {
    what: '{provider} accepted the {secrets}, but rights that you need are missing',
    why: '{missing}',
    next: 'Ask an admin of {provider} for them. {grants}.',
  },
  'missing-feature': {
    what: '{provider} accepted the {secrets}, but features that you need are missing',
    why: '{missing}, not in this plan or edition',
    next: 'Ask an admin of {provider} whether the plan can have them, or leave them out of --need.',
  },
  dns: {
    what: '{host} could not be found',
    why: 'its name does not resolve from here ({detail})',
    next: 'Check the network, the VPN and the spelling of the name.',
  },
  connection: {
    what: '{host} could not be reached',
    why: 'the connection was refused or broke off ({detail})',
    next: 'Check the network, the VPN and the firewall.',
  },
  timeout: {
    what: '{host} did not answer in time',
    why: '{detail}',
    next: 'Check the network and the VPN, or give it more time with --timeout.',
  },
  'tls-untrusted': {
    what: 'The connection to {host} is not trusted',
    why: 'its certificate comes from an authority that this machine does not know ({detail}), as happens behind a company proxy that opens TLS',
    next: 'Ask your IT for its CA certificate, save it as a file and set NODE_EXTRA_CA_CERTS to that file.',
  },
  'tls-expired': {
    what: 'The connection to {host} is not trusted',
    why: 'its certificate has expired or is not valid yet ({detail})',
    next: "Check this machine's date and time first; if they are right, something between here and {host} answers in its place.",
  },
  'tls-name': {
    what: 'The connection to {host} is not trusted',
    why: 'its certificate belongs to another name ({detail})',
    next: 'Something between here and {host} answers in its place: a proxy, a Wi-Fi login page, a wrong DNS entry. Try another network.',
  },
  proxy: {
    what: '{host} could not be reached through the proxy',
    why: '{detail}',
    next: 'Check {proxyVariable} and NO_PROXY, and whether the proxy allows {host}.',
  },
  'rate-limited': {
    what: '{host} is busy and did not say whether it takes the {secrets}',
    why: "the account's request limit is used up, by any program that uses it ({detail})",
    next: 'Wait {wait}, then try again. The {secrets} may be good.',
  },
  'server-error': {
    what: '{host} answered with a server error and did not say whether it takes the {secrets}',
    why: 'the answer was {detail}, from {provider} or from a proxy in between',
    next: 'Wait {wait}, then try again. The {secrets} may be good.',
  },
  'bad-response': {
    what: '{host} answered something that makes no sense here',
    why: 'the answer is not what the API of {provider} sends ({detail})',
    next: 'Try again in a few minutes. The {secrets} may be good. If it keeps happening, please report it.',
  },
  'not-an-api': {
    what: '{host} answered with a web page or a redirect instead of the API',
    why: 'a Wi-Fi login page, a block page of a proxy, or another site is in the way ({detail})',
    next: 'Open https://{host}/ in a browser on this machine to see what answers.',
  },
  'not-stored': {
    what: 'Nothing is stored under {name}',
    next: 'connect-wizard list shows what is stored, and connect-wizard providers what can be connected.',
  },
  'secret-lost': {
    what: 'The secret of {name} is gone',
    why: 'the record is here, but nothing is under that name in {backend}',
    next: 'connect-wizard rotate {name} asks for a new one; connect-wizard remove {name} forgets it.',
  },
  'definition-changed': {
    what: 'The definition of {provider} has changed since {name} was stored',
    why: '{detail}',
    next: 'Look at it: connect-wizard providers {providerId}. If it is right, run connect-wizard providers add <file> again, and say yes for {name}.',
  },
  'definition-missing': {
    what: 'There is no definition of {providerId} here any more, and {name} needs it',
    why: 'the file was removed, or this is another home',
    next: 'Add it again: connect-wizard providers add <file>. Or remove the connection: connect-wizard remove {name}.',
  },
} satisfies Partial<Record<Reason, Advice>>;

/**
 * The advice for `reason`: the provider's own if its definition has any, otherwise the shared one.
 * `{…}` is filled in.
 *
 * @param own what the rule says that read the response, if it has words.
 */
export function adviceFor(
  provider: Provider | undefined,
  reason: Reason,
  placeholders: Readonly<Record<string, string>>,
  own: AdviceTemplate | undefined = provider?.advice[reason],
): Advice & Pick<AdviceTemplate, 'ask'> {
  const template = own ?? (sharedAdvice as Partial<Record<Reason, Advice>>)[reason];
  if (!template) throw new Error(`no words for the reason ${reason}`);
  return {
    ...fill(template, {
      provider: provider?.name ?? '',
      secrets: provider ? secretLabels(provider) : '',
      ...placeholders,
    }),
    ...(own?.ask && { ask: own.ask }),
  };
}

/** Advice for a 401 or 403 that may not be the provider's own. */
export function strangerAdvice(
  provider: Provider,
  host: string,
  detail: string,
  how: 'unmarked' | 'same-without-credential',
): Advice {
  const why =
    how === 'unmarked'
      ? `the answer is not what the API of ${provider.name} sends`
      : 'it answers the same without a credential, so the credential made no difference';
  return {
    what: `The request to ${host} was refused, but maybe not by ${provider.name}`,
    why: `${why} (${detail})`,
    causes: [
      'a firewall, a proxy or a VPN on the way blocks the request',
      `${provider.name} lets requests in from certain networks only`,
    ],
    next: `Try another network, or ask your IT whether something blocks ${host}. The ${secretLabels(provider)} may be good.`,
  };
}

/** Advice for a redirect. It depends on where the redirect leads. */
export function redirectAdvice(
  provider: Provider,
  host: string,
  leadsTo: RedirectTarget,
  detail: string,
): Advice & Pick<AdviceTemplate, 'ask'> {
  const { name } = provider;
  switch (leadsTo.is) {
    case 'tenant':
      return {
        what: `${host} leads to another address: ${leadsTo.host}`,
        why: `the ${name} account may have been renamed (${detail})`,
        next: `If ${leadsTo.host} is yours, use that address. Nothing was sent there.`,
        ask: hostFields(provider).map(({ id }) => id),
      };
    case 'vendor':
      return {
        what: `${host} leads to another site of the vendor, ${leadsTo.host}`,
        why: `${leadsTo.known ?? 'that may be where people log in'}; the API of ${name} does not answer there (${detail})`,
        next: `Open https://${host}/ in a browser, log in, and copy the address of ${name} itself.`,
        ask: hostFields(provider).map(({ id }) => id),
      };
    case 'itself':
      return {
        what: `${host} answered with a redirect to another of its own pages`,
        why: `the API does not do that: it may be a log-in page (${detail})`,
        next: `Open https://${host}/ in a browser on this machine to see what answers.`,
        again,
      };
    case 'stranger':
      return {
        what: `${host} answered with a redirect to ${leadsTo.host}`,
        why: `that is not ${name}: a Wi-Fi login page, a block page of a proxy, or another site is in the way (${detail})`,
        next: `Open https://${host}/ in a browser on this machine to see what answers.`,
        again,
      };
  }
}

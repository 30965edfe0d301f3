import { secretLabels } from '../field.js';
import { fillText } from '../fill.js';
import { shortChoice, type Branch, type Topic } from '../guide.js';
import type { Provider } from '../provider.js';
import type { Reason } from '../verdict.js';

/** A case of the shared topic, with its reasons. */
interface Case extends Pick<Branch, 'sees' | 'choice' | 'means' | 'todo'> {
  readonly reasons: readonly [Reason, ...Reason[]];
}

/** `{secrets}`, `{provider}` and the status of a refusal are filled in. */
const CASES: readonly Case[] = [
  {
    reasons: ['bad-credential'],
    sees: 'HTTP 401 or "... refused the {secrets}"',
    choice: 'HTTP 401, the {secrets} is refused',
    means: '{provider} does not know it: it was not copied whole, or it was replaced or revoked.',
    todo: [
      'Compare what you have with what {provider} shows, to the last character.',
      'Does it belong to the account that you mean?',
      'Still refused? Make a new one, and give it to: connect-wizard {id}',
    ],
  },
  {
    reasons: ['refused-unclear', 'not-an-api-user'],
    sees: '{refused} or "... refused the request"',
    choice: '{refused}, the request is refused',
    means: '{provider} answered and refused. The {secrets} may be good but lack a right.',
    todo: [
      'Look at the page where it was made: which rights does it have?',
      'Ask an admin of {provider} whether its owner may use the API, and from this network.',
    ],
  },
  {
    reasons: ['wrong-auth-type'],
    sees: '"... was given another kind of credential than it takes"',
    choice: 'It is another kind of credential',
    means: 'It is a password, or a key from another product or page of {provider}.',
    todo: ['Look again where it is made: connect-wizard guide {id} find'],
  },
  {
    reasons: ['missing-permission', 'missing-feature'],
    sees: '"... rights that you need are missing" or "... features that you need are missing"',
    choice: 'Accepted, but something of --need is missing',
    means:
      'The {secrets} is good. A right is missing in the first case, a feature of the plan in the second.',
    todo: ['Ask an admin for what the message names, or leave that part out of --need.'],
  },
  {
    reasons: ['no-such-tenant'],
    sees: 'HTTP 404 or "There is no {provider} at ..."',
    choice: 'HTTP 404, no such account',
    means: 'A letter of the address is wrong, or the account was renamed.',
    todo: ['Open {provider} in a browser, and paste the whole address.'],
  },
  {
    reasons: ['wrong-product', 'vanity-host', 'not-allowed'],
    sees: '"... is not an address of {provider}"',
    choice: 'It is not an address of {provider}',
    means: 'The address belongs to another product, or to another site of the vendor.',
    todo: ['Log in to {provider} in a browser, and paste the address that you see there.'],
  },
  {
    reasons: ['other-tenant'],
    sees: '"... answered for another account"',
    means: 'The {secrets} works, but for another account than the one that was typed.',
    todo: ['Decide which one you mean. Use its address, and a credential that was made there.'],
  },
  {
    reasons: ['account-suspended'],
    sees: '"The {provider} account at ... is suspended"',
    choice: 'The account is suspended',
    means: 'Most likely the subscription or the trial has ended. The {secrets} may be good.',
    todo: ['Ask whoever looks after the subscription.'],
  },
  {
    reasons: ['rate-limited'],
    sees: 'HTTP 429 or "... is busy and did not say whether it takes the {secrets}"',
    choice: 'HTTP 429, {provider} is busy',
    means: 'A limit is used up, by any program that uses the account.',
    todo: ['Wait as long as the message says, and try again.'],
  },
  {
    reasons: ['server-error', 'bad-response'],
    sees: 'HTTP 500, "... answered with a server error" or "... answered something that makes no sense here"',
    choice: 'HTTP 500, a server error, an answer that makes no sense',
    means: 'A fault at {provider}, or at a proxy on the way. The {secrets} may be good.',
    todo: ['Does {provider} work in a browser? Then try again in a few minutes.'],
  },
  {
    reasons: ['timeout', 'connection', 'dns', 'proxy'],
    sees: 'Connection timed out: "... did not answer in time", "... could not be reached" or "... could not be found"',
    choice: 'Connection timed out, not found, not reached',
    means: 'The connection to {provider} is blocked or slow. Nothing is known about the {secrets}.',
    todo: [
      'Open https://{host}/ in a browser on this machine. It opens? Then the firewall or the proxy treats programs differently: ask your IT.',
      'It does not open? Check the network, the VPN and the firewall.',
      'Only slow? Give it more time: --timeout 60',
    ],
  },
  {
    reasons: ['not-an-api', 'tls-untrusted', 'tls-expired', 'tls-name'],
    sees: '"... answered with a web page or a redirect instead of the API" or "The connection to ... is not trusted"',
    choice: 'A web page answers, or it is not trusted',
    means:
      'Something is in the way: a Wi-Fi login page, a company proxy, another site. Nothing is known about the {secrets}.',
    todo: [
      'Log in to the Wi-Fi, or try another network.',
      'On a company network: ask your IT for its CA certificate, and set NODE_EXTRA_CA_CERTS to that file.',
    ],
  },
];

/** Reasons that only occur if something in the definition leads to them. */
const ONLY_IF_MEANT: ReadonlySet<Reason> = new Set([
  'bad-credential',
  'wrong-auth-type',
  'not-an-api-user',
  'no-such-tenant',
  'other-tenant',
  'missing-permission',
  'missing-feature',
]);

/**
 * What a person sees if something is wrong, and what to do about it. It's the same for every
 * provider.
 */
export function troubleshooting(provider: Provider): Topic {
  const mayCome = reasonsOf(provider);
  // A 401 is an unclear refusal if the provider's 401 doesn't blame the credential.
  const refused = mayCome('bad-credential') ? 'HTTP 403' : 'HTTP 401 or 403';
  const cases = CASES.filter(({ reasons }) => reasons.some(mayCome)).map((each) =>
    caseOf(each, provider, refused),
  );
  return {
    id: 'troubleshooting',
    title: 'What you see, and what to do',
    body: [
      ...cases,
      {
        title: 'Before anything relies on it',
        steps: [
          `Test it: connect-wizard check ${provider.id} asks ${provider.name}, and says so if all is well.`,
        ],
      },
    ],
    sources: provider.sources,
  };
}

function caseOf(
  { reasons, sees, choice, means, todo }: Case,
  provider: Provider,
  refused: string,
): Branch {
  const { id, name, sources } = provider;
  const placeholders = { secrets: secretLabels(provider), provider: name, id, refused };
  const fill = (text: string) => fillText(text, placeholders);
  return {
    id: reasons[0],
    reasons,
    sees: fill(sees),
    ...(choice !== undefined && { choice: shortChoice(fill(choice)) }),
    means: fill(means),
    todo: todo.map(fill),
    sources,
  };
}

function reasonsOf(provider: Provider): (reason: Reason) => boolean {
  const { recognise, probes, responses, exchange, hosts, capabilities } = provider;
  const rules = [
    ...(recognise?.rules ?? []),
    ...probes.flatMap((probe) => probe.rules),
    ...responses,
    ...(exchange?.rules ?? []),
  ];
  const meant = new Set<string>(rules.map(({ means }) => means));
  if (hosts.control !== undefined) meant.add('no-such-tenant');
  if (probes.some(({ canonicalHost }) => canonicalHost !== undefined)) meant.add('other-tenant');
  if (capabilities.length > 0) meant.add('missing-permission').add('missing-feature');
  return (reason) => !ONLY_IF_MEANT.has(reason) || meant.has(reason);
}

import { sharedAdvice } from '../advice.js';
import {
  definedSecretLabels,
  hostFieldIds,
  kindOf,
  placeholderNames,
  reachableReasons,
  secretIds,
  type MessageDefinition,
} from '../definition/parts.js';
import type { Definition } from '../definition/schema.js';
import type { AdviceTemplate, Provider } from '../provider.js';
import type { Reason } from '../verdict.js';

export type Messages = Provider['advice'];

/** The message for each reason that this provider's responses can have. */
export function expandMessages(definition: Definition): Messages {
  const mayCome = reachableReasons(definition);
  const messages: Partial<Record<Reason, AdviceTemplate>> = Object.fromEntries(
    Object.entries(standardMessages(definition)).filter(([reason]) => mayCome.has(reason)),
  );
  for (const [reason, own] of Object.entries(definition.messages ?? {})) {
    const standard =
      messages[reason as Reason] ?? sharedAdvice[reason as keyof typeof sharedAdvice];
    messages[reason as Reason] = layOver(standard, own);
  }
  return messages;
}

/** A message with `what` and `next` is complete. Any other is merged into the standard one. */
export function layOver(
  standard: AdviceTemplate | undefined,
  own: MessageDefinition = {},
): AdviceTemplate {
  const { what, why, causes, next, ask } = own;
  const isWhole = what !== undefined && next !== undefined;
  const base: Partial<AdviceTemplate> = isWhole ? {} : (standard ?? {});
  const rest = {
    ...(why !== undefined && { why }),
    ...(causes && { causes }),
    ...(ask && { ask }),
  };
  return { ...base, ...rest, what: what ?? base.what ?? '', next: next ?? base.next ?? '' };
}

function standardMessages(definition: Definition): Messages {
  const secrets = secretIds(definition);
  const said = definedSecretLabels(definition);
  const [first = ''] = secrets;
  const it = secrets.length > 1 ? 'them' : 'it';
  const where = definition.fields[first]?.where;
  const again = `Copy ${it} again, whole${where === undefined ? '' : `: ${where}`}.`;
  const hosts = hostFieldIds(definition);
  return {
    'bad-credential': {
      what: `{host} refused the ${said}`,
      why: `it does not know ${it} ({detail})`,
      next: again,
      ask: [...secrets, ...sentBeside(definition)],
    },
    'wrong-auth-type': {
      what: '{host} was given another kind of credential than it takes',
      why: '{detail}',
      next: again,
      ask: secrets,
    },
    'refused-unclear': {
      what: '{host} refused the request and did not say why',
      why: `{detail}; that does not mean that the ${said} ${secrets.length > 1 ? 'are' : 'is'} wrong`,
      causes: [
        `the ${said} ${secrets.length > 1 ? 'were' : 'was'} not copied whole`,
        'its owner may not use the API, or lacks the right to this request',
        'only certain networks are let in',
      ],
      next: 'Look at the page where it was made, then ask an admin of {provider} which rights it has.',
      ask: secrets,
    },
    'account-suspended': {
      what: 'The {provider} account at {host} is suspended',
      why: '{provider} says so ({detail})',
      next: `Ask whoever looks after the subscription. The ${said} itself may be good.`,
    },
    'not-an-api-user': {
      what: '{host} does not let this user use the API',
      why: 'the user lacks the permission for it ({detail})',
      next: 'Ask an admin of {provider} to switch API access on for the user.',
    },
    'no-such-tenant': {
      what: 'There is no {provider} at {host}',
      why: 'nothing of {provider} answers there ({detail})',
      next: 'Check the spelling in the address bar of your browser, and paste the whole address.',
      ask: hosts,
    },
    'other-tenant': {
      what: '{host} answered for another account',
      why: 'it says that its own address is {other}',
      next: 'Use the address of the account that you mean.',
      ask: hosts,
    },
  };
}

/**
 * An exchange gave a token, so the credential was right. A refusal after that is about permissions.
 */
export function refusedAfterExchange(definition: Definition): AdviceTemplate {
  const standard = standardMessages(definition)['refused-unclear'];
  const after: MessageDefinition = {
    what: `{host} gave a token for the ${definedSecretLabels(definition)} and then refused it`,
    why: '{detail}',
    causes: [
      'the client lacks the scope for this request',
      'the user behind the client may not do it',
    ],
  };
  return layOver(layOver(standard, after), definition.messages?.['refused-unclear']);
}

/** Fields that are sent together with the secrets, so one of them may be wrong instead. */
function sentBeside(definition: Definition): string[] {
  const { auth, exchange } = definition;
  const sent = placeholderNames(
    JSON.stringify([auth, exchange?.basic, exchange?.body, exchange?.headers]),
  );
  return Object.keys(definition.fields).filter((id) => {
    const kind = kindOf(definition, id);
    return (kind === 'text' || kind === 'email') && sent.includes(id);
  });
}

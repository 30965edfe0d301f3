import { describe, expect, it } from 'vitest';
import { plainTopics } from '../../src/output/guide.js';
import { guided } from '../support/built-ins.js';

/*
 * The facts of docs/facts/guide.md by their numbers, each with the topic of our guide that has it
 * and with words that must be there.
 */
type Row = readonly [fact: number, topic: string, ...words: readonly string[]];

const FRESHSERVICE: readonly Row[] = [
  [1, 'find', 'for https://acme.freshservice.com it is acme'],
  [2, 'find', 'paste the whole address', 'leave out /api and every other path'],
  [3, 'find', 'stray spaces and characters'],
  [
    4,
    'find',
    'the address where you really log in',
    "A portal can have a domain of your company's",
  ],
  [5, 'find', 'You have no account yet', 'Freshworks, the maker, has a free trial'],
  [6, 'find', 'your picture or your initial, top right, and choose Profile Settings'],
  [7, 'find', 'on the right, below Delegate Approvals'],
  [8, 'find', 'behind Your API Key on the left'],
  [9, 'find', 'CAPTCHA'],
  [10, 'find', 'reset (regenerate)', 'stops at once, for every other integration'],
  [
    11,
    'find',
    'Copy the key whole',
    'can read the data of the account',
    'shown only once',
    'at any time',
  ],
  [12, 'find', 'acts as the agent it belongs to'],
  [13, 'disabled-key', 'Your API key is disabled. Please contact your admin to enable it.'],
  [14, 'disabled-key', 'Only an Account Admin can switch the key on'],
  [15, 'disabled-key', 'Organization admin is not Account Admin'],
  [16, 'disabled-key', 'Nobody can change their own roles, so another admin has to'],
  [
    17,
    'disabled-key',
    'User Management > Agents. In newer menus it is Global Settings > Agents',
    'then Permissions, and turn on the API Key switch',
  ],
  [18, 'disabled-key', 'To see your roles', 'Permissions lists all of them'],
  [19, 'disabled-key', 'Make a colleague one for a while, let them flip the switch'],
  [
    20,
    'disabled-key',
    'Some accounts seem to have a second setting',
    'Admin > General Settings > Security',
  ],
  [21, 'disabled-key', 'In some plans and regions', 'in favour of OAuth or service accounts'],
  [22, 'disabled-key', 'Open a ticket with Freshservice support'],
  [23, 'disabled-key', 'The key is now in their own Profile Settings'],
  [24, 'dedicated-agent', 'under the name of its agent in audit logs and activity feeds'],
  [25, 'dedicated-agent', 'Admin > User Management > Agents and click New Agent'],
  [26, 'dedicated-agent', 'a mailbox that somebody reads. The activation mail goes there'],
  [27, 'dedicated-agent', 'First and last name', 'Job title, if you like: API integration'],
  [28, 'dedicated-agent', 'IT Agent: basic work on tickets'],
  [29, 'dedicated-agent', 'IT Supervisor: more rights over tickets'],
  [
    30,
    'dedicated-agent',
    'Account Admin: looking up users and the values of fields',
    'more power than most',
    'View Agents, View Agent groups and View Requesters',
  ],
  [
    31,
    'dedicated-agent',
    'Member of All Groups',
    'One guide recommends that; it is also the widest',
    'only the tickets of those groups',
  ],
  [32, 'dedicated-agent', 'Tick API key further down in the form, and Save'],
  [
    33,
    'dedicated-agent',
    'log in as that agent. Assuming its identity from your own login is not enough',
  ],
  [34, 'dedicated-agent', 'first follows the activation mail and sets a password'],
  [35, 'dedicated-agent', "Copy the key from that agent's Profile Settings"],
  [36, 'troubleshooting', 'HTTP 400', 'malformed, or a field in it is not valid'],
  [
    37,
    'troubleshooting',
    'HTTP 401',
    'missing or wrong: not copied whole, reset since, its switch is off, or its agent is inactive',
  ],
  [38, 'troubleshooting', 'HTTP 403', 'lacks a right, or the plan lacks a feature'],
  [39, 'troubleshooting', 'HTTP 429', 'The limit of the account is used up'],
  [40, 'troubleshooting', 'HTTP 500', 'A fault at Freshservice'],
  [
    41,
    'limits',
    'per minute and for the whole account',
    'Starter: 100 in all, 40',
    'Growth: 200',
    'Pro: 400',
    'Enterprise: 500',
  ],
  [42, 'limits', 'Starter', 'Growth', 'Pro', 'Enterprise', 'The four plans differ in features'],
  [
    43,
    'troubleshooting',
    '"authentication failed"',
    'compare the keys to the last character',
    'whether the agent is still active',
  ],
  [
    44,
    'troubleshooting',
    '"permission denied"',
    'an agent role such as IT Agent, and is the API Key switch on',
    'a member of the groups',
  ],
  [
    45,
    'troubleshooting',
    '"wrong address"',
    'put https:// in front, no /api or other path behind it, and no spaces',
    'the page where you log in',
  ],
  [
    46,
    'troubleshooting',
    'Connection timed out',
    'IP restrictions',
    'firewall',
    'subscription is still active',
  ],
  [
    47,
    'troubleshooting',
    'Before anything relies on it',
    'Test it: connect-wizard check freshservice',
  ],
  [
    47,
    'find',
    'tries the key before it stores it, and tells you whether it works',
    'connect-wizard list',
  ],
];

const GLADLY: readonly Row[] = [
  [48, 'find', 'for https://acme.gladly.com it is acme', 'acme.us-1.gladly.com', 'gladly.qa'],
  [49, 'api-user', 'Gladly advises a dedicated user for API access'],
  [50, 'api-user', 'menu (top left) > Settings > Users', 'Search for the user and open it'],
  [51, 'api-user', 'Enable API User, and keep the Agent role', 'Save'],
  [52, 'find', 'Log in as that API user', 'A token belongs to whoever creates it'],
  [53, 'find', 'More settings > API Tokens', 'Click Create Token, upper right', 'Names vary'],
  [
    54,
    'find',
    'Copy it at once: Gladly shows it only once',
    'Keep the token as safe as a password',
  ],
  [55, 'find', "Use the API user's own e-mail"],
  [56, 'api-user', 'invitation to a new user works once and for 24 hours'],
  [57, 'sso', 'must exist in the identity provider as well as in Gladly'],
  [58, 'hosts', 'A sandbox token works only there, and a production token only in production'],
  [
    59,
    'limits',
    '10 requests a second, for the whole organization: all tokens and all programs share',
  ],
  [
    60,
    'find',
    'connect-wizard gladly asks for the token',
    'tells you whether it works',
    'connect-wizard list',
  ],
];

/** What people report, with how sure it is. */
const REPORTED: readonly (readonly [topic: string, ...words: readonly string[]])[] = [
  ['disabled-key', 'Keys can be off on purpose', 'security or compliance', 'this is our reading'],
  [
    'disabled-key',
    'Ask the admin for an OAuth app instead',
    'with the scopes that the integration needs',
    'cannot make or use an OAuth app',
  ],
  [
    'disabled-key',
    'With several workspaces, and in the MSP edition: Admin > Global Settings > User Management > Agents',
  ],
  [
    'dedicated-agent',
    'With several workspaces, and in the MSP edition: Admin > Global Settings > User Management > Agents',
  ],
  [
    'admin-message',
    'with several workspaces, and in the MSP edition: Admin > Global Settings > User Management > Agents',
  ],
  [
    'troubleshooting',
    'Users report a 403 for that, too, but Freshservice does not document it',
    'Admin > Security, in older accounts Service Desk Security',
  ],
  ['troubleshooting', 'It is reported that a suspended account stays readable for a while'],
  ['troubleshooting', 'Accounts made since 2026-03-31 keep their assets in ITAM'],
  [
    'find',
    'It is reported that the key shows only once the agent has followed the activation mail',
  ],
  ['find', 'its own address and its own keys', '(Reported, not documented.)'],
  [
    'limits',
    'https://support.freshservice.com/en/support/solutions/articles/50000000293-what-is-the-rate-limit-for-apis-across-all-plans-',
    'https://api.freshservice.com/#error',
  ],
];

const TABLE: readonly (readonly [provider: string, rows: readonly Row[]])[] = [
  ['freshservice', FRESHSERVICE],
  ['gladly', GLADLY],
];

async function textOf(provider: string, topic: string): Promise<string> {
  const definition = guided.find(({ id }) => id === provider);
  if (!definition) throw new Error(`no definition of ${provider}`);
  const topics = await plainTopics(definition, definition.guide.topics);
  return topics.find(({ id }) => id === topic)?.text ?? '';
}

it('this table has all facts, from 1 to 60', () => {
  const told = TABLE.flatMap(([, rows]) => rows.map(([fact]) => fact));
  expect([...new Set(told)]).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
});

describe.each(TABLE)('the guide of %s has the fact', (provider, rows) => {
  it.each(rows)('%i in %s', async (_, topic, ...words) => {
    const text = await textOf(provider, String(topic));
    expect(words.length).toBeGreaterThan(0);
    for (const each of words) expect(text).toContain(each);
  });
});

it.each(REPORTED)(
  'the guide of freshservice has what people report, in %s: %s',
  async (topic, ...words) => {
    const text = await textOf('freshservice', topic);
    for (const each of words) expect(text).toContain(each);
  },
);

it.each(guided)('the guide of $id says how somebody else enters the secret', async ({ id }) => {
  expect(await textOf(id, 'find')).toContain(`connect-wizard request ${id}`);
});

import type { Definition } from '../core/definition/schema.js';

const checked = '2026-11-20';
const API = { what: 'API reference, api.freshservice.com', checked };
const FORUM = { what: 'community.freshworks.com 43824: disabled keys', checked };
const AGENTS_ME = { what: 'community.freshworks.com 43390: /agents/me', checked };
const STACKONE = { what: 'guide of StackOne', checked };
const MERGE = { what: 'guide of Merge', checked };
const FUSION = { what: 'guide of Support Fusion', checked };
const HELP = {
  what: 'help pages of Freshservice and Freshdesk: roles, occasional agents',
  checked,
};

/** For people who look for their API key or can't see one. */
export const freshserviceGuide: NonNullable<Definition['guide']> = {
  blanks: {
    host: { blank: '<your-domain>.freshservice.com' },
    email: {
      blank: '<e-mail of the agent>',
      ask: { label: 'Your e-mail address in Freshservice', kind: 'email' },
    },
    mailbox: {
      blank: '<a mailbox that somebody reads>',
      ask: { label: 'E-mail for the new agent: a mailbox that you read', kind: 'email' },
    },
    groups: {
      blank: '<the groups, or all>',
      ask: { label: 'Groups whose tickets it needs', kind: 'text', default: 'all' },
    },
  },
  starts: {
    domain: ['address-bar', 'other-address', 'no-account'],
    apiKey: ['where', 'captcha', 'disabled', 'no-key', 'own-agent'],
  },
  topics: [
    {
      id: 'find',
      title: 'Find the domain and the API key',
      body: [
        {
          text: 'Two things are needed: the domain says which Freshservice account it is, the API key says which agent is asking.',
        },
        {
          id: 'address-bar',
          sees: 'You are looking for the domain',
          choice: 'I do not know the domain',
          means:
            'The domain is the part before .freshservice.com in your address: for https://acme.freshservice.com it is acme.',
          todo: [
            'Log in to Freshservice in a browser and look at the address bar.',
            'Type that name, or paste the whole address: connect-wizard finds the domain in it. Other tools often want https:// and the host with nothing after it: leave out /api and every other path there.',
            'Look for stray spaces and characters. They are a common reason for a "wrong address".',
          ],
          next: ['other-address'],
          sources: [STACKONE, FUSION],
        },
        {
          id: 'other-address',
          sees: 'Your address does not end in .freshservice.com',
          choice: 'My address does not end in .freshservice.com',
          means:
            "It must be the address where you really log in to Freshservice. A portal can have a domain of your company's own, and the API does not answer there. An address of the Freshworks organization (myfreshworks.com) or of Freshdesk is not it either.",
          todo: [
            'Log in, open Freshservice, and look for the address that ends in .freshservice.com.',
            'Do you only ever see the other one? Ask an admin for it.',
          ],
          sources: [API, FUSION, HELP],
        },
        {
          id: 'no-account',
          sees: 'You have no account yet',
          choice: 'I have no account yet',
          means: 'Freshworks, the maker, has a free trial of Freshservice.',
          todo: ['Sign up for it and log in. The address bar then shows the domain.'],
          sources: [MERGE],
        },
        {
          id: 'where',
          sees: 'You are looking for the API key',
          choice: 'I do not know where the key is',
          means: 'It is on the profile page of the agent it belongs to.',
          todo: [
            'Click your picture or your initial, top right, and choose Profile Settings.',
            'Look on the right, below Delegate Approvals. Most guides place the key there. One has it behind Your API Key on the left: look there if the right side has none.',
            'Copy the key whole, without spaces or quotes.',
          ],
          page: 'https://{host}/',
          next: ['captcha', 'disabled', 'no-key'],
          sources: [STACKONE, MERGE, FUSION],
        },
        {
          id: 'captcha',
          sees: 'You see a CAPTCHA or a Show link instead of the key',
          choice: 'I see a CAPTCHA or a Show link instead',
          means: 'Freshservice shows the key after that.',
          todo: [
            'Solve the CAPTCHA, or click Show. The key then appears.',
            'Copy all of it now. Two guides show it on the profile at any time, so you can very likely look it up again; one says that it is shown only once.',
          ],
          page: 'https://{host}/',
          next: ['disabled'],
          sources: [MERGE, STACKONE, FUSION],
        },
        {
          id: 'no-key',
          sees: 'There is no key on that page',
          means:
            "Most likely this is not an agent's profile page. We could not confirm every cause.",
          todo: [
            'Look for Your API Key on the left as well.',
            'Log in as the agent whose key it is: with an assumed identity you see another key, which is said not to work.',
            "Are you a requester, who only asks for help? A requester's key very likely does not work here: ask an admin for an agent.",
            'Is the agent new? It is reported that the key shows only once the agent has followed the activation mail.',
          ],
          page: 'https://{host}/',
          next: ['disabled', 'no-switch', 'own-agent'],
          sources: [FUSION, FORUM, HELP],
        },
        {
          title: 'Good to know',
          bullets: [
            'The key acts as the agent it belongs to: it may do what that agent may do, under that name.',
            'Whoever has the key can read the data of the account. Keep it as safe as a password.',
            'A sandbox is a separate account, with its own address and its own keys: get the key there. (Reported, not documented.)',
            "The same page can reset (regenerate) the key. The old one then stops at once, for every other integration that uses it. Don't do it just to get a new one.",
          ],
        },
        {
          title: 'What comes next',
          steps: [
            'connect-wizard freshservice asks for the key. It tries the key before it stores it, and tells you whether it works.',
            'connect-wizard list shows what is connected.',
          ],
        },
        {
          title: 'Somebody else has the key, or has to create it',
          steps: [
            'connect-wizard request freshservice writes a page on which they enter it. Only this machine can open what comes back.',
          ],
        },
      ],
      sources: [STACKONE, MERGE, FUSION, API],
    },
    {
      id: 'disabled-key',
      title: 'The key is disabled',
      body: [
        {
          id: 'disabled',
          sees: '"Your API key is disabled. Please contact your admin to enable it."',
          choice: 'It says "Your API key is disabled"',
          means:
            'You have done nothing wrong: it is off for every agent until somebody switches it on. Only an Account Admin can switch the key on. Organization admin is not Account Admin: being one does not help here.',
          todo: [
            'Are you an Account Admin? To see your roles: Admin > User Management > Agents > your name > Permissions lists all of them. If you cannot open that page, you are very likely not one.',
          ],
          page: 'https://{host}/a/admin/home',
          next: ['not-admin', 'account-admin'],
          sources: [FORUM, STACKONE, API],
        },
        {
          id: 'not-admin',
          sees: 'You are not an Account Admin, or do not know',
          choice: 'I am not an Account Admin, or do not know',
          means:
            'An Account Admin has to switch it on. Nobody can change their own roles, so another admin has to.',
          todo: [
            'Send an Account Admin a message: it is ready, and says what to click.',
            'Once they have done it, the key is in your own Profile Settings.',
          ],
          next: ['enable-key'],
          sources: [FORUM],
        },
        {
          id: 'account-admin',
          sees: 'You are an Account Admin',
          choice: 'I am an Account Admin',
          means:
            'The switch belongs to each agent. Try this before anything else: two sources agree on it.',
          todo: [
            'Click Admin (bottom of the left sidebar) > User Management > Agents. In newer menus it is Global Settings > Agents. With several workspaces, and in the MSP edition: Admin > Global Settings > User Management > Agents.',
            'Open the agent (for your own key, yourself), then Permissions, and turn on the API Key switch. Save if there is a button for it.',
            'It does not work on your own page? Then another Account Admin has to do it for you.',
            'Nobody else is Account Admin? Make a colleague one for a while, let them flip the switch, then take the role away from them again.',
          ],
          page: 'https://{host}/a/admin/home',
          next: ['still-disabled', 'no-switch'],
          sources: [FORUM, STACKONE, HELP],
        },
        {
          id: 'still-disabled',
          sees: 'The switch is on, but the key is still disabled',
          means:
            'Some accounts seem to have a second setting, for the whole account. Only one forum answer mentions it, so try the switch of the agent first.',
          todo: [
            'As an admin, look under Admin > General Settings > Security (in older menus under Account Settings) for API access, and allow it.',
            "Look at the agent's Profile Settings again.",
          ],
          page: 'https://{host}/a/admin/home',
          next: ['no-switch'],
          sources: [FORUM],
        },
        {
          id: 'no-switch',
          sees: 'There is no API Key switch or setting anywhere',
          means:
            'In some plans and regions, one forum answer says, API keys are held back in favour of OAuth or service accounts. We could not confirm which ones. connect-wizard works with API keys.',
          todo: [
            'Open a ticket with Freshservice support, and ask whether API keys can be enabled for your account.',
          ],
          next: ['forbidden'],
          sources: [FORUM],
        },
        {
          id: 'forbidden',
          sees: 'Your company does not allow API keys',
          means:
            'Keys can be off on purpose. A key does not expire, and whoever has it is the agent, so security or compliance rules may forbid it. Freshservice does not say so itself: this is our reading.',
          todo: [
            'Ask the admin for an OAuth app instead: registered by an admin of Freshworks, with the scopes that the integration needs and no others. Freshservice documents OAuth; the admin can see how it is set up for your account.',
            'The program that you connect has to work with OAuth by itself: connect-wizard works with API keys, and cannot make or use an OAuth app.',
            'The rule allows exceptions? The message for the admin says who asks, for what, and how to undo it.',
          ],
          next: ['enable-key'],
          sources: [API, FORUM],
        },
        {
          title: 'Once it is enabled',
          steps: [
            'Log in as that agent. The key is now in their own Profile Settings.',
            'Copy it, then run: connect-wizard freshservice',
          ],
        },
      ],
      sources: [FORUM, STACKONE],
    },
    {
      id: 'dedicated-agent',
      title: 'A separate agent for the integration',
      body: [
        {
          text: 'What an integration does appears under the name of its agent in audit logs and activity feeds. With a separate agent you can tell that apart from what people do, and it keeps working when a person leaves.',
        },
        {
          id: 'own-agent',
          sees: 'The agent does not exist yet',
          choice: 'I want a separate agent for this integration',
          means:
            'An admin creates it. With a separate agent you can tell what the integration did, and it keeps working when a person leaves.',
          todo: [
            'Open Admin > User Management > Agents and click New Agent. In newer menus it is Global Settings > Agents. With several workspaces, and in the MSP edition: Admin > Global Settings > User Management > Agents.',
            'E-mail: a mailbox that somebody reads. The activation mail goes there.',
            'First and last name: something that says what it is. Job title, if you like: API integration.',
            'Make it a full-time agent. The key of an occasional one is said to be refused on days without a day pass.',
            'Roles and groups: as few as will do.',
            'Tick API key further down in the form, and Save.',
          ],
          page: 'https://{host}/a/admin/home',
          next: ['agent-roles', 'agent-groups', 'agent-key', 'create-agent'],
          sources: [FUSION, HELP],
        },
        {
          id: 'agent-roles',
          sees: 'Which roles it needs',
          means:
            'Start with only IT Agent. One guide asks for all three below, but the last one rules the whole account.',
          todo: [
            'IT Agent: basic work on tickets.',
            'IT Supervisor: more rights over tickets, and reports. Add it if IT Agent is not enough.',
            'Account Admin: looking up users and the values of fields. That is more power than most integrations need, and on newer accounts it does not even read tickets without an agent role as well.',
            'Instead of Account Admin: an admin role made for it, with View Agents, View Agent groups and View Requesters and no more. Leave it out if only tickets matter.',
          ],
          next: ['agent-groups', 'agent-key', 'create-agent'],
          sources: [FUSION, AGENTS_ME, HELP],
        },
        {
          id: 'agent-groups',
          sees: 'Which groups it belongs to',
          means: 'The groups decide whose tickets it sees.',
          todo: [
            'Member of Selected Groups: it sees only the tickets of those groups. Enough if it serves certain teams.',
            'Member of All Groups: it sees the tickets of every group. One guide recommends that; it is also the widest.',
          ],
          next: ['agent-key', 'create-agent'],
          sources: [FUSION],
        },
        {
          id: 'agent-key',
          sees: 'The agent exists, and you want its key',
          choice: 'The agent exists: I want its key',
          means: 'Only the agent itself sees a key that works.',
          todo: [
            'A new agent first follows the activation mail and sets a password. No mail? Look into the spam folder, or ask the admin to send it again.',
            'Log out, and log in as that agent. Assuming its identity from your own login is not enough: the key that shows then is said not to work.',
            "Copy the key from that agent's Profile Settings.",
          ],
          page: 'https://{host}/',
          next: ['where', 'disabled'],
          sources: [FUSION],
        },
      ],
      sources: [FUSION],
    },
    {
      id: 'admin-message',
      title: 'A message for your admin',
      body: [
        {
          text: 'For an Account Admin: an organization admin cannot do it. Choose the one that fits, fill in what is in <...>, and send it. The wizard asks for these and fills them in. There is no secret in the message, and the answer needs none.',
        },
        {
          id: 'enable-key',
          choice: 'Write to an Account Admin: enable the key',
          title: 'Your agent exists, but its API key is disabled',
          subject: 'Freshservice: please enable the API key of {email}',
          message: [
            {
              text: 'Hello, I am connecting a tool to Freshservice ({host}). It uses the API key of the agent {email}, and that key is disabled. I cannot change this myself: only an Account Admin can.',
            },
            {
              title: 'What to click',
              steps: [
                'Log in at https://{host}/ as an Account Admin.',
                'Admin > User Management > Agents (in newer menus: Global Settings > Agents; with several workspaces, and in the MSP edition: Admin > Global Settings > User Management > Agents).',
                'Open {email}, then Permissions.',
                'Turn on the API Key switch, and save.',
                'Only if the key stays disabled: Admin > General Settings > Security, and allow API access. Not every account has this.',
              ],
            },
            {
              text: 'Rights: no new role is needed. The key may do what this agent may do already, and nothing more.',
            },
            {
              text: 'To undo it: turn the same switch off again.',
            },
            {
              text: 'Please do not send me a key: I can read it myself, in my own Profile Settings. Thank you!',
            },
          ],
        },
        {
          id: 'create-agent',
          choice: 'Write to an Account Admin: create the agent',
          title: 'A separate agent is needed',
          subject: 'Freshservice: please create an agent for an integration',
          message: [
            {
              text: 'Hello, I am connecting a tool to Freshservice ({host}). It needs a separate agent: then the logs show what the tool did, and it keeps working when a person leaves.',
            },
            {
              title: 'What to click',
              steps: [
                'Log in at https://{host}/ as an Account Admin.',
                'Admin > User Management > Agents > New Agent (with several workspaces, and in the MSP edition: Admin > Global Settings > User Management > Agents).',
                'E-mail: {mailbox}. The activation mail goes there, and I read it.',
                'Name: something that says what it is.',
                'Full-time, not occasional: the key of an occasional agent is said to be refused on days without a day pass.',
                'Role: IT Agent.',
                'Groups whose tickets it needs: {groups}.',
                'Tick API key, and Save.',
              ],
            },
            {
              text: 'Rights: IT Agent is enough for tickets. Please do not add Account Admin: if the tool has to look up agents or requesters, an admin role with View Agents, View Agent groups and View Requesters is enough.',
            },
            {
              text: 'To undo it: deactivate that agent under Admin > User Management > Agents. Integrations that use its key are said to stop then.',
            },
            {
              text: 'Please do not send me a key or a password: I follow the activation mail and read the key myself. Thank you!',
            },
          ],
        },
        {
          title: 'When it is done',
          steps: [
            'Log in as that agent and copy the key from Profile Settings.',
            'Give it to connect-wizard freshservice: the wizard continues where you stopped.',
          ],
        },
      ],
      sources: [FORUM, STACKONE, FUSION, HELP],
    },
    {
      id: 'limits',
      title: 'Limits and plans',
      body: [
        {
          text: 'Freshservice counts requests per minute and for the whole account: all programs share them, whatever key they use, and a refused request counts too.',
        },
        {
          title: 'Requests a minute',
          bullets: [
            'Starter: 100 in all, 40 of them for listing tickets',
            'Growth: 200 in all, 70 for listing tickets',
            'Pro: 400 in all, 120 for listing tickets',
            'Enterprise: 500 in all, 140 for listing tickets',
          ],
        },
        {
          text: 'Listing agents, requesters or assets has the same lower limits. An account from before September 2020 may still be counted by the hour.',
        },
        {
          text: 'The four plans differ in features, too. A request for a feature that yours lacks gets a 403. A connect takes a handful of requests, and connect-wizard keeps to 30 a minute.',
        },
        {
          title: "The vendor's own pages",
          bullets: [
            'Limits by plan: https://support.freshservice.com/en/support/solutions/articles/50000000293-what-is-the-rate-limit-for-apis-across-all-plans-',
            'Errors and their codes: https://api.freshservice.com/#error',
          ],
        },
        {
          title: 'When the limit is used up (HTTP 429)',
          steps: [
            'Wait a minute, or as long as the message says, and try again. The key may be good.',
            'If it happens often, find the program that sends so many requests, and have it send fewer; or ask whoever looks after the subscription about a higher limit.',
          ],
        },
      ],
      sources: [API, MERGE],
    },
    {
      id: 'troubleshooting',
      title: 'What you see, and what to do',
      body: [
        {
          id: 'bad-credential',
          reasons: ['bad-credential'],
          sees: 'HTTP 401, "authentication failed" or "... refused the API key"',
          choice: 'HTTP 401, authentication failed, refused the key',
          means:
            'The key is missing or wrong: not copied whole, reset since, its switch is off, or its agent is inactive.',
          todo: [
            "Log in as that agent, open Profile Settings and compare the keys to the last character. Use the one you see there. Don't reset it: that cuts off everything else that uses it.",
            'Does it say that the key is disabled? Then an Account Admin has to switch it on.',
            'You cannot log in as that agent? Ask an admin whether the agent is still active.',
          ],
          next: ['disabled', 'where'],
          sources: [API, MERGE, FUSION],
        },
        {
          id: 'refused-unclear',
          reasons: ['refused-unclear', 'not-an-api-user'],
          sees: 'HTTP 403, "permission denied" or "... and did not say why"',
          choice: 'HTTP 403, permission denied, no reason given',
          means:
            'Most likely the agent lacks a right, or the plan lacks a feature. A wrong key is reported to get a 403, too, so it proves neither.',
          todo: [
            'Check the key first, as for 401.',
            'Admin > User Management > Agents > the agent > Permissions: is there an agent role such as IT Agent, and is the API Key switch on? Account Admin alone does not read tickets on newer accounts.',
            'Is the agent a member of the groups whose tickets are wanted?',
            'Is it occasional? Its key is said to work only on days with a day pass: have it made full-time.',
            'Does the account let in only certain networks? Users report a 403 for that, too, but Freshservice does not document it. An admin finds it under Admin > Security, in older accounts Service Desk Security.',
            'All in order? Ask whoever looks after the subscription whether the plan has the feature.',
          ],
          next: ['disabled', 'agent-roles', 'agent-groups'],
          sources: [API, MERGE, FUSION, AGENTS_ME, HELP],
        },
        {
          id: 'missing-permission',
          reasons: ['missing-permission', 'missing-feature'],
          sees: '"... rights that you need are missing" or "... features that you need are missing"',
          choice: 'Accepted, but something of --need is missing',
          means:
            'The key is good. Something of --need is missing: a right in the first case, a feature of the plan in the second.',
          todo: [
            'Ask an admin for the role that the message names, or leave that part out of --need.',
            'Is it assets.read? Accounts made since 2026-03-31 keep their assets in ITAM; connect-wizard asks in both places.',
          ],
          next: ['agent-roles'],
          sources: [API, AGENTS_ME],
        },
        {
          id: 'wrong-auth-type',
          reasons: ['wrong-auth-type'],
          sees: '"... was given something that is not an API key"',
          choice: 'It is not an API key',
          means:
            'It was a password, an OAuth token (long, with two dots in it) or a platform token (fwapi_...).',
          todo: ['Copy the API key: your picture > Profile Settings.'],
          next: ['where'],
          sources: [API],
        },
        {
          id: 'no-such-tenant',
          reasons: ['no-such-tenant', 'other-tenant'],
          sees: 'HTTP 404, "wrong address" or "There is no Freshservice account at ..."',
          choice: 'HTTP 404, wrong address, no such account',
          means: 'Nobody has that name: a letter is wrong, or the account was renamed.',
          todo: [
            'Open the page where you log in to Freshservice, and paste its address here.',
            'In another tool: put https:// in front, no /api or other path behind it, and no spaces.',
          ],
          next: ['address-bar'],
          sources: [API, FUSION],
        },
        {
          id: 'vanity-host',
          reasons: ['vanity-host', 'wrong-product', 'not-allowed'],
          sees: '"... is not an address of the Freshservice API"',
          choice: 'Not an address of the Freshservice API',
          means: "It is a portal's own domain, or another site. The API answers elsewhere.",
          todo: [
            'Log in, and look for the address that ends in .freshservice.com. Do you only ever see the other one? Ask an admin for it.',
          ],
          next: ['other-address'],
          sources: [API],
        },
        {
          sees: 'HTTP 400',
          means:
            'The request was malformed, or a field in it is not valid. This says nothing about the key.',
          todo: [
            'In a program of your own: look at the fields; the answer names the one in question.',
            'In connect-wizard: please report it.',
          ],
          sources: [API, MERGE],
        },
        {
          id: 'rate-limited',
          reasons: ['rate-limited'],
          sees: 'HTTP 429 or "... is busy and did not say whether it takes the API key"',
          choice: 'HTTP 429, Freshservice is busy',
          means: 'The limit of the account is used up, by any program that uses it.',
          todo: ['Wait a minute and try again. More: connect-wizard guide freshservice limits'],
          sources: [API, MERGE],
        },
        {
          id: 'server-error',
          reasons: ['server-error', 'bad-response'],
          sees: 'HTTP 500, "... answered with a server error" or "... answered something that makes no sense here"',
          choice: 'HTTP 500, a server error, an answer that makes no sense',
          means: 'A fault at Freshservice, or at a proxy on the way. The key may be good.',
          todo: [
            'Look at https://updates.freshservice.com: it says whether something is wrong.',
            'Try again in a few minutes.',
          ],
          sources: [API, MERGE],
        },
        {
          id: 'timeout',
          reasons: ['timeout', 'connection', 'dns', 'proxy'],
          sees: 'Connection timed out: "... did not answer in time", "... could not be reached" or "... could not be found"',
          choice: 'Connection timed out, not found, not reached',
          means:
            'The connection to Freshservice is blocked or slow, or it lets in only certain IP addresses. Nothing is known about the key.',
          todo: [
            'Open https://{host}/ in a browser on this machine. It opens? Then the firewall or the proxy treats programs differently: ask your IT.',
            'It does not open? Check the network, the VPN and the firewall.',
            'It opens elsewhere, but not here? Ask an admin of Freshservice about IP restrictions: Admin > Security, in older accounts Service Desk Security. Users report HTTP 403 for them, too; Freshservice does not document it.',
            'Ask whether the subscription is still active.',
            'Only slow? Give it more time: --timeout 60',
          ],
          sources: [FUSION, HELP],
        },
        {
          id: 'not-an-api',
          reasons: ['not-an-api', 'tls-untrusted', 'tls-expired', 'tls-name'],
          sees: '"... answered with a web page or a redirect instead of the API" or "The connection to ... is not trusted"',
          choice: 'A web page answers, or it is not trusted',
          means:
            'Something is in the way: a Wi-Fi login page, a company proxy, another site. Nothing is known about the key.',
          todo: [
            'Log in to the Wi-Fi, or try another network.',
            'On a company network: ask your IT for its CA certificate, and set NODE_EXTRA_CA_CERTS to that file.',
          ],
          sources: [API],
        },
        {
          id: 'account-suspended',
          reasons: ['account-suspended'],
          sees: '"The Freshservice account at ... is suspended"',
          choice: 'The account is suspended',
          means: 'Most likely the subscription or the trial has ended. The key may be good.',
          todo: [
            'Ask whoever looks after the subscription.',
            'It is reported that a suspended account stays readable for a while: a key that can read may still not be able to write.',
          ],
          sources: [API, HELP],
        },
        {
          sees: 'It worked until now',
          means: 'Most likely the key was reset, the agent was deactivated, or a day pass ended.',
          todo: [
            'See what Freshservice says today: connect-wizard check freshservice',
            'Then look for that message here.',
          ],
          next: ['disabled', 'where'],
          sources: [FUSION, HELP],
        },
        {
          title: 'Before anything relies on it',
          steps: [
            'Test it: connect-wizard check freshservice asks Freshservice, and says so if all is well.',
          ],
        },
      ],
      sources: [API, MERGE, FUSION, AGENTS_ME, HELP],
    },
  ],
};

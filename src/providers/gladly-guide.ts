import type { Definition } from '../core/definition/schema.js';

const checked = '2026-11-20';
const API = { what: 'API reference, developer.gladly.com/rest', checked };
const TOKENS = { what: 'help pages of Gladly: API tokens', checked };
const USERS = { what: 'help pages of Gladly: users and roles', checked };
const SSO = { what: 'help pages of Gladly: single sign-on', checked };
const STACKONE = { what: 'guide of StackOne', checked };
const CODE = { what: 'public code of Gladly and of its customers: hosts', checked };

/** For people who look for a token or can't create one. */
export const gladlyGuide: NonNullable<Definition['guide']> = {
  blanks: {
    host: { blank: '<your-gladly-address>' },
    email: {
      blank: '<e-mail of the API user>',
      ask: { label: 'E-mail of the API user', kind: 'email', field: 'email' },
    },
  },
  starts: {
    slug: ['address-bar', 'region', 'sandbox-address', 'other-address'],
    email: ['whose-email', 'new-user', 'single-sign-on'],
    token: ['where', 'no-menu', 'new-user', 'single-sign-on', 'environment'],
  },
  topics: [
    {
      id: 'find',
      title: 'Find the organization, the e-mail and the token',
      body: [
        {
          text: 'Three things belong together: the organization slug, the e-mail of a user, and an API token that this user created.',
        },
        {
          id: 'address-bar',
          sees: 'You are looking for the organization slug',
          choice: 'I do not know the slug',
          means:
            'It is the first part of your Gladly address: for https://acme.gladly.com it is acme.',
          todo: [
            'Log in to Gladly and look at the address bar.',
            'Is there more in it, as in acme.us-1.gladly.com, or does it end in gladly.qa? Paste the whole address then.',
          ],
          next: ['region', 'sandbox-address', 'other-address'],
          sources: [STACKONE, CODE],
        },
        {
          id: 'whose-email',
          sees: 'You do not know whose e-mail it is',
          choice: 'I do not know whose e-mail',
          means:
            "It is the API user's own e-mail: that of the user who creates the token. It is not yours, unless you create the token as yourself. Gladly advises a dedicated user for this.",
          todo: [
            "Use the API user's own e-mail. If there is no such user yet, have one created first.",
          ],
          next: ['new-user', 'existing-user'],
          sources: [STACKONE, TOKENS],
        },
        {
          id: 'where',
          sees: 'You are looking for the API token',
          choice: 'I do not know where the token is',
          means:
            'Gladly shows it only once, from when it is created until you leave the page: have this tool ready to paste it into. A token belongs to whoever creates it.',
          todo: [
            'Log in as that API user.',
            'Open the menu (top left) > More settings > API Tokens. Names vary: in some accounts it is Settings > API tokens, or Settings > App Developer Tools.',
            'Click Create Token, upper right; in some menus it is called Add Token.',
            'Copy it at once: Gladly shows it only once.',
          ],
          page: 'https://{host}/',
          next: ['no-menu', 'environment', 'single-sign-on'],
          sources: [API, TOKENS, STACKONE],
        },
        {
          id: 'no-menu',
          sees: 'API Tokens is not in the menu',
          means: 'Most likely the user lacks the API User permission.',
          todo: [
            'Look under More settings, Settings > API tokens and Settings > App Developer Tools: the names vary.',
            'Not there? An Administrator gives the user the API User permission.',
          ],
          page: 'https://{host}/',
          next: ['existing-user', 'no-administrator', 'grant-api-user'],
          sources: [API, TOKENS],
        },
        {
          title: 'Good to know',
          bullets: [
            'Keep the token as safe as a password: it may do what its user may do.',
            'A token that was not copied cannot be shown again. Create another one, and delete the lost one.',
            'A sandbox token does not work in production, and a production token does not work in a sandbox.',
          ],
        },
        {
          title: 'What comes next',
          steps: [
            'connect-wizard gladly asks for the token. It has already tested that it can store the token. It tries the token, and tells you whether it works.',
            'connect-wizard list shows what is connected.',
          ],
        },
        {
          title: 'Somebody else has the token, or has to create it',
          steps: [
            'connect-wizard request gladly writes a page on which they enter it. Only this machine can open what comes back.',
          ],
        },
      ],
      sources: [API, TOKENS, STACKONE],
    },
    {
      id: 'api-user',
      title: 'A user for the API',
      body: [
        {
          text: 'Gladly advises a dedicated user for API access: the token keeps working when a person leaves, and you can tell what the integration did. An Administrator sets it up.',
        },
        {
          id: 'existing-user',
          sees: 'The user exists already',
          choice: 'The user exists: give it the permission',
          means:
            'They need the API User permission. Without it, API Tokens is not in their menu, and the API very likely answers 403.',
          todo: [
            'As an Administrator: menu (top left) > Settings > Users. In some accounts, Users is below People.',
            'Search for the user and open it.',
            'Enable API User, and keep the Agent role.',
            'Save.',
          ],
          page: 'https://{host}/',
          next: ['no-administrator', 'grant-api-user'],
          sources: [STACKONE, TOKENS, USERS],
        },
        {
          id: 'new-user',
          sees: 'You want a new user',
          choice: 'I want a separate user for this integration',
          means:
            'It needs a mailbox that somebody reads. The invitation to a new user works once and for 24 hours.',
          todo: [
            'As an Administrator: menu (top left) > Settings > Users, and add a user with the roles API User and Agent.',
            'Accept the invitation from that mailbox within 24 hours. Too late, or used already? Ask the Administrator for another one.',
            'Log in as that user, and create the token.',
          ],
          page: 'https://{host}/',
          next: ['no-administrator', 'single-sign-on', 'where', 'create-user'],
          sources: [TOKENS, USERS, SSO],
        },
        {
          id: 'no-administrator',
          sees: 'You are not an Administrator',
          choice: 'I am not an Administrator',
          means: 'Users and permissions are for Administrators.',
          todo: ['Send an Administrator a message: it is ready, and says what to click.'],
          next: ['grant-api-user', 'create-user'],
          sources: [TOKENS, USERS],
        },
        {
          title: 'Rights',
          bullets: [
            "Gladly's pages disagree: one says that a token may do everything, others ask for a role for certain things. We assume that the token can do no more than its user.",
            'API User and Agent are enough to start with. Administrator is needed for reports: add it only for those.',
            'A user with the role Task User or Liveboards Only cannot have API User too: use another user.',
            'Gladly says that such a user is not billed as an agent as long as it does not work with customers.',
          ],
        },
        {
          title: 'Then create the token',
          steps: ['Log in as that user and create the token: connect-wizard guide gladly find'],
        },
      ],
      sources: [STACKONE, TOKENS, USERS, API],
    },
    {
      id: 'hosts',
      title: 'Which address: region, sandbox or production',
      body: [
        {
          text: "The API answers at your organization's own address. Gladly documents acme.gladly.com; the customers' addresses that we found in public all have a region in them, as in acme.us-1.gladly.com. So the long form is more likely, and the address bar is always right.",
        },
        {
          id: 'short-name',
          sees: 'You know only the short name, such as acme',
          choice: 'I know only the short name',
          means:
            'connect-wizard asks acme.gladly.com and acme.us-1.gladly.com to find out which one exists, before it sends the token anywhere.',
          todo: ['Type the name. Not found? Paste the whole address from the address bar.'],
          next: ['address-bar'],
          sources: [API, CODE],
        },
        {
          id: 'region',
          sees: 'Your address has a region, as in acme.us-1.gladly.com',
          choice: 'My address is longer: acme.us-1.gladly.com',
          means: 'That is the whole name of your organization; acme alone may lead nowhere.',
          todo: ['Paste the whole address.'],
          sources: [API, CODE],
        },
        {
          id: 'sandbox-address',
          sees: 'Your address ends in gladly.qa',
          choice: 'My address ends in gladly.qa',
          means:
            'That is a sandbox, such as acme.us-uat.gladly.qa. A sandbox token works only there, and a production token only in production, even for the same e-mail.',
          todo: [
            'Paste the whole address, and create the token while you are logged in there.',
            'For production: log in to the other address, and create another token.',
          ],
          sources: [API, TOKENS, CODE],
        },
        {
          id: 'other-address',
          reasons: ['not-allowed', 'wrong-product', 'vanity-host'],
          sees: 'Another address: api.gladly.com, us-1.gladly.com or help.gladly.com',
          choice: 'Another one: api., us-1. or help.gladly.com',
          means:
            'None of them is an organization. Some guides name the first; many organizations share the second.',
          todo: ['Log in to Gladly, and copy the address from the browser.'],
          sources: [CODE],
        },
        {
          id: 'environment',
          sees: 'Sandbox or production?',
          means:
            'A token works only where it was created. This one is for {host}: an address that ends in gladly.qa is a sandbox, any other is production.',
          todo: [
            'Create the token while you are logged in at https://{host}/',
            'You mean the other one? Give its address instead, and create a token there.',
          ],
          page: 'https://{host}/',
          change: 'slug',
          sources: [TOKENS, CODE],
        },
      ],
      sources: [API, CODE],
    },
    {
      id: 'sso',
      title: 'When your company logs in by single sign-on',
      body: [
        {
          text: 'If single sign-on is on, all users of Gladly log in through it, including the API user. So the API user must exist in the identity provider as well as in Gladly, if only to log in once and create the token.',
        },
        {
          id: 'single-sign-on',
          sees: 'The API user cannot log in: single sign-on is in the way',
          choice: 'Single sign-on is in the way',
          means:
            'With single sign-on, everybody logs in through it, including the API user: it needs an account in the identity provider, if only to create the token once.',
          todo: [
            'Ask your IT for a user in the identity provider with access to Gladly, and a mailbox that somebody reads.',
            'Ask a Gladly Administrator for a user with the same e-mail in Gladly.',
            'Accept the invitation within 24 hours; it works once.',
            'Open your Gladly address in a private window, so that you are not logged in as yourself, and log in as the API user.',
          ],
          page: 'https://{host}/',
          next: ['logged-in-as-myself', 'no-users-for-programs', 'where', 'create-user'],
          sources: [SSO, TOKENS],
        },
        {
          id: 'logged-in-as-myself',
          sees: 'You are logged in as yourself, not as the API user',
          choice: 'I am logged in as myself, not as the API user',
          means: 'Your browser remembers you. A token created now would be yours.',
          todo: ['Log out of both, or use a private window, and log in as the API user.'],
          page: 'https://{host}/',
          next: ['where'],
          sources: [SSO, TOKENS],
        },
        {
          id: 'no-users-for-programs',
          sees: 'Your IT does not create users for programs',
          choice: 'My IT does not create users for programs',
          means:
            'Then the token has to belong to a person. It will most likely stop working when they leave: we found no page of Gladly that says so for sure.',
          todo: ['Choose somebody who stays, and have them given the API User permission.'],
          next: ['grant-api-user'],
          sources: [SSO, TOKENS],
        },
        {
          id: 'token-and-sso',
          sees: 'You wonder whether a token goes through single sign-on',
          choice: 'Does a token go through single sign-on?',
          means:
            'We found no page of Gladly about it, and believe that it does not: a request carries e-mail and token, and nobody logs in.',
          todo: ['Try it: connect-wizard gladly tells you whether Gladly accepts the token.'],
          sources: [SSO],
        },
      ],
      sources: [SSO, TOKENS],
    },
    {
      id: 'admin-message',
      title: 'A message for your admin',
      body: [
        {
          text: 'For an Administrator of Gladly. Choose the one that fits, fill in what is in <...>, and send it. The wizard asks for these and fills them in. There is no secret in the message, and the answer needs none.',
        },
        {
          id: 'grant-api-user',
          choice: 'Write to an Administrator: give the permission',
          title: 'The user exists, but lacks the API User permission',
          subject: 'Gladly: please give {email} the API User permission',
          message: [
            {
              text: 'Hello, I am connecting a tool to Gladly ({host}). It needs an API token, which only a user with the API User permission can create. {email} does not have it, and an Administrator can give it.',
            },
            {
              title: 'What to click',
              steps: [
                'Log in at https://{host}/ as an Administrator.',
                'Menu (top left) > Settings > Users.',
                'Search for {email} and open it.',
                'Enable API User, and keep the Agent role.',
                'Save.',
              ],
            },
            {
              text: 'Rights: API User and Agent, to start with. Please do not add Administrator unless I ask for it: it is needed for reports.',
            },
            {
              text: 'To undo it: tell me, and I delete the token first (More settings > API Tokens; without API User that menu is gone). Then take API User away again at the same place.',
            },
            {
              text: 'Please do not send me a token: I log in as that user and create it myself. Thank you!',
            },
          ],
        },
        {
          id: 'create-user',
          choice: 'Write to an Administrator: create the user',
          title: 'A separate user is needed',
          subject: 'Gladly: please create a user for the API',
          message: [
            {
              text: 'Hello, I am connecting a tool to Gladly ({host}). Gladly advises a dedicated user for this, so that it keeps working when a person leaves, and so that you can tell what the tool did.',
            },
            {
              title: 'What to click',
              steps: [
                'Log in at https://{host}/ as an Administrator.',
                'Menu (top left) > Settings > Users, and add a user.',
                'E-mail: {email}. The invitation goes there, and I read it: it works once and for 24 hours, so please tell me when you send it.',
                'Roles: API User and Agent.',
                'Save.',
                'Only with single sign-on: the same user is needed in the identity provider, with access to Gladly.',
              ],
            },
            {
              text: 'Rights: API User and Agent, to start with. Please do not add Administrator unless I ask for it: it is needed for reports.',
            },
            {
              text: 'To undo it: I delete the token under More settings > API Tokens, and you deactivate the user: Settings > Users > {email} > Status.',
            },
            {
              text: 'Please do not send me a token or a password: I accept the invitation and create the token myself. Thank you!',
            },
          ],
        },
        {
          title: 'When it is done',
          steps: [
            'Log in as that user and create the token: connect-wizard guide gladly find',
            'Give it to connect-wizard gladly: the wizard continues where you stopped.',
          ],
        },
      ],
      sources: [STACKONE, TOKENS, USERS, SSO],
    },
    {
      id: 'limits',
      title: 'Limits',
      body: [
        {
          title: 'How often Gladly may be asked',
          bullets: [
            '10 requests a second, for the whole organization: all tokens and all programs share them.',
            'Reports have separate limits: 10 a minute, two at a time. connect-wizard never asks for reports.',
            'A connect takes a handful of requests, one after the other.',
          ],
        },
        {
          title: 'When the limit is used up (HTTP 429)',
          steps: [
            'Wait a few seconds and try again. The token may be good.',
            'If it happens often, find the program that sends so many requests, and have it send fewer.',
          ],
        },
      ],
      sources: [API],
    },
    {
      id: 'troubleshooting',
      title: 'What you see, and what to do',
      body: [
        {
          id: 'bad-credential',
          reasons: ['bad-credential'],
          sees: 'HTTP 401 or "... refused the API token of ..."',
          choice: 'HTTP 401, refused the token',
          means:
            'E-mail and token do not belong together there: token of the other environment, e-mail of another user, token not copied whole or deleted, or the user was deactivated.',
          todo: [
            'Sandbox or production? Compare the address with the one where the token was created.',
            'Is the e-mail that of the user who created the token?',
            'Not sure about the token? Log in as that user and create another one under More settings > API Tokens > Create Token; delete the old one once the new one works.',
          ],
          next: ['environment', 'where'],
          sources: [API, TOKENS],
        },
        {
          id: 'not-an-api-user',
          reasons: ['not-an-api-user', 'refused-unclear', 'wrong-auth-type'],
          sees: 'HTTP 403 or "... does not let ... use the API"',
          choice: 'HTTP 403, may not use the API',
          means: 'Gladly knows the user, but the user lacks the API User permission or a role.',
          todo: [
            'Ask an Administrator: Settings > Users > the user, enable API User, keep the Agent role, Save.',
          ],
          next: ['grant-api-user', 'existing-user'],
          sources: [API, TOKENS],
        },
        {
          id: 'missing-permission',
          reasons: ['missing-permission', 'missing-feature'],
          sees: '"... rights that you need are missing" or "... features that you need are missing"',
          choice: 'Accepted, but something of --need is missing',
          means: 'The token is good. The user lacks a role for something of --need.',
          todo: [
            'Ask an Administrator for the role that the message names, or leave that part out of --need.',
          ],
          sources: [API, USERS],
        },
        {
          id: 'no-such-tenant',
          reasons: ['no-such-tenant'],
          sees: 'HTTP 404 or "There is no Gladly organization at ..."',
          choice: 'HTTP 404, no such organization',
          means: 'A letter is wrong, a region is missing, or it is a sandbox.',
          todo: ['Paste the whole address from the browser.'],
          next: ['address-bar', 'region', 'sandbox-address'],
          sources: [API, CODE],
        },
        {
          id: 'other-tenant',
          reasons: ['other-tenant'],
          sees: '"... answered for another organization"',
          choice: 'It answered for another organization',
          means: 'The token works, but for another organization than the one that was typed.',
          todo: ['Decide which one you mean. Use its address, and a token that was created there.'],
          next: ['environment'],
          sources: [API, CODE],
        },
        {
          sees: 'HTTP 400',
          means: 'The request was malformed. This says nothing about the token.',
          todo: [
            "In a program of your own: Gladly's answer lists what is wrong. The reference: https://developer.gladly.com/rest",
            'In connect-wizard: please report it.',
          ],
          sources: [API],
        },
        {
          id: 'rate-limited',
          reasons: ['rate-limited'],
          sees: 'HTTP 429 or "... is busy and did not say whether it takes the API token"',
          choice: 'HTTP 429, Gladly is busy',
          means: 'The limit of the organization is used up, by any program that uses it.',
          todo: ['Wait a few seconds and try again. More: connect-wizard guide gladly limits'],
          sources: [API],
        },
        {
          id: 'account-suspended',
          reasons: ['account-suspended'],
          sees: 'HTTP 402 or "The Gladly account at ... is suspended"',
          choice: 'The account is suspended',
          means: 'Most likely the subscription has ended. The token may be good.',
          todo: ['Ask whoever looks after the subscription.'],
          sources: [API],
        },
        {
          id: 'server-error',
          reasons: ['server-error', 'bad-response'],
          sees: 'HTTP 500, "... answered with a server error" or "... answered something that makes no sense here"',
          choice: 'HTTP 500, a server error, an answer that makes no sense',
          means: 'A fault or maintenance at Gladly, or a proxy on the way. The token may be good.',
          todo: [
            'Open https://{host}/ in a browser to see whether Gladly works for people.',
            'Try again in a few minutes; maintenance can take an hour.',
          ],
          sources: [API, USERS],
        },
        {
          id: 'timeout',
          reasons: ['timeout', 'connection', 'dns', 'proxy'],
          sees: 'Connection timed out: "... did not answer in time", "... could not be reached" or "... could not be found"',
          choice: 'Connection timed out, not found, not reached',
          means:
            'The connection to Gladly is blocked or slow, or the name is wrong. Nothing is known about the token.',
          todo: [
            'Open https://{host}/ in a browser on this machine. It does not open? Check the spelling, the network and the VPN.',
            'It opens? Ask your IT to let programs reach *.gladly.com and, for a sandbox, *.gladly.qa on port 443.',
            'Only slow? Give it more time: --timeout 60',
          ],
          sources: [API, CODE],
        },
        {
          id: 'not-an-api',
          reasons: ['not-an-api', 'tls-untrusted', 'tls-expired', 'tls-name'],
          sees: '"... answered with a web page or a redirect instead of the API" or "The connection to ... is not trusted"',
          choice: 'A web page answers, or it is not trusted',
          means:
            'Something is in the way: a Wi-Fi login page, a company proxy, another site. Nothing is known about the token.',
          todo: [
            'Log in to the Wi-Fi, or try another network.',
            'On a company network: ask your IT for its CA certificate, and set NODE_EXTRA_CA_CERTS to that file.',
          ],
          sources: [API],
        },
        {
          title: 'Before anything relies on it',
          steps: [
            'Test it: connect-wizard check gladly asks Gladly, and says so if all is well.',
            'connect-wizard list shows it among what is connected.',
          ],
        },
      ],
      sources: [API, TOKENS, USERS],
    },
  ],
};

import type { Definition } from '../core/definition/schema.js';

/**
 * Slack, with the token of an app that is installed in one workspace. Never tried with a live
 * account.
 */
export const slack = {
  schemaVersion: 1,
  id: 'slack',
  name: 'Slack',
  summary: 'you need the token of an app',
  host: 'slack.com',
  fields: {
    token: {
      label: 'Bot or user token',
      where: 'api.slack.com/apps > your app > OAuth & Permissions > OAuth Tokens',
      page: 'https://api.slack.com/apps',
      about: 'It appears once the app is installed in the workspace.',
      format: { startsWith: ['xoxb-', 'xoxp-'] },
      mistakes: [
        {
          startsWith: 'xapp-',
          message: 'it is an app-level token (xapp-...), which only opens sockets',
        },
        {
          startsWith: 'https://hooks.slack.com/',
          message: 'it is the address of an incoming webhook, which needs no token',
        },
      ],
    },
  },
  auth: { bearer: '{token}' },
  test: {
    post: '/api/auth.test',
    expect: { at: 'ok', is: true },
    identity: { id: 'user_id', label: '{user} in {team}' },
  },
  responses: [
    {
      code: 'invalid_auth',
      means: 'bad-credential',
      causes: [
        'it was not copied whole',
        'the workspace allows certain networks only, and this is not one of them',
      ],
    },
    {
      code: ['not_authed', 'token_expired'],
      means: 'bad-credential',
    },
    {
      code: 'token_revoked',
      means: 'bad-credential',
      causes: ['it was revoked', 'the app was removed, if it is a user token'],
    },
    {
      code: 'account_inactive',
      means: 'bad-credential',
      why: 'its user, its app or the workspace is not active ({detail})',
      causes: [
        'a member of the workspace removed the app',
        'the user or the workspace was switched off',
      ],
      next: 'Ask an admin of the workspace whether the app is still installed.',
    },
    {
      code: 'accesslimited',
      means: 'refused-unclear',
      what: '{host} does not take this request from this network',
      why: 'the workspace limits from where it can be sent ({detail})',
      next: 'Try it from a network that the workspace lets in. The token may be good.',
      ask: [],
    },
    {
      code: [
        'access_denied',
        'ekm_access_denied',
        'enterprise_is_restricted',
        'missing_scope',
        'no_permission',
        'not_allowed_token_type',
        'team_access_not_granted',
        'two_factor_setup_required',
      ],
      means: 'refused-unclear',
    },
    { code: 'ratelimited', means: 'rate-limited' },
    {
      code: ['org_login_required', 'team_added_to_org'],
      means: 'server-error',
      what: '{host} is moving the workspace to an Enterprise organization',
      why: 'until that is done, it takes no requests for it ({detail})',
      next: 'Wait until the move is done, then try again.',
    },
    {
      code: ['fatal_error', 'internal_error', 'request_timeout', 'service_unavailable'],
      means: 'server-error',
    },
  ],
  errorCodes: ['error'],
  rotation: {
    end: 'The token still works in Slack. Revoke it by removing the app from the workspace, or with OAuth & Permissions > Revoke tokens.',
  },
  sandbox: { values: { token: 'xoxb-sandbox-token-of-acme' } },
  sources: [
    {
      what: 'docs.slack.dev: the method auth.test, its address, scopes, responses and errors',
      checked: '2026-11-26',
    },
  ],
} satisfies Definition;

import type { Definition } from '../core/definition/schema.js';

/** ServiceNow, with a user name and a password. Never tried with a live account. */
export const servicenow = {
  schemaVersion: 1,
  id: 'servicenow',
  name: 'ServiceNow',
  summary: 'you need the instance, a user name and a password',
  host: '{instance}.service-now.com',
  fields: {
    instance: {
      label: 'Instance',
      example: 'acme',
      where: "the browser's address bar, before .service-now.com",
    },
    username: {
      kind: 'text',
      label: 'User name',
      example: 'svc.integration',
      about: 'A separate user, with web service access only and the roles it needs.',
    },
    password: {
      label: 'Password',
      about: 'Users who log in by single sign-on have no password that works here.',
    },
  },
  auth: { basic: ['{username}', '{password}'] },
  test: {
    get: '/api/now/table/sys_user?sysparm_limit=1&sysparm_fields=sys_id',
    expect: { at: 'result', type: 'list' },
  },
  responses: [
    {
      status: 401,
      page: false,
      means: 'refused-unclear',
      causes: [
        'the user name or the password is wrong',
        'a REST API access policy does not allow such a login',
        'the user is locked out or not active',
      ],
      next: 'Log in to the instance as {username} once, and ask an admin for the REST API access policies of the Table API.',
      ask: ['password', 'username'],
    },
    {
      status: 200,
      page: true,
      means: 'not-an-api',
      what: '{host} answered with a page, as an instance that is asleep does',
      why: 'a developer instance that nobody uses goes to sleep, and then answers every request with this page',
      next: 'Wake the instance up at developer.servicenow.com, then try again in some minutes.',
    },
  ],
  errorCodes: ['error.message', 'status'],
  rotation: {
    before:
      'A new password stops every program that uses the old one, at once. Find out which those are first. What is stored here stays until the new one is proven.',
    end: 'The password still works in ServiceNow. An admin changes it, or locks the user, under User Administration > Users.',
  },
  sources: [
    {
      what: 'support.servicenow.com KB3041645: an access policy answers 401 to a right password',
      checked: '2026-11-26',
    },
    {
      what: 'servicenow.com community 1356330: the 403 of the Table API',
      checked: '2026-11-26',
    },
    {
      what: 'servicenow.com community 3466451: REST API access policies',
      checked: '2026-11-25',
    },
    {
      what: 'servicenow.com community 934939: roles for the Table API',
      checked: '2026-11-25',
    },
  ],
} satisfies Definition;

import type { Definition } from '../core/definition/schema.js';

/**
 * A provider that ships with the tool: what lists say about it, and how the rest is loaded on
 * demand.
 */
export interface BuiltIn {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  /** The ids of its secret fields. */
  readonly secrets: readonly string[];
  readonly definition: () => Promise<Definition>;
  /** Separate from the definition because it's large. Default: the generated guide. */
  readonly guide?: () => Promise<NonNullable<Definition['guide']>>;
}

/** To add a provider, write a file next to these and add a row here. */
export const builtIns: readonly BuiltIn[] = [
  {
    id: 'freshservice',
    name: 'Freshservice',
    summary: 'you need its domain and an API key',
    secrets: ['apiKey'],
    definition: async () => (await import('./freshservice.js')).freshservice,
    guide: async () => (await import('./freshservice-guide.js')).freshserviceGuide,
  },
  {
    id: 'gladly',
    name: 'Gladly',
    summary: 'you need the organization, an e-mail and an API token',
    secrets: ['token'],
    definition: async () => (await import('./gladly.js')).gladly,
    guide: async () => (await import('./gladly-guide.js')).gladlyGuide,
  },
  {
    id: 'freshdesk',
    name: 'Freshdesk',
    summary: 'you need its domain and an API key',
    secrets: ['apiKey'],
    definition: async () => (await import('./freshdesk.js')).freshdesk,
  },
  {
    id: 'intercom',
    name: 'Intercom',
    summary: 'you need the region and an access token',
    secrets: ['accessToken'],
    definition: async () => (await import('./intercom.js')).intercom,
  },
  {
    id: 'jira',
    name: 'Jira Cloud',
    summary: 'you need the site, an e-mail and an API token',
    secrets: ['apiToken'],
    definition: async () => (await import('./jira.js')).jira,
  },
  {
    id: 'klaviyo',
    name: 'Klaviyo',
    summary: 'you need a private API key',
    secrets: ['privateKey'],
    definition: async () => (await import('./klaviyo.js')).klaviyo,
  },
  {
    id: 'okta',
    name: 'Okta',
    summary: 'you need the domain and an API token',
    secrets: ['apiToken'],
    definition: async () => (await import('./okta.js')).okta,
  },
  {
    id: 'pagerduty',
    name: 'PagerDuty',
    summary: 'you need the service region and an API key',
    secrets: ['apiKey'],
    definition: async () => (await import('./pagerduty.js')).pagerduty,
  },
  {
    id: 'servicenow',
    name: 'ServiceNow',
    summary: 'you need the instance, a user name and a password',
    secrets: ['password'],
    definition: async () => (await import('./servicenow.js')).servicenow,
  },
  {
    id: 'shopify',
    name: 'Shopify',
    summary: 'you need the shop and an app of the Dev Dashboard',
    secrets: ['clientSecret'],
    definition: async () => (await import('./shopify.js')).shopify,
  },
  {
    id: 'slack',
    name: 'Slack',
    summary: 'you need the token of an app',
    secrets: ['token'],
    definition: async () => (await import('./slack.js')).slack,
  },
  {
    id: 'zendesk',
    name: 'Zendesk',
    summary: 'you need the subdomain and an OAuth client',
    secrets: ['clientSecret'],
    definition: async () => (await import('./zendesk.js')).zendesk,
  },
];

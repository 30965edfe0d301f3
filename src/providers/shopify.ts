import type { Definition } from '../core/definition/schema.js';

/** Shopify, with an app of the Dev Dashboard. Never tried with a live account. */
export const shopify = {
  schemaVersion: 1,
  id: 'shopify',
  name: 'Shopify',
  summary: 'you need the shop and an app of the Dev Dashboard',
  host: '{shop}.myshopify.com',
  fields: {
    shop: {
      label: 'Shop',
      example: 'acme',
      where: 'Settings > Domains: the one that ends in .myshopify.com',
    },
    clientId: {
      kind: 'text',
      label: 'Client ID',
      example: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
      where: 'Dev Dashboard > Apps > your app > Settings',
      page: 'https://dev.shopify.com/dashboard',
      format: { charset: 'hex', length: 32 },
    },
    clientSecret: {
      label: 'Client secret',
      where: 'Dev Dashboard > Apps > your app > Settings',
      mistakes: [
        {
          startsWith: ['shpat_', 'shpca_'],
          message: 'it is an access token (shpat_...), not the secret of a client',
        },
      ],
    },
  },
  auth: { headers: { 'x-shopify-access-token': '{token}' } },
  exchange: {
    post: '/admin/oauth/access_token',
    body: {
      grant_type: 'client_credentials',
      client_id: '{clientId}',
      client_secret: '{clientSecret}',
    },
    responses: [
      {
        code: 'shop_not_permitted',
        means: 'refused-unclear',
        what: '{host} refused this app',
        why: 'the app and the shop belong to different organizations ({detail})',
        next: 'Make the app in the Dev Dashboard of the organization that has the shop.',
      },
      {
        code: 'app_not_installed',
        means: 'refused-unclear',
        what: '{host} knows the app, but the app is not installed there',
        why: '{detail}',
        next: 'Install the app: Dev Dashboard > your app > Home > Install app. An app that was created in the settings of the shop does not work here.',
      },
      { status: 402, means: 'account-suspended' },
      { status: 404, means: 'no-such-tenant' },
    ],
  },
  test: {
    post: '/admin/api/2026-10/graphql.json',
    body: { query: '{ shop { id name } }' },
    expect: { at: 'data.shop.id' },
    identity: { id: 'data.shop.id', label: '{data.shop.name}' },
  },
  errorCodes: ['error', 'errors'],
  rotation: {
    before:
      'Make a new secret in the Dev Dashboard first. What is stored here stays until the new one is proven.',
    end: 'The secret still works at Shopify. Rotate it at Dev Dashboard > Apps > your app > Settings, or uninstall the app.',
  },
  sources: [
    {
      what: 'shopify.dev: authenticate an app for stores in your organization (client credentials)',
      checked: '2026-11-26',
    },
    {
      what: 'shopify.dev: about client credentials, where they are in the Dev Dashboard',
      checked: '2026-11-26',
    },
    {
      what: 'shopify.dev: get API access tokens for Dev Dashboard apps',
      checked: '2026-11-25',
    },
    {
      what: 'community.shopify.dev 33287: app_not_installed',
      checked: '2026-11-26',
    },
  ],
} satisfies Definition;

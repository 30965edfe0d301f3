import type { Definition } from '../core/definition/schema.js';

/** Freshdesk, the sister product of Freshservice. Never tried with a live account. */
export const freshdesk = {
  schemaVersion: 1,
  id: 'freshdesk',
  name: 'Freshdesk',
  summary: 'you need its domain and an API key',
  host: '{domain}.freshdesk.com',
  refusedHosts: [
    {
      hosts: ['.freshservice.com'],
      reason: 'wrong-product',
      what: '{host} is an address of Freshservice, another product of Freshworks',
      next: 'Use the address where you open Freshdesk, or run: connect-wizard freshservice.',
    },
  ],
  fields: {
    domain: {
      label: 'Domain',
      example: 'acme',
      where: "the browser's address bar, once you are logged in to Freshdesk",
    },
    apiKey: {
      label: 'API key',
      where: 'your picture (top right) > Profile settings > View API key',
      page: 'https://{host}/',
      about: [
        "It belongs to one agent. Don't reset it to get a new one: everything that uses the old one would stop.",
        'An account on the free plan has none.',
      ],
    },
  },
  auth: { basic: ['{apiKey}', 'X'] },
  test: {
    get: '/api/v2/agents/me',
    expect: { at: 'id' },
    identity: { id: 'id', label: '{contact.name} <{contact.email}>' },
  },
  responses: [
    { code: 'invalid_credentials', means: 'bad-credential' },
    { status: 404, means: 'no-such-tenant' },
  ],
  owner: {
    warnings: [
      {
        code: 'personal-credential',
        when: { looksPersonal: true },
        message:
          "the key acts as {label}. If that is a person's own account, it stops working when they leave. For anything permanent, use a separate agent.",
      },
    ],
  },
  rotation: {
    before:
      'Resetting the key stops every program that uses the old one, at once. Find out which those are first. What is stored here stays until the new key works.',
    after:
      'If you reset it: give the new key to every other program that used the old one. They have stopped.',
  },
  sources: [
    {
      what: 'support.freshdesk.com 215517: where the API key is, what a reset does, the free plan',
      checked: '2026-11-26',
    },
    {
      what: 'bollardai.com/resources/freshdesk: keys belong to agents, 403 for a role that lacks the right',
      checked: '2026-11-25',
    },
  ],
} satisfies Definition;

import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.js';
import { toVariables, variableNames } from '../../src/core/stored-item.js';
import { API_KEY, EMAIL, TOKEN } from '../support/fakes.js';
import { freshservice, gladly, providers } from '../support/built-ins.js';

describe('the variables', () => {
  it.each([
    [freshservice, ['FRESHSERVICE_DOMAIN', 'FRESHSERVICE_API_KEY', 'FRESHSERVICE_HOST']],
    [gladly, ['GLADLY_SLUG', 'GLADLY_EMAIL', 'GLADLY_TOKEN', 'GLADLY_HOST']],
    [{ ...gladly, id: 'my-own-desk2', fields: [] }, ['MY_OWN_DESK2_HOST']],
  ])('of $id are those of its fields and its host', (provider, names) => {
    expect(variableNames(provider)).toEqual(names);
  });

  it('of all providers differ, so that several can be set at once', () => {
    const names = providers.flatMap(variableNames);
    expect([...new Set(names)]).toEqual(names);
  });
});

describe('a credential as variables', () => {
  it('has its values and its host, and its secret stays a Secret', () => {
    const token = new Secret(TOKEN);
    const values = { slug: 'acme.us-1', email: EMAIL, token };
    const variables = toVariables(gladly, 'acme.us-1.gladly.com', values);
    expect(Object.keys(variables).toSorted()).toEqual(variableNames(gladly).toSorted());
    expect(variables).toMatchObject({
      GLADLY_SLUG: 'acme.us-1',
      GLADLY_EMAIL: EMAIL,
      GLADLY_HOST: 'acme.us-1.gladly.com',
    });
    expect(variables['GLADLY_TOKEN']).toBe(token);
  });

  it('has no variable for a missing value or an unknown field', () => {
    const values = { apiKey: new Secret(API_KEY), colour: 'green', env: 'PATH' };
    const variables = toVariables(freshservice, 'acme.freshservice.com', values);
    expect(Object.keys(variables).toSorted()).toEqual([
      'FRESHSERVICE_API_KEY',
      'FRESHSERVICE_HOST',
    ]);
  });

  it('has an empty variable for an empty value', () => {
    const variables = toVariables(freshservice, 'acme.freshservice.com', { domain: '' });
    expect(variables).toEqual({
      FRESHSERVICE_DOMAIN: '',
      FRESHSERVICE_HOST: 'acme.freshservice.com',
    });
  });

  it('has underscores for the dashes in the id of its provider', () => {
    const provider = { ...freshservice, id: 'my-own-desk' };
    const variables = toVariables(provider, 'desk.example', {});
    expect(variables).toEqual({ MY_OWN_DESK_HOST: 'desk.example' });
  });
});

import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.js';
import { toVariables, variableNames } from '../../src/core/stored-item.js';
import { API_KEY, EMAIL, TOKEN } from '../support/fakes.js';
import { freshservice, gladly, providers } from '../support/built-ins.js';

describe('the variables of a provider', () => {
  it.each([
    [freshservice, ['FRESHSERVICE_DOMAIN', 'FRESHSERVICE_API_KEY', 'FRESHSERVICE_HOST']],
    [gladly, ['GLADLY_SLUG', 'GLADLY_EMAIL', 'GLADLY_TOKEN', 'GLADLY_HOST']],
    [{ ...gladly, id: 'my-own-desk2', fields: [] }, ['MY_OWN_DESK2_HOST']],
  ])('$id are those of its fields and that of its host', (provider, names) => {
    expect(variableNames(provider)).toEqual(names);
  });

  it.each(providers)('$id are all different', (provider) => {
    const names = variableNames(provider);
    expect([...new Set(names)]).toEqual(names);
  });

  it('of two providers all differ: both go together', () => {
    const names = providers.flatMap(variableNames);
    expect([...new Set(names)]).toEqual(names);
  });
});

describe('a credential as variables', () => {
  it('has its values and its host, and its secret is still one', () => {
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

  it('does not set what it does not have, nor what the provider does not know', () => {
    const values = { apiKey: new Secret(API_KEY), colour: 'green', env: 'PATH' };
    const variables = toVariables(freshservice, 'acme.freshservice.com', values);
    expect(Object.keys(variables).toSorted()).toEqual([
      'FRESHSERVICE_API_KEY',
      'FRESHSERVICE_HOST',
    ]);
  });

  it('sets what is empty, as it is', () => {
    const variables = toVariables(freshservice, 'acme.freshservice.com', { domain: '' });
    expect(variables).toEqual({
      FRESHSERVICE_DOMAIN: '',
      FRESHSERVICE_HOST: 'acme.freshservice.com',
    });
  });

  it('of a provider with dashes in its id has its host under one name that a shell takes', () => {
    const provider = { ...freshservice, id: 'my-own-desk' };
    const variables = toVariables(provider, 'desk.example', {});
    expect(variables).toEqual({ MY_OWN_DESK_HOST: 'desk.example' });
  });
});

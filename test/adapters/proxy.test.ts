import { describe, expect, it } from 'vitest';
import { proxyLogin, readProxyAddress, readProxySettings } from '../../src/adapters/proxy.js';
import { NetworkError } from '../../src/core/errors.js';

const read = (value: string): URL => readProxyAddress({ name: 'HTTPS_PROXY', value });

const settings = (variables: Readonly<Record<string, string>>) =>
  readProxySettings((name) => variables[name]);

describe('the proxy variables', () => {
  it('are read in small letters first', () => {
    expect(settings({ HTTPS_PROXY: 'a', https_proxy: 'b', NO_PROXY: 'c', no_proxy: 'd' })).toEqual({
      https: { name: 'https_proxy', value: 'b' },
      http: undefined,
      none: 'd',
      unread: undefined,
    });
  });

  it('for http count for https, too, if that has none', () => {
    const http = { name: 'HTTP_PROXY', value: 'a' };
    expect(settings({ HTTP_PROXY: 'a' })).toMatchObject({ http, https: http });
  });

  it('are read without the blanks around them', () => {
    expect(settings({ HTTPS_PROXY: ' a\r\n', https_proxy: ' ', NO_PROXY: ' b ' })).toMatchObject({
      https: { name: 'HTTPS_PROXY', value: 'a' },
      none: 'b',
    });
  });

  it.each(['*', ' * ', 'localhost, *', '*,localhost', 'localhost *'])(
    'do not count if NO_PROXY names every host: %s',
    (none) => {
      expect(settings({ HTTPS_PROXY: 'a', HTTP_PROXY: 'b', NO_PROXY: none })).toEqual({
        none: '*',
      });
      expect(settings({ ALL_PROXY: 'a', NO_PROXY: none })).toEqual({ none: '*' });
    },
  );

  it('include the unread ALL_PROXY if it is the only one', () => {
    const remedy = 'set HTTPS_PROXY to the same';
    expect(settings({ ALL_PROXY: 'a' }).unread).toEqual({ name: 'ALL_PROXY', remedy });
    expect(settings({ all_proxy: 'a' }).unread).toEqual({ name: 'all_proxy', remedy });
    expect(settings({ ALL_PROXY: 'socks5h://a:1080' }).unread?.remedy).toContain('SOCKS');
    expect(settings({ all_proxy: 'a', HTTPS_PROXY: 'b' }).unread).toBeUndefined();
  });
});

describe("a proxy variable's value", () => {
  it.each([
    ['proxy.example:3128', 'http://proxy.example:3128/'],
    ['HTTP://proxy.example', 'http://proxy.example/'],
    ['https://proxy.example/', 'https://proxy.example/'],
    ['[::1]:8080', 'http://[::1]:8080/'],
    ['me:p@ss@proxy.example:1', 'http://me:p%40ss@proxy.example:1/'],
    ['me:p%23@proxy.example:1', 'http://me:p%23@proxy.example:1/'],
  ])('%s is an address', (value, address) => {
    expect(read(value).href).toBe(address);
  });

  it.each([
    ['http://me:pa%ss@proxy.example', 'percent-encoded'],
    ['m%e:pass@proxy.example', 'percent-encoded'],
    ['http://me:pa#ss@proxy.example', 'percent-encoded'],
    ['http://me:pa/ss@proxy.example', 'percent-encoded'],
    ['http://me:12?ss@proxy.example', 'percent-encoded'],
    ['http://proxy.example/proxy.pac', '.pac file is not read'],
    ['http://proxy.example/?wpad', '.pac file is not read'],
    ['ftp://proxy.example:21', 'not a valid http:// or https:// address'],
    ['socks5://proxy.example:1080', 'SOCKS is not spoken here'],
    ['SOCKS5H://proxy.example:1080', 'SOCKS is not spoken here'],
    ['"http://proxy.example:8080"', 'has quotes around its value'],
    ["'proxy.example:8080'", 'has quotes around its value'],
    ['http:/proxy.example:8080', 'not a valid http:// or https:// address'],
    ['https:proxy.example:8080', 'not a valid http:// or https:// address'],
    [String.raw`http://EXAMPLE\me:pass@proxy.example:8080`, 'percent-encoded'],
    [String.raw`me:pa\ss@proxy.example:8080`, 'percent-encoded'],
    ['http://', 'not a valid http:// or https:// address'],
    ['http://a b', 'not a valid http:// or https:// address'],
    ['http://proxy.example:99999', 'not a valid http:// or https:// address'],
    ['://', 'not a valid http:// or https:// address'],
  ])('%s is not an address: %s', (value, words) => {
    expect(() => read(value)).toThrow(NetworkError);
    expect(() => read(value)).toThrow(words);
    expect(() => read(value)).toThrow(/^HTTPS_PROXY /u);
    // It may hold a password.
    expect(() => read(value)).not.toThrow(/example|\bme\b/u);
  });

  it.each([
    ['proxy.example', undefined],
    ['me@proxy.example', 'me:'],
    ['me:p%C3%A4%3A@proxy.example', 'me:p\u00E4:'],
    [':token@proxy.example', ':token'],
  ])('%s logs in as %s', (value, login) => {
    const sent = proxyLogin(read(value));
    expect(sent).toBe(login && `Basic ${Buffer.from(login).toString('base64')}`);
  });
});

import { describe, expect, it } from 'vitest';
import { expand } from '../../src/core/expand/expand.js';
import { Secret } from '../../src/core/secret.js';
import {
  exchangeHost,
  isAllowedAddress,
  isAllowedHost,
  isExchangeHost,
  isLocalName,
} from '../../src/core/wall.js';
import { homely, tokenly } from '../support/definitions.js';

const ACME = 'acme.tokenly-app.com';

describe('the host of an exchange', () => {
  const provider = expand({
    ...tokenly,
    exchange: { ...tokenly.exchange, post: '/token', host: '{site}.tokenly-login.com' },
  });
  const { exchange } = provider;
  const { exchange: plain } = expand(tokenly);
  if (!exchange || !plain) throw new Error('no exchange');
  const values = { site: 'ACME', clientSecret: new Secret('quokka-0123456789') };
  const LOGIN = 'acme.tokenly-login.com';

  it("is the connection's if the definition names no other", () => {
    expect(exchangeHost(plain, ACME, values)).toBe(ACME);
    expect(isExchangeHost(plain, ACME, ACME)).toBe(true);
    expect(isExchangeHost(plain, ACME, LOGIN)).toBe(false);
  });

  it('is made of the answers, in small letters', () => {
    expect(exchangeHost(exchange, ACME, values)).toBe(LOGIN);
    expect(isExchangeHost(exchange, ACME, LOGIN)).toBe(true);
  });

  it.each([
    ACME,
    'evil.example',
    'tokenly-login.com',
    'a.acme.tokenly-login.com',
    `${LOGIN}.evil.example`,
    `${LOGIN}:8443`,
  ])('is never %s', (host) => {
    expect(isExchangeHost(exchange, ACME, host)).toBe(false);
  });

  it.each([
    [`https://${LOGIN}/token`, true],
    [`https://${ACME}/token`, true],
    [`https://${LOGIN}:8443/token`, false],
    [`https://user@${LOGIN}/token`, false],
    [`http://${LOGIN}/token`, false],
    ['https://login.evil.example/token', false],
  ])('is let out: %s is %s', (address, is) => {
    expect(isAllowedAddress([provider], new URL(address))).toBe(is);
  });

  it('is not let out if there is no exchange', () => {
    const { exchange: _, ...rest } = provider;
    expect(isAllowedAddress([rest], new URL(`https://${LOGIN}/token`))).toBe(false);
  });
});

describe('a host that people run themselves', () => {
  const provider = expand(homely);

  it.each([
    'desk.acme.example',
    'desk.acme.example:1',
    'desk.acme.example:8443',
    'desk.acme.example:65535',
    'desk.local',
    '192.168.7.20',
    '[::1]:8443',
  ])('may be %s', (host) => {
    expect(isAllowedHost(provider, host)).toBe(true);
  });

  it.each([
    'desk',
    'desk.acme.example:0',
    'desk.acme.example:443',
    'desk.acme.example:08443',
    'desk.acme.example:65536',
    'desk.acme.example:99999',
    'desk.acme.example/',
    'user@desk.acme.example',
    '-desk.acme.example',
  ])('is never %s', (host) => {
    expect(isAllowedHost(provider, host)).toBe(false);
  });
});

describe('a name of a local network', () => {
  it.each(['10.0.0.7', '[::1]', 'localhost', 'a.localhost', 'desk.local', 'desk.home.arpa'])(
    'is %s',
    (name) => {
      expect(isLocalName(name)).toBe(true);
    },
  );

  it.each(['desk.acme.example', 'mylocalhost', 'local', 'local.example', 'home.arpa.example'])(
    "isn't %s",
    (name) => {
      expect(isLocalName(name)).toBe(false);
    },
  );
});

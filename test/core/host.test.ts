import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostError, UsageError } from '../../src/core/errors.js';
import { expand } from '../../src/core/expand/expand.js';
import { hostFields } from '../../src/core/field.js';
import { compareTenant, hostAnswers, tenantOf } from '../../src/core/tenant.js';
import { readHost } from '../../src/core/host.js';
import { isAllowedAddress, isAllowedHost } from '../../src/core/wall.js';
import type { Provider } from '../../src/core/provider.js';
import { freshservice, gladly, providers } from '../support/built-ins.js';
import { homely, lumina, payloom } from '../support/definitions.js';

/** What reading an address ends with: the candidates, or the refusal. */
function outcome(provider: Provider, input: string): readonly string[] | HostError | UsageError {
  try {
    return readHost(provider, input).candidates;
  } catch (error) {
    if (error instanceof HostError || error instanceof UsageError) return error;
    throw error;
  }
}

describe('an address of Freshservice', () => {
  const ACME = ['acme.freshservice.com'];

  it.each([
    'acme',
    'ACME',
    '  acme  ',
    'acme\n',
    'acme.freshservice.com',
    'Acme.FreshService.COM',
    'acme.freshservice.com.',
    'acme.freshservice.com/',
    'acme.freshservice.com/a/tickets/1?x=2',
    'acme.freshservice.com?x=2',
    'acme.freshservice.com#top',
    'https://acme.freshservice.com',
    'HTTPS://ACME.FRESHSERVICE.COM/A/',
    'http://acme.freshservice.com/',
    'https://acme.freshservice.com/a/tickets/1?x=2#comment',
    'https://acme.freshservice.com:443/support/home',
    'https://acme.freshservice.com/login?back=https://evil.example/@x',
    'acme.freshservice.com/login?back=ftp://evil.example/',
    ' https://acme.freshservice.com/a/dashboard ',
  ])('%j is understood as acme.freshservice.com', (input) => {
    expect(outcome(freshservice, input)).toEqual(ACME);
  });

  it.each([
    ['a', 'a.freshservice.com'],
    ['123', '123.freshservice.com'],
    ['a-b--c', 'a-b--c.freshservice.com'],
    ['x'.repeat(63), `${'x'.repeat(63)}.freshservice.com`],
    ['my-company', 'my-company.freshservice.com'],
  ])('the name %s is understood as %s', (input, host) => {
    expect(outcome(freshservice, input)).toEqual([host]);
  });

  it.each([
    ['acme.freshdesk.com', 'wrong-product', /Freshdesk/u],
    ['https://acme.freshdesk.com/a/tickets/1', 'wrong-product', /Freshdesk/u],
    ['freshdesk.com', 'wrong-product', /Freshdesk/u],
    ['acme.myfreshworks.com', 'wrong-product', /organization/u],
    ['https://acme.myfreshworks.com/login', 'wrong-product', /organization/u],
    ['acme.freshworks.com', 'wrong-product', /the company/u],
    ['www.freshworks.com', 'wrong-product', /the company/u],
    ['freshservice.com', 'not-allowed', /vendor's own/u],
    ['www.freshservice.com', 'not-allowed', /vendor's own/u],
    ['api.freshservice.com', 'not-allowed', /vendor's own/u],
    ['support.freshservice.com', 'not-allowed', /vendor's own/u],
    ['euc-lb1.freshservice.com', 'not-allowed', /vendor's own/u],
    ['www', 'not-allowed', /vendor's own/u],
    ['api', 'not-allowed', /vendor's own/u],
    ['acme.eu.freshservice.com', 'not-allowed', /too many names in front/u],
    ['acme.freshservice.com.evil.com', 'not-allowed', /looks like/u],
    ['https://acme.freshservice.com.evil.com/a/', 'not-allowed', /looks like/u],
    ['acme-freshservice.com', 'not-allowed', /looks like/u],
    ['acmefreshservice.com', 'not-allowed', /looks like/u],
    ['freshservice.evil.com', 'not-allowed', /looks like/u],
    ['acme.freshservice.co', 'not-allowed', /looks like/u],
    ['help.acme.com', 'vanity-host', /not an address of the Freshservice API/u],
    ['https://it.acme.example/support/home', 'vanity-host', /not an address of the Fresh/u],
    ['acme.gladly.com', 'vanity-host', /not an address of the Freshservice API/u],
    ['127.0.0.1', 'not-allowed', /not an address of Freshservice/u],
    ['https://10.0.0.1/', 'not-allowed', /not an address of Freshservice/u],
    ['0x7f.1', 'not-allowed', /not an address of Freshservice/u],
    ['[::1]', 'not-allowed', /not an address of Freshservice/u],
    ['http://[::1]/', 'not-allowed', /not an address of Freshservice/u],
    ['acme.localhost', 'not-allowed', /not an address of Freshservice/u],
    ['desk.local', 'not-allowed', /not an address of Freshservice/u],
    ['desk.corp', 'not-allowed', /not an address of Freshservice/u],
    ['localhost', 'not-allowed', /not an address of Freshservice/u],
    ['http://localhost/', 'not-allowed', /not an address of Freshservice/u],
  ])('%s is refused as %s, with a message of its own', (input, reason, words) => {
    const refused = outcome(freshservice, input);
    expect(refused).toBeInstanceOf(HostError);
    const { reason: given, message, advice } = refused as HostError;
    expect(given).toBe(reason);
    expect(message).toMatch(words);
    expect(`${message}${advice.next}`).not.toMatch(/[{}]/u);
    expect(advice.next).toMatch(/\.$/u);
  });

  it.each([
    ['', /empty/u],
    ['   ', /empty/u],
    ['ac me', /space/u],
    ['acme .freshservice.com', /space/u],
    ['acme\t.freshservice.com', /space/u],
    ['acme\n.freshservice.com', /space/u],
    ['ines@acme.example', /e-mail/u],
    ['ines@acme.freshservice.com', /e-mail/u],
    ['acme@freshservice.com', /e-mail/u],
    ['evil.com\\@acme.freshservice.com', /e-mail/u],
    ['https://user@acme.freshservice.com/', /user name/u],
    ['https://user:pass@acme.freshservice.com/', /user name/u],
    ['https://:pw@acme.freshservice.com/', /user name/u],
    ['https://acme.freshservice.com@evil.com/', /user name/u],
    ['https://acme.freshservice.com:8443/', /port/u],
    ['acme.freshservice.com:8443', /port/u],
    ['http://localhost:3000', /port/u],
    ['ftp://acme.freshservice.com', /https/u],
    ['file:///etc/passwd', /https/u],
    ['javascript://acme.freshservice.com/%0aalert(1)', /https/u],
    ['javascript:alert(1)', /not a web address/u],
    ['https://', /not a web address/u],
    ['/api/v2/tickets', /not a value for Domain/u],
    ['https://acme/', /not a whole web address/u],
    ['-acme', /characters that a name there cannot have/u],
    ['acme-', /characters that a name there cannot have/u],
    ['ac_me', /characters that a name there cannot have/u],
    ['x'.repeat(64), /characters that a name there cannot have/u],
    ['ac\u0000me', /not a value for Domain/u],
    ['acme!', /characters that a name there cannot have/u],
  ])('%j is refused as wrong usage', (input, words) => {
    const refused = outcome(freshservice, input);
    expect(refused).toBeInstanceOf(UsageError);
    expect((refused as UsageError).message).toMatch(words);
  });

  it('is not accused of wrong characters if it has none', () => {
    const refused = outcome(freshservice, 'https://acme/') as UsageError;
    expect(refused.message).not.toMatch(/characters that a name there cannot have/u);
  });
});

describe('an address of Gladly', () => {
  const BOTH = ['acme.gladly.com', 'acme.us-1.gladly.com'];

  it.each([
    ['acme', BOTH],
    ['ACME ', BOTH],
    ['my-company', ['my-company.gladly.com', 'my-company.us-1.gladly.com']],
    ['go-pro', ['go-pro.gladly.com', 'go-pro.us-1.gladly.com']],
    ['acme.us-1', ['acme.us-1.gladly.com']],
    ['acme.eu-1', ['acme.eu-1.gladly.com']],
    ['acme.gladly.com', ['acme.gladly.com']],
    ['https://acme.gladly.com/', ['acme.gladly.com']],
    ['https://acme.gladly.com/api/v1', ['acme.gladly.com']],
    ['https://acme.us-1.gladly.com/liveboards/agents?a=b', ['acme.us-1.gladly.com']],
    ['acme.gladly.qa', ['acme.gladly.qa']],
    ['https://acme.us-uat.gladly.qa', ['acme.us-uat.gladly.qa']],
    ['Acme.US-UAT.Gladly.QA', ['acme.us-uat.gladly.qa']],
    ['acme.eu.gladly.com', ['acme.eu.gladly.com']],
    ['partner-dev-pandium.us-uat.gladly.qa', ['partner-dev-pandium.us-uat.gladly.qa']],
  ])('%j is understood as %j', (input, hosts) => {
    expect(outcome(gladly, input)).toEqual(hosts);
  });

  it.each([
    ['us-1.gladly.com', /shared by many/u],
    ['us-uat.gladly.qa', /shared by many/u],
    ['us-master.gladly.qa', /shared by many/u],
    ['us-1', /shared by many/u],
    ['acme.us-uat.gladly.com', /mixes a sandbox with production/u],
    ['acme.us-staging.gladly.com', /mixes a sandbox with production/u],
    ['acme.us-uat', /mixes a sandbox with production/u],
    ['gladly.com', /own sites/u],
    ['www.gladly.com', /own sites/u],
    ['help.gladly.com', /own sites/u],
    ['developer.gladly.com', /own sites/u],
    ['help', /own sites/u],
    ['api.gladly.com', /some guides name it/u],
    ['api', /some guides name it/u],
    ['acme.gladly', /not a whole address: the \.com at its end/u],
    ['gladly.com.evil.com', /not an address of Gladly/u],
    ['acme.gladly.com.evil.com', /not an address of Gladly/u],
    ['acme-gladly.com', /not an address of Gladly/u],
    ['acme.gladly.dev', /not an address of Gladly/u],
    ['acme.example', /not an address of Gladly/u],
    ['acme.freshservice.com', /not an address of Gladly/u],
    ['acme.xn--p1ai', /not an address of Gladly/u],
    ['a.b.us-1.gladly.com', /too many names in front of gladly\.com/u],
    ['a.b.c.gladly.com', /too many names in front of gladly\.com/u],
    ['my_org.gladly.com', /cannot be the name of an account/u],
    ['192.168.0.1', /not an address of Gladly/u],
  ])('%s is refused with a message of its own', (input, words) => {
    const refused = outcome(gladly, input);
    expect(refused).toBeInstanceOf(HostError);
    expect((refused as HostError).reason).toBe('not-allowed');
    expect((refused as HostError).message).toMatch(words);
  });

  it.each(['', 'ac me', 'api@acme.com', 'https://acme.gladly.com:8443', 'acme_inc'])(
    '%j is refused as wrong usage',
    (input) => {
      expect(outcome(gladly, input)).toBeInstanceOf(UsageError);
    },
  );
});

describe('the tenant of a host', () => {
  const anyRegion = expand({
    ...lumina,
    host: ['{site}.lumina-desk.com', '{site}.*.lumina-desk.com'],
  });
  it.each([
    [anyRegion, 'acme.us1.lumina-desk.com', 'acme.us1'],
    [anyRegion, 'acme.us-uat.lumina-desk.com', 'acme.us-uat'],
    [anyRegion, 'acme.us.lumina-desk.com', 'acme.us.lumina-desk.com'],
    [freshservice, 'acme.freshservice.com', 'acme'],
    [gladly, 'acme.gladly.com', 'acme'],
    [gladly, 'acme.us-1.gladly.com', 'acme.us-1'],
    [gladly, 'acme.gladly.qa', 'acme.gladly.qa'],
    [gladly, 'acme.us-uat.gladly.qa', 'acme.us-uat.gladly.qa'],
  ])('is the shortest value that leads back to the host: %#', (provider, host, tenant) => {
    expect(tenantOf(provider, host)).toBe(tenant);
    expect(Object.values(hostAnswers(provider, host))).toEqual([tenant]);
    expect(readHost(provider, tenant).candidates[0]).toBe(host);
  });

  const regional = expand({
    ...payloom,
    host: '{region}.payloom.com',
    fields: {
      region: { choices: ['api', 'api.eu'], default: 'api' },
      token: {},
    },
  });
  it.each([
    [expand(payloom), 'api.payloom.com', 'default', {}],
    [regional, 'api.payloom.com', 'default', { region: 'api' }],
    [regional, 'api.eu.payloom.com', 'api.eu', { region: 'api.eu' }],
    [expand(homely), 'desk.acme.example', 'desk.acme.example', { server: 'desk.acme.example' }],
    [
      expand(homely),
      'desk.acme.example:8443',
      'desk.acme.example-8443',
      { server: 'desk.acme.example:8443' },
    ],
  ])('is known if nobody types it: %#', (provider, host, tenant, answers) => {
    expect(tenantOf(provider, host)).toBe(tenant);
    expect(hostAnswers(provider, host)).toEqual(answers);
    expect(readHost(provider, answers).candidates).toEqual([host]);
  });

  it('is in the default region if none is given', () => {
    expect(readHost(regional, {}).candidates).toEqual(['api.payloom.com']);
  });

  it.each(providers.map((each) => [each.id, each] as const))(
    'of any allowed host of %s leads back to it',
    (_, provider) => {
      const isTyped = hostFields(provider).some(({ kind }) => kind === 'host');
      const hosts = fc
        .constantFrom(...provider.hosts.templates)
        .chain(({ pattern }) => fc.stringMatching(new RegExp(pattern, 'u')))
        // A label that merely looks like punycode is nobody's.
        .filter((host) => !host.includes('xn--') && isAllowedHost(provider, host));
      fc.assert(
        fc.property(hosts, (host) => {
          expect(readHost(provider, hostAnswers(provider, host)).candidates[0]).toBe(host);
          if (!isTyped) return;
          expect(readHost(provider, tenantOf(provider, host)).candidates[0]).toBe(host);
          expect(readHost(provider, `https://${host}/x?y`).candidates).toEqual([host]);
        }),
      );
    },
  );
});

describe('a host of a name and a choice', () => {
  const provider = expand({
    ...lumina,
    host: '{site}.{region}.lumina-desk.com',
    fields: { region: { choices: ['us', 'api.eu'], default: 'us' }, ...lumina.fields },
  });

  it.each([
    [{ site: 'acme' }, 'acme.us.lumina-desk.com'],
    [{ site: 'Acme', region: 'api.eu' }, 'acme.api.eu.lumina-desk.com'],
    [{ site: 'acme.api.eu' }, 'acme.api.eu.lumina-desk.com'],
    [{ site: 'https://acme.us.lumina-desk.com/x', region: 'api.eu' }, 'acme.us.lumina-desk.com'],
  ])('is read from %j', (answers, host) => {
    expect(readHost(provider, answers).candidates).toEqual([host]);
  });

  it('is read from the name alone', () => {
    expect(outcome(provider, 'acme')).toEqual(['acme.us.lumina-desk.com']);
  });

  it('is known by both', () => {
    const host = 'acme.api.eu.lumina-desk.com';
    expect(hostAnswers(provider, host)).toEqual({ site: 'acme', region: 'api.eu' });
    expect(tenantOf(provider, host)).toBe('acme');
  });

  it('has a connection named by its choices if nobody types a part of it', () => {
    const fields = {
      region: { choices: ['us', 'eu'], default: 'us' },
      stage: { choices: ['live', 'test'], default: 'live' },
      token: {},
    };
    const chosen = expand({ ...payloom, host: '{stage}.{region}.payloom.com', fields });
    expect(tenantOf(chosen, 'live.us.payloom.com')).toBe('default');
    expect(tenantOf(chosen, 'live.eu.payloom.com')).toBe('eu-live');
  });
});

describe('a host of two names', () => {
  const provider = expand({
    ...lumina,
    host: [
      '{team}.{site}.lumina-desk.com',
      { host: '{team}.{site}.lumina.example', environment: 'sandbox' },
    ],
    fields: { team: { label: 'Team' }, ...lumina.fields },
  });

  it.each([
    ['ops', 'ops.acme.lumina-desk.com'],
    ['https://ops.globex.lumina-desk.com/', 'ops.globex.lumina-desk.com'],
  ])('is read from both, or from an address in place of the first: %s', (team, host) => {
    expect(readHost(provider, { team, site: 'acme' }).candidates).toEqual([host]);
  });

  it.each([
    ['ops.acme.lumina-desk.com', { team: 'ops', site: 'acme' }],
    ['ops.acme.lumina.example', { team: 'ops.acme.lumina.example', site: 'acme' }],
  ])('%s has answers that lead back to it', (host, answers) => {
    expect(hostAnswers(provider, host)).toEqual(answers);
    expect(readHost(provider, answers).candidates[0]).toBe(host);
  });

  it('has a connection named by both', () => {
    expect(tenantOf(provider, 'ops.acme.lumina-desk.com')).toBe('ops.acme');
  });
});

describe('a host with parts that nobody asks for', () => {
  const provider = expand({
    ...lumina,
    host: ['{site}.lumina-desk.com', '{site}.*.*.lumina-desk.com'],
  });

  it('is completed only if each of them looks like one', () => {
    const read = outcome(provider, 'acme.eu-1.b2');
    expect(read).toEqual(['acme.eu-1.b2.lumina-desk.com']);
    expect(outcome(provider, 'acme.eu-1.example')).toBeInstanceOf(HostError);
  });
});

describe('a port', () => {
  const hosts = ['{site}.lumina-desk.com', '{site}.*.lumina-desk.com'];
  const [fixed, typed] = [8443, 'typed' as const].map((port) =>
    expand({ ...lumina, host: hosts, port }),
  );
  const ACME = 'acme.lumina-desk.com';

  it.each([
    ['acme', `${ACME}:8443`],
    ['acme.eu-1', 'acme.eu-1.lumina-desk.com:8443'],
    [`https://${ACME}/x`, `${ACME}:8443`],
    [`${ACME}:8443`, `${ACME}:8443`],
  ])('of the definition is that of %s', (input, host) => {
    expect(outcome(fixed as Provider, input)).toEqual([host]);
  });

  it('that the definition does not name is refused', () => {
    expect(outcome(fixed as Provider, `${ACME}:9443`)).toBeInstanceOf(UsageError);
  });

  it.each([
    ['acme', ACME],
    ['acme.eu-1', 'acme.eu-1.lumina-desk.com'],
    [`https://${ACME}/x`, ACME],
    [`${ACME}:443`, ACME],
    [`${ACME}:8443`, `${ACME}:8443`],
  ])('that may be typed is read from %s', (input, host) => {
    expect(outcome(typed as Provider, input)).toEqual([host]);
  });

  it('makes another tenant', () => {
    const compared = (address: string) => compareTenant(typed as Provider, `${ACME}:8443`, address);
    expect(compared(`https://${ACME}:8443/`)).toEqual({ is: 'same', host: `${ACME}:8443` });
    expect(compared(`https://${ACME}:9443/`)).toEqual({ is: 'other-tenant', host: `${ACME}:9443` });
    expect(compared(`https://${ACME}/`)).toEqual({ is: 'other-tenant', host: ACME });
  });

  it('of the definition need not be in the address that a response states', () => {
    expect(compareTenant(fixed as Provider, `${ACME}:8443`, `https://${ACME}/`)).toEqual({
      is: 'same',
      host: `${ACME}:8443`,
    });
  });
});

describe('an address in a response', () => {
  it.each([
    [
      'acme.gladly.com',
      'https://acme.us-1.gladly.com',
      { is: 'same', host: 'acme.us-1.gladly.com' },
    ],
    ['acme.us-1.gladly.com', 'acme.us-1.gladly.com', { is: 'same', host: 'acme.us-1.gladly.com' }],
    [
      'acme.gladly.qa',
      'https://acme.us-uat.gladly.qa/',
      { is: 'same', host: 'acme.us-uat.gladly.qa' },
    ],
    [
      'acme.gladly.com',
      'https://globex.gladly.com',
      { is: 'other-tenant', host: 'globex.gladly.com' },
    ],
    [
      'acme.gladly.com',
      'https://acme.us-uat.gladly.qa',
      { is: 'other-tenant', host: 'acme.us-uat.gladly.qa' },
    ],
    ['acme.gladly.com', 'acme', { is: 'same', host: 'acme.gladly.com' }],
    ['acme.gladly.com', 'globex', { is: 'other-tenant', host: 'globex.gladly.com' }],
    ['acme.us-1.gladly.com', 'https://us-1.gladly.com', { is: 'unknown' }],
    ['acme.gladly.com', 'https://acme.evil.com', { is: 'unknown' }],
    ['acme.gladly.com', '', { is: 'unknown' }],
    ['acme.gladly.com', '\u001B]0;x\u0007', { is: 'unknown' }],
  ])('is compared with %s: %j', (host, address, compared) => {
    expect(compareTenant(gladly, host, address)).toEqual(compared);
  });

  it('of another Freshservice account is another tenant', () => {
    expect(compareTenant(freshservice, 'acme.freshservice.com', 'acme2.freshservice.com')).toEqual({
      is: 'other-tenant',
      host: 'acme2.freshservice.com',
    });
  });
});

describe('an address in a response of another provider', () => {
  const [fixed, hosted] = [expand(payloom), expand(homely)];
  const region = { choices: ['api', 'api.eu'], default: 'api' };
  const regional = expand({
    ...payloom,
    host: '{region}.payloom.com',
    fields: { region, token: {} },
  });

  it.each([
    ['with one host', fixed, 'api.payloom.com', 'api.payloom.com', 'same'],
    ['with one host', fixed, 'api.payloom.com', 'https://www.payloom.com', 'unknown'],
    ['with regions', regional, 'api.payloom.com', 'https://api.payloom.com/v1', 'same'],
    ['with regions', regional, 'api.payloom.com', 'https://api.eu.payloom.com', 'other-tenant'],
    ['with regions', regional, 'api.payloom.com', 'api.eu.payloom.com', 'other-tenant'],
    ['with regions', regional, 'api.payloom.com', 'https://api.payloom.com:8443', 'unknown'],
    ['with regions', regional, 'api.payloom.com', 'no address', 'unknown'],
    ['that people host', hosted, 'desk.acme.example', 'https://desk.acme.example/', 'same'],
    ['that people host', hosted, 'desk.acme.example', 'https://crm.acme.example', 'other-tenant'],
    ['that people host', hosted, '10.0.0.7', 'https://10.0.0.7/', 'same'],
  ] as const)('%s is compared: %#', (_, provider, host, address, is) => {
    expect(compareTenant(provider, host, address).is).toBe(is);
  });
});

describe('a host that people run themselves', () => {
  const provider = expand(homely);

  it.each(['10.0.0.7', 'desk.local'])('may be %s only if that is allowed', (host) => {
    const read = (allowPrivate: boolean) => () => readHost(provider, host, { allowPrivate });
    expect(read(true)().candidates).toEqual([host]);
    expect(read(false)).toThrow(HostError);
    expect(() => readHost(provider, host)).toThrow(
      expect.objectContaining({
        advice: expect.objectContaining({
          why: 'it is a number or a name of a local network',
          next: expect.stringContaining('--allow-private') as string,
        }) as unknown,
      }) as HostError,
    );
  });

  it('has its answer back, also if it is a number', () => {
    expect(hostAnswers(provider, '10.0.0.7')).toEqual({ server: '10.0.0.7' });
    expect(hostAnswers(provider, '10.0.0.7:8443')).toEqual({ server: '10.0.0.7:8443' });
  });

  it('is asked for as a host, and others as a name', () => {
    expect((outcome(provider, '') as UsageError).advice.next).toContain('Type only the host (');
    expect((outcome(freshservice, '') as UsageError).advice.next).toContain('Type only the name (');
  });
});

it('no flag makes an address by number one of a provider with tenants', () => {
  expect(() => readHost(freshservice, '10.0.0.7', { allowPrivate: true })).toThrow(
    /a number or a name of a local network, and/u,
  );
});

function open(url: string): boolean {
  return isAllowedAddress(providers, new URL(url));
}

it.each(['xn--acme', 'xn--', 'xn--a.freshservice.com', 'https://xn--acme.freshservice.com/'])(
  '%s, which only looks like punycode, is read or refused, and nothing else is thrown',
  (input) => {
    // Node 26 reads it; earlier ones can't.
    const read = outcome(freshservice, input);
    expect(Array.isArray(read) || read instanceof Error).toBe(true);
  },
);

describe('the check of every request', () => {
  it.each([
    'https://acme.freshservice.com/api/v2/agents/me?x=1',
    'https://acme.us-1.gladly.com/api/v1/agents',
    'https://acme.gladly.com:443/',
  ])('lets %s out', (url) => {
    expect(open(url)).toBe(true);
  });

  it.each([
    'http://acme.freshservice.com/',
    'https://evil.example/',
    'https://freshservice.com/',
    'https://acme.freshservice.com.evil.example/',
    'https://acme.freshservice.com:8443/',
    'https://acme.freshservice.com@evil.example/',
    'https://user:word@acme.freshservice.com/',
    'https://user@acme.freshservice.com/',
    'https://:word@acme.freshservice.com/',
    'https://acme.freshservice.com./',
    'https://127.0.0.1/',
    'https://[::1]/',
    'file:///etc/passwd',
  ])('keeps %s in', (url) => {
    expect(open(url)).toBe(false);
  });

  it('lets a request out only to a host below a domain of a provider', () => {
    const domains = providers.flatMap(({ hosts }) => hosts.templates.map(({ domain }) => domain));
    const fixed = new Set(
      providers.flatMap(({ hosts }) =>
        hosts.fields.length === 0 ? hosts.templates.map(({ template }) => template) : [],
      ),
    );
    const address = fc.webUrl({ authoritySettings: { withPort: true, withUserInfo: true } });
    fc.assert(
      fc.property(address, fc.constantFrom(...domains), fc.string({ maxLength: 8 }), (a, b, c) => {
        for (const text of [
          a,
          a.replace('://', `://${b}`),
          `https://${c}${b}`,
          `https://${b}${c}`,
        ]) {
          if (!URL.canParse(text)) continue;
          const { hostname, username } = new URL(text);
          if (!open(text)) continue;
          expect(username).toBe('');
          const isBelow = domains.some((domain) => hostname.endsWith(`.${domain}`));
          expect(isBelow || fixed.has(hostname)).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('the allow-list', () => {
  const real = fc.constantFrom(
    'acme.freshservice.com',
    'acme.gladly.com',
    'acme.us-1.gladly.com',
    'acme.us-uat.gladly.qa',
    'https://acme.freshservice.com/a/tickets/1?x=2',
    'https://acme.us-1.gladly.com:443/liveboards',
    'acme.us-1',
    'acme',
  );
  /** A real address with something put into it, at any place. */
  const mutated = fc
    .tuple(
      real,
      fc.nat(50),
      fc.oneof(
        fc.constantFrom(
          '.',
          '..',
          '@',
          '\\',
          '/',
          ':',
          '%2e',
          '%00',
          '。',
          '．',
          '\u200B',
          '\u00AD',
          '#',
          '?',
          '\u0130',
          'K',
          'ſ',
          '.evil.com',
          'evil.com/',
          '[',
          '\t',
        ),
        fc.string({ unit: 'binary', maxLength: 3 }),
      ),
      fc.nat(3),
    )
    .map(([host, at, put, cut]) => host.slice(0, at) + put + host.slice(at + cut));
  const anything = fc.oneof(
    mutated,
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.webAuthority({ withIPv4: true, withIPv6: true, withPort: true, withUserInfo: true }),
    fc.emailAddress(),
    fc.domain().map((domain) => `${domain}.freshservice.com`),
    fc.domain().map((domain) => `freshservice.com.${domain}`),
  );

  it.each(providers.map((each) => [each.id, each] as const))(
    'of %s holds for any input, and nothing unexpected is thrown',
    (_, provider) => {
      fc.assert(
        fc.property(anything, (input) => {
          const read = outcome(provider, input);
          if (!Array.isArray(read)) return;
          expect(read.filter((host) => !isAllowedHost(provider, host))).toEqual([]);
        }),
        { numRuns: 4000 },
      );
    },
  );

  it.each([
    'freshservice.com',
    '.freshservice.com',
    'acme.freshservice.com.',
    'acme.freshservice.com\n',
    'acme.freshservice.com/',
    'acme.freshservice.com:443',
    'user@acme.freshservice.com',
    'ACME.freshservice.com',
    'a.acme.freshservice.com',
    'acmeXfreshservice.com',
    'acme.freshserviceXcom',
    'www.freshservice.com',
    '',
  ])('does not have %j', (host) => {
    expect(isAllowedHost(freshservice, host)).toBe(false);
  });
});

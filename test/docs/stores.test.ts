import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { policyFor } from '../../src/adapters/vault/policy.js';
import { fakeVault } from '../support/fake-vault.js';

const page = readFileSync(new URL('../../docs/stores.md', import.meta.url), 'utf8');

/** The policy that `vault policy write <name>` on the page writes. */
function policyOf(name: string): string {
  const lines = page.replaceAll('\r\n', '\n').split('\n');
  const start = lines.indexOf(`vault policy write ${name} - <<'EOF'`) + 1;
  const hcl = lines.slice(start, lines.indexOf('EOF', start)).join('\n');
  return hcl.replaceAll(/ +/gu, ' ');
}

it('the policy for people on the page is the one that the program prints', () => {
  expect(policyOf('connect-wizard')).toBe(policyFor({ mount: 'team/', folder: 'wizard' }));
});

it('the policy for jobs on the page allows listing and reading only', () => {
  const server = fakeVault();
  server.mount('team/');
  server.policy('connect-wizard-read', policyOf('connect-wizard-read'));
  const job = server.token({ policies: ['connect-wizard-read'] });
  const status = (method: string, path: string, token = job): number => {
    const body = method === 'POST' ? '{"data":{}}' : undefined;
    return server.handle({ method, url: `/v1/team/${path}`, token, body }).status;
  };
  expect(status('POST', 'data/wizard/records/a', server.rootToken)).toBe(200);
  expect(status('GET', 'data/wizard/records/a')).toBe(200);
  expect(status('GET', 'metadata/wizard/records?list=true')).toBe(200);
  expect(status('POST', 'data/wizard/records/a')).toBe(403);
  expect(status('DELETE', 'metadata/wizard/records/a')).toBe(403);
});

import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/errors.js';
import { Secret } from '../../../src/core/secret.js';
import { takeSupplied } from '../../../src/flows/connect/supplied.js';
import { API_KEY, EMAIL, fakeTerminal } from '../../support/fakes.js';
import { testProvider } from '../../support/test-provider.js';

const provider = testProvider({ id: 'deskly', name: 'Deskly', apiHeader: 'x-deskly' });
const secret = provider.fields.find(({ kind }) => kind === 'secret');

function take(value: string, script?: Parameters<typeof fakeTerminal>[0]) {
  const terminal = fakeTerminal(script);
  const supplied = new Map([
    ['site', { value: 'acme' }],
    [secret?.id ?? '', { value: new Secret(value), variable: secret?.env ?? '' }],
  ]);
  return { terminal, answers: () => takeSupplied(terminal, provider, supplied) };
}

describe('a reference that nobody has resolved', () => {
  it.each(['$(KEY)', '${{ secrets.KEY }}', 'op://vault/key', '***'])(
    '%s is wrong usage in a script, and not repeated',
    (value) => {
      const { answers } = take(value);
      expect(answers).toThrow(UsageError);
      expect(answers).toThrow('it is the name or the mask of a value that was never filled in');
      expect(answers).not.toThrow(value);
    },
  );

  it('is named on a terminal, and the secret is asked for', () => {
    const { terminal, answers } = take('$(KEY)', []);
    expect([...answers().answers.keys()]).not.toContain(secret?.id);
    expect(terminal.said.map(({ text }) => text).join()).toContain('was never filled in');
  });
});

it('a doubt about a host that a person is asked for instead is not in the report', () => {
  const terminal = fakeTerminal([]);
  const { answers, warnings } = takeSupplied(
    terminal,
    provider,
    new Map([['site', { value: API_KEY }]]),
  );
  expect([answers.size, warnings]).toEqual([0, []]);
  expect(terminal.text('warn')).toMatch(/^Site: /u);
});

it('the refusal of a value keeps the capitals of its field', () => {
  const { answers } = take('key with\u0007 a bell');
  expect(answers).toThrow(`cannot be used: ${secret?.label} has a control character`);
});

it.each([
  [undefined, 'connect-wizard request deskly', ['deskly', '--site', 'acme', '--web']],
  ['deskly/acme', 'connect-wizard request deskly/acme', ['rotate', 'deskly/acme', '--web']],
])(
  'a script without the secret of %s is given the commands for a page and a request',
  (rotating, command, page) => {
    const { interactive: _, ...terminal } = fakeTerminal();
    const site = new Map([['site', { value: 'acme' }]]);
    const lacking = (supplied: Parameters<typeof takeSupplied>[2]) => {
      try {
        takeSupplied({ ...terminal, interactive: false }, provider, supplied, { rotating });
      } catch (error) {
        return error as UsageError;
      }
      throw new Error('nothing was missing');
    };
    expect(lacking(site)).toMatchObject({ advice: { command }, details: { page } });
    // The page needs the answers that come before the secret.
    expect(lacking(new Map()).details.page).toBeUndefined();
    expect(lacking(site).advice.next).toMatch(/If somebody else has the .+, ask them for it:$/u);
  },
);

it.each([
  ['the host', { site: API_KEY }],
  ['the e-mail address', { site: 'acme', email: API_KEY }],
])('a secret that is given as %s is in no printed command', (_, values) => {
  const { interactive: _terminal, ...terminal } = fakeTerminal();
  const mailed = testProvider({ id: 'deskly', name: 'Deskly', email: true });
  const given = new Map(
    Object.entries({ email: EMAIL, ...values }).map(([id, value]) => [id, { value }]),
  );
  let error: unknown;
  try {
    takeSupplied({ ...terminal, interactive: false }, mailed, given);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code: 'input-needed' });
  const { advice, details } = error as UsageError;
  expect(JSON.stringify({ advice, details })).not.toContain(API_KEY);
});

it('a script without a requested secret is given the command that opens the answer', () => {
  const { interactive: _, ...terminal } = fakeTerminal();
  const waitsFor = 'request/k3v7q2xm';
  const site = new Map([['site', { value: 'acme' }]]);
  expect(() =>
    takeSupplied({ ...terminal, interactive: false }, provider, site, { waitsFor }),
  ).toThrow(
    expect.objectContaining({
      advice: expect.objectContaining({
        command: 'connect-wizard accept',
        next: expect.stringMatching(/Once the answer to request\/k3v7q2xm is here:$/u),
      }),
    }),
  );
});

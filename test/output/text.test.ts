import { describe, expect, it } from 'vitest';
import { adviceFor } from '../../src/core/advice.js';
import { healthy, unhealthy } from '../../src/core/health.js';
import type { LadderRung } from '../../src/core/ladder.js';
import { adviceWithCommand, recordReport, type Report } from '../../src/core/report.js';
import { INSTALLED } from '../../src/core/shell.js';
import { verdictByReason, type Reason } from '../../src/core/verdict.js';
import { formatAdvice } from '../../src/output/style.js';
import { reportError } from '../../src/output/report-error.js';
import { createStyle, toScreen } from '../../src/output/style.js';
import { checkText } from '../../src/output/check.js';
import { connectedText, type Reader } from '../../src/output/connected.js';
import { healthText } from '../../src/output/health.js';
import { ladderLine } from '../../src/output/report.js';
import { listText, removedText } from '../../src/output/list.js';
import { providerText } from '../../src/output/provider.js';
import { requestText } from '../../src/output/request.js';
import { nextStep, UsageError } from '../../src/core/errors.js';
import { freshserviceConnection, gladlyConnection, NOW, PLAIN } from '../support/fakes.js';
import { freshservice, gladly, providers } from '../support/built-ins.js';
import { written } from '../../src/output/output.js';

const NOW_DATE = new Date(NOW);
const KEYCHAIN = { kind: 'keychain', backend: 'Secret Service', persistent: true };
const FILES = { kind: 'file', backend: 'encrypted files', persistent: true };
const WORDS = {
  host: 'acme.us-1.gladly.com',
  detail: 'HTTP 403, access_denied',
  missing: 'agents.read, webhooks.read',
  grants: 'a role that may see agents (for agents.read)',
  other: 'globex.us-1.gladly.com',
  email: 'api-user@acme.example',
  name: 'gladly/acme.us-1',
  backend: 'Secret Service',
  providerId: 'gladly',
};

const READER = { person: true, invocation: INSTALLED };
const WINDOWS = { person: true, invocation: { ...INSTALLED, shell: 'windows' } } as const;

const good = report(freshserviceConnection());
const amy = report(gladlyConnection());
const sandbox = report(
  gladlyConnection({
    name: 'gladly/partner-dev-acme.us-uat.gladly.qa',
    host: 'partner-dev-acme.us-uat.gladly.qa',
    fields: {
      slug: 'partner-dev-acme.us-uat.gladly.qa',
      email: 'integration-user@partner.example',
    },
    identity: { id: 'x', label: 'Integration User <integration-user@partner.example>' },
  }),
);

function report(
  connection: ReturnType<typeof freshserviceConnection>,
  changes: Partial<Report> = {},
): Report {
  const advice = { what: `${connection.host} accepted it`, next: 'Nothing to do.' };
  return { ...recordReport(connection, advice, KEYCHAIN), ...changes };
}

function withReason(reason: Reason, changes: Partial<Report> = {}): Report {
  const connection = gladlyConnection({ reason });
  const provider = reason === 'refused-unclear' ? freshservice : gladly;
  return { ...report(connection), reason, advice: adviceFor(provider, reason, WORDS), ...changes };
}

const TOLD = (Object.keys(verdictByReason) as Reason[]).filter(
  (reason) => !/^store-|^wrong-product|^vanity|^not-allowed|^wrong-auth|^account-s/u.test(reason),
);

const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

describe('no line is longer than 80 columns', () => {
  it.each(TOLD)('of a check that says %s', (reason) => {
    expect(widest(checkText(PLAIN, [withReason(reason)]))).toBeLessThanOrEqual(80);
  });

  it.each([
    ['a good check', checkText(PLAIN, [good, amy])],
    ['a good check of a long name', checkText(PLAIN, [sandbox])],
    ['a list', listText(PLAIN, [good, amy], NOW_DATE)],
    [
      'a list with a long name that was never proven',
      listText(PLAIN, [{ ...sandbox, reason: 'rate-limited', lastValidAt: null }], NOW_DATE),
    ],
    ['a connect', connectedText(PLAIN, freshservice, good, READER)],
    ['a connect with a long name', connectedText(PLAIN, gladly, sandbox, READER)],
    [
      'a verification',
      connectedText(PLAIN, gladly, { ...amy, stored: false, store: null }, READER),
    ],
    ['a limited connect', connectedText(PLAIN, gladly, withReason('missing-permission'), READER)],
    [
      'a connect to the file store',
      connectedText(PLAIN, gladly, { ...sandbox, store: FILES }, READER),
    ],
    ['Freshservice', providerText(PLAIN, freshservice, new Date(NOW), SITUATIONS)],
    ['Gladly', providerText(PLAIN, gladly, new Date(NOW), SITUATIONS)],
    [
      'a remove',
      removedText(PLAIN, {
        ...sandbox,
        advice: { what: `${sandbox.name} was removed`, next: 'Nothing to do.' },
      }),
    ],
  ])('of %s', (_, text) => {
    expect(widest(text)).toBeLessThanOrEqual(80);
  });

  it('of a provider, whose first line fits into 40 columns, too', async () => {
    const narrow = await createStyle({ colour: false, unicode: true, columns: 40 });
    const [head] = providerText(narrow, freshservice, new Date(NOW), SITUATIONS).split('\n');
    expect(head).toBe('Freshservice (freshservice): you need');
  });

  it('of advice inside a step', () => {
    const advice = adviceFor(freshservice, 'refused-unclear', WORDS);
    expect(widest(formatAdvice(PLAIN, PLAIN.bad, advice, '  '))).toBeLessThanOrEqual(80);
  });
});

describe('a connection of an own definition', () => {
  const own = report(
    gladlyConnection({ name: 'quill/acme', definition: 'ba47ec145b40'.repeat(5) }),
  );

  it('is marked in list with the beginning of its hash', () => {
    const lines = listText(PLAIN, [good, own], NOW_DATE).split('\n');
    expect(lines[0]).toMatch(/ YOUR FILE$/u);
    expect(lines.find((line) => line.includes('quill/acme'))).toMatch(/ ba47ec145b40$/u);
    expect(lines.find((line) => line.includes(good.name ?? ''))).not.toContain('ba47');
    expect(listText(PLAIN, [good], NOW_DATE)).not.toContain('YOUR FILE');
  });

  it('is marked in check, whatever the verdict', () => {
    expect(checkText(PLAIN, [own])).toContain('Amy Agent, your file ba47ec145b40');
    const stopped = { ...own, reason: 'definition-changed' as const };
    const [row] = checkText(PLAIN, [good, stopped]).split('\n').slice(1);
    expect(row).toMatch(/wrong-host +definition-changed, your file ba47ec145b40$/u);
    expect(checkText(PLAIN, [good])).not.toContain('your file');
  });
});

describe('without Unicode', async () => {
  const ascii = await createStyle({ colour: false, unicode: false, columns: 80 });

  it.each([
    ['a check', checkText(ascii, [good, withReason('bad-credential'), withReason('dns')])],
    ['a list', listText(ascii, [good, withReason('dns', { lastValidAt: null })], NOW_DATE)],
    ['a connect', connectedText(ascii, gladly, amy, READER)],
    ['a remove', removedText(ascii, good)],
    [
      'a provider',
      providerText(ascii, freshservice, new Date(NOW), SITUATIONS) +
        providerText(ascii, gladly, new Date(NOW), SITUATIONS),
    ],
    ['advice', formatAdvice(ascii, ascii.bad, adviceFor(freshservice, 'refused-unclear', WORDS))],
  ])('%s is ASCII', (_, text) => {
    // oxlint-disable-next-line no-control-regex -- all of ASCII
    expect(text).toMatch(/^[\u0000-\u007F]*$/u);
  });
});

describe('without colour', () => {
  it('there are no escape sequences', () => {
    const text = checkText(PLAIN, [good, withReason('dns')]) + listText(PLAIN, [good], NOW_DATE);
    expect(text).not.toContain('\u001B');
  });

  it('the words are the same as with it', async () => {
    const colour = await createStyle({ colour: true, unicode: true, columns: 80 });
    const coloured = toScreen(checkText(colour, [good, withReason('bad-credential')]));
    expect(coloured).toContain('\u001B[');
    // oxlint-disable-next-line no-control-regex -- it takes colours out
    const bare = coloured.replaceAll(/\u001B\[\d+m/gu, '');
    expect(bare).toBe(checkText(PLAIN, [good, withReason('bad-credential')]));
  });
});

it('a paragraph is not broken into lines on a pipe', async () => {
  const style = await createStyle({ colour: false, unicode: true, columns: undefined });
  const long = 'word '.repeat(100).trim();
  expect(style.paragraph(long, '  ')).toBe(`  ${long}`);
});

describe('a check', () => {
  it('prints one line with name, verdict and identity for what is valid', () => {
    expect(checkText(PLAIN, [good, amy]).split('\n')).toEqual([
      '✓ freshservice/acme  valid        Ines Okafor',
      '✓ gladly/acme.us-1   valid        Amy Agent',
      '',
      '2 checked: all work',
    ]);
  });

  it('prints the table, then what to do, each cause once, then the sum', () => {
    const away = (name: string) => ({ ...withReason('dns'), name });
    const refused = withReason('bad-credential');
    const text = checkText(PLAIN, [good, refused, away('gladly/b'), away('gladly/c')]);
    expect(text.split('\n').slice(0, 4)).toEqual([
      '✓ freshservice/acme  valid        Ines Okafor',
      '✗ gladly/acme.us-1   rejected     bad-credential',
      '! gladly/b           unreachable  dns',
      '! gladly/c           unreachable  dns',
    ]);
    expect(text).toMatch(/^✗ gladly\/acme\.us-1\n {2}- /mu);
    expect(text).toContain('\n      connect-wizard rotate gladly/acme.us-1\n');
    expect(text).toMatch(/^! gladly\/b, gladly\/c$/mu);
    expect(text.split('Check the network')).toHaveLength(2);
    expect(text.split('\n').at(-1)).toBe('4 checked: 1 works, 1 refused, 2 unknown');
  });

  it('counts connections that are not shown', () => {
    const refused = withReason('bad-credential');
    const text = checkText(PLAIN, [refused], undefined, [good, refused]);
    expect(text).not.toContain('freshservice/acme');
    expect(text.split('\n').at(-1)).toBe('2 checked: 1 works, 1 refused');
  });

  it.each(TOLD.filter((reason) => reason !== 'ok'))(
    'that says %s ends with the next step',
    (reason) => {
      const lines = checkText(PLAIN, [withReason(reason)]).split('\n');
      expect(lines[0]).toContain(verdictByReason[reason]);
      expect(lines[0]).toContain(reason);
      const text = lines.join(' ').replaceAll(/\s+/gu, ' ');
      expect(text.slice(text.indexOf('→') + 2)).toBe(
        nextStep({ ...adviceWithCommand(withReason(reason)), causes: undefined }),
      );
    },
  );
});

const climbed = (...ok: readonly boolean[]): LadderRung[] =>
  (['name', 'tls', 'provider', 'credential', 'capabilities'] as const)
    .slice(0, ok.length)
    .map((rung, index) => ({ rung, ok: ok[index] ?? false, detail: 'not shown here' }));

describe('the ladder on one line', () => {
  it.each([
    ['all the way', climbed(true, true, true, true), '  ✓ name  ✓ tls  ✓ provider  ✓ credential'],
    [
      'up to the rung that does not hold',
      climbed(true, true, true, true, false),
      '  ✓ name  ✓ tls  ✓ provider  ✓ credential  ✗ capabilities',
    ],
    ['no further than the first', climbed(false), '  ✗ name'],
  ])('goes %s', (_, ladder, line) => {
    expect(ladderLine(PLAIN, ladder)).toEqual([line]);
  });

  it('has the given indentation', () => {
    expect(ladderLine(PLAIN, climbed(true, false), '')).toEqual(['✓ name  ✗ tls']);
  });

  it('is missing if no request was sent', () => {
    expect(ladderLine(PLAIN, [])).toEqual([]);
  });
});

describe('a check that sent requests', () => {
  it('shows the ladder of what is not valid before the advice', () => {
    const ladder = climbed(true, true, true, false);
    const lines = checkText(PLAIN, [withReason('bad-credential', { ladder })]).split('\n');
    expect(lines[0]).toMatch(/rejected {5}bad-credential$/u);
    expect(lines[1]).toBe('  ✓ name  ✓ tls  ✓ provider  ✗ credential');
    expect(lines[2]).toMatch(/^ {2}- acme\.us-1\.gladly\.com refused/u);
  });

  it('shows no ladder for what is valid, or if no request was sent', () => {
    const ladder = climbed(true, true, true, true);
    expect(checkText(PLAIN, [{ ...good, ladder }])).toBe(checkText(PLAIN, [good]));
    const [, second] = checkText(PLAIN, [withReason('not-stored')]).split('\n');
    expect(second).toMatch(/^ {2}- Nothing is stored/u);
  });

  const changes = [
    { what: 'identity', was: 'Ines <ines@acme.example>', is: 'Bob <bob@acme.example>' },
    { what: 'host', was: 'acme.gladly.com', is: 'acme.us-1.gladly.com' },
  ];

  it('is not wider than the terminal', () => {
    const long = changes.map(({ what, was }) => ({ what, was, is: 'and more '.repeat(20) }));
    const ladder = climbed(true, true, true, true, false);
    const text = checkText(PLAIN, [
      { ...good, changes: long },
      withReason('missing-permission', { changes: long, ladder }),
    ]);
    expect(widest(text)).toBeLessThanOrEqual(80);
  });
});

describe('a list', () => {
  it.each<[string, Partial<Report>, RegExp]>([
    ['valid', {}, /^✓ freshservice\/acme {2}valid {7}24 h ago$/u],
    [
      'limited by its reason',
      { reason: 'missing-permission' },
      /^! .* {2}limited: missing-permission {2}/u,
    ],
    ['refused', { reason: 'bad-credential' }, /^✗ .* {2}rejected: bad-credential {2}/u],
    ['gone', { reason: 'secret-lost' }, /^✗ .* {2}missing: secret-lost {2}/u],
    ['never proven', { reason: 'dns', lastValidAt: null }, /^! .* {2}unverified: dns {2}/u],
  ])('shows a connection that is %s', (_, changes, row) => {
    const text = listText(PLAIN, [{ ...good, ...changes }], NOW_DATE);
    const [titles, line] = text.split('\n');
    expect(titles).toMatch(/^ {2}NAME +LAST CHECK +WHEN$/u);
    expect(line).toMatch(row);
    expect(text.split('\n').at(-1)).toBe(
      '  All in Secret Service. Ask again: connect-wizard check',
    );
  });

  it('shows the store of each only if there are several', () => {
    const text = listText(PLAIN, [good, { ...amy, store: null }], NOW_DATE);
    expect(text.split('\n')[0]).toMatch(/ STORED IN$/u);
    expect(text).toMatch(/ Secret Service$/mu);
    expect(text.split('\n').at(-1)).toBe('  Ask again: connect-wizard check');
  });

  it('leaves out an unknown time at 40 columns', async () => {
    const narrow = await createStyle({ colour: false, unicode: true, columns: 40 });
    const never = { ...amy, store: null, verifiedAt: null, lastValidAt: null };
    const text = listText(narrow, [good, never], NOW_DATE);
    expect(text.split('\n')[3]).toBe('    valid');
  });

  it('gives a connection two lines at 40 columns', async () => {
    const narrow = await createStyle({ colour: false, unicode: true, columns: 40 });
    const text = listText(narrow, [good, { ...amy, reason: 'bad-credential' }], NOW_DATE);
    expect(text.split('\n').slice(0, 4)).toEqual([
      '✓ freshservice/acme',
      '    valid, 24 h ago',
      '✗ gladly/acme.us-1',
      '    rejected: bad-credential, 24 h ago',
    ]);
    expect(widest(text)).toBeLessThanOrEqual(40);
  });
});

it('a list has ages only if a secret is over 90 days old', () => {
  const old = { ...good, changedAt: '2026-08-01T18:00:00.000Z' };
  const [titles, first, second] = listText(PLAIN, [old, amy], NOW_DATE).split('\n');
  expect(titles).toMatch(/ AGE$/u);
  expect(first).toMatch(/ 111 d$/u);
  expect(second).not.toMatch(/\d d /u);
  const recent = { ...good, changedAt: '2026-08-22T18:00:00.000Z' };
  expect(listText(PLAIN, [recent], NOW_DATE)).not.toContain('AGE');
});

describe('the text of doctor', () => {
  const well = healthy('node', 'v20');
  it('has sections, each problem with its next step, and the sum last', () => {
    const checks = [
      well,
      healthy('store:file', 'it works'),
      unhealthy('secret:a', 'missing', 'it is gone', 'Connect it again.'),
      unhealthy('host:b', 'undecided', 'it answers with a server error', 'Try again.'),
      healthy('clock', '1 s off'),
    ];
    expect(healthText(PLAIN, checks).split('\n')).toEqual([
      'This machine',
      '  ✓ node: v20',
      '  ✓ clock: 1 s off',
      '',
      'Stores',
      '  ✓ store:file: it works',
      '  ✗ secret:a: it is gone',
      '    → Connect it again.',
      '',
      'Network',
      '  ! host:b: it answers with a server error',
      '    → Try again.',
      '',
      '1 problem, 1 warning. To send this: connect-wizard doctor --report report.txt',
    ]);
    expect(healthText(PLAIN, [well])).toMatch(/\n\nAll is well\.$/u);
  });
});

/** The command for scripts, in one line. */
function scriptOf(text: string): string {
  const [, command = ''] = text.split(/^ {2}In CI\s+/mu);
  return command.replaceAll(/\s+(?:\\\n\s+)?/gu, ' ').trim();
}

describe('the end of a connect', () => {
  it('says what was stored, where, and how to go on', () => {
    const text = connectedText(PLAIN, freshservice, good, READER);
    for (const part of [
      '✓ Connected freshservice/acme',
      'Ines Okafor',
      'acme.freshservice.com',
      '  Use it      connect-wizard exec freshservice/acme -- your-program',
      '  In a pipe   connect-wizard token freshservice/acme | your-program',
      '  Re-check    connect-wizard check freshservice/acme',
      '  Remove      connect-wizard remove freshservice/acme',
      '  In CI       connect-wizard freshservice --domain acme',
      '              with FRESHSERVICE_API_KEY set',
    ]) {
      expect(text.split('\n')).toContainEqual(expect.stringContaining(part));
    }
  });

  it.each<[string, Partial<Report>, Partial<Reader>, string]>([
    ['a new connection', {}, {}, '✓ Connected freshservice/acme'],
    ['a new secret', { replaced: true }, {}, '✓ Replaced the API key of freshservice/acme'],
    ['the same for a script', { replaced: true }, { person: false }, '✓ Updated freshservice/acme'],
    ['a rotation', { replaced: true }, { rotated: true }, '✓ Rotated freshservice/acme'],
    [
      'a limited one',
      { reason: 'missing-permission' },
      {},
      '! Connected, with limits: freshservice/acme',
    ],
    [
      'a limited one that is not stored',
      { reason: 'missing-permission', stored: false, store: null },
      {},
      '! freshservice/acme works, with limits; nothing was stored',
    ],
  ])('begins with what was done: %s', (_, changes, reader, headline) => {
    const ended = { ...good, ...changes };
    const text = connectedText(PLAIN, freshservice, ended, { ...READER, ...reader });
    expect(text.split('\n')[0]).toBe(headline);
    // An empty line is between what was done and what is missing.
    expect(/(?<=\n)(.*)\n! /u.exec(text)?.[1] ?? '').toBe('');
  });

  it('says that nothing is stored with --store none', () => {
    const text = connectedText(
      PLAIN,
      freshservice,
      { ...good, stored: false, store: null },
      READER,
    );
    expect(text).toContain('nothing was stored');
    expect(text).toContain('--store none');
    expect(text).not.toContain('connect-wizard check');
  });

  it('says that the connection is stored unverified', () => {
    const text = connectedText(PLAIN, gladly, withReason('dns', { lastValidAt: null }), READER);
    expect(text).toMatch(/^! Stored, unverified:/u);
    expect(text).not.toContain('Connected');
  });

  it.each(['work', 'freshservice/prod'])(
    'repeats the name %s in the command for scripts',
    (name) => {
      const text = connectedText(PLAIN, freshservice, { ...good, name }, READER);
      expect(text).toContain(`--name ${name}`);
    },
  );

  it('repeats --need and --allow-unverified', () => {
    const needed = { ...good, capabilities: [{ id: 'tickets.read', granted: true }] };
    expect(connectedText(PLAIN, freshservice, needed, READER)).toContain('--need tickets.read');
    const unproven = connectedText(
      PLAIN,
      freshservice,
      withReason('dns', { lastValidAt: null }),
      READER,
    );
    expect(unproven).toContain('--allow-unverified');
  });

  it.each([
    ['freshservice', freshservice, good],
    ['gladly', gladly, amy],
  ])(
    'repeats the file store, but not the keychain, in the command for scripts: %s',
    (id, provider, stored) => {
      const command = (store: Report['store']): string =>
        scriptOf(connectedText(PLAIN, provider, { ...stored, store }, READER));
      const passphrase = ' and CONNECT_WIZARD_PASSPHRASE_FILE';
      expect(command(FILES)).toMatch(new RegExp(`^connect-wizard ${id} --store file --`, 'u'));
      expect(command(FILES)).toContain(`${passphrase} set`);
      const others = command(FILES).replace(passphrase, '').replace(' --store file', '');
      expect(others).toBe(command(KEYCHAIN));
      expect(command(KEYCHAIN)).not.toContain('--store');
    },
  );

  it('has --store none, and no other store, if nothing is stored', () => {
    const verified = { ...good, stored: false, store: FILES };
    const command = scriptOf(connectedText(PLAIN, freshservice, verified, READER));
    expect(command.match(/--store \S+/gu)).toEqual(['--store none']);
  });

  it('says that the secret is in encrypted files', () => {
    const text = connectedText(PLAIN, freshservice, { ...good, store: FILES }, READER);
    expect(text).toContain('Stored in   encrypted files\n');
  });

  it('is short for a script', () => {
    const text = connectedText(PLAIN, freshservice, good, { ...READER, person: false });
    expect(text).toContain('Connected freshservice/acme');
    expect(text).not.toContain('connect-wizard');
  });

  it('leaves out a default name', () => {
    expect(connectedText(PLAIN, freshservice, good, READER)).not.toContain('--name');
  });

  it.each([
    ["o'brien@acme.example", String.raw`'o'\''brien@acme.example'`],
    ['a&b@acme.example', "'a&b@acme.example'"],
    ['$(id)@acme.example', "'$(id)@acme.example'"],
    ['a;b@acme.example', "'a;b@acme.example'"],
    ['amy@acme.example', 'amy@acme.example'],
  ])('quotes %s for the shell if it must', (email, word) => {
    const text = connectedText(
      PLAIN,
      gladly,
      { ...amy, fields: { slug: 'acme.us-1', email } },
      READER,
    );
    expect(scriptOf(text)).toContain(`--email ${word} `);
  });

  it('fits cmd and PowerShell on Windows: one line, no <, no variable in front', () => {
    const email = "o'brien & co@acme.example";
    const long = { ...amy, name: 'work/desk', fields: { slug: 'acme.us-1', email }, store: FILES };
    const script = scriptOf(connectedText(PLAIN, gladly, long, WINDOWS));
    expect(script).toBe(
      'connect-wizard gladly --name work/desk --store file --slug acme.us-1 ' +
        `--email "${email}" with GLADLY_TOKEN and CONNECT_WIZARD_PASSPHRASE_FILE set`,
    );
  });

  it('has commands with npx for a person who has the tool from npx', () => {
    const invocation = { program: ['npx', 'connect-wizard'], shell: 'posix' } as const;
    const text = connectedText(PLAIN, freshservice, good, { person: true, invocation });
    const commands =
      text.match(/(?:npx )?connect-wizard (?:exec|token|check|remove|freshservice)/gu) ?? [];
    expect(commands).toHaveLength(5);
    expect(commands.filter((line) => !line.startsWith('npx '))).toEqual([]);
  });
});

const SITUATIONS = new Map([['rate-limited', { title: '429' }]]);

const hostLines = (text: string): string[] =>
  text.split('\n').filter((line) => line.includes('<anything>'));

describe('the providers', () => {
  it('show the hosts that a tenant may have', () => {
    expect(hostLines(providerText(PLAIN, gladly, new Date(NOW), SITUATIONS))).toEqual([
      '    <anything>.gladly.com (production)',
      '    <anything>.us-1.gladly.com (production)',
      '    <anything>.<anything>.gladly.com (production)',
      '    <anything>.gladly.qa (sandbox)',
      '    <anything>.<anything>.gladly.qa (sandbox)',
    ]);
    expect(hostLines(providerText(PLAIN, freshservice, new Date(NOW), SITUATIONS))).toEqual([
      '    <anything>.freshservice.com (production)',
    ]);
  });

  it.each(providers.map((provider) => [provider.name, provider] as const))(
    '%s shows all its flags, variables, hosts and capabilities',
    (_, provider) => {
      const { id, name, summary, fields, hosts, capabilities } = provider;
      const text = providerText(PLAIN, provider, new Date(NOW), SITUATIONS);
      const words = text.replaceAll(/\s+/gu, ' ');
      expect(text.split('\n')[0]).toBe(`${name} (${id}): ${summary}`);
      for (const { label, kind, choices, flag, env, example } of fields) {
        const flags =
          kind === 'secret' ? [`--${flag}-stdin`, `--${flag}-file <path>`] : [`--${flag} <value>`];
        const values = choices?.map(({ value }) => value).join(', ');
        const plain = values === undefined ? `such as ${example}` : `one of ${values}`;
        const hint = kind === 'secret' ? `: ${example}` : `, ${plain}`;
        expect(words).toContain(`${label} ${flags.join(', ')}, ${env}${hint}`);
      }
      for (const { domain, environment } of hosts.templates) {
        expect(text).toContain(`${domain} (${environment})`);
      }
      for (const { id: capability, grantedBy } of capabilities) {
        expect(words).toContain(`${capability} granted by: ${grantedBy}`);
      }
    },
  );
});

const told = (error: unknown, json: boolean): { out: string; err: string } => {
  const out: string[] = [];
  const err: string[] = [];
  reportError(
    {
      style: PLAIN,
      json,
      command: 'check',
      print: (output) => out.push(written(output)),
      printError: (text) => err.push(text),
    },
    error,
    2,
  );
  return { out: out.join('\n'), err: err.join('\n') };
};

it('the text of a request ends with what to do, in the last 12 lines', () => {
  const request = {
    report: { name: 'request/k3v7q2xm', fingerprint: 'EZGU JVYX WSYL 66O3' },
    file: 'page.html',
    sha256: '0'.repeat(64),
    message: 'Somebody asks you for a key.\n',
  };
  const lines = requestText(PLAIN, INSTALLED, request).split('\n');
  const file = lines.findIndex((line) => line.includes('page.html'));
  expect(lines.indexOf('Somebody asks you for a key.')).toBeLessThan(file);
  expect(lines.length - file).toBeLessThan(12);
  expect(lines.at(-1)).toBe('    connect-wizard accept');
});

describe('an error', () => {
  const usage = new UsageError({ what: 'It is wrong', why: 'it is so', next: 'Do it right.' });

  it("of the user's has three parts and no stack", () => {
    expect(told(usage, false)).toEqual({
      out: '',
      err: '✗ It is wrong: it is so.\n  → Do it right.',
    });
  });

  it('of our own has a stack and asks for a report', () => {
    const { out, err } = told(new TypeError('boom'), false);
    expect(out).toBe('');
    expect(err).toMatch(/bug of its own[\s\S]*TypeError: boom[\s\S]*Please report/u);
  });

  it("that isn't an Error is printed, too", () => {
    expect(told('thrown text', false).err).toContain('thrown text');
  });

  it('is a document with --json', () => {
    expect(JSON.parse(told(usage, true).out)).toEqual({
      schemaVersion: 1,
      command: 'check',
      error: { code: 'usage', message: 'It is wrong: it is so.', nextStep: 'Do it right.' },
      exitCode: 2,
    });
    expect(told(usage, true).err).toBe('');
  });
});

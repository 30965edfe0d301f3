import { describe, expect, it } from 'vitest';
import { adviceFor } from '../../src/core/advice.js';
import { inputNeeded, UsageError } from '../../src/core/errors.js';
import { recordReport } from '../../src/core/report.js';
import { verdictByReason, type Reason } from '../../src/core/verdict.js';
import { errorDocument, reportsDocument } from '../../src/output/json.js';
import { freshserviceConnection, NOW } from '../support/fakes.js';
import { gladly } from '../support/built-ins.js';

const KEYCHAIN = { kind: 'keychain', backend: 'Secret Service', persistent: true };
const NAMED = { what: 'acme accepted the key', next: 'Nothing to do.' };

interface Document {
  readonly schemaVersion: number;
  readonly command: string;
  readonly checkedAt: string;
  readonly connections: readonly Record<string, unknown>[];
  readonly exitCode: number;
}

function documentOf(reason: Reason, advice = NAMED): Document {
  const report = { ...recordReport(freshserviceConnection(), advice, KEYCHAIN), reason };
  return JSON.parse(reportsDocument('check', new Date(NOW), [report], 0)) as Document;
}

describe('the document over connections', () => {
  it('has exactly these keys', () => {
    const document = documentOf('ok');
    expect(Object.keys(document)).toEqual([
      'schemaVersion',
      'command',
      'checkedAt',
      'connections',
      'exitCode',
    ]);
    expect(Object.keys(document.connections[0] ?? {}).toSorted()).toEqual(
      [
        'name',
        'provider',
        'host',
        'fields',
        'identity',
        'verdict',
        'reason',
        'httpStatus',
        'providerMessage',
        'message',
        'nextStep',
        'nextSteps',
        'needsPerson',
        'guide',
        'ladder',
        'capabilities',
        'warnings',
        'changes',
        'store',
        'stored',
        'replaced',
        'createdAt',
        'changedAt',
        'verifiedAt',
        'lastValidAt',
      ].toSorted(),
    );
  });

  it('has the values of the record', () => {
    expect(documentOf('ok')).toMatchObject({
      schemaVersion: 1,
      command: 'check',
      checkedAt: NOW,
      exitCode: 0,
      connections: [
        {
          name: 'freshservice/acme',
          provider: 'freshservice',
          host: 'acme.freshservice.com',
          fields: { domain: 'acme' },
          verdict: 'valid',
          reason: 'ok',
          message: 'acme accepted the key.',
          nextStep: null,
          store: KEYCHAIN,
          stored: true,
          changes: [],
        },
      ],
    });
  });

  it.each(Object.entries(verdictByReason) as [Reason, string][])(
    'gives %s the verdict %s',
    (reason, verdict) => {
      const [connection] = documentOf(reason).connections;
      expect(connection).toMatchObject({ reason, verdict });
      expect(connection?.['nextStep'] === null).toBe(verdict === 'valid');
      expect(JSON.stringify(connection?.['nextSteps']) === '[]').toBe(verdict === 'valid');
    },
  );

  it('has possible causes in its next step', () => {
    const advice = adviceFor(gladly, 'bad-credential', {
      host: 'h',
      email: 'e@x',
      detail: 'HTTP 401',
    });
    const [connection] = documentOf('bad-credential', { ...advice }).connections;
    expect(connection?.['nextStep']).toMatch(
      /^Possible causes.*\(1\).*sandbox.*create another one/u,
    );
    expect(connection?.['message']).toMatch(/^h refused the API token of e@x: .*\.$/u);
    expect(Object.keys(connection ?? {})).not.toContain('ask');
  });
});

describe('the document of an error', () => {
  const advice = { what: 'No', why: 'so', next: 'Go.' };
  it.each([
    [new UsageError(advice), 2, 'usage', []],
    [
      new UsageError(advice, 'input-needed'),
      2,
      'input-needed',
      ['missing', 'nextSteps', 'needsPerson', 'guide'],
    ],
    [new UsageError(advice, 'name-taken'), 2, 'name-taken', []],
    [new UsageError(advice, 'usage', { faults: [] }), 2, 'usage', ['faults']],
    [undefined, 1, 'internal', []],
  ])('%# has exactly these keys', (error, exitCode, code, more) => {
    const document = JSON.parse(errorDocument('connect', error, exitCode)) as Record<
      string,
      unknown
    >;
    expect(Object.keys(document)).toEqual(['schemaVersion', 'command', 'error', 'exitCode']);
    expect(document).toMatchObject({
      schemaVersion: 1,
      command: 'connect',
      exitCode,
      error: { code },
    });
    expect(Object.keys(document['error'] as object)).toEqual([
      'code',
      'message',
      'nextStep',
      ...more,
    ]);
  });

  it('names what is missing, and the commands that ask for it', () => {
    const error = inputNeeded(
      [
        {
          field: 'domain',
          label: 'Domain',
          secret: false,
          flags: ['--domain <value>'],
          variables: ['NIMBUS_DOMAIN'],
        },
        {
          field: 'apiKey',
          label: 'API key',
          secret: true,
          flags: ['--api-key-stdin', '--api-key-file <path>'],
          variables: ['NIMBUS_API_KEY', 'OTHER'],
        },
      ],
      'nimbus',
    );
    expect(JSON.parse(errorDocument('connect', error, 2))).toMatchObject({
      error: {
        missing: [
          {
            field: 'domain',
            label: 'Domain',
            secret: false,
            flags: ['--domain'],
            variable: 'NIMBUS_DOMAIN',
          },
          {
            field: 'apiKey',
            label: 'API key',
            secret: true,
            flags: ['--api-key-stdin', '--api-key-file'],
            variable: 'NIMBUS_API_KEY',
          },
        ],
        nextSteps: [
          { command: 'connect-wizard nimbus', argv: ['connect-wizard', 'nimbus'] },
          { command: 'connect-wizard request nimbus' },
          { command: 'connect-wizard guide nimbus find' },
        ],
        needsPerson: true,
        guide: { provider: 'nimbus', topic: 'find' },
      },
    });
  });
});

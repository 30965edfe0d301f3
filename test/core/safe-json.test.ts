import { describe, expect, it } from 'vitest';
import { safeJson } from '../../src/core/safe-json.js';
import { Secret } from '../../src/core/secret.js';

const HOSTILE = 'a\u001B[31mb\u009B1mc\u202Ed\u200Be\nf';
const CLEAN = 'abcde f';

describe('a document', () => {
  it('has no control characters in any string, and keeps its shape', () => {
    const document = {
      name: HOSTILE,
      list: [HOSTILE, { deep: HOSTILE }],
      fields: { [HOSTILE]: HOSTILE },
      number: 5,
      yes: true,
      no: false,
      nothing: null,
    };
    expect(safeJson(document)).toEqual({
      name: CLEAN,
      list: [CLEAN, { deep: CLEAN }],
      fields: { [CLEAN]: CLEAN },
      number: 5,
      yes: true,
      no: false,
      nothing: null,
    });
  });

  it('keeps line breaks only in the text of a guide topic', () => {
    expect(safeJson({ topics: [{ id: 'find', title: 'a\nb', text: 'a\n\u001B[1mb' }] })).toEqual({
      topics: [{ id: 'find', title: 'a b', text: 'a\nb' }],
    });
  });

  it.each(['null', 'true', 'valid', '8080', 'keychain', 'freshservice', 'acme'])(
    'stays whole if a passphrase is %j',
    (passphrase) => {
      const document = {
        schemaVersion: 1,
        command: 'valid',
        checkedAt: '2026-11-20T18:00:00.000Z',
        connections: [
          {
            name: 'freshservice/acme',
            provider: 'freshservice',
            host: 'acme.freshservice.com',
            fields: { domain: 'acme', port: '8080' },
            verdict: 'valid',
            reason: 'ok',
            httpStatus: 8080,
            nextStep: null,
            stored: true,
            ladder: [{ rung: 'acme', ok: true }],
            capabilities: [{ id: 'acme', granted: null }],
            warnings: [{ code: 'acme', message: 'fine' }],
            store: { kind: 'keychain', backend: 'of this machine', persistent: true },
            nextSteps: [{ command: 'connect acme', argv: ['connect', 'acme'], when: 'now' }],
          },
        ],
        exitCode: 0,
      };
      expect(new Secret(passphrase).reveal()).toBe(passphrase);
      expect(safeJson(document)).toEqual(document);
    },
  );

  it('has no secret in the words of a server or a person', () => {
    const secret = new Secret('Walrus-Tusk-4713').reveal();
    const split = Array.from(secret).join('\u200B');
    for (const said of [secret, split]) {
      expect(
        safeJson({
          identity: { id: said, label: `I am ${said}` },
          message: said,
          nextStep: said,
          ladder: [{ rung: 'name', ok: true, detail: said }],
          warnings: [{ code: 'c', message: said }],
          changes: [{ what: 'identity', was: said, is: said }],
          store: { kind: 'keychain', backend: said },
          providerMessage: said,
        }),
      ).toEqual({
        identity: { id: '[redacted]', label: 'I am [redacted]' },
        message: '[redacted]',
        nextStep: '[redacted]',
        ladder: [{ rung: 'name', ok: true, detail: '[redacted]' }],
        warnings: [{ code: 'c', message: '[redacted]' }],
        changes: [{ what: 'identity', was: '[redacted]', is: '[redacted]' }],
        store: { kind: 'keychain', backend: '[redacted]' },
        providerMessage: '[redacted]',
      });
    }
  });

  it('keeps a key that every object has', () => {
    const document = JSON.parse('{"fields":{"__proto__":"x","constructor":"y"}}') as object;
    expect(JSON.stringify(safeJson(document))).toBe(JSON.stringify(document));
  });
});

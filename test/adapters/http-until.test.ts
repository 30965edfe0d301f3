import { expect, it } from 'vitest';
import { httpUntil } from '../../src/adapters/http-until.js';
import { NetworkError } from '../../src/core/errors.js';
import type { Http } from '../../src/core/ports.js';

const REQUEST = { url: 'https://acme.freshservice.com/', headers: {}, timeoutMs: 1000 };

it('ends a request that is cut off with the reason of the signal, and starts no other', async () => {
  let asked = 0;
  let cutOff: ((error: Error) => void) | undefined;
  const http: Http = {
    usesProxy: false,
    resolves: async () => true,
    send: () => {
      asked += 1;
      return new Promise((_, reject) => {
        cutOff = reject;
      });
    },
  };
  const controller = new AbortController();
  const until = httpUntil(controller.signal, http);
  const failed = until.send(REQUEST);
  cutOff?.(new NetworkError('connection', 'ECONNRESET'));
  await expect(failed).rejects.toThrow('ECONNRESET');

  const underWay = until.send(REQUEST);
  controller.abort(new Error('enough'));
  cutOff?.(new NetworkError('connection', 'UND_ERR_DESTROYED'));
  await expect(underWay).rejects.toThrow('enough');
  await expect(until.send(REQUEST)).rejects.toThrow('enough');
  expect(asked).toBe(2);
});

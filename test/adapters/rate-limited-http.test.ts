import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { NetworkError } from '../../src/core/errors.js';
import type { Clock, Http, HttpRequest } from '../../src/core/ports.js';
import type { NetworkReason } from '../../src/core/verdict.js';
import { rateLimited } from '../../src/adapters/rate-limited-http.js';
import { json, type FakeAnswer } from '../support/fake-providers.js';
import { fakeClock, NOW, toAnswer } from '../support/fakes.js';

const ACME = 'https://acme.freshservice.com';
const GLOBEX = 'https://globex.freshservice.com';
const PASSING = [429, 502, 503, 504];

const OK = json(200, {});
const busy = (retryAfter: string, status = 429): FakeAnswer => ({
  status,
  headers: { 'retry-after': retryAfter },
});
const brokeOff = (detail = 'ECONNRESET'): NetworkError =>
  new NetworkError('connection', detail, { passing: true });

function request(more: Partial<HttpRequest> = {}): HttpRequest {
  return { url: `${ACME}/api/v2/agents/me`, headers: {}, timeoutMs: 1000, ...more };
}

/** Gives these outcomes in this order; one request more or less fails the test. */
function scripted(...outcomes: readonly (FakeAnswer | Error)[]) {
  const open = [...outcomes];
  const asked: HttpRequest[] = [];
  onTestFinished(() => {
    expect(asked, 'requests').toHaveLength(outcomes.length);
  });
  const http: Http = {
    usesProxy: false,
    async send(given) {
      asked.push(given);
      const outcome = open.shift();
      if (outcome === undefined) throw new Error('unexpected request');
      if (outcome instanceof Error) throw outcome;
      return toAnswer(outcome);
    },
    async resolves() {
      throw new Error('unexpected look-up');
    },
  };
  const clock = fakeClock();
  return { asked, clock, polite: rateLimited(http, clock) };
}

describe('a patient request', () => {
  it.each(PASSING)('that ends with %i is sent twice more', async (status) => {
    const { polite, clock } = scripted({ status }, { status }, { status, body: 'the last' });
    await expect(polite.send(request({ patient: true }))).resolves.toMatchObject({
      status,
      body: 'the last',
    });
    expect(clock.sleeps).toHaveLength(2);
  });

  it.each([200, 401, 403, 500])('is not sent again after a retry ends with %i', async (status) => {
    const { polite, clock } = scripted({ status: 503 }, { status });
    await expect(polite.send(request({ patient: true }))).resolves.toMatchObject({ status });
    expect(clock.sleeps).toHaveLength(1);
  });

  it('is the same one each time', async () => {
    const { polite, asked } = scripted({ status: 503 }, { status: 429 }, OK);
    const given = request({ patient: true });
    await polite.send(given);
    for (const each of asked) expect(each).toEqual(given);
  });

  it.each([200, 301, 302, 400, 401, 403, 404, 500, 501])(
    'that ends with %i is sent once, whatever Retry-After says',
    async (status) => {
      const { polite, clock } = scripted(busy('1', status));
      await expect(polite.send(request({ patient: true }))).resolves.toMatchObject({ status });
      expect(clock.sleeps).toEqual([]);
    },
  );

  it('is sent at most three times, however the first two fail', async () => {
    const last = brokeOff('EPIPE');
    const { polite } = scripted(brokeOff(), { status: 503 }, last);
    await expect(polite.send(request({ patient: true }))).rejects.toBe(last);
  });
});

describe('a request that is not patient', () => {
  it.each(PASSING)('and ends with %i is sent once', async (status) => {
    for (const patient of [{}, { patient: false }]) {
      const { polite, clock } = scripted(busy('1', status));
      await expect(polite.send(request(patient))).resolves.toMatchObject({ status });
      expect(clock.sleeps).toEqual([]);
    }
  });

  it('and breaks off is sent again, and not once more for a 503', async () => {
    const { polite, clock } = scripted(brokeOff(), { status: 503 });
    await expect(polite.send(request())).resolves.toMatchObject({ status: 503 });
    expect(clock.sleeps).toHaveLength(1);
  });
});

describe.each([true, false])('a connection that fails (patient: %s)', (patient) => {
  it('by breaking off is tried again', async () => {
    const { polite, clock } = scripted(brokeOff(), brokeOff(), OK);
    await expect(polite.send(request({ patient }))).resolves.toMatchObject({ status: 200 });
    expect(clock.sleeps).toHaveLength(2);
  });

  it('by breaking off three times ends with the last reason', async () => {
    const last = brokeOff('UND_ERR_SOCKET');
    const { polite, clock } = scripted(brokeOff(), brokeOff(), last);
    await expect(polite.send(request({ patient }))).rejects.toBe(last);
    expect(clock.sleeps).toHaveLength(2);
  });

  it.each<NetworkReason>([
    'dns',
    'connection',
    'timeout',
    'tls-untrusted',
    'tls-expired',
    'tls-name',
    'proxy',
  ])('for %s is not tried again', async (reason) => {
    const error = new NetworkError(reason, 'as it is');
    const { polite, clock } = scripted(error);
    await expect(polite.send(request({ patient }))).rejects.toBe(error);
    expect(clock.sleeps).toEqual([]);
  });

  it('by breaking off is not tried again if the request may have changed something', async () => {
    const last = brokeOff();
    const { polite } = scripted(last);
    await expect(polite.send(request({ patient, method: 'POST' }))).rejects.toBe(last);
  });

  it('for an error of our own is not tried again', async () => {
    const fault = new TypeError('boom');
    const { polite, clock } = scripted(fault);
    await expect(polite.send(request({ patient }))).rejects.toBe(fault);
    expect(clock.sleeps).toEqual([]);
  });
});

describe('the wait', () => {
  const FAILURES: readonly (readonly [string, () => FakeAnswer | Error])[] = [
    ['if no time is named', () => ({ status: 503 })],
    ['if the connection broke off', () => brokeOff()],
    ['for a date', () => busy('Fri, 20 Nov 2026 18:00:05 GMT')],
    ['for a number below zero', () => busy('-5')],
    ['for half a second', () => busy('0.5')],
    ['for a number with a unit', () => busy('5s')],
    ['for a number in words', () => busy('five')],
    ['for nothing', () => busy('  ')],
  ];

  it.each(FAILURES)('%s is 1 second and then 3, plus up to a quarter', async (_, failure) => {
    const waits: number[][] = [];
    for (const random of [0, 0.5, 1 - Number.EPSILON]) {
      vi.spyOn(Math, 'random').mockReturnValue(random);
      const { polite, clock } = scripted(failure(), failure(), OK);
      await polite.send(request({ patient: true }));
      waits.push([...clock.sleeps]);
    }
    expect(waits[0]).toEqual([1000, 3000]);
    for (const [first = 0, second = 0, ...more] of waits) {
      expect(first).toBeGreaterThanOrEqual(1000);
      expect(first).toBeLessThanOrEqual(1250);
      expect(second).toBeGreaterThanOrEqual(3000);
      expect(second).toBeLessThanOrEqual(3750);
      expect(more).toEqual([]);
    }
    expect(new Set(waits.map(([first]) => first)).size).toBe(3);
  });

  it.each([
    ['0', 0],
    ['1', 1000],
    ['7', 7000],
    [' 7 ', 7000],
    ['10', 10_000],
  ])('is what Retry-After asks for: %j', async (retryAfter, milliseconds) => {
    const { polite, clock } = scripted(busy(retryAfter), busy(retryAfter, 503), OK);
    await polite.send(request({ patient: true }));
    expect(clock.sleeps).toEqual([milliseconds, milliseconds]);
  });

  it.each(['11', '60', '3600', '999999'])(
    'of %s seconds is left to the person, and the response comes back at once',
    async (retryAfter) => {
      const { polite, clock } = scripted(busy(retryAfter));
      await expect(polite.send(request({ patient: true }))).resolves.toMatchObject({
        status: 429,
        headers: { 'retry-after': retryAfter },
      });
      expect(clock.sleeps).toEqual([]);
    },
  );

  it('that is too long the second time ends the retries', async () => {
    const { polite, clock } = scripted(busy('2'), busy('11'));
    await expect(polite.send(request({ patient: true }))).resolves.toMatchObject({
      headers: { 'retry-after': '11' },
    });
    expect(clock.sleeps).toEqual([2000]);
  });
});

/** A clock whose time passes only while everybody sleeps. */
function sharedClock() {
  const started = Date.parse(NOW);
  let now = started;
  let sleeping: { readonly until: number; readonly wake: () => void }[] = [];
  const clock: Clock = {
    now: () => new Date(now),
    sleep: (milliseconds) =>
      new Promise((wake) => {
        sleeping.push({ until: now + milliseconds, wake });
      }),
  };
  return {
    clock,
    elapsed: () => now - started,
    /** Lets time pass until nobody sleeps. */
    passFor: async <T>(work: Promise<T>): Promise<T> => {
      for (;;) {
        await new Promise((turn) => setImmediate(turn));
        if (sleeping.length === 0) return work;
        now = Math.min(...sleeping.map(({ until }) => until));
        const awake = sleeping.filter(({ until }) => until <= now);
        sleeping = sleeping.filter(({ until }) => until > now);
        for (const { wake } of awake) wake();
      }
    },
  };
}

/** Notes when each request is sent, in seconds, and answers it with `answer`. */
function timed(answer: (nth: number) => FakeAnswer | Error = () => OK) {
  const { clock, elapsed, passFor } = sharedClock();
  const left: { readonly host: string; readonly at: number }[] = [];
  const http: Http = {
    usesProxy: false,
    async send({ url }) {
      left.push({ host: new URL(url).host, at: elapsed() / 1000 });
      const outcome = answer(left.length);
      if (outcome instanceof Error) throw outcome;
      return toAnswer(outcome);
    },
    async resolves() {
      throw new Error('unexpected look-up');
    },
  };
  const times = (origin = ACME): number[] =>
    left.filter(({ host }) => origin.endsWith(`/${host}`)).map(({ at }) => at);
  return { polite: rateLimited(http, clock), clock, passFor, times };
}

const budget = { requests: 3, seconds: 10 };
const toAcme = request({ budget });
const toGlobex = request({ url: `${GLOBEX}/api/v2/agents/me`, budget });

describe('the budget of a host', () => {
  it('lets its number of requests pass at once, and the others as the window allows', async () => {
    const { polite, passFor, times } = timed();
    await passFor(Promise.all(Array.from({ length: 8 }, () => polite.send(toAcme))));
    expect(times()).toEqual([0, 0, 0, 10, 10, 10, 20, 20]);
  });

  it('makes a request wait only for the oldest one in the window', async () => {
    const { polite, clock, passFor, times } = timed();
    const work = async (): Promise<void> => {
      for (const pause of [4, 4, 1, 0, 0, 0]) {
        await polite.send(toAcme);
        await clock.sleep(pause * 1000);
      }
    };
    await passFor(work());
    expect(times()).toEqual([0, 4, 8, 10, 14, 18]);
  });

  it('delays no request if they are rare', async () => {
    const { polite, clock, passFor, times } = timed();
    const work = async (): Promise<void> => {
      for (let nth = 0; nth < 6; nth += 1) {
        await polite.send(toAcme);
        await clock.sleep(3400);
      }
    };
    await passFor(work());
    expect(times()).toEqual([0, 3.4, 6.8, 10.2, 13.6, 17]);
  });

  it('is whole again after a pause', async () => {
    const { polite, clock, passFor, times } = timed();
    const burst = (): Promise<unknown> =>
      Promise.all(Array.from({ length: 3 }, () => polite.send(toAcme)));
    await passFor(burst().then(() => clock.sleep(60_000)));
    await passFor(burst());
    expect(times()).toEqual([0, 0, 0, 60, 60, 60]);
  });

  it('counts all paths of the host together', async () => {
    const { polite, passFor, times } = timed();
    const paths = ['/api/v2/tickets?per_page=1', '/api/v2/groups', '/', '/api/v2/agents/me'];
    await passFor(
      Promise.all(paths.map((path) => polite.send(request({ url: `${ACME}${path}`, budget })))),
    );
    expect(times()).toEqual([0, 0, 0, 10]);
  });

  it('delays no request to another host', async () => {
    const { polite, passFor, times } = timed();
    await passFor(
      Promise.all(
        [toAcme, toAcme, toAcme, toAcme, toAcme, toGlobex, toGlobex].map((each) =>
          polite.send(each),
        ),
      ),
    );
    expect(times()).toEqual([0, 0, 0, 10, 10]);
    expect(times(GLOBEX)).toEqual([0, 0]);
  });

  it('is used up by retries, too', async () => {
    const { polite, passFor, times } = timed((nth) => (nth <= 2 ? busy('2') : OK));
    const patient = request({ patient: true, budget: { requests: 2, seconds: 60 } });
    await passFor(polite.send(patient));
    expect(times()).toEqual([0, 2, 60]);
  });

  it('is used up by requests without a response, too', async () => {
    const { polite, passFor, times } = timed(() => new NetworkError('timeout', 'as it is'));
    await passFor(Promise.allSettled(Array.from({ length: 4 }, () => polite.send(toAcme))));
    expect(times()).toEqual([0, 0, 0, 10]);
  });

  it('delays nothing if there is none', async () => {
    const { polite, passFor, times } = timed();
    await passFor(Promise.all(Array.from({ length: 40 }, () => polite.send(request()))));
    expect(times()).toEqual(Array(40).fill(0));
  });
});

it.each([true, false])('a name is looked up without a delay (%s)', async (does) => {
  const looked: string[] = [];
  const http: Http = {
    usesProxy: false,
    async send() {
      throw new Error('unexpected request');
    },
    async resolves(host) {
      looked.push(host);
      return does;
    },
  };
  await expect(rateLimited(http, fakeClock()).resolves('gladly.com')).resolves.toBe(does);
  expect(looked).toEqual(['gladly.com']);
});

import { X509Certificate } from 'node:crypto';
import { Agent, request } from 'node:http';

import { until } from '@mts/testing';
import { describe, expect, it, onTestFinished } from 'vitest';

import { call, codes, VECTOR_PATH } from '../../test/caller.js';
import { VERSIONS } from '../../test/check-cases.js';
import { certificate, startVectorIda, type VectorIda } from '../../test/vector-ida.js';
import type { ProfileName } from '../service/profiles.js';
import type { CounterReport } from './counters.js';

const NOW = new Date('2026-11-22T01:00:00Z');
const UIN = '7405214302';
const VID = '7465075291703420';

function byUin(individualId: string): Readonly<Record<string, unknown>> {
  return { individualId, individualIdType: 'UIN' };
}

async function admin(ida: VectorIda, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(ida.url + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

async function counters(ida: VectorIda): Promise<CounterReport> {
  return (await (await admin(ida, 'GET', '/admin/counters')).json()) as CounterReport;
}

async function putFaults(ida: VectorIda, faults: unknown): Promise<void> {
  const { status } = await admin(ida, 'PUT', '/admin/faults', faults);
  expect(status).toBe(200);
}

describe('the server', () => {
  it.each(VERSIONS.slice(1))('answers a body that is not JSON with HTTP 500, as %s does', async (version) => {
    const ida = await startVectorIda({ now: NOW, version });
    for (const body of ['not JSON', '[]']) {
      const { status, signature } = await ida.post(VECTOR_PATH, {}, body);
      expect({ status, signature }).toEqual({ status: 500, signature: null });
    }
  });

  it.each<[ProfileName, string]>([
    ['1.2.0.1', ''],
    ['1.2.0.1', 'null'],
    ['1.1.5', 'not JSON'],
    ['1.1.5', '[]'],
  ])('%s answers the body %j with the general error, signed', async (version, body) => {
    const ida = await startVectorIda({ now: NOW, version });
    const answer = await ida.post(VECTOR_PATH, {}, body);
    expect(codes(answer)).toEqual(['IDA-MLC-007']);
    expect(answer.signature).not.toBeNull();
  });

  it.each<ProfileName>(['1.1.5', '1.2.0'])(
    '%s has no handler for an address that lacks a part',
    async (version) => {
      const ida = await startVectorIda({ now: NOW, version });
      const path = '/idauthentication/v1/auth/TEST_API_KEY_0001';
      const { status, signature } = await call(ida, { now: NOW, path });
      expect({ status, signature }).toEqual({ status: 404, signature: null });
    },
  );

  it('echoes the transactionID and the time of its clock', async () => {
    const ida = await startVectorIda({ now: NOW });
    const { json } = await call(ida, { now: NOW });
    expect(json).toMatchObject({ transactionID: '1234567890', responseTime: '2026-11-22T01:00:00.000Z' });
  });

  it.each([
    ['GET', VECTOR_PATH, 405],
    ['POST', '/idauthentication/v1/kyc-exchange/a/b/c', 404],
    ['POST', '/idauthentication/v1/constructor/a/b/c', 404],
    ['GET', '/elsewhere', 404],
    ['GET', '/health', 200],
    ['POST', '/health', 404],
  ])('answers %s %s with HTTP %d', async (method, path, status) => {
    const ida = await startVectorIda({ now: NOW });
    expect((await admin(ida, method, path)).status).toBe(status);
  });
});

describe('the counters', () => {
  it('tell how many people were looked up, and how many of them again', async () => {
    const ida = await startVectorIda({ now: NOW });
    await call(ida, { now: NOW });
    await call(ida, { now: NOW, message: { individualId: UIN, individualIdType: 'UIN' } });
    await call(ida, { now: NOW, message: { individualId: UIN, individualIdType: 'UIN' } });
    await call(ida, { now: NOW, message: { individualId: UIN, individualIdType: 'UIN' } });
    await call(ida, { now: NOW, message: { individualId: '7405214301', individualIdType: 'UIN' } });
    expect(await counters(ida)).toEqual({
      calls: 5,
      inFlight: 0,
      maxInFlight: 1,
      endpoints: { auth: 5 },
      codes: { 'IDA-MLC-002': 1 },
      individuals: 2,
      repeatedIndividuals: 1,
      extraCalls: 2,
      unanswered: 0,
    });
    const query = await admin(ida, 'POST', '/admin/counters/query', { individualIds: [UIN, '1'] });
    expect(await query.json()).toEqual({ calls: [3, 0] });
  });

  it('start anew when they are reset', async () => {
    const ida = await startVectorIda({ now: NOW });
    await call(ida, { now: NOW });
    expect((await admin(ida, 'POST', '/admin/counters/reset')).status).toBe(200);
    expect(await counters(ida)).toMatchObject({ calls: 0, maxInFlight: 0, individuals: 0, extraCalls: 0 });
  });

  it('know the calls in flight', async () => {
    const ida = await startVectorIda({ now: NOW });
    await putFaults(ida, { hang: true });
    const silent = [call(ida, { now: NOW }), call(ida, { now: NOW })];
    for (const answer of silent) answer.catch(() => undefined);
    await until(async () => (await counters(ida)).inFlight === 2);
    expect(await counters(ida)).toMatchObject({ maxInFlight: 2, individuals: 1, extraCalls: 1 });
  });

  it('refuse a query that names no ids', async () => {
    const ida = await startVectorIda({ now: NOW });
    for (const body of [undefined, {}, { individualIds: [1] }]) {
      expect((await admin(ida, 'POST', '/admin/counters/query', body)).status).toBe(400);
    }
  });
});

describe('the faults', () => {
  it('are none until somebody asks for them, and none again afterwards', async () => {
    const ida = await startVectorIda({ now: NOW });
    expect(await (await admin(ida, 'GET', '/admin/faults')).json()).toEqual({});
    await putFaults(ida, { latencyMs: 1, jitterMs: 2 });
    expect(await (await admin(ida, 'GET', '/admin/faults')).json()).toEqual({ latencyMs: 1, jitterMs: 2 });
    await admin(ida, 'DELETE', '/admin/faults');
    expect(await (await admin(ida, 'GET', '/admin/faults')).json()).toEqual({});
  });

  it.each([
    [{ latency: 5 }, /no fault of that name/],
    [{ toString: 1 }, /no fault of that name/],
    [{ latencyMs: -1 }, /latencyMs must be a whole number/],
    [{ httpStatus: 200 }, /httpStatus must be a whole number from 400/],
    [{ resetRate: 2 }, /resetRate must be a number from 0 to 1/],
    [{ hang: 'yes' }, /hang must be true or false/],
    [{ hangRate: 2 }, /hangRate must be a number from 0 to 1/],
    [{ revokedVids: 'all' }, /revokedVids must be a list of VIDs/],
    [{ errors: [{ code: 'IDA-MLC-019' }] }, /errors must be a list of \{code, message,/],
    [{ errors: [{ code: 'IDA-MLC-019', message: '', ids: [] }] }, /errors must be a list of/],
    [[], /not a JSON object/],
    [null, /not a JSON object/],
  ])('%j is refused with a sentence', async (faults, sentence) => {
    const ida = await startVectorIda({ now: NOW });
    const answer = await admin(ida, 'PUT', '/admin/faults', faults);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { readonly error: string }).error).toMatch(sentence);
  });

  it('httpStatus: a gateway answers, and IDA is not reached', async () => {
    const ida = await startVectorIda({ now: NOW });
    await putFaults(ida, { httpStatus: 503 });
    const answer = await admin(ida, 'POST', VECTOR_PATH, {});
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toBe('text/html');
    await putFaults(ida, { httpStatus: 503, httpStatusRate: 0 });
    expect(codes(await call(ida, { now: NOW }))).toEqual([]);
    expect(await counters(ida)).toMatchObject({ calls: 2, individuals: 1, extraCalls: 0 });
  });

  it('resetRate: the call is carried out, and the connection breaks', async () => {
    const ida = await startVectorIda({ now: NOW });
    await call(ida, { now: NOW });
    await putFaults(ida, { resetRate: 1 });
    await expect(call(ida, { now: NOW })).rejects.toThrow('fetch failed');
    expect(await counters(ida)).toMatchObject({ individuals: 1, extraCalls: 1, unanswered: 1, inFlight: 0 });
  });

  it('latencyMs: the call is carried out, and its answer comes after that of a later one', async () => {
    const ida = await startVectorIda({ now: NOW });
    await putFaults(ida, { latencyMs: 250 });
    const order: string[] = [];
    const slow = call(ida, { now: NOW }).then(() => order.push('slow'));
    await until(async () => (await counters(ida)).individuals === 1);
    await admin(ida, 'DELETE', '/admin/faults');
    await call(ida, { now: NOW }).then(() => order.push('quick'));
    await slow;
    expect(order).toEqual(['quick', 'slow']);
  });

  it('badSignature: the answer is right, its signature is not that of its bytes', async () => {
    const ida = await startVectorIda({ now: NOW });
    const good = await call(ida, { now: NOW });
    await putFaults(ida, { badSignature: true });
    const bad = await call(ida, { now: NOW });
    expect(bad.text).toBe(good.text);
    // RS256 is deterministic: the same bytes have the same signature.
    expect(bad.signature).not.toBe(good.signature);
  });

  it.each([
    [{ clockOffsetMs: 3_600_000 }, ['IDA-MLC-001']],
    [{ mispExpired: true }, ['IDA-MLC-007', 'IDA-MPA-008']],
    [{ partnerInactive: true }, ['IDA-MLC-007', 'IDA-MPA-012']],
    [{ revokedVids: [VID] }, ['IDA-MLC-023']],
    [{ revokedVids: ['9830872690593682'] }, []],
    [{ removedVids: [VID] }, ['IDA-MLC-018']],
  ])('%j: answered with %j', async (faults, expected) => {
    const ida = await startVectorIda({ now: NOW });
    await putFaults(ida, faults);
    expect(codes(await call(ida, { now: NOW }))).toEqual(expected);
  });

  it('noSignature: the answer is right, and not signed', async () => {
    const ida = await startVectorIda({ now: NOW });
    await putFaults(ida, { noSignature: true });
    const answer = await call(ida, { now: NOW });
    expect(answer.json.response.authStatus).toBe(true);
    expect(answer.signature).toBeNull();
  });

  it('tokensOff: who matches gets no token', async () => {
    const ida = await startVectorIda({ now: NOW });
    await putFaults(ida, { tokensOff: true });
    const { json } = await call(ida, { now: NOW });
    expect(json).toMatchObject({ errors: null, response: { authStatus: true, authToken: null } });
  });

  it('html: a web page with HTTP 200, and IDA is not reached', async () => {
    const ida = await startVectorIda({ now: NOW });
    await putFaults(ida, { html: true });
    const answer = await admin(ida, 'POST', VECTOR_PATH, {});
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html']);
    expect(await counters(ida)).toMatchObject({ calls: 1, individuals: 0 });
  });

  it('hangRate: that share of the calls is carried out and never answered', async () => {
    const ida = await startVectorIda({ now: NOW });
    await putFaults(ida, { hangRate: 0 });
    expect(codes(await call(ida, { now: NOW }))).toEqual([]);
    await putFaults(ida, { hangRate: 1 });
    call(ida, { now: NOW }).catch(() => undefined);
    await until(async () => (await counters(ida)).extraCalls === 1);
    expect((await counters(ida)).inFlight).toBe(1);
  });

  it('errors: the calls they apply to are carried out and answered with them, in order', async () => {
    const ida = await startVectorIda({ now: NOW });
    const locked = { code: 'IDA-MLC-019', message: 'demo Auth Type is Locked for the UIN' };
    await putFaults(ida, {
      errors: [
        { ...locked, individualIds: [VID] },
        { code: 'IDA-XYZ-001', message: 'never', rate: 0 },
        { code: 'IDA-XYZ-002', message: 'always', rate: 1, individualIds: [VID] },
      ],
    });
    const { json } = await call(ida, { now: NOW });
    expect(json).toMatchObject({
      errors: [
        { errorCode: locked.code, errorMessage: locked.message },
        { errorCode: 'IDA-XYZ-002', errorMessage: 'always' },
      ],
      response: { authStatus: false, authToken: null },
    });
    expect(codes(await call(ida, { now: NOW, message: byUin(UIN) }))).toEqual([]);
    expect(await counters(ida)).toMatchObject({
      individuals: 2,
      codes: { 'IDA-MLC-019': 1, 'IDA-XYZ-002': 1 },
    });
  });

  it('a name that keeps MOSIP busy for ever is never answered', async () => {
    const ida = await startVectorIda({ now: NOW });
    const demographics = { name: [{ language: 'eng', value: 'mR Test' }] };
    call(ida, { now: NOW, demographics }).catch(() => undefined);
    await until(async () => (await counters(ida)).individuals === 1);
    expect((await counters(ida)).inFlight).toBe(1);
  });
});

it('a caller that breaks off in the middle of its body disturbs nobody', async () => {
  const ida = await startVectorIda({ now: NOW });
  const outgoing = request(ida.url + VECTOR_PATH, { method: 'POST', headers: { 'content-length': '100' } });
  outgoing.on('error', () => undefined);
  outgoing.write('{');
  await until(async () => (await counters(ida)).inFlight === 1);
  outgoing.destroy();
  await until(async () => (await counters(ida)).inFlight === 0);
  expect(codes(await call(ida, { now: NOW }))).toEqual([]);
});

async function published(ida: VectorIda): Promise<X509Certificate> {
  const answer = await admin(ida, 'GET', '/mosip-certs/ida-partner.cer');
  expect(answer.status).toBe(200);
  return new X509Certificate(await answer.text());
}

describe("IDA's encryption certificate", () => {
  it('is published where MOSIP publishes it', async () => {
    const ida = await startVectorIda({ now: NOW });
    expect((await published(ida)).raw).toEqual((await certificate('ida-partner')).raw);
    expect((await admin(ida, 'POST', '/mosip-certs/ida-partner.cer')).status).toBe(405);
  });

  it.each([
    [undefined, ['IDA-MLC-007', 'IDA-MPA-003']],
    [{ older: 'dropped' }, ['IDA-MLC-007', 'IDA-MPA-003']],
    [{ older: 'kept' }, []],
  ])(
    'is another after a rotation with %j, and requests for the old one come to %j',
    async (body, expected) => {
      const ida = await startVectorIda({ now: NOW });
      expect((await admin(ida, 'POST', '/admin/rotate-key', body)).status).toBe(200);
      const current = await published(ida);
      expect(current.raw).not.toEqual((await certificate('ida-partner')).raw);
      expect(codes(await call(ida, { now: NOW }))).toEqual(expected);
      expect(codes(await call(ida, { now: NOW, encryptFor: current }))).toEqual([]);
    },
  );

  it.each([{ older: 'burnt' }, { odler: 'kept' }])('is not rotated by %j', async (body) => {
    const ida = await startVectorIda({ now: NOW });
    expect((await admin(ida, 'POST', '/admin/rotate-key', body)).status).toBe(400);
    expect((await published(ida)).raw).toEqual((await certificate('ida-partner')).raw);
  });
});

it('used-up VIDs come back when they are reset', async () => {
  const ida = await startVectorIda({ now: NOW });
  const oneTime = { now: NOW, message: { individualId: '9830872690593682' } };
  expect(codes(await call(ida, oneTime))).toEqual([]);
  expect(codes(await call(ida, oneTime))).toEqual(['IDA-MLC-018']);
  expect(await (await admin(ida, 'POST', '/admin/vids/reset')).json()).toEqual({ restored: 1 });
  expect(codes(await call(ida, oneTime))).toEqual([]);
});

it('takes up a new connection before calls of the ones there are have gone round several times', async () => {
  const ida = await startVectorIda({ now: NOW });
  const busy = new Agent({ keepAlive: true, maxSockets: 40 });
  onTestFinished(() => busy.destroy());
  let answers = 0;
  const over = new AbortController();
  const keepBusy = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await postWith(busy, ida.url);
      answers += 1;
    }
  };
  const load = Array.from({ length: 40 }, keepBusy);
  await until(() => answers > 80);
  const answersBefore = answers;
  const newcomers = new Agent({ maxSockets: 20 });
  await Promise.all(Array.from({ length: 20 }, async () => postWith(newcomers, ida.url)));
  const roundsMeanwhile = (answers - answersBefore) / 40;
  over.abort();
  await Promise.all(load);
  expect(roundsMeanwhile).toBeLessThan(5);
});

async function postWith(agent: Agent, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    request(url + VECTOR_PATH, { method: 'POST', agent }, (response) => {
      response.resume().on('end', resolve);
    })
      .on('error', reject)
      .end('{}');
  });
}

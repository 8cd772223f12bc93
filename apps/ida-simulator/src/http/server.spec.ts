import { request } from 'node:http';

import { until } from '@mts/testing';
import { describe, expect, it } from 'vitest';

import { call, codes, VECTOR_PATH } from '../../test/caller.js';
import { startVectorIda, type VectorIda } from '../../test/vector-ida.js';
import type { CounterReport } from './counters.js';

const NOW = new Date('2026-11-22T01:00:00Z');
const UIN = '7405214302';

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
  it('answers a body that is not JSON with HTTP 500, as IDA does', async () => {
    const ida = await startVectorIda({ now: NOW });
    for (const body of ['not JSON', '[]', 'null']) {
      const { status, signature } = await ida.post(VECTOR_PATH, {}, body);
      expect({ status, signature }).toEqual({ status: 500, signature: null });
    }
  });

  it('answers an empty body with the general error, signed', async () => {
    const ida = await startVectorIda({ now: NOW });
    const answer = await ida.post(VECTOR_PATH, {}, '');
    expect(codes(answer)).toEqual(['IDA-MLC-007']);
    expect(answer.signature).not.toBeNull();
  });

  it('echoes the transactionID and the time of its clock', async () => {
    const ida = await startVectorIda({ now: NOW });
    const { json } = await call(ida, { now: NOW });
    expect(json).toMatchObject({ transactionID: '1234567890', responseTime: '2026-11-22T01:00:00.000Z' });
  });

  it.each([
    ['GET', VECTOR_PATH, 405],
    ['POST', '/idauthentication/v1/kyc-exchange/a/b/c', 404],
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
      individuals: 2,
      repeatedIndividuals: 1,
      extraCalls: 2,
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
    await putFaults(ida, { resetRate: 1 });
    await expect(call(ida, { now: NOW })).rejects.toThrow('fetch failed');
    expect(await counters(ida)).toMatchObject({ individuals: 1, inFlight: 0 });
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
  ])('%j: answered with %j', async (faults, expected) => {
    const ida = await startVectorIda({ now: NOW });
    await putFaults(ida, faults);
    expect(codes(await call(ida, { now: NOW }))).toEqual(expected);
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

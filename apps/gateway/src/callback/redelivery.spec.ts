import { type CallbackTarget, openCallbackTarget } from '@mts/outputs';
import { type DeliveryEnd, type DeliveryLease, DeliveryStore } from '@mts/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

const URL_BEFORE = 'http://127.0.0.1:9/callback';
const ODOO = {
  authUrl: 'http://127.0.0.1:9/web/session/authenticate',
  database: 'db',
  username: 'planted-user',
};
const BEFORE = { url: URL_BEFORE, authType: 'odoo', authOdoo: { ...ODOO, password: 'planted-wrong' } };
const CORRECTED = { url: URL_BEFORE, authType: 'odoo', authOdoo: { ...ODOO, password: 'planted-right' } };
const REFUSED_LOGIN = { state: 'failed', code: 'MTS-DLV-101', reason: 'r' } as const;
const LATER = { state: 'waiting', attempts: 1, tryInMs: 60_000, code: 'MTS-DLV-102', reason: 'r' } as const;

let gateway: GatewayFixture;
let deliveries: DeliveryStore;
/** By the name of the caller. */
const keys = new Map<string, string>();
beforeAll(async () => {
  const env = { MTS_CALLERS: 'api-key', MTS_OUTBOUND_ALLOWED: '127.0.0.1' };
  gateway = await GatewayFixture.start({ env });
  deliveries = new DeliveryStore(gateway.database);
  keys.set('owner', await gateway.apiKey('owner', 'submit', 'read'));
  keys.set('stranger', await gateway.apiKey('stranger', 'read'));
  keys.set('operator', await gateway.apiKey('operator', 'read', 'operate'));
});
afterAll(async () => gateway.stop());

interface Answer {
  readonly status: number;
  readonly response: unknown;
  readonly code: string | undefined;
  readonly message: string | undefined;
}

async function post(
  path: string,
  body?: unknown,
  caller = 'owner',
  type = 'application/json',
): Promise<Answer> {
  const answer = await fetch(`${gateway.url}/authtoken${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${keys.get(caller) ?? ''}`,
      ...(body !== undefined && { 'content-type': type }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const { response, errors } = (await answer.json()) as {
    response: unknown;
    errors: { errorCode: string; errorMessage: string }[] | null;
  };
  const [error] = errors ?? [];
  return { status: answer.status, response, code: error?.errorCode, message: error?.errorMessage };
}

const redeliver = async (id: string, body?: unknown, caller?: string): Promise<Answer> =>
  post(`/requests/${id}/redeliver`, body, caller);
const cancel = async (id: string, caller?: string): Promise<Answer> =>
  post(`/requests/${id}/cancel`, undefined, caller);

/** A request that has ended, with its delivery due. */
async function ended(
  wish: Record<string, unknown> = {},
  callbackProperties: unknown = BEFORE,
): Promise<string> {
  const list = {
    output: 'json',
    deliverytype: 'callback',
    authdata: [person(1), person(2)],
    callbackProperties,
  };
  const { response } = await post('/json', requestBody({ ...list, ...wish }));
  const id = (response as { request_identifier: string }).request_identifier;
  await gateway.process(id, () => ({ token: '1'.repeat(36) }));
  return id;
}

async function take(id: string): Promise<DeliveryLease> {
  const lease = await deliveries.take(id);
  if (lease === undefined) throw new Error('the delivery is not due');
  return lease;
}

/** The first of two records is delivered, then this happens. */
async function worked(id: string, end: DeliveryEnd): Promise<string> {
  const lease = await take(id);
  await deliveries.note(lease, undefined, 1);
  await deliveries.note(lease, { line: 1, as: 'delivered' }, undefined);
  await deliveries.end(lease, end);
  return id;
}

async function targetOf(id: string): Promise<CallbackTarget> {
  const [row] = await gateway.database.query<{ sealed: Buffer }>(
    'SELECT sealed_target AS sealed FROM delivery WHERE request_id = $1',
    [id],
  );
  return openCallbackTarget(id, row?.sealed ?? Buffer.alloc(0), await gateway.key(id, 'results'));
}

async function missing(id: string): Promise<number[]> {
  return (await deliveries.undelivered(id, 0, 10, 'all')).map(({ line }) => line);
}

describe('to deliver again with corrected callbackProperties', () => {
  it('replaces them whole, sends what is missing, and says nothing of them', async () => {
    const id = await worked(await ended({ options: { deliver: 'successes' } }), REFUSED_LOGIN);
    const answer = await redeliver(id, { callbackProperties: CORRECTED });
    expect(answer).toMatchObject({ status: 200, response: { state: 'waiting', delivered: 1, code: null } });
    expect(await targetOf(id)).toMatchObject({
      login: { kind: 'odoo', password: 'planted-right' },
      deliver: 'successes',
      method: 'POST',
    });
    expect(await missing(id)).toEqual([2]);
    const [row] = await gateway.database.query<{ sealed: Buffer }>(
      'SELECT sealed_target AS sealed FROM delivery WHERE request_id = $1',
      [id],
    );
    const said = [JSON.stringify(answer), gateway.logLines.join(''), row?.sealed.toString('latin1')].join('');
    expect(said).not.toMatch(/planted|callback\b.*127/);
  });

  it('and another url sends everything, also of what is delivered', async () => {
    const id = await worked(await ended(), { state: 'delivered' });
    const url = 'http://127.0.0.1:9/other';
    expect(await redeliver(id, { callbackProperties: { url } })).toMatchObject({
      status: 200,
      response: { state: 'waiting', delivered: 0, endedAt: null },
    });
    expect(await targetOf(id)).toMatchObject({ url, login: { kind: 'none' } });
    expect(await missing(id)).toEqual([1, 2]);
  });

  it('is refused when the same receiver has everything', async () => {
    const id = await worked(await ended(), { state: 'delivered' });
    expect(await redeliver(id, { callbackProperties: CORRECTED })).toMatchObject({
      status: 409,
      code: 'MTS-DLV-002',
    });
    expect(await targetOf(id)).toMatchObject({ login: { password: 'planted-wrong' } });
  });

  it('is refused while it is under way, and taken once that is stopped', async () => {
    const id = await ended();
    const lease = await take(id);
    expect(await redeliver(id, { callbackProperties: CORRECTED })).toMatchObject({
      status: 409,
      code: 'MTS-DLV-002',
      message: expect.stringContaining('/cancel') as string,
    });
    expect(await targetOf(id)).toMatchObject({ login: { password: 'planted-wrong' } });
    await cancel(id);
    expect(await redeliver(id, { callbackProperties: CORRECTED })).toMatchObject({ status: 200 });
    await expect(deliveries.note(lease, undefined, 1)).rejects.toThrow('no longer ours');
    expect(await targetOf(id)).toMatchObject({ login: { password: 'planted-right' } });
  });

  it('is done twice at once as well as once: one job, and the properties of either', async () => {
    const id = await worked(await ended(), LATER);
    const wishes = ['one', 'other'].map((name) => ({
      callbackProperties: { url: URL_BEFORE, extraHeaders: { 'X-Wish': name } },
    }));
    const answers = await Promise.all(wishes.map(async (wish) => redeliver(id, wish)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(['one', 'other']).toContain((await targetOf(id)).extraHeaders['X-Wish']);
    expect(await missing(id)).toEqual([2]);
    const jobs = await gateway.database.query(
      `SELECT 1 FROM mts_queue.job WHERE name = 'deliver' AND data->>'requestId' = $1`,
      [id],
    );
    expect(jobs).toHaveLength(1);
  });

  it('is for the owner of the request alone, though whoever operates may deliver again as before', async () => {
    const id = await worked(await ended(), REFUSED_LOGIN);
    const wish = { callbackProperties: { url: 'http://127.0.0.1:9/mine' } };
    expect(await redeliver(id, wish, 'operator')).toMatchObject({ status: 403, code: 'MTS-DLV-003' });
    expect(await redeliver(id, wish, 'stranger')).toMatchObject({ status: 404, code: 'ATS-REQ-016' });
    expect(await targetOf(id)).toMatchObject({ url: URL_BEFORE });
    expect(await deliveries.find(id)).toMatchObject({ state: 'failed' });
    expect(await redeliver(id, undefined, 'operator')).toMatchObject({ status: 200 });
    expect(await redeliver(id, {}, 'operator')).toMatchObject({ status: 200 });
  });

  it.each([
    [{ callbackProperties: null }, 400, 'ATS-REQ-024'],
    [{ callbackProperties: {} }, 400, 'ATS-REQ-024'],
    [{ callbackProperties: 'x' }, 422, 'ATS-REQ-102'],
    [{ callbackProperties: { authType: 'none' } }, 422, 'ATS-REQ-102'],
    [{ callbackProperties: { url: URL_BEFORE, authType: 'basic' } }, 400, 'ATS-REQ-027'],
    [{ callbackProperties: { url: 'https://10.0.0.1/x' } }, 400, 'MTS-DLV-001'],
    [{ callbackProperties: { ...CORRECTED, constructor: 1, url: 'ftp://8.8.8.8/' } }, 400, 'MTS-DLV-001'],
    [{ url: URL_BEFORE }, 400, 'ATS-REQ-102'],
    [{ callbackProperties: CORRECTED, callbackproperties: CORRECTED }, 400, 'ATS-REQ-102'],
    [[CORRECTED], 400, 'ATS-REQ-102'],
    ['{"callbackProperties":', 422, 'ATS-REQ-102'],
    [`"${'x'.repeat(1_048_576)}"`, 413, 'MTS-REQ-003'],
  ])('that are wrong is refused, and changes nothing: %#', async (body, status, code) => {
    const id = await worked(await ended(), REFUSED_LOGIN);
    expect(await redeliver(id, body)).toMatchObject({ status, code });
    expect(await targetOf(id)).toMatchObject({ login: { password: 'planted-wrong' } });
    expect(await deliveries.find(id)).toMatchObject({ state: 'failed' });
  });

  it('holds them against the format of the request: a CSV file needs a name, and goes out as one', async () => {
    const bulk = { url: URL_BEFORE, requestFileName: 'r.csv', callInBulk: true };
    const id = await ended({ output: 'csv' }, bulk);
    await deliveries.end(await take(id), REFUSED_LOGIN);
    expect(await redeliver(id, { callbackProperties: { url: URL_BEFORE } })).toMatchObject({
      code: 'ATS-REQ-025',
    });
    const single = { ...bulk, callInBulk: false };
    expect(await redeliver(id, { callbackProperties: single })).toMatchObject({ code: 'ATS-REQ-026' });
    expect(await redeliver(id, { callbackProperties: bulk })).toMatchObject({ status: 200 });
  });

  it('in a form is refused, and not taken for a call without them', async () => {
    const id = await worked(await ended(), REFUSED_LOGIN);
    const form = '--x\r\ncontent-disposition: form-data; name="callbackProperties"\r\n\r\n{}\r\n--x--\r\n';
    const answer = await post(`/requests/${id}/redeliver`, form, 'owner', 'multipart/form-data; boundary=x');
    expect(answer).toMatchObject({ status: 415, code: 'MTS-REQ-004' });
    expect(await deliveries.find(id)).toMatchObject({ state: 'failed' });
  });

  it('is told what it needs when the request is erased', async () => {
    const id = await worked(await ended(), REFUSED_LOGIN);
    await gateway.requests.archive(id);
    expect(await redeliver(id, { callbackProperties: CORRECTED })).toMatchObject({ code: 'ATS-REQ-016' });
  });
});

describe('cancelling a request that has ended', () => {
  it('gives up a delivery that has failed, which can be asked for again', async () => {
    const id = await worked(await ended(), REFUSED_LOGIN);
    expect(await cancel(id, 'owner')).toMatchObject({
      status: 200,
      response: { state: 'processed', delivery: 'withheld' },
    });
    expect(await deliveries.find(id)).toMatchObject({ state: 'withheld', delivered: 1 });
    expect(await redeliver(id)).toMatchObject({ status: 200, response: { state: 'waiting' } });
  });

  it.each(['owner', 'operator'])('stops a delivery that is tried again, for its %s', async (caller) => {
    const id = await worked(await ended(), LATER);
    const stopped = { status: 200, response: { state: 'processed', delivery: 'withheld' } };
    expect(await cancel(id, caller)).toMatchObject(stopped);
    expect(await cancel(id, caller)).toMatchObject(stopped);
    expect(await deliveries.find(id)).toMatchObject({ state: 'withheld', delivered: 1 });
    expect(await redeliver(id, undefined, caller)).toMatchObject({
      status: 200,
      response: { state: 'waiting', delivered: 1 },
    });
    expect(await missing(id)).toEqual([2]);
  });

  it('is refused where all is delivered', async () => {
    const id = await worked(await ended(), { state: 'delivered' });
    expect(await cancel(id)).toMatchObject({ status: 409, code: 'MTS-REQ-008' });
  });
});

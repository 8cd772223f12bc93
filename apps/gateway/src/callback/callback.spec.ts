import { openCallbackTarget } from '@mts/outputs';
import { DeliveryStore } from '@mts/store';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { GatewayFixture, person } from '../spec-support/gateway-fixture.js';

const RECEIVER = 'http://127.0.0.1:9/api/updateIdentification?who=planted-query';
const ODOO = {
  authUrl: 'http://127.0.0.1:9/web/session/authenticate',
  database: 'db',
  username: 'planted-user',
  password: 'planted-password',
};

let gateway: GatewayFixture;
let closed: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start({ env: { MTS_OUTBOUND_ALLOWED: '127.0.0.1' } });
  closed = await GatewayFixture.start();
});
afterAll(async () => {
  await gateway.stop();
  await closed.stop();
});

function body(callbackProperties: unknown, wish: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: '',
    version: '',
    metadata: '',
    requesttime: '2026-11-22T01:21:37.737Z',
    request: {
      output: 'json',
      deliverytype: 'callback',
      authdata: [person(1), { ...person(2), vid: '' }],
      callbackProperties,
      ...wish,
    },
  };
}

async function handIn(
  to: GatewayFixture,
  properties: unknown,
  wish: Record<string, unknown> = {},
): Promise<supertest.Response> {
  return supertest(to.url).post('/authtoken/json').send(body(properties, wish));
}

async function taken(properties: unknown, wish: Record<string, unknown> = {}): Promise<string> {
  const { body: answer } = await handIn(gateway, properties, wish);
  expect(answer).toMatchObject({ errors: null });
  return (answer as { response: { request_identifier: string } }).response.request_identifier;
}

/** A request whose delivery has failed in part. */
async function failed(): Promise<string> {
  const id = await taken({ url: RECEIVER });
  await gateway.process(id, () => ({ token: '1'.repeat(36) }));
  const deliveries = new DeliveryStore(gateway.database);
  const lease = await deliveries.take(id);
  if (lease === undefined) throw new Error('the delivery is not due');
  await deliveries.note(lease, undefined, 1);
  await deliveries.note(lease, { line: 1, as: 'refused' }, undefined);
  await deliveries.end(lease, { state: 'failed', code: 'MTS-DLV-111', reason: 'r' });
  return id;
}

describe('a list with deliverytype callback', () => {
  it('is taken with its target, which stands sealed and comes back in no answer', async () => {
    const id = await taken(
      { url: RECEIVER, httpMethod: 'PATCH', authType: 'odoo', authOdoo: ODOO, timeoutSeconds: 10 },
      { options: { deliver: 'successes' } },
    );
    const [row] = await gateway.database.query<{ sealed: Buffer; state: string }>(
      'SELECT sealed_target AS sealed, state FROM delivery WHERE request_id = $1',
      [id],
    );
    expect(row?.state).toBe('pending');
    expect(row?.sealed.toString('latin1')).not.toMatch(/planted|127\.0/);
    const target = openCallbackTarget(id, row?.sealed ?? Buffer.alloc(0), await gateway.key(id, 'results'));
    expect(target).toMatchObject({
      url: RECEIVER,
      method: 'PATCH',
      deliver: 'successes',
      login: { kind: 'odoo', ...ODOO },
    });

    await gateway.process(id, () => ({ token: '1'.repeat(36) }));
    const answers = await Promise.all(
      [`/authtoken/status/${id}`, `/authtoken/file/${id}`, `/authtoken/requests/${id}`].map(async (path) =>
        supertest(gateway.url).get(path),
      ),
    );
    const said = JSON.stringify(answers.map(({ text }) => text)) + gateway.logLines.join('\n');
    expect(said).not.toMatch(/planted|updateIdentification/);
  });

  it('that is not one after all drops what it says of a callback, right or wrong', async () => {
    for (const properties of [{ url: RECEIVER }, 'x', null, { authType: 'basic' }]) {
      const id = await taken(properties, { deliverytype: 'download' });
      expect(await new DeliveryStore(gateway.database).find(id)).toBeUndefined();
    }
  });

  it('is refused with the code of the original before anything is kept', async () => {
    const before = await gateway.rowCounts();
    const { status, body: answer } = await handIn(gateway, { url: RECEIVER, authType: 'basic' });
    expect([status, answer]).toMatchObject([
      400,
      { errors: [{ errorCode: 'ATS-REQ-027', errorMessage: 'unsupported authType in CallbackProperties' }] },
    ]);
    expect(await gateway.rowCounts()).toEqual(before);
  });

  it.each([
    [{ url: RECEIVER }, /^request\.callbackProperties\.url: the address must .*MTS_OUTBOUND_ALLOWED$/],
    [
      { url: 'https://127.0.0.1/x' },
      /callbackProperties\.url: the address must lead to a host on the public internet/,
    ],
    [{ url: 'https://user:pw@8.8.8.8/' }, /must not hold a user name/],
    [{ url: 'ftp://8.8.8.8/' }, /callbackProperties\.url/],
    [{ url: 'https://8.8.8.8/', authType: 'odoo', authOdoo: ODOO }, /authOdoo\.authUrl: the address must/],
    [
      {
        url: 'https://8.8.8.8/',
        authType: 'oauth',
        authOauth: { authUrl: 'https://169.254.169.254/', clientId: 'c' },
      },
      /authOauth\.authUrl: the address must/,
    ],
  ])('to an address that is closed to callers is refused: %j', async (properties, text) => {
    const before = await closed.rowCounts();
    const { status, body: answer } = await handIn(closed, properties);
    const [error] = (answer as { errors: { errorCode: string; errorMessage: string }[] }).errors;
    expect([status, error?.errorCode]).toEqual([400, 'MTS-DLV-001']);
    expect(error?.errorMessage).toMatch(text);
    expect(error?.errorMessage).not.toMatch(/127\.0|169\.254|planted/);
    expect(await closed.rowCounts()).toEqual(before);
  });

  it('without a usable record is due at once', async () => {
    const { body: answer } = await handIn(
      gateway,
      { url: RECEIVER },
      { authdata: [{ ...person(1), vid: '' }] },
    );
    const id = (answer as { response: { request_identifier: string } }).response.request_identifier;
    expect(answer).toMatchObject({ errors: [{ errorCode: 'ATS-REQ-101' }] });
    expect(await new DeliveryStore(gateway.database).find(id)).toMatchObject({ state: 'waiting' });
    const jobs = await gateway.database.query(
      `SELECT 1 FROM mts_queue.job WHERE name = 'deliver' AND data->>'requestId' = $1`,
      [id],
    );
    expect(jobs).toHaveLength(1);
  });
});

describe('a callback that has failed for good', () => {
  it('has the original’s status, and its results can be fetched', async () => {
    const id = await failed();
    const status = await supertest(gateway.url).get(`/authtoken/status/${id}`);
    expect(status.body).toMatchObject({ response: { status: 'error_making_callback_request' } });
    const file = await supertest(gateway.url).get(`/authtoken/file/${id}`);
    expect(file.status).toBe(200);
    expect(JSON.parse(file.text)).toHaveLength(2);
  });

  it('can be asked for again, and is due with what was refused', async () => {
    const id = await failed();
    const { status, body: answer } = await supertest(gateway.url).post(`/authtoken/requests/${id}/redeliver`);
    expect([status, answer]).toMatchObject([
      200,
      { errors: null, response: { kind: 'callback', state: 'waiting', refused: 0, code: null } },
    ]);
    const marks = await gateway.database.query(
      'SELECT delivery FROM record WHERE request_id = $1 ORDER BY line',
      [id],
    );
    expect(marks).toEqual([{ delivery: null }, { delivery: null }]);
    const word = await supertest(gateway.url).get(`/authtoken/status/${id}`);
    expect(word.body).toMatchObject({ response: { status: 'processed_with_errors' } });
  });
});

describe('to deliver again', () => {
  it.each([
    ['is refused for a request that is only downloaded', { deliverytype: 'download' }, 409, 'MTS-DLV-002'],
    ['is too early for one that has not ended', {}, 202, 'ATS-REQ-017'],
  ])('%s', async (_what, wish, status, errorCode) => {
    const id = await taken({ url: RECEIVER }, wish);
    const answer = await supertest(gateway.url).post(`/authtoken/requests/${id}/redeliver`);
    expect([answer.status, answer.body]).toMatchObject([status, { errors: [{ errorCode }] }]);
  });

  it('is refused for one whose receiver has everything', async () => {
    const id = await taken({ url: RECEIVER });
    await gateway.process(id, () => ({ token: '1'.repeat(36) }));
    const deliveries = new DeliveryStore(gateway.database);
    const lease = await deliveries.take(id);
    if (lease === undefined) throw new Error('the delivery is not due');
    await deliveries.end(lease, { state: 'delivered' });
    const answer = await supertest(gateway.url).post(`/authtoken/requests/${id}/redeliver`);
    expect([answer.status, answer.body]).toMatchObject([409, { errors: [{ errorCode: 'MTS-DLV-002' }] }]);
  });

  it('is refused for an unknown request', async () => {
    const answer = await supertest(gateway.url).post(
      '/authtoken/requests/6f9619ff-8b86-4d01-b42d-00cf4fc964ff/redeliver',
    );
    expect(answer.status).toBe(404);
  });
});

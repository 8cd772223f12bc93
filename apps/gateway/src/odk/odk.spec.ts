import { openOdkOrder } from '@mts/inputs';
import { FIRST_PAGE_AFTER, type PullLease, PullStore } from '@mts/store';
import { until } from '@mts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Envelope } from '../http/envelope.js';
import { DOWNLOAD, GatewayFixture, requestBody } from '../spec-support/gateway-fixture.js';

const CONFIG = {
  baseurl: 'http://127.0.0.1:27091',
  version: 'v1',
  projectid: '1',
  formid: 'f',
  email: 'a@b.c',
  password: 'planted-password',
};
let gateway: GatewayFixture;
let pulls: PullStore;

beforeAll(async () => {
  gateway = await GatewayFixture.start({ env: { MTS_OUTBOUND_ALLOWED: '127.0.0.1' } });
  pulls = new PullStore(gateway.database, gateway.requests);
});
afterAll(async () => gateway.stop());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Envelope<{ request_identifier: string }>;
}

async function post(request: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${gateway.url}/authtoken/odk`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof request === 'string' ? request : JSON.stringify(request),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body'],
  };
}

const order = async (config: unknown, wish: object = {}, headers = {}) =>
  post(requestBody({ ...DOWNLOAD, ...wish, odkconfig: config }), headers);

const idOf = ({ body }: Answer): string => body.response?.request_identifier ?? '';

/** Takes the pull that was ordered last, as a seeder would. */
async function takeNext(): Promise<PullLease> {
  let lease: PullLease | undefined;
  await until(async () => {
    const [next] = await pulls.due({ limit: 1, afterId: FIRST_PAGE_AFTER });
    lease = next === undefined ? undefined : await pulls.take(next.requestId);
    return lease !== undefined;
  });
  if (lease === undefined) throw new Error('nothing was ordered');
  return lease;
}

/** Lets a seeder have its say while the caller waits. */
async function orderAnd(say: (lease: PullLease) => Promise<void>, ...wanted: Parameters<typeof order>) {
  const answer = order(...wanted);
  await say(await takeNext());
  return answer;
}

const FAILS = async (lease: PullLease) =>
  pulls.fail(lease, { code: 'MTS-ODK-001', reason: 'ODK Central does not accept this e-mail and password' });
const SUBMITS = async (lease: PullLease) => {
  await gateway.database.transaction(async (tx) => pulls.submit(lease, 0, {}, tx));
};

describe('POST /authtoken/odk', () => {
  it.each<[object, string, string]>([
    [{ baseurl: '', email: '' }, 'ATS-REQ-018', 'no odk baseurl provided'],
    [{ baseurl: null, email: null }, 'ATS-REQ-018', 'no odk baseurl provided'],
    [{ email: '', password: '' }, 'ATS-REQ-019', 'no email provided'],
    [{ email: false, projectid: false }, 'ATS-REQ-019', 'no email provided'],
    [{ password: '', projectid: '' }, 'ATS-REQ-020', 'no password provided'],
    [{ projectid: '', formid: '' }, 'ATS-REQ-021', 'no odk project id provided'],
    [{ projectid: undefined, odataurl: false }, 'ATS-REQ-021', 'no odk project id provided'],
    [{ formid: null, startdate: 'never' }, 'ATS-REQ-022', 'no odk form id provided'],
  ])(
    'refuses what the original refused, in its order and by the documented codes: %o',
    async (change, code, text) => {
      const { status, body } = await order({ ...CONFIG, ...change });
      expect([status, body.errors, body.response]).toEqual([
        400,
        [{ errorCode: code, errorMessage: text }],
        null,
      ]);
    },
  );

  it.each<[unknown, string]>([
    [undefined, 'Invalid Input. request.odkconfig: field required'],
    [[], 'Invalid Input. request.odkconfig: value is not a valid dict'],
    [{ ...CONFIG, email: undefined }, 'Invalid Input. request.odkconfig.email: field required'],
    [{ ...CONFIG, baseurl: undefined }, 'Invalid Input. request.odkconfig.baseurl: field required'],
    [{ ...CONFIG, formid: {} }, 'Invalid Input. request.odkconfig.formid: str type expected'],
  ])('names the field that the schema refuses: %o', async (config, errorMessage) => {
    const { status, body } = await order(config);
    expect([status, body.errors]).toEqual([422, [{ errorCode: 'ATS-REQ-102', errorMessage }]]);
  });

  it.each<[object, string]>([
    [{ startdate: '2026-02-30' }, 'request.odkconfig.startdate'],
    [{ enddate: 'tomorrow' }, 'request.odkconfig.enddate'],
    [{ odataurl: 'http://evil.example/v1/projects/1/forms/f.svc' }, 'request.odkconfig.odataurl'],
    [{ baseurl: 'http://user:secret@127.0.0.1' }, 'request.odkconfig.baseurl'],
    [
      { cacertificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
      'request.odkconfig.cacertificate',
    ],
  ])('refuses what cannot be meant: %o', async (change, field) => {
    const { status, body } = await order({ ...CONFIG, ...change });
    expect([status, body.errors?.[0]?.errorCode]).toEqual([400, 'ATS-REQ-102']);
    expect(body.errors?.[0]?.errorMessage).toContain(`${field}: `);
    expect(JSON.stringify(body)).not.toMatch(/secret|evil/);
  });

  it.each([
    'http://10.0.0.1',
    'https://192.168.1.1',
    'http://central.example.org',
    'https://169.254.169.254',
  ])('never calls where the operator has not opened the way: %s', async (baseurl) => {
    const { status, body } = await order({ ...CONFIG, baseurl });
    expect([status, body.errors?.[0]?.errorCode]).toEqual([400, 'MTS-ODK-010']);
    expect(JSON.stringify(body)).not.toContain(new URL(baseurl).hostname);
  });

  it('refuses a body that is none, or no JSON, and what lists are refused for', async () => {
    expect((await post('')).body.errors?.[0]).toMatchObject({ errorCode: 'ATS-REQ-102' });
    expect((await post('{')).status).toBe(422);
    const { status, body } = await order(CONFIG, { output: 'xml' });
    expect([status, body.errors]).toEqual([
      400,
      [{ errorCode: 'ATS-REQ-102', errorMessage: 'invalid input. output type is not supported' }],
    ]);
    const mapping = { vid: `a${'[:]'.repeat(50)}` };
    expect((await order(CONFIG, { mapping })).body.errors?.[0]?.errorMessage).toMatch(
      /^invalid input\. request\.mapping\.vid: /,
    );
    expect((await order(CONFIG, { deliverytype: 'callback' })).body.errors?.[0]?.errorCode).toBe(
      'ATS-REQ-024',
    );
    expect(await gateway.rowCounts()).toEqual({ requests: 0, records: 0 });
  });

  it('answers with the identifier although nobody has asked the source yet', async () => {
    const answer = await order(CONFIG);
    expect([answer.status, answer.body.errors]).toEqual([200, null]);
    expect((await gateway.requests.find(idOf(answer)))?.state).toBe('pulling');
    expect(await pulls.find(idOf(answer))).toMatchObject({ state: 'waiting', attempts: 0 });
    const status = await fetch(`${gateway.url}/authtoken/status/${idOf(answer)}`);
    expect(await status.json()).toMatchObject({ response: { status: 'submitted' } });
    expect((await fetch(`${gateway.url}/authtoken/file/${idOf(answer)}`)).status).toBe(202);
    await SUBMITS(await takeNext());
  });

  it('has a seeder told, and keeps what it needs sealed', async () => {
    const id = idOf(await order({ ...CONFIG, projectid: 7, startdate: false, odataurl: '' }));
    const jobs = await gateway.database.query<{ data: unknown }>(
      `SELECT data FROM mts_queue.job WHERE name = 'pull' ORDER BY created_on DESC LIMIT 1`,
    );
    expect(jobs).toEqual([{ data: { v: 1, requestId: id } }]);
    const lease = await takeNext();
    const kept = openOdkOrder(id, lease.sealedSource, await gateway.key(id, 'input'));
    expect(kept.config).toEqual({
      baseUrl: 'http://127.0.0.1:27091',
      version: 'v1',
      projectId: '7',
      formId: 'f',
      email: 'a@b.c',
      password: 'planted-password',
    });
    expect(kept.rules).toMatchObject({ idCheck: 'on' });
    expect(lease.sealedSource.includes('planted-password')).toBe(false);
    await SUBMITS(lease);
  });

  it('passes a refusal of the source on that comes at once, and keeps nothing then', async () => {
    const before = await gateway.rowCounts();
    const { status, body } = await orderAnd(FAILS, CONFIG);
    expect([status, body.errors, body.response]).toEqual([
      400,
      [{ errorCode: 'MTS-ODK-001', errorMessage: 'ODK Central does not accept this e-mail and password' }],
      null,
    ]);
    expect(await gateway.rowCounts()).toEqual(before);
  });

  it('says at once that none can be asked, and goes on after an outage without the caller', async () => {
    expect((await orderAnd(SUBMITS, CONFIG)).body).toMatchObject({
      errors: [{ errorCode: 'ATS-REQ-101' }],
      response: { request_identifier: expect.any(String) as string },
    });
    const later = await orderAnd(
      async (lease) => pulls.retryLater(lease, { code: 'MTS-ODK-101', reason: 'away' }, 60_000),
      CONFIG,
    );
    expect([later.status, later.body.errors]).toEqual([200, null]);
    expect(await pulls.find(idOf(later))).toMatchObject({ state: 'waiting', code: 'MTS-ODK-101' });
  });

  it('makes one request of two calls with one key', async () => {
    const headers = { 'idempotency-key': 'order-1' };
    const first = await order(CONFIG, {}, headers);
    const again = await order(CONFIG, {}, headers);
    expect(idOf(again)).toBe(idOf(first));
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await order({ ...CONFIG, formid: 'g' }, {}, headers)).status).toBe(409);
    await SUBMITS(await takeNext());
  });

  it('delivers by callback like any list', async () => {
    const callbackProperties = { url: 'http://127.0.0.1:27091/cb', callInBulk: true };
    const id = idOf(await order(CONFIG, { deliverytype: 'callback', callbackProperties }));
    const [delivery] = await gateway.database.query(
      'SELECT kind, state FROM delivery WHERE request_id = $1',
      [id],
    );
    expect(delivery).toEqual({ kind: 'callback', state: 'pending' });
    await SUBMITS(await takeNext());
  });

  it('says nothing of who logs in where', () => {
    const said = gateway.logLines.join('\n');
    expect(said).toContain('a list was ordered');
    for (const secret of ['planted-password', 'a@b.c', '27091']) expect(said).not.toContain(secret);
  });
});

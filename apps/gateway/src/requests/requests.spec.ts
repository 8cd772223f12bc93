import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start();
});
afterAll(async () => gateway.stop());

const NOT_FOUND = {
  id: 'mosip.token.seeder',
  version: '1.1.0',
  metadata: {},
  responsetime: expect.any(String),
  errors: [{ errorCode: 'ATS-REQ-016', errorMessage: 'no auth request found for the given identifier' }],
  response: null,
};

async function call(path: string): Promise<supertest.Response> {
  return supertest(gateway.url).get(path);
}

async function submit(count: number, output = 'json'): Promise<string> {
  const authdata = Array.from({ length: count }, (_, n) => person(n));
  const { body } = await supertest(gateway.url)
    .post('/authtoken/json')
    .send(requestBody({ ...DOWNLOAD, output, authdata }));
  return (body as { response: { request_identifier: string } }).response.request_identifier;
}

/** Of so many people; every third is refused, and the rest are four people in turns. */
async function processed(count: number, output = 'json'): Promise<string> {
  const id = await submit(count, output);
  await gateway.process(id, (line) =>
    line % 3 === 0
      ? { code: 'IDA-DEA-001', message: 'Demographic data name in eng did not match' }
      : { token: String(line % 4) },
  );
  return id;
}

describe('a request that its own records hold', () => {
  it('says so with its reason, and goes on when it is resumed', async () => {
    const id = await submit(3);
    await gateway.profile.holdRequest(id, 'IDA-MPA-006', 'not allowed as per policy');
    const held = await call(`/authtoken/status/${id}`);
    expect(held.body).toMatchObject({
      response: { holds: [{ kind: 'request', code: 'IDA-MPA-006', nextTryAt: null }] },
    });
    const resumed = await supertest(gateway.url).post(`/authtoken/resume/${id}`);
    expect([resumed.status, resumed.body]).toMatchObject([200, { errors: null, response: { holds: [] } }]);
  });

  it('cannot be resumed by an identifier that nobody was given', async () => {
    const { status, body } = await supertest(gateway.url).post(
      '/authtoken/resume/00aaaaaa-1111-4222-8333-444444444444',
    );
    expect([status, body]).toEqual([404, NOT_FOUND]);
  });
});

describe('an identifier that nobody was given', () => {
  it.each(['00aaaaaa-1111-4222-8333-444444444444', 'xyz', 'x'.repeat(300), '%00', "'; DROP TABLE request"])(
    'is not found: %s',
    async (id) => {
      for (const route of ['status', 'file', 'sameperson']) {
        const { status, body } = await call(`/authtoken/${route}/${encodeURIComponent(id)}`);
        expect([status, body]).toEqual([404, NOT_FOUND]);
      }
    },
  );

  it('is that of an upload that is not whole yet', async () => {
    const id = await submit(1);
    await gateway.database.query(`UPDATE request SET state = 'receiving' WHERE id = $1`, [id]);
    expect((await call(`/authtoken/status/${id}`)).status).toBe(404);
  });

  it('is that of a request whose results are erased', async () => {
    const id = await processed(1);
    await gateway.requests.archive(id);
    for (const route of ['status', 'file', 'sameperson']) {
      expect((await call(`/authtoken/${route}/${id}`)).status).toBe(404);
    }
  });
});

describe('the status of a request', () => {
  it('tells how far it is, from being handed in to its end', async () => {
    const id = await submit(4);
    const before = (await call(`/authtoken/status/${id}`)).body as unknown;
    expect(before).toMatchObject({
      errors: null,
      response: {
        status: 'submitted',
        state: 'submitted',
        total: 4,
        done: 0,
        failed: 0,
        invalid: 0,
        notAsked: 0,
        unknown: 0,
        submittedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        startedAt: null,
        endedAt: null,
        holds: [],
        estimatedRemainingSeconds: null,
      },
    });
    await gateway.process(id, (line) =>
      line === 2 ? { code: 'IDA-MLC-009', message: 'm' } : { token: '1' },
    );
    expect((await call(`/authtoken/status/${id}`)).body).toMatchObject({
      response: {
        status: 'processed_with_errors',
        total: 4,
        done: 3,
        failed: 1,
        startedAt: expect.stringMatching(/Z$/),
        endedAt: expect.stringMatching(/Z$/),
        estimatedRemainingSeconds: 0,
      },
    });
  });

  it('tells of a cancellation beside the word of the original, and where each record is', async () => {
    const id = await submit(3);
    await supertest(gateway.url).post(`/authtoken/requests/${id}/cancel`);
    expect((await call(`/authtoken/status/${id}`)).body).toMatchObject({
      response: {
        status: 'processed_with_errors',
        state: 'cancelled',
        total: 3,
        done: 0,
        failed: 0,
        invalid: 0,
        notAsked: 3,
        unknown: 0,
      },
    });
  });

  it('is that of processing while something holds it up, and says what', async () => {
    const [held, done] = [await submit(2), await processed(1)];
    await gateway.profile.hold(
      'preflight',
      'IDA-MPA-009',
      'the partner is not registered; it goes on when it is',
    );
    const holds = [
      {
        kind: 'profile',
        code: 'IDA-MPA-009',
        reason: 'the partner is not registered; it goes on when it is',
        since: expect.stringMatching(/Z$/),
        nextTryAt: expect.stringMatching(/Z$/),
      },
    ];
    expect((await call(`/authtoken/status/${held}`)).body).toMatchObject({
      response: { status: 'processing', holds },
    });
    expect((await call(`/authtoken/file/${held}`)).status).toBe(202);
    expect((await call(`/authtoken/status/${done}`)).body).toMatchObject({
      response: { status: 'processed', holds: [] },
    });
    await gateway.profile.lift();
    expect((await call(`/authtoken/status/${held}`)).body).toMatchObject({
      response: { status: 'submitted', holds: [] },
    });
  });
});

it('tells the log nothing of a person', () => {
  expect(gateway.logLines.join('')).not.toMatch(/Hélène|example\.org|Lake Road|vid of|DROP TABLE/);
});

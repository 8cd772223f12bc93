import { get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';

import { until } from '@mts/testing';
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
const NOT_YET = {
  ...NOT_FOUND,
  errors: [{ errorCode: 'ATS-REQ-017', errorMessage: 'Auth request not processed yet' }],
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
        total: 4,
        done: 0,
        failed: 0,
        invalid: 0,
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

describe('the result of a request', () => {
  it('is not there before the request has ended', async () => {
    const id = await submit(1);
    for (const route of ['file', 'sameperson']) {
      const { status, body } = await call(`/authtoken/${route}/${id}`);
      expect([status, body]).toEqual([202, NOT_YET]);
    }
  });

  it('is text as the original sends it, with the moment of its making, and is kept by no cache', async () => {
    const id = await processed(3);
    const { status, headers, text } = await call(`/authtoken/file/${id}`);
    const request = await gateway.requests.find(id);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'last-modified': request?.endedAt?.toUTCString(),
      'cache-control': 'no-store',
    });
    expect(headers).not.toHaveProperty('content-disposition');
    expect(text).toBe(
      '[{"vid": "vid of 1", "status": "processed", "token": "1", "errorCode": null, "errorMessage": null},' +
        '{"vid": "vid of 2", "status": "processed", "token": "2", "errorCode": null, "errorMessage": null},' +
        '{"vid": "vid of 3", "status": "error", "token": null, "errorCode": "IDA-DEA-001", "errorMessage": "Demographic data name in eng did not match"}]',
    );
  });

  it.each([99, 100, 101, 2300])('has all %i rows in source order, over its pages', async (count) => {
    const id = await processed(count, 'csv');
    const lines = (await call(`/authtoken/file/${id}`)).text.split('\r\n');
    expect(lines[0]).toBe('vid,status,token,errorCode,errorMessage');
    expect(lines.slice(1, -1).map((line) => Number(/^vid of (\d+),/.exec(line)?.[1]))).toEqual(
      Array.from({ length: count }, (_, index) => index + 1),
    );
    expect(lines.at(-1)).toBe('');
  });

  it('can be asked for by HEAD', async () => {
    const id = await processed(1);
    const { status, text } = await supertest(gateway.url).head(`/authtoken/file/${id}`);
    expect([status, text]).toEqual([200, undefined]);
  });

  it('that cannot be opened from its beginning is a fault, told without what is in it', async () => {
    const id = await processed(2);
    await gateway.database.query(
      `UPDATE record SET sealed_outcome = '\\x01' WHERE request_id = $1 AND line = 1`,
      [id],
    );
    const { status, body } = await call(`/authtoken/file/${id}`);
    expect([status, body]).toMatchObject([500, { errors: [{ errorCode: 'ATS-REQ-100' }], response: null }]);
  });

  it.each([
    [
      'cannot be opened further on',
      `UPDATE record SET sealed_outcome = '\\x01' WHERE request_id = $1 AND line = 900`,
    ],
    ['is erased while it is read', 'DELETE FROM record WHERE request_id = $1 AND line > 900'],
  ])('that %s breaks off, and never looks whole', async (_title, statement) => {
    const id = await processed(1000);
    await gateway.database.query(statement, [id]);
    await expect(call(`/authtoken/file/${id}`)).rejects.toThrow('aborted');
  });

  it('is read no further when its reader goes away', async () => {
    const id = await processed(3000);
    const request = get(`${gateway.url}/authtoken/file/${id}`);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    request.destroy();
    await until(() => response.destroyed);
    await until(async () => {
      const busy = await gateway.database.query(
        `SELECT 1 FROM pg_stat_activity WHERE application_name = 'mts-gateway' AND state = 'active'`,
      );
      return busy.length === 0;
    });
    expect((await call(`/authtoken/file/${id}`)).status).toBe(200);
  });
});

describe('which records are the same person', () => {
  it('is told by line numbers alone, page by page', async () => {
    const id = await processed(12);
    // Lines 1, 5 | 2, 10 | 4, 8 | 7, 11 have one token each.
    const pairs = [
      { line: 5, sameAsLine: 1 },
      { line: 8, sameAsLine: 4 },
      { line: 10, sameAsLine: 2 },
      { line: 11, sameAsLine: 7 },
    ];
    expect((await call(`/authtoken/sameperson/${id}`)).body).toMatchObject({
      errors: null,
      response: { pairs },
    });
    expect((await call(`/authtoken/sameperson/${id}?afterLine=5&limit=2`)).body).toMatchObject({
      response: { pairs: pairs.slice(1, 3) },
    });
    expect((await call(`/authtoken/sameperson/${id}?afterLine=11`)).body).toMatchObject({
      response: { pairs: [] },
    });
  });

  it.each(['limit=0', 'limit=10001', 'limit=x', 'afterLine=-1', 'limit=1&limit=2', 'afterLine=99999999999'])(
    'is refused for %s',
    async (query) => {
      const id = await processed(1);
      const { status, body } = await call(`/authtoken/sameperson/${id}?${query}`);
      expect([status, body]).toMatchObject([
        400,
        {
          errors: [
            { errorCode: 'ATS-REQ-102', errorMessage: expect.stringMatching(/a whole number from \d+ to/) },
          ],
        },
      ]);
    },
  );
});

it('tells the log nothing of a person', () => {
  expect(gateway.logLines.join('')).not.toMatch(/Hélène|example\.org|Lake Road|vid of|DROP TABLE/);
});

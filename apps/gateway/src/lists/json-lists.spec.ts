import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody, vidOf } from '../spec-support/gateway-fixture.js';
import { exchange, rawPost } from '../spec-support/raw-http.js';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start({
    env: { MTS_JSON_BODY_SIZE_BYTES_MAX: '400000', MTS_INPUT_KEPT: 'processing' },
  });
});
afterAll(async () => gateway.stop());

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

interface Answer {
  readonly status: number;
  readonly body: {
    readonly errors: readonly { errorCode: string; errorMessage: string }[] | null;
    readonly response: { readonly request_identifier: string } | null;
  };
}

async function post(body: unknown): Promise<Answer> {
  return supertest(gateway.url)
    .post('/authtoken/json')
    .send(body as object);
}

async function submit(request: unknown): Promise<string> {
  const { status, body } = await post(requestBody(request));
  expect([status, body.errors]).toEqual([200, null]);
  return body.response?.request_identifier ?? '';
}

describe('a list in a JSON request', () => {
  it('is answered with the envelope of the original and the moment of the answer', async () => {
    const before = new Date().toISOString();
    const { status, body } = await post(requestBody({ ...DOWNLOAD, authdata: [person(1)] }));
    expect(status).toBe(200);
    expect(body).toEqual({
      id: 'mosip.token.seeder',
      version: '1.1.0',
      metadata: {},
      responsetime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      errors: null,
      response: { request_identifier: expect.stringMatching(UUID) },
    });
    const { responsetime } = body as unknown as { responsetime: string };
    expect(responsetime >= before && responsetime <= new Date().toISOString()).toBe(true);
  });

  it('is stored record by record as it was received, and put on the queue', async () => {
    const jobsBefore = await gateway.jobCount();
    const authdata = [
      { ...person(1), id: 101, email: false, nested: { list: [1, null, 'é'] } },
      { vid: vidOf(2), name: null },
    ];
    const id = await submit({ ...DOWNLOAD, authdata });
    expect(await gateway.sealedRecords(id)).toEqual(authdata);
    expect(await gateway.requests.find(id)).toMatchObject({
      state: 'submitted',
      input: 'json',
      output: 'json',
      total: 2,
    });
    expect(await gateway.jobCount()).toBe(jobsBefore + 1);
  });

  it('keeps every digit of a number, and refuses a record alone for its own faults', async () => {
    const vid = vidOf(31);
    const body = JSON.stringify(requestBody({ ...DOWNLOAD, authdata: ['@'] })).replace(
      '"@"',
      `{"vid":${vid},"name":7,"gender":1,"dob":"1990/09/01","fullAddress":"x","big":12345678901234567890},{"vid":true},${JSON.stringify(person(1))}`,
    );
    const answer = await exchange(gateway.url, rawPost('/authtoken/json', 'application/json', body));
    const id = /"request_identifier":"([^"]+)"/.exec(answer)?.[1] ?? '';
    expect(await gateway.sealedRecords(id)).toEqual([
      expect.objectContaining({ vid: Number(vid), big: '12345678901234567890' }),
      { vid: true },
      person(1),
    ]);
    expect(await gateway.requests.progress(id)).toMatchObject({ total: 3, invalid: 2 });
  });

  it('without a usable record is answered with ATS-REQ-101 and can be fetched at once', async () => {
    const authdata = [{ ...person(1), vid: '' }, { ...person(2), name: '' }, { name: 'x' }];
    const { status, body } = await post(requestBody({ ...DOWNLOAD, authdata }));
    expect(status).toBe(200);
    expect(body.errors).toEqual([
      { errorCode: 'ATS-REQ-101', errorMessage: 'none of the record form a valid request' },
    ]);
    const id = body.response?.request_identifier ?? '';
    const api = supertest(gateway.url);
    expect((await api.get(`/authtoken/status/${id}`)).body).toMatchObject({
      response: { status: 'processed_with_errors', total: 3, invalid: 3, estimatedRemainingSeconds: 0 },
    });
    const file = await api.get(`/authtoken/file/${id}`);
    expect(JSON.parse(file.text)).toEqual([
      {
        vid: '',
        status: 'invalid',
        token: null,
        errorCode: 'ATS-REQ-009',
        errorMessage: 'vid or its mapping not present',
      },
      {
        vid: vidOf(2),
        status: 'invalid',
        token: null,
        errorCode: 'ATS-REQ-003',
        errorMessage: 'name is not provided',
      },
      {
        vid: null,
        status: 'invalid',
        token: null,
        errorCode: 'ATS-REQ-009',
        errorMessage: 'vid or its mapping not present',
      },
    ]);
    expect((await gateway.requests.find(id))?.wrappedInputKey).toBeNull();
  });

  it('is the same whether it is worked on at once or, being large, by a thread', async () => {
    const authdata = Array.from({ length: 900 }, (_, n) => ({ ...person(n), n }));
    const body = requestBody({ ...DOWNLOAD, authdata, mapping: { name: ['name', 'n'] } });
    expect(JSON.stringify(body).length).toBeGreaterThan(65_536);
    const ids = await Promise.all(
      [1, 2].map(async () => (await post(body)).body.response?.request_identifier),
    );
    for (const id of ids) expect(await gateway.sealedRecords(id ?? '')).toEqual(authdata);
  });

  it('that is large is refused by its envelope like a small one, and leaves nothing', async () => {
    const before = await gateway.rowCounts();
    const authdata = Array.from({ length: 900 }, (_, n) => person(n));
    const { status, body } = await post(requestBody({ ...DOWNLOAD, output: 'xml', authdata }));
    expect([status, body.errors?.[0]?.errorMessage]).toEqual([
      400,
      'invalid input. output type is not supported',
    ]);
    expect(await gateway.rowCounts()).toEqual(before);
  });

  it('of texts instead of objects is refused as a whole, and leaves nothing', async () => {
    const before = await gateway.rowCounts();
    const { status, body } = await post(requestBody({ ...DOWNLOAD, authdata: ['x'] }));
    expect([status, body.errors?.[0]?.errorCode]).toEqual([422, 'ATS-REQ-102']);
    expect(body.errors?.[0]?.errorMessage).toMatch(/^Invalid Input\. .*authdata/);
    expect(await gateway.rowCounts()).toEqual(before);
  });

  it('may be sent as anything that is JSON by its media type', async () => {
    const body = JSON.stringify(requestBody({ ...DOWNLOAD, authdata: [person(1)] }));
    for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/vnd.x+json']) {
      const { status } = await supertest(gateway.url)
        .post('/authtoken/json')
        .set('content-type', type)
        .send(body);
      expect(status).toBe(200);
    }
  });
});

describe('a body that is too large', () => {
  const tooLong = JSON.stringify(
    requestBody({ ...DOWNLOAD, authdata: [{ ...person(1), x: 'x'.repeat(400_000) }] }),
  );
  const answer = [
    413,
    [
      {
        errorCode: 'MTS-REQ-003',
        errorMessage: 'the body is larger than 400000 bytes; hand a long list in as CSV',
      },
    ],
  ];

  it('is refused by its stated size', async () => {
    const { status, body } = await supertest(gateway.url).post('/authtoken/json').type('json').send(tooLong);
    expect([status, (body as Answer['body']).errors]).toEqual(answer);
  });

  it('is refused where its size is not stated', async () => {
    const response = await fetch(`${gateway.url}/authtoken/json`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob([tooLong]).stream(),
      duplex: 'half',
    });
    const { errors } = (await response.json()) as Answer['body'];
    expect([response.status, errors]).toEqual(answer);
  });
});

it('tells the log nothing of a person', () => {
  expect(gateway.logLines.join('')).toContain('a list was taken in');
  expect(gateway.logLines.join('')).not.toMatch(/Hélène|example\.org|Lake Road|5\d{15}/);
});

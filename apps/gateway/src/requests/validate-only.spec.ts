import supertest from 'supertest';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start({ env: { MTS_OUTBOUND_ALLOWED: '127.0.0.0/8' } });
});
afterAll(async () => gateway.stop());

interface Answer {
  readonly errors: { readonly errorCode: string }[] | null;
  readonly response: { readonly request_identifier: string } | null;
}

async function handIn(request: object): Promise<{ status: number; body: Answer }> {
  const { status, body } = await supertest(gateway.url).post('/authtoken/json').send(requestBody(request));
  return { status, body: body as Answer };
}

const INVALID = { ...person(2), vid: '12' };

it('a list that is only validated has ended at once, and says of each record whether it could be asked about', async () => {
  const { body } = await handIn({ ...DOWNLOAD, validateOnly: true, authdata: [person(1), INVALID] });
  const id = body.response?.request_identifier ?? '';
  const details = await supertest(gateway.url).get(`/authtoken/requests/${id}`);
  expect(details.body).toMatchObject({
    response: {
      state: 'processed_with_errors',
      validateOnly: true,
      total: 2,
      done: 0,
      invalid: 1,
      notAsked: 1,
      startedAt: null,
    },
  });
  const file = await supertest(gateway.url).get(`/authtoken/file/${id}`);
  const rows = JSON.parse(file.text) as { vid: string; status: string; errorCode: string | null }[];
  expect(rows.map(({ vid, status, errorCode }) => [vid, status, errorCode])).toEqual([
    [person(1)['vid'], 'valid', null],
    ['12', 'invalid', 'ATS-REQ-002'],
  ]);
  expect(await gateway.jobCount()).toBe(0);
});

it('a list that is only validated is delivered to nobody, though its callback is checked', async () => {
  const callback = {
    output: 'json',
    deliverytype: 'callback',
    callbackProperties: { url: 'http://127.0.0.1:9/results', authType: 'none' },
  };
  const { body } = await handIn({ ...callback, validateOnly: true, authdata: [person(1)] });
  const id = body.response?.request_identifier ?? '';
  const details = await supertest(gateway.url).get(`/authtoken/requests/${id}`);
  expect(details.body).toMatchObject({ response: { state: 'processed', delivery: null } });
  const wrong = { ...callback, callbackProperties: { url: 'http://127.0.0.1:9/', authType: 'magic' } };
  expect((await handIn({ ...wrong, validateOnly: true, authdata: [person(1)] })).status).toBe(400);
});

it('one person whose answer would be waited for is not only validated: that is refused, and nobody is asked', async () => {
  const before = await gateway.rowCounts();
  const { status, body } = await handIn({ validateOnly: true, authdata: person(1) });
  expect([status, body.errors?.[0]?.errorCode]).toEqual([400, 'ATS-REQ-102']);
  expect(await gateway.rowCounts()).toEqual(before);
});

it('false, as Odoo writes an empty field, is not asking for it', async () => {
  const { body } = await handIn({ ...DOWNLOAD, validateOnly: false, authdata: [person(1)] });
  const id = body.response?.request_identifier ?? '';
  expect((await gateway.requests.find(id))?.state).toBe('submitted');
});

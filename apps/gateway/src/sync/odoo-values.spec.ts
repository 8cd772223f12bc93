import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AwaitedSeeder } from '../spec-support/awaited-seeder.js';
import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

const TOKEN = '446791815597372963729663607096163061';

let gateway: GatewayFixture;
let seeder: AwaitedSeeder;
beforeAll(async () => {
  gateway = await GatewayFixture.start();
  seeder = await AwaitedSeeder.start(gateway, () => ({ token: TOKEN }));
});
afterAll(async () => {
  await seeder.stop();
  await gateway.stop();
});

/** What becomes of a record by itself, in a list and waited for: a code of its own, or none. */
async function asList(record: object): Promise<string | null> {
  const api = supertest(gateway.url);
  const { status, body } = await api
    .post('/authtoken/json')
    .send(requestBody({ ...DOWNLOAD, authdata: [record, person(2)] }));
  expect(status).toBe(200);
  const { request_identifier: id } = (body as { response: { request_identifier: string } }).response;
  const rows = await gateway.database.query<{ code: string | null }>(
    'SELECT error_code AS code FROM record WHERE request_id = $1 ORDER BY line',
    [id],
  );
  expect(rows[1]?.code).toBeNull();
  return rows[0]?.code ?? null;
}

async function asPerson(record: object): Promise<string | null> {
  const { status, body } = await supertest(gateway.url)
    .post('/authtoken/json')
    .send(requestBody({ authdata: record }));
  const { errors } = body as { errors: readonly { errorCode: string }[] | null };
  expect(status).toBe(errors === null ? 200 : 400);
  return errors?.[0]?.errorCode ?? null;
}

describe('values that broke the original', () => {
  it.each<[string, object, string | null]>([
    ['gender false', { gender: false }, 'ATS-REQ-011'],
    ['a name that is a number', { name: 7 }, null],
    ['a number for the vid', { vid: Number(person(1)['vid']) }, null],
    ['a gender that is a number', { gender: 1 }, 'ATS-REQ-005'],
    ['an e-mail address and a phone number false', { emailId: false, phoneNumber: false }, null],
    ['a vid true', { vid: true }, 'ATS-REQ-102'],
    ['a name that is an object', { name: { first: 'A' } }, 'ATS-REQ-102'],
    ['a date of birth null', { dob: null }, 'ATS-REQ-012'],
    ['an address that is empty', { fullAddress: '' }, 'ATS-REQ-008'],
  ])('say the same of a record in a list and of one that is waited for: %s', async (_what, change, code) => {
    const record = { ...person(1), ...change };
    expect([await asList(record), await asPerson(record)]).toEqual([code, code]);
  });

  it('are as good as left out in the request, of whatever shape', async () => {
    const empty = { outputFormat: false, lang: false, mapping: false };
    const api = supertest(gateway.url);
    for (const request of [
      { ...DOWNLOAD, ...empty, authdata: [person(3)] },
      { ...empty, deliverytype: false, output: false, authdata: person(3) },
    ]) {
      expect((await api.post('/authtoken/json').send(requestBody(request))).status).toBe(200);
    }
  });

  it.each(['2026-11-22T01:21:37Z', '2026-11-22'])('time %s is refused alike', async (requesttime) => {
    for (const request of [{ ...DOWNLOAD, authdata: [person(1)] }, { authdata: person(1) }]) {
      const body = { ...requestBody(request), requesttime };
      expect((await supertest(gateway.url).post('/authtoken/json').send(body)).body).toMatchObject({
        errors: [
          { errorCode: 'ATS-REQ-102', errorMessage: 'invalid input. requesttime is not in valid format' },
        ],
      });
    }
  });
});

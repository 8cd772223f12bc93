import supertest from 'supertest';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { AwaitedSeeder } from '../spec-support/awaited-seeder.js';
import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

let gateway: GatewayFixture;
let seeder: AwaitedSeeder;
beforeAll(async () => {
  gateway = await GatewayFixture.start({ env: { MTS_CALLERS: 'api-key' } });
  seeder = await AwaitedSeeder.start(gateway, () => ({ token: '1234567890' }));
});
afterAll(async () => {
  await seeder.stop();
  await gateway.stop();
});

interface Said {
  readonly status: number;
  readonly errors: readonly { readonly errorCode: string; readonly errorMessage: string }[] | null;
}

async function ask(key: string): Promise<Said> {
  const { status, body } = await supertest(gateway.url)
    .post('/authtoken/json')
    .set('Authorization', `Bearer ${key}`)
    .send(requestBody({ authdata: person(1) }));
  return { status, errors: (body as Said).errors };
}

it('an answer is a result, so that whoever may only hand in gets none, and nobody is asked', async () => {
  expect(await ask(await gateway.apiKey('writer', 'submit'))).toMatchObject({
    status: 403,
    errors: [
      { errorCode: 'MTS-AUTH-002', errorMessage: expect.stringMatching(/for the role read$/) as string },
    ],
  });
  expect(seeder.asked).toEqual([]);
  expect((await ask(await gateway.apiKey('reader', 'read'))).status).toBe(403);
  expect((await ask(await gateway.apiKey('both', 'submit', 'read'))).status).toBe(200);
});

it('a request that goes on belongs to its caller, and to nobody else', async () => {
  const [mine, other] = [
    await gateway.apiKey('mine', 'submit', 'read'),
    await gateway.apiKey('other', 'read'),
  ];
  await ask(mine);
  const id = seeder.asked.at(-1)?.id ?? '';
  const statusFor = async (key: string): Promise<number> =>
    (await supertest(gateway.url).get(`/authtoken/status/${id}`).set('Authorization', `Bearer ${key}`))
      .status;
  expect([await statusFor(mine), await statusFor(other)]).toEqual([200, 404]);
});

it('in the list of requests one person is told from a list', async () => {
  const caller = await gateway.apiKey('both sorts', 'submit', 'read');
  const authorized = { authorization: `Bearer ${caller}` };
  await ask(caller);
  await supertest(gateway.url)
    .post('/authtoken/json')
    .set(authorized)
    .send(requestBody({ ...DOWNLOAD, authdata: [person(1)] }));
  const { body } = await supertest(gateway.url).get('/authtoken/requests').set(authorized);
  expect(body).toMatchObject({ response: { requests: [{ awaited: false }, { awaited: true }] } });
});

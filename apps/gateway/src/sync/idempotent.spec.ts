import { randomUUID } from 'node:crypto';

import supertest from 'supertest';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { AwaitedSeeder } from '../spec-support/awaited-seeder.js';
import { GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

const TOKEN = '446791815597372963729663607096163061';

let gateway: GatewayFixture;
let seeder: AwaitedSeeder;
let asked = 0;
beforeAll(async () => {
  gateway = await GatewayFixture.start();
  seeder = await AwaitedSeeder.start(gateway, () => {
    asked += 1;
    return { token: TOKEN };
  });
});
afterAll(async () => {
  await seeder.stop();
  await gateway.stop();
});

async function ask(key: string, n = 1): Promise<{ status: number; response: unknown; replayed: boolean }> {
  const { status, body, headers } = await supertest(gateway.url)
    .post('/authtoken/json')
    .set('Idempotency-Key', key)
    .send(requestBody({ authdata: person(n) }));
  const { response } = body as { response: unknown };
  return { status, response, replayed: headers['idempotency-replayed'] === 'true' };
}

const ANSWER = { status: 200, response: { authStatus: true, authToken: TOKEN } };

it('one person who is handed in again with the same key is answered alike, and IDA is not asked again', async () => {
  const key = randomUUID();
  const before = asked;
  expect(await ask(key)).toEqual({ ...ANSWER, replayed: false });
  expect(await ask(key)).toEqual({ ...ANSWER, replayed: true });
  expect(asked - before).toBe(1);
});

it('several times at once, IDA is asked once, and everybody is answered', async () => {
  const key = randomUUID();
  const before = asked;
  const answers = await Promise.all([ask(key), ask(key), ask(key)]);
  expect(answers.map(({ status, response }) => ({ status, response }))).toEqual([ANSWER, ANSWER, ANSWER]);
  expect(answers.filter((answer) => answer.replayed)).toHaveLength(2);
  expect(asked - before).toBe(1);
});

it('another person with the same key is refused, and IDA is not asked', async () => {
  const key = randomUUID();
  await ask(key);
  const before = asked;
  expect((await ask(key, 2)).status).toBe(409);
  expect(asked).toBe(before);
});

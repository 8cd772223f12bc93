import { Queues } from '@mts/queue';
import supertest from 'supertest';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { GatewayFixture } from '../spec-support/gateway-fixture.js';
import { PreflightDesk } from './preflight-desk.js';

const SEEDER = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
const EXPIRED = { ok: false, code: 'IDA-MPA-008', reason: 'License key of MISP has expired' };

let gateway: GatewayFixture;
let queues: Queues | undefined;
beforeEach(async () => {
  gateway = await GatewayFixture.start();
});
afterEach(async () => {
  await queues?.stop(1000);
  queues = undefined;
  await gateway.stop();
});

/** Stands in for a seeder that lives. @returns the moments that it was asked at. */
async function seeder(find: () => Promise<void>): Promise<string[]> {
  const askedAt: string[] = [];
  await gateway.profile.beat(SEEDER, 0, 16);
  queues = new Queues({
    url: gateway.databaseUrl,
    schema: 'mts_queue',
    role: 'worker',
    onError: (error) => {
      throw error;
    },
  });
  await queues.start();
  await queues.work('preflight', { slots: 1 }, async (message) => {
    askedAt.push(message.askedAt);
    await find();
  });
  return askedAt;
}

async function preflight(): Promise<supertest.Response> {
  return supertest(gateway.url).post('/authtoken/preflight');
}

async function waitingJobs(): Promise<number> {
  return (await gateway.database.query(`SELECT 1 FROM mts_queue.job WHERE name = 'preflight'`)).length;
}

it('answers with what a seeder finds out now, not with what it found out before', async () => {
  await gateway.profile.savePreflight({ ok: true, code: null, reason: null });
  await gateway.database.query(`UPDATE ida_preflight SET checked_at = now() - interval '6 seconds'`);
  await seeder(async () => gateway.profile.savePreflight(EXPIRED));
  const { status, body } = await preflight();
  expect([status, body]).toMatchObject([
    200,
    { errors: null, response: { ...EXPIRED, checkedAt: expect.stringMatching(/Z$/) } },
  ]);
});

it('has IDA asked once, however many callers call at the same time and soon after', async () => {
  const asked = await seeder(async () => gateway.profile.savePreflight(EXPIRED));
  const answers = await Promise.all(Array.from({ length: 5 }, preflight));
  answers.push(await preflight());
  for (const { body } of answers) expect(body).toMatchObject({ response: EXPIRED });
  expect(asked).toHaveLength(1);
});

it('says at once that no seeder runs, and leaves nothing for one that comes later', async () => {
  const { status, body } = await preflight();
  expect([status, body]).toMatchObject([503, { errors: [{ errorCode: 'MTS-SYS-003' }], response: null }]);
  expect(await waitingJobs()).toBe(0);
});

it('sends the caller to /health when no seeder takes it up, and waits for one no more than once', async () => {
  await gateway.stop();
  gateway = await GatewayFixture.start({ preflightPatienceMs: 200 });
  await gateway.profile.beat(SEEDER, 0, 16);
  for (const { status, body } of [await preflight(), await preflight()]) {
    expect([status, body]).toMatchObject([202, { errors: [{ errorCode: 'MTS-SYS-004' }], response: null }]);
  }
  expect(await waitingJobs()).toBe(1);
});

it('looks for the result once for all who wait for it', async () => {
  await gateway.profile.beat(SEEDER, 0, 16);
  const looked = vi.spyOn(gateway.profile, 'now');
  const desk = new PreflightDesk(gateway.profile, { post: async () => undefined }, 0);
  const answers = await Promise.allSettled([desk.ask(), desk.ask()]);
  expect(answers).toMatchObject([{ reason: { code: 'MTS-SYS-004' } }, { reason: { code: 'MTS-SYS-004' } }]);
  expect(looked).toHaveBeenCalledTimes(1);
});

import { Queues } from '@mts/queue';
import supertest from 'supertest';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { GatewayFixture } from '../spec-support/gateway-fixture.js';
import { PreflightDesk } from './preflight-desk.js';

const SEEDER = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
const WELL = { ok: true, code: null, reason: null };
const EXPIRED = { ok: false, code: 'IDA-MPA-008', reason: 'License key of MISP has expired' };

let gateway: GatewayFixture;
let started: Queues[];
beforeEach(async () => {
  gateway = await GatewayFixture.start();
  started = [];
});
afterEach(async () => {
  for (const queues of started) await queues.stop(1000);
  await gateway.stop();
});

async function startQueues(role: 'worker' | 'sender'): Promise<Queues> {
  const queues = new Queues({
    url: gateway.databaseUrl,
    schema: 'mts_queue',
    role,
    onError: (error) => {
      throw error;
    },
  });
  started.push(queues);
  await queues.start();
  return queues;
}

async function sender(): Promise<Queues> {
  return startQueues('sender');
}

/** Stands in for a seeder that lives, and finds out only what is not answered yet. @returns the moments that it was asked at. */
async function seeder(find: () => Promise<void>): Promise<string[]> {
  const askedAt: string[] = [];
  await gateway.seederLives(SEEDER);
  const queues = await startQueues('worker');
  await queues.work('preflight', { slots: 1 }, async (message) => {
    askedAt.push(message.askedAt);
    const last = await gateway.profile.lastPreflight();
    if (last === undefined || last.checkedAt <= new Date(message.askedAt)) await find();
  });
  return askedAt;
}

async function preflight(): Promise<supertest.Response> {
  return supertest(gateway.url).post('/authtoken/preflight');
}

async function waitingJobs(): Promise<number> {
  return (await gateway.database.query(`SELECT 1 FROM mts_queue.job WHERE name = 'preflight'`)).length;
}

/** What a preflight comes to that begins now. */
async function save(result: typeof EXPIRED | typeof WELL): Promise<void> {
  await gateway.profile.savePreflight({ ...result, checkedAt: await gateway.database.now() });
}

it('answers with what a seeder finds out now, not with what it found out a moment before', async () => {
  await save(WELL);
  await seeder(async () => save(EXPIRED));
  const { status, body } = await preflight();
  expect([status, body]).toMatchObject([
    200,
    { errors: null, response: { ...EXPIRED, checkedAt: expect.stringMatching(/Z$/) } },
  ]);
});

it('does not give who calls while one is under way the result of that one, but of the next', async () => {
  const [atWork, mended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let found: typeof EXPIRED | typeof WELL = EXPIRED;
  await seeder(async () => {
    const [result, checkedAt] = [found, await gateway.database.now()];
    atWork.resolve();
    await mended.promise;
    await gateway.profile.savePreflight({ ...result, checkedAt });
  });
  const desk = new PreflightDesk(gateway.profile, gateway.seeders, await sender(), 8000);
  const before = desk.ask();
  await atWork.promise;
  found = WELL;
  const after = [desk.ask(), desk.ask()];
  mended.resolve();
  expect(await before).toMatchObject(EXPIRED);
  expect(await Promise.all(after)).toMatchObject([WELL, WELL]);
});

it('has 500 who call together wait for one preflight', async () => {
  const asked = await seeder(async () => save(EXPIRED));
  const desk = new PreflightDesk(gateway.profile, gateway.seeders, await sender(), 8000);
  for (const answer of await Promise.all(Array.from({ length: 500 }, async () => desk.ask())))
    expect(answer).toMatchObject(EXPIRED);
  expect(new Set(asked).size).toBe(1);
});

it('tells what holds all requests up although IDA answers, when that is tried next, and what ends it', async () => {
  await gateway.profile.hold('record', 'MTS-IDA-102', 'silence');
  await seeder(async () => save(WELL));
  expect((await preflight()).body).toMatchObject({
    response: {
      ...WELL,
      idaHold: { code: 'MTS-IDA-102', nextTryAt: expect.stringMatching(/Z$/) },
      next: expect.stringContaining('the next record that IDA answers'),
    },
  });
});

it('tells of no hold that the record ends which is asked at once', async () => {
  await gateway.profile.hold('record', 'MTS-IDA-102', 'silence');
  await seeder(async () => save(WELL));
  const holds = vi.spyOn(gateway.profile, 'holdOfAll');
  const desk = new PreflightDesk(gateway.profile, gateway.seeders, await sender(), 8000);
  const answer = desk.ask();
  await vi.waitUntil(() => holds.mock.calls.length > 1);
  await gateway.profile.lift();
  expect(await answer).toMatchObject({ ...WELL, idaHold: null, next: null });
});

it('tells at once of a hold whose cause is still there', async () => {
  await gateway.profile.hold('preflight', EXPIRED.code, EXPIRED.reason);
  await seeder(async () => save(EXPIRED));
  const holds = vi.spyOn(gateway.profile, 'holdOfAll');
  const desk = new PreflightDesk(gateway.profile, gateway.seeders, await sender(), 8000);
  expect(await desk.ask()).toMatchObject({ ...EXPIRED, idaHold: { code: EXPIRED.code }, next: null });
  expect(holds).toHaveBeenCalledTimes(1);
});

it('says at once that no seeder runs, and leaves nothing for one that comes later', async () => {
  const { status, body } = await preflight();
  expect([status, body]).toMatchObject([503, { errors: [{ errorCode: 'MTS-SYS-003' }], response: null }]);
  expect(await waitingJobs()).toBe(0);
});

it('sends the caller to /health when no seeder takes it up, and waits for one no more than once', async () => {
  await gateway.stop();
  gateway = await GatewayFixture.start({ preflightPatienceMs: 200 });
  await gateway.seederLives(SEEDER);
  for (const { status, body } of [await preflight(), await preflight()]) {
    expect([status, body]).toMatchObject([202, { errors: [{ errorCode: 'MTS-SYS-004' }], response: null }]);
  }
  expect(await waitingJobs()).toBe(1);
});

it('looks for the result once for all who wait for it', async () => {
  await gateway.seederLives(SEEDER);
  const looked = vi.spyOn(gateway.profile, 'tellMended');
  const desk = new PreflightDesk(gateway.profile, gateway.seeders, { post: async () => undefined }, 0);
  const answers = await Promise.allSettled([desk.ask(), desk.ask()]);
  expect(answers).toMatchObject([{ reason: { code: 'MTS-SYS-004' } }, { reason: { code: 'MTS-SYS-004' } }]);
  expect(looked).toHaveBeenCalledTimes(1);
});

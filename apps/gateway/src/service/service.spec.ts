import { IDLE_SEEDER } from '@mts/testing';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start();
});
afterAll(async () => gateway.stop());

it('answers a ping as the original does', async () => {
  const { status, headers, text } = await supertest(gateway.url).get('/ping');
  expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
  expect(text).toMatch(/^"\[\d+ - 0\] pong"$/);
});

it('names the fields that a mapping can name, in the order of the original', async () => {
  const { body } = await supertest(gateway.url).get('/authtoken/authfields');
  expect(body).toMatchObject({
    errors: null,
    response: { authfields: ['vid', 'name', 'gender', 'dob', 'phoneNumber', 'emailId', 'fullAddress'] },
  });
});

describe('health', () => {
  it('tells of the seeders and of what they found out about IDA', async () => {
    expect((await supertest(gateway.url).get('/health')).body).toMatchObject({
      response: { status: 'up', seedersAlive: 0, requestsHeld: 0, idaPreflight: null, idaHold: null },
    });
    await gateway.seederLives('6f9619ff-8b86-4d01-b42d-00cf4fc964ff');
    await gateway.profile.savePreflight({
      ok: false,
      code: 'IDA-MPA-009',
      reason: 'partner',
      checkedAt: new Date(),
    });
    await gateway.profile.hold('preflight', 'IDA-MPA-009', 'partner');
    expect((await supertest(gateway.url).get('/health')).body).toMatchObject({
      response: {
        status: 'up',
        database: 'up',
        queue: 'up',
        seedersAlive: 1,
        idaPreflight: {
          ok: false,
          code: 'IDA-MPA-009',
          reason: 'partner',
          checkedAt: expect.stringMatching(/Z$/),
        },
        idaHold: {
          code: 'IDA-MPA-009',
          reason: 'partner',
          since: expect.stringMatching(/Z$/),
          nextTryAt: expect.stringMatching(/Z$/),
        },
      },
    });
  });

  it('tells when a scheduler was last at work, and that none ever was', async () => {
    expect((await supertest(gateway.url).get('/health')).body).toMatchObject({
      response: { schedulerSeenAt: null },
    });
    await gateway.database.query(
      `INSERT INTO firing (schedule, due_at) VALUES ('expire', '2026-11-22T01:20Z'), ('reconcile', '2026-11-22T01:21:03Z')`,
    );
    expect((await supertest(gateway.url).get('/health')).body).toMatchObject({
      response: { schedulerSeenAt: '2026-11-22T01:21:03.000Z' },
    });
  });

  it('tells of a seeder whose clock is off, and that nobody is asked where it is the only one', async () => {
    const [id, other] = ['6f9619ff-8b86-4d01-b42d-00cf4fc964ff', '6f9619ff-8b86-4d01-b42d-00cf4fc964fe'];
    for (const one of [id, other]) await gateway.seederLives(one);
    await gateway.profile.lift();
    await gateway.profile.holdSeeder(id, 'IDA-MLC-001', 'its clock is about 300 s behind', 30_000);
    const hold = {
      code: 'IDA-MLC-001',
      reason: 'its clock is about 300 s behind',
      since: expect.stringMatching(/Z$/) as string,
      nextTryAt: expect.stringMatching(/Z$/) as string,
    };
    const held = { id, host: 'seeder-1', processId: 4711, ...hold };
    expect((await supertest(gateway.url).get('/health')).body).toMatchObject({
      response: {
        idaHold: null,
        heldSeeders: [held],
        idaCalls: { seeders: [{ id, host: 'seeder-1', processId: 4711 }, { id: other }] },
      },
    });
    await gateway.database.query('DELETE FROM seeder WHERE id = $1', [other]);
    expect((await supertest(gateway.url).get('/health')).body).toMatchObject({
      response: { idaHold: hold, heldSeeders: [held] },
    });
    await gateway.profile.releaseSeeder(id);
  });

  it('tells how fast IDA is asked, by all seeders and by each', async () => {
    await gateway.database.query('DELETE FROM seeder');
    const figures = {
      ...IDLE_SEEDER,
      lists: 2,
      inFlight: 5,
      inFlightLimit: 8,
      inFlightMax: 32,
      inFlightMaxAll: null,
      latencyMs: 101.26,
      callsPerSecond: 49.04,
      ratePerSecondMax: 100,
    };
    await gateway.seeders.beat('6f9619ff-8b86-4d01-b42d-00cf4fc964f1', figures);
    await gateway.seeders.beat('6f9619ff-8b86-4d01-b42d-00cf4fc964f2', {
      ...figures,
      inFlight: 1,
      latencyMs: null,
    });
    const each = {
      lists: 2,
      inFlight: 5,
      inFlightLimit: 8,
      inFlightMax: 32,
      inFlightShare: null,
      callsPerSecond: 49,
    };
    expect((await supertest(gateway.url).get('/health')).body).toMatchObject({
      response: {
        seedersAlive: 2,
        idaCalls: {
          inFlight: 6,
          inFlightLimit: 16,
          inFlightMax: 64,
          inFlightMaxAll: null,
          latencyMs: 101.3,
          callsPerSecond: 98.1,
          ratePerSecondMax: 100,
          seeders: [
            { ...each, latencyMs: 101.3, asOf: expect.stringMatching(/Z$/) },
            { ...each, inFlight: 1, latencyMs: null },
          ],
        },
      },
    });
  });

  it('leaves out what a seeder told that is not heard of any more, and says how old the rest is', async () => {
    await gateway.database.query('DELETE FROM seeder');
    const [killed, well] = ['6f9619ff-8b86-4d01-b42d-00cf4fc964f1', '6f9619ff-8b86-4d01-b42d-00cf4fc964f2'];
    await gateway.seeders.beat(killed, { ...IDLE_SEEDER, inFlight: 36 });
    await gateway.seeders.beat(well, { ...IDLE_SEEDER, inFlight: 8 });
    // However long this test takes.
    await gateway.database.query(
      `UPDATE seeder SET seen_at = now() + CASE WHEN id = $1 THEN interval '-4 seconds' ELSE interval '1 hour' END`,
      [killed],
    );
    const { asOf } = (await gateway.seeders.live()).find(({ isSilent }) => !isSilent) ?? {};
    expect((await supertest(gateway.url).get('/health')).body).toMatchObject({
      response: {
        seedersAlive: 1,
        idaCalls: { asOf: asOf?.toISOString(), inFlight: 8, inFlightMax: 32, seeders: [{ inFlight: 8 }] },
      },
    });
  });

  it('counts the requests that something holds, for a reason of their own or with all others, and no finished one', async () => {
    const ids = [];
    for (let n = 1; n <= 3; n += 1) {
      const list = requestBody({ ...DOWNLOAD, authdata: [person(n)] });
      const { body } = await supertest(gateway.url).post('/authtoken/json').send(list);
      ids.push((body as { response: { request_identifier: string } }).response.request_identifier);
    }
    for (const id of ids) await gateway.profile.holdRequest(id, 'IDA-MPA-006', 'policy');
    await gateway.database.query(`UPDATE request SET state = 'cancelled', ended_at = now() WHERE id = $1`, [
      ids[0],
    ]);
    await gateway.profile.lift();
    expect((await supertest(gateway.url).get('/health')).body).toMatchObject({
      response: { requestsHeld: 2 },
    });
    await supertest(gateway.url).post(`/authtoken/resume/${ids[1] ?? ''}`);
    expect((await supertest(gateway.url).get('/health')).body).toMatchObject({
      response: { requestsHeld: 1 },
    });
    await gateway.profile.hold('record', 'MTS-IDA-102', 'an outage');
    expect((await supertest(gateway.url).get('/health')).body).toMatchObject({
      response: { requestsHeld: 2 },
    });
  });

  it('says that calls can be served although IDA cannot be asked', async () => {
    for (const path of ['/health/live', '/health/ready']) {
      const { status, body } = await supertest(gateway.url).get(path);
      expect([status, body]).toMatchObject([200, { errors: null, response: { status: 'up' } }]);
    }
  });

  it('without its queue says that calls cannot be served, and lives', async () => {
    const broken = await GatewayFixture.start();
    await broken.database.query('ALTER SCHEMA mts_queue RENAME TO elsewhere');
    for (const path of ['/health/ready', '/health']) {
      const { status, body } = await supertest(broken.url).get(path);
      expect([status, body]).toMatchObject([503, { errors: [{ errorCode: 'MTS-SYS-001' }], response: null }]);
    }
    expect((await supertest(broken.url).get('/health/live')).status).toBe(200);
    await broken.stop();
  });

  it('without its database says so, and is well again when it is back', async () => {
    const cut = await GatewayFixture.start();
    cut.line.cut();
    const { status, body } = await supertest(cut.url).get('/health/ready');
    expect([status, body]).toMatchObject([503, { errors: [{ errorCode: 'MTS-SYS-001' }] }]);
    expect(
      (await supertest(cut.url).get('/authtoken/status/00aaaaaa-1111-4222-8333-444444444444')).status,
    ).toBe(503);
    cut.line.mend();
    expect((await supertest(cut.url).get('/health/ready')).status).toBe(200);
    await cut.stop();
  });
});

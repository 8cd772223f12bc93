import supertest from 'supertest';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start();
});
afterAll(async () => gateway.stop());

/** As PostgreSQL says it when no page can be added to the table. */
async function fillDisk(): Promise<void> {
  await gateway.database.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$`);
  await gateway.database.query(
    'CREATE TRIGGER full_disk BEFORE INSERT ON record FOR EACH ROW EXECUTE FUNCTION refuse()',
  );
}

async function health(): Promise<unknown> {
  const { body } = await supertest(gateway.url).get('/health');
  return (body as { response: { database: string } }).response.database;
}

it('a list for which the database has no room is refused so, leaves nothing, and health tells of it', async () => {
  expect(await health()).toBe('up');
  await fillDisk();
  const list = requestBody({ ...DOWNLOAD, authdata: [person(1), person(2)] });
  const { status, body } = await supertest(gateway.url).post('/authtoken/json').send(list);
  expect([status, body]).toMatchObject([503, { errors: [{ errorCode: 'MTS-SYS-002' }], response: null }]);
  expect(await gateway.rowCounts()).toEqual({ requests: 0, records: 0 });
  expect(await health()).toBe('full');
});

import { databaseTrouble } from '@mts/store';
import { until } from '@mts/testing';
import supertest from 'supertest';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

const WAITING = 'SELECT 1 FROM pg_locks WHERE NOT granted';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start({ env: { MTS_DATABASE_CONNECTIONS_MAX: '2' } });
});
afterAll(async () => gateway.stop());

async function submit(): Promise<string> {
  const { body } = await supertest(gateway.url)
    .post('/authtoken/json')
    .send(requestBody({ ...DOWNLOAD, authdata: [person(1)] }));
  return (body as { response: { request_identifier: string } }).response.request_identifier;
}

async function steer(
  id: string,
  what: 'pause' | 'resume',
): Promise<readonly [status: number, code: string | undefined]> {
  const { status, body } = await supertest(gateway.url).post(`/authtoken/requests/${id}/${what}`);
  return [status, (body as { errors: { errorCode: string }[] | null }).errors?.[0]?.errorCode];
}

async function get(path: string): Promise<number> {
  return (await supertest(gateway.url).get(path)).status;
}

async function holds(id: string): Promise<unknown> {
  const { body } = await supertest(gateway.url).get(`/authtoken/requests/${id}`);
  return (body as { response: { holds: unknown } }).response.holds;
}

/** A process that has begun to change the request, and stands still. */
async function stoppedHalfWay(
  id: string,
  idleLimit?: '0',
): Promise<{ readonly goOn: () => Promise<unknown> }> {
  const [begun, thaw] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const change = gateway.database.transaction(async (tx) => {
    if (idleLimit === '0') await tx.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    await tx.query('SELECT 1 FROM request WHERE id = $1 FOR UPDATE', [id]);
    begun.resolve();
    await thaw.promise;
    await tx.query('DELETE FROM request_hold WHERE request_id = $1', [id]);
  });
  await begun.promise;
  const goOn = async (): Promise<unknown> => {
    thaw.resolve();
    return change.catch((error: unknown) => error);
  };
  return { goOn };
}

it('calls that wait for a process which stands still are refused, and no others, nor the probes', async () => {
  const id = await submit();
  await steer(id, 'pause');
  const other = await stoppedHalfWay(id, '0');
  const answers = Promise.all(Array.from({ length: 12 }, async () => steer(id, 'resume')));
  await until(async () => (await gateway.database.query(WAITING)).length > 0);
  for (const path of ['/health/ready', '/health', '/authtoken/requests', `/authtoken/status/${id}`])
    expect([path, await get(path)]).toEqual([path, 200]);
  expect(await answers).toEqual(Array.from({ length: 12 }, () => [503, 'MTS-SYS-001']));
  expect(await holds(id)).toMatchObject([{ kind: 'operator' }]);
  expect(await other.goOn()).toBeUndefined();
  expect(await steer(id, 'resume')).toEqual([200, undefined]);
  expect(await holds(id)).toEqual([]);
});

it('a process that stands still loses its transaction, and others go on', async () => {
  const id = await submit();
  const other = await stoppedHalfWay(id);
  await until(async () => (await steer(id, 'pause'))[0] === 200);
  expect(databaseTrouble(await other.goOn())).toBe('away');
  expect(await holds(id)).toMatchObject([{ kind: 'operator' }]);
});

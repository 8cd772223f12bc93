import { endRequest, SteeringStore } from '@mts/store';
import { type HttpReply, type ReceivedCall, UPDATE_IDENTIFICATION, until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { DeliveryBench, mismatch, person } from '../spec-support/delivery-bench.js';

let bench: DeliveryBench;
beforeEach(async () => {
  bench = await DeliveryBench.open();
});
afterEach(async () => bench.close());

const PEOPLE = [person(1), mismatch(2), person(3)];
/** Of a receiver with the usual timeoutSeconds, 10. */
const LONGEST_CALL_SECONDS = 42;
const ODOO_FORMAT = '{"partner_id": .input.id, "id_type": "MOSIP UIN TOKEN", "value": .output.token}';

function odooLogin(password = 'secret') {
  const authUrl = bench.receiver.server.url('/web/session/authenticate');
  return {
    kind: 'odoo',
    authUrl,
    database: 'openg2pdb',
    username: 'mts',
    password,
    extraHeaders: {},
  } as const;
}

function bodies(path: string): unknown[] {
  return bench.receiver.server.callsTo(path).map(({ body }) => JSON.parse(body.toString()) as unknown);
}

function vids(calls: readonly ReceivedCall[]): string[] {
  return calls.map(({ body }) => (JSON.parse(body.toString()) as { vid: string }).vid.slice(-2));
}

async function deliver(id: string, seeder = bench.seeder()): Promise<void> {
  await seeder.work({ v: 1, requestId: id });
}

describe('results', () => {
  it('go out record by record, one at a time and in source order, and are delivered then', async () => {
    const id = await bench.ended(PEOPLE, bench.target('/cb'));
    await deliver(id);
    expect(bench.receiver.server.callsTo('/cb').map(({ body }) => body.toString())).toEqual([
      '{"vid": "4100000000000001", "status": "processed", "token": "446791815597372963729663607096160001", "errorCode": null, "errorMessage": null}',
      '{"vid": "4100000000000002", "status": "error", "token": null, "errorCode": "IDA-DEA-001", "errorMessage": "Demographic data name in eng did not match"}',
      '{"vid": "4100000000000003", "status": "processed", "token": "446791815597372963729663607096160003", "errorCode": null, "errorMessage": null}',
    ]);
    expect(bench.receiver.server.inFlightMax).toBe(1);
    expect(await bench.delivery(id)).toMatchObject({
      state: 'delivered',
      delivered: 3,
      refused: 0,
      code: null,
    });
    expect(await bench.marks(id)).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it('go out in bulk as one array, with null for a record that the outputFormat makes nothing of', async () => {
    const id = await bench.ended(PEOPLE, bench.target('/cb', { inBulk: true }), {
      outputFormat: 'select(.output.token != null) | {v: .output.vid}',
    });
    await deliver(id);
    expect(bench.receiver.server.callsTo('/cb').map(({ body }) => body.toString())).toEqual([
      '[{"v": "4100000000000001"}, null, {"v": "4100000000000003"}]',
    ]);
    expect(await bench.delivery(id)).toMatchObject({ state: 'delivered', delivered: 3 });
  });

  it('go out as one CSV file', async () => {
    const id = await bench.ended(PEOPLE, bench.target('/cb', { inBulk: true, fileName: 'r.csv' }), {
      output: 'csv',
    });
    await deliver(id);
    const [call] = bench.receiver.server.callsTo('/cb');
    expect(call?.body.toString()).toContain(
      'name="r.csv"; filename="r.csv"\r\n\r\nvid,status,token,errorCode,errorMessage\n4100000000000001,processed,446791815597372963729663607096160001,,\n4100000000000002,error,,IDA-DEA-001,',
    );
  });

  it('of an empty list go out in bulk as an empty array, and record by record as nothing', async () => {
    await deliver(await bench.ended([], bench.target('/cb', { inBulk: true })));
    await deliver(await bench.ended([], bench.target('/cb', { login: odooLogin() })));
    expect(bench.receiver.server.calls.map(({ body }) => body.toString())).toEqual(['[]']);
  });

  it('of successes alone leave out whoever has no Token ID', async () => {
    const one = await bench.ended(PEOPLE, bench.target('/cb', { deliver: 'successes' }));
    const all = await bench.ended(PEOPLE, bench.target('/cb-all', { deliver: 'successes', inBulk: true }));
    await deliver(one);
    await deliver(all);
    expect(vids(bench.receiver.server.callsTo('/cb'))).toEqual(['01', '03']);
    expect(bodies('/cb-all')).toMatchObject([[{ vid: '4100000000000001' }, { vid: '4100000000000003' }]]);
    expect(await bench.delivery(one)).toMatchObject({ state: 'delivered', delivered: 2 });
    expect(await bench.delivery(all)).toMatchObject({ state: 'delivered', delivered: 2 });
  });

  it('are sent for no record that the outputFormat makes nothing of', async () => {
    const format = 'select(.output.token != null) | {v: .output.vid}';
    const id = await bench.ended(PEOPLE, bench.target('/cb'), { outputFormat: format });
    await deliver(id);
    expect(bodies('/cb')).toEqual([{ v: '4100000000000001' }, { v: '4100000000000003' }]);
    expect(await bench.delivery(id)).toMatchObject({ state: 'delivered', delivered: 2 });
  });
});

async function withBroken(column: string, wish: Parameters<typeof bench.target>[1], format?: string) {
  const id = await bench.ended(PEOPLE, bench.target('/cb', wish), format ? { outputFormat: format } : {});
  await bench.database.query(
    `UPDATE record SET ${column} = set_byte(${column}, 40, 255 - get_byte(${column}, 40)) WHERE request_id = $1 AND line = 1`,
    [id],
  );
  return id;
}

describe('a record that does not open any more', () => {
  it('goes out as a row that says so, and all others follow', async () => {
    const id = await withBroken('sealed_outcome', { inBulk: true });
    await deliver(id);
    expect(bodies('/cb')).toMatchObject([
      [
        { vid: null, status: 'error', errorCode: 'MTS-IDA-007' },
        { vid: '4100000000000002' },
        { status: 'processed' },
      ],
    ]);
    expect(await bench.delivery(id)).toMatchObject({ state: 'delivered', delivered: 3 });
    const told = bench.logLines.filter((line) => line.includes('does not open'));
    expect(told.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ requestId: id, line: 1 }]);
  });

  it('is told to an outputFormat as one without fields', async () => {
    await deliver(await withBroken('sealed_input', {}, '{id: .input.id, why: .output.errorCode}'));
    expect(bodies('/cb')).toMatchObject([
      { id: null, why: 'MTS-IDA-007' },
      { id: 102 },
      { id: 103, why: null },
    ]);
  });

  it.each([undefined, '{v: .output.vid}'])('is none of the successes (outputFormat: %s)', async (format) => {
    const id = await withBroken('sealed_outcome', { deliver: 'successes' }, format);
    await deliver(id);
    expect(bodies('/cb')).toHaveLength(1);
    expect(await bench.delivery(id)).toMatchObject({ state: 'delivered', delivered: 1 });
  });
});

describe('an Odoo receiver', () => {
  it('gets each person once, in one session that is logged out of', async () => {
    const target = bench.target(UPDATE_IDENTIFICATION, {
      method: 'PATCH',
      login: odooLogin(),
      deliver: 'successes',
    });
    await deliver(await bench.ended(PEOPLE, target, { outputFormat: ODOO_FORMAT }));
    expect(bench.receiver.odoo.identifications).toEqual([
      { partner_id: 101, id_type: 'MOSIP UIN TOKEN', value: '446791815597372963729663607096160001' },
      { partner_id: 103, id_type: 'MOSIP UIN TOKEN', value: '446791815597372963729663607096160003' },
    ]);
    expect(bench.receiver.server.callsTo('/web/session/authenticate')).toHaveLength(1);
    expect(bench.receiver.odoo.openSessions).toBe(0);
  });

  it('with a wrong password gets no record, and the delivery says why', async () => {
    const target = bench.target(UPDATE_IDENTIFICATION, { method: 'PATCH', login: odooLogin('wrong') });
    const id = await bench.ended(PEOPLE, target, { outputFormat: ODOO_FORMAT });
    await deliver(id);
    expect(bench.receiver.server.callsTo(UPDATE_IDENTIFICATION)).toEqual([]);
    expect(await bench.delivery(id)).toMatchObject({
      state: 'failed',
      code: 'MTS-DLV-101',
      reason: 'the receiver of the callback refuses the log-in: odoo.exceptions.AccessDenied',
    });
  });

  it('that refuses one person gets the others, and after a change what is missing alone', async () => {
    const target = bench.target(UPDATE_IDENTIFICATION, { method: 'PATCH', login: odooLogin() });
    const id = await bench.ended(PEOPLE, target, { outputFormat: ODOO_FORMAT });
    await deliver(id);
    expect(bench.receiver.odoo.identifications.map((one) => one.partner_id)).toEqual([101, 103]);
    expect(await bench.marks(id)).toEqual(['delivered', 'refused', 'delivered']);
    expect(await bench.delivery(id)).toMatchObject({
      state: 'failed',
      code: 'MTS-DLV-111',
      delivered: 2,
      refused: 1,
    });

    await bench.database.transaction(async (tx) => bench.deliveries.again(id, tx));
    await deliver(id);
    expect(bodies(UPDATE_IDENTIFICATION).map((one) => (one as { partner_id: number }).partner_id)).toEqual([
      101, 102, 103, 102,
    ]);
    expect(await bench.delivery(id)).toMatchObject({ state: 'failed', delivered: 2, refused: 1 });
  });

  it('whose session ends in the middle misses nobody, and gets nobody twice', async () => {
    const id = await bench.ended(PEOPLE, bench.target('/cb', { login: odooLogin() }));
    bench.receiver.plain.answerNext({ status: 200 }, { status: 303, headers: { location: '/web/login' } });
    await deliver(id);
    expect(vids(bench.receiver.server.callsTo('/cb'))).toEqual(['01', '02', '02', '03']);
    expect(await bench.marks(id)).toEqual(['delivered', 'delivered', 'delivered']);
    expect(bench.receiver.server.callsTo('/web/session/authenticate')).toHaveLength(2);
  });
});

describe('a receiver with a fault', () => {
  it('is tried again later, and sent what is missing alone', async () => {
    const id = await bench.ended(PEOPLE, bench.target('/cb'));
    bench.receiver.plain.answerNext({ status: 200 }, { status: 503 });
    await deliver(id);
    expect(await bench.delivery(id)).toMatchObject({
      state: 'waiting',
      delivered: 1,
      attempts: 1,
      code: 'MTS-DLV-104',
      reason: 'the receiver of the callback has a fault: HTTP 503',
    });
    expect(await bench.marks(id)).toEqual(['delivered', null, null]);
    await deliver(id);
    expect(bench.receiver.server.calls).toHaveLength(2);

    await bench.letWaitEnd();
    await deliver(id);
    expect(vids(bench.receiver.server.callsTo('/cb'))).toEqual(['01', '02', '02', '03']);
    expect(await bench.delivery(id)).toMatchObject({ state: 'delivered', delivered: 3, code: null });
  });

  it('is left alone for as long as it asks, and otherwise longer from time to time', async () => {
    const id = await bench.ended(PEOPLE, bench.target('/cb'));
    bench.receiver.plain.answerNext({ status: 429, headers: { 'retry-after': '900' } });
    await deliver(id);
    const first = await bench.delivery(id);
    expect(first.nextTryAt.getTime() - Date.now()).toBeGreaterThan(890_000);

    bench.receiver.plain.answerNext('reset', 'reset');
    await bench.letWaitEnd();
    await deliver(id);
    const second = await bench.delivery(id);
    expect(second.attempts).toBe(2);
    expect(second.nextTryAt.getTime() - Date.now()).toBeGreaterThan(20_000);
  });

  it('with one record alone gets the others all the same', async () => {
    const id = await bench.ended(PEOPLE, bench.target('/cb'));
    bench.receiver.plain.answerNext({ status: 500 });
    await deliver(id);
    expect(await bench.marks(id)).toEqual([null, 'delivered', 'delivered']);
    expect(await bench.delivery(id)).toMatchObject({ state: 'waiting', delivered: 2 });
  });

  it('with every record is not shown them all', async () => {
    const id = await bench.ended([1, 2, 3, 4, 5, 6].map(person), bench.target('/cb'));
    bench.receiver.plain.answerNext(...Array.from({ length: 6 }, () => ({ status: 500 })));
    await deliver(id);
    expect(bench.receiver.server.calls).toHaveLength(3);
  });

  it('that lasts too long has failed for good', async () => {
    const id = await bench.ended(PEOPLE, bench.target('/cb', { inBulk: true }));
    bench.receiver.plain.answerNext({ status: 500 });
    bench.now = new Date(Date.now() + 72 * 3_600_000);
    await deliver(id);
    expect(await bench.delivery(id)).toMatchObject({ state: 'failed', code: 'MTS-DLV-104' });
  });

  it.each([
    [{ status: 302, headers: { location: '/cb-redirected' } }, 'MTS-DLV-106'],
    [{ status: 401 }, 'MTS-DLV-108'],
    [{ status: 400 }, 'MTS-DLV-105'],
  ] as const)('for good, in bulk by %j, has failed at once', async (reply, code) => {
    const id = await bench.ended(PEOPLE, bench.target('/cb', { inBulk: true }));
    bench.receiver.plain.answerNext(reply);
    await deliver(id);
    expect(await bench.delivery(id)).toMatchObject({ state: 'failed', code, delivered: 0 });
    expect(bench.receiver.server.calls).toHaveLength(1);
  });
});

describe('at most one delivery of a record is under way', () => {
  it('while two seeders work on it at the same time', async () => {
    const id = await bench.ended([1, 2, 3, 4, 5].map(person), bench.target('/cb'));
    await Promise.all([deliver(id), deliver(id), deliver(id)]);
    expect(vids(bench.receiver.server.callsTo('/cb'))).toEqual(['01', '02', '03', '04', '05']);
    expect(bench.receiver.server.inFlightMax).toBe(1);
  });

  it('after a seeder was lost in the middle: nothing is sent while its last call may last, then the rest', async () => {
    const id = await bench.ended(PEOPLE, bench.target('/cb', { timeoutSeconds: 10 }));
    const lost = await bench.deliveries.take(id);
    if (lost === undefined) throw new Error('nothing to take');
    await bench.deliveries.begin(lost, LONGEST_CALL_SECONDS);
    await bench.deliveries.note(lost, undefined, 1);
    await bench.deliveries.note(lost, { line: 1, as: 'delivered' }, 2);
    await bench.letLeasesExpire(LONGEST_CALL_SECONDS - 30);
    await deliver(id);
    expect(bench.receiver.server.calls).toEqual([]);
    await bench.letLeasesExpire(LONGEST_CALL_SECONDS);
    await deliver(id);
    expect(vids(bench.receiver.server.callsTo('/cb'))).toEqual(['02', '03']);
    expect(await bench.delivery(id)).toMatchObject({ state: 'delivered', delivered: 3 });
  });

  it.each([
    ['record by record', false],
    ['in bulk', true],
  ] as const)('after its seeder has lost it, %s: the call under way is broken off', async (_how, inBulk) => {
    const id = await bench.ended(PEOPLE, bench.target('/cb', { timeoutSeconds: 600, inBulk }));
    bench.receiver.plain.answerNext('drip');
    const delivering = deliver(id);
    await until(() => bench.receiver.server.calls.length === 1);
    await bench.database.query('UPDATE delivery SET epoch = epoch + 1');
    await delivering;
    expect(bench.receiver.server.calls).toHaveLength(1);
    expect(await bench.delivery(id)).toMatchObject({ state: 'delivering', delivered: 0 });
  });

  it.each([
    ['record by record', false],
    ['in bulk', true],
  ] as const)(
    'while records are asked again, %s: the call under way is broken off, and nobody calls while it may last',
    async (_how, inBulk) => {
      const target = bench.target('/cb', { timeoutSeconds: 10, inBulk });
      const id = await bench.ended(PEOPLE, target, { outputFormat: '{vid: .output.vid}' });
      const outcomes = await bench.outcomes(id);
      bench.receiver.plain.answerNext('hang');
      const delivering = deliver(id);
      await until(() => bench.receiver.server.calls.length === 1);
      await bench.database.query(`UPDATE request SET state = 'processed_with_errors' WHERE id = $1`, [id]);
      const steering = new SteeringStore(bench.database, bench.requests);
      await bench.database.transaction(async (tx) => steering.retry(id, ['IDA-DEA-001'], tx));
      await delivering;
      expect(await bench.delivery(id)).toMatchObject({ state: 'pending' });

      await bench.giveOutcomes(id, outcomes);
      await bench.database.transaction(async (tx) => endRequest(tx, id, 'processing', 'processed'));
      await deliver(id);
      expect(bench.receiver.server.calls).toHaveLength(1);
      await bench.letLeasesExpire(LONGEST_CALL_SECONDS);
      await deliver(id);
      expect(bench.receiver.server.inFlightMax).toBe(1);
      expect(await bench.delivery(id)).toMatchObject({ state: 'delivered', delivered: 3 });
    },
  );

  it('and none is from the moment the request is erased', async () => {
    const id = await bench.ended(PEOPLE, bench.target('/cb', { timeoutSeconds: 600 }));
    bench.receiver.plain.answerNext('hang');
    const delivering = deliver(id);
    await until(() => bench.receiver.server.calls.length === 1);
    await new SteeringStore(bench.database, bench.requests).erase(id);
    await delivering;
    expect(bench.receiver.server.calls).toHaveLength(1);
    expect(await bench.delivery(id)).toMatchObject({ state: 'withheld' });
  });

  it('and a seeder that was lost writes nothing more of it', async () => {
    const id = await bench.ended(PEOPLE, bench.target('/cb'));
    const lease = await bench.deliveries.take(id);
    if (lease === undefined) throw new Error('nothing to take');
    await bench.letLeasesExpire();
    await bench.deliveries.take(id);
    await expect(bench.deliveries.note(lease, { line: 1, as: 'delivered' }, 2)).rejects.toThrow(
      'no longer ours',
    );
    await expect(bench.deliveries.end(lease, { state: 'delivered' })).rejects.toThrow('no longer ours');
    expect(await bench.marks(id)).toEqual([null, null, null]);
  });
});

it('a delivery that is cancelled while a record is in flight sends no other, until it is asked for again', async () => {
  const id = await bench.ended(PEOPLE, bench.target('/cb', { timeoutSeconds: 1 }));
  const held = Promise.withResolvers<HttpReply>();
  bench.receiver.plain.answerNext({ status: 200 }, held.promise);
  const delivering = deliver(id);
  await until(() => bench.receiver.server.calls.length === 2);
  expect(await new SteeringStore(bench.database, bench.requests).cancel(id)).toBe('withheld');
  held.resolve({ status: 200 });
  await delivering;
  expect(bench.receiver.server.calls).toHaveLength(2);
  expect(await bench.delivery(id)).toMatchObject({ state: 'withheld', delivered: 1 });
  await bench.database.transaction(async (tx) => bench.deliveries.again(id, tx));
  await bench.letLeasesExpire(LONGEST_CALL_SECONDS);
  await deliver(id);
  // Nobody knows of the second whether it has arrived.
  expect(vids(bench.receiver.server.callsTo('/cb'))).toEqual(['01', '02', '02', '03']);
  expect(bench.receiver.server.inFlightMax).toBe(1);
  expect(await bench.delivery(id)).toMatchObject({ state: 'delivered', delivered: 3 });
});

it('a delivery record by record that has had its turn waits for the next one, and goes on there', async () => {
  const id = await bench.ended(PEOPLE, bench.target('/cb'));
  const seeder = bench.seeder({ turnMs: 0 });
  const arrived: number[] = [];
  await until(async () => {
    await deliver(id, seeder);
    arrived.push(bodies('/cb').length);
    return (await bench.delivery(id))?.state === 'delivered';
  });
  expect(arrived.slice(0, 3)).toEqual([1, 2, 3]);
  expect(vids(bench.receiver.server.callsTo('/cb'))).toEqual(['01', '02', '03']);
});

it('a seeder that is told to stop ends the call under way, begins no other and gives the delivery back', async () => {
  const id = await bench.ended(PEOPLE, bench.target('/cb'));
  const seeder = bench.seeder();
  const held = Promise.withResolvers<HttpReply>();
  bench.receiver.plain.answerNext({ status: 200 }, held.promise);
  const delivering = deliver(id, seeder);
  await until(() => bench.receiver.server.calls.length === 2);
  seeder.stop();
  held.resolve({ status: 200 });
  await delivering;
  expect(await bench.marks(id)).toEqual(['delivered', 'delivered', null]);
  expect(await bench.delivery(id)).toMatchObject({ state: 'waiting', delivered: 2, code: null });
  await deliver(id);
  expect(vids(bench.receiver.server.callsTo('/cb'))).toEqual(['01', '02', '03']);
});

it('a seeder that is told to stop while it takes a delivery sends nothing of it, and gives it back', async () => {
  const id = await bench.ended(PEOPLE, bench.target('/cb'));
  const seeder = bench.seeder();
  const delivering = await bench.whileLocked(id, async () => {
    const working = deliver(id, seeder);
    await bench.someoneWaits();
    seeder.stop();
    return { working };
  });
  await delivering.working;
  expect(bench.receiver.server.calls).toEqual([]);
  expect(await bench.delivery(id)).toMatchObject({ state: 'waiting', attempts: 0, code: null });
});

it('a seeder that is told to stop breaks off a call that lasts too long, and it is made again', async () => {
  const id = await bench.ended(PEOPLE, bench.target('/cb', { timeoutSeconds: 60 }));
  const seeder = bench.seeder({ lastCallGraceMs: 50 });
  bench.receiver.plain.answerNext({ status: 200 }, 'hang');
  const delivering = deliver(id, seeder);
  await until(() => bench.receiver.server.calls.length === 2);
  seeder.stop();
  await delivering;
  expect(await bench.marks(id)).toEqual(['delivered', 'sending', null]);
  const delivery = await bench.delivery(id);
  expect(delivery).toMatchObject({ state: 'waiting', delivered: 1 });
  // It may have arrived, and be worked on for as long as it might have been waited for.
  expect(delivery.nextTryAt.getTime() - Date.now()).toBeGreaterThan(50_000);
  await bench.letWaitEnd();
  await deliver(id);
  expect(vids(bench.receiver.server.callsTo('/cb'))).toEqual(['01', '02', '02', '03']);
});

it('the caller’s own id of the request goes with every call', async () => {
  const id = await bench.ended(PEOPLE, bench.target('/cb'), { correlationId: 'intake-2026-11' });
  await deliver(id);
  const ids = bench.receiver.server.callsTo('/cb').map(({ headers }) => headers['correlation-id']);
  expect(ids).toEqual(['intake-2026-11', 'intake-2026-11', 'intake-2026-11']);
});

it('nothing personal and no secret stands in a log or in clear in the database', async () => {
  const target = bench.target('/cb?who=4100000000000001', {
    login: { kind: 'staticBearer', token: 'tok-planted' },
    extraHeaders: { 'X-Key': 'planted-header' },
    signingSecret: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
  });
  bench.receiver.plain.answerNext(
    { status: 400, body: '4100000000000001 tok-planted' },
    { status: 500 },
    'reset',
  );
  const id = await bench.ended(PEOPLE, target);
  await deliver(id);
  const rows = await bench.database.query(
    'SELECT d::text AS delivery, (SELECT string_agg(r::text, $2) FROM record r WHERE r.request_id = d.request_id) AS records FROM delivery d WHERE request_id = $1',
    [id, ';'],
  );
  const kept = JSON.stringify(rows) + bench.logLines.join('\n');
  expect(kept).not.toMatch(/41000000000000|44679181559737|planted|who=|127\.0\.0\.1|whsec/);
});

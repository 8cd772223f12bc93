import { once } from 'node:events';

import { AwaitedStore, SilenceStore } from '@mts/store';
import { until } from '@mts/testing';
import supertest from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { type AwaitedAnswer, AwaitedSeeder } from '../spec-support/awaited-seeder.js';
import { GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';
import { rawConnection, rawPost } from '../spec-support/raw-http.js';

const TOKEN = '446791815597372963729663607096163061';
const BODY = requestBody({ authdata: person(1) });

let gateway: GatewayFixture;
let seeder: AwaitedSeeder | undefined;
beforeAll(async () => start());
afterAll(async () => gateway.stop());
afterEach(async () => {
  await seeder?.stop();
  seeder = undefined;
  await gateway.profile.lift();
  await gateway.seeders.leave(BUSY_SEEDER);
  await gateway.database.query('TRUNCATE request, record, ida_preflight CASCADE');
});

/** One that lives and never comes to the record. */
const BUSY_SEEDER = '00000000-0000-4000-8000-000000000002';

async function start(env: Readonly<Record<string, string>> = {}): Promise<void> {
  gateway = await GatewayFixture.start({ env: { MTS_SYNC_WAIT_SECONDS_MAX: '120', ...env } });
}

async function restart(env: Readonly<Record<string, string>>): Promise<void> {
  await gateway.stop();
  await start(env);
}

async function ida(answer: AwaitedAnswer = () => ({ token: TOKEN })): Promise<AwaitedSeeder> {
  seeder = await AwaitedSeeder.start(gateway, answer);
  return seeder;
}

const call = (): supertest.Test => supertest(gateway.url).post('/authtoken/json').send(BODY);

/** A call that has begun. */
function calling(): Promise<supertest.Response> {
  return call().then((answer) => answer);
}

async function theRequest(): Promise<string> {
  return until(async () => {
    const [row] = await gateway.database.query<{ id: string }>('SELECT id FROM request');
    return row?.id;
  });
}

/** So that the seeder comes to it again. */
async function letLeasesExpire(): Promise<void> {
  await gateway.database.query('UPDATE range SET lease_until = NULL');
}

async function isSaved(id: string): Promise<boolean> {
  const saved = await gateway.database.query(
    'SELECT 1 FROM record WHERE request_id = $1 AND sealed_outcome IS NOT NULL',
    [id],
  );
  return saved.length > 0;
}

async function eraseAt(id: string): Promise<Date | null> {
  return (await gateway.requests.find(id))?.eraseAt ?? null;
}

it('an outcome that does not open is told by a code of its own, and kept as long as any other', async () => {
  await gateway.seederLives(BUSY_SEEDER);
  const answering = calling();
  const id = await theRequest();
  await gateway.database.query(
    `UPDATE record SET state = 'processed', sealed_outcome = '\\x01' WHERE request_id = $1`,
    [id],
  );
  const { status, body } = await answering;
  expect([status, body]).toMatchObject([503, { errors: [{ errorCode: 'MTS-IDA-007' }], response: null }]);
  expect(await eraseAt(id)).toBeNull();
});

describe('nobody can be asked', () => {
  it.each([
    ['MTS-IDA-101', 'IDA cannot be reached \\(MTS-IDA-101\\)'],
    ['IDA-MPA-008', 'IDA refuses all calls .* have mended the cause \\(IDA-MPA-008\\)'],
  ])(
    'while the profile is held by %s: that is said at once, without advice to operators, and nothing is kept',
    async (code, why) => {
      await ida();
      await gateway.profile.hold('record', code, 'IDA is silent. Check MTS_IDA_AUTH_URL and restart.');
      const { status, body, headers } = await call();
      expect([status, body]).toMatchObject([
        503,
        {
          errors: [
            {
              errorCode: 'MTS-SYNC-002',
              errorMessage: expect.stringMatching(
                `^IDA cannot be asked now: ${why}\\. Nothing was kept, and nobody was asked; try again in \\d s$`,
              ),
            },
          ],
          response: null,
        },
      ]);
      // The next probe of an outage.
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(await gateway.rowCounts()).toEqual({ requests: 0, records: 0 });
    },
  );

  it('while no seeder runs: the same', async () => {
    const { status, body, headers } = await call();
    const errorMessage = expect.stringMatching(/nobody can ask IDA; nothing was kept, .* try again in 30 s$/);
    expect([status, body]).toMatchObject([
      503,
      { errors: [{ errorCode: 'MTS-SYS-003', errorMessage }], response: null },
    ]);
    expect(headers['retry-after']).toBe('30');
    expect(await gateway.rowCounts()).toEqual({ requests: 0, records: 0 });
  });

  it('from a hold on that begins before the record was sent: it is taken back, so a repetition asks once', async () => {
    await gateway.seederLives(BUSY_SEEDER);
    const answering = calling();
    await theRequest();
    await gateway.profile.hold('preflight', 'IDA-MPA-009', 'Partner is not registered.');
    const { status, body } = await answering;
    expect([status, body]).toMatchObject([503, { errors: [{ errorCode: 'MTS-SYNC-002' }] }]);
    expect(await gateway.rowCounts()).toEqual({ requests: 0, records: 0 });
  });

  it('because its own record is held: it is taken back, and nobody else is told to wait', async () => {
    await gateway.seederLives(BUSY_SEEDER);
    const answering = calling();
    const id = await theRequest();
    await gateway.profile.holdRequest(id, 'IDA-MLC-009', 'reason');
    const { status, body } = await answering;
    expect([status, body]).toMatchObject([
      503,
      { errors: [{ errorCode: 'MTS-SYNC-002', errorMessage: expect.stringContaining('IDA-MLC-009') }] },
    ]);
    expect(await gateway.rowCounts()).toEqual({ requests: 0, records: 0 });
  });
});

describe('a request that another call took back', () => {
  it('because nobody can be asked: that is said, and not that somebody has cancelled it', async () => {
    await gateway.seederLives(BUSY_SEEDER);
    const answering = calling();
    const id = await theRequest();
    await gateway.database.query(
      `WITH gone AS (DELETE FROM request WHERE id = $1) UPDATE seeder SET seen_at = now() - interval '1 hour'`,
      [id],
    );
    const { status, body, headers } = await answering;
    expect([status, body]).toMatchObject([503, { errors: [{ errorCode: 'MTS-SYS-003' }], response: null }]);
    expect(headers['retry-after']).toBe('30');
  });

  it('when nobody could be asked, which is over: the call can be made again at once', async () => {
    await gateway.seederLives(BUSY_SEEDER);
    const answering = calling();
    await new AwaitedStore(gateway.database, 'default').withdraw(await theRequest());
    const { status, body, headers } = await answering;
    const errorMessage = expect.stringMatching(/Nothing was kept, and nobody was asked; try again in 1 s$/);
    expect([status, body]).toMatchObject([
      503,
      { errors: [{ errorCode: 'MTS-SYNC-002', errorMessage }], response: null },
    ]);
    expect([headers['retry-after'], headers['request-identifier']]).toEqual(['1', undefined]);
  });

  it('with the same Idempotency-Key: all are told the same', async () => {
    await gateway.seederLives(BUSY_SEEDER);
    const answering = Promise.all([1, 2, 3].map(async () => call().set('Idempotency-Key', 'one-for-all')));
    await theRequest();
    await gateway.profile.hold('preflight', 'IDA-MPA-009', 'Partner is not registered.');
    for (const { status, body } of await answering)
      expect([status, body]).toMatchObject([503, { errors: [{ errorCode: 'MTS-SYNC-002' }] }]);
    expect(await gateway.rowCounts()).toEqual({ requests: 0, records: 0 });
  });
});

describe('a record that was never sent', () => {
  it('is told to be cancelled, unasked, when its request is erased meanwhile', async () => {
    await gateway.seederLives(BUSY_SEEDER);
    const answering = calling();
    const id = await theRequest();
    expect((await supertest(gateway.url).delete(`/authtoken/requests/${id}`)).status).toBe(200);
    const { status, body } = await answering;
    expect([status, body]).toMatchObject([503, { errors: [{ errorCode: 'MTS-IDA-002' }], response: null }]);
  });
});

describe('a hold that ends by itself', () => {
  it('of its own record, for IDA is silent: it is taken back with what is known, and when it is tried next', async () => {
    await gateway.seederLives(BUSY_SEEDER);
    const answering = calling();
    const id = await theRequest();
    await new SilenceStore(gateway.database, 'default').holdRequest(id, 'MTS-IDA-102', 'IDA is silent.');
    const { status, body, headers } = await answering;
    expect([status, body]).toMatchObject([
      503,
      {
        errors: [
          { errorCode: 'MTS-SYNC-002', errorMessage: expect.stringContaining('(MTS-IDA-102). Nothing') },
        ],
      },
    ]);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(5);
  });

  it('of all, which preflights do not meet: whoever comes is taken in', async () => {
    const seeing = await ida();
    await gateway.profile.hold('record', 'MTS-IDA-102', 'IDA is silent.');
    const checkedAt = await gateway.database.now();
    await gateway.profile.savePreflight({ ok: true, code: null, reason: null, checkedAt });
    const answering = calling();
    await theRequest();
    // What its answer does.
    await gateway.profile.lift();
    expect((await answering).status).toBe(200);
    expect(seeing.asked).toHaveLength(1);
  });
});

describe('a record that IDA may have been asked about', () => {
  describe('when the limit is reached', () => {
    beforeAll(async () => restart({ MTS_SYNC_WAIT_SECONDS_MAX: '2' }));
    afterAll(async () => restart({}));

    it('is not taken back, whatever holds begin', async () => {
      const silent = await ida(() => undefined);
      const answering = calling();
      await until(() => silent.asked.length === 1);
      await gateway.profile.hold('record', 'MTS-IDA-102', 'IDA is silent.');
      expect((await answering).status).toBe(202);
      expect(await gateway.rowCounts()).toEqual({ requests: 1, records: 1 });
    });

    it('goes on after the limit, under an identifier that leads to its result', async () => {
      let isSilent = true;
      const waiting = await ida(() => (isSilent ? undefined : { token: TOKEN }));
      const { status, body } = await call();
      const id = waiting.asked[0]?.id ?? '';
      expect([status, body]).toMatchObject([
        202,
        {
          errors: [{ errorCode: 'MTS-SYNC-001', errorMessage: expect.stringContaining(id) }],
          response: { request_identifier: id },
        },
      ]);
      expect(body).not.toHaveProperty('response.authStatus');
      isSilent = false;
      await letLeasesExpire();
      const api = supertest(gateway.url);
      await until(async () => {
        const { text } = await api.get(`/authtoken/status/${id}`);
        return text.includes('"status":"processed"');
      });
      expect((await api.get(`/authtoken/file/${id}`)).text).toContain(TOKEN);
      expect(await eraseAt(id)).toBeNull();
    });
  });

  it('goes on when its caller hangs up, and its result stays', async () => {
    let isSilent = true;
    const waiting = await ida(() => (isSilent ? undefined : { token: TOKEN }));
    const socket = await rawConnection(gateway.url);
    socket.write(rawPost('/authtoken/json', 'application/json', JSON.stringify(BODY)));
    await until(() => waiting.asked.length === 1);
    socket.destroy();
    await once(socket, 'close');
    isSilent = false;
    await letLeasesExpire();
    const id = await theRequest();
    await until(async () => (await gateway.requests.find(id))?.state === 'processed');
    expect((await supertest(gateway.url).get(`/authtoken/file/${id}`)).text).toContain(TOKEN);
    expect(await eraseAt(id)).toBeNull();
  });

  it('goes on when its gateway stops, which tells the caller so', async () => {
    const silent = await ida(() => undefined);
    const answering = calling();
    await until(() => silent.asked.length === 1);
    const stopping = gateway.stopGateway();
    const { status, body } = await answering;
    expect([status, body]).toMatchObject([202, { response: { request_identifier: silent.asked[0]?.id } }]);
    await stopping;
    await silent.stop();
    seeder = undefined;
    await gateway.cleanUp();
    await start();
  });

  it('is not told to be unasked when its request is erased meanwhile', async () => {
    const silent = await ida(() => undefined);
    const answering = calling();
    await until(() => silent.asked.length === 1);
    await silent.stop();
    seeder = undefined;
    await letLeasesExpire();
    const id = await theRequest();
    expect((await supertest(gateway.url).delete(`/authtoken/requests/${id}`)).status).toBe(200);
    const { status, body } = await answering;
    expect([status, body]).toMatchObject([503, { errors: [{ errorCode: 'MTS-IDA-005' }], response: null }]);
  });

  it('is answered although the database was away meanwhile', async () => {
    let isSilent = true;
    const waiting = await ida(() => (isSilent ? undefined : { token: TOKEN }));
    const answering = calling();
    await until(() => waiting.asked.length === 1);
    gateway.line.cut();
    await until(() => gateway.logLines.some((line) => line.includes('could not be looked at')));
    gateway.line.mend();
    isSilent = false;
    await letLeasesExpire();
    expect((await answering).body).toMatchObject({ response: { authToken: TOKEN } });
  });
});

describe('an answer', () => {
  it('comes when its request has ended, so that whoever fetches the result next finds it', async () => {
    const unlock = Promise.withResolvers<void>();
    let locked = Promise.resolve();
    await ida(async ({ id }) => {
      const isLocked = Promise.withResolvers<void>();
      locked = gateway.database.transaction(async (tx) => {
        await tx.query('SET LOCAL idle_in_transaction_session_timeout = 0');
        await tx.query('SELECT 1 FROM request WHERE id = $1 FOR UPDATE', [id]);
        isLocked.resolve();
        await unlock.promise;
      });
      await isLocked.promise;
      return { token: TOKEN };
    });
    let isAnswered = false;
    const answering = calling().finally(() => (isAnswered = true));
    const id = await theRequest();
    const api = supertest(gateway.url);
    await until(async () => isSaved(id));
    // Meanwhile the answer would have come.
    for (let look = 0; look < 5; look += 1) await api.get(`/authtoken/status/${id}`);
    const wasAnsweredBefore = isAnswered;
    unlock.resolve();
    await locked;
    expect([wasAnsweredBefore, (await answering).status]).toEqual([false, 200]);
    expect((await api.get(`/authtoken/file/${id}`)).text).toContain(TOKEN);
  });

  it('that was handed over leaves what it was made of for a grace period only', async () => {
    await ida();
    expect((await call()).status).toBe(200);
    const id = await theRequest();
    const erasing = await until(async () => eraseAt(id));
    expect(erasing.getTime() - Date.now()).toBeLessThan(3_600_001);
  });
});

describe('calls that wait', () => {
  it.each([
    ['of one caller', { MTS_SYNC_WAIT_SECONDS_MAX: '5', MTS_SYNC_WAITING_PER_CALLER_MAX: '1' }],
    ['of all callers', { MTS_SYNC_WAIT_SECONDS_MAX: '5', MTS_SYNC_WAITING_MAX: '1' }],
  ])('are capped %s, and places come free', async (_whose, env) => {
    await restart(env);
    const silent = await ida(() => undefined);
    const first = calling();
    await until(() => silent.asked.length === 1);
    const { status, body, headers } = await call();
    expect([status, body]).toMatchObject([429, { errors: [{ errorCode: 'MTS-LIMIT-001' }], response: null }]);
    expect(headers['retry-after']).toBe('1');
    expect((await first).status).toBe(202);
    await seeder?.stop();
    await ida();
    expect((await call()).status).toBe(200);
  });

  it('take no place any more when their callers hang up', async () => {
    await restart({ MTS_SYNC_WAITING_MAX: '1' });
    let isSilent = true;
    const waiting = await ida(() => (isSilent ? undefined : { token: TOKEN }));
    const socket = await rawConnection(gateway.url);
    socket.write(rawPost('/authtoken/json', 'application/json', JSON.stringify(BODY)));
    await until(() => waiting.asked.length === 1);
    expect((await call()).status).toBe(429);
    socket.destroy();
    isSilent = false;
    await until(async () => (await call()).status === 200);
  });
});

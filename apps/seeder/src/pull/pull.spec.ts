import { randomUUID } from 'node:crypto';

import { makeRequestKeys } from '@mts/crypto';
import { type OdkConfig, sealOdkOrder, sealRequestOptions, type RecordRuleSettings } from '@mts/inputs';
import { createLogger, OutboundGuard } from '@mts/platform';
import { type PullLease, PullStore, SteeringStore } from '@mts/store';
import {
  FakeOdkCentral,
  type FakeOdkOptions,
  generatedSubmissions,
  ODK_VIEWER,
  odkForm,
  type OdkForm,
  recordedOdkForm,
  until,
} from '@mts/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { LeaseKeeper } from '../authenticate/lease-keeper.js';
import { Bench } from '../spec-support/running-seeder.js';
import { PullWorker } from './pull-worker.js';
import { Pulls } from './pulls.js';

/** The recorded people do not have numbers that anybody could have. */
const RULES: RecordRuleSettings = { idCheck: 'off' };
const REGISTRATION = recordedOdkForm('beneficiary_registration');
const SETTINGS = { MTS_OUTBOUND_ALLOWED: 'localhost' };
const PERSON = { name: 'Emana Sar', gender: 'Female', dob: '1990-02-01', fullAddress: '12 Lake Road' };

let bench: Bench;
let pulls: PullStore;
let central: FakeOdkCentral;
let keeper: LeaseKeeper<PullLease>;

beforeAll(async () => {
  bench = await Bench.open();
  pulls = new PullStore(bench.database, bench.requests);
});
afterAll(async () => bench.close());
beforeEach(() => {
  keeper = new LeaseKeeper(pulls, createLogger({ app: 'spec', level: 'error', write: () => undefined }));
});
afterEach(async () => {
  keeper.close();
  await central.close();
});

async function serve(options: FakeOdkOptions = {}): Promise<void> {
  central = await FakeOdkCentral.start({ forms: [REGISTRATION], ...options });
}

/** Hands in what a gateway would have taken in. */
async function order(config: OdkConfig = {}): Promise<string> {
  const id = randomUUID();
  const keys = await makeRequestKeys(id, bench.keks, new Date());
  const options = { mapping: {}, language: 'eng', nameDelimiter: ' ', fullAddressDelimiter: ', ' };
  const { email, password } = ODK_VIEWER;
  const form = { baseUrl: central.url, projectId: '1', formId: 'beneficiary_registration', email, password };
  const { kekId, wrappedInputKey, wrappedResultsKey } = keys;
  const request = {
    id,
    kekId,
    wrappedInputKey,
    wrappedResultsKey,
    owner: 'default',
    input: 'odk',
    output: 'json',
  };
  const source = sealOdkOrder(id, { config: { ...form, ...config }, rules: RULES }, keys.input);
  await bench.database.transaction(async (tx) =>
    pulls.begin({ ...request, sealedOptions: sealRequestOptions(id, options, keys.input) }, source, tx),
  );
  return id;
}

/** A worker without a process around it. */
function worker(
  ageHoursMax = 24,
  idleTimeoutMs = 1000,
  tryMsMin?: number,
  clock = () => new Date(),
): PullWorker {
  return new PullWorker({
    database: bench.database,
    requests: bench.requests,
    pulls,
    keeper,
    queues: bench.queues,
    keks: bench.keks,
    guard: new OutboundGuard({ allowed: ['localhost'] }),
    clock,
    logger: createLogger({ app: 'seeder', level: 'debug', write: (line) => bench.logLines.push(line) }),
    onEnded: async () => undefined,
    ageHoursMax,
    tryMsMin,
    idleTimeoutMs,
    recordsMax: 100_000,
    retryDelaysMs: [],
  });
}

const aYearAhead = (): Date => new Date(Date.now() + 365 * 86_400_000);

const work = async (id: string, by = worker()) => by.work({ v: 1, requestId: id });
const stateOf = async (id: string) => (await bench.requests.find(id))?.state;
const dueNow = async (id: string) =>
  bench.database.query('UPDATE pull SET next_try_at = now(), lease_until = NULL WHERE request_id = $1', [id]);

async function linesOf(id: string): Promise<number> {
  const [row] = await bench.database.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM record WHERE request_id = $1',
    [id],
  );
  return row?.count ?? 0;
}

const peopleForm = (length: number): OdkForm => ({
  ...odkForm('people', []),
  submissions: generatedSubmissions(length, (n) => ({ ...PERSON, vid: String(1_000_000_000 + n) })),
});

describe('a list in ODK Central', () => {
  it('is pulled, asked and answered, in the order of the form', async () => {
    await serve();
    const app = await bench.startSeeder(SETTINGS);
    const id = await order();
    await bench.queues.post('pull', [{ message: { v: 1, requestId: id }, key: id }]);
    await until(async () => (await stateOf(id)) === 'processed');
    const vids = Array.from({ length: 25 }, (_, index) => REGISTRATION.submissions.at(index)?.['vid']);
    expect((await bench.rows(id)).map((row) => row.vid)).toEqual(vids);
    expect((await bench.rows(id)).every((row) => row.token !== null)).toBe(true);
    expect(await pulls.find(id)).toMatchObject({ state: 'pulled', received: 25, skipped: {}, attempts: 1 });
    await until(() => central.openSessions === 0);
    await app.close();
  });

  it('keeps the place of a submission that cannot be asked, and is over at once when none can', async () => {
    const rows = [
      { __id: 'uuid:2', vid: '12' },
      { __id: 'uuid:1', name: 'Ana' },
    ];
    await serve({ forms: [odkForm('f', rows)] });
    const id = await order({ formId: 'f' });
    await work(id);
    expect(await stateOf(id)).toBe('submitted_with_errors');
    expect((await bench.rows(id)).map((row) => row.errorCode)).toEqual(['ATS-REQ-010', 'ATS-REQ-009']);
  });

  it('tells apart what is encrypted', async () => {
    const encrypted = recordedOdkForm('encrypted_form').submissions.at(0);
    const rows = [{ __id: 'uuid:1', ...PERSON, vid: '1' }, ...(encrypted === undefined ? [] : [encrypted])];
    await serve({ forms: [odkForm('f', rows)] });
    const id = await order({ formId: 'f' });
    await work(id);
    expect(await pulls.find(id)).toMatchObject({ state: 'pulled', received: 1, skipped: { encrypted: 1 } });
  });

  it('is stored in blocks while it comes', async () => {
    await serve({ forms: [peopleForm(9000)] });
    const id = await order({ formId: 'people' });
    const pulling = work(id);
    await until(async () => {
      const { received = 0, state } = (await pulls.find(id)) ?? {};
      return received > 0 && received < 9000 && state === 'pulling';
    });
    expect(await stateOf(id)).toBe('pulling');
    await pulling;
    expect([await stateOf(id), await linesOf(id)]).toEqual(['submitted', 9000]);
  });
});

describe('a pull that does not succeed', () => {
  it('says why, and is over, when trying again is of no use', async () => {
    await serve();
    const id = await order({ password: 'nope-nope' });
    await work(id);
    expect(await stateOf(id)).toBe('submitted_with_errors');
    expect(await pulls.find(id)).toMatchObject({
      state: 'failed',
      code: 'MTS-ODK-001',
      reason: 'ODK Central does not accept this e-mail and password',
    });
  });

  it('waits with a back-off in an outage, keeps nothing of the broken try, and comes back', async () => {
    await serve({ forms: [peopleForm(9000)] });
    central.misbehave(3, 'break');
    const id = await order({ formId: 'people' });
    await work(id);
    expect(await pulls.find(id)).toMatchObject({
      state: 'waiting',
      attempts: 1,
      received: 0,
      code: 'MTS-ODK-104',
    });
    expect([await stateOf(id), await linesOf(id)]).toEqual(['pulling', 0]);
    await work(id);
    expect(await pulls.find(id)).toMatchObject({ state: 'waiting', attempts: 1 });
    await dueNow(id);
    await work(id);
    expect([await stateOf(id), await linesOf(id)]).toEqual(['submitted', 9000]);
    expect(await pulls.find(id)).toMatchObject({ state: 'pulled', code: null, reason: null });
  });

  it('because its keys are missing, though its request goes on, waits with a back-off and says so', async () => {
    await serve();
    const id = await order();
    await bench.database.query(
      'UPDATE wrapped_key SET wrapped = NULL, erased_at = now() WHERE subject = $1',
      [id],
    );
    await work(id);
    expect(await pulls.find(id)).toMatchObject({ state: 'waiting', attempts: 1, code: 'ATS-REQ-100' });
    expect((await pulls.find(id))?.nextTryAt.getTime()).toBeGreaterThan(Date.now());
  });

  it('comes back no sooner than it was asked to', async () => {
    await serve();
    central.misbehave(1, { error: 503, retryAfter: '3600' });
    const id = await order();
    await work(id);
    const nextTryAt = (await pulls.find(id))?.nextTryAt.getTime() ?? 0;
    expect(nextTryAt).toBeGreaterThan(Date.now() + 3_500_000);
  });

  it('is over when it has been tried for too long, with the reason of its last try', async () => {
    await serve();
    central.misbehave(1, { error: 502 });
    const id = await order();
    await bench.database.query(
      `UPDATE pull SET created_at = now() - interval '2 hours' WHERE request_id = $1`,
      [id],
    );
    await work(id, worker(1));
    expect(await stateOf(id)).toBe('submitted_with_errors');
    expect(await pulls.find(id)).toMatchObject({ state: 'failed', code: 'MTS-ODK-103' });
  });

  it('is not over because the clock of a seeder is ahead', async () => {
    await serve();
    central.misbehave(1, { error: 502 });
    const id = await order();
    await work(id, worker(1, 1000, undefined, aYearAhead));
    expect(await pulls.find(id)).toMatchObject({ state: 'waiting', code: 'MTS-ODK-103' });
  });

  it('is over when its time has come while it is under way, however patiently its source drips', async () => {
    await serve();
    central.misbehave(1, 'hang');
    const id = await order();
    await bench.database.query(
      `UPDATE pull SET created_at = now() - interval '2 hours' WHERE request_id = $1`,
      [id],
    );
    await work(id, worker(1, 600_000, 1));
    expect(await pulls.find(id)).toMatchObject({ state: 'failed', code: 'MTS-ODK-102' });
  });

  it('is taken over from a seeder that died within it, from its beginning and without a row twice', async () => {
    await serve({ forms: [peopleForm(6000)] });
    central.misbehave(2, 'hang');
    const id = await order({ formId: 'people' });
    // It shows no more that it lives, and hears of nothing.
    keeper.close();
    const dying = work(id, worker(24, 600_000));
    await until(async () => ((await pulls.find(id))?.received ?? 0) > 0);
    await dueNow(id);
    await work(id);
    expect([await stateOf(id), await linesOf(id)]).toEqual(['submitted', 6000]);
    await central.close();
    await dying;
    expect([await stateOf(id), await linesOf(id)]).toEqual(['submitted', 6000]);
  });

  it('is handed back by a seeder that is stopped, and is no try then', async () => {
    await serve();
    central.misbehave(1, 'hang');
    const [id, stopped] = [await order(), worker(24, 600_000)];
    const pulling = work(id, stopped);
    await until(() => central.calls.some(({ path }) => path.includes('.svc')));
    stopped.stop();
    await pulling;
    expect(await pulls.find(id)).toMatchObject({ state: 'waiting', attempts: 0, code: null });
    await work(id);
    expect(await stateOf(id)).toBe('submitted');
  });

  it('stops within a moment when its request is cancelled', async () => {
    await serve();
    central.misbehave(1, 'hang');
    const id = await order();
    const pulling = work(id, worker(24, 600_000));
    await until(() => central.calls.some(({ path }) => path.includes('.svc')));
    await new SteeringStore(bench.database, bench.requests).cancel(id);
    await pulling;
    expect([await stateOf(id), await linesOf(id), central.openSessions]).toEqual(['cancelled', 0, 0]);
  });

  it('waits while another one pulls from the same server', async () => {
    await serve();
    central.misbehave(1, 'hang');
    const [first, second] = [await order(), await order()];
    const both = worker(24, 600_000);
    const pulling = work(first, both);
    await until(() => central.calls.some(({ path }) => path.includes('.svc')));
    await work(second, both);
    expect(await pulls.find(second)).toMatchObject({ state: 'waiting', attempts: 0 });
    both.stop();
    await pulling;
  });

  it('leaves a place to the lists of others, however many one caller has fetched from silent sources', async () => {
    await serve();
    const silent = await Promise.all([1, 2].map(async () => FakeOdkCentral.start({ forms: [REGISTRATION] })));
    for (const one of silent) one.misbehave(1, 'hang');
    const { database, queues, keks } = bench;
    const logger = createLogger({ app: 'spec', level: 'error', write: () => undefined });
    const config = {
      outboundAllowed: ['localhost'],
      pullsAtOnceMax: 2,
      pullAgeHoursMax: 24,
      pullRecordsMax: 100,
    };
    const seeder = new Pulls({ database, queues, keks, logger, config, onEnded: async () => undefined });
    await seeder.start();
    const post = async (requestId: string, group: string): Promise<void> =>
      queues.post('pull', [{ message: { v: 1, requestId }, key: requestId, group }]);
    for (const { url } of silent) await post(await order({ baseUrl: url }), 'one');
    await until(() => silent.some(({ calls }) => calls.some(({ path }) => path.includes('.svc'))));
    const id = await order();
    await post(id, 'other');
    await until(async () => (await stateOf(id)) === 'submitted');
    expect(silent.filter(({ openSessions }) => openSessions > 0)).toHaveLength(1);
    seeder.stop();
    for (const one of silent) await one.close();
    seeder.close();
  });

  it('tells nobody who logged in, with what, or to where', () => {
    const said = bench.logLines.join('\n');
    expect(said).toContain('MTS-ODK-001');
    for (const secret of [
      'nope-nope',
      ODK_VIEWER.email,
      ODK_VIEWER.password,
      'localhost',
      '7945223180844770',
      'Sharma',
    ])
      expect(said).not.toContain(secret);
  });
});

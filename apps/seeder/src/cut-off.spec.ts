import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Calm } from './authenticate/calm.js';
import { Bench } from './spec-support/running-seeder.js';
import { type StubAnswer, StubIda, tokenOf } from './spec-support/stub-ida.js';

const EXPIRED: StubAnswer = {
  kind: 'errors',
  errors: [
    ['IDA-MLC-007', 'generic'],
    ['IDA-MPA-008', 'License key of MISP has expired'],
  ],
};
const DOWN: StubAnswer = { kind: 'http', status: 503 };

const people = (count: number, from = 1000): string[] =>
  Array.from({ length: count }, (_, at) => String(from + at));

let bench: Bench;
/** What answers the seeder that has trouble of its own, where it gets that far. */
let elsewhere: StubIda;
beforeEach(async () => {
  [bench, elsewhere] = [await Bench.open(), await StubIda.start()];
});
afterEach(async () => {
  await bench.close();
  await elsewhere.close();
});

/** A port on which nobody listens. */
async function nowhere(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${String(port)}/idauthentication/v1/auth`;
}

async function end(id: string): Promise<void> {
  await until(async () => {
    await bench.reconcileLater();
    return (await bench.progress(id)).state.startsWith('processed');
  });
}

describe('a seeder that alone cannot ask IDA', () => {
  it.each([
    ['has no way to it', nowhere, 'MTS-IDA-101'],
    ['is refused by it', async () => Promise.resolve(elsewhere.url), 'IDA-MPA-008'],
  ])('and %s holds itself, and the others go on', async (_how, url, code) => {
    elsewhere.preflightAnswer = EXPIRED;
    await bench.startSeeder();
    await bench.startSeeder({ MTS_IDA_AUTH_URL: await url() });
    expect(await bench.profile.heldSeeders()).toMatchObject([
      { code, reason: expect.stringContaining('IDA answers other seeders meanwhile') },
    ]);
    const id = await bench.submit(people(600));
    await end(id);
    expect(bench.ida.asked).toHaveLength(600);
    expect(elsewhere.asked).toEqual([]);
    expect([await bench.profile.currentHold(), await bench.profile.holdOfAll()]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('leaves a hold as it was that waits for something else, and its probe to the others', async () => {
    await bench.startSeeder();
    await bench.profile.hold('record', 'MTS-IDA-102', 'IDA did not answer in time');
    bench.ida.script('1000', { kind: 'token when released', token: tokenOf('1000') });
    const id = await bench.submit(['1000']);
    await bench.startSeeder({ MTS_IDA_AUTH_URL: await nowhere() });
    await until(() => bench.ida.waiting === 1);
    expect(await bench.profile.currentHold()).toMatchObject({ probe: 'record', code: 'MTS-IDA-102' });
    bench.ida.release();
    await end(id);
    await until(async () => (await bench.profile.currentHold()) === undefined);
  });

  it('ends in its own hold where its trouble had held all, as soon as another one is there', async () => {
    elsewhere.preflightAnswer = EXPIRED;
    await bench.startSeeder({ MTS_IDA_AUTH_URL: elsewhere.url });
    expect(await bench.profile.currentHold()).toMatchObject({ probe: 'preflight', code: 'IDA-MPA-008' });
    for (const vid of people(30)) elsewhere.script(vid, EXPIRED);
    const id = await bench.submit(people(30));
    await bench.startSeeder();
    await end(id);
    expect(bench.ida.asked).toHaveLength(30);
    await until(async () => {
      await bench.askForPreflight(await bench.database.now());
      return (await bench.profile.heldSeeders()).length === 1;
    });
    expect(await bench.profile.currentHold()).toBeUndefined();
  });
});

describe('an outage that all seeders see', () => {
  it('holds everybody, and no seeder itself, when one begins while another works', async () => {
    bench.ida.preflightAnswer = DOWN;
    await bench.startSeeder();
    await bench.startSeeder();
    expect(await bench.profile.currentHold()).toMatchObject({ probe: 'record', code: 'MTS-IDA-103' });
    expect(await bench.profile.heldSeeders()).toEqual([]);
  });

  it('holds everybody when it begins in the middle of the work of two', async () => {
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '4' }, new Calm(60_000));
    await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '4' }, new Calm(60_000));
    bench.ida.preflightAnswer = DOWN;
    for (const vid of people(1200)) bench.ida.script(vid, DOWN);
    await bench.submit(people(600));
    await bench.submit(people(600, 1600));
    await until(async () => bench.profile.currentHold());
    expect(await bench.profile.heldSeeders()).toEqual([]);
  });
});

import { SilenceStore } from '@mts/store';
import { until } from '@mts/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { Bench } from './spec-support/running-seeder.js';
import { tokenOf } from './spec-support/stub-ida.js';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(async () => bench.close());

const people = (count: number, from: number): string[] =>
  Array.from({ length: count }, (_, at) => String(from + at));

it('a seeder whose calls about people fail while another one is answered holds itself, and goes on when one is answered', async () => {
  const [some, others] = [people(600, 1000), people(600, 5000)];
  for (const vid of [...some, ...others]) bench.ida.script(vid, { kind: 'http', status: 503 });
  const another = `INSERT INTO seeder (id, in_flight_max, seen_at) VALUES (gen_random_uuid(), 1, now() + interval '1 hour')`;
  await bench.database.query(another);
  const lists = [await bench.submit(some), await bench.submit(others)];
  await bench.startSeeder({ MTS_IDA_IN_FLIGHT_MAX: '2' });
  const silence = new SilenceStore(bench.database, 'default');
  await until(async () => {
    // What the other one tells.
    await silence.noteAnswered(0);
    await bench.reconcileLater();
    return (await bench.profile.heldSeeders()).length === 1;
  });
  expect(await bench.profile.heldSeeders()).toMatchObject([
    { code: 'MTS-IDA-103', reason: expect.stringContaining('answers other seeders') },
  ]);
  expect(await bench.profile.currentHold()).toBeUndefined();
  expect(bench.ida.asked.length).toBeLessThan(20);

  const [asked, preflights] = [bench.ida.asked.length, bench.ida.preflights];
  await bench.askForPreflight(await bench.database.now());
  await until(() => bench.ida.asked.length === asked + 1);
  expect(bench.ida.preflights).toBeGreaterThan(preflights);
  expect(await bench.profile.heldSeeders()).toHaveLength(1);

  for (const vid of [...some, ...others]) bench.ida.script(vid, { kind: 'token', token: tokenOf(vid) });
  await bench.askForPreflight(await bench.database.now());
  await until(async () => (await bench.profile.heldSeeders()).length === 0);
  for (const id of lists)
    await until(async () => {
      await bench.database.query('UPDATE request_hold SET next_probe_at = now()');
      await bench.reconcileLater();
      return (await bench.progress(id)).state === 'processed';
    });
});

it('a list whose people something turned away goes on by itself when that has ended', async () => {
  for (const vid of people(20, 1000)) bench.ida.script(vid, { kind: 'http', status: 403 });
  const id = await bench.submit(people(20, 1000));
  await bench.startSeeder();
  const [hold] = await until(async () => {
    const holds = await bench.profile.holdsOf(id);
    return holds.length > 0 ? holds : undefined;
  });
  expect(hold).toMatchObject({ kind: 'request', code: 'MTS-IDA-103', nextTryAt: expect.any(Date) });
  expect(await bench.requests.expired(0, 10)).toEqual([]);
  for (const vid of people(20, 1000)) bench.ida.script(vid, { kind: 'token', token: tokenOf(vid) });
  await bench.askForPreflight(await bench.database.now());
  await until(async () => {
    await bench.reconcileLater();
    return (await bench.progress(id)).state === 'processed';
  });
});

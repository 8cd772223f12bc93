import { builtApp, type RunningApp, spawnApp, TcpProxy, until } from '@mts/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { Bench } from './spec-support/running-seeder.js';
import { tokenOf } from './spec-support/stub-ida.js';

/** A stop has 20 s at the most; starting and looking for the first call come on top. */
const STOPPED_WITHIN = { timeout: 60_000 };
const PEOPLE = ['1001', '1002', '1003', '1004'];

let bench: Bench;
let proxy: TcpProxy;
beforeEach(async () => {
  bench = await Bench.open();
  proxy = await TcpProxy.start(Number(new URL(bench.url).port));
});
afterEach(async () => {
  await bench.close();
  await proxy.close();
});

/** A seeder as a process of its own, whose way to the database can be cut. */
async function seeder(): Promise<RunningApp> {
  const url = new URL(bench.url);
  url.port = String(proxy.port);
  const env = bench.environment({ DATABASE_URL: url.href });
  return spawnApp(builtApp('seeder'), { env: { ...env, NODE_ENV: 'test' } });
}

/** @returns the request of which all are in flight */
async function inFlight(): Promise<string> {
  for (const vid of PEOPLE) bench.ida.script(vid, { kind: 'token when released', token: tokenOf(vid) });
  const id = await bench.submit(PEOPLE);
  await until(() => bench.ida.waiting === PEOPLE.length);
  return id;
}

it(
  'ends in good order when it is told to: what is in flight is answered, and stored',
  STOPPED_WITHIN,
  async () => {
    const app = await seeder();
    const id = await inFlight();
    const stopped = app.stop();
    bench.ida.release();
    expect(await stopped).toEqual({ code: 0, signal: null });
    expect((await bench.rows(id)).map((row) => row.token)).toEqual(PEOPLE.map(tokenOf));
  },
);

it(
  'ends while its database says nothing, with exit code 1 and a line that names what was open',
  STOPPED_WITHIN,
  async () => {
    const app = await seeder();
    await inFlight();
    proxy.cut('silent');
    const stopped = app.stop();
    bench.ida.release();
    expect(await stopped).toEqual({ code: 1, signal: null });
    expect(app.output()).toMatch(/"stillOpen":"[^"]*the database[^"]*","msg":"the stop took too long/);
  },
);

it(
  'stores what IDA has answered when its database is back before its time is up',
  STOPPED_WITHIN,
  async () => {
    const app = await seeder();
    const id = await inFlight();
    proxy.cut('reset');
    await until(() => app.output().includes('the database cannot be used'));
    const stopped = app.stop();
    bench.ida.release();
    await until(() => bench.ida.waiting === 0);
    proxy.mend();
    expect(await stopped).toEqual({ code: 0, signal: null });
    expect((await bench.rows(id)).map((row) => row.token)).toEqual(PEOPLE.map(tokenOf));
  },
);

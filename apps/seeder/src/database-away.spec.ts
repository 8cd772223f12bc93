import { TcpProxy, until } from '@mts/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { Bench } from './spec-support/running-seeder.js';
import { tokenOf } from './spec-support/stub-ida.js';

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

interface Line {
  readonly level: string;
  readonly msg: string;
}

/** What is logged at the usual level of the database, and with an error. */
function told(from: number): readonly Line[] {
  const lines = bench.logLines.slice(from).map((line) => JSON.parse(line) as Line);
  return lines.filter((line) => line.level !== 'debug' && ('error' in line || /database/.test(line.msg)));
}

const people = (count: number): string[] => Array.from({ length: count }, (_, at) => String(1000 + at));

it('what IDA answers while the database is away is kept until it is back, and nobody is asked twice', async () => {
  const persons = people(20);
  for (const vid of persons.slice(0, 4))
    bench.ida.script(vid, { kind: 'token when released', token: tokenOf(vid) });
  const id = await bench.submit(persons);
  const url = new URL(bench.url);
  url.port = String(proxy.port);
  await bench.startSeeder({
    DATABASE_URL: url.href,
    MTS_IDA_IN_FLIGHT_MAX: '4',
  });
  await until(() => bench.ida.waiting === 4);
  proxy.cut('reset');
  await until(() => bench.logLines.some((line) => line.includes('leases cannot be renewed')));
  bench.ida.release();
  await until(() => bench.ida.waiting === 0);
  proxy.mend();
  await until(async () => {
    await bench.reconcileLater();
    return (await bench.progress(id)).state === 'processed';
  });
  expect(bench.ida.asked.toSorted()).toEqual(persons);
  expect((await bench.rows(id)).map((row) => row.token)).toEqual(persons.map(tokenOf));
});

it('an outage of the database is one line when it begins and one when it is over, whatever fails for it', async () => {
  const url = new URL(bench.url);
  url.port = String(proxy.port);
  await bench.startSeeder({ DATABASE_URL: url.href });
  const from = bench.logLines.length;
  const faults = (): number => bench.logLines.slice(from).filter((line) => line.includes('"debug"')).length;
  proxy.cut('reset');
  // More than one place of each queue, and the notifications.
  await until(() => faults() > 12);
  proxy.mend();
  await until(() => told(from).some(({ level }) => level === 'info'));
  expect(told(from)).toEqual([
    expect.objectContaining({ level: 'error', msg: expect.stringContaining('cannot be used') }),
    expect.objectContaining({ level: 'info', msg: 'the database can be used again' }),
  ]);
});

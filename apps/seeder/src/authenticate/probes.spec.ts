import { createLogger } from '@mts/platform';
import { type Lease, ProbeStore, RangeStore, SilenceStore } from '@mts/store';
import { until } from '@mts/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Bench } from '../spec-support/running-seeder.js';
import { Probes } from './probes.js';

let bench: Bench;
let ranges: RangeStore;
beforeEach(async () => {
  bench = await Bench.open();
  ranges = new RangeStore(bench.database);
});
afterEach(async () => bench.close());

/** The one record of a list, in the hands of somebody else for as long as the test lasts. */
async function takenElsewhere(): Promise<Lease> {
  const lease = await ranges.take(await bench.submit(['1000']), 0, 'probe');
  if (lease === undefined) throw new Error('the range could not be taken');
  await bench.database.query(`UPDATE range SET lease_until = now() + interval '1 hour'`);
  return lease;
}

/** Has probes made until one more has come to its end; they are made one at a time. */
async function untilProbed(table: 'profile_hold' | 'request_hold'): Promise<void> {
  const attempts = async (): Promise<number> => {
    await bench.database.query(`UPDATE ${table} SET next_probe_at = now()`);
    const [hold] = await bench.database.query<{ attempts: number }>(`SELECT attempts FROM ${table}`);
    return hold?.attempts ?? Infinity;
  };
  const before = await attempts();
  await until(async () => (await attempts()) >= before + 2);
}

async function asksNobody(): Promise<never> {
  return Promise.reject(new Error('nobody is to be asked'));
}

describe('while the only person who waits is in other hands', () => {
  it('the hold of everybody stands', async () => {
    await takenElsewhere();
    await bench.profile.hold('record', 'MTS-IDA-102', 'silence');
    await bench.startSeeder();
    await untilProbed('profile_hold');
    expect(await bench.profile.currentHold()).toBeDefined();
    expect(bench.ida.asked).toEqual([]);
  });

  it('the hold of the request stands', async () => {
    const { requestId } = await takenElsewhere();
    await new SilenceStore(bench.database, 'default').holdRequest(requestId, 'MTS-IDA-102', 'silence');
    await bench.startSeeder();
    await untilProbed('request_hold');
    expect(await bench.profile.holdsOf(requestId)).toHaveLength(1);
    expect(bench.ida.asked).toEqual([]);
  });
});

describe('when nobody waits any more', () => {
  it('the hold of everybody ends, and so does that of a request', async () => {
    const lease = await takenElsewhere();
    const { requestId } = lease;
    const kept = { sealedOutcome: Buffer.from('o'), errorCode: null, tokenIndex: null };
    await ranges.saveOutcomes([{ lease, outcome: { line: 1, state: 'processed', ...kept } }]);
    await new SilenceStore(bench.database, 'default').holdRequest(requestId, 'MTS-IDA-102', 'silence');
    await bench.profile.hold('record', 'MTS-IDA-102', 'silence');
    await bench.startSeeder();
    await untilProbed('profile_hold');
    expect(await bench.profile.currentHold()).toBeUndefined();
    await untilProbed('request_hold');
    expect(await bench.profile.holdsOf(requestId)).toEqual([]);
  });
});

describe('while all who wait were asked before', () => {
  it("a seeder that holds itself asks nobody, and takes nobody's turn", async () => {
    const lease = await ranges.take(await bench.submitUnoffered(['1000']), 0, 'probe');
    if (lease === undefined) throw new Error('the range could not be taken');
    await ranges.markSent(lease, 1);
    await ranges.mark(lease, [1], 'unknown');
    await ranges.finish(lease);
    const probes = new Probes({
      store: new ProbeStore(bench.database, 'default'),
      silence: new SilenceStore(bench.database, 'default'),
      ranges,
      worker: { workOn: asksNobody },
      asker: { ask: asksNobody },
      logger: createLogger({ app: 'seeder', level: 'error', write: () => undefined }),
    });
    expect(await probes.ofSeeder()).toBe('under way');
    expect(await bench.database.query('SELECT 1 FROM request WHERE probed_at IS NOT NULL')).toEqual([]);
  });
});

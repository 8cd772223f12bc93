import { createLogger } from '@mts/platform';
import { type Lease, LeaseLostError, RangeStore, SteeringStore } from '@mts/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Bench } from '../spec-support/running-seeder.js';
import { tokenOf } from '../spec-support/stub-ida.js';
import { RecordBook } from './record-book.js';
import { Twins } from './twins.js';

const SO_OFTEN = 1200;
const PEOPLE = [...Array.from({ length: SO_OFTEN }, () => '1001'), '1002'];

let bench: Bench;
let ranges: RangeStore;
beforeEach(async () => {
  bench = await Bench.open();
  ranges = new RangeStore(bench.database);
});
afterEach(async () => bench.close());

interface Answered {
  readonly id: string;
  readonly lease: Lease;
  readonly book: RecordBook;
}

/** A list of which IDA has answered about the first person, who stands in it many times. */
async function answered(): Promise<Answered> {
  const id = await bench.submitUnoffered(PEOPLE);
  const lease = await ranges.take(id, 0);
  const request = await bench.requests.find(id);
  if (lease === undefined || request === null) throw new Error('there is no work');
  const logger = createLogger({
    app: 'seeder',
    level: 'error',
    write: (line) => void bench.logLines.push(line),
  });
  const book = await RecordBook.open(request, bench.keks, logger);
  const [record] = await ranges.openRecords(lease, 0, 1);
  if (record === undefined) throw new Error('there is no record');
  await ranges.markSent(lease, 1);
  const outcome = book.outcome(record, '1001', { kind: 'matched', token: tokenOf('1001') });
  await ranges.saveOutcomes([{ lease, outcome }]);
  return { id, lease, book };
}

const GOES_ON = new AbortController().signal;
const STOPPED = AbortSignal.abort();

async function doneIn(id: string): Promise<number> {
  return (await bench.progress(id)).done;
}

const steering = (): SteeringStore => new SteeringStore(bench.database, bench.requests);

describe('lines that share an outcome', () => {
  it('get it each sealed for itself, counted in the range of their record, and once', async () => {
    const { id, lease, book } = await answered();
    const twins = new Twins(ranges);
    await twins.share(lease, book, GOES_ON);
    await twins.share(lease, book, GOES_ON);
    expect(await doneIn(id)).toBe(SO_OFTEN);
    await bench.database.query('DELETE FROM record WHERE line > $1', [SO_OFTEN]);
    const rows = await bench.rows(id);
    expect(new Set(rows.map(({ token }) => token))).toEqual(new Set([tokenOf('1001')]));
  });

  it('are left to others when the work stops and others may take it up', async () => {
    const { id, lease, book } = await answered();
    await new Twins(ranges).share(lease, book, STOPPED);
    expect(await doneIn(id)).toBe(1);
  });

  it.each([
    ['is paused', async (id: string) => steering().pause(id)],
    ['is held', async (id: string) => bench.profile.holdRequest(id, 'IDA-MPA-006', 'policy')],
    ['is cancelled', async (id: string) => steering().cancel(id)],
  ])('get it all the same when the work stops because the list %s', async (_how, stop) => {
    const { id, lease, book } = await answered();
    await stop(id);
    await new Twins(ranges).share(lease, book, STOPPED);
    expect(await doneIn(id)).toBe(SO_OFTEN);
  });

  it('get no more of it from one whose lease is lost in the middle', async () => {
    const { id, lease, book } = await answered();
    let reads = 0;
    const takenOver = new Twins({
      saveOutcomes: async (rows) => ranges.saveOutcomes(rows),
      renew: async (leases) => ranges.renew(leases),
      openTwins: async (...place) => {
        reads += 1;
        if (reads === 2) await bench.takeOver(id);
        return ranges.openTwins(...place);
      },
    });
    await expect(takenOver.share(lease, book, GOES_ON)).rejects.toThrow(LeaseLostError);
    expect(await doneIn(id)).toBe(501);
  });

  it('end as unreadable when it does not open any more, noted once', async () => {
    const { id, lease, book } = await answered();
    await bench.database.query(`UPDATE record SET sealed_outcome = '\\x00' WHERE line = 1`);
    await new Twins(ranges).share(lease, book, GOES_ON);
    expect(await bench.progress(id)).toMatchObject({ done: 1, failed: SO_OFTEN - 1 });
    const codes = await bench.database.query(
      'SELECT error_code AS code, token_index AS token FROM record WHERE line = ANY ($1)',
      [[2, SO_OFTEN]],
    );
    expect(codes).toEqual([
      { code: 'MTS-IDA-007', token: null },
      { code: 'MTS-IDA-007', token: null },
    ]);
    expect(bench.logLines.filter((line) => line.includes('does not open any more'))).toHaveLength(1);
  });
});

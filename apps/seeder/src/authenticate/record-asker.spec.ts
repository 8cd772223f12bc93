import type { IdaClient } from '@mts/ida-client';
import { createLogger, systemClock } from '@mts/platform';
import { type Lease, RangeStore } from '@mts/store';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { ProfileDesk } from '../spec-support/profile-desk.js';
import { Bench } from '../spec-support/running-seeder.js';
import { tokenOf } from '../spec-support/stub-ida.js';
import { Calm } from './calm.js';
import { type Desk, RecordAsker } from './record-asker.js';
import { RecordBook } from './record-book.js';

let bench: Bench;
let ranges: RangeStore;
/** Whether the call may be sent when it is sealed and signed. */
let maySend: boolean;
let sent: number;
beforeEach(async () => {
  bench = await Bench.open();
  ranges = new RangeStore(bench.database);
  sent = 0;
});
afterEach(async () => bench.close());

/** Seals and signs, and tells that it is about to send, as the client does. */
const client: Pick<IdaClient, 'authenticate'> = {
  authenticate: async ({ individualId }, options) => {
    options?.onSend?.({ transactionId: 'A1b2C3d4E5' });
    sent += 1;
    return Promise.resolve({ kind: 'matched', token: tokenOf(individualId) });
  },
};

function asker(): RecordAsker {
  const { silences, guard } = new ProfileDesk(bench);
  return new RecordAsker(client, ranges, silences, guard, new Calm(), systemClock);
}

async function desk(lease: Lease): Promise<Desk> {
  const request = await bench.requests.find(lease.requestId);
  if (request === null) throw new Error('the request is gone');
  const logger = createLogger({ app: 'spec', level: 'error', write: () => undefined });
  return {
    lease,
    book: await RecordBook.open(request, bench.keks, logger),
    claim: { urgency: 'listed', requestId: lease.requestId },
    maySend: () => maySend,
    purpose: 'work',
    isLastResort: false,
  };
}

async function taken(id: string): Promise<Lease> {
  const lease = await ranges.take(id, 0);
  if (lease === undefined) throw new Error('the range could not be taken');
  return lease;
}

it.each([
  ['never asked about', { state: 'submitted', attempts: 0 }],
  ['asked about once without an answer', { state: 'unknown', attempts: 1 }],
] as const)(
  'a record %s is as before when the work stops while its call is signed, and is not sent',
  async (_how, before) => {
    const id = await bench.submit(['1001']);
    const lease = await taken(id);
    await bench.database.query('UPDATE record SET state = $1, attempts = $2', [
      before.state,
      before.attempts,
    ]);
    await ranges.markSent(lease, 1);
    const [record] = await ranges.openRecords(lease, 0, 1);
    maySend = false;
    if (record === undefined) throw new Error('the record is gone');
    expect(await asker().ask(await desk(lease), record)).toBe('stopped');
    expect(sent).toBe(0);
    expect(await ranges.openRecords(lease, 0, 1)).toMatchObject([
      { state: 'submitted', attempts: before.attempts },
    ]);
    maySend = true;
    const [again] = await ranges.openRecords(lease, 0, 1);
    if (again === undefined) throw new Error('the record is gone');
    expect(await asker().ask(await desk(lease), again)).toBe('answered');
    expect((await bench.progress(id)).done).toBe(1);
  },
);

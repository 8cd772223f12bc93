import { type Lease, LeaseLostError, type NewOutcome } from '@mts/store';
import { expect, it } from 'vitest';

import { OutcomeWriter } from './outcome-writer.js';

const leaseOf = (n: number): Lease => ({
  requestId: '00c1ed88-a7ff-49db-a546-862cc8ebe111',
  n,
  epoch: 1,
  fromLine: 1,
  toLine: 10,
  purpose: 'work',
  awaited: false,
});
const [A, B] = [leaseOf(0), leaseOf(1)];

const outcome = (line: number): NewOutcome => ({
  line,
  state: 'processed',
  sealedOutcome: Buffer.of(1),
  errorCode: null,
  tokenIndex: null,
});

type Rows = readonly { readonly lease: Lease; readonly outcome: NewOutcome }[];

/** A store that notes the lines of each statement, once the one before has ended. */
function storeThat(answers: (rows: Rows) => ReadonlySet<Lease>) {
  const statements: number[][] = [];
  const saveOutcomes = async (rows: Rows): Promise<ReadonlySet<Lease>> => {
    statements.push(rows.map((row) => row.outcome.line));
    await Promise.resolve();
    return answers(rows);
  };
  return { statements, writer: new OutcomeWriter({ saveOutcomes }) };
}

it('what comes while a group is stored is the next group, of whatever ranges', async () => {
  const { statements, writer } = storeThat(() => new Set());
  await Promise.all([
    writer.store(A, outcome(1)),
    writer.store(B, outcome(11)),
    writer.store(A, outcome(2)),
    writer.store(A, outcome(3)),
  ]);
  expect(statements).toEqual([[1], [11, 2, 3]]);
});

it('a lost lease fails the outcomes of its own range alone', async () => {
  const { writer } = storeThat(() => new Set([A]));
  const settled = await Promise.allSettled([
    writer.store(A, outcome(1)),
    writer.store(A, outcome(2)),
    writer.store(B, outcome(11)),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  await expect(writer.store(A, outcome(3))).rejects.toThrow(LeaseLostError);
});

it('an outcome that cannot be stored fails its own range alone', async () => {
  const defect = new Error('a value that the table does not take');
  const { statements, writer } = storeThat((rows) => {
    if (rows.some((row) => row.outcome.line === 2)) throw defect;
    return new Set();
  });
  const settled = await Promise.allSettled([
    writer.store(B, outcome(11)),
    writer.store(A, outcome(2)),
    writer.store(B, outcome(12)),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(statements).toEqual([[11], [2, 12], [2], [12]]);
});

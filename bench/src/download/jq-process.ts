import { loadJq } from 'jq-wasm';

import { announce, onTask } from '../frame/child.js';
import { person } from '../system/people.js';

export interface JqTask {
  readonly program: string;
  readonly records: number;
}

export interface JqTaken {
  /** Of processor time. */
  readonly seconds: number;
}

/** Compiled once for so many. */
const BATCH_RECORDS = 1000;

/** What cannot be avoided of a jq format: the program itself, in large batches, on texts that are there already. */
const jq = await loadJq();

onTask(async ({ program, records }: JqTask): Promise<JqTaken> => {
  const output = { vid: '', status: 'processed', token: '2'.repeat(36), errorCode: null, errorMessage: null };
  const batches = Array.from({ length: Math.ceil(records / BATCH_RECORDS) }, (_, batch) =>
    Array.from({ length: BATCH_RECORDS }, (_one, at) =>
      JSON.stringify({ input: person(batch * BATCH_RECORDS + at), output }),
    ).join('\n'),
  );
  const before = process.cpuUsage();
  for (const batch of batches) jq.raw(batch, program, ['-c']);
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6 };
});
announce({});

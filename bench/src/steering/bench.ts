import { join } from 'node:path';

import type { BenchOptions, Scale } from '../frame/bench.js';
import { measured, type Measurement } from '../frame/measurement.js';
import { progress } from '../frame/progress.js';
import { submitCsv, submitCsvFile } from '../system/lists.js';
import { peopleCsv, writePeopleCsv } from '../system/people.js';
import { askStatus, Steadily } from '../system/steadily.js';
import { System } from '../system/system.js';

const RECORDS: Readonly<Record<Scale, number>> = { quick: 50_000, usual: 200_000, full: 1_000_000 };
const OTHERS_MS_MAX = 1000;
const READ_EVERY_MS = 25;
const WRITE_EVERY_MS = 250;

/** Nobody is there to be asked. */
const NO_IDA = 'http://127.0.0.1:9/idauthentication/v1/auth';

interface Step {
  readonly what: string;
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  /** What has to be so before, behind the seeders' backs. */
  readonly prepare?: readonly string[];
}

/** As if IDA had never answered: all of them may be asked again. */
const ALL_UNANSWERED = [
  `UPDATE record SET state = 'error', error_code = 'MTS-IDA-001', attempts = 1, sealed_outcome = sealed_input WHERE request_id = $1`,
  'UPDATE range SET finished_at = now(), epoch = 1, done = total, failed = total WHERE request_id = $1',
  `UPDATE request SET state = 'processed_with_errors', started_at = now(), ended_at = now() WHERE id = $1`,
];

const STEPS: readonly Step[] = [
  { what: 'retry', method: 'POST', path: '/retry', prepare: ALL_UNANSWERED },
  { what: 'cancel', method: 'POST', path: '/cancel' },
  { what: 'erase', method: 'DELETE', path: '' },
];

/** What one caller does with a long list, and what all others notice: one that reads, and one that hands a person in. */
export async function benchSteering(
  { scale }: BenchOptions,
  directory: string,
): Promise<readonly Measurement[]> {
  const records = RECORDS[scale];
  const list = join(directory, 'list.csv');
  await writePeopleCsv(list, records);
  const system = await System.start({ directory, authUrl: NO_IDA, seeders: 0 });
  progress(`steering: taking ${records.toLocaleString('en')} people in`);
  const requestId = await submitCsvFile(system, list);
  const rows: Measurement[] = [];
  for (const step of STEPS) {
    progress(`steering: ${step.what}`);
    for (const statement of step.prepare ?? []) await system.query(statement, [requestId]);
    await system.query('CHECKPOINT');
    rows.push(...(await take(system, requestId, step, records)));
  }
  return rows;
}

async function take(
  system: System,
  requestId: string,
  { what, method, path }: Step,
  records: number,
): Promise<readonly Measurement[]> {
  const other = await submitCsv(system, peopleCsv(1));
  const reading = new Steadily(async () => askStatus(system.gatewayUrl, other), READ_EVERY_MS);
  const writing = new Steadily(async () => submitCsv(system, peopleCsv(1)), WRITE_EVERY_MS);
  const startedAtMs = performance.now();
  const answer = await fetch(`${system.gatewayUrl}/authtoken/requests/${requestId}${path}`, { method });
  const said = await answer.text();
  const seconds = (performance.now() - startedAtMs) / 1000;
  if (!answer.ok) throw new Error(`${what} answered ${String(answer.status)}: ${said}`);
  return [
    measured({
      name: `steering: ${what} of ${records.toLocaleString('en')} records`,
      value: seconds,
      unit: 's',
    }),
    others(what, "another request's status", await reading.stop()),
    others(what, 'handing one person in', await writing.stop()),
  ];
}

function others(during: string, call: string, times: readonly number[]): Measurement {
  return measured({
    name: `steering: ${call} during the ${during}, longest`,
    value: Math.max(...times),
    unit: 'ms',
    target: { atMost: OTHERS_MS_MAX },
  });
}

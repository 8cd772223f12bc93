import { until } from '@mts/testing';

import { csvForm } from '../gateway.js';
import { audit } from './audit.js';
import type { Fault, FaultReport, FaultScale } from './fault.js';
import { FaultSystem } from './fault-system.js';
import { halfAnUpload } from './half-an-upload.js';

const SIZES: Readonly<Record<FaultScale, { readonly records: number; readonly uploadedRows: number }>> = {
  short: { records: 300, uploadedRows: 20_000 },
  full: { records: 5000, uploadedRows: 500_000 },
};
const UPLOAD_AGE_MINUTES_MAX = 1;
/** That age, the period of the sweep, and a busy machine. */
const SWEPT_TIMEOUT_MS = 240_000;
const KEY = 'the-list-that-was-cut-off';

/** kill -9 of the gateway while it takes a list in, and again when it has it all and has not answered yet. */
export const gatewayKilled: Fault = {
  name: 'gateway-killed',
  title: {
    short: 'the gateway is killed during an upload, and before its answer',
    full: `the gateway is killed during an upload of ${String(SIZES.full.uploadedRows)} rows, and before its answer`,
  },
  fullMinutes: 4,
  run: async (scale) =>
    FaultSystem.use(
      {
        records: SIZES[scale].records,
        env: { MTS_UPLOAD_AGE_MINUTES_MAX: String(UPLOAD_AGE_MINUTES_MAX) },
      },
      async (system) => killGateway(system, scale),
    ),
};

async function killGateway(system: FaultSystem, scale: FaultScale): Promise<FaultReport> {
  system.phase = 'an upload is broken off';
  await killDuringUpload(system, SIZES[scale].uploadedRows);
  await system.startApp('gateway');
  const form = csvForm(system.people.csv);
  await killBeforeAnswer(system, form);
  await system.startApp('gateway');
  system.phase = 'until the broken uploads are swept';
  await untilSwept(system, scale);
  const broken = await remains(system);
  system.phase = 'the list once more';
  const id = await system.gateway.submitCsvForm(form, KEY);
  await system.gateway.finished(id, 300_000);
  if ((await system.gateway.submitCsvForm(form, KEY)) !== id)
    broken.push('the list that was handed in once more under its key has become another request');
  return audit(system, { requests: [{ id, list: system.people }], askedTwiceMax: 0, broken });
}

async function killDuringUpload(system: FaultSystem, rows: number): Promise<void> {
  const upload = halfAnUpload(system.gateway.url, system.people, rows);
  await until(
    async () => {
      const found = await system.postgres.query(
        `SELECT 1 FROM mts.record r JOIN mts.request q ON q.id = r.request_id WHERE q.state = 'receiving' LIMIT 1`,
      );
      return found.length > 0;
    },
    { timeoutMs: 60_000, what: 'rows of an upload' },
  );
  await killAll(system);
  await upload;
}

/** When all rows are stored, and the one transaction that makes a request of them has begun. */
async function killBeforeAnswer(system: FaultSystem, form: FormData): Promise<void> {
  await system.postgres.whileLocked('mts.range', async () => {
    const answer = system.gateway.submitCsvForm(form, KEY).catch((error: unknown) => error);
    await until(
      async () => {
        const waiting = await system.postgres.query(
          `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE 'mts-gateway%'`,
        );
        return waiting.length > 0;
      },
      { timeoutMs: 60_000, what: 'the last transaction of an upload' },
    );
    await killAll(system);
    await answer;
  });
}

async function killAll(system: FaultSystem): Promise<void> {
  for (const gateway of system.running('gateway')) await gateway.kill();
}

/** The short form makes the uploads old, and the sweep due, where the full one waits. */
async function untilSwept(system: FaultSystem, scale: FaultScale): Promise<void> {
  if (scale === 'short') {
    await system.postgres.query(
      `UPDATE mts.request SET touched_at = now() - interval '1 day' WHERE state = 'receiving'`,
    );
    await system.postgres.query(`DELETE FROM mts.firing WHERE schedule = 'sweep'`);
    for (const scheduler of system.running('scheduler')) await scheduler.stop();
    await system.startApp('scheduler');
  }
  await until(
    async () => {
      const left = await system.postgres.query(`SELECT 1 FROM mts.request WHERE state = 'receiving'`);
      return left.length === 0;
    },
    { timeoutMs: SWEPT_TIMEOUT_MS, what: 'the sweep of the broken uploads' },
  );
}

/** What is left in any table that tells of requests; keys stand in the rows of requests themselves. */
async function remains(system: FaultSystem): Promise<string[]> {
  const tables = await system.postgres.query<{ name: string }>(
    `SELECT format('mts.%I', table_name) AS name FROM information_schema.columns
      WHERE table_schema = 'mts' AND (column_name = 'request_id' OR table_name = 'request' AND column_name = 'id')`,
  );
  const left: string[] = [];
  for (const { name } of tables) {
    const [row] = await system.postgres.query<{ count: string }>(`SELECT count(*) FROM ${name}`);
    if (Number(row?.count) > 0) left.push(`the broken uploads left ${String(row?.count)} rows in ${name}`);
  }
  return left;
}

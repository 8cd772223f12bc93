import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { until } from '@mts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { parseCsv } from './gateway.js';
import { generatePeople, System } from './system.js';

const IN_FLIGHT_MAX = 8;
let people: string;
let system: System;

beforeAll(async () => {
  people = await generatePeople(1200, 7);
  system = await System.start({ people, env: { MTS_IDA_IN_FLIGHT_MAX: String(IN_FLIGHT_MAX) } });
});
afterAll(async () => {
  await system.stop();
  await rm(people, { recursive: true });
});

describe('a seeder that is killed in mid-request', () => {
  it('loses no row, doubles no outcome, and asks again at most about what was in flight', async () => {
    await system.ida.setFaults({ latencyMs: 15 });
    const id = await system.gateway.submitCsvFile(join(people, 'people.csv'));
    await until(async () => (await system.ida.counters()).calls > 500, { timeoutMs: 60_000 });
    await system.kill('seeder');
    await system.startApp('seeder');
    const status = await system.gateway.finished(id);
    const [rows, expected] = [
      await system.gateway.rows(id),
      parseCsv(await readFile(join(people, 'expected.csv'), 'utf8')),
    ];
    expect(rows.map((row) => [row['status'], row['token'], row['errorCode']])).toEqual(
      expected.map((row) => [row['status'], row['token'], row['errorCode']]),
    );
    expect(status.done + status.failed + status.invalid).toBe(1200);
    // Sent and not yet stored at the kill: never more than what may be in flight.
    expect((await system.ida.counters()).extraCalls).toBeLessThanOrEqual(IN_FLIGHT_MAX);
  });
});

describe('a gateway that is killed while it takes a list in', () => {
  it('leaves nothing of that list, and the service goes on', async () => {
    const half = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(
          Buffer.from(
            `--b\r\ncontent-disposition: form-data; name="request"\r\n\r\n{"id":"","version":"","metadata":"","requesttime":"2026-11-22T01:00:00.000Z","request":{"output":"csv","deliverytype":"download"}}\r\n--b\r\ncontent-disposition: form-data; name="csv_file"; filename="a.csv"\r\n\r\nvid,name,gender,dob,fullAddress\r\n`,
          ),
        );
        controller.enqueue(
          Buffer.from('7465075291703420,Emana Sar,Female,1990/02/01,Bengaluru\r\n'.repeat(30_000)),
        );
      },
    });
    const upload = fetch(`${system.gateway.url}/authtoken/csv`, {
      method: 'POST',
      body: half,
      duplex: 'half',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    } as RequestInit).catch((error: unknown) => error);
    await until(
      async () =>
        (
          await database(
            `SELECT 1 FROM mts.record r JOIN mts.request q ON q.id = r.request_id WHERE q.state = 'receiving' LIMIT 1`,
          )
        ).length > 0,
    );
    await system.kill('gateway');
    await upload;
    await database(`UPDATE mts.request SET touched_at = now() - interval '1 day' WHERE state = 'receiving'`);
    await database(`DELETE FROM mts.firing WHERE schedule = 'sweep'`);
    await system.kill('scheduler');
    await system.startApp('scheduler');
    await until(
      async () => (await database(`SELECT 1 FROM mts.request WHERE state = 'receiving'`)).length === 0,
    );
    expect(
      await database(
        `SELECT 1 FROM mts.record r WHERE NOT EXISTS (SELECT 1 FROM mts.request q WHERE q.id = r.request_id) LIMIT 1`,
      ),
    ).toEqual([]);
    await system.startApp('gateway');
  });
});

async function database(sql: string): Promise<unknown[]> {
  return system.query(sql);
}

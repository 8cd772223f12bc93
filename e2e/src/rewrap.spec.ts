import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { createTestDatabase, dropTestDatabase, until } from '@mts/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { type Envelope, envelope, Gateway, parseCsv, type Row } from './gateway.js';
import { generatePeople, System } from './system.js';

const PEOPLE = 800;

let databaseUrl: string;
let people: string;
let list: Buffer;
let expected: Row[];
let system: System;
beforeAll(async () => {
  databaseUrl = await createTestDatabase();
  people = await generatePeople(PEOPLE, 11);
  list = await readFile(join(people, 'people.csv'));
  expected = parseCsv(await readFile(join(people, 'expected.csv'), 'utf8'));
  system = await System.start({ databaseUrl, people, env: { MTS_IDA_IN_FLIGHT_MAX: '8' } });
});
afterAll(async () => {
  await system.stop();
  await rm(people, { recursive: true });
  await dropTestDatabase(databaseUrl);
});

it('follows one key-encryption key with another while a list is worked on, and the former one can go', async () => {
  const [formerFile, newFile] = [join(system.directory, 'keys/kek'), join(system.directory, 'keys/new')];
  const done = await handIn(system.gateway, 'done-before');
  await system.gateway.finished(done);
  const half = await handIn(system.gateway, 'half-done');
  await until(async () => (await system.gateway.status(half)).done > 300, { timeoutMs: 60_000 });
  // Until all is as it shall be in the end, the list hardly moves.
  await system.ida.setFaults({ latencyMs: 2000 });

  const both = { MTS_KEK_FILE: newFile, MTS_KEK_FILES_FORMER: formerFile };
  await expect(restart(both)).rejects.toThrow(`There is no key file ${newFile}`);
  await writeFile(newFile, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' });
  await expect(restart({ MTS_KEK_FILE: newFile })).rejects.toThrow('MTS_KEK_FILES_FORMER');
  const between = await restart(both);
  const answer = await rewrap(both);
  expect(answer).toMatchObject({ stillNeeded: [], broken: [], noLongerNeeded: [expect.any(String)] });
  expect((await between.status(half)).status).toBe('processing');

  await rm(formerFile);
  const gateway = await restart({ MTS_KEK_FILE: newFile });
  await system.ida.clearFaults();
  await gateway.finished(half);
  for (const id of [done, half]) {
    const rows = await gateway.rows(id);
    expect(rows.map((row) => [row['status'], row['token'], row['errorCode']])).toEqual(
      expected.map((row) => [row['status'], row['token'], row['errorCode']]),
    );
    expect(await duplicatesOf(gateway, id)).toEqual(
      expected.flatMap((row, at) =>
        row['sameAsLine'] ? [{ line: at + 1, sameAsLine: Number(row['sameAsLine']) }] : [],
      ),
    );
  }
  expect(await handIn(gateway, 'half-done')).toBe(half);
  expect(await handIn(gateway, 'done-before')).toBe(done);
});

/** Hands the list in, or finds what was made of it before. @returns the request's id */
async function handIn(gateway: Gateway, idempotencyKey: string): Promise<string> {
  const form = new FormData();
  const request = { ...envelope({ output: 'csv', deliverytype: 'download' }), requesttime: REQUEST_TIME };
  form.append('request', JSON.stringify(request));
  form.append('csv_file', new Blob([new Uint8Array(list)], { type: 'text/csv' }), 'people.csv');
  const answer = await fetch(`${gateway.url}/authtoken/csv`, {
    method: 'POST',
    body: form,
    headers: { 'idempotency-key': idempotencyKey },
  });
  const { response, errors } = (await answer.json()) as Envelope<{ request_identifier: string }>;
  if (response === null) throw new Error(JSON.stringify(errors));
  return response.request_identifier;
}

/** The same body each time. */
const REQUEST_TIME = '2026-11-22T12:00:00.000Z';

async function duplicatesOf(gateway: Gateway, id: string): Promise<unknown> {
  const { data } = await gateway.get<Envelope<{ pairs: readonly unknown[] }>>(
    `/authtoken/sameperson/${id}?limit=${String(PEOPLE)}`,
  );
  return data.response?.pairs;
}

/** As an operator who rolls out other options. @returns the API of the gateway that runs now */
async function restart(changes: Readonly<Record<string, string>>): Promise<Gateway> {
  for (const name of ['gateway', 'seeder']) await system.stopApp(name);
  const gateway = await system.startApp('gateway', changes);
  await system.startApp('seeder', changes);
  return new Gateway(gateway.ready);
}

async function rewrap(env: Readonly<Record<string, string>>): Promise<unknown> {
  const script = fileURLToPath(new URL('../../apps/standalone/dist/admin.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, 'rewrap', '--json'], {
    env: { ...env, DATABASE_URL: databaseUrl },
  });
  return JSON.parse(stdout);
}

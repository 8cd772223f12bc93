import { createReadStream } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmbeddedPostgres } from '@mts/embedded-postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { envelope } from './gateway.js';
import { System } from './system.js';

/** Values that stand nowhere else in the world: in every cell, header, mapping and file name that a caller can fill. */
const PLANTED = {
  vid: '7465075291703420',
  uin: '4218312615',
  name: 'Zqxplanted Nämensson',
  gender: 'Zqxgender',
  dob: '1931/07/23',
  phoneNumber: '+919876512399',
  emailId: 'zqxmail@planted.example',
  fullAddress: 'Zqxstreet 17, Plantedville',
  header: 'zqxheader of somebody',
  fileName: 'zqxlist-of-ministry.csv',
  metadata: 'zqxmetadata',
  badVid: '7465075291703499',
} as const;

let directory: string;
let output: string;
let tokens: string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mts-planted-'));
  // PostgreSQL's own user, when root runs this, must be able to enter.
  await chmod(directory, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir: join(directory, 'postgres') });
  const system = await System.start({ databaseUrl: postgres.url, env: { MTS_LOG_LEVEL: 'debug' } });
  try {
    tokens = await runRequests(system);
    await system.stopApps();
    output = system.output();
  } finally {
    await system.stop();
    await postgres.stop();
  }
});
afterAll(async () => rm(directory, { recursive: true, force: true }));

/** A list as CSV and as JSON, good and bad rows, a broken upload, and bodies that are refused. */
async function runRequests(system: System): Promise<string[]> {
  const { gateway } = system;
  const sample = await gateway.submitCsvFile(join(system.people, 'people.csv'));
  const cells = [
    PLANTED.vid,
    PLANTED.name,
    PLANTED.gender,
    PLANTED.dob,
    PLANTED.phoneNumber,
    PLANTED.emailId,
    `"${PLANTED.fullAddress}"`,
  ];
  const head = `vid,${PLANTED.header},gender,dob,phoneNumber,emailId,fullAddress\r\n`;
  const form = new FormData();
  form.append(
    'request',
    JSON.stringify({
      ...envelope({ output: 'csv', deliverytype: 'download', mapping: { name: [PLANTED.header] } }),
      metadata: PLANTED.metadata,
    }),
  );
  form.append(
    'csv_file',
    new Blob([`${head}${cells.join(',')}\r\n${[PLANTED.badVid, ...cells.slice(1)].join(',')}\r\n`]),
    PLANTED.fileName,
  );
  const answer = await gateway.post<{ response: { request_identifier: string } }>('/authtoken/csv', form);
  const person = {
    vid: PLANTED.uin,
    name: PLANTED.name,
    gender: PLANTED.gender,
    dob: PLANTED.dob,
    phoneNumber: PLANTED.phoneNumber,
    emailId: PLANTED.emailId,
    fullAddress: PLANTED.fullAddress,
  };
  const json = await gateway.submitJson([person, { ...person, vid: PLANTED.vid, dob: 'nonsense' }]);
  for (const broken of [
    `${head}"${PLANTED.name}`,
    `${head}${PLANTED.name}"x,y\r\n`,
    `${head}a\0${PLANTED.name}\r\n`,
  ]) {
    await gateway.submitCsv(broken).catch(() => undefined);
  }
  await gateway.post('/authtoken/json', `{"request": {"authdata": [{"name": "${PLANTED.name}", }`);
  await gateway.post(
    '/authtoken/json',
    envelope({ output: PLANTED.name, deliverytype: 'download', authdata: [person] }),
  );
  await gateway.get(`/authtoken/status/${PLANTED.vid}`);
  for (const id of [sample, answer.data.response.request_identifier, json]) await gateway.finished(id);
  const rows = await gateway.rows(sample);
  return rows.flatMap((row) => (row['token'] ? [row['token']] : [])).slice(0, 20);
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** The values that stand in a file, in UTF-8 or UTF-16, with what a chunk's border could cut. */
async function foundIn(file: string, values: readonly string[]): Promise<string[]> {
  const needles = values.flatMap((value) =>
    [Buffer.from(value), Buffer.from(value, 'utf16le')].map((bytes) => ({ value, bytes })),
  );
  const overlap = Math.max(...needles.map(({ bytes }) => bytes.length));
  const found = new Set<string>();
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(file)) {
    const window = Buffer.concat([rest, chunk as Buffer]);
    for (const { value, bytes } of needles) if (window.includes(bytes)) found.add(value);
    rest = window.subarray(-overlap);
  }
  return [...found].map((value) => `${value} in ${file}`);
}

describe('personal data', () => {
  it('was really worked on: tokens came back', () => {
    expect(tokens).toHaveLength(20);
  });

  it('stands in no file of the database after a clean stop: tables, queue, WAL, server log', async () => {
    const files = await filesOf(directory);
    expect(files.length).toBeGreaterThan(500);
    expect(files.some((file) => file.includes('pg_wal'))).toBe(true);
    const found: string[] = [];
    for (const file of files) found.push(...(await foundIn(file, [...Object.values(PLANTED), ...tokens])));
    expect(found).toEqual([]);
  });

  it('stands in nothing that any process printed', () => {
    expect(output).toContain('"app":"seeder"');
    for (const value of [...Object.values(PLANTED), ...tokens]) expect(output).not.toContain(value);
  });

  it('would be found by this search if it were there', async () => {
    const [file = ''] = await filesOf(directory);
    expect(await foundIn(file, [])).toEqual([]);
    const catalogue = await Promise.all(
      (await filesOf(directory)).map(async (one) => foundIn(one, ['sealed_outcome'])),
    );
    expect(catalogue.flat().length).toBeGreaterThan(0);
  });
});

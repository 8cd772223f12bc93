import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { ApiClient } from './api-client.js';
import { Progress } from './progress.js';
import { readResults } from './result-file.js';
import { seedList } from './sample-job.js';

const RESULT =
  'vid,status,token,errorCode,errorMessage\r\n1,processed,T1,,\r\n2,error,,IDA-MLC-001,"Sorry, no"\r\n';

let folder: string;
let server: Server;
let api: ApiClient;
let handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mts-job-'));
  await writeFile(join(folder, 'people.csv'), 'vid,name\n1,Ann\n2,Bob\n');
  server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  api = new ApiClient(`http://127.0.0.1:${port}`);
});
afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

function answer(response: ServerResponse, body: object): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ errors: null, ...body }));
}

it('hands the list in, follows it to its end, and keeps the result', async () => {
  let upload = '';
  const states = [
    { status: 'submitted', total: 2, done: 0, failed: 0, invalid: 0 },
    { status: 'processed_with_errors', total: 2, done: 1, failed: 1, invalid: 0 },
  ];
  handle = async (request, response) => {
    if (request.url === '/authtoken/csv') {
      upload = await text(request);
      answer(response, { response: { request_identifier: 'r1' } });
    } else if (request.url === '/authtoken/status/r1') answer(response, { response: states.shift() });
    else if (request.url === '/authtoken/file/r1') response.end(RESULT);
  };
  let shown = '';
  const file = join(folder, 'result.csv');
  const screen = { write: (line: string): void => void (shown += line) };
  await seedList(api, join(folder, 'people.csv'), file, new Progress(screen));

  expect(upload.indexOf('name="request"')).toBeLessThan(
    upload.indexOf('name="csv_file"; filename="people.csv"'),
  );
  expect(upload).toContain('vid,name\n1,Ann\n2,Bob\n');
  expect(shown).toContain('2 of 2 people');
  expect(await readFile(file, 'utf8')).toBe(RESULT);
  expect(await readResults(file)).toMatchObject([
    { status: 'processed', token: 'T1', errorCode: '' },
    { status: 'error', token: '', errorCode: 'IDA-MLC-001' },
  ]);
});

it('goes on with the list after an outage', async () => {
  const errors = [{ errorCode: 'MTS-SYS-001', errorMessage: 'the database cannot be reached' }];
  const answers = [
    { errors, response: null },
    { response: { status: 'processed', total: 2, done: 2, failed: 0, invalid: 0 } },
  ];
  handle = (request, response) => {
    request.resume();
    if (request.url === '/authtoken/csv') answer(response, { response: { request_identifier: 'r1' } });
    else if (request.url === '/authtoken/status/r1') answer(response, answers.shift() ?? {});
    else response.end(RESULT);
  };
  const file = join(folder, 'result.csv');
  await seedList(api, join(folder, 'people.csv'), file, new Progress({ write: () => undefined }));
  expect(await readFile(file, 'utf8')).toBe(RESULT);
});

it('tells what the API has against the list', async () => {
  handle = (request, response) => {
    request.resume();
    const errors = [{ errorCode: 'ATS-REQ-102', errorMessage: 'Invalid input' }];
    answer(response, { errors, response: null });
  };
  await expect(api.submitCsv(join(folder, 'people.csv'))).rejects.toThrow('ATS-REQ-102 Invalid input');
});

it('writes no result file before there is a result', async () => {
  handle = (_, response) => {
    response.statusCode = 202;
    answer(response, { response: null });
  };
  const file = join(folder, 'result.csv');
  await expect(api.download('r1', file)).rejects.toThrow('status 202');
  await expect(readFile(file)).rejects.toThrow('ENOENT');
});

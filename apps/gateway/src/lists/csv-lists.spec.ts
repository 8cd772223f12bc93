import { once } from 'node:events';
import type { Socket } from 'node:net';

import { until } from '@mts/testing';
import supertest from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody, vidOf } from '../spec-support/gateway-fixture.js';
import {
  answerOn,
  END_OF_FORM,
  exchange,
  FORM_TYPE,
  part,
  rawConnection,
  rawPost,
} from '../spec-support/raw-http.js';

const FILE_SIZE_BYTES_MAX = 1_500_000;

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start({
    env: { MTS_CSV_FILE_SIZE_BYTES_MAX: String(FILE_SIZE_BYTES_MAX), MTS_UPLOADS_MAX: '2' },
    stallLimitMs: 1500,
    keepAliveMs: 50,
  });
});
afterAll(async () => gateway.stop());

const HEADER = `${Object.keys(person(0)).join()}\n`;
const REQUEST_TEXT = JSON.stringify(requestBody(DOWNLOAD));
const REQUEST_PART = part('request', REQUEST_TEXT);
/** The beginning of a form, up to and with the header of its file. */
const OPEN_FORM = `${REQUEST_PART}${part('csv_file', HEADER, 'people.csv').slice(0, -2)}`;
const NOTHING = { requests: 0, records: 0 };

function row(n: number): string {
  return `${Object.values(person(n))
    .map((cell) => (cell.includes(',') ? `"${cell}"` : cell))
    .join()}\n`;
}

function rows(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, at) => row(from + at)).join('');
}

interface Envelope {
  readonly errors: readonly { errorCode: string; errorMessage: string }[] | null;
  readonly response: { readonly request_identifier: string } | null;
}

async function upload(
  file: string | Buffer,
  request: unknown = DOWNLOAD,
): Promise<{ status: number; body: Envelope }> {
  return supertest(gateway.url)
    .post('/authtoken/csv')
    .field('request', JSON.stringify(requestBody(request)))
    .attach('csv_file', Buffer.from(file), 'people.csv');
}

async function submitted(file: string | Buffer, request?: unknown): Promise<string> {
  const { status, body } = await upload(file, request);
  expect([status, body.errors]).toEqual([200, null]);
  return body.response?.request_identifier ?? '';
}

async function postForm(form: string): Promise<{ status: number; body: Envelope }> {
  const text = await exchange(gateway.url, rawPost('/authtoken/csv', FORM_TYPE, form));
  return {
    status: Number(text.slice(9, 12)),
    body: JSON.parse(text.slice(text.indexOf('\r\n\r\n'))) as Envelope,
  };
}

/** Sends the beginning of a form whose end is never sent, of so many rows. */
async function beginUpload(rowCount: number): Promise<Socket> {
  const socket = await rawConnection(gateway.url);
  const head = rawPost('/authtoken/csv', FORM_TYPE, `${OPEN_FORM}${rows(0, rowCount)}`, FILE_SIZE_BYTES_MAX);
  if (!socket.write(head)) await once(socket, 'drain');
  return socket;
}

async function clear(): Promise<void> {
  await gateway.database.query('TRUNCATE record, range, request CASCADE');
}

describe('a CSV file', () => {
  afterEach(clear);

  it('is stored record by record under the names of its header, cells as texts', async () => {
    const id = await submitted(
      `vid,name,gender,dob,fullAddress,code\r\n${vidOf(1)},"Ana ""A""\nB",Female,1990-09-01,"1, Road",007\r\n`,
    );
    expect(await gateway.sealedRecords(id)).toEqual([
      {
        vid: vidOf(1),
        name: 'Ana "A"\nB',
        gender: 'Female',
        dob: '1990-09-01',
        fullAddress: '1, Road',
        code: '007',
      },
    ]);
    expect(await gateway.requests.find(id)).toMatchObject({ input: 'csv', state: 'submitted', total: 1 });
  });

  it('may have a byte order mark, another delimiter, and a mapping', async () => {
    const request = {
      ...DOWNLOAD,
      output: 'csv',
      csvDelimiter: ';',
      mapping: { vid: 'uin', name: ['first', 'last'], gender: 'sex', dob: 'born', fullAddress: ['l1', 'l2'] },
    };
    const file = `\ufeffuin;first;last;sex;born;l1;l2\n${vidOf(1)};A;B;Female;1990/09/01;x;y\n`;
    const id = await submitted(file, request);
    expect(await gateway.requests.progress(id)).toMatchObject({ total: 1, invalid: 0 });
    expect(await gateway.requests.find(id)).toMatchObject({ output: 'csv' });
  });

  it('of many blocks is one request, with ranges over all its rows', async () => {
    const file = `${HEADER}${rows(0, 4500)}`;
    const id = await submitted(file);
    expect(await gateway.requests.progress(id)).toMatchObject({ total: 4500, invalid: 0 });
    expect(await gateway.sealedRecords(id)).toHaveLength(4500);
    const sealed = (await gateway.sealedRecords(id))[4499];
    expect(sealed).toEqual(person(4499));
  });

  it('is taken in beside another one', async () => {
    const files = [rows(0, 2500), rows(2500, 4000), rows(4000, 4100)];
    const ids = await Promise.all(files.map(async (file) => submitted(`${HEADER}${file}`)));
    const totals = await Promise.all(ids.map(async (id) => (await gateway.requests.progress(id)).total));
    expect(totals).toEqual([2500, 1500, 100]);
    expect(await gateway.sealedRecords(ids[1] ?? '')).toContainEqual(person(3999));
  });

  it.each([
    ['empty', ''],
    ['a header alone', HEADER],
  ])('that is %s is answered with ATS-REQ-101, and its result has no rows', async (_title, file) => {
    const { status, body } = await upload(file);
    expect([status, body.errors?.[0]?.errorCode]).toEqual([200, 'ATS-REQ-101']);
    const id = body.response?.request_identifier ?? '';
    const api = supertest(gateway.url);
    expect((await api.get(`/authtoken/status/${id}`)).body).toMatchObject({
      response: { status: 'processed_with_errors', total: 0 },
    });
    expect((await api.get(`/authtoken/file/${id}`)).text).toBe('[]');
  });

  it('that cannot be read says at which line, and nothing of it is kept', async () => {
    const { status, body } = await upload(`${HEADER}${rows(0, 2200)}"unclosed\n${row(1)}`);
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      { errorCode: 'MTS-CSV-001', errorMessage: expect.stringContaining('at line 2202:') },
    ]);
    expect(await gateway.rowCounts()).toEqual(NOTHING);
  });

  it.each([
    ['stated', 15_000, false],
    ['stated and far above it', 30_000, false],
    ['not stated', 15_000, true],
  ])(
    'larger than the limit is refused, its size being %s, and nothing of it is kept',
    async (_how, rowCount, isChunked) => {
      const form = `${OPEN_FORM}${rows(0, rowCount)}\r\n${END_OF_FORM}`;
      const response = await fetch(`${gateway.url}/authtoken/csv`, {
        method: 'POST',
        headers: { 'content-type': FORM_TYPE },
        body: isChunked ? new Blob([form]).stream() : form,
        duplex: 'half',
      });
      expect([response.status, ((await response.json()) as Envelope).errors]).toEqual([
        413,
        [
          {
            errorCode: 'MTS-REQ-003',
            errorMessage: `the body is larger than ${String(FILE_SIZE_BYTES_MAX)} bytes; split the list`,
          },
        ],
      ]);
      expect(await gateway.rowCounts()).toEqual(NOTHING);
    },
  );

  it('larger than a limit below one network chunk is refused too, though it is cut at the end of a row', async () => {
    const head = `${HEADER}${rows(0, 20)}`;
    const small = await GatewayFixture.start({
      env: { MTS_CSV_FILE_SIZE_BYTES_MAX: String(Buffer.byteLength(head)) },
    });
    const response = await fetch(`${small.url}/authtoken/csv`, {
      method: 'POST',
      headers: { 'content-type': FORM_TYPE },
      body: `${REQUEST_PART}${part('csv_file', `${head}${rows(20, 40)}`, 'people.csv')}${END_OF_FORM}`,
    });
    const kept = await small.rowCounts();
    await small.stop();
    expect([response.status, kept]).toEqual([413, NOTHING]);
  });

  it('of exactly the limit is taken in', async () => {
    const file = `${HEADER}${rows(0, 100)}`;
    const padded = `${file}${'\n'.repeat(FILE_SIZE_BYTES_MAX - Buffer.byteLength(file))}`;
    expect(await submitted(padded)).not.toBe('');
  });
});

describe('a form', () => {
  afterEach(clear);

  it.each([
    [
      'without the request is told so',
      `${part('csv_file', 'vid\n1\n', 'a.csv')}${END_OF_FORM}`,
      400,
      'invalid input. missing request body',
    ],
    [
      'with the file before the request is told the order',
      `${part('csv_file', 'vid\n1\n', 'a.csv')}${REQUEST_PART}${END_OF_FORM}`,
      400,
      'invalid input. request: this part must come before csv_file',
    ],
    [
      'with a request that is no JSON is told so',
      `${part('request', '{"id":')}${part('csv_file', 'vid\n1\n', 'a.csv')}${END_OF_FORM}`,
      422,
      'Invalid Input. request: Invalid JSON',
    ],
    ['without a file is told so', `${REQUEST_PART}${END_OF_FORM}`, 400, 'invalid input. requires CSV file'],
    [
      'with two files is told so',
      `${REQUEST_PART}${part('csv_file', 'vid\n1\n', 'a.csv')}${part('more', 'vid\n1\n', 'b.csv')}${END_OF_FORM}`,
      400,
      'invalid input. csv_file: one file of this name is expected',
    ],
    [
      'with an endless request is told its limit',
      `${part('request', `"${'x'.repeat(300_000)}"`)}${END_OF_FORM}`,
      400,
      'invalid input. request: more than 262144 bytes',
    ],
    [
      'with an endless request as a file is told its limit',
      `${part('request', `"${'x'.repeat(300_000)}"`, 'request.json')}${END_OF_FORM}`,
      400,
      'invalid input. request: more than 262144 bytes',
    ],
    [
      'with a second file behind the request as a file is told so',
      `${part('request', REQUEST_TEXT, 'request.json')}${part('csv_file', 'vid\n1\n', 'a.csv')}${part('more', 'vid\n1\n', 'b.csv')}${END_OF_FORM}`,
      400,
      'invalid input. csv_file: one file of this name is expected',
    ],
    [
      'with the request as a file that is no JSON is told so',
      `${part('request', '{"id":', 'request.json')}${part('csv_file', 'vid\n1\n', 'a.csv')}${END_OF_FORM}`,
      422,
      'Invalid Input. request: Invalid JSON',
    ],
    [
      'that ends before its end is told that it broke off',
      `${OPEN_FORM}${row(1)}`,
      400,
      'the upload broke off before its end; hand the list in again',
    ],
  ])('%s, and nothing is kept', async (_title, form, status, errorMessage) => {
    const answer = await postForm(form);
    expect([answer.status, answer.body.errors?.map((error) => error.errorMessage)]).toEqual([
      status,
      [errorMessage],
    ]);
    expect(await gateway.rowCounts()).toEqual(NOTHING);
  });

  it('may hold other fields, and the request marked as JSON', async () => {
    const request = REQUEST_PART.replace('"request"\r\n', '"request"\r\nContent-Type: application/json\r\n');
    const form = `${part('note', 'x')}${request}${part('csv_file', `${HEADER}${row(1)}`, 'a.csv')}${part('more', 'y')}${END_OF_FORM}`;
    expect((await postForm(form)).status).toBe(200);
  });

  it('may hold the request as a file, as curl sends one', async () => {
    const form = `${part('request', REQUEST_TEXT, 'request.json')}${part('csv_file', `${HEADER}${row(1)}`, 'a.csv')}${END_OF_FORM}`;
    expect((await postForm(form)).status).toBe(200);
  });

  it('with a large file before the request is told the order before all of it is read', async () => {
    const form = part('csv_file', 'x'.repeat(1_100_000), 'a.csv');
    const socket = await rawConnection(gateway.url);
    socket.write(rawPost('/authtoken/csv', FORM_TYPE, form, FILE_SIZE_BYTES_MAX));
    expect(await answerOn(socket)).toContain('request: this part must come before csv_file');
  });
});

describe('an upload that breaks off in the middle', () => {
  afterEach(clear);

  it('leaves nothing', async () => {
    const socket = await beginUpload(3000);
    await until(async () => (await gateway.rowCounts()).records > 0);
    socket.destroy();
    await until(async () => (await gateway.rowCounts()).requests === 0);
    expect(await gateway.rowCounts()).toEqual(NOTHING);
  });

  it('because its caller falls silent is given up, and leaves nothing', async () => {
    const socket = await beginUpload(3000);
    expect(await answerOn(socket)).toContain('MTS-REQ-005');
    expect(await gateway.rowCounts()).toEqual(NOTHING);
  });

  it('after its file was whole is given up too, and leaves nothing', async () => {
    const form = `${OPEN_FORM}${rows(0, 10)}\r\n${part('more', '').slice(0, -2)}`;
    const socket = await rawConnection(gateway.url);
    socket.write(rawPost('/authtoken/csv', FORM_TYPE, form, FILE_SIZE_BYTES_MAX));
    expect(await answerOn(socket)).toContain('MTS-REQ-005');
    expect(await gateway.rowCounts()).toEqual(NOTHING);
  });

  it('is not taken for abandoned before, though its next rows take their time', async () => {
    const socket = await beginUpload(10);
    const touchedAtMs = async (): Promise<number | undefined> => {
      const [request] = await gateway.database.query<{ touchedAt: Date }>(
        'SELECT touched_at AS "touchedAt" FROM request',
      );
      return request?.touchedAt.getTime();
    };
    const first = await until(touchedAtMs);
    expect(await until(async () => ((await touchedAtMs()) ?? 0) > first)).toBe(true);
    // Those that ended before show it no more.
    expect(gateway.logLines.join('')).not.toContain('could not show that it goes on');
    socket.destroy();
    await until(async () => (await gateway.rowCounts()).requests === 0);
  });

  it('gives its place to the next one', async () => {
    const sockets = [await beginUpload(10), await beginUpload(10)];
    const waiting = submitted(`${HEADER}${row(1)}`);
    for (const socket of sockets) socket.destroy();
    expect(await waiting).not.toBe('');
  });
});

describe('a database that fails during an upload', () => {
  afterEach(clear);

  it('because its disk is full is told as that, and nothing is kept', async () => {
    await gateway.database.query(
      `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$`,
    );
    await gateway.database.query(
      'CREATE TRIGGER full_disk BEFORE INSERT ON record FOR EACH ROW EXECUTE FUNCTION full_disk()',
    );
    const { status, body } = await upload(`${HEADER}${rows(0, 3000)}`);
    await gateway.database.query('DROP TRIGGER full_disk ON record');
    expect([status, body.errors?.[0]?.errorCode]).toEqual([503, 'MTS-SYS-002']);
    expect(await gateway.rowCounts()).toEqual(NOTHING);
  });

  it('because it goes away is told as that, and the next upload goes well', async () => {
    const { uploading } = await gateway.database.transaction(async (tx) => {
      await tx.query('LOCK TABLE record IN ACCESS EXCLUSIVE MODE');
      const started = { uploading: upload(`${HEADER}${rows(0, 3000)}`) };
      await until(async () => {
        const cut = await gateway.database.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mts-gateway' AND wait_event_type = 'Lock' AND query LIKE 'COPY record%'`,
        );
        return cut.length > 0;
      });
      return started;
    });
    const { status, body } = await uploading;
    expect([status, body.errors?.[0]?.errorCode]).toEqual([503, 'MTS-SYS-001']);
    await until(async () => (await gateway.rowCounts()).requests === 0);
    expect(await submitted(`${HEADER}${row(1)}`)).not.toBe('');
  });
});

it('tells the log why a list was not taken in, and nothing of a person', () => {
  for (const cause of ['MTS-CSV-001', 'MTS-REQ-005'])
    expect(gateway.logLines.join('')).toMatch(
      new RegExp(`"cause":"${cause}","msg":"a list was not taken in`),
    );
  expect(gateway.logLines.join('')).not.toMatch(/Hélène|example\.org|Lake Road|5\d{15}/);
});

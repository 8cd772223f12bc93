import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  type Answer,
  DOWNLOAD,
  GatewayFixture,
  person,
  requestBody,
  vidOf,
} from '../spec-support/gateway-fixture.js';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start();
});
afterAll(async () => gateway.stop());

function idOf({ body }: supertest.Response): string {
  return (body as { response: { request_identifier: string } }).response.request_identifier;
}

async function handInFile(file: string, wish: Record<string, unknown> = {}): Promise<string> {
  const taken = await supertest(gateway.url)
    .post('/authtoken/csv')
    .field('request', JSON.stringify(requestBody({ ...DOWNLOAD, output: 'csv', ...wish })))
    .attach('csv_file', Buffer.from(file), 'list.csv');
  expect(taken.status).toBe(200);
  return idOf(taken);
}

async function handIn(authdata: readonly unknown[], wish: Record<string, unknown> = {}): Promise<string> {
  const body = requestBody({ ...DOWNLOAD, ...wish, authdata });
  return idOf(await supertest(gateway.url).post('/authtoken/json').send(body));
}

/** As with MTS_INPUT_KEPT=processing, once no record is asked any more. */
async function forgetInput(id: string): Promise<void> {
  await gateway.database.query(
    'UPDATE request SET keeps_input = false, sealed_options = NULL WHERE id = $1',
    [id],
  );
  await gateway.database.query(
    `UPDATE wrapped_key SET wrapped = NULL, erased_at = now() WHERE subject = $1 AND purpose = 'input'`,
    [id],
  );
}

async function result(id: string, query = ''): Promise<string> {
  const { status, text } = await supertest(gateway.url).get(
    `/authtoken/requests/${id}/results?layout=original${query}`,
  );
  expect(status).toBe(200);
  return text;
}

const MISMATCH: Answer = { code: 'IDA-DEA-001', message: 'Demographic data name in eng did not match' };
const ADVICE =
  "The attribute that the message names differs from what the ID system has stored. Compare it with the person's ID document; a corrected row can be handed in as a new one.";

describe('a file that comes back', () => {
  const MAPPING = { vid: 'Number', name: ['Full Name'], gender: '2', dob: '1', fullAddress: ['Address'] };
  const WISH = { mapping: MAPPING, csvDelimiter: ';' };
  const FILE = [
    'Full Name;2;Number;1;Address;status;=note',
    `Hélène;Female;${vidOf(1)};1990/09/01;"12; Lake Road";poor;-5`,
    `"Ωmega ""O""";Female;${vidOf(2)};1990/09/01;- Hill;;=1+1`,
    `Aya;Female;${vidOf(1).slice(1)};1990/09/01;Quay;x;+919876500001`,
    `Bo;Female;${vidOf(3)};1990/09/01;Quay;x;`,
    '',
  ].join('\r\n');

  async function processed(): Promise<string> {
    const id = await handInFile(FILE, WISH);
    await gateway.process(id, (line) => (line === 2 ? MISMATCH : { token: 'one person' }));
    return id;
  }

  it('has its own columns in their order and as they were, and the result after them', async () => {
    expect((await result(await processed())).split('\r\n')).toEqual([
      "Full Name;2;Number;1;Address;status;'=note;token;mts_status;errorCode;errorMessage;line;sameAsLine;advice",
      `Hélène;Female;${vidOf(1)};1990/09/01;"12; Lake Road";poor;-5;one person;processed;;;1;;`,
      `"Ωmega ""O""";Female;${vidOf(2)};1990/09/01;'- Hill;;'=1+1;;error;IDA-DEA-001;Demographic data name in eng did not match;2;;"${ADVICE}"`,
      `Aya;Female;${vidOf(1).slice(1)};1990/09/01;Quay;x;+919876500001;;invalid;ATS-REQ-002;vid is not a valid UIN or VID: check its length and digits;3;;Correct the number: a UIN has 10 digits, a VID 16, and the last digit is a check digit.`,
      `Bo;Female;${vidOf(3)};1990/09/01;Quay;x;;one person;processed;;;4;1;`,
      '',
    ]);
  });

  it('can be mended and handed in again as it is, as often as it takes', async () => {
    const first = await processed();
    const failed = await result(first, '&only=error,invalid');
    const second = await handInFile(failed, WISH);
    const [, omega, aya] = (await gateway.sealedRecords(first)) as Record<string, unknown>[];
    expect(await gateway.sealedRecords(second)).toEqual([
      expect.objectContaining(omega),
      expect.objectContaining(aya),
    ]);
    await gateway.process(second, () => ({ token: 'another' }));
    const [header, row] = (await result(second)).split('\r\n');
    expect(header).toBe(failed.split('\r\n')[0]);
    expect(row).toMatch(/;'=1\+1;another;processed;;;1;;$/);
  });

  it('is in JSON an object per record, with the same names', async () => {
    const [first] = JSON.parse(await result(await processed(), '&format=json')) as Record<string, unknown>[];
    expect(Object.entries(first ?? {})).toEqual(
      Object.entries({
        'Full Name': 'Hélène',
        2: 'Female',
        Number: vidOf(1),
        1: '1990/09/01',
        Address: '12; Lake Road',
        status: 'poor',
        '=note': '-5',
        token: 'one person',
        mts_status: 'processed',
        errorCode: null,
        errorMessage: null,
        line: 1,
        sameAsLine: null,
        advice: null,
      }),
    );
  });

  it('has rows for blank lines, and no column for cells without a name', async () => {
    const id = await handInFile('vid,,name\r\n\r\n1,x,y\r\n');
    expect((await result(id)).split('\r\n').map((line) => line.split(',').slice(0, 4))).toEqual([
      ['vid', 'name', 'token', 'status'],
      ['', '', '', 'invalid'],
      ['1', 'y', '', 'invalid'],
      [''],
    ]);
  });
});

describe('a list of objects that comes back', () => {
  it('has in CSV the fields of all records, and in JSON each value as it was', async () => {
    const people = [
      { ...person(0), n: 1.5, tags: ['a', { b: 1 }] },
      { ...person(1), village: 'Kenitra' },
    ];
    const id = await handIn(people);
    await gateway.process(id, () => ({ token: 't' }));
    expect(JSON.parse(await result(id))).toMatchObject(people);
    const [header, first, second] = (await result(id, '&format=csv')).split('\r\n');
    expect(header).toMatch(/,fullAddress,n,tags,village,token,status,/);
    expect(first).toContain(',1.5,"[""a"",{""b"":1}]",,t,processed,');
    expect(second).toMatch(/,,,Kenitra,t,processed,,,2,1,$/);
    expect((await result(id, '&format=ndjson&fromLine=2')).split('\n').length).toBe(2);
  });
});

describe('records that were not kept', () => {
  it('cannot come back, and the answer says so', async () => {
    const id = await handIn([person(0)]);
    await gateway.process(id, () => ({ token: 't' }));
    await forgetInput(id);
    const { status, body } = await supertest(gateway.url).get(`/authtoken/file/${id}?layout=original`);
    expect([status, body]).toMatchObject([
      409,
      {
        errors: [{ errorCode: 'MTS-RES-001', errorMessage: expect.stringContaining('take layout=default') }],
      },
    ]);
  });
});

async function ended(id: string, state: string, line: number, recordState: string): Promise<void> {
  await gateway.database.query('UPDATE record SET state = $3 WHERE request_id = $1 AND line = $2', [
    id,
    line,
    recordState,
  ]);
  await gateway.database.query('UPDATE request SET state = $2, ended_at = now() WHERE id = $1', [id, state]);
}

describe('records that were not asked about', () => {
  it('of a request that was cancelled say so, and whether IDA may have been asked', async () => {
    const id = await handIn([person(0), person(1)]);
    await ended(id, 'cancelled', 2, 'unknown');
    await forgetInput(id);
    const { text } = await supertest(gateway.url).get(`/authtoken/requests/${id}/results?format=json`);
    expect(JSON.parse(text)).toMatchObject([
      { vid: null, status: 'error', token: null, errorCode: 'MTS-IDA-002', advice: expect.any(String) },
      { vid: null, status: 'error', token: null, errorCode: 'MTS-IDA-005', advice: expect.any(String) },
    ]);
    expect(
      JSON.parse((await supertest(gateway.url).get(`/authtoken/file/${id}?only=error`)).text),
    ).toHaveLength(2);
  });

  it('have their number where the records were kept', async () => {
    const id = await handIn([person(0), { ...person(1), vid: null, uin: vidOf(1) }], {
      mapping: { vid: 'uin' },
    });
    await ended(id, 'cancelled', 2, 'submitted');
    const { text } = await supertest(gateway.url).get(`/authtoken/file/${id}?layout=default`);
    expect(JSON.parse(text)).toMatchObject([
      { status: 'invalid' },
      { vid: vidOf(1), errorCode: 'MTS-IDA-002' },
    ]);
    expect(JSON.parse(await result(id))).toMatchObject([
      { line: 1 },
      { status: 'error', errorCode: 'MTS-IDA-002', line: 2 },
    ]);
  });

  it('are valid in a request that was only to be checked', async () => {
    const id = await handIn([person(0), { ...person(1), dob: 'x' }]);
    await gateway.database.query('UPDATE request SET validate_only = true WHERE id = $1', [id]);
    await ended(id, 'processed_with_errors', 2, 'invalid');
    expect(JSON.parse(await result(id))).toMatchObject([
      { status: 'valid', errorCode: null, advice: null },
      { status: 'invalid', errorCode: 'ATS-REQ-007' },
    ]);
    expect(JSON.parse(await result(id, '&only=valid'))).toMatchObject([{ status: 'valid', line: 1 }]);
    expect(JSON.parse(await result(id, '&only=error'))).toEqual([]);
  });
});

import { JqPool } from '@mts/outputs';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  type Answer,
  DOWNLOAD,
  GatewayFixture,
  person,
  requestBody,
} from '../spec-support/gateway-fixture.js';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start({ jqPool: new JqPool() });
});
afterAll(async () => gateway.stop());

const PEOPLE = [person(1), person(2), person(3)];

interface Envelope {
  readonly errors: readonly { readonly errorCode: string; readonly errorMessage: string }[] | null;
  readonly response: { readonly request_identifier: string } | null;
}

type Call = (outputFormat: string, output: string) => Promise<supertest.Response>;

const handInJson: Call = async (outputFormat, output) =>
  supertest(gateway.url)
    .post('/authtoken/json')
    .send(requestBody({ ...DOWNLOAD, output, outputFormat, authdata: PEOPLE }));

const handInCsv: Call = async (outputFormat, output) => {
  const lines = PEOPLE.map((one) =>
    Object.values(one)
      .map((cell) => `"${cell}"`)
      .join(),
  );
  return supertest(gateway.url)
    .post('/authtoken/csv')
    .field('request', JSON.stringify(requestBody({ ...DOWNLOAD, output, outputFormat })))
    .attach('csv_file', Buffer.from([Object.keys(person(1)).join(), ...lines].join('\n')), 'people.csv');
};

const preview: Call = async (outputFormat, output) =>
  supertest(gateway.url)
    .post('/authtoken/preview')
    .send({ request: { output, outputFormat, authdata: PEOPLE } });

const CALLS = [
  ['/authtoken/json', handInJson],
  ['/authtoken/csv', handInCsv],
  ['/authtoken/preview', preview],
] as const;

function outcomeOf({ status, body }: supertest.Response): string {
  const [error] = (body as Envelope).errors ?? [];
  return error === undefined ? String(status) : `${String(status)} ${error.errorCode}: ${error.errorMessage}`;
}

/** The download of a list that was handed in with the format, when IDA has answered so. */
async function download(outputFormat: string, answer: (line: number) => Answer): Promise<supertest.Response> {
  const taken = await handInCsv(outputFormat, 'csv');
  expect(outcomeOf(taken)).toBe('200');
  const id = (taken.body as Envelope).response?.request_identifier ?? '';
  await gateway.process(id, answer);
  return supertest(gateway.url).get(`/authtoken/file/${id}`);
}

const MATCH: Answer = { vid: 'v', token: 't' };
const MISMATCH: Answer = { vid: 'v', code: 'IDA-DEA-001', message: 'name did not match' };

describe.each(CALLS)('an outputFormat for csv, at %s', (_path, call) => {
  it.each([
    ['.output.token', 'put a single value into an object, such as {token: .output.token}'],
    ['5', 'put a single value into an object, such as {token: .output.token}'],
    ['"x"', 'put a single value into an object, such as {token: .output.token}'],
    [
      'if .output.token then {} else "none" end',
      'put a single value into an object, such as {token: .output.token}',
    ],
    ['empty', 'it never gives anything, give an object such as {vid: .output.vid, token: .output.token}'],
    ['null', 'it never gives anything, give an object such as {vid: .output.vid, token: .output.token}'],
    [
      'if .output.token then {a: 1} else [1] end',
      'it gives objects for some and lists for others, give one kind alone',
    ],
  ])('is refused before anybody is asked when it makes no rows: %s', async (outputFormat, advice) => {
    const before = [await gateway.rowCounts(), await gateway.jobCount()];
    expect(outcomeOf(await call(outputFormat, 'csv'))).toBe(
      `400 ATS-REQ-104: for csv output, outputFormat has to give an object or a list for each record; ${advice}`,
    );
    expect([await gateway.rowCounts(), await gateway.jobCount()]).toEqual(before);
    expect(outcomeOf(await call(outputFormat, 'json'))).toBe('200');
  });

  it.each([
    'if .output.token then {token: .output.token} else empty end',
    'if .output.token then null else [.output.errorCode] end',
    '.input | select(.country == "MA")',
    '{id: (.input.registration_no | ascii_upcase)}',
  ])('is accepted when it makes rows of some records only: %s', async (outputFormat) => {
    expect(outcomeOf(await call(outputFormat, 'csv'))).toBe('200');
  });
});

describe('a CSV file in the shape of an outputFormat', () => {
  const MATCHED_ONLY = 'if .output.token then {vid: .output.vid, token: .output.token} else empty end';

  it('has an empty row for a record of which nothing is made', async () => {
    const { status, text } = await download(MATCHED_ONLY, (line) => (line === 2 ? MATCH : MISMATCH));
    expect([status, text]).toEqual([200, 'vid,token\r\n,\r\nv,t\r\n,\r\n']);
  });

  it('has an empty row for every record when nothing is made of any, as the preview says', async () => {
    const { status, text } = await download(MATCHED_ONLY, () => MISMATCH);
    expect([status, text]).toEqual([200, '""\r\n""\r\n""\r\n']);
    expect((await preview(MATCHED_ONLY, 'csv')).body).toMatchObject({
      response: {
        whenMatched: { file: expect.stringMatching(/^vid,token\r\n(?:\d+,0{36}\r\n){3}$/), withoutValue: [] },
        whenNotMatched: { file: text, withoutValue: [{ line: 1 }, { line: 2 }, { line: 3 }] },
      },
    });
  });

  it('is refused with the record of which a single value is made, beside rows of others', async () => {
    const secondAlone = `if .input.vid == "${person(2)['vid'] ?? ''}" then "x" else {vid: .output.vid} end`;
    const expected =
      /^400 ATS-REQ-104: for csv output, outputFormat has to give an object or a list for each record, always of one kind; record 2 has something else/;
    expect(outcomeOf(await download(secondAlone, () => MATCH))).toMatch(expected);
    expect(outcomeOf(await preview(secondAlone, 'csv'))).toMatch(expected);
  });
});

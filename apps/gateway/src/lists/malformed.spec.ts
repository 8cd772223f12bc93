import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';
import { END_OF_FORM, exchange, FORM_TYPE, part, rawPost } from '../spec-support/raw-http.js';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start();
});
afterAll(async () => gateway.stop());

const GOOD = requestBody({ ...DOWNLOAD, authdata: [person(1)] });
const REQUEST_PART = part('request', JSON.stringify(requestBody(DOWNLOAD)));
const FILE_PART = part('csv_file', 'vid,name\n1,Hélène\n', 'people.csv');

const JSON_BODIES: readonly string[] = [
  '',
  ' ',
  'null',
  'true',
  '0',
  '"text"',
  '[]',
  '[1, 2]',
  '{}',
  '{',
  '{"id":',
  '{\n "id": "a"\n "version": "1"\n}',
  '{"id": NaN}',
  "{'id': 'a'}",
  '{"id": "a",}',
  '\u0000',
  '{"request": {"authdata": {"__proto__": 1}}}',
  '{"__proto__": {"id": "a"}, "constructor": {"prototype": {}}}',
  '{"request": null}',
  '{"request": [[[]]]}',
  '{"request": {"authdata": [null]}}',
  `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  `{"request": {"authdata": [${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}]}}`,
  ...[null, 1, 'x', [], {}, true].flatMap((value) => [
    JSON.stringify({ ...GOOD, requesttime: value }),
    JSON.stringify({ ...GOOD, request: value }),
    JSON.stringify(requestBody({ ...DOWNLOAD, output: value, authdata: [person(1)] })),
    JSON.stringify(requestBody({ ...DOWNLOAD, deliverytype: value, authdata: [person(1)] })),
    JSON.stringify(requestBody({ ...DOWNLOAD, authdata: value })),
  ]),
];

/** Of records: the list is taken in, and the record is invalid. */
const JSON_RECORDS: readonly unknown[] = [
  null,
  [],
  'x',
  { vid: {} },
  { ...person(1), name: ['a'] },
  { ...person(1), name: [{ language: 'eng' }] },
  { ...person(1), gender: { a: 1 } },
  { ...person(1), dob: [[]] },
  { ...person(1), name: '\ud800' },
  { ...person(1), name: 'Jo\u0000hn' },
  { ...person(1), vid: '1'.repeat(10_000) },
  { constructor: 1, toString: 2, hasOwnProperty: 3 },
];

const FORMS: readonly string[] = [
  '',
  'no form',
  END_OF_FORM,
  `${REQUEST_PART}${END_OF_FORM}`,
  `${FILE_PART}${END_OF_FORM}`,
  `${FILE_PART}${REQUEST_PART}${END_OF_FORM}`,
  `${REQUEST_PART}${FILE_PART}`,
  `${REQUEST_PART}${FILE_PART.slice(0, -20)}`,
  `${part('request', '{"id":')}${FILE_PART}${END_OF_FORM}`,
  `${part('request', '')}${FILE_PART}${END_OF_FORM}`,
  `${part('request', '[]')}${FILE_PART}${END_OF_FORM}`,
  `${part('request', 'x'.repeat(300_000))}${FILE_PART}${END_OF_FORM}`,
  `${part('request', '{}', 'request.json')}${FILE_PART}${END_OF_FORM}`,
  `${part('constructor', '1')}${REQUEST_PART}${FILE_PART}${END_OF_FORM}`,
  `${part('f', '1').repeat(40)}${REQUEST_PART}${FILE_PART}${END_OF_FORM}`,
  `${REQUEST_PART}${FILE_PART}${FILE_PART}${END_OF_FORM}`,
  `${REQUEST_PART}${REQUEST_PART}${FILE_PART}${END_OF_FORM}`,
  `${REQUEST_PART}${FILE_PART}${REQUEST_PART}${END_OF_FORM}`,
  `${REQUEST_PART}${part('file', 'vid\n1\n', 'a.csv')}${END_OF_FORM}`,
  `${REQUEST_PART}${part('csv_file', 'vid\n1\n')}${END_OF_FORM}`,
  `${REQUEST_PART}${part('csv_file', 'vid,vid\n1,1\n', 'a.csv')}${END_OF_FORM}`,
  `${REQUEST_PART}${part('csv_file', 'vid\n"Hélène\n', 'a.csv')}${END_OF_FORM}`,
  `${REQUEST_PART}${part('csv_file', 'vid\nJo\u0000hn\n', 'a.csv')}${END_OF_FORM}`,
  `${part('request', JSON.stringify(requestBody({ ...DOWNLOAD, csvDelimiter: '||' })))}${FILE_PART}${END_OF_FORM}`,
  `${part('request', JSON.stringify(requestBody({ ...DOWNLOAD, csvDelimiter: '"' })))}${FILE_PART}${END_OF_FORM}`,
  `${part('request', JSON.stringify(requestBody({ ...DOWNLOAD, csvDelimiter: {} })))}${FILE_PART}${END_OF_FORM}`,
];

async function statusAndBody(bytes: string | Uint8Array): Promise<{ status: number; body: unknown }> {
  const text = await exchange(gateway.url, bytes);
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1]);
  return { status, body: JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) };
}

/** The envelope with an error, and no status that says that we are at fault. */
const REFUSAL = {
  status: expect.toSatisfy((status) => [400, 413, 415, 422].includes(status as number)) as unknown,
  body: {
    id: 'mosip.token.seeder',
    version: '1.1.0',
    metadata: {},
    responsetime: expect.stringMatching(/Z$/) as unknown,
    errors: expect.toSatisfy(isListOfErrors) as unknown,
    response: null,
  },
};

function isListOfErrors(errors: unknown): boolean {
  return (
    Array.isArray(errors) &&
    errors.length > 0 &&
    errors.every(
      (error: Record<string, string>) =>
        /^(?:ATS|MTS)-/.test(error['errorCode'] ?? '') && /\S/.test(error['errorMessage'] ?? ''),
    )
  );
}

describe('what is not a request', () => {
  it.each(JSON_BODIES.map((body) => [body.slice(0, 60), body]))(
    'as JSON is refused: %j',
    async (_shown, body) => {
      expect(await statusAndBody(rawPost('/authtoken/json', 'application/json', body))).toEqual(REFUSAL);
    },
  );

  it.each(FORMS.map((form, at) => [at, form]))('as a form is refused: number %i', async (_at, form) => {
    expect(await statusAndBody(rawPost('/authtoken/csv', FORM_TYPE, form))).toEqual(REFUSAL);
  });

  it.each([
    ['/authtoken/json', 'text/plain'],
    ['/authtoken/json', 'application/x-www-form-urlencoded'],
    ['/authtoken/json', FORM_TYPE],
    ['/authtoken/json', 'nonsense'],
    ['/authtoken/csv', 'text/csv'],
    ['/authtoken/csv', 'application/json'],
    ['/authtoken/csv', 'multipart/form-data'],
    ['/authtoken/csv', `multipart/form-data; boundary=${'x'.repeat(300)}`],
  ])('at %s as %s is refused', async (path, type) => {
    expect(await statusAndBody(rawPost(path, type, JSON.stringify(GOOD)))).toEqual(REFUSAL);
  });

  it('because it is not UTF-8 is refused', async () => {
    const head =
      'POST /authtoken/json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n';
    const bytes = Buffer.concat([Buffer.from(head), Buffer.from('{"id":"\xff\xfe"}', 'latin1')]);
    expect(await statusAndBody(bytes)).toEqual(REFUSAL);
  });

  it('leaves nothing behind', async () => {
    expect(await gateway.rowCounts()).toEqual({ requests: 0, records: 0 });
  });
});

describe('a record that is not one', () => {
  it.each(JSON_RECORDS.map((record) => [JSON.stringify(record).slice(0, 60), record]))(
    'never stops those beside it: %s',
    async (_shown, record) => {
      const body = JSON.stringify(requestBody({ ...DOWNLOAD, authdata: [person(1), record, person(2)] }));
      const answer = await statusAndBody(rawPost('/authtoken/json', 'application/json', body));
      expect(answer).toMatchObject({ status: 200, body: { errors: null } });
      const { response } = answer.body as { response: { request_identifier: string } };
      expect(await gateway.requests.progress(response.request_identifier)).toMatchObject({
        total: 3,
        invalid: 1,
      });
    },
  );
});

it('tells the log nothing of a person', () => {
  expect(gateway.logLines.join('')).not.toMatch(/Hélène|example\.org|Lake Road|5\d{15}/);
  expect(gateway.logLines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});

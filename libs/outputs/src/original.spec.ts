import { describe, expect, it } from 'vitest';

import {
  type DownloadFormatId,
  FieldNames,
  OriginalColumns,
  type OriginalRow,
  type RecordResult,
  resultFormat,
} from './index.js';

const MATCHED: RecordResult = {
  line: 1,
  sameAsLine: null,
  state: 'processed',
  row: { vid: '5047632183961079', token: '4467', errorCode: null, errorMessage: null },
};
const TWIN: RecordResult = { ...MATCHED, line: 2, sameAsLine: 1 };
const REFUSED: RecordResult = {
  line: 3,
  sameAsLine: null,
  state: 'invalid',
  row: { vid: null, token: null, errorCode: 'ATS-REQ-009', errorMessage: 'vid or its mapping not present' },
};
const ADVICE = 'The record has no UIN or VID, or the mapping names a field that is not there.';

const ADDED = ['token', 'status', 'errorCode', 'errorMessage', 'line', 'sameAsLine', 'advice'];

function columnsOf(...received: readonly string[]): OriginalColumns {
  const names = new FieldNames();
  for (const record of received) names.add(record);
  return names.columns();
}

function written(id: DownloadFormatId, rows: readonly OriginalRow[], delimiter?: string): string {
  const columns = columnsOf(...rows.map(({ received }) => received));
  const writer = resultFormat(id).openOriginal(columns, delimiter);
  return writer.header() + writer.rows(rows.slice(0, 1)) + writer.rows(rows.slice(1)) + writer.footer();
}

const LIST: readonly OriginalRow[] = [
  { received: '{"Full Name":"Aïda","vid":"5047632183961079"}', result: MATCHED },
  { received: '{"Full Name":"Aïda","vid":null}', result: TWIN },
  { received: '{"Full Name":"B","vid":""}', result: REFUSED },
];

describe('the list as it was handed in, with its result', () => {
  it('has the columns in their order, and the result after them', () => {
    expect(written('csv', LIST)).toBe(
      'Full Name,vid,token,status,errorCode,errorMessage,line,sameAsLine,advice\r\n' +
        'Aïda,5047632183961079,4467,processed,,,1,,\r\n' +
        'Aïda,,4467,processed,,,2,1,\r\n' +
        `B,,,invalid,ATS-REQ-009,vid or its mapping not present,3,,"${ADVICE}"\r\n`,
    );
  });

  it('is an object per record in JSON, every value to the digit', () => {
    const received = '{"n":12345678901234567890.10,"list":[1,{"a":"}\\""}],"yes":true}';
    const text = written('json', [{ received, result: MATCHED }]);
    expect(text).toBe(
      '[{"n":12345678901234567890.10,"list":[1,{"a":"}\\""}],"yes":true,"token":"4467","status":"processed","errorCode":null,"errorMessage":null,"line":1,"sameAsLine":null,"advice":null}]',
    );
    expect(written('ndjson', [{ received, result: MATCHED }])).toBe(`${text.slice(1, -1)}\n`);
  });

  it('is an object of the result alone for a record without fields', () => {
    expect(JSON.parse(written('json', [{ received: '{}', result: REFUSED }]))).toEqual([
      {
        token: null,
        status: 'invalid',
        errorCode: 'ATS-REQ-009',
        errorMessage: 'vid or its mapping not present',
        line: 3,
        sameAsLine: null,
        advice: ADVICE,
      },
    ]);
  });

  it('has in CSV the columns of all records, whatever is no text as its JSON text, and numbers as they were', () => {
    const rows = [
      { received: '{"a":1.50,"b":{"x":[1,"y"]}}', result: MATCHED },
      { received: '{"c":false,"a":"t"}', result: TWIN },
    ];
    expect(written('csv', rows).split('\r\n')).toEqual([
      `a,b,c,${ADDED.join()}`,
      '1.50,"{""x"":[1,""y""]}",,4467,processed,,,1,,',
      't,,false,4467,processed,,,2,1,',
      '',
    ]);
  });

  it('keeps what separates its cells', () => {
    const [, row] = written('csv', LIST, ';').split('\r\n');
    expect(row).toBe('Aïda;5047632183961079;4467;processed;;;1;;');
    const received = '{"a":"x;y","b":"x,y"}';
    expect(written('csv', [{ received, result: MATCHED }], ';').split('\r\n')[1]).toMatch(/^"x;y";x,y;/);
  });

  it('lets neither a name nor a text be a formula', () => {
    const text = written('csv', [{ received: '{"=a":"=1+1","n":-5,"m":"-5"}', result: MATCHED }]);
    expect(text.split('\r\n').map((line) => line.split(',').slice(0, 3))).toEqual([
      ["'=a", 'n', 'm'],
      ["'=1+1", '-5', '-5'],
      [''],
    ]);
  });
});

describe('names that the list and the result both have', () => {
  it('stay those of the list, and get a prefix in the result', () => {
    const received = '{"status":"poor","line":"x","mts_line":"y"}';
    expect(JSON.parse(written('json', [{ received, result: MATCHED }]))).toMatchObject([
      { status: 'poor', mts_status: 'processed', line: 'x', mts_line: 'y', mts_mts_line: 1 },
    ]);
  });

  it('are the same for all records, though one alone may have them', () => {
    const rows = [
      { received: '{"a":"x"}', result: MATCHED },
      { received: '{"token":"y"}', result: TWIN },
    ];
    expect(JSON.parse(written('json', rows))).toMatchObject([
      { mts_token: '4467' },
      { token: 'y', mts_token: '4467' },
    ]);
  });

  it('are those of an earlier result where all of them are there together: this one takes their place', () => {
    const earlier =
      '"token":null,"status":"error","errorCode":"x","errorMessage":"y","line":9,"sameAsLine":null,"advice":"z"';
    const received = `{"vid":"5",${earlier},"note":"n"}`;
    expect(written('csv', [{ received, result: MATCHED }])).toBe(
      `vid,note,${ADDED.join()}\r\n5,n,4467,processed,,,1,,\r\n`,
    );
    expect(JSON.parse(written('json', [{ received, result: MATCHED }]))).toEqual([
      {
        vid: '5',
        note: 'n',
        token: '4467',
        status: 'processed',
        errorCode: null,
        errorMessage: null,
        line: 1,
        sameAsLine: null,
        advice: null,
      },
    ]);
  });

  it('are those of an earlier result under a prefix too', () => {
    const names = [
      'status',
      'token',
      'mts_status',
      'errorCode',
      'errorMessage',
      'line',
      'sameAsLine',
      'advice',
    ];
    const columns = OriginalColumns.of(names);
    expect([columns.own, columns.added]).toEqual([['status'], names.slice(1)]);
  });
});

it('refuses records that have more different fields than a table can', () => {
  const names = new FieldNames();
  const add = (n: number): void => names.add(JSON.stringify({ [`f${String(n)}`]: n }));
  for (let n = 0; n < 2000; n += 1) add(n);
  expect(() => add(2000)).toThrow(
    'the records have more than 2000 different fields, too many for this layout',
  );
});

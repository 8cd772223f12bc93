import { readdir } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import {
  type Result,
  RESULT_FORMAT_IDS,
  RESULT_FORMATS,
  type ResultFormatId,
  resultFormat,
} from './index.js';

const MATCHED: Result = {
  state: 'processed',
  row: {
    vid: '4100000000000012',
    token: '446791815597372963729663607096163061',
    errorCode: null,
    errorMessage: null,
  },
};
const REFUSED: Result = {
  state: 'error',
  row: {
    vid: '4100000000000061',
    token: null,
    errorCode: 'IDA-DEA-001',
    errorMessage: 'Demographic data name in eng did not match',
  },
};
const INVALID: Result = {
  state: 'invalid',
  row: {
    vid: null,
    token: null,
    errorCode: 'ATS-REQ-009',
    errorMessage: 'vid or its mapping not present',
  },
};

/** The text of a result that is written in the given batches. */
function written(id: ResultFormatId, batches: readonly (readonly Result[])[]): string {
  const writer = resultFormat(id).open();
  return [writer.header(), ...batches.map((batch) => writer.rows(batch)), writer.footer()].join('');
}

it('has one folder per format in the registry', async () => {
  const folders = await readdir(new URL('formats', import.meta.url));
  expect(folders.toSorted()).toEqual(RESULT_FORMATS.map(({ id }) => id).toSorted());
  expect(() => resultFormat('toString')).toThrow('no result format');
});

describe.each(RESULT_FORMAT_IDS)('%s', (id) => {
  it('is the same text however the rows are cut into batches', () => {
    const whole = written(id, [[MATCHED, REFUSED, INVALID]]);
    expect(written(id, [[], [MATCHED], [], [REFUSED, INVALID], []])).toBe(whole);
  });

  it('keeps two results that are written at the same time apart', () => {
    const [one, other] = [resultFormat(id).open(), resultFormat(id).open()];
    one.rows([MATCHED]);
    const rows = other.rows([REFUSED]);
    expect(other.header() + rows + other.footer()).toBe(written(id, [[REFUSED]]));
  });
});

describe('json', () => {
  // Recorded from the original 1.1: rows of its cases json-happy-mixed-ida-results and json-mixed-valid-invalid.
  it('writes to the byte what the original writes', () => {
    expect(written('json', [[MATCHED, REFUSED, INVALID]])).toBe(
      '[{"vid": "4100000000000012", "status": "processed", "token": "446791815597372963729663607096163061", "errorCode": null, "errorMessage": null},' +
        '{"vid": "4100000000000061", "status": "error", "token": null, "errorCode": "IDA-DEA-001", "errorMessage": "Demographic data name in eng did not match"},' +
        '{"vid": null, "status": "invalid", "token": null, "errorCode": "ATS-REQ-009", "errorMessage": "vid or its mapping not present"}]',
    );
  });

  it('is an empty list when there are no rows', () => {
    expect(written('json', [])).toBe('[]');
  });

  it('can be parsed whatever stands in a text', () => {
    const row = { ...REFUSED.row, vid: '"\\\n\u2028\ud800', errorMessage: 'الاسم' };
    expect(JSON.parse(written('json', [[{ state: 'error', row }]]))).toEqual([
      {
        vid: row.vid,
        status: 'error',
        token: null,
        errorCode: row.errorCode,
        errorMessage: row.errorMessage,
      },
    ]);
  });
});

describe('csv', () => {
  // Recorded from the original 1.1: its case csv-happy-out-csv.
  it('writes to the byte what the original writes', () => {
    expect(written('csv', [[MATCHED, REFUSED, INVALID]])).toBe(
      'vid,status,token,errorCode,errorMessage\r\n' +
        '4100000000000012,processed,446791815597372963729663607096163061,,\r\n' +
        '4100000000000061,error,,IDA-DEA-001,Demographic data name in eng did not match\r\n' +
        ',invalid,,ATS-REQ-009,vid or its mapping not present\r\n',
    );
  });

  it('is the header alone when there are no rows', () => {
    expect(written('csv', [])).toBe('vid,status,token,errorCode,errorMessage\r\n');
  });

  it('quotes what would end a cell', () => {
    const row = { ...REFUSED.row, errorMessage: 'a "b", c\r\nd' };
    expect(written('csv', [[{ state: 'error', row }]])).toContain('IDA-DEA-001,"a ""b"", c\r\nd"\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'])('does not let %j be a formula', (vid) => {
    const text = written('csv', [[{ state: 'invalid', row: { ...INVALID.row, vid } }]]);
    expect(text.split('\r\n')[1]).toMatch(/^"?'/);
  });
});

import { readdir } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import {
  type Column,
  columnsOf,
  DOWNLOAD_FORMAT_IDS,
  DOWNLOAD_FORMATS,
  type DownloadFormatId,
  type Result,
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
function written(
  id: DownloadFormatId,
  batches: readonly (readonly Result[])[],
  columns?: readonly Column[],
): string {
  const writer = resultFormat(id).open(columns);
  return [writer.header(), ...batches.map((batch) => writer.rows(batch)), writer.footer()].join('');
}

it('has one folder per format in the registry', async () => {
  const folders = await readdir(new URL('formats', import.meta.url));
  expect(folders.toSorted()).toEqual(DOWNLOAD_FORMATS.map(({ id }) => id).toSorted());
  expect(() => resultFormat('toString')).toThrow('no result format');
});

describe.each(DOWNLOAD_FORMAT_IDS)('%s', (id) => {
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

  it('is in printable ASCII, as the original writes it', () => {
    const row = { ...REFUSED.row, errorMessage: 'é' };
    expect(written('json', [[{ state: 'error', row }]])).toContain(String.raw`"errorMessage": "\u00e9"`);
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

  it.each(['=1+1', '+1+1', '-1-1', '-A1', '+91-9876500001', '@SUM(A1)', '\t=1', '＝1', '- Lake Road'])(
    'does not let %j be a formula',
    (vid) => {
      const text = written('csv', [[{ state: 'invalid', row: { ...INVALID.row, vid } }]]);
      expect(text.split('\r\n')[1]).toMatch(/^"?'/);
    },
  );

  it.each(['-1', '+1', '-1.5', '-1,5', '+919876500001', '+91 98765 00001'])(
    'leaves the number %j as it is',
    (vid) => {
      const text = written('csv', [[{ state: 'invalid', row: { ...INVALID.row, vid } }]]);
      expect(text.split('\r\n')[1]?.replaceAll('"', '')).toBe(
        `${vid},invalid,,ATS-REQ-009,vid or its mapping not present`,
      );
    },
  );

  it('lets no control character through, and what comes after one is looked at too', () => {
    const row = { ...REFUSED.row, vid: '\u0000=1', errorMessage: 'a\u001b[2Jb\u0007c\u009bd\te' };
    expect(written('csv', [[{ state: 'error', row }]]).split('\r\n')[1]).toBe(
      '\uFFFD=1,error,,IDA-DEA-001,a\uFFFD[2Jb\uFFFDc\uFFFDd\te',
    );
  });
});

describe('ndjson', () => {
  it('has one row a line, each with its end', () => {
    const lines = written('ndjson', [[MATCHED], [REFUSED, INVALID]]).split('\n');
    expect(lines.map((line) => (line === '' ? '' : (JSON.parse(line) as { vid: string }).vid))).toEqual([
      '4100000000000012',
      '4100000000000061',
      null,
      '',
    ]);
  });

  it('is empty when there are no rows', () => {
    expect(written('ndjson', [])).toBe('');
  });
});

describe('columns beside those of the original', () => {
  const CARRYING: Result = { ...REFUSED, referenceId: 'case 7' };

  it('are an id of the record, and what to do about its error', () => {
    const columns = [...columnsOf(true), 'advice'] as const;
    const advice =
      "The attribute that the message names differs from what the ID system has stored. Compare it with the person's ID document; a corrected row can be handed in as a new one.";
    expect(written('csv', [[MATCHED, CARRYING]], columns)).toBe(
      'vid,status,token,errorCode,errorMessage,referenceId,advice\r\n' +
        '4100000000000012,processed,446791815597372963729663607096163061,,,,\r\n' +
        `4100000000000061,error,,IDA-DEA-001,Demographic data name in eng did not match,case 7,${advice}\r\n`,
    );
    expect(JSON.parse(written('json', [[MATCHED, CARRYING]], columns))).toMatchObject([
      { referenceId: null, advice: null },
      { referenceId: 'case 7', advice },
    ]);
  });

  it('are there only where they are asked for; in JSON, the id of a record that brought one always is', () => {
    expect(written('csv', [[CARRYING]])).not.toContain('case 7');
    expect(JSON.parse(written('json', [[MATCHED, CARRYING]]))).toEqual([
      expect.not.objectContaining({ referenceId: expect.anything() }),
      expect.objectContaining({ referenceId: 'case 7' }),
    ]);
  });
});

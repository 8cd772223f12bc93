import { describe, expect, it } from 'vitest';

import { DOWNLOAD_FORMAT_IDS, type DownloadFormatId, resultFormat, type ShapedRow } from './index.js';

/** The file of projected values, written in the given batches; undefined stands for a record without one. */
function written(id: DownloadFormatId, batches: readonly (readonly (string | undefined)[])[]): string {
  const writer = resultFormat(id).shaped.open();
  let line = 0;
  const text = batches.map((batch) =>
    writer.rows(
      batch.map((json): ShapedRow => {
        line += 1;
        return { line, json: json ?? null };
      }),
    ),
  );
  return [writer.header(), ...text, writer.footer()].join('');
}

/** What the projection makes of an object whose values are texts, nothing, or JSON. */
function row(cells: Readonly<Record<string, string | null | readonly [string]>>): string {
  return JSON.stringify([Object.keys(cells), Object.values(cells)]);
}

function list(...cells: readonly (string | null | readonly [string])[]): string {
  return JSON.stringify([null, cells]);
}

it.each(DOWNLOAD_FORMAT_IDS)('is the same %s however the rows are cut into batches', (id) => {
  const rows = [row({ a: 'x' }), undefined, row({ a: 'y' })];
  const whole = written(id, [rows]);
  expect(written(id, [[], ...rows.map((one) => [one]), []])).toBe(whole);
});

describe('json', () => {
  it('is spaced as the original writes it, and nothing else is changed', () => {
    const value = '{"a":[1,2.50,{"b":null}],"c:d,":"x:y,\\"z\\":1","n":9876543210987654321}';
    expect(written('json', [[value, undefined, '"t"']])).toBe(
      '[{"a": [1, 2.50, {"b": null}], "c:d,": "x:y,\\"z\\":1", "n": 9876543210987654321},null,"t"]',
    );
    expect(written('json', [[]])).toBe('[]');
  });

  it('is in printable ASCII, as the original writes it', () => {
    expect(written('json', [['{"né":"الاسم 😀\u007f\u2028~"}']])).toBe(
      String.raw`[{"n\u00e9": "\u0627\u0644\u0627\u0633\u0645 \ud83d\ude00\u007f\u2028~"}]`,
    );
  });
});

describe('csv', () => {
  it('of objects has their names as header, and what is no text as JSON', () => {
    const values = ['[["2","1","z"],["b",["{\\"a\\":1}"],null]]', '[["2","1","z"],["c",["1.50"],["true"]]]'];
    expect(written('csv', [values])).toBe('2,1,z\r\nb,"{""a"": 1}",\r\nc,1.50,true\r\n');
  });

  it('of lists has no header', () => {
    expect(written('csv', [[list('a', null), list('b', ['1'])]])).toBe('a,\r\nb,1\r\n');
  });

  it('quotes whatever would end a cell', () => {
    expect(written('csv', [[list('a "b"', 'c\nd', 'e\rf', 'g,h', ' i ')]])).toBe(
      '"a ""b""","c\nd","e\rf","g,h", i \r\n',
    );
  });

  it('lets no text be a formula, and leaves numbers and telephone numbers as they are', () => {
    const texts = ['=1', '+1', '-1', '@a', '\t=1', '＝1', '+919876500001', '+91 9876', 'a=1'];
    const [line] = written('csv', [[list(...texts, ['-1.5'])]]).split('\r\n');
    expect(line).toBe("'=1,+1,-1,'@a,'\t=1,'＝1,+919876500001,+91 9876,a=1,-1.5");
    expect(written('csv', [[row({ '=a': '1' })]])).toBe("'=a\r\n1\r\n");
  });

  it('has an empty row for a record without a value, also before the first that has one', () => {
    const values = [undefined, 'null', row({ a: '1', b: '2' }), undefined];
    expect(written('csv', [values])).toBe('a,b\r\n,\r\n,\r\n1,2\r\n,\r\n');
    expect(written('csv', [[undefined, list('x')]])).toBe('""\r\nx\r\n');
  });

  it('waits for the first values however many records have none before them', () => {
    const nothing = Array.from({ length: 1500 }, () => undefined);
    const values = [nothing, [row({ a: '1', b: '2' })], [row({ b: '3', c: '4' })]];
    expect(written('csv', values)).toBe(`a,b,c\r\n${',,\r\n'.repeat(1500)}1,2,\r\n,3,4\r\n`);
  });

  it('has an empty row for every record also when none has a value', () => {
    expect(written('csv', [[undefined, 'null']])).toBe('""\r\n""\r\n');
  });

  it('puts every value under its name, whatever the names of the others are', () => {
    const values = [row({ vid: '1', token: 't' }), row({ err: 'e', vid: '2' })];
    expect(written('csv', [values])).toBe('vid,token,err\r\n1,t,\r\n2,,e\r\n');
  });

  it('is refused with the record that does not fit, rather than written wrongly', () => {
    const many = Array.from({ length: 1000 }, () => row({ a: '1' }));
    expect(() => written('csv', [many, [row({ b: '1' })]])).toThrow(
      'record 1001 has a column that the header lacks',
    );
    expect(() => written('csv', [[row({ a: '1' }), list('1')]])).toThrow('record 2 is of another kind');
    expect(() => written('csv', [[list('1'), row({ a: '1' })]])).toThrow('record 2 is of another kind');
    expect(() => written('csv', [[row({ a: '1' }), '"x"']])).toThrow('record 2 has something else');
  });

  it('of no record at all is empty', () => {
    expect(written('csv', [[]])).toBe('');
  });
});

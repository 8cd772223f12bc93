import { ApiError } from '@mts/domain';
import { describe, expect, it } from 'vitest';
import { type CsvOptions, readCsv } from './reader.js';
import { MAX_RECORD_LENGTH } from './splitter.js';
import { type CsvRow, MAX_COLUMNS } from './table.js';

async function* chunksOf(bytes: Uint8Array, sizeBytes = bytes.length || 1): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += sizeBytes) yield bytes.subarray(from, from + sizeBytes);
}

async function read(file: string | Uint8Array, options?: CsvOptions, chunkBytes?: number): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  const bytes = typeof file === 'string' ? Buffer.from(file) : file;
  for await (const batch of readCsv(chunksOf(bytes, chunkBytes), options)) rows.push(...batch);
  return rows;
}

async function records(file: string | Uint8Array, options?: CsvOptions): Promise<object[]> {
  return (await read(file, options)).map(({ record }) => ({ ...record }));
}

async function refusal(file: string | Uint8Array, chunkBytes?: number): Promise<ApiError> {
  const error: unknown = await read(file, {}, chunkBytes).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ApiError) return error;
  throw new Error('the file was not refused', { cause: error });
}

const utf16 = (text: string, mark: readonly number[]): Buffer => {
  const bytes = Buffer.from(text, 'utf16le');
  return Buffer.concat([Buffer.from(mark), mark[0] === 0xfe ? bytes.swap16() : bytes]);
};

describe('the records of a CSV file', () => {
  it('are numbered from 1 and know the line of the file on which they begin', async () => {
    const rows = await read('vid,address\r\n1,"a\r\nb\nc\rd"\r\n2,"x ""y"", z"\n\r3,\r\n');
    expect(rows).toEqual([
      { line: 1, fileLine: 2, record: { vid: '1', address: 'a\r\nb\nc\rd' } },
      { line: 2, fileLine: 6, record: { vid: '2', address: 'x "y", z' } },
      { line: 3, fileLine: 7, record: { vid: null, address: null } },
      { line: 4, fileLine: 8, record: { vid: '3', address: '' } },
    ]);
  });

  it('keep their digits, blanks and letters as they stand', async () => {
    expect(await records('vid,n\n0041000000000012, 1.0 ')).toEqual([{ vid: '0041000000000012', n: ' 1.0 ' }]);
  });

  it('lose the apostrophe by which a spreadsheet is kept from running a text, and no other one', async () => {
    expect(await records("'=a,b\n'- Lake Road,'+1\n'Aisha,it's\n")).toEqual([
      { '=a': '- Lake Road', b: '+1' },
      { '=a': "'Aisha", b: "it's" },
    ]);
  });

  it('say the order of their names where an object does not keep it', async () => {
    const [row] = await read('b,2,a,1\nw,x,y,z\n');
    expect(row).toEqual({
      line: 1,
      fileLine: 2,
      record: { b: 'w', 2: 'x', a: 'y', 1: 'z' },
      names: ['b', '2', 'a', '1'],
    });
    expect((await read('b,a\n1,2\n'))[0]).not.toHaveProperty('names');
  });

  it.each(['\n', '\r\n', '\r'])('end with %j', async (end) => {
    expect(await records(['a,b', '1,2', '3,4', ''].join(end))).toEqual([
      { a: '1', b: '2' },
      { a: '3', b: '4' },
    ]);
  });

  it('have null for missing cells and lose surplus ones', async () => {
    expect(await records('a,b,c\n1\n1,2,3,4,5')).toEqual([
      { a: '1', b: null, c: null },
      { a: '1', b: '2', c: '3' },
    ]);
  });

  it('keep their position after a blank line, which is nothing before the header and at the end', async () => {
    const rows = await read('\n \n\r\na,b\n1,2\n\n \t\n3,4\n\n\n  ');
    expect(rows.map(({ line, fileLine, record }) => [line, fileLine, record['a']])).toEqual([
      [1, 5, '1'],
      [2, 6, null],
      [3, 7, null],
      [4, 8, '3'],
    ]);
  });

  it.each(['', '\n\n', 'a,b', 'a,b\r\n', '\uFEFF', '\uFEFFa,b\n\n'])('are none in %j', async (file) => {
    expect(await read(file)).toEqual([]);
  });

  it.each([
    [undefined, ','],
    ['', ','],
    [';', ';'],
    ['\t', '\t'],
    ['|', '|'],
    [' ', ' '],
    ['§', '§'],
  ])('are cut at the delimiter %j', async (delimiter, used) => {
    expect(await records(`a${used}b\n1${used}"2${used}"`, { delimiter })).toEqual([
      { a: '1', b: `2${used}` },
    ]);
  });

  it.each([';;', '::', '"', '\n', '\r', '\0', '😀'])('cannot be cut at %j', (delimiter) => {
    expect(() => readCsv(chunksOf(Buffer.from('a')), { delimiter })).toThrow(
      expect.objectContaining({ code: 'ATS-REQ-102', status: 400 }) as Error,
    );
  });
});

describe('the header of a CSV file', () => {
  it('names the columns exactly as it stands', async () => {
    expect(await records('VID, name\n1,2')).toEqual([{ VID: '1', ' name': '2' }]);
  });

  it('may leave columns without a name, which are left out', async () => {
    expect(await records('a,,b, ,\n1,2,3,4,5')).toEqual([{ a: '1', b: '3' }]);
  });

  it('cannot reach the prototype', async () => {
    const [row] = await read('__proto__,constructor,a\nx,y,z');
    expect(Object.entries(row?.record ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['a', 'z'],
    ]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it.each([
    ['columns 2 and 4 have the same name', 2, '\na,SECRET,b,SECRET\n1'],
    ['no column names', 1, ',,\n1,2,3'],
    ['more than 2000 columns', 1, `${'a,'.repeat(MAX_COLUMNS)}b\n1`],
  ])('is refused where there are %s', async (problem, fileLine, file) => {
    const { code, message } = await refusal(file);
    expect(code).toBe('MTS-CSV-001');
    expect(message).toContain(`at line ${String(fileLine)}: `);
    expect(message).toContain(problem);
    expect(message).not.toContain('SECRET');
  });
});

describe('the encoding of a CSV file', () => {
  const text = 'vid,name\n1,Zoë 😀 آنا\n';

  it.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with its mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16LE with its mark', utf16(text, [0xff, 0xfe])],
    ['UTF-16BE with its mark', utf16(text, [0xfe, 0xff])],
  ])('may be %s, wherever its bytes are cut', async (_name, bytes) => {
    for (let chunkBytes = 1; chunkBytes < 12; chunkBytes += 1) {
      expect(await read(bytes, {}, chunkBytes)).toEqual([
        { line: 1, fileLine: 2, record: { vid: '1', name: 'Zoë 😀 آنا' } },
      ]);
    }
  });

  it.each<[string, number, Buffer]>([
    ['Latin-1', 3, Buffer.concat([Buffer.from('vid\r\n\uFFFD\nZo'), Buffer.from('ë\nSECRET', 'latin1')])],
    ['half a character at the end', 2, Buffer.from('vid\nSECRET\xc3', 'latin1')],
    ['a surrogate in UTF-8', 2, Buffer.from('vid\n\xed\xa0\x80', 'latin1')],
    ['a file that is one byte', 1, Buffer.from([0xff])],
    ['half a surrogate pair in UTF-16', 3, utf16('vid\n1\n\uD83D\n', [0xff, 0xfe])],
    ['half a unit of UTF-16', 2, Buffer.concat([utf16('vid\n1', [0xfe, 0xff]), Buffer.from([0])])],
  ])('is never guessed: %s is refused with its line', async (_name, fileLine, bytes) => {
    for (const chunkBytes of [1, 2, 3, 5, 100]) {
      const error = await refusal(bytes, chunkBytes);
      expect(error).toMatchObject({ code: 'MTS-CSV-001', status: 400 });
      expect(error.message).toContain(`at line ${String(fileLine)}: it is not UTF-8`);
      expect(error.cause).toBeUndefined();
      expect(error.message).not.toContain('SECRET');
    }
  });

  it('is not UTF-16 without a mark', async () => {
    expect((await refusal(Buffer.from('vid\n1', 'utf16le'))).message).toContain(
      'at line 1: it holds a NUL byte',
    );
  });
});

describe('a broken CSV file', () => {
  it.each([
    ['a quote that is never closed', 3, 'vid,name\n1,x\n2,"SECRET\n3,y\n4,z\n'],
    ['a quote inside a cell', 3, 'vid,name\n1,"x"\n2,SECRET"\n'],
    ['a quote that is closed by that of a later cell', 2, 'vid,name\n1,"x\n2,"SECRET",y\n'],
    ['text after a closing quote', 4, 'vid,name\n1,"x\ny"\n2,"SECRET"x\n'],
    ['a NUL byte', 3, 'vid,name\n1,x\n2,SEC\0RET\n'],
  ])('names the line and the remedy of %s, and nothing that it holds', async (_what, fileLine, file) => {
    for (const chunkBytes of [1, 7, 1_000]) {
      const error = await refusal(file, chunkBytes);
      expect(error).toMatchObject({ code: 'MTS-CSV-001', status: 400 });
      expect(error.cause).toBeUndefined();
      expect(error.message).toContain(`cannot be read at line ${String(fileLine)}: `);
      expect(JSON.stringify(error) + (error.stack ?? '')).not.toMatch(/SEC|RET/);
    }
  });

  it('may not hold a record over the limit, and may hold one at it', async () => {
    const cell = 'x'.repeat(MAX_RECORD_LENGTH - 2);
    expect(await records(`a,b\r\n1,${cell}\r\n2,3`)).toEqual([
      { a: '1', b: cell },
      { a: '2', b: '3' },
    ]);
    for (const file of [
      `a,b\n1,2\n1,x${cell}\n`,
      `a,b\n1,2\n1,"${cell}\n`,
      `a,b\n1,2\n${','.repeat(MAX_RECORD_LENGTH + 1)}\n`,
    ]) {
      expect((await refusal(file)).message).toContain(
        'at line 3: the record is longer than 1048576 characters',
      );
    }
  });
});

describe('reading a large CSV file', () => {
  it('takes from the source only what the next batch needs', async () => {
    let chunks = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('vid,name\n');
      for (;;) {
        chunks += 1;
        yield Buffer.from('7405214302,Ana\n'.repeat(100));
      }
    }
    const reader = readCsv(endless());
    expect((await reader.next()).value).toHaveLength(500);
    expect(chunks).toBe(5);
    await reader.return();
  });

  it('stops at a cell without end after little more than the limit', async () => {
    let bytes = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('vid,name\n1,"');
      for (;;) {
        bytes += 100_000;
        yield Buffer.alloc(100_000, 'x');
      }
    }
    await expect(readCsv(endless()).next()).rejects.toThrow(/line 2: the record is longer/);
    expect(bytes).toBeLessThan(MAX_RECORD_LENGTH + 200_000);
  });

  it('hands out smaller batches where a wide header meets short rows', async () => {
    const header = Array.from({ length: 1_000 }, (_, index) => `column ${String(index)}`).join(',');
    const sizes: number[] = [];
    for await (const batch of readCsv(chunksOf(Buffer.from(`${header}\n${'1\n'.repeat(120)}`))))
      sizes.push(batch.length);
    expect(sizes).toEqual([50, 50, 20]);
  });

  it('hands out a run of a million blank lines batch by batch', async () => {
    let blanks = 0;
    for await (const batch of readCsv(chunksOf(Buffer.from(`a\n1\n${'\n'.repeat(1_000_000)}2`), 50_000))) {
      expect(batch.length).toBeLessThanOrEqual(500);
      blanks += batch.filter(({ record }) => record['a'] === null).length;
    }
    expect(blanks).toBe(1_000_000);
  });
});

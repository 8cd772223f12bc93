import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import { ApiError } from '@mts/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Result, resultFormat } from './index.js';
import { JqPool } from './jq/jq-pool.js';
import {
  formatInput,
  MADE_UP_MATCH,
  MADE_UP_MISMATCH,
  OutputFormats,
  PROGRAM_LENGTH_MAX,
} from './jq/output-formats.js';
import { type FormatInput, recordProgram, type ShapedRecord } from './jq/program.js';

const JSON_FORMAT = resultFormat('json').shaped;
const CSV_FORMAT = resultFormat('csv').shaped;

let pool: JqPool;
let formats: OutputFormats;
beforeAll(() => {
  pool = new JqPool();
  formats = new OutputFormats(pool);
});
afterAll(async () => pool.close());

async function refusal(program: string, format = JSON_FORMAT): Promise<string> {
  try {
    await formats.check(program, format, 'with its place');
  } catch (error) {
    if (error instanceof ApiError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

function inputs(received: readonly string[], result: Result = MADE_UP_MATCH): FormatInput[] {
  return received.map((json, at) => formatInput(at + 1, json, result));
}

async function shaped(program: string, received: readonly string[]): Promise<readonly ShapedRecord[]> {
  await formats.check(program, JSON_FORMAT, 'with its place');
  return formats.shaping(program, JSON_FORMAT).rows(inputs(received));
}

async function values(program: string, received: readonly string[]): Promise<(string | null)[]> {
  return (await shaped(program, received)).map(({ json }) => json);
}

describe('a program', () => {
  it('sees the record as it was received, and its outcome', async () => {
    expect(await values('.', ['{"name":"Ana","tags":["a",null,true]}'])).toEqual([
      '{"input":{"name":"Ana","tags":["a",null,true]},"output":{"vid":"5047632183961079","status":"processed","token":"000000000000000000000000000000000000","errorCode":null,"errorMessage":null}}',
    ]);
  });

  it('keeps every character, also those that end a line elsewhere', async () => {
    const text = JSON.stringify('a\u2028b\u2029c\u0085d\r\ne😀');
    expect(await values('.input', [text])).toEqual([text]);
  });

  it('keeps every type, and numbers to the digit', async () => {
    const record = '{"n":9876543210987654321,"m":1.50,"b":false,"o":{"x":[1.0,null]},"s":"007"}';
    expect(await values('.input', [record])).toEqual([record]);
    expect(await values('[.input[] | type]', [record])).toEqual([
      '["number","number","boolean","object","string"]',
    ]);
  });

  it('sees a half of a surrogate pair, which is no text, as the replacement character', async () => {
    const record = JSON.stringify({ a: 'x\ud800', b: 'y\udc00', c: '\\ud800', d: '\u{1f600}' });
    expect(await values('.input', [record, '{"a":1}'])).toEqual([
      '{"a":"x\ufffd","b":"y\ufffd","c":"\\\\ud800","d":"\u{1f600}"}',
      '{"a":1}',
    ]);
  });

  it('gives its first value alone', async () => {
    expect(await values('.input.a[]', ['{"a":[1,2,3]}', '{"a":[4]}'])).toEqual(['1', '4']);
    expect(await values('1, error("x")', ['{}'])).toEqual(['1']);
    expect(await values('range(1e12)', ['{}'])).toEqual(['0']);
  });

  it('that gives nothing or fails for one record leaves the others alone, and says why', async () => {
    const records = ['{"a":"x"}', '{"a":1}', '{"a":"y"}'];
    expect(await shaped('.input.a | ascii_upcase', records)).toEqual([
      { line: 1, json: '"X"', problem: undefined },
      { line: 2, json: null, problem: 'explode input must be a string' },
      { line: 3, json: '"Y"', problem: undefined },
    ]);
    expect(await values('.input.a | select(. != 1)', records)).toEqual(['"x"', null, '"y"']);
    expect(await values('if .input.a == 1 then error({a: 1}) else 1 end', records)).toEqual(['1', null, '1']);
    expect(await values('if .input.a == 1 then error(null) else 1 end', records)).toEqual(['1', null, '1']);
    expect(await values('label $f | if .input.a == 1 then break $f else 1 end', records)).toEqual([
      '1',
      null,
      '1',
    ]);
  });

  it('may end with a comment, also one that goes on in the next line', async () => {
    expect(await values('.input.a # the end', ['{"a":1}'])).toEqual(['1']);
    expect(await values('.input.a # the end \\', ['{"a":1}'])).toEqual(['1']);
  });

  it('may be any of jq 1.7', async () => {
    expect(await values('.input | pick(.a)', ['{"a":1,"b":2}'])).toEqual(['{"a":1}']);
    expect(await values('.input | [(.b | abs), have_literal_numbers]', ['{"b":-2}'])).toEqual(['[2,true]']);
    expect(await values('[limit(3; .input.a[])] | add / length', ['{"a":[1,2,3]}'])).toEqual(['2']);
  });

  it('is run over many records in their order, however they are cut into batches', async () => {
    const records = Array.from({ length: 5000 }, (_, n) => `{"n":${String(n)}}`);
    const rows = await shaped('.input.n', records);
    expect(rows.map(({ line, json }) => [line, json])).toEqual(records.map((_, n) => [n + 1, String(n)]));
  });
});

describe('a program is refused with ATS-REQ-103', () => {
  it.each([
    ['{a:', 'line 1, column 3: unexpected end of file'],
    ['foo', 'line 1, column 1: foo/0 is not defined'],
    ['\n .a |\n  $x', 'line 3, column 3: $x is not defined'],
    ['.a) | ("x', 'line 1, column 3: unexpected character'],
    ['.a)]) | ([(.b', 'line 1, column 3: unexpected character'],
    ['"abc', 'line 1, column 2: unexpected end of file'],
    ['# nothing', 'Top-level program not given'],
    ['   ', 'Top-level program not given'],
    ['def f: 1;', 'Top-level program not given'],
    ['break $f', String.raw`line 1, column 1: $*label-f is not defined`],
    ['$__prog_args', 'line 1, column 1: $__prog_args is not defined'],
    ['$__record', 'line 1, column 1: $__record is not defined'],
  ])('with its position: %j', async (program, position) => {
    expect(await refusal(program)).toBe(
      `ATS-REQ-103: outputFormat is not a valid jq expression (${position})`,
    );
  });

  it('for a name that is not allowed, with what to do instead', async () => {
    expect(await refusal('{all: [inputs]}')).toBe(
      'ATS-REQ-103: outputFormat must not use inputs: each record is formatted by itself; the record as it was received is .input',
    );
  });

  it('for its length', async () => {
    expect(await refusal(`.${' '.repeat(PROGRAM_LENGTH_MAX)}`)).toMatch(
      /^ATS-REQ-103: outputFormat is longer than/,
    );
  });
});

/** What each of them must not do: end the process, hold up others, or tell anything of where it runs. */
const RUNAWAYS = [
  'def f: f; f',
  'last(range(1e12))',
  '[limit(1e12; repeat(1))]',
  'reduce range(1e10) as $i (0; . + $i)',
  'def f(x): x | f(x); f(.)',
  '"a" | until(false; .)',
  'last(repeat(.))',
];
const GLUTTONS = ['"a" * 1e9', '[range(1e9)]', 'def f: 1 + f; f', '"a" * 20000000', '[] | setpath([1e8]; 1)'];
const HARMLESS = [
  '("a" * 20000 + "b") | test("(a+)+$")',
  '("a" * 40) | test("^(a|aa)+$c")',
  '[] | setpath([1e9]; 1)',
  'getpath(["a", 1e9])',
  '[range(100000)] | map(ltrimstr("x")) | length',
  '[splits("a*"; "g")]',
  'limit(-1; 1)',
  '@sh "\\(.)"',
  '$__loc__',
  'builtins | length',
  '[1e10] | implode',
  'error("\\u0000")',
];

describe('a program that is up to no good', () => {
  it.each([...RUNAWAYS, ...GLUTTONS])('is ended: %s', async (program) => {
    expect(await refusal(program)).toMatch(
      /^ATS-REQ-104: outputFormat (?:does not come to an end in time|needs too much memory)$/,
    );
  });

  it.each(HARMLESS)('may well do no harm: %s', async (program) => {
    expect(await refusal(program)).toBe('accepted');
  });

  it('is named with the record that makes it so, and leaves the next ones a sound thread', async () => {
    const records = Array.from({ length: 300 }, (_, n) => `{"n":${String(n)}}`);
    const program = 'if .input.n == 200 then last(range(1e12)) else .input.n end';
    await expect(shaped(program, records)).rejects.toThrow('does not come to an end in time with record 201');
    const glutton = 'if .input.n == 200 then [range(1e9)] else .input.n end';
    await expect(shaped(glutton, records)).rejects.toThrow(/outputFormat .* with record 201$/);
    expect(await values('.input.n', records)).toHaveLength(300);
  });

  it('does not make a slow one fail, whose every record comes to its end', async () => {
    const records = Array.from({ length: 12 }, () => '{}');
    const slow = 'reduce range(200000) as $i (0; . + $i)';
    expect(await values(slow, records)).toEqual(records.map(() => '19999900000'));
  });

  it('does not hold up another one', async () => {
    const other = new JqPool({ threadsMax: 2 });
    const runaway = other.run({ program: 'last(range(1e12))', input: '1' });
    expect(await other.run({ program: '.', input: '1' })).toMatchObject({ kind: 'done', stdout: '1' });
    expect(await runaway).toEqual({ kind: 'out of time' });
    await other.close();
  });

  it.each([
    'input',
    'inputs',
    'env',
    '$ENV',
    'halt',
    'halt_error',
    'halt_error(1)',
    'debug',
    'debug(1)',
    'stderr',
    'modulemeta',
    'get_search_list',
    'input_filename',
    'input_line_number',
    '$JQ_BUILD_CONFIGURATION',
  ])('finds nothing behind %s, even if it were let through', async (program) => {
    const job = { program: recordProgram(program, '.'), input: '[1,{"a":1}]\n[2,{"a":2}]' };
    const outcome = await pool.run(job);
    expect(outcome).toMatchObject({ kind: 'done', exitCode: 0, stderr: '' });
    const lines = outcome.kind === 'done' ? outcome.stdout.split('\n') : [];
    expect(lines).toEqual(
      expect.toBeOneOf([
        ['[1,"disabled"]', '[2,"disabled"]'],
        ['[1,[null]]', '[2,[null]]'],
      ]),
    );
  });
});

describe('for csv', () => {
  const NO_ROW =
    'ATS-REQ-104: for csv output, outputFormat has to give an object or a list for each record; ';

  it.each([
    '.output.vid',
    '1',
    '"x"',
    'true',
    'false',
    '.output.token // "none"',
    '.input.name',
    '.output.token',
    '.output.errorCode',
    'if .output.token then 1 else {} end',
    'if .output.token then {} else 1 end',
    'if .output.token then 1 else empty end',
  ])('a program that gives a single value for either answer of IDA is refused: %s', async (program) => {
    expect(await refusal(program, CSV_FORMAT)).toBe(
      `${NO_ROW}put a single value into an object, such as {token: .output.token}`,
    );
    expect(await refusal(program, JSON_FORMAT)).toBe('accepted');
  });

  it.each(['empty', 'null', '.output.nothing', 'error("x")', '.output.vid | select(. == "1") | {a: .}'])(
    'a program that gives nothing, whatever the record is, is refused: %s',
    async (program) => {
      expect(await refusal(program, CSV_FORMAT)).toBe(
        `${NO_ROW}it never gives anything, give an object such as {vid: .output.vid, token: .output.token}`,
      );
      expect(await refusal(program, JSON_FORMAT)).toBe('accepted');
    },
  );

  it('a program that gives an object for one answer of IDA and a list for the other is refused', async () => {
    const program = 'if .output.token then {a: 1} else [1] end';
    expect(await refusal(program, CSV_FORMAT)).toBe(
      `${NO_ROW}it gives objects for some and lists for others, give one kind alone`,
    );
    expect(await refusal(program, JSON_FORMAT)).toBe('accepted');
  });

  it.each([
    '.input',
    '[.output.vid]',
    'if .output.token then {token: .output.token} else empty end',
    'if .output.token then null else {error: .output.errorCode} end',
  ])('a program that gives a row for some answer of IDA is accepted: %s', async (program) => {
    expect(await refusal(program, CSV_FORMAT)).toBe('accepted');
  });

  it.each([
    '.input.person',
    '.input | select(.country == "MA")',
    '{id: (.input.registration_no | ascii_upcase), token: .output.token}',
  ])('a program is accepted whose rows come from what the made-up record lacks: %s', async (program) => {
    expect(await refusal(program, CSV_FORMAT)).toBe('accepted');
  });
});

describe('the threads', () => {
  it('have their time of a processor, however busy the machine is', async () => {
    const busy = Array.from(
      { length: 8 * availableParallelism() },
      () => new Worker('for (;;);', { eval: true }),
    );
    await Promise.all(busy.map(async (worker) => once(worker, 'online')));
    const own = new JqPool({ threadsMax: 1, timeLimitMs: 1500 });
    const outcome = await own.run({ program: 'last(range(1e6))', input: '1' });
    await Promise.all(busy.map(async (worker) => worker.terminate()));
    await own.close();
    expect(outcome).toMatchObject({ kind: 'done', stdout: '999999' });
  });

  it('are as few as there is work for, and end when there is none', async () => {
    const own = new JqPool({ threadsMax: 3, idleLimitMs: 1 });
    expect([own.threadsStarted, own.threadCount]).toEqual([0, 0]);
    await Promise.all(Array.from({ length: 9 }, async () => own.run({ program: '.', input: '1' })));
    expect(own.threadsStarted).toBeLessThanOrEqual(3);
    await expect.poll(() => own.threadCount).toBe(0);
    await own.close();
  });

  it('do not keep what an earlier program has used up', async () => {
    const own = new JqPool({ threadsMax: 1 });
    await own.run({ program: '[range(1e6)] | length', input: '1' });
    const after = await own.run({ program: '.', input: '1' });
    expect(after).toMatchObject({ kind: 'done', memorySizeBytes: 16 * 1024 * 1024 });
    expect(own.threadsStarted).toBe(2);
    await own.close();
  });
});

it('has a made-up outcome of either kind', () => {
  expect([MADE_UP_MATCH.row.token, MADE_UP_MISMATCH.row.token]).toEqual([expect.any(String), null]);
});

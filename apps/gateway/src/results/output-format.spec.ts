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

let pool: JqPool;
let gateway: GatewayFixture;
beforeAll(async () => {
  pool = new JqPool();
  // The recorded lists hold numbers that nobody can have, which the original did not look at.
  gateway = await GatewayFixture.start({ jqPool: pool, env: { MTS_INDIVIDUAL_ID_CHECK: 'off' } });
});
afterAll(async () => gateway.stop());

interface Envelope {
  readonly errors: readonly { readonly errorCode: string; readonly errorMessage: string }[] | null;
  readonly response: { readonly request_identifier: string } | null;
}

async function handIn(
  outputFormat: string,
  authdata: readonly unknown[],
  output = 'json',
): Promise<supertest.Response> {
  const body = requestBody({ ...DOWNLOAD, output, outputFormat, authdata });
  return supertest(gateway.url).post('/authtoken/json').send(body);
}

function idOf({ body }: supertest.Response): string {
  return (body as Envelope).response?.request_identifier ?? '';
}

function errorOf({ status, body }: supertest.Response): string {
  const [error] = (body as Envelope).errors ?? [];
  return `${String(status)} ${error?.errorCode ?? ''}: ${error?.errorMessage ?? ''}`;
}

async function file(id: string, query = ''): Promise<supertest.Response> {
  return supertest(gateway.url).get(`/authtoken/file/${id}${query}`);
}

async function processed(
  outputFormat: string,
  authdata: readonly unknown[],
  output = 'json',
  answer: (line: number) => Answer = (line) => ({ vid: `v${String(line)}`, token: `t${String(line)}` }),
): Promise<string> {
  const taken = await handIn(outputFormat, authdata, output);
  expect(errorOf(taken)).toBe('200 : ');
  const id = idOf(taken);
  await gateway.process(id, answer);
  return id;
}

const PERSON = {
  name: 'John Carter',
  gender: 'male',
  dob: '1987/01/25',
  phoneNumber: '9009009001',
  emailId: 'john@somewhere.com',
  fullAddress: 'Kenitra, Rabat Sale Kenitra, Kenitra 14011',
};
const TOKEN = '446791815597372963729663607096163061';

/** The list of the original's recorded cases of outputFormat, and what IDA said: matched, refused, not asked. */
const RECORDED_LIST = [
  { vid: '4100000000000012', ...PERSON },
  { vid: '4100000000000061', ...PERSON },
  PERSON,
];
const RECORDED_ANSWERS: readonly Answer[] = [
  { vid: '4100000000000012', token: TOKEN },
  { vid: '4100000000000061', code: 'IDA-DEA-001', message: 'Demographic data name in eng did not match' },
];

async function recorded(outputFormat: string, output: string): Promise<supertest.Response> {
  const id = await processed(
    outputFormat,
    RECORDED_LIST,
    output,
    (line) => RECORDED_ANSWERS[line - 1] ?? { token: '' },
  );
  return file(id);
}

// Recorded from the original 1.1, by the names of its cases.
describe('an outputFormat makes to the byte what the original made', () => {
  it.each([
    ['fmt-scalar', 'json', '.output.token', `["${TOKEN}",null,null]`],
    ['fmt-runtime-error', 'json', '.input.vid.foo', '[null,null,null]'],
    [
      'fmt-csv-object',
      'csv',
      '{pcn:.input.vid,tok:.output.token,nested:{a:1},n:1.5,b:true,nul:null}',
      `pcn,tok,nested,n,b,nul\r\n4100000000000012,${TOKEN},"{""a"": 1}",1.5,true,\r\n` +
        '4100000000000061,,"{""a"": 1}",1.5,true,\r\n,,"{""a"": 1}",1.5,true,\r\n',
    ],
    [
      'fmt-csv-array',
      'csv',
      '[.output.vid,.output.token]',
      `4100000000000012,${TOKEN}\r\n4100000000000061,\r\n,\r\n`,
    ],
  ])('%s', async (_name, output, outputFormat, text) => {
    const answer = await recorded(outputFormat, output);
    expect([answer.status, answer.type, answer.text]).toEqual([200, 'text/plain', text]);
  });

  it('csv-quotes-newline-outputformat', async () => {
    const request = requestBody({
      ...DOWNLOAD,
      output: 'csv',
      outputFormat: '{vid:.output.vid,addr:.input.fullAddress,name:.input.name,n:1,o:{a:1},z:null}',
    });
    const csv =
      'vid,name,gender,dob,phoneNumber,emailId,fullAddress\n' +
      '4100000000000012,"Jo ""hn"" C",male,1987/01/25,9009009001,john@somewhere.com,"Line1\nLine2, X"\n';
    const taken = await supertest(gateway.url)
      .post('/authtoken/csv')
      .field('request', JSON.stringify(request))
      .attach('csv_file', Buffer.from(csv), 'in.csv');
    const id = idOf(taken);
    await gateway.process(id, () => ({ vid: '4100000000000012', token: TOKEN }));
    expect((await file(id)).text).toBe(
      'vid,addr,name,n,o,z\r\n4100000000000012,"Line1\nLine2, X","Jo ""hn"" C",1,"{""a"": 1}",\r\n',
    );
  });
});

describe('where the original went wrong, an outputFormat', () => {
  it('puts every value into the column of its name (fmt-csv-different-keys-per-row)', async () => {
    const format =
      'if .output.token then {vid:.output.vid,token:.output.token} else {err:.output.errorCode,vid:.output.vid} end';
    expect((await recorded(format, 'csv')).text).toBe(
      `vid,token,err\r\n4100000000000012,${TOKEN},\r\n4100000000000061,,IDA-DEA-001\r\n,,ATS-REQ-009\r\n`,
    );
  });

  it.each(['.output.vid', '1'])(
    'that makes no rows is refused before anybody is asked: %s',
    async (format) => {
      expect(errorOf(await handIn(format, RECORDED_LIST, 'csv'))).toBe(
        '400 ATS-REQ-104: for csv output, outputFormat has to give an object or a list for each record; put a single value into an object, such as {token: .output.token}',
      );
    },
  );

  it('that makes nothing of any record gives as many empty rows (fmt-csv-runtime-error)', async () => {
    const answer = await recorded('.input.vid.foo', 'csv');
    expect([answer.status, answer.text]).toEqual([200, '""\r\n""\r\n""\r\n']);
  });

  it('lets no cell be a formula (fmt-csv-formula-injection)', async () => {
    const people = [{ ...RECORDED_LIST[0], note: '=HYPERLINK("http://x")' }];
    const id = await processed('{vid:.output.vid,note:.input.note}', people, 'csv', () => ({
      vid: '4',
      token: '1',
    }));
    expect((await file(id)).text).toBe(`vid,note\r\n4,"'=HYPERLINK(""http://x"")"\r\n`);
  });
});

describe('an outputFormat that cannot be one is refused when the list is handed in', () => {
  it.each([
    ['{a:', /^400 ATS-REQ-103: outputFormat is not a valid jq expression$/],
    ['.a) | ("x', /^400 ATS-REQ-103: outputFormat is not a valid jq expression/],
    [
      'env | {k: .TOKENSEEDER_CRYPTO_SIGNATURE__SIGN_P12_FILE_PASSWORD}',
      /^400 ATS-REQ-103: outputFormat must not use env: /,
    ],
    ['$ENV.PATH', /^400 ATS-REQ-103: outputFormat must not use \$ENV: /],
    ['[inputs]', /^400 ATS-REQ-103: outputFormat must not use inputs: /],
    ['include "a"; .', /^400 ATS-REQ-103: outputFormat must not use include: /],
    ['halt', /^400 ATS-REQ-103: outputFormat must not use halt: /],
    ['"\\(debug)"', /^400 ATS-REQ-103: outputFormat must not use debug: /],
    ['last(range(1e12))', /^400 ATS-REQ-104: outputFormat does not come to an end in time$/],
    ['"a" * 1e9', /^400 ATS-REQ-104: outputFormat needs too much memory$/],
  ])('%s', async (format, error) => {
    const before = await gateway.rowCounts();
    expect(errorOf(await handIn(format, [person(1)]))).toMatch(error);
    expect(await gateway.rowCounts()).toEqual(before);
  });

  it('also with a CSV file', async () => {
    const taken = await supertest(gateway.url)
      .post('/authtoken/csv')
      .field('request', JSON.stringify(requestBody({ ...DOWNLOAD, outputFormat: '{a:' })))
      .attach('csv_file', Buffer.from('vid\n1\n'), 'in.csv');
    expect(errorOf(taken)).toMatch(/^400 ATS-REQ-103/);
  });
});

describe('an outputFormat', () => {
  it('that is empty is the default format, and none of that enters jq', async () => {
    const started = pool.threadsStarted;
    for (const outputFormat of ['', null, false]) {
      const body = requestBody({ ...DOWNLOAD, outputFormat, authdata: [person(1)] });
      const id = idOf(await supertest(gateway.url).post('/authtoken/json').send(body));
      await gateway.process(id, () => ({ vid: 'v', token: 't' }));
      expect((await file(id)).text).toBe(
        '[{"vid": "v", "status": "processed", "token": "t", "errorCode": null, "errorMessage": null}]',
      );
    }
    const threads = new JqPool();
    const other = await GatewayFixture.start({ jqPool: threads });
    const body = requestBody({ ...DOWNLOAD, authdata: [person(1)] });
    const id = idOf(await supertest(other.url).post('/authtoken/json').send(body));
    await other.process(id, () => ({ token: 't' }));
    expect((await supertest(other.url).get(`/authtoken/file/${id}`)).status).toBe(200);
    await other.stop();
    expect([threads.threadsStarted, pool.threadsStarted]).toEqual([0, started]);
  });

  it('sees every number as it was received', async () => {
    const body = JSON.stringify(
      requestBody({ ...DOWNLOAD, outputFormat: '.input.n', authdata: [{ ...person(1), n: 'N' }] }),
    ).replace('"N"', '[9876543210987654321,1.50,1.0,"1.0",true,null]');
    const taken = await supertest(gateway.url).post('/authtoken/json').type('json').send(body);
    const id = idOf(taken);
    await gateway.process(id, () => ({ token: 't' }));
    expect((await file(id)).text).toBe('[[9876543210987654321, 1.50, 1.0, "1.0", true, null]]');
  });

  it.each([1, 100, 2300])('makes the rows of all %i records in their order', async (count) => {
    const id = await processed('[.input.n, .output.token]', list(count));
    const rows = JSON.parse((await file(id)).text) as [number, string][];
    expect(rows).toEqual(Array.from({ length: count }, (_, n) => [n, `t${String(n + 1)}`]));
    expect((await file(id, '?layout=default')).text.startsWith('[{"vid": "v1", "status": "processed"')).toBe(
      true,
    );
  });

  it('can be had for a list without a usable record too', async () => {
    const id = idOf(await handIn('[.input.x, .output.errorCode]', [{ x: 1 }]));
    expect((await file(id)).text).toBe('[[1, "ATS-REQ-009"]]');
  });

  it('is stored sealed, and goes with the results', async () => {
    const id = await processed('{a: "Grace Hopper", b: .input.name}', [person(1)]);
    expect(await gateway.requests.find(id)).toMatchObject({ keepsInput: true });
    const tables = await gateway.database.query<{ row: string }>(
      'SELECT r::text AS row FROM request r WHERE id = $1 UNION ALL SELECT r::text FROM record r WHERE request_id = $1',
      [id],
    );
    expect(tables.map(({ row }) => row).join()).not.toMatch(/Grace|\\x.*4772616365/);
    await gateway.requests.archive(id);
    expect((await file(id)).status).toBe(404);
  });

  it('can be left out of a download, but only so', async () => {
    const id = await processed('.output', [person(1)]);
    expect(errorOf(await file(id, '?format=xml'))).toMatch(/^400 ATS-REQ-102: invalid input. format: /);
  });
});

/** A format that never ends with the record of that `n`. */
function fails(at: number): string {
  return `if .input.n == ${String(at)} then last(range(1e12)) else .input end`;
}

function list(count: number): unknown[] {
  return Array.from({ length: count }, (_, n) => ({ ...person(n), n }));
}

describe('an outputFormat that fails with a record', () => {
  it('in the beginning is answered with the record, also to who asks again', async () => {
    const id = await processed(fails(2), list(5));
    const expected = `400 ATS-REQ-104: outputFormat does not come to an end in time with record 3; the result without outputFormat is at /authtoken/file/${id}?layout=default`;
    expect(errorOf(await file(id))).toBe(expected);
    const started = pool.threadsStarted;
    expect(errorOf(await file(id))).toBe(expected);
    expect(pool.threadsStarted).toBe(started);
    expect((await supertest(gateway.url).get(`/authtoken/status/${id}`)).body).toMatchObject({
      response: { status: 'processed' },
    });
    expect((await file(id, '?layout=default')).status).toBe(200);
  });

  it('further on breaks the file off, so that it cannot look whole', async () => {
    const id = await processed(fails(900), list(1000));
    await expect(file(id)).rejects.toThrow('aborted');
    expect(errorOf(await file(id))).toContain(
      '400 ATS-REQ-104: outputFormat does not come to an end in time with record 901',
    );
  });

  it('holds up nobody else', async () => {
    const [good, ...bad] = await Promise.all([
      processed('.input.n', list(600)),
      ...Array.from({ length: 3 }, async () => processed(fails(0), list(3))),
    ]);
    const failing = bad.map(async (id) => file(id));
    const answers = await Promise.all([
      supertest(gateway.url).get('/ping'),
      file(good ?? ''),
      handIn('.input', [person(1)]),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await Promise.all(failing)).map(({ status }) => status)).toEqual(bad.map(() => 400));
  });
});

it('tells the log nothing of a person or a program', () => {
  const log = gateway.logLines.join('');
  expect(log).toContain('a list was taken in');
  expect(log).not.toMatch(/Hélène|John Carter|Grace|somewhere\.com|range\(|\.input/);
});

import { JqPool } from '@mts/outputs';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { GatewayFixture, person, requestBody, vidOf } from '../spec-support/gateway-fixture.js';

let gateway: GatewayFixture;
let pool: JqPool;
beforeAll(async () => {
  pool = new JqPool();
  gateway = await GatewayFixture.start({ jqPool: pool });
});
afterAll(async () => gateway.stop());

async function preview(request: object | undefined): Promise<supertest.Response> {
  return supertest(gateway.url).post('/authtoken/preview').send({ request });
}

const TOKEN = '0'.repeat(36);
const MISMATCH =
  '"status": "error", "token": null, "errorCode": "IDA-DEA-001", "errorMessage": "Demographic data name in eng did not match"';

describe('a preview', () => {
  it('shows what would be sent, what would be refused, and both results', async () => {
    const authdata = [
      { id: vidOf(1), first: 'Ana', last: 'Lima', sex: 'F', born: '1990-09-01', home: 'X' },
      { id: '1' },
    ];
    const mapping = {
      vid: 'id',
      name: ['first', 'last'],
      gender: 'sex',
      dob: 'born',
      fullAddress: ['home'],
    };
    const { status, body } = await preview({ authdata, mapping, lang: 'fra' });
    expect([status, body]).toMatchObject([
      200,
      {
        errors: null,
        response: {
          records: [
            {
              line: 1,
              sent: {
                individualId: vidOf(1),
                demographics: {
                  name: [{ language: 'fra', value: 'Ana Lima' }],
                  gender: [{ language: 'fra', value: 'F' }],
                  dob: '1990/09/01',
                  fullAddress: [{ language: 'fra', value: 'X' }],
                },
              },
              refused: null,
            },
            {
              line: 2,
              sent: null,
              refused: { errorCode: 'ATS-REQ-010', errorMessage: 'name or its mapping not present' },
            },
          ],
          whenMatched: {
            file:
              `[{"vid": "${vidOf(1)}", "status": "processed", "token": "${TOKEN}", "errorCode": null, "errorMessage": null},` +
              '{"vid": null, "status": "invalid", "token": null, "errorCode": "ATS-REQ-010", "errorMessage": "name or its mapping not present"}]',
            withoutValue: [],
          },
          whenNotMatched: { file: expect.stringContaining(`[{"vid": "${vidOf(1)}", ${MISMATCH}}`) },
        },
      },
    ]);
    expect(pool.threadsStarted).toBe(0);
  });

  it('shows the rows of an outputFormat, and of which records it makes none', async () => {
    const outputFormat = '{n: (.input.name | ascii_upcase), token: .output.token}';
    const authdata = [person(1), { ...person(2), name: 7 }];
    const { body } = await preview({ output: 'csv', outputFormat, authdata });
    const name = person(1)['name'] ?? '';
    const upper = name.replace(/[a-z]/g, (letter) => letter.toUpperCase());
    expect(body).toMatchObject({
      response: {
        whenMatched: {
          file: `n,token\r\n${upper},${TOKEN}\r\n,\r\n`,
          withoutValue: [{ line: 2, problem: expect.stringContaining('must be a string') }],
        },
        whenNotMatched: { file: `n,token\r\n${upper},\r\n,\r\n` },
      },
    });
  });

  it('refuses a record by itself of which the mapping would have to look at too much', async () => {
    const authdata = [{ ...person(1), a: Array.from({ length: 10_001 }, () => 1) }, person(2)];
    const { body } = await preview({ mapping: { emailId: 'a[].b?' }, authdata });
    expect(body).toMatchObject({
      response: {
        records: [
          {
            refused: {
              errorCode: 'ATS-REQ-102',
              errorMessage: expect.stringContaining('emailId: for it and the fields before it the mapping'),
            },
          },
          { refused: null },
        ],
      },
    });
  });

  it('takes what is sent to /authtoken/json just as it is', async () => {
    const body = requestBody({
      output: 'json',
      deliverytype: 'download',
      outputFormat: '.output.status',
      authdata: [person(1)],
    });
    const answer = await supertest(gateway.url).post('/authtoken/preview').send(body);
    expect(answer.body).toMatchObject({
      response: { whenMatched: { file: '["processed"]' }, whenNotMatched: { file: '["error"]' } },
    });
  });

  it('keeps every digit', async () => {
    const text = JSON.stringify({ request: { outputFormat: '.input.n', authdata: [{ n: 'N' }] } }).replace(
      '"N"',
      '9876543210987654321',
    );
    const { body } = await supertest(gateway.url).post('/authtoken/preview').type('json').send(text);
    expect(body).toMatchObject({ response: { whenMatched: { file: '[9876543210987654321]' } } });
  });

  it.each([
    ['no records', { authdata: [] }, '400 ATS-REQ-102'],
    ['no list', {}, '400 ATS-REQ-102'],
    ['a record instead of a list', { authdata: {} }, '400 ATS-REQ-102'],
    ['more than 20 records', { authdata: Array.from({ length: 21 }, () => ({})) }, '400 ATS-REQ-102'],
    ['a list without objects', { authdata: ['x'] }, '422 ATS-REQ-102'],
    ['another output', { output: 'xml', authdata: [{}] }, '400 ATS-REQ-102'],
    ['another language', { lang: 'xyz', authdata: [{}] }, '400 ATS-REQ-102'],
    ['a path without end', { mapping: { vid: 'a[:]'.repeat(3000) }, authdata: [{}] }, '400 ATS-REQ-102'],
    ['no request', undefined, '422 ATS-REQ-102'],
    ['a broken format', { outputFormat: '{a:', authdata: [{}] }, '400 ATS-REQ-103'],
    ['a name that is not allowed', { outputFormat: 'env', authdata: [{}] }, '400 ATS-REQ-103'],
    ['a format without end', { outputFormat: 'last(range(1e12))', authdata: [{}] }, '400 ATS-REQ-104'],
    ['a format that makes no rows', { output: 'csv', outputFormat: '1', authdata: [{}] }, '400 ATS-REQ-104'],
  ])('is refused with %s', async (_title, request, expected) => {
    const { status, body } = await preview(request);
    expect(
      `${String(status)} ${(body as { errors: { errorCode: string }[] }).errors[0]?.errorCode ?? ''}`,
    ).toBe(expected);
  });

  it('is refused when it is no JSON, or too large', async () => {
    const api = supertest(gateway.url);
    expect((await api.post('/authtoken/preview').type('json').send('{')).status).toBe(422);
    expect((await api.post('/authtoken/preview').type('text').send('x')).status).toBe(415);
    const large = JSON.stringify({ request: { authdata: [{ x: 'x'.repeat(1_000_000) }] } });
    expect((await api.post('/authtoken/preview').type('json').send(large)).status).toBe(413);
  });

  it('stores nothing, asks for nothing, and logs nothing', async () => {
    await preview({ outputFormat: '.input', authdata: [person(1)] });
    expect(await gateway.rowCounts()).toEqual({ requests: 0, records: 0 });
    const jobs = await gateway.database.query('SELECT 1 FROM mts_queue.job');
    expect(jobs).toEqual([]);
    expect(gateway.logLines.join('')).not.toMatch(/Hélène|Ana|Lake Road/);
  });
});

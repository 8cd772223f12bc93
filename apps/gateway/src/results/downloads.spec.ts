import { once } from 'node:events';
import { get, type IncomingMessage, request as httpRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

import { until } from '@mts/testing';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start();
});
afterAll(async () => gateway.stop());

async function call(path: string): Promise<supertest.Response> {
  return supertest(gateway.url).get(path);
}

interface RawAnswer {
  readonly headers: IncomingMessage['headers'];
  readonly status: number | undefined;
  readonly body: Buffer;
}

/** Without any header that a client adds by itself, and without what it makes of the body. */
async function raw(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawAnswer> {
  const request = httpRequest(`${gateway.url}${path}`, { headers, method }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { headers: response.headers, status: response.statusCode, body: await buffer(response) };
}

async function submit(count: number, output = 'json', wish: Record<string, unknown> = {}): Promise<string> {
  const authdata = Array.from({ length: count }, (_, n) => person(n));
  const { body } = await supertest(gateway.url)
    .post('/authtoken/json')
    .send(requestBody({ ...DOWNLOAD, output, authdata, ...wish }));
  return (body as { response: { request_identifier: string } }).response.request_identifier;
}

/** Of so many people; every third is refused, and the rest are four people in turns. */
async function processed(
  count: number,
  output = 'json',
  wish: Record<string, unknown> = {},
): Promise<string> {
  const id = await submit(count, output, wish);
  await gateway.process(id, (line) =>
    line % 3 === 0
      ? { code: 'IDA-DEA-001', message: 'Demographic data name in eng did not match' }
      : { token: String(line % 4) },
  );
  return id;
}

describe('the result of a request', () => {
  it.each(['file/', 'requests/'])('is not there before the request has ended: %s', async (route) => {
    const id = await submit(1);
    const { status, body } = await call(`/authtoken/${route}${id}${route === 'file/' ? '' : '/results'}`);
    expect([status, body]).toMatchObject([
      202,
      {
        errors: [{ errorCode: 'ATS-REQ-017', errorMessage: 'Auth request not processed yet' }],
        response: null,
      },
    ]);
  });

  it('is text as the original sends it, with the moment of its making, and is kept by no cache', async () => {
    const id = await processed(3);
    const { status, headers, body } = await raw(`/authtoken/file/${id}`);
    const request = await gateway.requests.find(id);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': String(body.length),
      'last-modified': request?.endedAt?.toUTCString(),
      etag: expect.stringMatching(/^"[\da-f]{32}"$/),
      'cache-control': 'no-store',
    });
    expect(headers).not.toHaveProperty('content-disposition');
    expect(body.toString()).toBe(
      '[{"vid": "vid of 1", "status": "processed", "token": "1", "errorCode": null, "errorMessage": null},' +
        '{"vid": "vid of 2", "status": "processed", "token": "2", "errorCode": null, "errorMessage": null},' +
        '{"vid": "vid of 3", "status": "error", "token": null, "errorCode": "IDA-DEA-001", "errorMessage": "Demographic data name in eng did not match"}]',
    );
  });

  it.each([100, 299, 300, 301, 2300])('has all %i rows in source order, over its pages', async (count) => {
    const id = await processed(count, 'csv');
    const lines = (await call(`/authtoken/file/${id}`)).text.split('\r\n');
    expect(lines[0]).toBe('vid,status,token,errorCode,errorMessage');
    expect(lines.slice(1, -1).map((line) => Number(/^vid of (\d+),/.exec(line)?.[1]))).toEqual(
      Array.from({ length: count }, (_, index) => index + 1),
    );
    expect(lines.at(-1)).toBe('');
  });

  it('is read no further when its reader goes away', async () => {
    const id = await processed(3000);
    for (const headers of [{}, { 'accept-encoding': 'gzip' }]) {
      const request = get(`${gateway.url}/authtoken/file/${id}`, { headers });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      request.destroy();
      await until(() => response.destroyed);
      await until(async () => {
        const busy = await gateway.database.query(
          `SELECT 1 FROM pg_stat_activity WHERE application_name = 'mts-gateway' AND state = 'active'`,
        );
        return busy.length === 0;
      });
    }
    expect((await call(`/authtoken/file/${id}`)).status).toBe(200);
  });
});

describe('a result that is not whole any more', () => {
  it('because it is erased while it is read breaks off, and never looks whole', async () => {
    const id = await processed(1000);
    await gateway.database.query('DELETE FROM record WHERE request_id = $1 AND line > 900', [id]);
    for (const encoding of ['identity', 'gzip']) {
      await expect(raw(`/authtoken/file/${id}`, { 'accept-encoding': encoding })).rejects.toThrow('aborted');
    }
  });

  it('breaks off in a part of it too, where nobody can count', async () => {
    const id = await processed(3000, 'json', { outputFormat: '{t: .output.token, x: ("x" * 20000)}' });
    const request = get(`${gateway.url}/authtoken/file/${id}?only=processed&fromLine=2`);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.pause();
    // Erased as the housekeeper does: the state first, the records after it.
    await gateway.requests.archive(id);
    await expect(buffer(response)).rejects.toThrow('aborted');
  });
});

describe('compression', () => {
  it.each([2, 2000])('of %i rows is there for whoever wants it, and nothing else differs', async (count) => {
    const id = await processed(count, 'csv');
    const plain = await raw(`/authtoken/file/${id}`);
    const zipped = await raw(`/authtoken/file/${id}`, { 'accept-encoding': 'br;q=1, gzip;q=0.8' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true);
    for (const { headers } of [plain, zipped]) expect(headers.vary).toMatch(/accept-encoding/i);
    expect(zipped.headers.etag).not.toBe(plain.headers.etag);
  });

  it('that nobody can give is refused', async () => {
    const id = await processed(1);
    const { status, body } = await raw(`/authtoken/file/${id}`, { 'accept-encoding': 'identity;q=0, br' });
    expect([status, JSON.parse(body.toString())]).toMatchObject([
      406,
      { errors: [{ errorCode: 'MTS-RES-002' }] },
    ]);
  });
});

describe('a result that the caller has', () => {
  it.each(['GET', 'HEAD'])(
    'is not sent again to a %s that says so, and counts as no download',
    async (method) => {
      const id = await processed(2, 'csv');
      for (const path of [`/authtoken/file/${id}`, `/authtoken/requests/${id}/results?only=error`]) {
        const { etag = '', vary } = (await raw(path, {}, 'HEAD')).headers;
        for (const held of [etag, `"x", W/${etag}`, '*']) {
          const { status, headers, body } = await raw(path, { 'if-none-match': held }, method);
          expect([status, headers.etag, headers.vary, body.length]).toEqual([304, etag, vary, 0]);
        }
      }
      expect((await gateway.requests.find(id))?.downloadedAt).toBeNull();
    },
  );

  it('is sent when it is another one: of other rows, in another coding, after the records were asked again', async () => {
    const id = await processed(3, 'csv');
    const path = `/authtoken/file/${id}`;
    const { etag = '' } = (await raw(path)).headers;
    const held = { 'if-none-match': etag };
    expect((await raw(`${path}?fromLine=2`, held)).status).toBe(200);
    expect((await raw(path, { ...held, 'accept-encoding': 'gzip' })).status).toBe(200);
    await gateway.database.query(
      `UPDATE request SET ended_at = ended_at + interval '1 minute' WHERE id = $1`,
      [id],
    );
    expect((await raw(path, held)).status).toBe(200);
  });
});

describe('HEAD', () => {
  it.each(['file/:id', 'requests/:id/results', 'requests/:id/results?layout=original'])(
    'has the header of GET %s, and reads nothing',
    async (route) => {
      const id = await processed(2, 'csv', { outputFormat: '.output' });
      const path = `/authtoken/${route.replace(':id', id)}`;
      const [head, whole] = [await raw(path, {}, 'HEAD'), await raw(path)];
      const { date: _date, connection: _connection, ...expected } = whole.headers;
      delete expected['content-length'];
      expect(head.status).toBe(200);
      expect(head.headers).toMatchObject(expected);
      expect(head.body.length).toBe(0);
      // What cannot be read harms nobody who does not read it.
      await gateway.database.query('DELETE FROM record WHERE request_id = $1', [id]);
      expect((await raw(path, {}, 'HEAD')).status).toBe(200);
    },
  );
});

describe('results as a file', () => {
  it.each([
    ['', 'application/json; charset=utf-8', 'json'],
    ['?format=json', 'application/json; charset=utf-8', 'json'],
    ['?format=csv', 'text/csv; charset=utf-8', 'csv'],
    ['?format=ndjson', 'application/x-ndjson; charset=utf-8', 'ndjson'],
  ])('have the type of their format, and a name: %s', async (query, type, extension) => {
    const id = await processed(2);
    const { headers } = await raw(`/authtoken/requests/${id}/results${query}`);
    expect(headers).toMatchObject({
      'content-type': type,
      'content-disposition': `attachment; filename="token-seeder-${id}.${extension}"`,
    });
  });

  it('that are a part of it have a name of their own', async () => {
    const id = await processed(3);
    const { headers } = await raw(`/authtoken/requests/${id}/results?only=error&fromLine=3`);
    expect(headers['content-disposition']).toBe(
      `attachment; filename="token-seeder-${id}-error-from-3.json"`,
    );
  });

  it('say for each error what to do, after the columns of the original', async () => {
    const id = await processed(3, 'csv');
    const lines = (await call(`/authtoken/requests/${id}/results`)).text.split('\r\n');
    expect(lines[0]).toBe('vid,status,token,errorCode,errorMessage,advice');
    expect(lines[1]).toBe('vid of 1,processed,1,,,');
    expect(lines[3]).toBe(
      "vid of 3,error,,IDA-DEA-001,Demographic data name in eng did not match,The attribute that the message names differs from what the ID system has stored. Compare it with the person's ID document; a corrected row can be handed in as a new one.",
    );
    const { body } = await call(`/authtoken/requests/${id}/results?format=json`);
    expect(body).toMatchObject([
      { advice: null },
      { advice: null },
      { advice: expect.stringMatching(/Compare it/) },
    ]);
  });

  it('begin with a byte order mark in CSV alone, and only where one is wanted', async () => {
    const id = await processed(1, 'csv');
    const begins = async (query: string): Promise<string> =>
      (await raw(`/authtoken/requests/${id}/results${query}`)).body.subarray(0, 3).toString('hex');
    expect(await begins('?bom=true')).toBe('efbbbf');
    expect(await begins('?bom=false')).toBe('766964');
    expect(await begins('')).toBe('766964');
    expect(await begins('?bom=true&format=json')).toBe(Buffer.from('[{"').toString('hex'));
  });
});

/** Of the rows of a part, in the order of the list. */
async function linesOf(id: string, query: string): Promise<number[]> {
  const { text } = await call(`/authtoken/requests/${id}/results?format=csv&${query}`);
  return text
    .split('\r\n')
    .slice(1, -1)
    .map((row) => Number(/^vid of (\d+),/.exec(row)?.[1]));
}

describe('a part of a result', () => {
  it('is chosen by what became of the records, and by where it begins', async () => {
    const id = await processed(12);
    await gateway.database.query(`UPDATE record SET state = 'invalid' WHERE request_id = $1 AND line = 6`, [
      id,
    ]);
    expect(await linesOf(id, 'only=processed')).toEqual([1, 2, 4, 5, 7, 8, 10, 11]);
    expect(await linesOf(id, 'only=error')).toEqual([3, 9, 12]);
    expect(await linesOf(id, 'only=error,invalid')).toEqual([3, 6, 9, 12]);
    expect(await linesOf(id, 'only=error&only=invalid')).toEqual([3, 6, 9, 12]);
    expect(await linesOf(id, 'only=duplicates')).toEqual([5, 8, 10, 11]);
    expect(await linesOf(id, 'only=invalid,duplicates&fromLine=6')).toEqual([6, 8, 10, 11]);
    expect(await linesOf(id, 'fromLine=11')).toEqual([11, 12]);
    expect(await linesOf(id, 'fromLine=13')).toEqual([]);
    expect(await linesOf(id, 'only=valid')).toEqual([]);
    expect(await linesOf(id, 'only=&fromLine=&fresh=1')).toHaveLength(12);
  });

  it('can be empty, and is a file all the same', async () => {
    const id = await processed(2);
    expect((await call(`/authtoken/requests/${id}/results?only=invalid`)).body).toEqual([]);
    expect((await raw(`/authtoken/requests/${id}/results?only=invalid&format=ndjson`)).body.length).toBe(0);
  });

  it.each([
    ['format=xml', 'format: one of json, csv, ndjson is expected'],
    ['format=csv&format=json', 'format: one of json, csv, ndjson is expected'],
    ['layout=x', 'layout: one of requested, default, original is expected'],
    ['only=error,x', 'only: some of processed, error, invalid, valid, duplicates are expected'],
    ['fromLine=0', 'fromLine: a whole number from 1 to 2147483647 is expected'],
    ['bom=yes', 'bom: one of true, false is expected'],
  ])('is refused with the field that is wrong: %s', async (query, text) => {
    const id = await processed(1);
    for (const route of [`file/${id}`, `requests/${id}/results`]) {
      const { status, body } = await call(`/authtoken/${route}?${query}`);
      expect([status, body]).toMatchObject([
        400,
        { errors: [{ errorCode: 'ATS-REQ-102', errorMessage: `invalid input. ${text}` }] },
      ]);
    }
  });
});

describe('layouts of a request with an outputFormat', () => {
  it('are its own rows, or those of the default, in every format', async () => {
    const id = await processed(2, 'json', { outputFormat: '{v: .input.vid, t: .output.token}' });
    const rows = async (query: string): Promise<string> => (await call(`/authtoken/file/${id}${query}`)).text;
    const vids = [person(0)['vid'], person(1)['vid']];
    expect(JSON.parse(await rows(''))).toEqual([
      { v: vids[0], t: '1' },
      { v: vids[1], t: '2' },
    ]);
    expect(await rows('?layout=requested')).toBe(await rows(''));
    expect(await rows('?format=csv')).toBe(`v,t\r\n${vids[0] ?? ''},1\r\n${vids[1] ?? ''},2\r\n`);
    expect(await rows('?format=ndjson')).toBe((await rows('')).slice(1, -1).replace('},{', '}\n{') + '\n');
    expect(await rows('?layout=default')).toMatch(/^\[\{"vid": "vid of 1", "status": "processed"/);
    expect(await rows('?format=default')).toBe(await rows('?layout=default'));
  });

  it('that cannot be one format are told so in this format alone', async () => {
    const id = await processed(2, 'json', { outputFormat: '.output.token' });
    const inCsv = await call(`/authtoken/file/${id}?format=csv`);
    expect([inCsv.status, inCsv.body]).toMatchObject([400, { errors: [{ errorCode: 'ATS-REQ-104' }] }]);
    expect((await call(`/authtoken/file/${id}`)).text).toBe('["1","2"]');
  });
});

it('tells the log nothing of a person', () => {
  expect(gateway.logLines.join('')).not.toMatch(/Hélène|example\.org|Lake Road|vid of/);
});

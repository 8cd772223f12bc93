import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

import type { Request } from '@mts/store';
import { until } from '@mts/testing';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start({ env: { MTS_ERASE_GRACE_MINUTES: '30' } });
});
afterAll(async () => gateway.stop());

async function call(path: string, method: 'get' | 'head' | 'post' = 'get'): Promise<supertest.Response> {
  return supertest(gateway.url)[method](path);
}

async function handIn(wish: Record<string, unknown>, count = 3): Promise<supertest.Response> {
  const authdata = Array.from({ length: count }, (_, n) => person(n));
  return supertest(gateway.url)
    .post('/authtoken/json')
    .send(requestBody({ ...DOWNLOAD, authdata, ...wish }));
}

async function processed(wish: Record<string, unknown> = {}, count = 3): Promise<string> {
  const { body } = await handIn(wish, count);
  const id = (body as { response: { request_identifier: string } }).response.request_identifier;
  await gateway.process(id, (line) => (line === 2 ? { code: 'IDA-MLC-018', message: 'm' } : { token: 't' }));
  return id;
}

async function lookUp(id: string): Promise<Request> {
  const request = await gateway.requests.find(id);
  if (request === null) throw new Error('there is no such request');
  return request;
}

function minutesBetween(from: Date | null, to: Date | null): number {
  return ((to?.getTime() ?? Number.NaN) - (from?.getTime() ?? Number.NaN)) / 60_000;
}

describe('results that go once they were downloaded', () => {
  const ERASED = { options: { eraseAfterDownload: true } };

  it.each(['file/:id', 'requests/:id/results', 'requests/:id/results?format=ndjson&layout=default'])(
    'go some time after GET %s, and stay until then',
    async (route) => {
      const id = await processed(ERASED);
      const path = `/authtoken/${route.replace(':id', id)}`;
      expect((await call(path)).status).toBe(200);
      await until(async () => (await lookUp(id)).downloadedAt !== null);
      const { downloadedAt, eraseAt } = await lookUp(id);
      expect(minutesBetween(downloadedAt, eraseAt)).toBeCloseTo(30);
      expect((await call(path)).status).toBe(200);
    },
  );

  it('stay after a part, a look at the header, or a download that breaks off', async () => {
    const id = await processed(ERASED, 3000);
    for (const query of ['?only=processed', '?fromLine=2', '?only=processed,error,invalid']) {
      expect((await call(`/authtoken/file/${id}${query}`)).status).toBe(200);
    }
    expect((await call(`/authtoken/file/${id}`, 'head')).status).toBe(200);
    const request = get(`${gateway.url}/authtoken/file/${id}`);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    request.destroy();
    await until(() => response.destroyed);
    await gateway.database.query('DELETE FROM record WHERE request_id = $1 AND line > 2900', [id]);
    await expect(call(`/authtoken/file/${id}`)).rejects.toThrow('aborted');
    expect(await lookUp(id)).toMatchObject({ downloadedAt: null, eraseAt: null });
  });

  it('stay while a row of them does not open, so that it can be brought back from a backup', async () => {
    const id = await processed(ERASED, 3000);
    await gateway.database.query(
      `UPDATE record SET sealed_outcome = '\\x01' WHERE request_id = $1 AND line = 2900`,
      [id],
    );
    expect((await call(`/authtoken/file/${id}`)).text).toContain('MTS-IDA-007');
    await call(`/authtoken/file/${id}?only=processed`);
    expect(await lookUp(id)).toMatchObject({ downloadedAt: null, eraseAt: null });
  });

  it('are those of a request that says so: the others only note the download', async () => {
    const id = await processed();
    await call(`/authtoken/file/${id}`);
    await until(async () => (await lookUp(id)).downloadedAt !== null);
    expect(await lookUp(id)).toMatchObject({ eraseAfterDownload: false, eraseAt: null });
  });

  it('must be asked for plainly', async () => {
    const { status, body } = await handIn({ options: { eraseAfterDownload: 'yes' } });
    expect([status, body]).toMatchObject([
      422,
      {
        errors: [
          {
            errorCode: 'ATS-REQ-102',
            errorMessage:
              'Invalid Input. request.options.eraseAfterDownload: value could not be parsed to a boolean',
          },
        ],
      },
    ]);
    for (const no of [false, null, '']) {
      expect(await lookUp(await processed({ options: { eraseAfterDownload: no } }))).toMatchObject({
        eraseAfterDownload: false,
      });
    }
  });
});

describe('an acknowledgement', () => {
  it('lets the results go at once, and can be repeated', async () => {
    const id = await processed();
    const answers = [
      await call(`/authtoken/requests/${id}/ack`, 'post'),
      await call(`/authtoken/requests/${id}/ack`, 'post'),
    ];
    const { acknowledgedAt } = await lookUp(id);
    const said = { acknowledgedAt: acknowledgedAt?.toISOString(), eraseAt: acknowledgedAt?.toISOString() };
    for (const { status, body } of answers) {
      expect([status, body]).toMatchObject([200, { errors: null, response: said }]);
    }
  });

  it('is taken only of results that are there', async () => {
    const { body } = await handIn({});
    const id = (body as { response: { request_identifier: string } }).response.request_identifier;
    expect((await call(`/authtoken/requests/${id}/ack`, 'post')).status).toBe(202);
    const unknown = '00aaaaaa-1111-4222-8333-444444444444';
    expect((await call(`/authtoken/requests/${unknown}/ack`, 'post')).status).toBe(404);
  });
});

describe("the caller's own id of a request", () => {
  it('comes back with every download, and stands nowhere in clear', async () => {
    const id = await processed({
      correlationId: 'Export of Hélène'.normalize('NFKD').replaceAll(/[^ -~]/g, ''),
    });
    for (const route of [`file/${id}`, `requests/${id}/results`]) {
      expect((await call(`/authtoken/${route}`)).headers).toMatchObject({
        'correlation-id': 'Export of Helene',
      });
    }
    const [row] = await gateway.database.query('SELECT * FROM request WHERE id = $1', [id]);
    expect(JSON.stringify(row)).not.toContain('Helene');
    expect(JSON.stringify(row)).not.toContain(JSON.stringify(Buffer.from('Helene')).slice(25, -2));
  });

  it('is absent where none was given', async () => {
    const id = await processed({ correlationId: '' });
    expect((await call(`/authtoken/file/${id}`)).headers).not.toHaveProperty('correlation-id');
  });

  it.each(['x'.repeat(129), 'a\r\nb', ' x', 'é', '\u0000'])(
    'is refused when no header can hold it: %j',
    async (correlationId) => {
      const { status, body } = await handIn({ correlationId });
      expect([status, body]).toMatchObject([
        400,
        {
          errors: [
            {
              errorCode: 'ATS-REQ-102',
              errorMessage: expect.stringMatching(/^invalid input\. request\.correlationId: at most 128/),
            },
          ],
        },
      ]);
    },
  );
});

function people(...ids: readonly unknown[]): Record<string, unknown>[] {
  return ids.map((referenceId) => ({ ...person(0), referenceId }));
}

describe("the caller's own ids of records", () => {
  it('come back in the rows, also of records that are one person', async () => {
    const id = await processed({ authdata: people('A 1', 'Ωmega', null, 12), output: 'csv' });
    expect((await call(`/authtoken/file/${id}`)).text.split('\r\n')).toEqual([
      'vid,status,token,errorCode,errorMessage,referenceId',
      'vid of 1,processed,t,,,A 1',
      'vid of 2,error,,IDA-MLC-018,m,Ωmega',
      'vid of 3,processed,t,,,',
      'vid of 4,processed,t,,,12',
      '',
    ]);
    const { text } = await call(`/authtoken/file/${id}?format=json`);
    expect(JSON.parse(text)).toMatchObject([
      { referenceId: 'A 1' },
      { referenceId: 'Ωmega' },
      { referenceId: null },
      { referenceId: '12' },
    ]);
    expect((await call(`/authtoken/requests/${id}/results`)).text).toMatch(
      /^vid,.*,errorMessage,referenceId,advice\r\n/,
    );
  });

  it('come from the field that the mapping names', async () => {
    const authdata = [{ ...person(0), 'Case No': '7', referenceId: 'x' }];
    const id = await processed({ authdata, mapping: { referenceId: 'Case No' } });
    expect(JSON.parse((await call(`/authtoken/file/${id}`)).text)).toMatchObject([{ referenceId: '7' }]);
  });

  it('are seen by an outputFormat', async () => {
    const id = await processed({ authdata: people('A 1', null), outputFormat: '.output.referenceId' });
    expect((await call(`/authtoken/file/${id}`)).text).toBe('["A 1",null]');
  });

  it('change nothing where no record has one', async () => {
    const id = await processed({ authdata: people(null, '', false) });
    expect((await call(`/authtoken/file/${id}`)).text).not.toContain('referenceId');
  });

  it('refuse a record alone that has an unusable one, and stand nowhere in clear', async () => {
    const id = await processed({ authdata: people('planted one', 'x'.repeat(129), { a: 1 }, 'a\nb') });
    const rows = JSON.parse((await call(`/authtoken/file/${id}`)).text) as object[];
    expect(rows.map((row) => Object.values(row).slice(1, 4))).toEqual([
      ['processed', 't', null],
      ['invalid', null, 'ATS-REQ-102'],
      ['invalid', null, 'ATS-REQ-102'],
      ['invalid', null, 'ATS-REQ-102'],
    ]);
    expect(JSON.stringify(rows[1])).toContain('referenceId: at most 128 characters are expected');
    const records = await gateway.database.query<Record<string, unknown>>(
      'SELECT * FROM record WHERE request_id = $1',
      [id],
    );
    const stored = records.flatMap((record) => Object.values(record).map((value) => String(value)));
    expect(stored.join()).not.toContain('planted');
  });
});

it('tells the log nothing of a person', () => {
  expect(gateway.logLines.join('')).not.toMatch(/Hélène|Helene|planted|Ωmega|vid of/);
});

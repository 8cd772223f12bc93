import { randomUUID } from 'node:crypto';

import { SteeringStore } from '@mts/store';
import { until } from '@mts/testing';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';
import { END_OF_FORM, exchange, FORM_TYPE, part, rawConnection, rawPost } from '../spec-support/raw-http.js';

const LIST = requestBody({ ...DOWNLOAD, authdata: [person(1), person(2)] });
const FORM_REQUEST = JSON.stringify(requestBody(DOWNLOAD));
const CSV = `${Object.keys(person(1)).join(',')}\n${Object.values(person(1))
  .map((value) => `"${value}"`)
  .join(',')}\n`;

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start();
});
afterAll(async () => gateway.stop());

interface Taken {
  readonly status: number;
  readonly id: string | undefined;
  readonly code: string | undefined;
  readonly replayed: string | undefined;
}

function takenOf({ status, body, headers }: supertest.Response): Taken {
  const { response, errors } = body as {
    response: { request_identifier: string } | null;
    errors: { errorCode: string }[] | null;
  };
  return {
    status,
    id: response?.request_identifier,
    code: errors?.[0]?.errorCode,
    replayed: headers['idempotency-replayed'],
  };
}

async function json(key: string, body: object = LIST): Promise<Taken> {
  return takenOf(await supertest(gateway.url).post('/authtoken/json').set('Idempotency-Key', key).send(body));
}

/** Each form has a boundary of its own. */
async function csv(key: string, content = CSV, request = FORM_REQUEST): Promise<Taken> {
  return takenOf(
    await supertest(gateway.url)
      .post('/authtoken/csv')
      .set('Idempotency-Key', key)
      .field('request', request)
      .attach('csv_file', Buffer.from(content), 'people.csv'),
  );
}

describe('a list that is handed in with an Idempotency-Key', () => {
  it.each([
    ['json', json],
    ['csv', csv],
  ])('and comes again, is the same request and stored once: %s', async (_route, hand) => {
    const key = randomUUID();
    const first = await hand(key);
    const before = await gateway.rowCounts();
    const second = await hand(key);
    expect([first.status, first.replayed]).toEqual([200, undefined]);
    expect([second.status, second.replayed, second.id]).toEqual([200, 'true', first.id]);
    expect(await gateway.rowCounts()).toEqual(before);
  });

  it('and again with another content, is refused, and nothing of it is kept', async () => {
    const key = randomUUID();
    await json(key);
    const before = await gateway.rowCounts();
    const other = await json(key, requestBody({ ...DOWNLOAD, authdata: [person(3)] }));
    expect(other).toMatchObject({ status: 409, code: 'MTS-REQ-006' });
    expect(await csv(key)).toMatchObject({ status: 409, code: 'MTS-REQ-006' });
    expect(await gateway.rowCounts()).toEqual(before);
  });

  it('as a file, is told by the bytes of the file and by the request before it', async () => {
    const key = randomUUID();
    await csv(key);
    expect(await csv(key, `${CSV}\n`)).toMatchObject({ status: 409 });
    const otherFormat = JSON.stringify(requestBody({ ...DOWNLOAD, output: 'csv' }));
    expect(await csv(key, CSV, otherFormat)).toMatchObject({ status: 409 });
    expect(await csv(key)).toMatchObject({ status: 200, replayed: 'true' });
  });

  it('many times at once, is one request', async () => {
    const key = randomUUID();
    const before = await gateway.rowCounts();
    const all = await Promise.all(Array.from({ length: 8 }, async () => json(key)));
    expect(new Set(all.map((one) => one.id)).size).toBe(1);
    expect(all.filter((one) => one.replayed === undefined)).toHaveLength(1);
    const after = await gateway.rowCounts();
    expect([after.requests - before.requests, after.records - before.records]).toEqual([1, 2]);
  });

  it('is another request with another key, and after the first one is erased', async () => {
    const key = randomUUID();
    const first = await json(key);
    const second = await json(randomUUID());
    expect(second.id).not.toBe(first.id);
    await new SteeringStore(gateway.database, gateway.requests).erase(String(first.id));
    const third = await json(key);
    expect([third.replayed, third.id === first.id]).toEqual([undefined, false]);
  });

  it('that has no usable record, says so each time', async () => {
    const [key, body] = [randomUUID(), requestBody({ ...DOWNLOAD, authdata: [{ vid: '' }] })];
    expect(await json(key, body)).toMatchObject({ status: 200, code: 'ATS-REQ-101' });
    expect(await json(key, body)).toMatchObject({ status: 200, code: 'ATS-REQ-101', replayed: 'true' });
  });

  it('and breaks off, leaves no trace of the key', async () => {
    const key = randomUUID();
    const body = part('request', FORM_REQUEST) + part('csv_file', CSV, 'people.csv');
    const post = rawPost('/authtoken/csv', FORM_TYPE, body + END_OF_FORM).replace(
      'Host: localhost',
      `Host: localhost\r\nIdempotency-Key: ${key}`,
    );
    const socket = await rawConnection(gateway.url);
    socket.end(post.slice(0, -60));
    for await (const _ of socket);
    await until(async () => {
      const open = await gateway.database.query(`SELECT 1 FROM request WHERE state = 'receiving'`);
      return open.length === 0;
    });
    expect(await exchange(gateway.url, post)).not.toMatch(/idempotency-replayed/i);
    expect(await exchange(gateway.url, post)).toMatch(/idempotency-replayed: true/i);
  });

  it('stands in no table and no log as it came', async () => {
    const key = `person-${randomUUID()}`;
    await json(key);
    const rows = await gateway.database.query('SELECT owner, key_index, content_index FROM idempotency');
    expect(JSON.stringify(rows)).not.toContain(key);
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(key).toString('hex'));
    expect(gateway.logLines.join('')).not.toContain(key);
  });
});

it.each(['x'.repeat(256), 'two words', 'ключ', ' '])('the Idempotency-Key "%s" is refused', async (key) => {
  const { status, code } = await takenWithRawKey(key);
  expect([status, code]).toEqual([400, 'ATS-REQ-102']);
});

/** Header values as bytes: clients send what they like. */
async function takenWithRawKey(key: string): Promise<{ status: number; code: string | undefined }> {
  const text = await exchange(
    gateway.url,
    rawPost('/authtoken/json', 'application/json', JSON.stringify(LIST)).replace(
      'Host: localhost',
      `Host: localhost\r\nIdempotency-Key: ${key}`,
    ),
  );
  return { status: Number(text.slice(9, 12)), code: /"errorCode":"([^"]+)"/.exec(text)?.[1] };
}

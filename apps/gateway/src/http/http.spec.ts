import { networkInterfaces } from 'node:os';
import { connect } from 'node:net';
import { once } from 'node:events';

import { until } from '@mts/testing';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DOWNLOAD, GatewayFixture, person, requestBody } from '../spec-support/gateway-fixture.js';
import { answerOn, exchange, FORM_TYPE, part, rawConnection, rawPost } from '../spec-support/raw-http.js';

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await GatewayFixture.start();
});
afterAll(async () => gateway.stop());

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function refusal(errorCode: string): unknown {
  return {
    id: 'mosip.token.seeder',
    version: '1.1.0',
    metadata: {},
    responsetime: expect.stringMatching(MOMENT),
    errors: [{ errorCode, errorMessage: expect.stringMatching(/\S/) }],
    response: null,
  };
}

describe('an address that is not served', () => {
  it.each([
    '/',
    '/authtoken',
    '/authtoken/nothing',
    '/authtoken/status',
    '/docs/nothing',
    '/%zz',
    '/a?b=%zz',
    '/%00',
  ])('is answered with the envelope: %s', async (path) => {
    const { status, body } = await supertest(gateway.url).get(path);
    expect([status, body]).toEqual([404, refusal('MTS-REQ-001')]);
  });

  it('is answered alike for every method', async () => {
    const { status, body } = await supertest(gateway.url).delete('/nothing').send({ a: 1 });
    expect([status, body]).toEqual([404, refusal('MTS-REQ-001')]);
  });
});

it('says that control characters in a path or a query are wrong, and never that we are', async () => {
  const query = ['owner', 'cursor', 'state', 'input', 'from', 'ticket', 'hold', 'only', 'limit', 'format'];
  for (const route of gateway.routes) {
    const [method = '', pattern = ''] = route.split(' ');
    const path = pattern.replace('*', 'a').replaceAll(/:\w+/g, '%00');
    const url = `${gateway.url}${path}?${query.map((name) => `${name}=%00`).join('&')}`;
    const { status } = await fetch(url, { method, signal: AbortSignal.timeout(10_000) });
    expect([route, status === 500]).toEqual([route, false]);
  }
});

describe('a method that an address does not take', () => {
  it.each([
    ['get', '/authtoken/json', 'POST'],
    ['put', '/authtoken/csv/', 'POST'],
    ['post', '/authtoken/status/xyz', 'GET, HEAD'],
    ['delete', '//authtoken//file/xyz?a=b', 'GET, HEAD'],
    ['post', '/ping', 'GET, HEAD'],
    ['options', '/authtoken/json', 'POST'],
  ] as const)('is told apart: %s %s', async (method, path, allow) => {
    const { status, body, headers } = await supertest(gateway.url)[method](path);
    expect([status, body]).toEqual([405, refusal('MTS-REQ-002')]);
    expect(headers['allow']).toBe(allow);
  });
});

describe('an address', () => {
  it.each(['//ping', '/ping/', '//ping//', '/health//live', '/authtoken//authfields/'])(
    'may have slashes too many: %s',
    async (path) => {
      expect((await supertest(gateway.url).get(path)).status).toBe(200);
    },
  );

  it('may have slashes too many where a list is handed in', async () => {
    const { status } = await supertest(gateway.url)
      .post('//authtoken/json')
      .send(requestBody({ ...DOWNLOAD, authdata: [person(1)] }));
    expect(status).toBe(200);
  });
});

describe('what is no HTTP', () => {
  it.each([
    ['a nonsense line', 'NONSENSE\r\n\r\n', 400],
    [
      'a body of two lengths',
      'POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
    ],
    ['a call to no host', 'GET /ping HTTP/1.1\r\n\r\n', 400],
    ['a call to two hosts', 'GET /ping HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
    ['a call to no host at an address that is not served', 'GET /x HTTP/1.1\r\n\r\n', 400],
    ['a wish that nobody knows', 'GET /ping HTTP/1.1\r\nHost: x\r\nExpect: x\r\n\r\n', 417],
    ['an endless header', `GET /ping HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('is answered with the envelope: %s', async (_title, bytes, status) => {
    const answer = await exchange(gateway.url, bytes);
    expect(Number(answer.slice(9, 12))).toBe(status);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toEqual(refusal('ATS-REQ-102'));
  });
});

it('asks no host of a client of HTTP/1.0, which has none to give', async () => {
  expect(await exchange(gateway.url, 'GET /ping HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
});

it('listens on loopback alone unless told otherwise', async () => {
  expect(gateway.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const other = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal);
  if (other === undefined) return;
  const socket = connect(Number(new URL(gateway.url).port), other.address);
  await expect(once(socket, 'connect')).rejects.toThrow('ECONNREFUSED');
});

describe('a connection', () => {
  it('goes on after a refusal whose body was still on its way', async () => {
    const socket = await rawConnection(gateway.url);
    const body = JSON.stringify(requestBody(DOWNLOAD));
    socket.write(rawPost('/authtoken/csv', 'text/csv', body));
    socket.write('GET /ping HTTP/1.1\r\nHost: x\r\n\r\n');
    let text = '';
    for await (const chunk of socket) {
      text += String(chunk);
      if (text.includes('pong')) break;
    }
    expect(text).toContain('HTTP/1.1 415');
  });
});

it('reads no endless body of a caller that it does not know', async () => {
  const keyed = await GatewayFixture.start({ env: { MTS_CALLERS: 'api-key' } });
  const stranger = await rawConnection(keyed.url);
  stranger.on('error', () => undefined);
  stranger.write(rawPost('/authtoken/csv', FORM_TYPE, '', 10_000_000_000));
  await once(stranger, 'readable');
  expect(String(stranger.read())).toContain('HTTP/1.1 401');
  const closed = new Promise((resolve) => stranger.once('close', resolve));
  const chunk = Buffer.alloc(1_000_000);
  const fill = (): void => {
    while (stranger.writable && stranger.write(chunk));
  };
  stranger.on('drain', fill);
  fill();
  await closed;
  expect(stranger.bytesWritten).toBeLessThan(60_000_000);
  await keyed.stop();
});

describe('a stop', () => {
  it('lets a call that is under way finish, and breaks an upload off without leaving anything of it', async () => {
    const stopping = await GatewayFixture.start({ stopGraceMs: 2000 });
    const form = `${part('request', JSON.stringify(requestBody(DOWNLOAD)))}${part('csv_file', `vid\n${'1\n'.repeat(5000)}`, 'a.csv').slice(0, -2)}`;
    const upload = await rawConnection(stopping.url);
    upload.on('error', () => undefined);
    upload.write(rawPost('/authtoken/csv', FORM_TYPE, form, 10_000_000));
    await until(async () => (await stopping.rowCounts()).records > 0);

    const body = JSON.stringify(requestBody({ ...DOWNLOAD, authdata: [{ vid: '1' }] }));
    const call = await rawConnection(stopping.url);
    const head = rawPost('/authtoken/json', 'application/json', '', body.length);
    call.write(head.replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n'));
    await once(call, 'readable');
    expect(String(call.read())).toContain('100 Continue');
    const late = await rawConnection(stopping.url);
    const stopped = stopping.stopGateway();
    call.write(body);
    late.write('GET /ping HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await answerOn(call)).toContain('request_identifier');
    expect(await answerOn(late)).toContain('pong');
    await stopped;
    expect(await stopping.rowCounts()).toEqual({ requests: 1, records: 1 });
    await expect(rawConnection(stopping.url)).rejects.toThrow('ECONNREFUSED');
    await stopping.cleanUp();
  });
});

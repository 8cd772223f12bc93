import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import { until } from '@mts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { OutboundClient } from './client.js';
import { BodyTooLargeError, failureCode } from './errors.js';
import { OutboundGuard } from './guard.js';
import { serve, type TestServer } from './spec-support/servers.js';

const CHUNK = Buffer.alloc(64 * 1024, 'x');
/** More than any pair of sockets holds. */
const ENDLESS_BYTES = 1024 * 1024 * 1024;

let server: TestServer;
let origin: string;
let client: OutboundClient;
/** Reads bodies of any size. */
let streaming: OutboundClient;
/** Has little patience with silence. */
let hasty: OutboundClient;
let sentBytes = 0;

function* endless(count: (chunk: Buffer) => void): Generator<Buffer> {
  for (let bytes = 0; bytes < ENDLESS_BYTES; bytes += CHUNK.length) {
    count(CHUNK);
    yield CHUNK;
  }
}

beforeAll(async () => {
  const packed = Buffer.from('hello '.repeat(10_000));
  server = await serve((request, response) => {
    switch (request.url ?? '') {
      case '/gzip':
        return response.setHeader('content-encoding', 'gzip').end(gzipSync(packed));
      case '/deflate':
        return response.setHeader('content-encoding', 'deflate').end(deflateSync(packed));
      case '/br':
        return response.setHeader('content-encoding', 'br').end(brotliCompressSync(packed));
      case '/bomb':
        return response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(2 * 1024 * 1024)));
      case '/falls-silent':
        return response.write('[{"a":1},');
      case '/breaks-off':
        return response.write('[{"a":1},', () => response.destroy());
      case '/endless':
        return Readable.from(endless((chunk) => (sentBytes += chunk.length))).pipe(response);
      case '/unread':
        return request.pause();
      case '/too-large':
        return request.once('data', () => request.pause() && response.writeHead(413).end('too large'));
      case '/resets':
        return request.once('data', () => request.socket.resetAndDestroy());
      case '/never':
        return request.resume();
      default:
        return void request
          .toArray()
          .then((chunks: Buffer[]) =>
            response.end(JSON.stringify({ ...request.headers, body: Buffer.concat(chunks).toString() })),
          );
    }
  });
  origin = `http://127.0.0.1:${server.port}`;
  const guard = new OutboundGuard({ allowed: ['127.0.0.1'] });
  const patience = { connectTimeoutMs: 5_000, idleTimeoutMs: 20_000 };
  client = guard.client(patience);
  streaming = guard.client({ ...patience, bodySizeBytesMax: Infinity });
  hasty = guard.client({ ...patience, idleTimeoutMs: 500, bodySizeBytesMax: Infinity });
});

afterAll(async () => {
  await Promise.all([client, streaming, hasty].map(async ({ close }) => close()));
  await server.stop();
});

describe('what is sent', () => {
  it('has a length when the body is a text, and names the program', async () => {
    const expected = { body: '{"a":1}', 'content-length': '7', 'user-agent': 'mosip-token-seeder' };
    const byFetch = await client.fetch(`${origin}/echo`, { method: 'POST', body: '{"a":1}' });
    expect(await byFetch.json()).toMatchObject(expected);
    const { data } = await client.http.post<unknown>(`${origin}/echo`, { a: 1 });
    expect(data).toMatchObject({ ...expected, 'content-type': 'application/json' });
  });

  it('may name another program', async () => {
    const named = new OutboundGuard({ allowed: ['127.0.0.1'] }).client({
      connectTimeoutMs: 5_000,
      idleTimeoutMs: 5_000,
      userAgent: 'pull/1.0',
    });
    const { data } = await named.http.get<unknown>(`${origin}/echo`);
    expect(data).toMatchObject({ 'user-agent': 'pull/1.0' });
    const ofCall = await named.fetch(`${origin}/echo`, { headers: { 'User-Agent': 'call/2.0' } });
    expect(await ofCall.json()).toMatchObject({ 'user-agent': 'call/2.0' });
    await named.close();
  });

  it('may be a form with files, with its boundary and its length', async () => {
    const form = new FormData();
    form.append('file', new Blob(['a,b\n1,2\n'], { type: 'text/csv' }), 'results.csv');
    const byFetch = await client.fetch(`${origin}/echo`, { method: 'POST', body: form });
    const { data } = await client.http.post<unknown>(`${origin}/echo`, form);
    for (const sent of [await byFetch.json(), data])
      expect(sent).toMatchObject({
        'content-type': expect.stringMatching(/^multipart\/form-data; boundary=-/),
        'content-length': expect.stringMatching(/^\d+$/),
        body: expect.stringMatching(
          /filename="results.csv"\r\nContent-Type: text\/csv\r\n\r\na,b\n1,2\n\r\n--/,
        ),
      });
  });

  it('may be a stream', async () => {
    const { data } = await client.http.post<unknown>(`${origin}/echo`, Readable.from(['[1,', '2]']), {
      headers: { 'content-type': 'application/json' },
    });
    expect(data).toMatchObject({ body: '[1,2]', 'transfer-encoding': 'chunked' });
  });

  it.each([
    ['takes nothing', '/unread', 'UND_ERR_HEADERS_TIMEOUT'],
    ['answers before it has taken all', '/too-large', 'ERR_BAD_REQUEST'],
    ['breaks off', '/resets', 'ECONNRESET'],
  ])('is read no further than sent, and closed, when the receiver %s', async (_case, path, code) => {
    let takenBytes = 0;
    const body = Readable.from(endless((chunk) => (takenBytes += chunk.length)));
    const closed = once(body, 'close');
    await expect(hasty.http.post(origin + path, body).catch(failureCode)).resolves.toBe(code);
    await closed;
    expect(takenBytes).toBeLessThan(ENDLESS_BYTES / 8);
  });
});

it('a streamed body is closed, too, when nobody wants to read the early answer to it', async () => {
  let takenBytes = 0;
  const body = Readable.from(endless((chunk) => (takenBytes += chunk.length)));
  const closed = once(body, 'close');
  const answer = await client.fetch(`${origin}/too-large`, { method: 'POST', body, duplex: 'half' });
  await answer.body?.cancel();
  await closed;
  expect(takenBytes).toBeLessThan(ENDLESS_BYTES / 8);
});

describe('an answer', () => {
  it.each(['gzip', 'deflate', 'br'])('packed with %s is unpacked as it streams', async (encoding) => {
    const { data } = await client.http.get<ReadableStream>(`${origin}/${encoding}`, {
      responseType: 'stream',
    });
    expect(await new Response(data).text()).toHaveLength(60_000);
    expect(await (await client.fetch(`${origin}/${encoding}`)).text()).toHaveLength(60_000);
  });

  it('larger than asked for is broken off, also when it is small before it is unpacked', async () => {
    await expect(client.http.get(`${origin}/bomb`)).rejects.toThrow(BodyTooLargeError);
    await expect(client.http.get(`${origin}/endless`)).rejects.toThrow(BodyTooLargeError);
    await expect((await client.fetch(`${origin}/bomb`)).text()).rejects.toThrow(BodyTooLargeError);
    expect(await (await streaming.fetch(`${origin}/bomb`)).text()).toHaveLength(2 * 1024 * 1024);
  });

  it('is not taken in faster than it is read, however long that takes', async () => {
    sentBytes = 0;
    const { data } = await hasty.http.get<ReadableStream<Uint8Array>>(`${origin}/endless`, {
      responseType: 'stream',
    });
    const reader = data.getReader();
    await reader.read();
    const restedBytes = await until(async () => {
      const before = sentBytes;
      // Longer than the idle limit: a reader that takes its time is no silence of the other side.
      await delay(1_000);
      return before === sentBytes && before;
    });
    expect(restedBytes).toBeLessThan(ENDLESS_BYTES / 8);
    expect((await reader.read()).done).toBe(false);
    await reader.cancel();
  });

  it('that falls silent ends with an error that says so', async () => {
    const silent = `${origin}/falls-silent`;
    const reasons = await Promise.all([
      hasty.fetch(silent).then(async (answer) => answer.text().catch(failureCode)),
      hasty.http
        .get<ReadableStream>(silent, { responseType: 'stream' })
        .then(async ({ data }) => new Response(data).text().catch(failureCode)),
      hasty.http.get(silent).catch(failureCode),
    ]);
    expect(reasons).toEqual(Array(3).fill('UND_ERR_BODY_TIMEOUT'));
  });

  it('that never comes, or breaks off, or comes from nobody, ends with an error that says so', async () => {
    const never = hasty.http.get(`${origin}/never`).catch(failureCode);
    await expect(never).resolves.toBe('UND_ERR_HEADERS_TIMEOUT');
    const brokenOff = client.http.get(`${origin}/breaks-off`).catch(failureCode);
    await expect(brokenOff).resolves.toBe('UND_ERR_SOCKET');
    const gone = await serve(() => undefined);
    const onTwoAddresses = new OutboundGuard({ allowed: ['localhost'] }, async () => [
      { address: '127.0.0.1', family: 4 },
      { address: '127.0.0.2', family: 4 },
    ]).client({ connectTimeoutMs: 5_000, idleTimeoutMs: 5_000 });
    await gone.stop();
    const url = `http://127.0.0.1:${gone.port}/`;
    await expect(client.fetch(url).catch(failureCode)).resolves.toBe('ECONNREFUSED');
    await expect(client.http.get(url).catch(failureCode)).resolves.toBe('ECONNREFUSED');
    const byName = `http://localhost:${gone.port}/`;
    await expect(onTwoAddresses.fetch(byName).catch(failureCode)).resolves.toBe('ECONNREFUSED');
    await onTwoAddresses.close();
  });

  it('is not waited for when no connection stands in time, the TLS handshake included', async () => {
    const mute = createServer();
    await new Promise<void>((resolve) => {
      mute.listen(0, '127.0.0.1', resolve);
    });
    const guard = new OutboundGuard({ allowed: ['127.0.0.1'] });
    const { fetch, close } = guard.client({ connectTimeoutMs: 300, idleTimeoutMs: 20_000 });
    const url = `https://127.0.0.1:${(mute.address() as AddressInfo).port}/`;
    await expect(fetch(url).catch(failureCode)).resolves.toBe('UND_ERR_CONNECT_TIMEOUT');
    await close();
    mute.close();
  });

  it('is given up at a signal, before it comes and in the midst of it', async () => {
    const before = new AbortController();
    const waiting = client.http.get(`${origin}/never`, { signal: before.signal });
    before.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_CANCELED' });

    const within = new AbortController();
    const { body } = await streaming.fetch(`${origin}/endless`, { signal: within.signal });
    const reading = new Response(body).bytes();
    within.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });
});

it('a closed client ends the calls under way', async () => {
  const guard = new OutboundGuard({ allowed: ['127.0.0.1'] });
  const shortLived = guard.client({ connectTimeoutMs: 5_000, idleTimeoutMs: 20_000 });
  const { body } = await shortLived.fetch(`${origin}/falls-silent`);
  await shortLived.close();
  await expect(new Response(body).text()).rejects.toThrow('terminated');
  await expect(shortLived.fetch(`${origin}/echo`).catch(failureCode)).resolves.toBe('UND_ERR_DESTROYED');
});

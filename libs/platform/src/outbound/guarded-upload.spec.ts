import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { OutboundClient } from './client.js';
import { ForbiddenAddressError } from './errors.js';
import { OutboundGuard } from './guard.js';
import { serve, type TestServer } from './spec-support/servers.js';

let server: TestServer;
let origin: string;
let client: OutboundClient;
const received: {
  userAgent: string | undefined;
  host: string | undefined;
  length: string | undefined;
  text: string;
}[] = [];

beforeAll(async () => {
  server = await serve((request, response) => {
    if (request.url === '/unread') return request.pause();
    const chunks: Buffer[] = [];
    return request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const { 'user-agent': userAgent, host, 'content-length': length } = request.headers;
        received.push({ userAgent, host, length, text: Buffer.concat(chunks).toString() });
        if (request.url === '/moved') response.writeHead(302, { location: '/elsewhere' }).end();
        else if (request.url === '/empty') response.writeHead(204).end();
        else response.writeHead(200, { 'set-cookie': ['a=1', 'b=2'] }).end('taken');
      });
  });
  origin = `http://127.0.0.1:${String(server.port)}`;
  client = new OutboundGuard({ allowed: ['127.0.0.1'] }).client({
    connectTimeoutMs: 5000,
    idleTimeoutMs: 500,
  });
});
afterAll(async () => {
  await client.close();
  await server.stop();
});

async function* pieces(...texts: readonly string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function upload(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return client.upload(`${origin}${path}`, { method: 'POST', headers, body: pieces('one ', 'two') });
}

describe('an upload', () => {
  it('sends the pieces in their order, with the length that was given, and reads the answer', async () => {
    const response = await upload('/', { 'content-length': '7', host: 'elsewhere' });
    expect(await response.text()).toBe('taken');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(received.at(-1)).toEqual({
      userAgent: 'mosip-token-seeder',
      host: `127.0.0.1:${String(server.port)}`,
      length: '7',
      text: 'one two',
    });
  });

  it('takes a redirect for an answer', async () => {
    const before = received.length;
    expect((await upload('/moved')).status).toBe(302);
    expect(received.length).toBe(before + 1);
  });

  it('takes an answer without a body', async () => {
    const response = await upload('/empty');
    expect([response.status, response.body]).toEqual([204, null]);
  });

  it('goes nowhere that is closed to callers', async () => {
    const guarded = new OutboundGuard({ allowed: [] }).client({ connectTimeoutMs: 5000, idleTimeoutMs: 500 });
    const sending = guarded.upload(origin, { method: 'POST', headers: {}, body: pieces('one') });
    await expect(sending).rejects.toThrow(ForbiddenAddressError);
    await guarded.close();
  });

  it('is given up, and its pieces are made no more, when nobody takes them', async () => {
    let sentBytes = 0;
    let isOver = false;
    const endless = async function* (): AsyncIterable<Uint8Array> {
      try {
        for (;;) {
          sentBytes += 65_536;
          yield Buffer.alloc(65_536);
        }
      } finally {
        isOver = true;
      }
    };
    const sending = client.upload(`${origin}/unread`, { method: 'POST', headers: {}, body: endless() });
    await expect(sending).rejects.toHaveProperty('code', 'UND_ERR_HEADERS_TIMEOUT');
    expect(isOver).toBe(true);
    expect(sentBytes).toBeLessThan(64 * 1024 * 1024);
  });
});

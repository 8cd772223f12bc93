import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IdaClient, IdaClientOptions } from './index.js';
import { answerTo, matched, silence, StubIda, TOKEN } from './spec-support/stub-ida.js';
import { faultOf, PERSON, summary, testClient } from './spec-support/test-client.js';

const clients: IdaClient[] = [];
let ida: StubIda;

beforeEach(async () => {
  ida = await StubIda.start();
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await ida.stop();
});

function clientOf(authUrl: string, options: Partial<IdaClientOptions> = {}): IdaClient {
  const client = testClient(authUrl, options);
  clients.push(client);
  return client;
}

describe('when no connection stands, nobody was asked', () => {
  const expected = 'MTS-IDA-101 transient profile not-asked';

  it('because nobody listens', async () => {
    const { authUrl, host } = ida;
    await ida.stop();
    const fault = await faultOf(clientOf(authUrl).authenticate(PERSON));
    expect(summary(fault)).toBe(expected);
    expect(fault.message).toContain(`(${host}: ECONNREFUSED)`);
    ida = await StubIda.start();
  });

  it('because the name has no address', async () => {
    // A label of 64 characters is refused by the resolver itself (RFC 1035 section 2.3.4: at most 63).
    const fault = await faultOf(clientOf(`https://${'x'.repeat(64)}.test/auth`).authenticate(PERSON));
    expect(summary(fault)).toBe(expected);
    expect(fault.message).toMatch(/: (ENOTFOUND|EAI_\w+|EBADNAME)\)/);
  });

  it('because the certificate is not trusted', async () => {
    const untrusted = await StubIda.start(matched(), 'https');
    const fault = await faultOf(clientOf(untrusted.authUrl).authenticate(PERSON));
    expect(summary(fault)).toBe(expected);
    expect(fault.message).toMatch(/SELF_SIGNED|CERT/);
    expect(untrusted.calls).toHaveLength(0);
    expect(untrusted.offeredProtocols).toEqual(['http/1.1']);
    await untrusted.stop();
  });

  it('because the TLS handshake never ends', async () => {
    const mute = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    const client = clientOf(`https://127.0.0.1:${port}/auth`, { connectTimeoutMs: 50 });
    const fault = await faultOf(client.authenticate(PERSON));
    expect(summary(fault)).toBe(expected);
    expect(fault.message).toContain('UND_ERR_CONNECT_TIMEOUT');
    await new Promise<void>((resolve) => mute.close(() => resolve()));
  });
});

describe('when the request has left and no whole answer comes, what became of it is unknown', () => {
  const expected = 'MTS-IDA-102 transient record unknown';

  it('because IDA is silent', async () => {
    ida.reply = silence;
    const fault = await faultOf(clientOf(ida.authUrl, { answerTimeoutMs: 50 }).authenticate(PERSON));
    expect(summary(fault)).toBe(expected);
    expect(fault.message).toContain('no whole answer within 50 ms');
  });

  it('because the answer has no end', async () => {
    ida.reply = (_call, response) => void response.writeHead(200).write('{"response":');
    const fault = await faultOf(clientOf(ida.authUrl, { answerTimeoutMs: 50 }).authenticate(PERSON));
    expect(summary(fault)).toBe(expected);
  });

  it('because the connection is closed or reset before the answer', async () => {
    const client = clientOf(ida.authUrl);
    ida.reply = (_call, response) => void response.socket?.end();
    expect(summary(await faultOf(client.authenticate(PERSON)))).toBe(expected);
    ida.reply = (_call, response) => void response.socket?.resetAndDestroy();
    const fault = await faultOf(client.authenticate(PERSON));
    expect(summary(fault)).toBe(expected);
    expect(fault.message).toMatch(/, or the connection broke \(.*broken off: ECONNRESET\)$/);
  });

  it('because the connection breaks within the answer', async () => {
    ida.reply = (call, response) => {
      const body = answerTo(call, { response: { authStatus: true, authToken: TOKEN } });
      response
        .writeHead(200, { 'content-length': body.length + 1 })
        .write(body, () => response.socket?.end());
    };
    expect(summary(await faultOf(clientOf(ida.authUrl).authenticate(PERSON)))).toBe(expected);
  });

  it('because what answers does not speak HTTP', async () => {
    ida.reply = (_call, response) => void response.socket?.end('SSH-2.0-OpenSSH\r\n');
    expect(summary(await faultOf(clientOf(ida.authUrl).authenticate(PERSON)))).toBe(expected);
  });
});

/** Nothing of this process goes on meanwhile. */
const standStill = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

describe('a process that stood still for longer than a call may take', () => {
  it('takes the answer that came meanwhile', async () => {
    const client = clientOf(ida.authUrl, { answerTimeoutMs: 50 });
    const answer = matched();
    ida.reply = (call, response) => {
      answer(call, response);
      standStill(400);
    };
    await expect(client.authenticate(PERSON)).resolves.toEqual({ kind: 'matched', token: TOKEN });
  });

  it('gives up the call where none came', async () => {
    const client = clientOf(ida.authUrl, { answerTimeoutMs: 50 });
    ida.reply = () => standStill(400);
    expect((await faultOf(client.authenticate(PERSON))).message).toContain('no whole answer within 50 ms');
  });
});

describe('connections', () => {
  it('are kept for the next call, also after a refusal', async () => {
    const client = clientOf(ida.authUrl);
    await client.authenticate(PERSON);
    ida.reply = (_call, response) => void response.writeHead(503).end('<html>');
    await faultOf(client.authenticate(PERSON));
    ida.reply = matched();
    await client.authenticate(PERSON);
    expect(ida.connections).toBe(1);
  });

  it('that broke are replaced', async () => {
    const client = clientOf(ida.authUrl, { connections: 1, answerTimeoutMs: 50 });
    ida.reply = silence;
    await faultOf(client.authenticate(PERSON));
    ida.reply = matched();
    await expect(client.authenticate(PERSON)).resolves.toEqual({ kind: 'matched', token: TOKEN });
  });
});

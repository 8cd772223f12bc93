import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';

import { connected, type Finished, run } from './spec-support/command-line.js';
import { SimulatedIda } from './spec-support/simulated-ida.js';

let ida: SimulatedIda;

beforeAll(async () => {
  ida = await SimulatedIda.start('1.2.0.1');
});
afterAll(async () => ida.stop());

/** Runs the harmless cases against something that is no IDA. */
async function against(listener: RequestListener, ...more: readonly string[]): Promise<Finished> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/idauthentication/v1/auth`;
  return run({ args: [...(await connected(ida, { url })), '--answer-timeout', '0.3', ...more] });
}

it.each<[string, RequestListener, string]>([
  [
    'a page of HTML',
    (_request, response) => response.setHeader('content-type', 'text/html').end('<h1>Welcome</h1>'),
    "there seems to be no IDA: it answers HTTP 200 with 16 bytes of text/html, not with IDA's JSON",
  ],
  [
    'JSON that is not IDA speaking',
    (_request, response) => response.setHeader('content-type', 'application/json').end('{"status":"up"}'),
    "it answers HTTP 200 with 15 bytes of application/json, not with IDA's JSON",
  ],
  [
    'the address of the call in its type, keys and all',
    (request, response) => response.setHeader('content-type', request.url ?? '').end('x'),
    "it answers HTTP 200 with 1 bytes of another type, not with IDA's JSON",
  ],
  [
    'a secret as its code',
    (request, response) =>
      response.end(JSON.stringify({ errors: [{ errorCode: request.url?.split('/').at(-1) }] })),
    "not with IDA's JSON",
  ],
  ['silence', () => undefined, 'it does not answer within 0.3 s'],
  ['a connection that breaks', (request) => request.socket.destroy(), 'it cannot be asked (UND_ERR_SOCKET)'],
  [
    'an endless answer',
    (_request, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        response.once('drain', write);
      };
      write();
    },
    "bytes of no type, not with IDA's JSON",
  ],
])('%s ends the run at the first case, with a sentence', async (_what, listener, sentence) => {
  const { code, output, report } = await against(listener);
  expect(code).toBe(2);
  expect(output).toContain(sentence);
  expect(output).not.toContain('mend that first');
  expect(output).toMatch(/0 as expected, 1 deviate, 0 settled, 1\d\d not run\./);
  expect(await report()).toContain(sentence);
});

it('nothing is asked, and nothing told, while the HTTP calls are traced', async () => {
  const heard: unknown[] = [];
  const listener = (message: unknown): void => void heard.push(message);
  subscribe('undici:request:create', listener);
  onTestFinished(() => void unsubscribe('undici:request:create', listener));
  const running = against((_request, response) => response.end('{}'));
  await expect(running).rejects.toThrow('The HTTP calls of this process are traced');
  expect(heard).toEqual([]);
});

it('an address where nothing listens ends the run with a sentence', async () => {
  const url = 'http://127.0.0.1:1/idauthentication/v1/auth';
  const { code, output } = await run({ args: await connected(ida, { url }) });
  expect([code, output]).toEqual([2, expect.stringContaining('it cannot be asked (ECONNREFUSED)')]);
});

it('an IDA that confirms everybody deviates wherever it should refuse', async () => {
  const answer = JSON.stringify({ errors: null, response: { authStatus: true, authToken: '3'.repeat(36) } });
  const { code, output } = await against(
    (_request, response) => response.end(answer),
    '--only',
    'signature.not-a-jws',
  );
  expect(code).toBe(1);
  expect(output).toContain(
    'deviates signature.not-a-jws                IDA confirms, a token of 36 digits; expected: IDA-MLC-007, IDA-MPA-001',
  );
});

it('an IDA whose signature is wrong deviates where answers must be signed', async () => {
  await ida.setFaults({ badSignature: true });
  const { code, output } = await run({ args: [...(await connected(ida)), '--only', 'message.usual-form'] });
  await ida.setFaults({});
  expect(code).toBe(1);
  expect(output).toContain('expected: an answer with a valid response-signature');
});

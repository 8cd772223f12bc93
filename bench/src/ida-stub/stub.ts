import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface StubReport {
  readonly url: string;
}

/** What a stub has done since it was told its delay last. */
export interface StubFigures {
  /** Questions about people; preflights are not counted. */
  readonly answered: number;
  /** When the first of them and the last one were answered, in ms since 1970; 0 while there is none. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** Beside IDA's own paths: what a bench asks of it, and tells it. */
export const FIGURES_PATH = '/figures';
export const DELAY_PATH = '/delay/';

/** No number of a person starts like this, that of a preflight does (libs/ida-client, preflight.ts). */
const OF_PREFLIGHT = '"individualId":"23456789';
const TRANSACTION = '"transactionID":"';
const INDIVIDUAL = '"individualId":"';
/** Keeps a connection for longer than any pause of a bench. */
const KEEP_ALIVE_MS = 600_000;
const TOKEN_LENGTH = 36;

/**
 * Answers as IDA 1.2.0.1 does, after a delay, and does nothing else: it decrypts, verifies and signs nothing, and does
 * not even parse. So that as little as can be is taken from the processors that the client under measurement needs.
 */
export async function startStub(
  firstDelayMs: number,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  let delayMs = firstDelayMs;
  let [answered, firstAtMs, lastAtMs] = [0, 0, 0];

  function reply(response: ServerResponse, body: Buffer): void {
    const answer = answerTo(body);
    if (!body.includes(OF_PREFLIGHT)) {
      answered += 1;
      lastAtMs = Date.now();
      if (answered === 1) firstAtMs = lastAtMs;
    }
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
    response.end(answer, 'latin1');
  }

  function control(path: string, response: ServerResponse): void {
    if (path.startsWith(DELAY_PATH)) {
      delayMs = Number(path.slice(DELAY_PATH.length));
      [answered, firstAtMs, lastAtMs] = [0, 0, 0];
    }
    const figures: StubFigures = { answered, firstAtMs, lastAtMs };
    response.end(JSON.stringify(figures));
  }

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    if (request.method === 'GET') return control(request.url ?? '', response);
    collect(request, (body) => {
      if (delayMs === 0) reply(response, body);
      else setTimeout(() => reply(response, body), delayMs);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${String(port)}`, close };
}

/** With plain callbacks: an iterator would cost more than all the rest. */
function collect(request: IncomingMessage, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => done(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
}

/** As `AuthResponseDTO` of id-authentication v1.2.0.1. The token of a person is always the same. */
function answerTo(body: Buffer): string {
  const transaction = valueAfter(body, TRANSACTION);
  const head = `{"id":"mosip.identity.auth","version":"1.0","responseTime":"${new Date().toISOString()}","transactionID":"${transaction}",`;
  if (body.includes(OF_PREFLIGHT)) {
    return `${head}"errors":[{"errorCode":"IDA-MLC-002","errorMessage":"Invalid UIN"}],"response":{"authStatus":false,"authToken":null}}`;
  }
  const token = valueAfter(body, INDIVIDUAL).padStart(TOKEN_LENGTH, '1');
  return `${head}"errors":null,"response":{"authStatus":true,"authToken":"${token}"}}`;
}

function valueAfter(body: Buffer, name: string): string {
  const start = body.indexOf(name) + name.length;
  return body.toString('latin1', start, body.indexOf('"', start));
}

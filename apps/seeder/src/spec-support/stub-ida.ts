import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type StubError = readonly [code: string, message: string, action?: string];

/** How the stub answers one call. */
export type StubAnswer =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'errors'; readonly errors: readonly StubError[] }
  | { readonly kind: 'http'; readonly status: number }
  | { readonly kind: 'hang' }
  /** Answers when {@link StubIda.release} is called. */
  | { readonly kind: 'token when released'; readonly token: string };

interface Body {
  readonly individualId: string;
  readonly individualIdType?: string;
  /** base64url of the SHA-256 of the certificate that the request is sealed for. */
  readonly thumbprint: string;
  readonly transactionID: string;
  /** Sent to the versions of IDA that want it. */
  readonly requestedAuth?: object;
}

const UNREADABLE: StubAnswer = { kind: 'errors', errors: [['IDA-MPA-003', 'Unable to decrypt Request']] };
const IMPOSSIBLE_UIN: StubAnswer = { kind: 'errors', errors: [['IDA-MLC-002', 'Invalid UIN']] };

/**
 * A stub of IDA's wire for what a faithful stand-in cannot be made to do at will: it decides by the individualId alone,
 * which stands outside the envelope. It proves nothing about requests; that is for the simulator.
 */
export class StubIda {
  /** Every individualId asked about, in order; preflights are counted apart. */
  readonly asked: string[] = [];
  preflights = 0;
  /** Requests that were sealed for another key: nobody was asked by them. */
  unreadable = 0;
  preflightAnswer: StubAnswer = IMPOSSIBLE_UIN;
  inFlightMax = 0;
  /** IDA's certificate as its address gives it, PEM; without one that address is silent. */
  published: string | undefined;
  lastBody: Body | undefined;
  private keyInForce: string | undefined;
  private rotation: { readonly afterAsked: number; readonly rotate: () => void } | undefined;
  private inFlight = 0;
  private readonly scripts = new Map<string, StubAnswer[]>();
  private readonly held: (() => void)[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<StubIda> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const stub = new StubIda(server);
    server.on('request', (request, response) => void stub.serve(request, response));
    return stub;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/idauthentication/v1/auth`;
  }

  /** Where IDA's certificate is published. */
  get certificateUrl(): string {
    return new URL('/ida-partner.cer', this.url).href;
  }

  /** From now on only what is sealed for this certificate (PEM) can be read. */
  useKeyOf(certificate: string): void {
    this.keyInForce = createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url');
  }

  /** Changes the key in the middle of the work. */
  whenAsked(afterAsked: number, rotate: () => void): void {
    this.rotation = { afterAsked, rotate };
  }

  /** What to answer about a person, call by call; the last answer stays. Without a script: a token of the number. */
  script(individualId: string, ...answers: StubAnswer[]): void {
    this.scripts.set(individualId, answers);
  }

  /** Lets the calls go that wait for it. */
  release(): void {
    for (const answer of this.held.splice(0)) answer();
  }

  /** Lets no call have an answer that waits for one: their connections break. */
  breakOff(): void {
    this.held.length = 0;
    this.server.closeAllConnections();
  }

  /** Lets the one go that has waited longest. */
  releaseOne(): void {
    this.held.shift()?.();
  }

  get waiting(): number {
    return this.held.length;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.inFlight += 1;
    this.inFlightMax = Math.max(this.inFlightMax, this.inFlight);
    response.once('close', () => (this.inFlight -= 1));
    if (request.method === 'GET') {
      send(response, this.published === undefined ? 503 : 200, this.published ?? '');
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.answer(this.next(JSON.parse(Buffer.concat(chunks).toString()) as Body), response);
  }

  private next(body: Body): StubAnswer {
    this.lastBody = body;
    if (this.rotation !== undefined && this.asked.length >= this.rotation.afterAsked) {
      this.rotation.rotate();
      this.rotation = undefined;
    }
    if (this.keyInForce !== undefined && body.thumbprint !== this.keyInForce) {
      this.unreadable += 1;
      return UNREADABLE;
    }
    if (body.individualIdType !== undefined) {
      this.preflights += 1;
      return this.preflightAnswer;
    }
    this.asked.push(body.individualId);
    const script = this.scripts.get(body.individualId) ?? [];
    const next = script.length > 1 ? script.shift() : script[0];
    return next ?? { kind: 'token', token: tokenOf(body.individualId) };
  }

  private answer(answer: StubAnswer, response: ServerResponse): void {
    if (answer.kind === 'hang') return;
    if (answer.kind === 'token when released') {
      this.held.push(() => send(response, 200, ida(answer.token, [])));
      return;
    }
    if (answer.kind === 'http') send(response, answer.status, '<html>no</html>');
    else send(response, 200, answer.kind === 'token' ? ida(answer.token, []) : ida(null, answer.errors));
  }
}

/** The token that the stub gives for a number. */
export function tokenOf(individualId: string): string {
  return `29${individualId.padStart(34, '3')}`;
}

function ida(token: string | null, errors: readonly StubError[]): string {
  const list = errors.map(([errorCode, errorMessage, actionMessage]) => ({
    errorCode,
    errorMessage,
    actionMessage,
  }));
  return JSON.stringify({
    transactionID: 'A1b2C3d4E5',
    version: '1.0',
    id: 'mosip.identity.auth',
    errors: list.length === 0 ? null : list,
    responseTime: new Date().toISOString(),
    response: { authStatus: token !== null, authToken: token },
  });
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': body.startsWith('{') ? 'application/json' : 'text/html' });
  response.end(body);
}

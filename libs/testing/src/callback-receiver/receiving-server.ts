import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call as it came in. */
export interface ReceivedCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

/** Also how a receiver can fail: `hang` never answers, `drip` never comes to the end of it, `reset` ends the connection. */
export type Reply = HttpReply | 'hang' | 'drip' | 'reset';

/** Whether a body is kept with its call. */
export type Keeping = 'keep the bodies' | 'forget the bodies';

export type Handler = (call: ReceivedCall) => Reply | Promise<Reply>;

export const jsonReply = (status: number, body: unknown, headers: HttpReply['headers'] = {}): HttpReply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** An HTTP server on loopback that keeps every call, and how many were under way at the same time. */
export class ReceivingServer {
  readonly calls: ReceivedCall[] = [];
  inFlightMax = 0;
  private inFlight = 0;
  private readonly server = createServer((request, response) => void this.take(request, response));

  private constructor(
    private readonly handler: Handler,
    private readonly keeping: Keeping,
  ) {}

  static async start(handler: Handler, keeping: Keeping = 'keep the bodies'): Promise<ReceivingServer> {
    const one = new ReceivingServer(handler, keeping);
    one.server.listen(0, '127.0.0.1');
    await once(one.server, 'listening');
    return one;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** @param path with a slash before it */
  url(path: string): string {
    return `http://127.0.0.1:${String(this.port)}${path}`;
  }

  callsTo(path: string): ReceivedCall[] {
    return this.calls.filter((call) => call.path === path);
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.inFlight += 1;
    this.inFlightMax = Math.max(this.inFlightMax, this.inFlight);
    response.once('close', () => (this.inFlight -= 1));
    const call = await readCall(request, this.keeping);
    if (call === undefined) return;
    this.calls.push(call);
    const reply = await this.handler(call);
    if (reply === 'hang') return;
    if (reply === 'reset') {
      request.socket.destroy();
      return;
    }
    if (reply === 'drip') {
      drip(response);
      return;
    }
    response.writeHead(reply.status, reply.headers as Record<string, string | string[]>);
    response.end(reply.body ?? '');
  }
}

const DRIP_EVERY_MS = 200;

/** A byte now and then, until the other side has had enough: it is never silent for long. */
function drip(response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write(' '), DRIP_EVERY_MS);
  response.once('close', () => {
    clearInterval(timer);
  });
}

/** Undefined when the sender went away before its end. */
async function readCall(request: IncomingMessage, keeping: Keeping): Promise<ReceivedCall | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) {
      if (keeping === 'keep the bodies') chunks.push(chunk as Buffer);
    }
  } catch {
    // It was broken off: a server never hears of such a call.
    return undefined;
  }
  const { method = '', url = '', headers } = request;
  return { method, path: url.split('?', 1)[0] ?? '', headers, body: Buffer.concat(chunks) };
}

import { type Dispatcher, Pool } from 'undici';
import type { IdaFault } from '@mts/domain';
import { unanswered, unreachable } from './faults.js';

export interface WireOptions {
  /** Where calls go; scheme, host and port are used. */
  readonly origin: URL;
  /** Path of every call. It holds the licence key and the API key. */
  readonly path: string;
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
  readonly connections: number;
}

export interface WireAnswer {
  readonly status: number;
  /** Undefined when it is larger than {@link ANSWER_LIMIT_BYTES}: the rest is then not read. */
  readonly body: Buffer | undefined;
  /** Header `response-signature` (`mosip.signed.response.header`). */
  readonly signature: string | undefined;
}

/** IDA's answers have some hundred bytes, with an error per attribute some thousand. */
export const ANSWER_LIMIT_BYTES = 64 * 1024;

/**
 * POSTs to one address over kept-alive connections, and says of each failure whether the request had left.
 *
 * undici's `dispatch` is used, not `request`, because only its handler tells that moment: `onRequestStart` comes when
 * a connection stands and before the first byte is written. Its errors are turned into faults here and go no further:
 * they may hold the path.
 */
export class Wire {
  readonly #pool: Pool;
  readonly #options: WireOptions;

  constructor(options: WireOptions) {
    this.#options = options;
    this.#pool = new Pool(options.origin.origin, {
      connections: options.connections,
      connect: { timeout: options.connectTimeoutMs },
      // One call per socket at a time: only then does a broken socket put no more than one call in doubt.
      pipelining: 1,
      allowH2: false,
      // undici measures these in steps of half a second, and the second between two parts of a body.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** The answer, whatever its status. Throws an `IdaFault` when none came. Redirects are answers, not followed. */
  post(headers: Readonly<Record<string, string>>, body: Buffer): Promise<WireAnswer> {
    const { path, origin, answerTimeoutMs } = this.#options;
    return new Promise((resolve, reject) => {
      const call = new Call(origin.host, answerTimeoutMs, resolve, reject);
      this.#pool.dispatch({ method: 'POST', path, headers: { ...headers }, body }, call);
    });
  }

  /** Waits for the calls under way, then closes the connections. */
  async close(): Promise<void> {
    await this.#pool.close();
  }
}

/** One call: `connecting ──► sent ──► settled`, or settled at once when no connection stands. What settles first counts. */
class Call implements Dispatcher.DispatchHandler {
  readonly #chunks: Buffer[] = [];
  #sizeBytes = 0;
  #status = 0;
  #signature: string | undefined;
  #sent = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly host: string,
    readonly answerTimeoutMs: number,
    readonly resolve: (answer: WireAnswer) => void,
    readonly reject: (fault: IdaFault) => void,
  ) {}

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#sent = true;
    this.#timer = setTimeout(() => {
      this.reject(unanswered(this.host, `no whole answer within ${this.answerTimeoutMs} ms`));
      controller.abort(new Error('answer timeout'));
    }, this.answerTimeoutMs);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.#status = status;
    // Sent twice it is no signature: joined, it fits no bytes.
    this.#signature = headers['response-signature']?.toString();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes <= ANSWER_LIMIT_BYTES) return;
    this.#settle(undefined);
    controller.abort(new Error('answer too large'));
  }

  onResponseEnd(): void {
    this.#settle(Buffer.concat(this.#chunks));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.#timer);
    const reason = errorCode(error);
    this.reject(this.#sent ? unanswered(this.host, `broken off: ${reason}`) : unreachable(this.host, reason));
  }

  #settle(body: Buffer | undefined): void {
    clearTimeout(this.#timer);
    this.resolve({ status: this.#status, body, signature: this.#signature });
  }
}

/** The code of an error of the system, TLS or undici: a constant, unlike its message. */
function errorCode(error: Error): string {
  const [first = error]: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  return first instanceof Error && 'code' in first && typeof first.code === 'string'
    ? first.code
    : error.name;
}

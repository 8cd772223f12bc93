import { Agent, type Dispatcher } from 'undici';
import { errorCode } from './error-code.js';
import { traced, unanswered, unreachable } from './faults.js';
import { isTraced } from './tracing.js';

/** The calls of IDA that a relying party can make. */
export type Endpoint = 'auth' | 'kyc' | 'otp';

/** Where a call goes. */
export interface Address {
  readonly origin: URL;
  /** It holds the licence key and the API key. */
  readonly path: string;
}

export interface WireOptions {
  readonly addresses: Readonly<Record<Endpoint, Address>>;
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
  /** To each host. */
  readonly connections: number;
}

export interface WireAnswer {
  readonly status: number;
  /** Undefined when it is larger than the endpoint's of {@link ANSWER_LIMITS_BYTES}: the rest is then not read. */
  readonly body: Buffer | undefined;
  /** Header `response-signature` (`mosip.signed.response.header`). */
  readonly signature: string | undefined;
  /** From the first byte sent to the last one received, in milliseconds. */
  readonly latencyMs: number;
}

/**
 * IDA's answers have some hundred bytes, with an error per attribute some thousand; those of eKYC bring a photo, which
 * is a whole CBEFF file in base64 up to 1.2.0 (`KycServiceImpl`).
 */
export const ANSWER_LIMITS_BYTES: Readonly<Record<Endpoint, number>> = {
  auth: 64 * 1024,
  kyc: 4 * 1024 * 1024,
  otp: 64 * 1024,
};

/**
 * POSTs to IDA over kept-alive connections, and says of each failure whether the request had left.
 *
 * undici's `dispatch` is used, not `request`, because only its handler tells that moment: `onRequestStart` comes when
 * a connection stands and before the first byte is written. Its errors are turned into faults here and go no further:
 * they may hold the path.
 */
export class Wire {
  readonly #agent: Agent;
  readonly #options: WireOptions;

  constructor(options: WireOptions) {
    this.#options = options;
    this.#agent = new Agent({
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

  /**
   * The answer, whatever its status. Throws an `IdaFault` when none came, or when the call would be traced. Redirects are
   * answers, not followed.
   *
   * @param onLeave is called when a connection stands, right before the first byte goes. When it throws, nothing is sent,
   * and its error is thrown on.
   */
  async post(
    endpoint: Endpoint,
    headers: Readonly<Record<string, string>>,
    body: Buffer,
    onLeave: () => void,
  ): Promise<WireAnswer> {
    if (isTraced()) throw traced();
    const { addresses, answerTimeoutMs } = this.#options;
    const { origin, path } = addresses[endpoint];
    const limits = { answerTimeoutMs, answerLimitBytes: ANSWER_LIMITS_BYTES[endpoint] };
    return new Promise((resolve, reject) => {
      const call = new Call(origin.host, limits, { onLeave, resolve, reject });
      this.#agent.dispatch({ origin, method: 'POST', path, headers: { ...headers }, body }, call);
    });
  }

  /** Waits for the calls under way, then closes the connections. */
  async close(): Promise<void> {
    await this.#agent.close();
  }
}

/** A timer that comes so late says that the process stood still. */
const STOOD_STILL_MS = 100;
/** Time enough to read what lies in the sockets of all calls. */
const READ_AFTER_STANDSTILL_MS = 500;

/** One call: `connecting ──► sent ──► settled`, or settled at once when no connection stands. What settles first counts. */
class Call implements Dispatcher.DispatchHandler {
  readonly #chunks: Buffer[] = [];
  #sizeBytes = 0;
  #status = 0;
  #signature: string | undefined;
  #sent = false;
  #sentAtMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly host: string,
    readonly limits: { readonly answerTimeoutMs: number; readonly answerLimitBytes: number },
    readonly tell: {
      readonly onLeave: () => void;
      readonly resolve: (answer: WireAnswer) => void;
      readonly reject: (reason: unknown) => void;
    },
  ) {}

  onRequestStart(controller: Dispatcher.DispatchController): void {
    try {
      this.tell.onLeave();
    } catch (error) {
      this.tell.reject(error);
      // undici sends nothing then, and keeps the connection.
      throw error;
    }
    this.#sent = true;
    this.#sentAtMs = performance.now();
    this.#waitFor(controller, this.limits.answerTimeoutMs);
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
    if (this.#sizeBytes <= this.limits.answerLimitBytes) return;
    this.#settle(undefined);
    controller.abort(new Error('answer too large'));
  }

  onResponseEnd(): void {
    this.#settle(Buffer.concat(this.#chunks));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.#timer);
    const reason = errorCode(error);
    const { host } = this;
    this.tell.reject(this.#sent ? unanswered(host, `broken off: ${reason}`) : unreachable(host, reason));
  }

  /**
   * A process that stood still (a paused machine, swapping) finds its timers due before it has read what came meanwhile:
   * an answer that lies there already is read before it is called missing, or the person would be asked again.
   */
  #waitFor(controller: Dispatcher.DispatchController, ms: number): void {
    const dueAtMs = performance.now() + ms;
    this.#timer = setTimeout(() => {
      if (performance.now() - dueAtMs > STOOD_STILL_MS) {
        this.#waitFor(controller, READ_AFTER_STANDSTILL_MS);
        return;
      }
      const { answerTimeoutMs } = this.limits;
      this.tell.reject(unanswered(this.host, `no whole answer within ${answerTimeoutMs} ms`));
      controller.abort(new Error('answer timeout'));
    }, ms);
  }

  #settle(body: Buffer | undefined): void {
    clearTimeout(this.#timer);
    const latencyMs = performance.now() - this.#sentAtMs;
    this.tell.resolve({ status: this.#status, body, signature: this.#signature, latencyMs });
  }
}

import { AnswerVerifier, type IdaEnvelope } from '@mts/crypto';
import { IdaFault } from '@mts/domain';
import type { IdaReply } from './answer.js';
import { httpRefusal, notIda, unproven } from './faults.js';
import { type CallKeys, Keyring } from './keys/keyring.js';
import { KeySourceError } from './keys/key-source.js';
import { addressesOf, type IdaClientOptions, limitsOf } from './options.js';
import { Places } from './places.js';
import { RecentCalls } from './recent-calls.js';
import { type CallStamp, checkedTransactionId, randomTransactionId } from './request.js';
import { STALE_CODE } from './verdict.js';
import { type Address, ANSWER_LIMITS_BYTES, type Endpoint, Wire, type WireAnswer } from './wire.js';

/** A call of IDA: what it sends, and what its answers mean. */
export interface Operation<Answer extends IdaReply, Outcome> {
  readonly endpoint: Endpoint;
  /** The final bytes. */
  readonly body: (call: CallStamp, envelope: IdaEnvelope) => Buffer;
  /** Reads the body of a 2xx answer; undefined when it is not IDA's. */
  readonly parse: (body: Buffer) => Answer | undefined;
  /** Whether the answer says that IDA did what it was asked for. */
  readonly succeeded: (answer: Answer) => boolean;
  /** What a believed answer means. Throws an `IdaFault` when it says nothing about the person. */
  readonly judge: (answer: Answer, context: Context) => Outcome;
}

/** What surrounds an answer. */
export interface Context {
  readonly host: string;
  readonly status: number;
  readonly now: Date;
  readonly keys: CallKeys;
}

export interface CallHooks {
  /**
   * Called when a connection stands and the call, sealed and signed, is about to leave; twice when it is sent a second
   * time. By `transactionId` the call can be found in IDA's records. When it throws, nothing is sent and its error is
   * thrown on.
   */
  readonly onSend?: (call: { readonly transactionId: string }) => void;
  /**
   * Called when an answer has come whole, whatever it says, and before it is read; twice when the call is sent a second
   * time. `latencyMs` is from the first byte sent to the last one received: connecting, sealing and signing are not in it.
   * Must not throw.
   */
  readonly onAnswer?: (call: { readonly transactionId: string; readonly latencyMs: number }) => void;
}

export interface SendOptions extends CallHooks {
  /** 10 letters or digits. Default: random, another one each time that it is sent. */
  readonly transactionId?: string | undefined;
}

/** With these IDA says that it has another key; its filter raises both before anything is looked up. */
const OTHER_KEY_CODES: ReadonlySet<string> = new Set(['IDA-MPA-003', 'IDA-MPA-004']);

/**
 * Carries calls to IDA and back: sealed, signed, within the limit of calls at once, and their answers verified.
 *
 * A call is sent **once more at most**, and only when IDA refused it unread: for its time (IDA-MLC-001), or for the
 * certificate that it was sealed for (IDA-MPA-003, -004) when there is another one by now. A second refusal ends the
 * call, whatever its reason.
 */
export class Exchange {
  readonly #addresses: Readonly<Record<Endpoint, Address>>;
  readonly #keyring: Keyring;
  readonly #verifier: AnswerVerifier | undefined;
  readonly #newTransactionId: () => string;
  readonly #clock: () => number;
  readonly #wire: Wire;
  readonly #places: Places;
  readonly #recentCalls = new RecentCalls();
  #closed: Promise<void> | undefined;

  constructor(options: IdaClientOptions) {
    const limits = limitsOf(options);
    this.#addresses = addressesOf(options);
    this.#keyring = new Keyring(options.partnerKey, options.idaCertificate);
    this.#verifier = options.answerPins?.length ? new AnswerVerifier(options.answerPins) : undefined;
    this.#newTransactionId = options.transactionId ?? randomTransactionId;
    this.#clock = options.clock ?? Date.now;
    this.#wire = new Wire({ addresses: this.#addresses, ...limits });
    this.#places = new Places(limits.connections);
  }

  newTransactionId(): string {
    return this.#newTransactionId();
  }

  /** Asks; the call keeps its place until it is settled, so none follows with a certificate that is being replaced. */
  async ask<Answer extends IdaReply, Outcome>(
    operation: Operation<Answer, Outcome>,
    options: SendOptions,
  ): Promise<Outcome> {
    if (options.transactionId !== undefined) checkedTransactionId(options.transactionId);
    return this.#places.within(async () => {
      this.#mustBeOpen();
      const keys = await this.#keyring.current();
      try {
        return await this.#send(operation, options, keys);
      } catch (error) {
        const again = error instanceof IdaFault && (await this.#canBeMended(error, keys));
        if (!again || this.#closed !== undefined) throw error;
      }
      return this.#send(operation, options, await this.#keyring.current());
    });
  }

  /** Waits for the calls under way, then closes all connections. Later calls are refused. May be called again. */
  close(): Promise<void> {
    this.#closed ??= this.#wire.close();
    return this.#closed;
  }

  #mustBeOpen(): void {
    if (this.#closed !== undefined) throw new Error('The IDA client is closed');
  }

  async #canBeMended(fault: IdaFault, keys: CallKeys): Promise<boolean> {
    // A request can grow too old on its way; a clock that is wrong fails the second one as well.
    if (fault.code === STALE_CODE) return true;
    if (!OTHER_KEY_CODES.has(fault.code)) return false;
    try {
      return await this.#keyring.hasOtherCertificate(keys);
    } catch (error) {
      const { faultClass, scope, effect, code, message } = fault;
      const reason = error instanceof KeySourceError ? `: ${error.message}` : '';
      throw new IdaFault(
        faultClass,
        scope,
        effect,
        code,
        `${message}. Another certificate cannot be had${reason}`,
      );
    }
  }

  async #send<Answer extends IdaReply, Outcome>(
    operation: Operation<Answer, Outcome>,
    options: SendOptions,
    keys: CallKeys,
  ): Promise<Outcome> {
    const { endpoint } = operation;
    const transactionId = options.transactionId ?? this.#newTransactionId();
    const body = operation.body({ transactionId, time: new Date(this.#clock()) }, keys.envelope);
    const headers = {
      'content-type': 'application/json',
      // IDA wants it not empty and reads no more of it (BaseAuthFilter.authenticateRequest, v1.2.0.1).
      authorization: 'Authorization',
      signature: await keys.signer.sign(body),
    };
    const received = await this.#wire.post(endpoint, headers, body, () => {
      this.#mustBeOpen();
      options.onSend?.({ transactionId });
      this.#recentCalls.add(transactionId);
    });
    options.onAnswer?.({ transactionId, latencyMs: received.latencyMs });
    const answer = this.#believed(operation, received, transactionId);
    const { host } = this.#addresses[endpoint].origin;
    return operation.judge(answer, { host, status: received.status, now: new Date(this.#clock()), keys });
  }

  #believed<Answer extends IdaReply>(
    { endpoint, parse, succeeded }: Operation<Answer, unknown>,
    { status, body, signature }: WireAnswer,
    transactionId: string,
  ): Answer {
    const { host } = this.#addresses[endpoint].origin;
    if (status < 200 || status > 299) throw httpRefusal(host, status);
    if (body === undefined) throw notIda(host, status, `more than ${ANSWER_LIMITS_BYTES[endpoint]} bytes`);
    const answer = parse(body);
    // First, because a portal's page is no forged answer, though it has no signature either.
    if (answer === undefined) throw notIda(host, status, `${body.length} bytes`);
    // Answers that were mixed up on their way would give one person the token of another.
    if (answer.transactionId !== transactionId && this.#recentCalls.has(answer.transactionId ?? '')) {
      throw unproven(host, 'it is the answer to another call');
    }
    if (this.#verifier !== undefined) {
      const proof = this.#verifier.verify(body, signature);
      if (proof !== 'valid') throw unproven(host, `the signature is ${proof}`);
      // A signed answer names no person; only this keeps an old one from standing in for another. IDA repeats the id
      // in every answer about a person, and may leave it out of a fault (IdAuthExceptionHandler, v1.2.0.1).
      const belongs = answer.transactionId === transactionId || (!succeeded(answer) && !answer.transactionId);
      if (!belongs) throw unproven(host, 'it is the answer to another call');
    }
    return answer;
  }
}

import { AnswerVerifier, IdaEnvelope, RequestSigner } from '@mts/crypto';
import { type AuthOutcome, IdaFault, type Person } from '@mts/domain';
import { type IdaAnswer, parseAnswer } from './answer.js';
import { httpRefusal, notIda, unproven } from './faults.js';
import { addressOf, type IdaClientOptions, limitsOf } from './options.js';
import { Places } from './places.js';
import { preflightQuestion, preflightResult, type PreflightResult } from './preflight.js';
import { PROFILES } from './profiles.js';
import { type Question, randomTransactionId, requestBody, type RequestSettings } from './request.js';
import { STALE_CODE, verdict } from './verdict.js';
import { ANSWER_LIMIT_BYTES, Wire, type WireAnswer } from './wire.js';

export interface CallHooks {
  /**
   * Called when a call is sealed, signed and about to leave; twice for one person when IDA wants a fresher time. By
   * `transactionId` the call can be found in IDA's records. When it throws, nothing is sent and its error is thrown on.
   */
  readonly onSend?: (call: { readonly transactionId: string }) => void;
}

/**
 * Asks MOSIP's ID Authentication (IDA) whether a person's number and demographics belong together.
 *
 * Each call may use up a VID and texts the person, whatever the answer; so nothing is sent twice, but for a request
 * whose time IDA refused unread. Whether and when to ask again is for the caller to decide, by the fault's `effect`.
 *
 * Any number of calls may run at once; they share kept-alive connections. Licence key and API key stand in no error,
 * and in nothing that `util.inspect` or `JSON.stringify` shows of a client.
 */
export class IdaClient {
  readonly #settings: RequestSettings;
  readonly #individualIdType: string | undefined;
  readonly #envelope: IdaEnvelope;
  readonly #signer: RequestSigner;
  readonly #verifier: AnswerVerifier | undefined;
  readonly #preflightQuestion: Question;
  readonly #newTransactionId: () => string;
  readonly #clock: () => number;
  readonly #host: string;
  readonly #wire: Wire;
  readonly #places: Places;
  #closed: Promise<void> | undefined;

  /** Opens no connection. Throws a `TypeError` or `RangeError` that names the option that cannot work. */
  constructor(options: IdaClientOptions) {
    const limits = limitsOf(options);
    const address = addressOf(options);
    this.#settings = {
      profile: PROFILES[options.profile ?? '1.2.0.1'],
      nameCase: options.nameCase ?? 'lower',
      domainUri: options.domainUri,
      env: options.env,
    };
    this.#individualIdType = options.individualIdType;
    this.#envelope = new IdaEnvelope(options.idaCertificate);
    this.#signer = new RequestSigner(options.partnerKey);
    this.#verifier = options.answerPins?.length ? new AnswerVerifier(options.answerPins) : undefined;
    this.#preflightQuestion = preflightQuestion(options.preflight);
    this.#newTransactionId = options.transactionId ?? randomTransactionId;
    this.#clock = options.clock ?? Date.now;
    this.#host = address.origin.host;
    this.#wire = new Wire({ ...address, ...limits });
    this.#places = new Places(limits.connections);
  }

  /**
   * Asks about one person.
   *
   * Returns what IDA said of the person: matched with a Token ID, or refused with IDA's errors. Throws an `IdaFault`
   * when IDA said nothing of the person: its class says what can help, its effect whether the person may have been
   * asked. A person without demographics is sent as it is; IDA refuses it.
   */
  authenticate(person: Person, hooks: CallHooks = {}): Promise<AuthOutcome> {
    return this.#ask({ person, individualIdType: this.#individualIdType }, hooks);
  }

  /**
   * Proves certificates, keys, partner, policy and clock with a number that nobody has: no VID is used up and nobody
   * is texted. It does not reach IDA's matching and token services, so it cannot tell that those work.
   */
  async preflight(): Promise<PreflightResult> {
    try {
      return preflightResult(await this.#ask(this.#preflightQuestion, {}));
    } catch (error) {
      if (!(error instanceof IdaFault)) throw error;
      return { ok: false, faultClass: error.faultClass, code: error.code, reason: error.message };
    }
  }

  /** Waits for the calls under way, then closes all connections. Later calls are refused. May be called again. */
  close(): Promise<void> {
    this.#closed ??= this.#wire.close();
    return this.#closed;
  }

  async #ask(question: Question, hooks: CallHooks): Promise<AuthOutcome> {
    try {
      return await this.#call(question, hooks);
    } catch (error) {
      // A request can grow too old on its way; a clock that is wrong fails the second one as well.
      if (!(error instanceof IdaFault && error.code === STALE_CODE)) throw error;
    }
    return this.#call(question, hooks);
  }

  #call(question: Question, hooks: CallHooks): Promise<AuthOutcome> {
    return this.#places.within(async () => {
      if (this.#closed !== undefined) throw new Error('The IDA client is closed');
      const transactionId = this.#newTransactionId();
      const call = { transactionId, time: new Date(this.#clock()) };
      const body = requestBody(this.#settings, this.#envelope, question, call);
      const headers = {
        'content-type': 'application/json',
        // IDA wants it not empty and reads no more of it (BaseAuthFilter.authenticateRequest, v1.2.0.1).
        authorization: 'Authorization',
        signature: await this.#signer.sign(body),
      };
      hooks.onSend?.({ transactionId });
      const answer = this.#read(await this.#wire.post(headers, body), transactionId);
      return verdict(answer, this.#host, new Date(this.#clock()));
    });
  }

  #read({ status, body, signature }: WireAnswer, transactionId: string): IdaAnswer {
    if (status < 200 || status > 299) throw httpRefusal(this.#host, status);
    if (body === undefined) throw notIda(this.#host, status, `more than ${ANSWER_LIMIT_BYTES} bytes`);
    const answer = parseAnswer(body);
    // First, because a portal's page is no forged answer, though it has no signature either.
    if (answer === undefined) throw notIda(this.#host, status, `${body.length} bytes`);
    if (this.#verifier !== undefined) {
      const proof = this.#verifier.verify(body, signature);
      if (proof !== 'valid') throw unproven(this.#host, `the signature is ${proof}`);
      // A signed answer names no person; only this keeps an old one from standing in for another. IDA repeats the id
      // in every answer about a person, and may leave it out of a fault (IdAuthExceptionHandler, v1.2.0.1).
      const belongs = answer.transactionId === transactionId || (!answer.authStatus && !answer.transactionId);
      if (!belongs) throw unproven(this.#host, 'it is the answer to another call');
    }
    return answer;
  }
}

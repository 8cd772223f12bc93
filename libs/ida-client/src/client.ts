import { type AuthOutcome, IdaFault } from '@mts/domain';
import { type IdaAnswer, parseAnswer } from './answer.js';
import { type CallHooks, Exchange, type Operation } from './exchange.js';
import { kycOperation, type KycOutcome } from './kyc/kyc.js';
import { checkOptionNames, type IdaClientOptions, nameCaseOf, profileOf } from './options.js';
import { type OtpOutcome, otpOperation, type OtpRequest } from './otp/otp.js';
import { preflightQuestion, preflightResult, type PreflightResult } from './preflight.js';
import {
  type AskedPerson,
  checkPerson,
  type Question,
  requestBody,
  type RequestSettings,
} from './request.js';
import { verdict } from './verdict.js';

export interface CallOptions extends CallHooks {
  /**
   * 10 letters or digits. Demanded with an OTP, which belongs to the transaction that requested it, and with biometrics,
   * whose device was told it. Default: random.
   */
  readonly transactionId?: string;
  /** Default: the client's. With an OTP the same as in its request. */
  readonly individualIdType?: string;
}

export interface KycOptions extends CallOptions {
  /** A language to have the attributes in, beside IDA's first. For 1.1.5; later the policy decides. Default: none. */
  readonly secondaryLanguage?: string;
}

/**
 * Asks MOSIP's ID Authentication (IDA) whether a person's number belongs together with demographics, a one-time
 * password or biometrics, and for what else it knows of the person.
 *
 * Each call may use up a VID and texts the person, whatever the answer; so none is sent twice, but for a request that
 * IDA refused unread, for its time or its key: that one once more, twice in all. Whether and when to ask again is for
 * the caller to decide, by the fault's `effect`.
 *
 * Any number of calls may run at once; they share kept-alive connections. Licence key and API key stand in no error,
 * and in nothing that `util.inspect` or `JSON.stringify` shows of a client.
 */
export class IdaClient {
  readonly #settings: RequestSettings;
  readonly #individualIdType: string | undefined;
  readonly #preflightQuestion: Question;
  readonly #exchange: Exchange;

  /** Opens no connection. Throws a `TypeError` or `RangeError` that names the option that cannot work. */
  constructor(options: IdaClientOptions) {
    checkOptionNames(options);
    this.#settings = {
      profile: profileOf(options),
      nameCase: nameCaseOf(options),
      domainUri: options.domainUri,
      env: options.env,
    };
    this.#individualIdType = options.individualIdType;
    this.#preflightQuestion = preflightQuestion(options.preflight);
    this.#exchange = new Exchange(options);
  }

  /**
   * Asks about one person.
   *
   * Returns what IDA said of the person: matched with a Token ID, or refused with IDA's errors. Throws an `IdaFault`
   * when IDA said nothing of the person: its class says what can help, its effect whether the person may have been
   * asked. A person without any factor is sent as it is; IDA refuses it. A `TypeError` names what is of the wrong type;
   * nothing was sent then.
   */
  async authenticate(person: AskedPerson, options: CallOptions = {}): Promise<AuthOutcome> {
    return this.#exchange.ask(this.#authOperation(this.#question(person, options)), options);
  }

  /**
   * The same, and when the person is matched, with what the relying party's policy lets it know of the person. The
   * policy must allow `kyc`; else the fault is IDA-MPA-013. No error holds anything of the answer.
   */
  async kyc(person: AskedPerson, options: KycOptions = {}): Promise<KycOutcome> {
    const question = this.#question(person, options);
    return this.#exchange.ask(kycOperation(this.#settings, question, options.secondaryLanguage), options);
  }

  /**
   * Has IDA send a one-time password to the person, who is not asked yet: no VID is used up.
   *
   * Returns the transaction that `authenticate` or `kyc` must name with the password, or why IDA refused. Throws as
   * they do; after a fault with effect `unknown` the password may be on its way.
   */
  async requestOtp(request: OtpRequest, hooks: CallHooks = {}): Promise<OtpOutcome> {
    const { individualId, individualIdType = this.#individualIdType, channels } = request;
    const transactionId = request.transactionId ?? this.#exchange.newTransactionId();
    const operation = otpOperation(individualId, individualIdType, channels, transactionId);
    return this.#exchange.ask(operation, { ...hooks, transactionId });
  }

  /**
   * Proves certificates, keys, partner, policy and clock with a number that nobody has: no VID is used up and nobody
   * is texted. It does not reach IDA's matching and token services, so it cannot tell that those work.
   */
  async preflight(): Promise<PreflightResult> {
    try {
      return preflightResult(await this.#exchange.ask(this.#authOperation(this.#preflightQuestion), {}));
    } catch (error) {
      if (!(error instanceof IdaFault)) throw error;
      return { ok: false, faultClass: error.faultClass, code: error.code, reason: error.message };
    }
  }

  /** Waits for the calls under way, then closes all connections. Later calls are refused. May be called again. */
  close(): Promise<void> {
    return this.#exchange.close();
  }

  #authOperation(question: Question): Operation<IdaAnswer, AuthOutcome> {
    return {
      endpoint: 'auth',
      body: (call, envelope) =>
        requestBody(this.#settings, envelope, { id: 'mosip.identity.auth' }, question, call),
      parse: parseAnswer,
      succeeded: ({ authStatus }) => authStatus,
      judge: (answer, { host, now }) => verdict(answer, host, now),
    };
  }

  #question(person: AskedPerson, { transactionId, individualIdType }: CallOptions): Question {
    checkPerson(person);
    const belongsToTransaction = (person.otp ?? '') !== '' || (person.biometrics ?? []).length > 0;
    if (belongsToTransaction && transactionId === undefined) {
      throw new TypeError(
        'transactionId must be given with an OTP or biometrics: the one they were made for',
      );
    }
    return { person, individualIdType: individualIdType ?? this.#individualIdType };
  }
}

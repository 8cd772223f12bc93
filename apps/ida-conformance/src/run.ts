import { setTimeout as delay } from 'node:timers/promises';

import { isVerhoeffValid } from '@mts/crypto';

import { type Ask, type Case, isSomebody, type Who } from './cases/case.js';
import { type Answer, readAnswer } from './exchange/answer.js';
import { askByClient } from './exchange/client.js';
import type { Connection } from './exchange/connection.js';
import { compose, newTransactionId, type Question } from './exchange/request.js';
import { send } from './exchange/wire.js';
import type { Identities } from './identities.js';
import { describeAnswer, judge, meaningsOf } from './judge.js';
import type { Planned } from './plan.js';

/** What became of a case. `deviates`: IDA does something else than expected. `settled`: an open question is answered. */
export interface CaseResult {
  readonly case: Case;
  readonly status: 'ok' | 'deviates' | 'settled' | 'skipped';
  /** What IDA does, or why the case was not run. */
  readonly says: string;
  readonly expected?: string;
  /** Texts of the codes that came, for a case that deviates. */
  readonly meanings?: readonly string[];
  /** By which the calls are found in IDA's own records. */
  readonly transactionIds: readonly string[];
  readonly answers: readonly Answer[];
}

export interface RunOptions {
  readonly connection: Connection;
  readonly identities: Identities;
  readonly perSecond: number;
  /** Gives the OTP that a person reads out. */
  readonly askOtp: () => Promise<string>;
}

/** Runs cases one after the other, none faster than allowed. */
export class Runner {
  #nextAt = 0;

  constructor(readonly options: RunOptions) {}

  /** The calls of one case, up to the first whose answer is not the expected one. */
  async run(planned: Planned): Promise<CaseResult> {
    const { asks } = planned.case;
    const transactionIds: string[] = [];
    const answers: Answer[] = [];
    let settled = '';
    for (const ask of asks) {
      const first = transactionIds[0];
      const transactionId =
        ask.inTransaction === undefined || first === undefined ? newTransactionId() : first;
      transactionIds.push(transactionId);
      const answer = await this.#ask(ask, planned, transactionId);
      answers.push(answer);
      const judgement = judge({
        ask,
        version: this.options.connection.version,
        answer,
        transactionId,
        firstToken: tokenOf(answers[0]),
      });
      const done = { case: planned.case, transactionIds, answers };
      if (judgement.kind === 'deviates') {
        const call = asks.length > 1 ? `call ${answers.length} of ${asks.length}: ` : '';
        return {
          ...done,
          status: 'deviates',
          says: `${call}IDA ${describeAnswer(answer)}`,
          expected: judgement.expected,
          meanings: meaningsOf(answer),
        };
      }
      if (judgement.kind === 'settled') settled = judgement.says;
      if (judgement.kind === 'settled' && !judgement.isUsual) break;
    }
    const status = settled === '' ? 'ok' : 'settled';
    return { case: planned.case, transactionIds, answers, status, says: settled };
  }

  async #ask(ask: Ask, { oneTimeVid }: Planned, transactionId: string): Promise<Answer> {
    const { connection, identities } = this.options;
    const otp = ask.changes?.otp === undefined ? undefined : await this.options.askOtp();
    const demographics = ask.given?.(identities);
    if (typeof demographics === 'string') throw new TypeError('a case that cannot be run is not planned');
    const question: Question = {
      call: ask.call,
      ...this.#numberOf(ask.who, oneTimeVid),
      transactionId,
      ...(demographics === undefined ? {} : { demographics }),
      ...(otp === undefined ? {} : { otp }),
    };
    await this.#turn();
    if (ask.by === 'the client') return askByClient(connection, question, !isSomebody(ask.who));
    const outgoing = compose(connection, question, ask.changes ?? {}, new Date());
    const reply = await send(outgoing, connection.answerTimeoutMs);
    return readAnswer(reply, ask.call, {
      pins: connection.answerPins,
      privateKey: connection.partnerKey.privateKey,
      now: () => new Date(),
    });
  }

  #numberOf(who: Who, oneTimeVid: string | undefined): Pick<Question, 'individualId' | 'individualIdType'> {
    const { connection, identities } = this.options;
    if (who === 'nobody by VID') {
      return { individualId: impossibleNumber(connection.vidLengthDigits), individualIdType: 'VID' };
    }
    if (who === 'nobody') {
      return {
        individualId: impossibleNumber(connection.uinLengthDigits),
        individualIdType: connection.uinType,
      };
    }
    const individualId = who === 'oneTimeVids' ? oneTimeVid : identities.ids[who];
    if (individualId === undefined) throw new TypeError('a case without its identity is not planned');
    return { individualId, individualIdType: who === 'handle' ? 'HANDLE' : kindOf(who, connection) };
  }

  /** Waits until it is time for the next call. */
  async #turn(): Promise<void> {
    const now = performance.now();
    const waitMs = this.#nextAt - now;
    this.#nextAt = Math.max(now, this.#nextAt) + 1000 / this.options.perSecond;
    if (waitMs > 0) await delay(waitMs);
  }
}

/** The names end in what they hold. */
function kindOf(who: Who, { uinType }: Connection): string {
  return /vids?$/i.test(who) ? 'VID' : uinType;
}

function tokenOf(answer: Answer | undefined): string | undefined {
  return answer?.kind === 'ida' ? answer.token : undefined;
}

/** Of the right length, and with a check digit that is not the right one: just one of the ten is. */
function impossibleNumber(lengthDigits: number): string {
  const stem = '2345678901'.repeat(Math.ceil(lengthDigits / 10)).slice(0, lengthDigits - 1);
  return isVerhoeffValid(`${stem}0`) ? `${stem}1` : `${stem}0`;
}

import { randomInt } from 'node:crypto';

import type { OtpRules } from './rules.js';

/**
 * What an OTP was asked for with: an authentication with it must agree
 * (`OTPAuthServiceImpl.validateTxnAndIdvidPartner`).
 */
export interface OtpRequest {
  readonly individualId: string;
  readonly transactionId: string;
  readonly idType: string;
  readonly uin: string;
  readonly partnerId: string;
}

/** `none`: nothing was sent that is still open (known to the versions that freeze). */
export type OtpVerdict = 'right' | 'wrong' | 'expired' | 'frozen' | 'none';

interface Otp {
  readonly transactionId: string;
  readonly value: string;
  readonly expiresAt: Date;
  wrongTries: number;
  frozenUntil?: Date;
}

const MS_PER_SECOND = 1000;
const MS_PER_MINUTE = 60_000;

/**
 * Makes OTPs, keeps them and compares with them. They are kept by the id as it was written, so one sent for a VID is
 * not good for another VID of the same person (id-authentication v1.1.5.5 to v1.3.0, `OTPManager`).
 */
export class OtpDesk {
  /** Open OTPs of an id. Versions that freeze know only the latest. */
  readonly #open = new Map<string, Otp[]>();
  readonly #requests = new Map<string, OtpRequest>();
  /** What was last sent for an id and a transaction, whatever became of it. */
  readonly #sent = new Map<string, string>();

  /** Whether an OTP for the id would be refused now. */
  isFrozen(individualId: string, now: Date): boolean {
    const frozenUntil = this.#open.get(individualId)?.[0]?.frozenUntil;
    return frozenUntil !== undefined && now <= frozenUntil;
  }

  /** @param fixedOtp what to send in place of six random digits */
  send({ individualId, transactionId }: OtpRequest, rules: OtpRules, now: Date, fixedOtp?: string): void {
    const value = fixedOtp ?? String(randomInt(1_000_000)).padStart(6, '0');
    const expiresAt = new Date(now.getTime() + rules.validSeconds * MS_PER_SECOND);
    const earlier = rules.freeze === undefined ? (this.#open.get(individualId) ?? []) : [];
    this.#open.set(individualId, [...earlier, { transactionId, value, expiresAt, wrongTries: 0 }]);
    this.#sent.set(keyOf(individualId, transactionId), value);
  }

  /** Remembers what the latest request of a transaction was. */
  remember(request: OtpRequest): void {
    this.#requests.set(request.transactionId, request);
  }

  requestOf(transactionId: string): OtpRequest | undefined {
    return this.#requests.get(transactionId);
  }

  /** Here nothing reaches a phone: this is how a test reads its messages. */
  sentTo(individualId: string, transactionId: string): string | undefined {
    return this.#sent.get(keyOf(individualId, transactionId));
  }

  /** Compares once; the right one is used up, even if it comes too late. */
  check(
    given: Pick<OtpRequest, 'individualId' | 'transactionId'> & { readonly otp: string },
    rules: OtpRules,
    now: Date,
  ): OtpVerdict {
    const open = this.#open.get(given.individualId) ?? [];
    const [latest] = open;
    if (rules.freeze !== undefined && (latest === undefined || latest.frozenUntil !== undefined)) {
      return this.isFrozen(given.individualId, now) ? 'frozen' : 'none';
    }
    const right = open.find(
      ({ transactionId, value }) => transactionId === given.transactionId && value === given.otp,
    );
    if (right === undefined) return latest === undefined ? 'wrong' : afterWrongTry(latest, rules, now);
    const others = open.filter((otp) => otp !== right);
    this.#open.set(given.individualId, others);
    return now < right.expiresAt ? 'right' : 'expired';
  }
}

function afterWrongTry(otp: Otp, { freeze }: OtpRules, now: Date): OtpVerdict {
  otp.wrongTries += 1;
  if (freeze === undefined || otp.wrongTries < freeze.wrongTries) return 'wrong';
  otp.frozenUntil = new Date(now.getTime() + freeze.minutes * MS_PER_MINUTE);
  return 'frozen';
}

function keyOf(individualId: string, transactionId: string): string {
  return `${individualId} ${transactionId}`;
}

import { adviceOf, isErrorCode } from '@mts/domain';
import { ruleOf } from '@mts/ida-client';

/** Why something is held. */
export interface Cause {
  readonly code: string;
  readonly reason: string;
}

/** Why a call brought nothing. */
export interface SilenceCause extends Cause {
  /** Something before IDA turned the calls away. Nobody was asked by them, so each list can find out by itself. */
  readonly isOfTheWay: boolean;
  /** What was met, in the words of IDA or of the connection. */
  readonly message: string;
}

/** Codes whose message says already what to do: IDA-MLC-001 names the difference of the clocks, and NTP. */
const ADVISED_IN_MESSAGE: ReadonlySet<string> = new Set(['IDA-MLC-001']);

/** Options are read once, at the start; a file that one names is read again when it is replaced. */
const OPTION = /\bMTS_[A-Z]/;
const AFTER_A_CHANGE = 'A changed variable counts once the seeders are started again.';

/** What happened and what to do about it, as health, status and log tell it. @param code IDA's, or one of ours */
export function reasonOf(code: string, message: string): string {
  const happened = `${message.replace(/\.$/, '')}.`;
  if (ADVISED_IN_MESSAGE.has(code)) return happened;
  const advice = isErrorCode(code) ? adviceOf(code, message) : ruleOf(code, message).advice;
  return [happened, advice, ...(OPTION.test(advice) ? [AFTER_A_CHANGE] : [])].join(' ');
}

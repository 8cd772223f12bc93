import { type AuthOutcome, errorText, type FaultClass, IdaFault, type OutcomeError } from '@mts/domain';
import type { IdaAnswer } from './answer.js';
import { type CodeRule, GENERIC, ruleOf } from './codes.js';
import { noToken } from './faults.js';

/** IDA says that the request's time is outside its window. */
export const STALE_CODE = 'IDA-MLC-001';

/**
 * Decimal digits, 36 by default (`mosip.kernel.tokenid.length`). The length is configuration; the number that a token
 * is the beginning of has 154 (`TokenIDGenerator`, mosip/id-repository v1.2.0.1).
 */
const TOKEN = /^\d{10,154}$/;

/** An answer with several errors is as grave as the gravest: it is final for the person only if all of them are. */
const GRAVITY: Readonly<Record<FaultClass, number>> = {
  record: 0,
  transient: 1,
  client: 2,
  configuration: 3,
};

/**
 * What an answer means for the person. Throws an {@link IdaFault} when it says nothing about the person.
 *
 * A token is taken only with `authStatus: true` and without errors: IDA up to 1.2.0.1 sends one with a mismatch too.
 */
export function verdict(answer: IdaAnswer, host: string, now: Date): AuthOutcome {
  const { errors } = answer;
  if (errors.length > 0) return judgeErrors(errors, answer, now);
  if (!answer.authStatus) {
    return { kind: 'refused', errors: [{ code: 'MTS-IDA-107', message: errorText('MTS-IDA-107') }] };
  }
  if (typeof answer.authToken !== 'string' || !TOKEN.test(answer.authToken)) throw noToken(host);
  return { kind: 'matched', token: answer.authToken };
}

function judgeErrors(errors: readonly OutcomeError[], answer: IdaAnswer, now: Date): AuthOutcome {
  const judged = errors.map((error) => ({ error, rule: ruleOf(error.code, error.message) }));
  const specific = judged.filter(({ rule }) => rule !== GENERIC);
  const relevant = specific.length > 0 ? specific : judged;
  const { error, rule } = relevant.reduce((gravest, next) =>
    GRAVITY[next.rule.faultClass] > GRAVITY[gravest.rule.faultClass] ? next : gravest,
  );
  if (rule.faultClass === 'record') return { kind: 'refused', errors: relevant.map((each) => each.error) };
  const message = error.code === STALE_CODE ? clockMessage(answer, now) : faultMessage(rule, error.message);
  throw new IdaFault(rule.faultClass, rule.scope, rule.effect, error.code, message);
}

/** What IDA puts in place of `%s`: names of parameters and factors. */
const WORDS = /^[A-Za-z][A-Za-z/: -]{0,59}$/;

/**
 * IDA's own words, when they are the ones of the table with a word of IDA's in place of `%s`; else the table's. So a
 * fault, which is logged, can hold no text that something else put into an answer.
 */
function faultMessage(rule: CodeRule, message: string): string {
  const [before = '', after = ''] = rule.text.split('%s');
  const words = message.slice(before.length, message.length - after.length);
  const known = `${before}${words}${after}` === message && (words === '' || WORDS.test(words));
  return `IDA: ${known ? message : rule.text.replaceAll('%s', '…')}`;
}

function clockMessage({ responseTime }: IdaAnswer, now: Date): string {
  if (responseTime === undefined) return "IDA refuses the request's time; set this machine's clock by NTP";
  const aheadSeconds = Math.round((responseTime.getTime() - now.getTime()) / 1000);
  const relation = aheadSeconds < 0 ? 'behind' : 'ahead of';
  return (
    `IDA refuses the request's time: its clock is about ${Math.abs(aheadSeconds)} s ${relation} this machine's; ` +
    'set both by NTP'
  );
}

import { type AuthOutcome, errorText, type FaultClass, IdaFault, type OutcomeError } from '@mts/domain';
import type { IdaAnswer } from './answer.js';
import { type CodeRule, GENERIC, ruleOf, UNKNOWN } from './codes.js';
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
  transient: 2,
  client: 3,
  configuration: 4,
};

/**
 * With its own codes IDA sends those of what caused them (`BaseCheckedException`, mosip/commons), so a code that is
 * not known tells less than any fault that is.
 */
function gravityOf(rule: CodeRule): number {
  return rule === UNKNOWN ? 1 : GRAVITY[rule.faultClass];
}

/**
 * What an answer means for the person. Throws an {@link IdaFault} when it says nothing about the person.
 *
 * A token is taken only with `authStatus: true` and without errors: IDA up to 1.2.0.1 sends one with a mismatch too.
 */
export function verdict(answer: IdaAnswer, host: string, now: Date): AuthOutcome {
  if (!answer.authStatus || answer.errors.length > 0) {
    return { kind: 'refused', errors: judgeErrors(answer.errors, answer, now) };
  }
  if (typeof answer.authToken !== 'string' || !TOKEN.test(answer.authToken)) throw noToken(host);
  return { kind: 'matched', token: answer.authToken };
}

/**
 * The errors with which IDA refuses the person, whatever the call: all of them, word for word, without the generic
 * one that stands in front of others; one of ours where IDA gives no reason (`errors` null, empty or blank).
 * Throws an {@link IdaFault}, of the gravest error, when one of them says nothing about the person.
 */
export function judgeErrors(
  errors: readonly OutcomeError[],
  answer: Pick<IdaAnswer, 'responseTime'>,
  now: Date,
): readonly OutcomeError[] {
  const judged = errors.map((error) => ({ error, rule: ruleOf(error.code, error.message) }));
  const specific = judged.filter(({ rule }) => rule !== GENERIC);
  const relevant = specific.length > 0 ? specific : judged;
  const [first, ...others] = relevant;
  if (first === undefined) return [{ code: 'MTS-IDA-107', message: errorText('MTS-IDA-107') }];
  const { error, rule } = others.reduce(
    (gravest, next) => (gravityOf(next.rule) > gravityOf(gravest.rule) ? next : gravest),
    first,
  );
  if (rule.faultClass === 'record') return relevant.map((each) => each.error);
  const message = error.code === STALE_CODE ? clockMessage(answer, now) : faultMessage(rule, error.message);
  const words = error.message === '' ? {} : { idaMessage: error.message };
  throw new IdaFault(rule.faultClass, rule.scope, rule.effect, error.code, message, words);
}

/** Paths, languages and factors that IDA puts in place of `%s`, and its words for parameters: nothing that can be a name. */
const PARAMETERS =
  'signature|header|signature header|Authorization|Authorization - header|id|version|transactionID|requestTime|timestamp|thumbprint|' +
  'requestHMAC|requestSessionKey|individualId|individualIdType|consentObtained|domainUri|env|LanguageCode|DOBType|age|dob|' +
  'demo|otp|bio|pin|pwd|kbt|kyc|DEMO|OTP|BIO|SPIN|UIN|VID|HANDLE|USERID|partnerId|email|phone|mobileNumber';
const WORDS = `(?:${PARAMETERS}|bio-(?:Finger|Iris|Face)|requests?(?:/(?:${PARAMETERS}|demographics|biometrics|data|digitalId|\\d{1,2}))+|\\d{1,3})?`;

/**
 * IDA's own words, when they are the ones of the table with words of IDA's in place of `%s`; else the table's. So a
 * fault, which is logged, can hold no text that something else put into an answer.
 */
function faultMessage({ text, otherTexts = [] }: CodeRule, message: string): string {
  const isKnown = [text, ...otherTexts].some((known) => patternOf(known).test(message));
  return `IDA: ${isKnown ? message : text.replaceAll('%s', '…')}`;
}

function patternOf(text: string): RegExp {
  const literals = text.split('%s').map((literal) => literal.replaceAll(/[^\w\s]/g, '\\$&'));
  return new RegExp(`^${literals.join(WORDS)}$`);
}

function clockMessage({ responseTime }: Pick<IdaAnswer, 'responseTime'>, now: Date): string {
  if (responseTime === undefined) return "IDA refuses the request's time; set this machine's clock by NTP";
  const aheadSeconds = Math.round((responseTime.getTime() - now.getTime()) / 1000);
  const relation = aheadSeconds < 0 ? 'behind' : 'ahead of';
  return (
    `IDA refuses the request's time: its clock is about ${Math.abs(aheadSeconds)} s ${relation} this machine's; ` +
    'set both by NTP'
  );
}

import { ruleOf } from '@mts/ida-client';

import { type Ask, type Outcome, type Property, readingsFor, type Version } from './cases/case.js';
import type { Answer, IdaAnswer } from './exchange/answer.js';

/** What an answer says of IDA. */
export type Judgement =
  | { readonly kind: 'as expected' }
  /** `isUsual`: it is the first reading, the one that further calls of the case build upon. */
  | { readonly kind: 'settled'; readonly says: string; readonly isUsual: boolean }
  | { readonly kind: 'deviates'; readonly expected: string };

export interface Asked {
  readonly ask: Ask;
  readonly version: Version;
  readonly answer: Answer;
  readonly transactionId: string;
  /** Of the first ask of the case, to which tokens are compared; undefined in the first. */
  readonly firstToken: string | undefined;
}

/** One reading is an expectation; several are a question, which any answer of IDA settles. */
export function judge(asked: Asked): Judgement {
  const { ask, version, answer } = asked;
  const readings = readingsFor(ask.expected, version);
  const fitting = readings.find(({ outcome }) => fits(outcome, asked));
  if (fitting === undefined) {
    const isQuestion = readings.length > 1 && (answer.kind === 'ida' || answer.kind === 'foreign');
    if (isQuestion) {
      return {
        kind: 'settled',
        says: `IDA ${describeAnswer(answer)}, which was not foreseen`,
        isUsual: false,
      };
    }
    return {
      kind: 'deviates',
      expected: readings.map(({ outcome }) => describeOutcome(outcome)).join(', or '),
    };
  }
  const broken = (ask.also ?? []).find((property) => !PROPERTIES[property](asked));
  if (broken !== undefined) return { kind: 'deviates', expected: EXPECTATIONS[broken] };
  if (readings.length === 1) return { kind: 'as expected' };
  return { kind: 'settled', says: `IDA ${fitting.means}`, isUsual: fitting === readings[0] };
}

function fits(outcome: Outcome, { ask, answer, firstToken }: Asked): boolean {
  if (outcome.kind === 'silence') return answer.kind === 'silence';
  if (outcome.kind === 'http') return answer.kind === 'foreign' && answer.status === outcome.status;
  if (answer.kind !== 'ida' || answer.status !== 200) return false;
  const { confirms, codes, token } = answer;
  if (outcome.kind === 'refuses') {
    if (confirms || codes.join() !== outcome.codes.join()) return false;
    return outcome.token === undefined || (outcome.token === 'present') === isToken(token);
  }
  if (!confirms || (ask.call !== 'otp' && !isToken(token))) return false;
  return outcome.token === undefined || (outcome.token === 'same') === (token === firstToken);
}

/** Digits; their number is `mosip.kernel.tokenid.length`. */
function isToken(token: string | undefined): boolean {
  return token !== undefined && /^\d{10,154}$/.test(token);
}

const PROPERTIES: Readonly<Record<Property, (asked: Asked) => boolean>> = {
  signed: ({ answer }) => answer.kind === 'ida' && answer.signature === 'valid',
  'echoes the transaction': ({ answer, transactionId }) =>
    answer.kind === 'ida' && answer.transactionId === transactionId,
  'opens for the partner key': ({ answer }) =>
    answer.kind === 'ida' && answer.identity !== undefined && answer.identity !== 'unopened',
  'is not for another key': ({ answer }) => answer.kind === 'ida' && answer.identity !== 'unopened',
};

const EXPECTATIONS: Readonly<Record<Property, string>> = {
  signed: 'an answer with a valid response-signature',
  'echoes the transaction': 'an answer with the transactionID of the call',
  'opens for the partner key': 'an identity that the partner key opens',
  'is not for another key': 'no identity, or one that the partner key opens',
};

function describeOutcome(outcome: Outcome): string {
  if (outcome.kind === 'silence') return 'no answer';
  if (outcome.kind === 'http') return `HTTP ${outcome.status}`;
  if (outcome.kind === 'refuses') {
    return `${codesText(outcome.codes)}${outcome.token === undefined ? '' : `, token ${outcome.token}`}`;
  }
  return outcome.token === undefined ? 'a confirmation' : `a confirmation with the ${outcome.token} token`;
}

/** For people and reports: codes, and nothing that could be about a person. */
export function describeAnswer(answer: Answer): string {
  if (answer.kind === 'silence') return `does not answer within ${answer.afterMs / 1000} s`;
  if (answer.kind === 'broken') return `cannot be asked (${answer.code})`;
  if (answer.kind === 'ida') return describeIda(answer);
  const { status, sizeBytes, contentType } = answer;
  return `answers HTTP ${status} with ${sizeBytes} bytes of ${contentType}, not with IDA's JSON`;
}

function describeIda({ status, confirms, codes, token, signature, identity }: IdaAnswer): string {
  const parts = [confirms ? 'confirms' : `refuses with ${codesText(codes)}`];
  if (status !== 200) parts.push(`HTTP ${status}`);
  if (token !== undefined)
    parts.push(isToken(token) ? `a token of ${token.length} digits` : 'a token that is no digits');
  if (identity === 'unopened') parts.push('an identity for another key');
  if (signature === 'invalid') parts.push('a signature that is invalid');
  return parts.join(', ');
}

function codesText(codes: readonly string[]): string {
  return codes.length === 0 ? 'no error code' : codes.join(', ');
}

/** What codes mean, by the client's own table; IDA's words in place of `%s` are not repeated, they could be about a person. */
export function meaningsOf(answer: Answer): readonly string[] {
  if (answer.kind !== 'ida') return [];
  return [...new Set(answer.codes)].map((code) => `${code}: ${ruleOf(code, '').text.replaceAll('%s', '…')}`);
}

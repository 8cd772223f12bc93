import { CATALOGUE, type ErrorCode } from '@mts/domain';
import { ruleOf } from '@mts/ida-client';

/** What happened and what to do about it, as health, status and log tell it. @param code IDA's, or one of ours */
export function reasonOf(code: string, message: string): string {
  const advice = isOurs(code) ? CATALOGUE[code].advice : ruleOf(code, message).advice;
  return `${message}. ${advice}`;
}

function isOurs(code: string): code is ErrorCode {
  return Object.hasOwn(CATALOGUE, code);
}

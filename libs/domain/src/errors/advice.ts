import { CATALOGUE, type ErrorCode, isErrorCode } from './catalogue.js';
import { httpStatusAdvice } from './http-status-advice.js';
import { IDA_ADVICE, UNKNOWN_IDA_ADVICE } from './ida-advice-table.js';

/** Several errors of IDA in one row: `CODE::message,CODE::message`, see ATS-REQ-103. */
const SEVERAL = /^[A-Z]+-[A-Z]+-\d+::/;
const BETWEEN_ERRORS = /,(?=[A-Z]+-[A-Z]+-\d+::)/;

/** What a code in a result row says to whoever holds the row, and what to do about it: whole sentences. */
export function adviceOf(code: string, message: string): string {
  if (code === ('ATS-REQ-103' satisfies ErrorCode) && SEVERAL.test(message)) return adviceOfAll(message);
  if (code === ('MTS-IDA-103' satisfies ErrorCode)) return httpStatusAdvice(message);
  if (isErrorCode(code)) return CATALOGUE[code].advice;
  const meanings = Object.hasOwn(IDA_ADVICE, code) ? IDA_ADVICE[code] : undefined;
  return meanings?.find(([when]) => when === null || when.test(message))?.[1] ?? UNKNOWN_IDA_ADVICE;
}

function adviceOfAll(message: string): string {
  const sentences = message.split(BETWEEN_ERRORS).map((error) => {
    const [code = '', ...texts] = error.split('::');
    return adviceOf(code, texts.join('::'));
  });
  return [...new Set(sentences)].join(' ');
}

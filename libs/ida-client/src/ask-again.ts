import { CODES, UNKNOWN } from './codes.js';

/** What a record ends with when IDA has said nothing of the person, and could after something is mended. */
const WITHOUT_ANSWER: ReadonlySet<string> = new Set([
  'MTS-IDA-001',
  'MTS-IDA-006',
  'MTS-IDA-104',
  'MTS-IDA-105',
  'MTS-IDA-106',
  'MTS-IDA-110',
  // IDA's word for "something", which is what it stumbles with. It has a rarer meaning, of a person whose stored date of
  // birth cannot be read; of that one too asking again costs no more than the answer.
  'IDA-MLC-007',
]);

/**
 * Whether a record that ended with this code may be asked about again when somebody wishes it. Never what IDA said of the
 * person (a mismatch, a VID that is used up), where one meaning of the code is such; always what kept it from saying
 * anything.
 */
export function mayBeAskedAgain(code: string): boolean {
  if (WITHOUT_ANSWER.has(code)) return true;
  if (/^(?:MTS|ATS)-/.test(code)) return false;
  return (CODES.get(code) ?? [UNKNOWN]).every(({ faultClass }) => faultClass !== 'record');
}

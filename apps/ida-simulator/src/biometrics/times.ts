import { parseRequestTime } from '../matching/java-dates.js';

const WHOLE_SECONDS = /^([ \t]*\d+-[ \t]*\d+-[ \t]*\d+T[ \t]*\d+:[ \t]*\d+:[ \t]*\d+)(Z|[+-]\d\d:\d\d)/;

/**
 * `yyyy-MM-dd'T'HH:mm:ssXXX` ([cfg] `biometrics.datetime.pattern`), else the pattern of request times, in ms since
 * 1970; undefined if it is neither (`AuthRequestValidator.biometricTimestampParser`).
 */
export function parseBiometricTime(text: string): number | undefined {
  return parseRequestTime(text.replace(WHOLE_SECONDS, '$1.0$2'));
}

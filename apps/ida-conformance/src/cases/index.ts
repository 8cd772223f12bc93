import type { Case } from './case.js';
import { DEMOGRAPHICS_CASES, NUMBER_CASES } from './demographics.js';
import { ENVELOPE_CASES } from './envelope.js';
import { INNER_CASES } from './inner-part.js';
import { MATCHING_CASES } from './matching.js';
import { MESSAGE_CASES } from './message.js';
import { KYC_CASES, OTP_CASES } from './other-calls.js';
import { PARTNER_CASES } from './partner.js';
import { PEOPLE_CASES, VID_CASES } from './people.js';
import { SIGNATURE_CASES } from './signature.js';
import { DANGEROUS_CASES, TITLE_CASES } from './titles.js';
import { TOKEN_CASES } from './tokens.js';
import { VALIDITY_CASES } from './validity.js';

/** Every case, in the order of IDA's checks; the first tells whether there is an IDA at all. */
export const CASES: readonly Case[] = [
  ...MESSAGE_CASES,
  ...SIGNATURE_CASES,
  ...ENVELOPE_CASES,
  ...INNER_CASES,
  ...PARTNER_CASES,
  ...VALIDITY_CASES,
  ...DEMOGRAPHICS_CASES,
  ...NUMBER_CASES,
  // Early, because 1.1.5 counts all calls about a person before it sends an OTP.
  ...OTP_CASES,
  ...PEOPLE_CASES,
  ...MATCHING_CASES,
  ...TITLE_CASES,
  ...DANGEROUS_CASES,
  ...TOKEN_CASES,
  ...KYC_CASES,
  ...VID_CASES,
];

export { NOT_PROVOKABLE } from './not-provokable.js';

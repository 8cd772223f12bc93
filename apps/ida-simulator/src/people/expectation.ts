import { readDemographics } from '../matching/demographics.js';
import { matchDemographics } from '../matching/match.js';
import { partnerToken } from '../service/tokens.js';
import { SAMPLE_SETTINGS } from '../service/settings.js';
import { LANGUAGE, type MadePerson } from './person.js';
import type { Row } from './row.js';

/** What the token seeder must say of a row. */
export type Expectation =
  | { readonly status: 'processed'; readonly token: string }
  | { readonly status: 'error' | 'invalid'; readonly errorCode: string };

/** Several errors of IDA stand under one code of the token seeder. */
const SEVERAL_ERRORS = 'ATS-REQ-103';

/** What IDA says of a well-formed row, by the simulator's own matching. */
export function expectationOf(row: Row, made: MadePerson, partnerId: string): Expectation {
  const { person } = made;
  if (person.deactivated === true) {
    return { status: 'error', errorCode: row.vid === person.uin ? 'IDA-MLC-022' : 'IDA-MLC-023' };
  }
  if (person.locked === true) return { status: 'error', errorCode: 'IDA-MLC-019' };
  const { normalization, languages, tokens } = SAMPLE_SETTINGS;
  const given = readDemographics(demographicsOf(row));
  if (given === undefined) throw new TypeError('a row always makes readable demographics');
  // Today's date matters to ages only, which lists do not hold.
  const settings = { rules: normalization, languages, today: new Date(0) };
  const outcome = matchDemographics(given, person.identity, settings);
  if (outcome.kind === 'match') {
    return { status: 'processed', token: partnerToken(person.uin, partnerId, tokens) };
  }
  const errors = outcome.kind === 'stopped' ? [outcome.error] : outcome.errors;
  const [only] = errors;
  return { status: 'error', errorCode: errors.length === 1 && only ? only.errorCode : SEVERAL_ERRORS };
}

/** A row as the token seeder puts it to IDA: everything in one language, the date with slashes, blanks left out. */
function demographicsOf({ name, gender, dob, phoneNumber, emailId, fullAddress }: Row): unknown {
  return {
    name: inLanguage(name),
    gender: inLanguage(gender),
    dob: dob.replaceAll('-', '/'),
    phoneNumber,
    emailId,
    fullAddress: inLanguage(fullAddress),
  };
}

function inLanguage(value: string): unknown {
  return [{ language: LANGUAGE, value }];
}

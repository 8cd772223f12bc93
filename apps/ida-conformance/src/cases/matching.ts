import { ABSENT } from '../exchange/changes.js';
import { always, CONFIRMS, group, means, refuses, settles } from './build.js';
import {
  ageAs,
  dobAs,
  everything,
  fixed,
  gluedAddress,
  inUnstoredLanguage,
  nameAs,
  only,
  sameDob,
  sameName,
  wrongDob,
  wrongName,
} from './given.js';

const MATCH = 'Client_V_1_0, demosdk v1.2.0.1';
const NORMALIZE = 'Normalizer_V_1_0, demosdk v1.2.0.1';
const DOB = 'DOBMatchingStrategy, id-authentication v1.2.0.1';
const MATCHES = always(CONFIRMS);
const MISMATCH = always(refuses('IDA-DEA-001'));

/** How demographics are compared. Check 28. */
export const MATCHING_CASES = group(
  'matching',
  { kind: 'rule', checks: [28], certainty: 'read in code', source: MATCH, who: 'uin' },
  {
    everything: {
      title: 'A person whose data all match is confirmed',
      given: everything,
      expected: MATCHES,
      also: ['signed', 'echoes the transaction'],
    },
    'without-type': {
      title: 'IDA finds out the kind of number by itself',
      kind: 'form',
      checks: [22],
      source: 'IdTypeUtil.getIdType, id-authentication v1.2.0.1',
      given: sameDob,
      changes: { outer: { individualIdType: ABSENT } },
      expected: MATCHES,
    },
    'by-vid': {
      title: 'A person is confirmed by a VID as well as by the UIN',
      who: 'vid',
      given: sameDob,
      expected: MATCHES,
    },
    mismatch: {
      title: 'A wrong name is a mismatch; up to 1.2.0.1 a token comes all the same',
      checks: [28, 29],
      source: 'AuthFacadeImpl, id-authentication v1.2.0.1; pull request 1217 of mosip/id-authentication',
      given: wrongName,
      expected: {
        '1.1.5': { kind: 'refuses', codes: ['IDA-DEA-001'], token: 'present' },
        '1.2.1': { kind: 'refuses', codes: ['IDA-DEA-001'], token: 'absent' },
      },
      also: ['signed', 'echoes the transaction'],
    },
    'two-mismatches': {
      title: 'Two wrong attributes are two errors',
      source: 'AuthStatusInfoBuilder, id-authentication v1.2.0.1',
      given: (person) => merged(wrongName(person), wrongDob(person)),
      expected: always(refuses('IDA-DEA-001', 'IDA-DEA-001')),
    },
    blank: {
      title: 'Where all that is given is blank, IDA refuses without any error',
      certainty: 'uncertain',
      given: fixed({ phoneNumber: '' }),
      expected: settles(
        means('refuses without an error', refuses()),
        means('finds no factor', refuses('IDA-MLC-008')),
        means('misses the attribute', refuses('IDA-MLC-013')),
        means('calls it a mismatch', refuses('IDA-DEA-001')),
      ),
    },
    'unstored-language': {
      title: 'A name in a language that it is not stored in is not in the database',
      given: inUnstoredLanguage,
      expected: always(refuses('IDA-DEA-003')),
    },
    'unknown-attribute': {
      title: 'An attribute that IDA does not know is looked up and not found; 1.1.5 passes over it',
      source:
        'IdAuthFilter.setDymanicDemograpicData (sic), id-authentication v1.2.0.1; v1.1.5.5 takes mapped ones only',
      given: (person) => merged(sameDob(person), { shoeSize: '44' }),
      expected: { '1.1.5': CONFIRMS, '1.2.0': refuses('IDA-DEA-003') },
    },
    'name-in-capitals': {
      title: 'Names are compared without regard to case',
      given: nameAs((name) => name.toUpperCase(), 'a name in small letters'),
      expected: MATCHES,
    },
    'name-in-small-letters': {
      title: 'A name in small letters, as this client sends it, matches',
      kind: 'form',
      given: nameAs((name) => name.toLowerCase(), 'a name with capitals'),
      expected: MATCHES,
    },
    'name-in-another-order': {
      title: 'The order of the names does not matter',
      given: nameAs((name) => name.split(/\s+/).toReversed().join(' '), 'two names'),
      expected: MATCHES,
    },
    'name-with-a-comma': {
      title: 'A comma and blanks between the names do not matter',
      source: NORMALIZE,
      given: nameAs((name) => name.replace(' ', ' ,  '), 'two names'),
      expected: MATCHES,
    },
    'name-incomplete': {
      title: 'All names must be there',
      given: nameAs((name) => name.replace(/ \S+$/, ''), 'two names'),
      expected: MISMATCH,
    },
    'name-composed': {
      title: 'A name in NFC, as this client sends it, matches',
      kind: 'form',
      given: (person) =>
        hasAccent(person.demographics.name?.[0]?.value) ? sameName(person) : WITHOUT_ACCENT,
      expected: MATCHES,
    },
    'name-decomposed': {
      title: 'The same name in NFD is another one',
      given: nameAs((name) => name.normalize('NFD'), 'an accent in the name'),
      expected: MISMATCH,
    },
    'name-raw-utf8': {
      title: 'A name in raw UTF-8 instead of escapes',
      certainty: 'uncertain',
      source: 'KeyManager, id-authentication v1.2.0.1',
      given: (person) =>
        hasAccent(person.demographics.name?.[0]?.value) ? sameName(person) : WITHOUT_ACCENT,
      changes: { plaintext: 'raw UTF-8' },
      expected: settles(
        means('reads UTF-8', CONFIRMS),
        means('reads something else than UTF-8', refuses('IDA-DEA-001')),
      ),
    },
    gender: { title: 'The gender matches as it is stored', given: only('gender'), expected: MATCHES },
    phone: { title: 'The phone number matches', given: only('phoneNumber'), expected: MATCHES },
    email: { title: 'The e-mail address matches', given: only('emailId'), expected: MATCHES },
    'full-address': {
      title: 'fullAddress matches when it holds every part, the postal code too',
      source: 'id-authentication-mapping.json, mosip-config v1.2.0.1',
      certainty: 'documented',
      given: only('fullAddress'),
      expected: MATCHES,
    },
    'dob-wrong': {
      title: 'Another date of birth is a mismatch',
      source: DOB,
      given: wrongDob,
      expected: MISMATCH,
    },
    'dob-with-hyphens': {
      title: 'A date of birth with hyphens is refused when it is compared',
      source: DOB,
      given: dobAs((dob) => dob.replaceAll('/', '-')),
      expected: always(refuses('IDA-MLC-009')),
    },
    'dob-without-zeros': {
      title: 'A date of birth without leading zeros is read',
      source: `${DOB} (SimpleDateFormat)`,
      given: dobAs((dob) => dob.replaceAll('/0', '/')),
      expected: MATCHES,
    },
    'dob-with-more-behind': {
      title: 'What stands behind the date of birth is not read',
      source: `${DOB} (SimpleDateFormat.parse)`,
      certainty: 'uncertain',
      given: dobAs((dob) => `${dob}xyz`),
      expected: settles(means('does not read it', CONFIRMS), means('refuses it', refuses('IDA-MLC-009'))),
    },
    'dob-with-a-short-year': {
      title: 'A year of two digits is taken as it stands, so it is a mismatch',
      source: `${DOB} (SimpleDateFormat)`,
      certainty: 'uncertain',
      given: dobAs((dob) => dob.slice(2)),
      expected: settles(
        means('takes it for the first century', refuses('IDA-DEA-001')),
        means('refuses it', refuses('IDA-MLC-009')),
        means('takes it for this person', CONFIRMS),
      ),
    },
    'age-of-one': {
      title: 'An age matches whoever is at least that old: 1 matches almost everybody',
      source: 'AgeMatchingStrategy, id-authentication v1.2.0.1; pull request 1682 wants equality',
      given: ageAs(() => 1),
      expected: settles(
        means('takes any age up to the true one', CONFIRMS),
        means('wants the very age', refuses('IDA-DEA-001')),
      ),
      certainty: 'uncertain',
    },
    'age-too-high': {
      title: 'An age above the true one is a mismatch',
      source: 'AgeMatchingStrategy, id-authentication v1.2.0.1',
      given: ageAs((age) => age + 2),
      expected: MISMATCH,
    },
    'glued-words': {
      title: 'Whether a replacement of the address rules keeps the space behind it (MainRoad for Main Road)',
      certainty: 'uncertain',
      source: 'ida.demo.address.normalization.regex.eng[n], mosip-config v1.2.0.1',
      given: gluedAddress,
      expected: settles(
        means('drops the space: words that are glued do not match', refuses('IDA-DEA-001')),
        means('keeps the space: words that are glued match', CONFIRMS),
      ),
    },
  },
);

const WITHOUT_ACCENT = 'the test person has not an accent in the name';

function hasAccent(name: string | undefined): boolean {
  return name !== undefined && name.normalize('NFD') !== name;
}

function merged(...parts: readonly (Readonly<Record<string, unknown>> | string)[]) {
  return parts.find((part) => typeof part === 'string') ?? Object.assign({}, ...parts);
}

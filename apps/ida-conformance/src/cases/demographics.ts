import { ABSENT } from '../exchange/changes.js';
import type { Expected } from './case.js';
import {
  ACCEPTED,
  always,
  GENERAL,
  group,
  means,
  NOBODY,
  refuses,
  settles,
  validatorRefuses,
} from './build.js';
import { fixed, SOME_DOB } from './given.js';

const DEMO = 'BaseAuthRequestValidator.checkDemoAuth, id-authentication v1.2.0.1';
const READ = 'IdAuthFilter (Jackson into IdentityDTO), id-authentication v1.2.0.1';
const name = (...entries: readonly object[]) => fixed({ name: entries });

/** What is given, before anybody is looked up. Checks 10, 19 and 21. */
export const DEMOGRAPHICS_CASES = group(
  'demographics',
  { kind: 'refusal', checks: [19], certainty: 'read in code', source: DEMO },
  {
    nothing: {
      title: 'Without any demographics no factor is chosen',
      checks: [21],
      source: 'BaseAuthRequestValidator, id-authentication v1.2.0.1; v1.1.5.5 goes by requestedAuth',
      given: fixed({}),
      expected: {
        '1.1.5': settles(
          means('misses what requestedAuth announced', refuses('IDA-MLC-013', NOBODY)),
          means('finds no factor', refuses('IDA-MLC-008', NOBODY)),
        )['1.1.5'],
        '1.2.0': refuses('IDA-MLC-008', NOBODY),
      },
    },
    'empty-lists': {
      title: 'An empty list is as good as nothing: beside a date of birth it does no harm',
      kind: 'form',
      given: fixed({ dob: SOME_DOB, name: [], gender: [] }),
      expected: ACCEPTED,
    },
    nulls: {
      title: 'A null is as good as nothing',
      kind: 'form',
      given: fixed({ dob: SOME_DOB, name: null, phoneNumber: null }),
      expected: ACCEPTED,
    },
    'language-of-two-letters': {
      title: 'A language of two letters is refused',
      given: name({ language: 'en', value: 'Nobody' }),
      expected: validatorRefuses('IDA-DEA-002'),
    },
    'language-in-capitals': {
      title: 'Languages are compared to the letter: ENG is refused',
      given: name({ language: 'ENG', value: 'Nobody' }),
      expected: validatorRefuses('IDA-DEA-002'),
    },
    'language-missing': {
      title: 'A name without language is refused',
      source: `${DEMO}; v1.1.5.5 takes it for the primary language`,
      given: name({ value: 'Nobody' }),
      expected: { ...ACCEPTED, '1.2.0': refuses('IDA-MLC-006', NOBODY) },
    },
    'language-twice': {
      title: 'Two names in one language are refused',
      given: name({ language: 'eng', value: 'Nobody' }, { language: 'eng', value: 'At All' }),
      expected: validatorRefuses('IDA-MLC-009'),
    },
    'address-twice': {
      title: 'fullAddress and addressLine1 together are refused',
      given: fixed({
        addressLine1: [{ language: 'eng', value: '1 Nowhere' }],
        fullAddress: [{ language: 'eng', value: '1 Nowhere' }],
      }),
      expected: validatorRefuses('IDA-MLC-013'),
    },
    'dob-type-unknown': {
      title: 'A dobType that is none of V, D, A',
      certainty: 'uncertain',
      source: `${DEMO}; only where id-authentication-mapping.json maps dobType, which mosip-config does not`,
      given: fixed({ dob: SOME_DOB, dobType: [{ language: 'eng', value: 'X' }] }),
      expected: settles(
        means('does not look at dobType', refuses(NOBODY)),
        means('refuses it', refuses('IDA-MLC-009', NOBODY)),
      ),
    },
    'age-in-words': {
      title: 'An age that is no number is refused',
      given: fixed({ age: 'forty' }),
      expected: validatorRefuses('IDA-MLC-009'),
    },
    'age-zero': {
      title: 'The age 0 is refused from 1.2.1',
      source: `${DEMO}; v1.2.1.2`,
      given: fixed({ age: '0' }),
      expected: { ...ACCEPTED, '1.2.1': refuses('IDA-MLC-009', NOBODY) },
    },
    'numbers-for-texts': {
      title: 'A number where a text is due is taken for its text',
      kind: 'form',
      checks: [10],
      source: READ,
      given: fixed({ age: 40, phoneNumber: 9_876_543_210 }),
      expected: ACCEPTED,
    },
    'list-for-text': {
      title: 'A list where a text is due is refused with the general code alone',
      checks: [10],
      source: READ,
      given: fixed({ dob: [{ language: 'eng', value: SOME_DOB }] }),
      expected: {
        '1.1.5': settles(
          means('refuses it with the general code', refuses(GENERAL)),
          means('passes over it', refuses(NOBODY)),
        )['1.1.5'],
        '1.2.0': refuses(GENERAL),
      },
    },
    'text-for-list': {
      title: 'A text where a list is due is refused with the general code alone',
      checks: [10],
      source: READ,
      given: fixed({ name: 'Nobody' }),
      expected: {
        '1.1.5': settles(
          means('refuses it with the general code', refuses(GENERAL)),
          means('passes over it', refuses(NOBODY)),
        )['1.1.5'],
        '1.2.0': refuses(GENERAL),
      },
    },
    'dob-in-another-form': {
      title: 'The form of a date of birth is not looked at before the person is looked up',
      kind: 'rule',
      source: 'DOBMatchingStrategy, id-authentication v1.2.0.1',
      given: fixed({ dob: '1990-01-01' }),
      expected: ACCEPTED,
    },
  },
);

const TYPES = 'IdAuthValidator.validateIdtypeUinVid, id-authentication v1.2.0.1';
const SHORT = '123456';

/** Kind and form of the number. Check 22. */
export const NUMBER_CASES = group(
  'number',
  { kind: 'refusal', checks: [22], certainty: 'read in code', source: TYPES },
  {
    'uin-with-wrong-check-digit': {
      title: 'A UIN with a wrong check digit is refused: the question of a preflight',
      kind: 'rule',
      expected: ACCEPTED,
      also: ['signed'],
    },
    'vid-with-wrong-check-digit': {
      title: 'A VID with a wrong check digit is refused',
      who: 'nobody by VID',
      expected: always(refuses('IDA-MLC-004')),
    },
    'too-short': {
      title: 'A UIN that is too short is refused',
      changes: { outer: { individualId: SHORT } },
      expected: ACCEPTED,
    },
    'of-letters': {
      title: 'Letters in a number of the right length break the check from 1.2.0: the general code alone',
      source:
        'IdValidationUtil (NumberFormatException), id-authentication v1.2.0.1; UinValidatorImpl, commons v1.1.5',
      changes: { outer: { individualId: 'ABCDEFGHIJ' } },
      expected: { '1.1.5': refuses(NOBODY), '1.2.0': refuses(GENERAL) },
    },
    'of-letters-without-type': {
      title: 'Without individualIdType they break the search for the kind, up to 1.2.1',
      from: '1.2.0',
      source: 'IdTypeUtil.validateUin, id-authentication v1.2.0.1 and v1.3.0',
      changes: { outer: { individualId: 'ABCDEFGHIJ', individualIdType: ABSENT } },
      expected: { '1.1.5': refuses(GENERAL), '1.3.0': refuses('IDA-MLC-009') },
    },
    empty: {
      title: 'An empty individualId is refused',
      changes: { outer: { individualId: '' } },
      expected: always(refuses('IDA-MLC-006')),
    },
    'type-blank': {
      title: 'A blank individualIdType is refused',
      changes: { outer: { individualIdType: '' } },
      expected: always(refuses('IDA-MLC-006')),
    },
    'type-in-small-letters': {
      title: 'individualIdType is compared to the letter: "uin" is refused',
      changes: { outer: { individualIdType: 'uin' } },
      expected: always(refuses('IDA-MLC-009')),
    },
    'type-unknown': {
      title: 'An individualIdType that does not exist is refused',
      changes: { outer: { individualIdType: 'PASSPORT' } },
      expected: always(refuses('IDA-MLC-009')),
    },
    'type-absent': {
      title: 'Without individualIdType IDA finds out the kind first, and refuses a number that is of none',
      certainty: 'uncertain',
      source: 'IdTypeUtil.getIdType, id-authentication v1.2.0.1; v1.1.5.5 takes it for a user id',
      changes: { outer: { individualIdType: ABSENT } },
      expected: withoutType(),
    },
    'type-absent-hides-others': {
      title: 'Without individualIdType a wrong number hides what the validator found, such as a wrong clock',
      kind: 'rule',
      from: '1.2.0',
      source: 'AuthController.authenticateIndividual, id-authentication v1.2.0.1',
      changes: { outer: { individualIdType: ABSENT, consentObtained: false } },
      expected: always(refuses('IDA-MLC-009')),
    },
    handle: {
      title: 'A handle that nobody has',
      checks: [22, 23],
      kind: 'rule',
      certainty: 'uncertain',
      source: 'HANDLE since id-authentication v1.2.0.1; request.idtypes.allowed, mosip-config',
      changes: { outer: { individualId: 'nobody@nowhere', individualIdType: 'HANDLE' } },
      expected: settles(
        means('knows handles', refuses('IDA-MLC-018')),
        means('is not configured for handles', refuses('IDA-MLC-015')),
        means('does not know handles', refuses('IDA-MLC-009')),
      ),
    },
    unissued: {
      title: 'A well-formed UIN that was never issued is not in the database',
      checks: [23],
      who: 'unissuedUin',
      certainty: 'documented',
      source: 'IdServiceImpl.getIdentity, id-authentication v1.2.0.1',
      expected: always(refuses('IDA-MLC-018')),
    },
  },
);

function withoutType(): Expected {
  return settles(
    means('refuses the number', refuses('IDA-MLC-009')),
    means('takes it for a user id, which is not allowed', refuses('IDA-MLC-015')),
    means('takes it for a user id, and does not find it', refuses('IDA-MLC-018')),
    means('breaks over it', refuses(GENERAL)),
  );
}

import { type Entries, entry } from './entry.js';

/** What is wrong with a record that IDA is not asked about: the original's codes. */
export const RECORD_CODES = {
  'ATS-REQ-002': entry(
    'record',
    'vid is not a valid UIN or VID: check its length and digits',
    'Correct the number: a UIN has 10 digits, a VID 16, and the last digit is a check digit.',
  ),
  'ATS-REQ-003': entry('record', 'name is not provided', 'Fill in the name, or map the field that holds it.'),
  'ATS-REQ-004': entry('record', 'gender is empty', 'Fill in the gender, or map the field that holds it.'),
  'ATS-REQ-005': entry(
    'record',
    'gender value is wrong: give it as the ID system stores it, for example Male',
    'Use the word or code that the ID system holds.',
  ),
  'ATS-REQ-006': entry(
    'record',
    'date of birth is empty',
    'Fill in the date of birth, or map the field that holds it.',
  ),
  'ATS-REQ-007': entry(
    'record',
    'not a valid date of birth: give it as YYYY/MM/DD',
    'Write the date as YYYY/MM/DD (YYYY-MM-DD is converted).',
  ),
  'ATS-REQ-008': entry('record', 'address is empty', 'Fill in the address, or map the fields that hold it.'),
  'ATS-REQ-009': entry(
    'record',
    'vid or its mapping not present',
    'The record has no UIN or VID, or the mapping names a field that is not there.',
  ),
  'ATS-REQ-010': entry(
    'record',
    'name or its mapping not present',
    'The record lacks the name, or the mapping names a field that is not there.',
  ),
  'ATS-REQ-011': entry(
    'record',
    'gender or its mapping not present',
    'The record lacks the gender, or the mapping names a field that is not there.',
  ),
  'ATS-REQ-012': entry(
    'record',
    'dateOfBirth or its mapping not present',
    'The record lacks the date of birth, or the mapping names a field that is not there.',
  ),
  'ATS-REQ-013': entry(
    'record',
    'phoneNumber or its mapping not present',
    'Only where the phone number is configured as mandatory.',
  ),
  'ATS-REQ-014': entry(
    'record',
    'emailId or its mapping not present',
    'Only where the e-mail address is configured as mandatory.',
  ),
  'ATS-REQ-015': entry(
    'record',
    'fullAddress or its mapping not present',
    'The record lacks the address, or the mapping names fields that are not there.',
  ),
} as const satisfies Entries;

import { CALLBACK_BUGS } from './decisions-callback.js';
import { ODK_BUGS } from './decisions-odk.js';
import { SYNC_BUGS } from './decisions-sync.js';
import {
  askedAbout,
  type Decision,
  type Decisions,
  forAll,
  JOHN,
  JOHNS_TOKEN,
  jsonFile,
  ownRefusal,
  refused,
  type ResultRow,
  schemaRefusal,
  TAKEN,
  TAKEN_WITHOUT_USABLE_RECORD,
  textFile,
} from './decision.js';
import type { Expectation } from './expectation.js';
import type { Asked } from './recorded-ida.js';
import { tokenOf } from './recorded-ida.js';

const OTHER = '4100000000000023';
const OTHERS_TOKEN = '115456469539424393398368220319505898';
const SHORT_ADDRESS = { fullAddress: [{ language: 'eng', value: 'Kenitra, Rabat 14011' }] };

/** One person is asked about, and has a token. */
function johnIsFound(demographics: object = {}): Partial<Expectation> {
  return {
    answer: TAKEN,
    finalStatus: 'processed',
    file: jsonFile({ vid: JOHN, token: JOHNS_TOKEN }),
    asked: [askedAbout(JOHN, demographics)],
  };
}

const JOHNS_ROW = { vid: JOHN, token: JOHNS_TOKEN };
const OTHERS_ROW = { vid: OTHER, token: OTHERS_TOKEN };

/** Two people, of whom the one with a number in the place of a text is asked about by its digits. */
function bothAreFound(demographics: object, ...rows: readonly ResultRow[]): Partial<Expectation> {
  return {
    answer: TAKEN,
    finalStatus: 'processed',
    file: jsonFile(...rows),
    asked: [askedAbout(OTHER), askedAbout(JOHN, demographics)],
  };
}

function unreadable(text: string, because: string): Decision {
  return {
    here: `Refused with MTS-CSV-001: “${text}”`,
    because,
    instead: refused(400, ['MTS-CSV-001', text]),
  };
}

const AT_LINE = 'the CSV file cannot be read at line';
const WHOLE_FILE = 'A file that cannot be read is refused whole, with the line that broke it.';
const DIGITS = 'A number is taken by its digits, and never fails the others.';

const RECORDS: Decisions = {
  'dev/rec-vid-number': {
    here: 'IDA is asked about 4100000000000012',
    because: 'Numbers become their exact text.',
    instead: johnIsFound(),
  },
  'dev/rec-phone-number-int': {
    here: 'IDA is asked with 9009009001',
    because: 'Numbers become their exact text.',
    instead: { asked: [askedAbout(JOHN)] },
  },
  'dev/rec-vid-small-number': {
    here: 'IDA is asked about 12345678',
    because:
      'Numbers become their exact text; by default (ATS-REQ-002) one of this length is refused before.',
    instead: {},
  },
  'dev/rec-vid-bool': {
    here: 'The record is invalid: ATS-REQ-102, which names the field',
    because: 'true is no number of anybody.',
    instead: {
      answer: TAKEN_WITHOUT_USABLE_RECORD,
      finalStatus: 'processed_with_errors',
      asked: [],
      file: jsonFile({
        vid: null,
        status: 'invalid',
        errorCode: 'ATS-REQ-102',
        errorMessage: 'invalid input. vid: a text is expected',
      }),
    },
  },
  'dev/rec-gender-number': {
    here: 'Both are asked about, the one with the gender 1',
    because: DIGITS,
    instead: bothAreFound({ gender: [{ language: 'eng', value: '1' }] }, OTHERS_ROW, JOHNS_ROW),
  },
  'dev/rec-name-number': {
    here: 'Both are asked about, the one with the name 7',
    because: DIGITS,
    instead: bothAreFound({ name: [{ language: 'eng', value: '7' }] }, OTHERS_ROW, JOHNS_ROW),
  },
  'dev/rec-dob-number': {
    here: 'Both are asked about, the one with the date of birth 19870125',
    because: DIGITS,
    instead: bothAreFound({ dob: '19870125' }, OTHERS_ROW, JOHNS_ROW),
  },
  'dev/rec-wrong-type-first-then-valid': {
    here: 'Both are asked about, the one with the gender 1',
    because: DIGITS,
    instead: bothAreFound({ gender: [{ language: 'eng', value: '1' }] }, JOHNS_ROW, OTHERS_ROW),
  },
  'dev/rec-name-is-list': {
    here: 'The record is invalid, the other one is asked about',
    because: 'One bad record never fails the others.',
    instead: {
      answer: TAKEN,
      finalStatus: 'processed_with_errors',
      asked: [askedAbout(OTHER)],
      file: jsonFile(OTHERS_ROW, {
        vid: JOHN,
        status: 'invalid',
        errorCode: 'ATS-REQ-102',
        errorMessage: 'invalid input. name: a text is expected',
      }),
    },
  },
  'devmandspaces/mandspaces-gender-missing': {
    here: 'Gender is mandatory: the record is invalid with ATS-REQ-011',
    because: 'Blanks in the list of mandatory fields mean nothing.',
    instead: {
      answer: TAKEN_WITHOUT_USABLE_RECORD,
      finalStatus: 'processed_with_errors',
      asked: [],
      file: jsonFile({
        vid: JOHN,
        status: 'invalid',
        errorCode: 'ATS-REQ-011',
        errorMessage: 'gender or its mapping not present',
      }),
    },
  },
};

const MAPPING: Decisions = {
  'dev/map-key-with-space': {
    here: 'The field is found',
    because: 'A name in a mapping is first of all a literal name.',
    instead: johnIsFound({ name: [{ language: 'eng', value: 'John' }] }),
  },
  ...forAll(['dev/map-key-with-dash', 'dev/map-key-starting-digit', 'dev/map-key-containing-dot'], {
    here: 'The field is found',
    because: 'A name in a mapping is first of all a literal name.',
    instead: johnIsFound(),
  }),
  'dev/map-jq-env-access': {
    here: 'Nothing is found: the record is invalid with ATS-REQ-010',
    because: 'A mapping is a name or a path, and never a program; nobody sees the environment.',
    instead: {
      answer: TAKEN_WITHOUT_USABLE_RECORD,
      finalStatus: 'processed_with_errors',
      asked: [],
      file: jsonFile({
        vid: JOHN,
        status: 'invalid',
        errorCode: 'ATS-REQ-010',
        errorMessage: 'name or its mapping not present',
      }),
    },
  },
};

const SAMPLE_PEOPLE: readonly Asked[] = [
  person(
    '6396870648940270',
    'John Carter',
    'male',
    '1987/01/25',
    '1',
    'john',
    'Kenitra, Rabat Sale Kenitra, Kenitra 14011',
  ),
  person(
    '6785720049183419',
    'Adam Baker',
    'male',
    '1972/09/21',
    '2',
    'adam',
    'Ullamcorper. St, Roseville NH, Roseville,14122',
  ),
  person(
    '6334663067084810',
    'Nyssa Vazquez',
    'female',
    '1976/12/09',
    '3',
    'nyssa',
    '511-5762 At Rd, Chelsea, Kinetra,14011',
  ),
  person(
    '6326321234622321',
    'Lawrence Moreno',
    'others',
    '2000/02/02',
    '4',
    'lwer',
    'Tortor. Street, Santa Rosa, MN,15343',
  ),
];

function person(
  vid: string,
  name: string,
  gender: string,
  dob: string,
  lastDigit: string,
  mailbox: string,
  address: string,
): Asked {
  return askedAbout(vid, {
    name: [{ language: 'eng', value: name }],
    gender: [{ language: 'eng', value: gender }],
    dob,
    phoneNumber: `900900900${lastDigit}`,
    emailId: `${mailbox}@somewhere.com`,
    fullAddress: [{ language: 'eng', value: address }],
  });
}

const CSV: Decisions = {
  'dev/csv-official-sample-bom': {
    here: 'All four are asked about',
    because: 'A byte order mark is no part of the first name.',
    instead: {
      answer: TAKEN,
      finalStatus: 'processed',
      asked: SAMPLE_PEOPLE,
      file: jsonFile(
        ...SAMPLE_PEOPLE.map(({ individualId }) => ({ vid: individualId, token: tokenOf(individualId) })),
      ),
    },
  },
  'dev/csv-bom': {
    here: 'The person is asked about',
    because: 'A byte order mark is no part of the first name.',
    instead: johnIsFound(SHORT_ADDRESS),
  },
  'dev/csv-cr-only': {
    here: 'Read like any other line end',
    because: 'Excel for Macintosh has written such files.',
    instead: johnIsFound(SHORT_ADDRESS),
  },
  'dev/csv-utf16': {
    here: 'Read, as its byte order mark says',
    because: 'Excel writes "Unicode text" so.',
    instead: johnIsFound(SHORT_ADDRESS),
  },
  'dev/csv-delimiter-empty': {
    here: 'The comma',
    because: 'Empty counts as absent everywhere.',
    instead: johnIsFound(SHORT_ADDRESS),
  },
  'dev/csv-delimiter-two-chars': {
    here: 'Refused with ATS-REQ-102, which names the field',
    because: 'What the caller got wrong is no fault of ours.',
    instead: ownRefusal('request.csvDelimiter: one character is expected'),
  },
  'dev/csv-latin1-bytes': unreadable(
    `${AT_LINE} 2: it is not UTF-8, or UTF-16 with a byte order mark; save the file as "CSV UTF-8"`,
    WHOLE_FILE,
  ),
  'dev/csv-latin1-after-one-good-row': unreadable(
    `${AT_LINE} 3: it is not UTF-8, or UTF-16 with a byte order mark; save the file as "CSV UTF-8"`,
    `${WHOLE_FILE} Nothing of it is kept.`,
  ),
  'dev/csv-binary-xlsx': unreadable(
    `${AT_LINE} 1: it holds a NUL byte; save the file as "CSV UTF-8"`,
    WHOLE_FILE,
  ),
  'dev/csv-nul-byte': unreadable(
    `${AT_LINE} 2: it holds a NUL byte; save the file as "CSV UTF-8"`,
    'No text holds a NUL, and a name that is cut off there is another name.',
  ),
  'dev/csv-unclosed-quote': unreadable(
    `${AT_LINE} 2: the cell that begins here goes on after its closing quote; put the whole cell in quotes, and write each quote inside it twice`,
    'Rows must not vanish into a cell.',
  ),
  'dev/csv-field-over-128k': {
    here: 'Read; a record may have about a million characters',
    because: 'A long cell is no fault.',
    instead: {
      ...johnIsFound({ fullAddress: [{ language: 'eng', value: 'x'.repeat(140_000) }] }),
    },
  },
};

const FORMATS: Decisions = {
  ...forAll(['dev/fmt-csv-scalar-string', 'dev/fmt-csv-scalar-number'], {
    here: 'Refused with ATS-REQ-104 before anybody is asked about',
    because: 'A single value has no columns, and whoever learns it afterwards has lost the run.',
    instead: refused(400, [
      'ATS-REQ-104',
      'for csv output, outputFormat has to give an object or a list for each record; put a single value into an object, such as {token: .output.token}',
    ]),
  }),
  'dev/fmt-csv-different-keys-per-row': {
    here: 'The header has all keys, in the order in which they come up',
    because: 'Each value stands under its own name.',
    instead: {
      file: textFile(
        `vid,token,err\r\n${JOHN},${JOHNS_TOKEN},\r\n4100000000000061,,IDA-DEA-001\r\n,,ATS-REQ-009\r\n`,
      ),
    },
  },
  'dev/fmt-csv-runtime-error': {
    here: 'An empty row for each record that the program fails on',
    because: 'The result can be fetched, and its rows stay in place.',
    instead: { finalStatus: 'processed_with_errors', file: textFile('""\r\n""\r\n""\r\n') },
  },
  'dev/fmt-env-leak': {
    here: 'Refused with ATS-REQ-103',
    because: 'A program sees the record and its result, and nothing else.',
    instead: refused(400, [
      'ATS-REQ-103',
      'outputFormat must not use env: nothing is known here but .input and .output',
    ]),
  },
};

/** What we do where the original fails; how it does so stands in the case itself. */
export const BUGS: Decisions = {
  ...RECORDS,
  ...MAPPING,
  ...CSV,
  ...FORMATS,
  'dev/json-delivery-missing': {
    here: '“Invalid Input. request.deliverytype: field required”',
    because: 'A missing field is the caller’s to add, and has a name.',
    instead: schemaRefusal('request.deliverytype: field required'),
  },
  'dev/ida-errors-empty-list': {
    here: 'The row says MTS-IDA-107: IDA refused the person without saying why',
    because: 'IDA has decided; that it gave no reason is the reason.',
    instead: {
      file: jsonFile(
        {
          vid: '9990300000000002',
          status: 'error',
          errorCode: 'MTS-IDA-107',
          errorMessage: 'IDA refused the person without saying why',
        },
        { vid: JOHN, token: JOHNS_TOKEN },
      ),
    },
  },
  'dev/queue-head-of-line-second-request': {
    here: 'The second request ends while the first one waits for IDA',
    because: 'Requests do not wait for each other.',
    instead: { secondStatusMeanwhile: 'processed' },
  },
  ...ODK_BUGS,
  ...CALLBACK_BUGS,
  ...SYNC_BUGS,
};

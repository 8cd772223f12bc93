import { CALLBACK_QUIRKS } from './decisions-callback.js';
import { ODK_QUIRKS } from './decisions-odk.js';
import { SYNC_QUIRKS } from './decisions-sync.js';
import {
  asRecorded,
  askedAbout,
  type Decision,
  type Decisions,
  forAll,
  JOHN,
  JOHNS_TOKEN,
  jsonFile,
  ownRefusal,
  refused,
  schemaRefusal,
  textFile,
} from './decision.js';

function named(...texts: readonly string[]): Decision {
  return {
    here: texts.map((text) => `“Invalid Input. ${text}”`).join(', '),
    because: 'The text names the field, which the original leaves to guesswork.',
    instead: schemaRefusal(...texts),
  };
}

const EMPTY_OBJECT = named(
  'id: field required',
  'version: field required',
  'metadata: field required',
  'requesttime: field required',
  'request: field required',
);

const SERVICE: Decisions = {
  ...forAll(
    ['dev/ping', 'sync/ping'],
    asRecorded(
      'Probes of existing deployments read it; whether the service can work is told by /health/ready.',
    ),
  ),
  ...forAll(['dev/openapi', 'sync/openapi'], {
    here: 'A document of its own, OpenAPI 3.1, with every answer of every route',
    because: 'Nobody generates a client from a document that leaves the answers out.',
    instead: { rawBody: /^\{"openapi":"3\.1\.0",.*"\/authtoken\/json":\{"post"/s },
  }),
  'dev/root-not-found': {
    here: 'The envelope, with MTS-REQ-001',
    because: 'Clients read one form of answer, whatever its status.',
    instead: refused(404, ['MTS-REQ-001', 'no such address; see /docs for what is offered']),
  },
  'dev/method-not-allowed': {
    here: 'The envelope, with MTS-REQ-002',
    because: 'Clients read one form of answer, whatever its status.',
    instead: refused(405, ['MTS-REQ-002', 'this address does not take that method; see /docs']),
  },
};

const ENVELOPE: Decisions = {
  ...forAll(['dev/json-empty-object', 'sync/json-empty-object'], EMPTY_OBJECT),
  'dev/json-missing-id': named('id: field required'),
  'dev/json-missing-version': named('version: field required'),
  'dev/json-missing-metadata': named('metadata: field required'),
  ...forAll(
    ['dev/json-missing-requesttime', 'sync/json-missing-requesttime'],
    named('requesttime: field required'),
  ),
  'dev/json-metadata-object': named('metadata: str type expected'),
  'dev/json-id-number': asRecorded('The texts of the envelope mean nothing, so a number does no harm there.'),
  ...forAll(
    ['dev/json-requesttime-micros', 'dev/json-requesttime-future'],
    asRecorded('The time says nothing that we act on; clocks of callers are their own.'),
  ),
  'dev/json-invalid-utf8': {
    here: 'The envelope, with ATS-REQ-102',
    because: 'Clients read one form of answer, whatever its status.',
    instead: ownRefusal('the body is not UTF-8'),
  },
  'dev/json-nan-literal': {
    here: 'Refused: it is no JSON (RFC 8259, section 6)',
    because: 'Encodings are read strictly, never guessed.',
    instead: schemaRefusal('this is not valid JSON'),
  },
};

const CHECKS_OFF =
  'With our own checks off, as for this suite; by default a wrong number, gender or date is refused with its documented code (ATS-REQ-002, 005, 007) before IDA notifies anybody.';

const RECORDS: Decisions = {
  'dev/json-duplicate-vid-two-rows': {
    here: 'IDA is asked once, and both rows have the answer',
    because: 'Each call notifies the person and may use up the VID.',
    instead: { asked: [askedAbout(JOHN)] },
  },
  ...forAll(
    ['dev/rec-gender-wrong-value', 'dev/rec-dob-garbage', 'dev/rec-dob-dmy', 'dev/rec-vid-short-construct'],
    asRecorded(CHECKS_OFF),
  ),
  'dev/rec-vid-spaces': {
    here: 'Blanks at the ends are taken off',
    because: 'They come along when numbers are copied, and no number has any.',
    instead: { asked: [askedAbout(JOHN)], file: jsonFile({ vid: JOHN, token: JOHNS_TOKEN }) },
  },
  'dev/map-vid-number': asRecorded('A number stands for the field of that name.'),
  'dev/ida-two-errors': asRecorded(
    'Clients split the text at its commas; each error stands in it with its code.',
  ),
  'dev/ida-http500-html': {
    here: 'It is asked once more; then the row says MTS-IDA-001',
    because: 'Whether IDA has decided is not known, and the row must not look like a mismatch.',
    instead: {
      asked: [askedAbout('9990200000000002'), askedAbout('9990200000000002'), askedAbout(JOHN)],
      file: jsonFile(
        {
          vid: '9990200000000002',
          status: 'error',
          errorCode: 'MTS-IDA-001',
          errorMessage:
            'no answer of IDA about this person arrived, twice; the person may have been notified',
        },
        { vid: JOHN, token: JOHNS_TOKEN },
      ),
    },
  },
};

const DUPLICATE_COLUMNS =
  'the CSV file cannot be read at line 1: columns 2 and 3 have the same name; rename or remove one of them';

const FILES: Decisions = {
  'dev/csv-empty-file': {
    here: 'ATS-REQ-101 and the identifier as recorded, then `processed_with_errors`',
    because: 'A list of which nobody could be asked about has not been processed well.',
    instead: { finalStatus: 'processed_with_errors' },
  },
  'dev/csv-duplicate-header': {
    here: `Refused with MTS-CSV-001: “${DUPLICATE_COLUMNS}”`,
    because: 'Which of the two is meant nobody can know.',
    instead: refused(400, ['MTS-CSV-001', DUPLICATE_COLUMNS]),
  },
  'dev/csv-header-case': asRecorded('Names are exact, also in a mapping; each row says which one it lacks.'),
  'dev/csv-no-header-row': asRecorded(
    'A first row of data cannot be told from a header; each row says what it lacks.',
  ),
  ...forAll(
    ['dev/fmt-runtime-error', 'dev/fmt-csv-array'],
    asRecorded('Clients of the original read such files by position.'),
  ),
  'dev/fmt-csv-formula-injection': {
    here: 'An apostrophe before a cell that a spreadsheet would take for a formula',
    because: 'What a person is called must not run on the desk of who opens the file (OWASP, CSV injection).',
    instead: { file: textFile(`vid,name\r\n${JOHN},"'=HYPERLINK(""http://x"")"\r\n`) },
  },
};

/** What was decided on each peculiarity of the original. */
export const QUIRKS: Decisions = {
  ...SERVICE,
  ...ENVELOPE,
  ...RECORDS,
  ...FILES,
  ...ODK_QUIRKS,
  ...CALLBACK_QUIRKS,
  ...SYNC_QUIRKS,
};

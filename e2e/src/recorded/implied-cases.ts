import {
  askedAbout,
  JOHN,
  JOHNS_TOKEN,
  jsonFile,
  ownRefusal,
  refused,
  type ResultRow,
  rowJson,
  schemaRefusal,
  TAKEN,
  TAKEN_WITHOUT_USABLE_RECORD,
  textFile,
} from './decision.js';
import type { ErrorPair, Expectation, ExpectedFile } from './expectation.js';
import {
  get,
  HEADER,
  JOHN_CARTER,
  postAwaited,
  postCsv,
  postForCallback,
  postList,
  postOdk,
  postPerson,
  postText,
  type Request,
  ROW,
} from './implied-requests.js';
import type { Target } from './recorded-case.js';
import { type Asked, tokenOf } from './recorded-ida.js';

/** What follows from the recording, and from the source of the original's 1.1, without being recorded. */
interface ImpliedCase {
  readonly request: Request;
  readonly expected: Partial<Expectation>;
  /** Default: `dev`. */
  readonly target?: Target;
}

const JOHNS_ROW: ResultRow = { vid: JOHN, token: JOHNS_TOKEN };
const UNKNOWN = refused(404, ['ATS-REQ-016', 'no auth request found for the given identifier']);

function eng(value: string): readonly object[] {
  return [{ language: 'eng', value }];
}

/** He is asked about, and has his token. */
function found(demographics: object = {}, file: ExpectedFile = jsonFile(JOHNS_ROW)): Partial<Expectation> {
  return { answer: TAKEN, finalStatus: 'processed', file, asked: [askedAbout(JOHN, demographics)] };
}

/** The only record is invalid. */
function invalid([errorCode, errorMessage]: ErrorPair, vid: string | null = JOHN): Partial<Expectation> {
  return {
    answer: TAKEN_WITHOUT_USABLE_RECORD,
    finalStatus: 'processed_with_errors',
    file: jsonFile({ vid, status: 'invalid', errorCode, errorMessage }),
  };
}

const NO_VID: ErrorPair = ['ATS-REQ-009', 'vid or its mapping not present'];
const NO_NAME: ErrorPair = ['ATS-REQ-010', 'name or its mapping not present'];
const NO_GENDER: ErrorPair = ['ATS-REQ-011', 'gender or its mapping not present'];
const NO_VID_ROW: ResultRow = { vid: null, status: 'invalid', errorCode: NO_VID[0], errorMessage: NO_VID[1] };

/** One list of which some are asked about. */
function withErrors(asked: readonly Asked[], ...rows: readonly ResultRow[]): Partial<Expectation> {
  return { answer: TAKEN, finalStatus: 'processed_with_errors', file: jsonFile(...rows), asked };
}

const ENVELOPES: Readonly<Record<string, ImpliedCase>> = {
  'the file of an unknown request': {
    request: get('/authtoken/file/00aaaaaa-1111-2222-3333-444444444444'),
    expected: UNKNOWN,
  },
  'the file of what is no identifier': { request: get('/authtoken/file/xyz'), expected: UNKNOWN },
  'fields that nobody knows': {
    request: postList({ foo: 1, authdata: [{ ...JOHN_CARTER, photo: { a: [1] } }] }, { bar: 2 }),
    expected: found(),
  },
  'an address with doubled and trailing slashes': {
    request: postList({}, {}, '//authtoken//json/'),
    expected: found(),
  },
  'no body': { request: postText(''), expected: ownRefusal('missing request body') },
  'null for a body': { request: postText('null'), expected: ownRefusal('missing request body') },
  'a text for a body': { request: postText('"x"'), expected: schemaRefusal('value is not a valid dict') },
  'no request': {
    request: postList({}, { request: undefined }),
    expected: schemaRefusal('request: field required'),
  },
  'null for the request': {
    request: postList({}, { request: null }),
    expected: schemaRefusal('request: none is not an allowed value'),
  },
  'null for the time': {
    request: postList({}, { requesttime: null }),
    expected: ownRefusal('requesttime is not in valid format'),
  },
  'null for the output': {
    request: postList({ output: null }),
    expected: ownRefusal('output type is not mentioned'),
  },
  'a number for the output': {
    request: postList({ output: 5 }),
    expected: ownRefusal('output type is not supported'),
  },
  'nothing for the delivery type': {
    request: postList({ deliverytype: '' }),
    expected: ownRefusal('delivery type is not mentioned'),
  },
  'null for the delivery type': {
    request: postList({ deliverytype: null }),
    expected: ownRefusal('delivery type is not mentioned'),
  },
  'null for the list': { request: postList({ authdata: null }), expected: ownRefusal('authdata missing') },
  'an empty list': { request: postList({ authdata: [] }), expected: ownRefusal('authdata missing') },
  'a text for the list': {
    request: postList({ authdata: 'x' }),
    expected: schemaRefusal('request.authdata: value is not a valid list'),
  },
  'another language': {
    request: postList({ lang: 'fra' }),
    expected: found({
      name: [{ language: 'fra', value: JOHN_CARTER.name }],
      gender: [{ language: 'fra', value: JOHN_CARTER.gender }],
      fullAddress: [{ language: 'fra', value: JOHN_CARTER.fullAddress }],
    }),
  },
};

const MAPPINGS: Readonly<Record<string, ImpliedCase>> = {
  'an empty mapping': { request: postList({ mapping: {} }), expected: found() },
  'a text for the mapping': {
    request: postList({ mapping: 'x' }),
    expected: schemaRefusal('request.mapping: value is not a valid dict'),
  },
  'a text for the parts of the name': {
    request: postList({ mapping: { name: 'name' } }),
    expected: schemaRefusal('request.mapping.name: value is not a valid list'),
  },
  'a text for the parts of the address': {
    request: postList({ mapping: { fullAddress: 'fullAddress' } }),
    expected: schemaRefusal('request.mapping.fullAddress: value is not a valid list'),
  },
  'another name of a field': {
    request: postPerson({ vid: undefined, uin: JOHN }, { mapping: { vid: 'uin' } }),
    expected: found(),
  },
  'an invalid record whose number has another name': {
    request: postPerson({ vid: undefined, uin: JOHN, name: undefined }, { mapping: { vid: 'uin' } }),
    expected: invalid(NO_NAME, null),
  },
  'parts deep inside': {
    request: postPerson(
      { full: { first: 'John', last: 'Carter' }, lines: [{ text: 'A' }, { text: 'B' }] },
      { mapping: { name: ['full.first', 'full.last'], fullAddress: ['lines[0].text', 'lines[-1].text'] } },
    ),
    expected: found({ fullAddress: eng('A, B') }),
  },
  'a path with a pipe, and a name in quotes': {
    request: postPerson(
      { person: { full: 'John Carter' }, 'sex code': 'male' },
      { mapping: { name: ['person | .full'], gender: '"sex code"' } },
    ),
    expected: found(),
  },
  'parts of a name that are all missing': {
    request: postList({ mapping: { name: ['a', 'b'] } }),
    expected: invalid(NO_NAME),
  },
  'parts of a name that are all empty': {
    request: postPerson({ a: '', b: '' }, { mapping: { name: ['a', 'b'] } }),
    expected: invalid(['ATS-REQ-003', 'name is not provided']),
  },
};

const RECORDS: Readonly<Record<string, ImpliedCase>> = {
  'no number': { request: postPerson({ vid: undefined }), expected: invalid(NO_VID, null) },
  'no name': { request: postPerson({ name: undefined }), expected: invalid(NO_NAME) },
  'an empty address': {
    request: postPerson({ fullAddress: '' }),
    expected: invalid(['ATS-REQ-008', 'address is empty']),
  },
  'nothing at all': { request: postList({ authdata: [{}] }), expected: invalid(NO_VID, null) },
  'neither telephone nor e-mail': {
    request: postPerson({ phoneNumber: undefined, emailId: undefined }),
    expected: found({ phoneNumber: undefined, emailId: undefined }),
  },
  'false, as Odoo writes what is empty': {
    request: postPerson({ phoneNumber: false, emailId: false }),
    expected: found({ phoneNumber: undefined, emailId: undefined }),
  },
  'false for what is mandatory': {
    request: postList({ authdata: [{ ...JOHN_CARTER, gender: false }, JOHN_CARTER] }),
    expected: withErrors(
      [askedAbout(JOHN)],
      { vid: JOHN, status: 'invalid', errorCode: NO_GENDER[0], errorMessage: NO_GENDER[1] },
      JOHNS_ROW,
    ),
  },
  'a number with more digits than a double holds': {
    request: postText((postPerson({ vid: '@' }).body ?? '').replace('"@"', '12345678901234567891')),
    expected: {
      answer: TAKEN,
      finalStatus: 'processed',
      file: jsonFile({ vid: '12345678901234567891', token: tokenOf('12345678901234567891') }),
      asked: [askedAbout('12345678901234567891')],
    },
  },
  'a date with dashes': { request: postPerson({ dob: '1987-01-25' }), expected: found() },
  'a date without leading zeros': {
    request: postPerson({ dob: '1987-1-5' }),
    expected: found({ dob: '1987/01/05' }),
  },
  'no telephone, where it is mandatory': {
    target: 'devmandall',
    request: postPerson({ phoneNumber: undefined }),
    expected: invalid(['ATS-REQ-013', 'phoneNumber or its mapping not present']),
  },
};

const FILES: Readonly<Record<string, ImpliedCase>> = {
  'a form without a file': { request: postCsv(undefined), expected: ownRefusal('requires CSV file') },
  'a file of a header alone': {
    request: postCsv(HEADER),
    expected: { answer: TAKEN_WITHOUT_USABLE_RECORD, finalStatus: 'processed_with_errors', file: jsonFile() },
  },
  'a row that is too long': {
    request: postCsv(`${HEADER}${ROW.trimEnd()},more,and more\n`),
    expected: found(),
  },
  'a blank line between rows': {
    request: postCsv(`${HEADER}${ROW}\n${ROW}`),
    expected: withErrors([askedAbout(JOHN)], JOHNS_ROW, NO_VID_ROW, JOHNS_ROW),
  },
  'blank lines at the end': { request: postCsv(`${HEADER}${ROW}\n\r\n\n`), expected: found() },
  'tabs between the cells': {
    request: postCsv(`${HEADER}${ROW}`.replaceAll(/, /g, '; ').replaceAll(',', '\t'), { csvDelimiter: '\t' }),
    expected: found({ fullAddress: eng('Kenitra; Rabat Sale Kenitra; Kenitra 14011') }),
  },
  'columns that nobody has mapped': {
    request: postCsv('a,b\n1,2\n3,4\n'),
    expected: { ...invalid(NO_VID, null), file: jsonFile(NO_VID_ROW, NO_VID_ROW) },
  },
};

const FORMATS: Readonly<Record<string, ImpliedCase>> = {
  'false for the format, as Odoo writes what is empty': {
    request: postList({ outputFormat: false }),
    expected: found(),
  },
  'a format with everything that JSON has': {
    request: postList({ outputFormat: '{n:.input.name,t:.output.token,x:{a:[1,2.5,true,null],b:[],c:{}}}' }),
    expected: found(
      {},
      textFile(
        `[{"n": "John Carter", "t": "${JOHNS_TOKEN}", "x": {"a": [1, 2.5, true, null], "b": [], "c": {}}}]`,
      ),
    ),
  },
  'letters beyond ASCII': {
    request: postPerson({ note: 'é😀\u2028"' }, { outputFormat: '.input.note' }),
    expected: found({}, textFile(String.raw`["\u00e9\ud83d\ude00\u2028\""]`)),
  },
  'a format with several values, of which the first counts': {
    request: postList({ outputFormat: '1, 2' }),
    expected: found({}, textFile('[1]')),
  },
  'a format that gives nothing': {
    request: postList({ outputFormat: 'empty' }),
    expected: found({}, textFile('[null]')),
  },
  'cells of a CSV that hold everything': {
    request: postPerson(
      { note: 'Rue "é", 5\nCP' },
      { output: 'csv', outputFormat: '{a:.input.note,b:["é"],c:{d:1},e:null,f:true}' },
    ),
    expected: found({}, textFile('a,b,c,e,f\r\n"Rue ""é"", 5\nCP","[""\\u00e9""]","{""d"": 1}",,true\r\n')),
  },
};

function toCallback(...rows: readonly ResultRow[]): Pick<Expectation, 'peerRequests'> {
  const headers = { 'content-type': 'application/json' };
  return {
    peerRequests: rows.map((row) => ({ method: 'POST', url: '/cb', headers, body: rowJson(row) })),
  };
}

const CALLBACKS: Readonly<Record<string, ImpliedCase>> = {
  'a callback per record': {
    request: postForCallback({}),
    expected: { ...found(), ...toCallback(JOHNS_ROW) },
  },
  'a callback with what Odoo writes for nothing': {
    request: postForCallback({
      httpMethod: false,
      extraHeaders: false,
      authOdoo: false,
      requestFileName: false,
    }),
    expected: { ...found(), ...toCallback(JOHNS_ROW) },
  },
  'a callback of a file without a name': {
    request: postForCallback({ callInBulk: true }, { output: 'csv' }),
    expected: refused(400, ['ATS-REQ-025', 'requestFileName is not valid in callbackProperties']),
  },
  'a callback for Odoo without a log-in': {
    request: postForCallback({ authType: 'odoo' }),
    expected: refused(400, ['ATS-REQ-028', 'authOdoo cannot be empty for authType odoo']),
  },
  'a callback with a bearer that is missing': {
    request: postForCallback({ authType: 'staticBearer' }),
    expected: refused(400, ['ATS-REQ-030', 'authStaticBearer cannot be empty for authType staticBearer']),
  },
  'a callback with an empty bearer': {
    request: postForCallback({ authType: 'staticBearer', authStaticBearer: { token: '' } }),
    expected: refused(400, [
      'ATS-REQ-034',
      'token in authStaticBearer cannot be empty for authType staticBearer',
    ]),
  },
  'a callback to nowhere': {
    request: postForCallback({ url: undefined, callInBulk: true }),
    expected: schemaRefusal('request.callbackProperties.url: field required'),
  },
  'a callback to what is no address': {
    request: postForCallback({ url: 'receiver' }),
    expected: schemaRefusal('request.callbackProperties.url: invalid or missing URL scheme'),
  },
};

const OTHERS: Readonly<Record<string, ImpliedCase>> = {
  'ODK without a server': {
    request: postOdk({ baseurl: '' }),
    expected: refused(400, ['ATS-REQ-018', 'no odk baseurl provided']),
  },
  'ODK without an e-mail address': {
    request: postOdk({ email: undefined }),
    expected: schemaRefusal('request.odkconfig.email: field required'),
  },
  'ODK without a project': {
    request: postOdk({ projectid: '' }),
    expected: refused(400, ['ATS-REQ-021', 'no odk project id provided']),
  },
  'ODK without a form': {
    request: postOdk({ formid: '' }),
    expected: refused(400, ['ATS-REQ-022', 'no odk form id provided']),
  },
  'one person without a name, awaited': {
    request: postAwaited({ ...JOHN_CARTER, name: undefined }),
    expected: refused(400, NO_NAME),
  },
  'one person whom IDA does not know, awaited': {
    request: postAwaited({ ...JOHN_CARTER, vid: '4100000000000050' }),
    expected: {
      answer: {
        status: 200,
        errors: [['IDA-MLC-009', 'Invalid VID. Please retry with the correct VID']],
        response: { authStatus: false },
      },
      asked: [askedAbout('4100000000000050')],
    },
  },
};

export const IMPLIED_CASES: Readonly<Record<string, ImpliedCase>> = {
  ...ENVELOPES,
  ...MAPPINGS,
  ...RECORDS,
  ...FILES,
  ...FORMATS,
  ...CALLBACKS,
  ...OTHERS,
};

/** Named details that a text may use. Never personal data: a text can end in a log. */
export interface ErrorDetails {
  readonly field?: string;
  readonly problem?: string;
  readonly limit?: string | number;
  readonly fileLine?: number;
}

interface CatalogueEntry {
  /** HTTP status where the code answers a call; `record` where it stands in a result row. */
  readonly where: number | 'record';
  /** The text on the wire. Texts of the original (1.1) are kept to the letter; ours say what to do. */
  readonly text: (details: ErrorDetails, status?: number) => string;
  /** For docs/errors: what the reader does about it. */
  readonly advice: string;
}

const entry = (
  where: CatalogueEntry['where'],
  text: string | CatalogueEntry['text'],
  advice: string,
): CatalogueEntry => ({
  where,
  text: typeof text === 'string' ? (): string => text : text,
  advice,
});

/**
 * Every error that we can answer with: one stable code, its HTTP status, its text, what to do.
 * `ATS-REQ-…` are the original's (its documentation and version 1.1); `MTS-…` are ours.
 * A retired code stays here as a comment.
 */
export const CATALOGUE = {
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
  'ATS-REQ-016': entry(
    404,
    'no auth request found for the given identifier',
    'Check the identifier; results are also gone once their request has expired.',
  ),
  'ATS-REQ-017': entry(
    202,
    'Auth request not processed yet',
    'Ask again later; the status says how far it is.',
  ),
  'ATS-REQ-100': entry(
    500,
    'an unexpected error occurred; try again, and tell the operator the time if it stays',
    'Look for the same moment in the log of the service.',
  ),
  'ATS-REQ-101': entry(
    200,
    'none of the record form a valid request',
    'The result file says per record what is wrong; correct it and hand the list in again.',
  ),
  'ATS-REQ-102': entry(
    400,
    // 422 is what the original's schema refuses (pydantic), 400 what its own checks do: each has its spelling.
    ({ problem, field }, status) =>
      `${status === 422 ? 'Invalid Input' : 'invalid input'}. ${field === undefined ? '' : `${field}: `}${problem ?? 'the request cannot be read'}`,
    'The text names the field and what is expected of it.',
  ),
  'ATS-REQ-103': entry(
    'record',
    ({ problem }) => problem ?? 'several errors',
    'In an answer: correct outputFormat as the text says. In a result row: IDA gave several errors for this record; each stands as CODE::message.',
  ),
  'ATS-REQ-104': entry(
    400,
    // The documented text of the original, which later took lists too (they have no header).
    ({ problem }) => problem ?? 'for csv output, outputFormat cannot be list. Has to be json',
    'Try the outputFormat with POST /authtoken/preview. Of a list that was handed in, the result without it is at /authtoken/file/{id}?format=default.',
  ),
  'MTS-CSV-001': entry(
    400,
    ({ fileLine, problem }) => `the CSV file cannot be read at line ${String(fileLine)}: ${problem ?? ''}`,
    'Correct the file at that line and hand it in again; nothing of it was kept.',
  ),
  'MTS-REQ-001': entry(404, 'no such address; see /docs for what is offered', 'Check the path.'),
  'MTS-REQ-002': entry(405, 'this address does not take that method; see /docs', 'Check the method.'),
  'MTS-REQ-003': entry(
    413,
    ({ limit, problem }) =>
      `the body is larger than ${String(limit)} bytes; ${problem ?? 'hand a long list in as CSV'}`,
    'Use POST /authtoken/csv, which takes far longer lists, split the list, or ask the operator to raise the limit.',
  ),
  'MTS-REQ-004': entry(
    415,
    'this address takes application/json or, for CSV, multipart/form-data',
    'Set the Content-Type header.',
  ),
  'MTS-REQ-005': entry(
    400,
    'the upload broke off before its end; hand the list in again',
    'Nothing of it was kept.',
  ),
  'MTS-AUTH-001': entry(
    401,
    ({ problem }) => problem ?? 'this call says not who makes it; send an API key or an access token',
    'Send the API key or the access token in the header `Authorization: Bearer …`; an administrator makes keys.',
  ),
  'MTS-AUTH-002': entry(
    403,
    'this caller may not do that; ask the administrator for the role',
    'The documentation of each address says which role it needs.',
  ),
  'MTS-SYS-001': entry(
    503,
    'the database cannot be reached; try again in a moment',
    'Operators: see /health/ready.',
  ),
  'MTS-SYS-002': entry(
    507,
    'the database has no room left; free space, then hand the list in again',
    'Operators: enlarge the disk of the database.',
  ),
  'MTS-SYS-003': entry(
    503,
    'no seeder runs, so nobody can ask IDA; start one',
    'Operators: the end of its log says why a seeder stopped.',
  ),
  'MTS-SYS-004': entry(
    202,
    'the preflight has not ended yet; GET /health tells its result once it has',
    'The seeders are busy, or IDA is slow to answer.',
  ),
  'MTS-IDA-001': entry(
    'record',
    'no answer of IDA about this person arrived, twice; the person may have been notified',
    'Asked twice without an answer. Look at the person in IDA before asking again by hand.',
  ),
  'MTS-IDA-002': entry(
    'record',
    'this record was cancelled before IDA was asked',
    'Hand it in again if it is still wanted.',
  ),
  'MTS-IDA-101': entry(
    'record',
    'IDA cannot be reached',
    'Nothing is lost: work goes on when IDA answers. Check MTS_IDA_AUTH_URL and the way there (name, proxy, firewall).',
  ),
  'MTS-IDA-102': entry(
    'record',
    'IDA did not answer in time',
    'Nothing is lost: work goes on when IDA answers.',
  ),
  'MTS-IDA-103': entry(
    'record',
    'IDA or a proxy before it answered with an HTTP error',
    'Look at the status named beside it. HTTP 404: no call of IDA is at MTS_IDA_AUTH_URL, which must end in /auth.',
  ),
  'MTS-IDA-104': entry(
    'record',
    'IDA answered with something that is not its JSON',
    'Check MTS_IDA_AUTH_URL: a portal or proxy page answers there.',
  ),
  'MTS-IDA-105': entry(
    'record',
    'IDA confirmed the person but gave no Token ID',
    'The static token is switched off in IDA; ask the MOSIP operator.',
  ),
  'MTS-IDA-106': entry(
    'record',
    'the signature of the answer does not fit the pinned certificate',
    'Check the pinned certificate; if it is right, somebody answers in the name of IDA.',
  ),
  'MTS-IDA-107': entry(
    'record',
    'IDA refused the person without saying why',
    'Check that the record holds more than blanks.',
  ),
  'MTS-IDA-108': entry(
    'record',
    'IDA confirmed a number that nobody can have',
    'Something that confirms everybody answers in the place of IDA: check MTS_IDA_AUTH_URL.',
  ),
  'MTS-IDA-109': entry(
    'record',
    'a call to IDA cannot be sealed and signed: a key is missing',
    'Check the partner key and the certificate of IDA; nobody was asked.',
  ),
  'MTS-IDA-110': entry(
    'record',
    'IDA confirmed the person, but the identity it sent does not open with the partner key',
    'The partner key must be the one of the certificate that MOSIP holds of this partner.',
  ),
  'MTS-IDA-111': entry(
    'record',
    'the HTTP calls of this process are traced, and a trace would hold the licence key and the API key',
    'Switch off NODE_DEBUG=undici, or the tracing agent, for this process; nobody was asked.',
  ),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof CATALOGUE;

/** The text of a code as it goes on the wire. @param status where one code has several, see ApiError */
export function errorText(code: ErrorCode, details: ErrorDetails = {}, status?: number): string {
  return CATALOGUE[code].text(details, status);
}

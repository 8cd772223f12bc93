import { type Entries, entry } from './entry.js';

/** What is wrong with a call or with a list as a whole, and what answers about one. */
export const REQUEST_CODES = {
  'ATS-REQ-016': entry(
    404,
    'no auth request found for the given identifier',
    'Check the identifier; results are also gone once their request has expired.',
  ),
  'ATS-REQ-017': entry(
    202,
    'Auth request not processed yet',
    'Ask again later: GET /authtoken/status/{id} says how far it is, and what holds it.',
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
    'The text names the field and what is expected of it. `missing request body`: the JSON is missing, which in the form of POST /authtoken/csv is the part `request`, before `csv_file`. `output` is csv or json. requesttime is UTC such as 2026-11-22T01:21:37.737Z, with fraction digits and Z; mapping.name and mapping.fullAddress are lists, also of one field.',
  ),
  'ATS-REQ-103': entry(
    'record',
    ({ problem }) => problem ?? 'several errors',
    'In an answer: correct outputFormat as the text says; POST /authtoken/preview says in which line and column it is wrong. In a result row: IDA gave several errors for this record; each stands as CODE::message.',
  ),
  'ATS-REQ-104': entry(
    400,
    // The documented text of the original, which later took lists too (they have no header).
    ({ problem }) => problem ?? 'for csv output, outputFormat cannot be list. Has to be json',
    'Try the outputFormat with POST /authtoken/preview. Of a list that was handed in, the result without it is at /authtoken/file/{id}?layout=default.',
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
    'Use POST /authtoken/csv, which takes far longer lists, split the list, or ask the operator to raise the limit. That of one person is fixed: leave out what IDA is not to be asked with.',
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
  'MTS-REQ-006': entry(
    409,
    'this Idempotency-Key came before, with another content; take a new key for a new list',
    'The first request stays as it is. A key is free again once its request is erased.',
  ),
  'MTS-REQ-007': entry(
    'record',
    ({ requestId }) =>
      `paused by its caller or an operator${requestId === undefined ? '' : `; it goes on after POST /authtoken/requests/${requestId}/resume`}`,
    'What IDA has been asked already is finished; nobody else is asked until POST /authtoken/requests/{id}/resume.',
  ),
  'MTS-REQ-008': entry(
    409,
    ({ problem }) => `the request has ended${problem === undefined ? '' : `: ${problem}`}`,
    'Only a request that still works can be paused or resumed; cancelled too while its results are being delivered.',
  ),
  'MTS-REQ-009': entry(
    409,
    ({ problem }) => problem ?? 'the records cannot be asked again',
    'Only records of a request that has ended with errors are asked again, and only as long as they are kept.',
  ),
  'MTS-REQ-010': entry(
    'record',
    'the list was cancelled before it was fetched whole; nobody was asked',
    'Nothing of what was fetched is kept. Hand the list in again if it is still wanted.',
  ),
  'MTS-REQ-011': entry(
    'record',
    ({ requestId }) =>
      `a part of the list is set aside, because each try to work on it ended in a fault of the token seeder; the rest goes on${requestId === undefined ? '' : `, and POST /authtoken/resume/${requestId} has the part tried again`}`,
    'Operators: the log names the fault and its range. Once it is mended, put the range back, or resume the list: POST /authtoken/resume/{id}.',
  ),
  'MTS-REQ-012': entry(
    'record',
    ({ problem }) =>
      `a part of the list cannot be worked on because of a fault of the token seeder${problem === undefined ? '' : ` (${problem})`}; it is tried again by itself, and the rest goes on`,
    'After the fifth time in a row the part is set aside, and somebody has to look: MTS-REQ-011. Operators: the log names the fault, its range, and the line where one is to blame.',
  ),
  'MTS-REQ-013': entry(
    409,
    'the request is being cancelled: nobody else is asked, and it ends when the calls under way are answered',
    'It cannot be paused, resumed or asked again any more. GET /authtoken/requests/{id} says when it has ended; its result can be fetched then.',
  ),
  'MTS-RES-001': entry(
    409,
    'the records of this list were not kept, and this layout is made of them; take layout=default',
    'With MTS_INPUT_KEPT=results the records are kept as long as the results of their list; that is for the operator to say, before the list is handed in.',
  ),
  'MTS-RES-002': entry(
    406,
    'results are sent as they are or compressed by gzip; let Accept-Encoding have one of the two',
    'Leave the header Accept-Encoding out, or name gzip or identity in it without q=0.',
  ),
  'MTS-SYNC-001': entry(
    202,
    ({ requestId }) =>
      `IDA has not answered yet; it goes on under ${requestId ?? 'the identifier beside'}: ask GET /authtoken/status/{id}, then GET /authtoken/file/{id}, and do not hand the record in again`,
    'Neither a success nor a refusal. The limit is MTS_SYNC_WAIT_SECONDS_MAX; what holds IDA up stands in /health.',
  ),
  'MTS-SYNC-002': entry(
    503,
    ({ problem, retryAfterSeconds }) =>
      `IDA cannot be asked now: ${problem ?? ''} Nothing was kept, and nobody was asked; try again in ${String(retryAfterSeconds ?? 30)} s`,
    'Neither a success nor a refusal: hand the record in again once the cause is gone. Operators: /health names it too.',
  ),
} as const satisfies Entries;

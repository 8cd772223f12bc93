import { type Entries, entry } from './entry.js';
import { HTTP_STATUS_ADVICE } from './http-status-advice.js';

/** What became of a record, or of a call to IDA, beside IDA's own codes. */
export const IDA_CODES = {
  'MTS-IDA-001': entry(
    'record',
    'no answer of IDA about this person arrived, twice; the person may have been notified',
    'Asked twice without an answer. Look at the person in IDA, then ask again: POST /authtoken/requests/{id}/retry.',
  ),
  'MTS-IDA-002': entry(
    'record',
    'this record was cancelled before IDA was asked',
    'Hand it in again if it is still wanted.',
  ),
  'MTS-IDA-003': entry(
    'record',
    'no answer of IDA about this person arrived; what was given with the record, a one-time password or biometrics, may be used up, so it was not asked again',
    'Request a new one-time password, or capture the biometrics again, and hand the record in once more.',
  ),
  'MTS-IDA-004': entry(
    'record',
    'IDA could not be asked as long as the one-time password or the biometrics of this record were good; nobody was asked',
    'Request a new one-time password, or capture the biometrics again, and hand the record in once more.',
  ),
  'MTS-IDA-005': entry(
    'record',
    'the list was cancelled while IDA was asked about this person; no answer is known, and the person may have been notified',
    'Look at the person in IDA before handing the record in again: the first call may have used up a one-time VID.',
  ),
  'MTS-IDA-006': entry(
    'record',
    'this record cannot be read; nobody was asked',
    'This is a fault of the token seeder: tell whoever runs it, and ask again about the record when it is mended.',
  ),
  'MTS-IDA-007': entry(
    'record',
    'this record cannot be read any more: hand the person in again',
    'What was stored of it is damaged. Of the records that GET /authtoken/requests/{id} counts under this code, given up by an operator, that is final. The outcome of any other may be whole, and layout=default shows it then; if not, its row can be brought back from a backup of the database. Operators: the log names the first such line.',
  ),
  'MTS-IDA-101': entry(
    'record',
    'IDA cannot be reached',
    'Lists go on by themselves when IDA answers. Check MTS_IDA_AUTH_URL and the way there (name, proxy, firewall).',
  ),
  'MTS-IDA-102': entry(
    'record',
    'IDA did not answer in time, or the connection broke',
    'Lists go on by themselves when IDA answers. If it lasts, ask its operator, or look at the way there (proxy, firewall).',
  ),
  'MTS-IDA-103': entry('record', 'IDA or a proxy before it answered with an HTTP error', HTTP_STATUS_ADVICE),
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
} as const satisfies Entries;

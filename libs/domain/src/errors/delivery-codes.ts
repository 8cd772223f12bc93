import { type Entries, entry } from './entry.js';

/** What mends a delivery whose receiver does not let us in. */
const CORRECT =
  'POST /authtoken/requests/{id}/redeliver with corrected callbackProperties: what is missing is sent, and nobody is asked again.';

/** Results that are delivered by callback. */
export const DELIVERY_CODES = {
  'ATS-REQ-024': entry(
    400,
    'callbackProperties cannot be empty for deliverytype callback',
    'Say where the results go: callbackProperties.url.',
  ),
  'ATS-REQ-025': entry(
    400,
    'requestFileName is not valid in callbackProperties',
    'For csv output, give requestFileName: the name of the part and of the file in it.',
  ),
  'ATS-REQ-026': entry(
    400,
    'callInBulk cannot be false for csv output',
    'A CSV file goes out as one: set callInBulk to true, or output to json.',
  ),
  'ATS-REQ-027': entry(
    400,
    'unsupported authType in CallbackProperties',
    'One of none, odoo, oauth, staticBearer.',
  ),
  'ATS-REQ-028': entry(
    400,
    'authOdoo cannot be empty for authType odoo',
    'Give authOdoo with authUrl, database, username and password.',
  ),
  'ATS-REQ-029': entry(
    400,
    'authOauth cannot be empty for authType oauth',
    'Give authOauth with authUrl, and with client or user.',
  ),
  'ATS-REQ-030': entry(
    400,
    'authStaticBearer cannot be empty for authType staticBearer',
    'Give authStaticBearer with token.',
  ),
  'ATS-REQ-031': entry(
    400,
    'authUrl in authOdoo, cannot be empty for authType odoo',
    'The URL of /web/session/authenticate.',
  ),
  'ATS-REQ-032': entry(
    400,
    'username in authOdoo, cannot be empty for authType odoo',
    'The login of an Odoo user.',
  ),
  'ATS-REQ-033': entry(
    400,
    'database in authOdoo, cannot be empty for authType odoo',
    'The name of the Odoo database.',
  ),
  'ATS-REQ-034': entry(
    400,
    'token in authStaticBearer cannot be empty for authType staticBearer',
    'The token that goes behind Bearer.',
  ),
  'MTS-DLV-001': entry(
    400,
    ({ field, problem }) => `${field ?? 'callback'}: the address ${problem ?? 'is closed to callers'}`,
    'Give an address on the public internet with https, or let the operator list it in MTS_OUTBOUND_ALLOWED.',
  ),
  'MTS-DLV-002': entry(
    409,
    ({ problem }) => problem ?? 'there is nothing to deliver again',
    'GET /authtoken/requests/{id} says how the delivery stands.',
  ),
  'MTS-DLV-003': entry(
    403,
    'only the caller that handed the request in may say where its results go',
    'Without callbackProperties, POST /authtoken/requests/{id}/redeliver sends them where they were to go before.',
  ),
  'MTS-DLV-101': entry(
    'record',
    ({ problem }) =>
      `the receiver of the callback refuses the log-in${problem === undefined ? '' : `: ${problem}`}`,
    `Nothing was sent. ${CORRECT} Look at user, password and database, or client and secret.`,
  ),
  'MTS-DLV-102': entry(
    'record',
    ({ problem }) =>
      `the receiver of the callback cannot be reached${problem === undefined ? '' : ` (${problem})`}`,
    'It is tried again by itself. Check the URL, and whether the receiver runs.',
  ),
  'MTS-DLV-103': entry(
    'record',
    ({ problem }) =>
      `the receiver of the callback did not answer in time${problem === undefined ? '' : ` (${problem})`}`,
    'It is tried again by itself. Give it more time with callbackProperties.timeoutSeconds.',
  ),
  'MTS-DLV-104': entry(
    'record',
    ({ problem }) => `the receiver of the callback has a fault: ${problem ?? 'it does not say which'}`,
    'It is tried again by itself; look into the log of the receiver.',
  ),
  'MTS-DLV-105': entry(
    'record',
    ({ problem }) =>
      `the receiver of the callback refuses what it is sent: ${problem ?? 'it does not say why'}`,
    'Look into the log of the receiver; compare what it expects with outputFormat, httpMethod and url.',
  ),
  'MTS-DLV-106': entry(
    'record',
    ({ problem }) => `the receiver of the callback answers with a redirect: ${problem ?? ''}`,
    'Redirects are not followed: give the final URL. Odoo redirects to its log-in page: give authType odoo. Redeliver with such callbackProperties.',
  ),
  'MTS-DLV-107': entry(
    'record',
    ({ problem }) => `the receiver of the callback answers with an error of JSON-RPC: ${problem ?? ''}`,
    'A route of type json takes its parameters in params: write {"jsonrpc": "2.0", "params": {…}} in outputFormat.',
  ),
  'MTS-DLV-108': entry(
    'record',
    ({ problem }) => `the receiver of the callback does not accept the log-in: ${problem ?? ''}`,
    `${CORRECT} Look at authType, token and the rights of the user.`,
  ),
  'MTS-DLV-109': entry(
    'record',
    'the address of the callback, or of its log-in, is closed to callers',
    'The operator can open it with MTS_OUTBOUND_ALLOWED.',
  ),
  'MTS-DLV-110': entry(
    'record',
    'outputFormat gives other values each time, so that a large result cannot be sent',
    'Leave now and other times of day out of outputFormat, or let records be delivered one by one.',
  ),
  'MTS-DLV-111': entry(
    'record',
    ({ limit, problem }) =>
      `the receiver of the callback refused ${String(limit)} of the records: ${problem ?? 'it does not say why'}`,
    'Mend the receiver, then POST /authtoken/requests/{id}/redeliver: only what is missing is sent.',
  ),
  'MTS-DLV-112': entry(
    'record',
    ({ problem }) =>
      `a fault of this service keeps the results from being delivered${problem === undefined ? '' : ` (${problem})`}`,
    'It is tried again by itself. Operators: the log of the seeders tells where, beside the id of the request; after SealBrokenError, ResultNotWholeError or RequestErasedError rows of it are broken or missing, see looking-after-it.md.',
  ),
} as const satisfies Entries;

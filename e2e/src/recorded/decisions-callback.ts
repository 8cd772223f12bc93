import {
  asRecorded,
  type Decision,
  type Decisions,
  forAll,
  JOHN,
  JOHNS_TOKEN,
  jsonFile,
  MISMATCHED,
  ownRefusal,
  type ResultRow,
  rowJson,
  schemaRefusal,
} from './decision.js';
import type { PeerRequest } from './recorded-case.js';

const BOTH: readonly ResultRow[] = [
  { vid: JOHN, token: JOHNS_TOKEN },
  {
    vid: MISMATCHED,
    status: 'error',
    errorCode: 'IDA-DEA-001',
    errorMessage: 'Demographic data name in eng did not match',
  },
];
const IN_BULK = `[${BOTH.map(rowJson).join(', ')}]`;
const JSON_TYPE = { 'content-type': 'application/json' };
const COOKIE = { cookie: 'session_id=odoo-sess-123; frontend_lang=en_US' };

function post(url: string, body: string, headers: Readonly<Record<string, string>> = {}): PeerRequest {
  return { method: 'POST', url, headers: { ...JSON_TYPE, ...headers }, body };
}

function logInToOdoo(path: string, headers: Readonly<Record<string, string>> = {}): PeerRequest {
  return post(path, '{"jsonrpc": "2.0", "params": {"db": "db", "login": "u", "password": "p"}}', headers);
}

function logOutOfOdoo(headers: Readonly<Record<string, string>> = {}): PeerRequest {
  return { method: 'GET', url: '/web/session/logout', headers: { ...COOKIE, ...headers }, body: '' };
}

function askForToken(url: string): PeerRequest {
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'client_id=cid&grant_type=client_credentials&client_secret=csec',
  };
}

/** The token is asked for and passed on, whatever it holds. */
function tokenIsUsed(url: string, token: string): Decision {
  return {
    here: 'The token is passed on, and the result delivered',
    because: 'What a token holds is between those who make it and those who read it (RFC 6749, 1.4).',
    instead: {
      finalStatus: 'processed_with_errors',
      peerRequests: [askForToken(url), post('/cb', IN_BULK, { authorization: `Bearer ${token}` })],
    },
  };
}

const AUTHENTICATE = '/web/session/authenticate';
const WITH_POST = 'Proxies may drop the body of a GET; every version of Odoo takes the log-in by POST.';

export const CALLBACK_DEVIATIONS: Decisions = {
  'dev/cb-odoo-bulk': {
    here: 'The log-in is a POST',
    because: WITH_POST,
    instead: {
      peerRequests: [
        logInToOdoo(AUTHENTICATE, { 'x-o': '1' }),
        post('/cb', IN_BULK, COOKIE),
        logOutOfOdoo({ 'x-o': '1' }),
      ],
    },
  },
  'dev/cb-odoo-perrecord': {
    here: 'The log-in is a POST',
    because: WITH_POST,
    instead: {
      peerRequests: [
        logInToOdoo(AUTHENTICATE),
        ...BOTH.map((row) => post('/cb', rowJson(row), COOKIE)),
        logOutOfOdoo(),
      ],
    },
  },
};

export const CALLBACK_QUIRKS: Decisions = {
  'dev/cb-perrecord-null-output': {
    here: 'Nothing is sent for a record of which the outputFormat makes nothing',
    because: 'An empty body tells a receiver nothing; so a format can also choose whom to deliver.',
    instead: { peerRequests: [post('/cb', `{"v": "${JOHN}"}`)] },
  },
  'dev/cb-csv-header-only-input': {
    here: 'The callback is made as recorded, the status is `processed_with_errors`',
    because: 'A list of which nobody could be asked about has not been processed well.',
    instead: { finalStatus: 'processed_with_errors' },
  },
  'dev/cb-extraheader-overrides-auth': asRecorded(
    'Who gives both means the header: the schema cannot know every receiver.',
  ),
  'dev/cb-oauth-expired-token-perrecord': {
    here: 'One token for all, and a new one when the receiver refuses it or the server’s `expires_in` is over',
    because: 'The clock that counts is that of the server which gave the token.',
    instead: {
      peerRequests: [
        askForToken('/oauth/token-expired'),
        ...BOTH.map((row) =>
          post('/cb', rowJson(row), {
            authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJleHAiOjE2MDAwMDAwMDAsInBhZCI6IiJ9.sig',
          }),
        ),
      ],
    },
  },
  'dev/cb-receiver-unreachable': {
    here: 'It is tried again for MTS_CALLBACK_AGE_HOURS_MAX; meanwhile, and afterwards, the result can be fetched',
    because: 'A receiver that is down for a while must not cost the results.',
    instead: { finalStatus: 'processed_with_errors', file: jsonFile(...BOTH) },
  },
};

const METHODS = 'request.callbackProperties.httpMethod: one of POST, PUT, PATCH, DELETE, GET is expected';
const FAILED = 'error_making_callback_request';

export const CALLBACK_BUGS: Decisions = {
  'dev/cb-output-missing': {
    here: '“Invalid Input. request.output: field required”',
    because: 'A missing field is the caller’s to add, and has a name.',
    instead: schemaRefusal('request.output: field required'),
  },
  ...forAll(['dev/cb-httpmethod-number', 'dev/cb-method-unknown', 'dev/cb-method-session-attr'], {
    here: `Refused: “invalid input. ${METHODS}”`,
    because: 'It is found out before anybody is asked about, not after.',
    instead: ownRefusal(METHODS),
  }),
  'dev/cb-extraheader-number-value': {
    here: 'The number is sent as its text',
    because: 'Numbers become their exact text; what no header can hold is refused at once.',
    instead: { finalStatus: 'processed_with_errors', peerRequests: [post('/cb', IN_BULK, { 'x-n': '5' })] },
  },
  'dev/cb-oauth-jwt-needing-padding-1': tokenIsUsed(
    '/oauth/token-padbad',
    'eyJhbGciOiJub25lIn0.eyJleHAiOjQxMDI0NDQ4MDAsInBhZCI6IngifQ.sig',
  ),
  'dev/cb-oauth-jwt-needing-padding-2': tokenIsUsed(
    '/oauth/token-pad3',
    'eyJhbGciOiJub25lIn0.eyJleHAiOjQxMDI0NDQ4MDAsInBhZCI6Inh4In0.sig',
  ),
  'dev/cb-oauth-opaque-token': tokenIsUsed('/oauth/token-opaque', 'opaque-token-1'),
  'dev/cb-oauth-401': {
    here: 'The callback has failed, and the result can be fetched',
    because: 'Wrong credentials stay wrong: nobody is asked twice with them.',
    instead: { peerRequests: [askForToken('/oauth/token-401')], file: jsonFile(...BOTH) },
  },
  'dev/cb-oauth-authurl-missing': {
    here: 'Refused, with the field named',
    because: 'It is found out before anybody is asked about, not after.',
    instead: schemaRefusal('request.callbackProperties.authOauth.authUrl: field required'),
  },
  'dev/cb-odoo-login-failed-no-cookie': {
    here: 'Nothing is sent; the callback has failed, and the result can be fetched',
    because: 'Results go to nobody who has not been proved to be the receiver.',
    instead: {
      finalStatus: FAILED,
      peerRequests: [logInToOdoo('/web/session/authenticate-nocookie')],
      file: jsonFile(...BOTH),
    },
  },
  'dev/cb-receiver-500': {
    here: 'Not delivered: it is tried again, and the result can be fetched meanwhile',
    because: 'Only 2xx says that the receiver has taken it.',
    instead: { file: jsonFile(...BOTH) },
  },
  'dev/cb-receiver-redirect': {
    here: 'The callback has failed, and nothing is sent to the other address',
    because: 'A redirect makes a GET without a body of it, and leads where nobody has looked.',
    instead: { finalStatus: FAILED, peerRequests: [post('/cb-redirect', IN_BULK)], file: jsonFile(...BOTH) },
  },
  'dev/cb-download-of-callback-request': {
    here: 'The result can be fetched',
    because: 'What was delivered once may be needed twice.',
    instead: { file: jsonFile(...BOTH) },
  },
};

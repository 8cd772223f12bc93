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
  rowJson,
  TAKEN,
} from './decision.js';
import type { Expectation } from './expectation.js';
import type { PeerRequest } from './recorded-case.js';
import type { Asked } from './recorded-ida.js';

const OTHER: ResultRow = { vid: '4100000000000023', token: '115456469539424393398368220319505898' };
const BOTH: readonly ResultRow[] = [{ vid: JOHN, token: JOHNS_TOKEN }, OTHER];

/** What 1.1 and we ask about the two of ODK Central; 1.0.1 hands their dates of birth on with dashes. */
const BOTH_ASKED: readonly Asked[] = [odkPerson('1', JOHN), odkPerson('2', OTHER.vid ?? '')];

function odkPerson(n: string, vid: string, name = `Odk Person ${n}`): Asked {
  return askedAbout(vid, {
    name: [{ language: 'eng', value: name }],
    dob: `1987/01/2${n}`,
    fullAddress: [{ language: 'eng', value: `Odk Street ${n}` }],
    phoneNumber: undefined,
    emailId: undefined,
  });
}

const BEARER = { authorization: 'Bearer odk-token-abc' };
const SELECTED = '$select=__id,__system/submissionDate,__system/status';
const MAPPED = 'vid,name,gender,dob,phoneNumber,emailId,fullAddress';
const PAGED = '$top=2500&$count=true';

interface Pull {
  readonly origin?: string;
  /** Of the project and the form. */
  readonly form?: string;
  readonly query?: string;
  /** What is called once the submissions have come. */
  readonly afterwards?: readonly PeerRequest[];
}

function logIn(origin = '', password = 'pw'): PeerRequest {
  return {
    method: 'POST',
    url: `${origin}/v1/sessions`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'a@b.c', password }),
  };
}

/** The calls of a pull that succeeds. */
function pull({
  origin = '',
  form = 'projects/1/forms/f',
  query,
  afterwards = [],
}: Pull = {}): PeerRequest[] {
  const get = (path: string): PeerRequest => ({
    method: 'GET',
    url: `${origin}/v1/${path}`,
    headers: BEARER,
    body: '',
  });
  return [
    logIn(origin),
    get(`${form}/fields?odata=true`),
    get(`${form}.svc/Submissions?${query ?? `${SELECTED},${MAPPED}&${PAGED}`}`),
    { method: 'DELETE', url: `${origin}/v1/sessions/current`, headers: BEARER, body: '' },
    ...afterwards,
  ];
}

const HERE =
  'The form’s fields are looked at, the mapped ones alone are asked for, page by page and counted; then the session is ended';
const BECAUSE =
  'What is not mapped is nobody’s to pull; a number that has lost its digits and an answer that ends early must not go unnoticed.';

function pulledAs(how: Pull, rest: Partial<Expectation> = {}): Decision {
  return { here: HERE, because: BECAUSE, instead: { peerRequests: pull(how), ...rest } };
}

const TLS = 'https://localhost:27443';
const FROM = '$filter=__system/submissionDate%20ge%202022-10-01T00:00:00.000Z';
const UNTIL = '%20and%20__system/submissionDate%20lt%202022-10-31T00:00:00.000Z';
const NESTED = `${SELECTED},demo/uin,demo/full/first,demo/full/last,gender,dob,phoneNumber,emailId,fullAddress&${PAGED}`;
const NESTED_ASKED = [odkPerson('1', JOHN, 'F1 L1'), odkPerson('2', OTHER.vid ?? '', 'F2 L2')];

export const ODK_DEVIATIONS: Decisions = {
  ...forAll(['dev/odk-happy', 'dev/odk-version-empty'], pulledAs({})),
  'main/odk-happy': pulledAs({ origin: TLS }, { asked: BOTH_ASKED }),
  'dev/odk-startdate-enddate': pulledAs({ query: `${FROM}${UNTIL}&${SELECTED},${MAPPED}&${PAGED}` }),
  'dev/odk-odataurl-with-query-and-dates': pulledAs({
    form: 'projects/7/forms/x',
    query: `$top=1&${FROM}${UNTIL}&${SELECTED},${MAPPED}`,
  }),
  'dev/odk-nested-mapping-csv-out': pulledAs({ query: NESTED }),
  'main/odk-nested-mapping-csv-out': pulledAs({ origin: TLS, query: NESTED }, { asked: NESTED_ASKED }),
  'dev/odk-array-mapping': pulledAs({ query: `$expand=*&${PAGED}` }),
  'dev/cb-odk': pulledAs({
    afterwards: [
      {
        method: 'POST',
        url: '/cb',
        headers: { 'content-type': 'application/json' },
        body: `[${BOTH.map(rowJson).join(', ')}]`,
      },
    ],
  }),
  'sync/sync-odk-endpoint': {
    here: 'The form is pulled',
    because: 'One process serves both: a list of people and one person whose answer is waited for.',
    instead: {
      answer: TAKEN,
      rawBody: undefined,
      finalStatus: 'processed',
      peerRequests: pull(),
      asked: BOTH_ASKED,
    },
  },
};

function documented(code: 'ATS-REQ-019' | 'ATS-REQ-020' | 'ATS-REQ-023', text: string): Decision {
  return {
    here: `400 with ${code}`,
    because: 'The codes are those of the documentation, with three digits.',
    instead: { answer: { status: 400, errors: [[code, text]], response: null } },
  };
}

export const ODK_QUIRKS: Decisions = {
  'dev/odk-19-email-empty': documented('ATS-REQ-019', 'no email provided'),
  'dev/odk-20-password-empty': documented('ATS-REQ-020', 'no password provided'),
  'dev/odk-23-no-submissions': {
    ...documented('ATS-REQ-023', 'no submissions found for odk pull'),
    instead: {
      ...documented('ATS-REQ-023', 'no submissions found for odk pull').instead,
      peerRequests: pull({ form: 'projects/1/forms/empty' }),
    },
  },
};

/** Taken in, and tried again until it succeeds. */
function goesOn(peerRequests: readonly PeerRequest[]): Decision {
  return {
    here: 'The request is taken in, and the pull tried again; its status stays `submitted`',
    because: 'Clients move their window on whatever the answer is, so a refused pull is lost people.',
    instead: { answer: TAKEN, finalStatus: 'submitted', peerRequests },
  };
}

const ALL_ARE_FOUND: Partial<Expectation> = {
  answer: TAKEN,
  finalStatus: 'processed',
  peerRequests: pull(),
  asked: BOTH_ASKED,
};

export const ODK_BUGS: Decisions = {
  'dev/odk-startdate-only': {
    here: 'A start alone filters too',
    because: 'Who names a start does not want what was before.',
    instead: { peerRequests: pull({ query: `${FROM}&${SELECTED},${MAPPED}&${PAGED}` }) },
  },
  'dev/odk-html-response': goesOn(pull({ form: 'projects/1/forms/html' }).slice(0, 3)),
  'dev/odk-unreachable': goesOn([]),
  'dev/odk-wrong-password': {
    here: '400 with MTS-ODK-001',
    because: 'A wrong password stays wrong, and says so before anything is queued.',
    instead: {
      ...refused(400, ['MTS-ODK-001', 'ODK Central does not accept this e-mail and password']),
      peerRequests: [logIn('', 'wrong')],
    },
  },
  'dev/odk-empty-body': {
    here: '400 with ATS-REQ-102',
    because: 'As /authtoken/json answers it.',
    instead: ownRefusal('missing request body'),
  },
  'dev/odk-baseurl-trailing-slash': {
    here: 'The form is pulled',
    because: 'A slash at the end of an address means nothing.',
    instead: { ...ALL_ARE_FOUND, file: jsonFile(...BOTH) },
  },
};

import type { RecordedCase } from './recorded-case.js';

export type Request = RecordedCase['request'];
type Fields = Readonly<Record<string, unknown>>;

/** Who is asked about by {@link askedAbout} unless it says otherwise. */
export const JOHN_CARTER = {
  vid: '4100000000000012',
  name: 'John Carter',
  gender: 'male',
  dob: '1987/01/25',
  phoneNumber: '9009009001',
  emailId: 'john@somewhere.com',
  fullAddress: 'Kenitra, Rabat Sale Kenitra, Kenitra 14011',
};

const ENVELOPE = {
  id: 'string',
  version: 'string',
  metadata: 'string',
  requesttime: '2026-11-22T01:21:37.737Z',
};
const WANTED = { output: 'json', deliverytype: 'download' };

export function get(path: string): Request {
  return { method: 'GET', path };
}

export function postText(body: string, path = '/authtoken/json'): Request {
  return { method: 'POST', path, contentType: 'application/json', body };
}

/** What a list needs, with other fields of the request and of the envelope. */
export function postList(request: Fields, envelope: Fields = {}, path?: string): Request {
  const whole = { ...WANTED, authdata: [JOHN_CARTER], ...request };
  return postText(JSON.stringify({ ...ENVELOPE, request: whole, ...envelope }), path);
}

/** A list of John Carter as he would be with these fields; undefined is one that he has not. */
export function postPerson(person: Fields, request: Fields = {}): Request {
  return postList({ authdata: [{ ...JOHN_CARTER, ...person }], ...request });
}

export function postAwaited(authdata: Fields): Request {
  return postText(JSON.stringify({ ...ENVELOPE, request: { authdata } }));
}

export function postOdk(odkconfig: Fields): Request {
  const good = {
    baseurl: 'http://127.0.0.1:27091',
    projectid: '1',
    formid: 'f',
    email: 'a@b.c',
    password: 'pw',
  };
  const request = { ...WANTED, odkconfig: { ...good, ...odkconfig } };
  return postText(JSON.stringify({ ...ENVELOPE, request }), '/authtoken/odk');
}

const CALLBACK_URL = 'http://127.0.0.1:27091/cb';

export function postForCallback(callbackProperties: Fields, request: Fields = {}): Request {
  return postList({
    deliverytype: 'callback',
    callbackProperties: { url: CALLBACK_URL, ...callbackProperties },
    ...request,
  });
}

export const HEADER = 'vid,name,gender,dob,phoneNumber,emailId,fullAddress\n';
export const ROW =
  '4100000000000012,John Carter,male,1987/01/25,9009009001,john@somewhere.com,"Kenitra, Rabat Sale Kenitra, Kenitra 14011"\n';

/** @param file undefined for a form without one */
export function postCsv(file: string | undefined, request: Fields = {}): Request {
  const parts = [
    `form-data; name="request"\r\n\r\n${JSON.stringify({ ...ENVELOPE, request: { ...WANTED, ...request } })}`,
    ...(file === undefined
      ? []
      : [`form-data; name="csv_file"; filename="in.csv"\r\nContent-Type: text/csv\r\n\r\n${file}`]),
  ];
  return {
    method: 'POST',
    path: '/authtoken/csv',
    contentType: 'multipart/form-data; boundary=b0undary',
    body: `${parts.map((part) => `--b0undary\r\nContent-Disposition: ${part}\r\n`).join('')}--b0undary--\r\n`,
  };
}

import { parseCsv } from '../gateway.js';
import type { Expectation, ExpectedFile } from './expectation.js';
import type { PeerRequest } from './recorded-case.js';
import type { Observation, Playable } from './replay.js';

/** What came of a case and what should have, in a form in which they are equal when all is well. */
export interface Comparison {
  readonly observed: object;
  readonly expected: object;
}

/** The last of these may be followed by another one, when a callback fails. */
const BEFORE_THE_LAST: ReadonlySet<string | undefined> = new Set([
  'submitted',
  'processing',
  'processed',
  'processed_with_errors',
]);

export function comparison({ target }: Playable, observed: Observation, expected: Expectation): Comparison {
  const { statusesSeen, rawBody, ...came } = observed;
  const fileOf = target === 'main' ? byColumn : (file: ExpectedFile | undefined): unknown => file;
  const isAllowed = (status: string): boolean =>
    BEFORE_THE_LAST.has(status) || status === expected.finalStatus;
  return {
    observed: {
      ...came,
      rawBody: matches(rawBody, expected.rawBody) ? expected.rawBody : rawBody,
      file: fileOf(came.file),
      peerRequests: came.peerRequests.map(comparableRequest),
      otherStatuses: statusesSeen.filter((status) => !isAllowed(status)),
    },
    expected: {
      ...expected,
      asked: undefined,
      file: fileOf(expected.file),
      peerRequests: expected.peerRequests.map(comparableRequest),
      otherStatuses: [],
      notAsked: [],
    },
  };
}

function matches(body: Expectation['rawBody'], form: Expectation['rawBody']): boolean {
  return form instanceof RegExp && typeof body === 'string' && form.test(body);
}

/** 1.0.1 has the columns of a result in another order than 1.1, which is the wire. */
function byColumn(file: ExpectedFile | undefined): unknown {
  if (file === undefined) return undefined;
  const { body, ...rest } = file;
  return { ...rest, rows: body.startsWith('[') ? (JSON.parse(body) as unknown) : parseCsv(body) };
}

/** Without what is of no meaning: the boundary of a multipart body, the order of the fields of a form. */
function comparableRequest({ method, url, headers, body }: PeerRequest): PeerRequest {
  const contentType = headers['content-type'] ?? '';
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    const fields = new URLSearchParams(body);
    fields.sort();
    // The charset says nothing: a form is in ASCII (WHATWG URL, 5).
    const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
    return { method, url, headers: form, body: fields.toString() };
  }
  const boundary = /boundary=(?<boundary>\S+)/.exec(contentType)?.groups?.['boundary'];
  if (boundary === undefined) return { method, url, headers, body };
  return {
    method,
    url,
    headers: { ...headers, 'content-type': contentType.replace(boundary, 'BOUNDARY') },
    body: body.replaceAll(boundary, 'BOUNDARY'),
  };
}

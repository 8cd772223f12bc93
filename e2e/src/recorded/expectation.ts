import type { Asked } from './recorded-ida.js';
import type { PeerRequest, RecordedAnswer, RecordedCase } from './recorded-case.js';

/** One error of an answer. */
export type ErrorPair = readonly [code: string, message: string];

/** An answer in the envelope. */
export interface ExpectedAnswer {
  readonly status: number;
  readonly errors: readonly ErrorPair[] | null;
  /** `identifier`: that of a request which was taken in. */
  readonly response: 'identifier' | object | null;
}

export interface ExpectedFile {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What is answered while IDA has not answered. */
interface ExpectedMeanwhile {
  readonly status: ExpectedAnswer;
  readonly file: ExpectedAnswer;
}

/** Everything that has to come of a case. */
export interface Expectation {
  readonly answer: ExpectedAnswer;
  /** The body of an answer that is not in the envelope: word for word, or its form. */
  readonly rawBody: string | RegExp | undefined;
  readonly finalStatus: string | undefined;
  readonly file: ExpectedFile | undefined;
  /** What IDA is asked, in any order. */
  readonly asked: readonly Asked[];
  readonly peerRequests: readonly PeerRequest[];
  readonly meanwhile: ExpectedMeanwhile | undefined;
  /** How a second request stands while IDA has not answered about the first. */
  readonly secondStatusMeanwhile: string | undefined;
}

/** What the original did. */
export function recordedExpectation(recorded: RecordedCase): Expectation {
  const { response, finalStatus, file, meanwhile, idaRequests } = recorded;
  const envelope = envelopeOf(response);
  return {
    answer: answerOf(response),
    rawBody: envelope === undefined ? response.body : undefined,
    finalStatus: finalStatus && String(envelopeOf(finalStatus)?.response?.['status']),
    file,
    asked: idaRequests.map(({ individualId, demographics }) => ({
      individualId,
      demographics: withoutNulls(demographics),
    })),
    peerRequests: recorded.peerRequests,
    meanwhile: meanwhile && { status: answerOf(meanwhile.status), file: answerOf(meanwhile.file) },
    secondStatusMeanwhile: recorded.secondStatusMeanwhile,
  };
}

function answerOf(recorded: RecordedAnswer): ExpectedAnswer {
  const { errors = null, response = null } = envelopeOf(recorded) ?? {};
  return {
    status: recorded.status,
    errors: errors?.map(({ errorCode, errorMessage }) => [errorCode, errorMessage]) ?? null,
    response: response?.['request_identifier'] === undefined ? response : 'identifier',
  };
}

interface RecordedEnvelope {
  readonly errors: readonly { readonly errorCode: string; readonly errorMessage: string }[] | null;
  readonly response: Readonly<Record<string, unknown>> | null;
}

/** @returns undefined for a file, and for what the framework answered by itself */
function envelopeOf({ body, contentType }: RecordedAnswer): RecordedEnvelope | undefined {
  const isEnvelope = contentType === 'application/json' && body.startsWith('{"id":');
  return isEnvelope ? (JSON.parse(body) as RecordedEnvelope) : undefined;
}

/** The original sends a field that a person has not as null; we leave it out, which is the same to IDA. */
function withoutNulls(demographics: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(demographics).filter(([, value]) => value !== null));
}

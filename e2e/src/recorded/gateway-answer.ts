import type { Envelope } from '../gateway.js';
import type { ExpectedAnswer } from './expectation.js';

/** What the gateway answered, as it came. */
export interface GatewayAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const ENVELOPE_KEYS = ['id', 'version', 'metadata', 'responsetime', 'errors', 'response'];

export async function call(gatewayUrl: string, path: string, init: RequestInit = {}): Promise<GatewayAnswer> {
  const response = await fetch(gatewayUrl + path, { ...init, redirect: 'manual' });
  const contentType = response.headers.get('content-type') ?? '';
  return { status: response.status, contentType, body: await response.text() };
}

/** @param asFor of the answer's response only what this has too: ours may say more than the original */
export function observedAnswer(answer: GatewayAnswer, asFor: ExpectedAnswer['response']): ExpectedAnswer {
  const { response = null, errors = null } = envelopeOf(answer) ?? {};
  const id = String((response as Record<string, unknown> | null)?.['request_identifier']);
  return {
    status: answer.status,
    errors: errors?.map(({ errorCode, errorMessage }) => [errorCode, errorMessage] as const) ?? null,
    response: UUID.test(id) ? 'identifier' : sameKeys(response, asFor),
  };
}

function sameKeys(response: object | null, asFor: ExpectedAnswer['response']): object | null {
  if (response === null || asFor === null || typeof asFor === 'string') return response;
  return Object.fromEntries(Object.entries(response).filter(([key]) => key in asFor));
}

/**
 * @returns undefined for what is not in the envelope: a file, a page, the ping
 * @throws when it is, but not in the original's form
 */
export function envelopeOf({ body, contentType }: GatewayAnswer): Envelope<object> | undefined {
  if (!contentType.startsWith('application/json') || !body.startsWith('{"id":')) return undefined;
  const envelope = JSON.parse(body) as Record<string, unknown>;
  const isInForm =
    Object.keys(envelope).join() === ENVELOPE_KEYS.join() &&
    envelope['id'] === 'mosip.token.seeder' &&
    envelope['version'] === '1.1.0' &&
    JSON.stringify(envelope['metadata']) === '{}' &&
    TIMESTAMP.test(String(envelope['responsetime']));
  if (!isInForm) throw new Error(`not the envelope of the original: ${body}`);
  return envelope as unknown as Envelope<object>;
}

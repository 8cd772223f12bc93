import { authenticate } from '../src/service/authenticate.js';
import type { Ida } from '../src/service/call.js';
import type { Endpoint } from '../src/service/endpoints.js';
import type { MadeCall } from './caller.js';

/** What came of a call: the body of the answer, an HTTP status, or the error that the simulator itself threw. */
export type Result =
  | { readonly kind: 'answer'; readonly body: string; readonly codes: readonly string[] }
  | { readonly kind: 'uncaught' | 'not found' | 'endless' }
  | { readonly kind: 'defect'; readonly message: string };

/** Takes a call through an endpoint without a server around it. */
export function carryOut(endpoint: Endpoint, { path, headers, body }: MadeCall, ida: Ida, now: Date): Result {
  const incoming = {
    segments: path.split('/').slice(3),
    signature: headers['signature'],
    authorization: headers['authorization'],
    text: body,
    body: JSON.parse(body) as Readonly<Record<string, unknown>>,
    now,
  };
  try {
    return authenticate(endpoint, incoming, ida);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { kind: 'defect', message: error.message };
  }
}

/** An endpoint that leaves one of its checks out. */
export function without(check: string, endpoint: Endpoint): Endpoint {
  const { stages } = endpoint;
  const others = <Kept extends { readonly name: string }>(checks: readonly Kept[]): readonly Kept[] =>
    checks.filter(({ name }) => name !== check);
  return {
    ...endpoint,
    stages: {
      filter: others(stages.filter),
      validator: others(stages.validator),
      controller: others(stages.controller),
      facade: others(stages.facade),
      factors: others(stages.factors),
    },
  };
}

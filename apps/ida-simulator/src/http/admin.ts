import type { IncomingMessage, ServerResponse } from 'node:http';

import { parseJson, readBody, sendError, sendJson } from './bodies.js';
import type { Counters } from './counters.js';
import type { DecryptionKeys } from '../crypto/decryption-keys.js';
import type { OtpDesk } from '../otp/otp-desk.js';
import { makeDecryptionKey } from '../pki/ida-partner.js';
import type { Population } from '../population/population.js';
import type { Steering } from '../service/steering.js';
import { readFaults, steeringOf, type Faults } from './faults.js';

/** What the admin calls look at and change. */
export interface AdminState {
  readonly counters: Counters;
  readonly otps: OtpDesk;
  readonly population: Population;
  readonly decryptionKeys: DecryptionKeys;
  faults: Faults;
  /** Follows from the faults. */
  steering: Steering;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Handler = (state: AdminState, body: unknown) => Answer | Promise<Answer>;

/** Calls by method and path; ids stand in bodies, never in an address. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET /health': () => ok({ status: 'up' }),
  'GET /admin/counters': ({ counters }) => ok(counters.report()),
  'POST /admin/counters/query': ({ counters }, body) => {
    const ids = (body as { readonly individualIds?: unknown } | null | undefined)?.individualIds;
    if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string')) {
      return refused('individualIds must be a list of texts');
    }
    return ok({ calls: ids.map((id) => counters.callsFor(id)) });
  },
  'POST /admin/counters/reset': ({ counters }) => {
    counters.reset();
    return ok(counters.report());
  },
  'POST /admin/otp/query': ({ otps }, body) => {
    const { individualId, transactionID } = (body ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof individualId !== 'string' || typeof transactionID !== 'string') {
      return refused('individualId and transactionID must be texts');
    }
    return ok({ otp: otps.sentTo(individualId, transactionID) ?? null });
  },
  'GET /admin/faults': ({ faults }) => ok(faults),
  'PUT /admin/faults': (state, body) => {
    const faults = readFaults(body);
    if (typeof faults === 'string') return refused(faults);
    return setFaults(state, faults);
  },
  'DELETE /admin/faults': (state) => setFaults(state, {}),
  'POST /admin/vids/reset': ({ population }) => ok({ restored: population.restoreVids() }),
  'POST /admin/rotate-key': async ({ decryptionKeys }, body) => {
    const { older = 'dropped', ...others } = (body ?? {}) as Readonly<Record<string, unknown>>;
    if ((older !== 'kept' && older !== 'dropped') || Object.keys(others).length > 0) {
      return refused('the body may say {"older": "kept"} or {"older": "dropped"}, nothing else');
    }
    decryptionKeys.rotate(await makeDecryptionKey(), older);
    return ok({ certificate: decryptionKeys.certificate.toString() });
  },
};

function setFaults(state: AdminState, faults: Faults): Answer {
  state.faults = faults;
  state.steering = steeringOf(faults);
  return ok(faults);
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function refused(sentence: string): Answer {
  return { status: 400, body: { error: sentence } };
}

/** Health and admin calls; anything else is not found. */
export async function handleAdmin(
  state: AdminState,
  request: IncomingMessage,
  path: string,
  response: ServerResponse,
): Promise<void> {
  const handler = HANDLERS[`${request.method ?? ''} ${path}`];
  if (handler === undefined) {
    sendError(response, 404, 'there is no such call; see the README');
    return;
  }
  const text = (await readBody(request)) ?? '';
  const { status, body } = await handler(state, parseJson(text));
  sendJson(response, status, body);
}

import type { IncomingMessage, ServerResponse } from 'node:http';

import { parseJson, readBody, sendError, sendJson } from './bodies.js';
import type { Counters } from './counters.js';
import { readFaults, type Faults } from './faults.js';

/** What the admin calls look at and change. */
export interface AdminState {
  readonly counters: Counters;
  faults: Faults;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Handler = (state: AdminState, body: unknown) => Answer;

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
  'GET /admin/faults': ({ faults }) => ok(faults),
  'PUT /admin/faults': (state, body) => {
    const faults = readFaults(body);
    if (typeof faults === 'string') return refused(faults);
    state.faults = faults;
    return ok(faults);
  },
  'DELETE /admin/faults': (state) => {
    state.faults = {};
    return ok(state.faults);
  },
};

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
  const { status, body } = handler(state, parseJson(text));
  sendJson(response, status, body);
}

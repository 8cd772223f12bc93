import { type Call, type Check, type Ida, type Incoming } from './call.js';
import { idaError, type IdaError } from './codes.js';
import type { Endpoint } from './endpoints.js';
import { EndlessInIda, ThrownByIda, UncaughtInIda, UnknownToIda } from './outcomes.js';
import type { Profile } from './profiles.js';

/** What comes of a call: an answer to sign and send, HTTP 500, HTTP 404, or silence. */
export type Outcome =
  | {
      readonly kind: 'answer';
      readonly body: string;
      /** Codes of the answer, in order. */
      readonly codes: readonly string[];
      readonly lookedUp: string | undefined;
    }
  | { readonly kind: 'uncaught' }
  | { readonly kind: 'not found' }
  | { readonly kind: 'endless'; readonly lookedUp: string | undefined };

interface Verdict {
  readonly errors: readonly IdaError[] | null;
  readonly response: unknown;
}

/** Takes a call through the stages of its endpoint and, if nothing objects, compares what it brought. */
export function authenticate(endpoint: Endpoint, incoming: Incoming, ida: Ida): Outcome {
  const call: Call = { ...incoming };
  const progress: Progress = { lookedUp: undefined };
  try {
    const verdict = judge(endpoint, call, ida, progress);
    return { ...answer(endpoint, call, steered(verdict, endpoint, call, ida)), ...progress };
  } catch (error) {
    if (error instanceof UncaughtInIda) return { kind: 'uncaught' };
    if (error instanceof UnknownToIda) return { kind: 'not found' };
    if (error instanceof EndlessInIda) return { kind: 'endless', ...progress };
    throw error;
  }
}

/** The verdict, unless whoever runs the simulator wants errors instead of it. */
function steered(
  verdict: Verdict,
  { refusal }: Endpoint,
  { body }: Call,
  { steering, profile }: Ida,
): Verdict {
  const errors = steering.forcedErrors(body['individualId']);
  return errors.length > 0 ? { errors, response: refusal(profile) } : verdict;
}

/** The answer to a POST whose body says nothing, which no check but Spring's own sees. */
export function answerToNothing(endpoint: Endpoint, now: Date, { profile }: Pick<Ida, 'profile'>): Outcome {
  const verdict = { errors: [idaError('UNABLE_TO_PROCESS')], response: endpoint.refusal(profile) };
  return { ...answer(endpoint, { body: {}, now }, verdict), lookedUp: undefined };
}

interface Progress {
  /** Whom the individual's data was looked up for: the point from which a person is touched. */
  lookedUp: string | undefined;
}

function judge(endpoint: Endpoint, call: Call, ida: Ida, progress: Progress): Verdict {
  const { stages } = endpoint;
  const refusal = endpoint.refusal(ida.profile);
  const filtered = catching(() => firstObjections(stages.filter, call, ida));
  if (filtered.length > 0) return { errors: ofFilter(filtered, ida.profile), response: refusal };

  const objections = catching(() => {
    const toMessage = [
      ...firstObjections(stages.validator, call, ida),
      ...firstObjections(stages.controller, call, ida),
    ];
    if (toMessage.length > 0) return toMessage;
    progress.lookedUp = call.request?.individualId ?? undefined;
    return firstObjections(stages.facade, call, ida);
  });
  return objections.length > 0
    ? { errors: distinct(objections), response: refusal }
    : compare(endpoint, call, ida);
}

function firstObjections(checks: readonly Check[], call: Call, ida: Ida): readonly IdaError[] {
  for (const check of checks) {
    const objections = check.run(call, ida);
    if (objections.length > 0) return objections;
  }
  return [];
}

function catching(run: () => readonly IdaError[]): readonly IdaError[] {
  try {
    return run();
  } catch (error) {
    if (error instanceof ThrownByIda) return [error.error];
    throw error;
  }
}

/** `BaseIDAFilter.sendErrorResponse`: the general error comes first, if at all, and advice is left out. */
function ofFilter(errors: readonly IdaError[], { filterErrors }: Profile): readonly IdaError[] {
  const general = idaError('UNABLE_TO_PROCESS');
  const specific = errors.filter(({ errorCode }) => errorCode !== general.errorCode);
  const all = filterErrors === 'alone' && specific.length > 0 ? specific : [general, ...specific];
  return all.map(({ errorCode, errorMessage }) => ({ errorCode, errorMessage }));
}

function distinct(errors: readonly IdaError[]): readonly IdaError[] {
  return [...new Map(errors.map((error) => [JSON.stringify(error), error])).values()];
}

function compare({ stages, refusal, response }: Endpoint, call: Call, ida: Ida): Verdict {
  for (const factor of stages.factors) {
    const outcome = factor.run(call, ida);
    if (outcome.kind === 'stopped') return { errors: [outcome.error], response: refusal(ida.profile) };
    if (outcome.kind === 'match') continue;
    const errors = outcome.errors.length === 0 ? null : outcome.errors;
    return { errors, response: response(call, ida, 'not matched') };
  }
  return { errors: null, response: response(call, ida, 'matched') };
}

function answer(
  { apiId, fields }: Endpoint,
  { body: message, now }: Pick<Call, 'body' | 'now'>,
  { errors, response }: Verdict,
): { readonly kind: 'answer'; readonly body: string; readonly codes: readonly string[] } {
  const transactionID = message['transactionID'];
  const frame: Readonly<Record<Endpoint['fields'][number], unknown>> = {
    transactionID: typeof transactionID === 'string' ? transactionID : null,
    version: '1.0',
    id: apiId,
    errors,
    responseTime: now.toISOString(),
    response,
  };
  const body = JSON.stringify(Object.fromEntries(fields.map((name) => [name, frame[name]])));
  return { kind: 'answer', body, codes: (errors ?? []).map(({ errorCode }) => errorCode) };
}

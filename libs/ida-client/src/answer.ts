import type { OutcomeError } from '@mts/domain';

/** What every call of IDA answers with, as far as it is used (`BaseAuthResponseDTO`, mosip/id-authentication). */
export interface IdaReply {
  /** Empty where IDA sends none. */
  readonly response: Readonly<Record<string, unknown>>;
  /** Without the blank entries that some stand-ins of IDA send with a success. */
  readonly errors: readonly OutcomeError[];
  readonly transactionId: string | undefined;
  /** IDA's clock when it answered. */
  readonly responseTime: Date | undefined;
}

/** What `/auth` answered (`AuthResponseDTO`). */
export interface IdaAnswer extends IdaReply {
  readonly authStatus: boolean;
  /** As sent, whatever it is; IDA up to 1.2.0.1 sends one with a refusal too (fixed in 1.2.1.0). */
  readonly authToken: unknown;
}

/** `IDA-MLC-007`, `PMS_PMP_021`, `KER-KMS-025`: anything else is not MOSIP speaking, and may be somebody's name. */
const CODE = /^[A-Z]{2,6}(?:[-_][A-Z]{2,6}){0,2}[-_]\d{2,4}$/;

/** Whether a text has the form of MOSIP's codes, so that it can be shown: no secret and no name has it. */
export function isMosipCode(code: string): boolean {
  return CODE.test(code);
}

/** Reads the body of a 2xx answer; undefined when it has not the form of IDA's: a portal's page, another service. */
export function parseReply(body: Buffer): IdaReply | undefined {
  const json = parseJson(body);
  if (!isObject(json)) return undefined;
  const errors = parseErrors(json['errors'] ?? []);
  if (errors === undefined) return undefined;
  return {
    response: isObject(json['response']) ? json['response'] : {},
    errors,
    transactionId: text(json['transactionID']),
    responseTime: instant(json['responseTime']),
  };
}

/** Reads the body of a 2xx answer to `/auth`; undefined when it is none: it has neither a status nor an error. */
export function parseAnswer(body: Buffer): IdaAnswer | undefined {
  const reply = parseReply(body);
  if (reply === undefined) return undefined;
  const authStatus = reply.response['authStatus'] ?? (reply.errors.length > 0 ? false : undefined);
  if (typeof authStatus !== 'boolean') return undefined;
  return { ...reply, authStatus, authToken: reply.response['authToken'] };
}

function parseErrors(value: unknown): readonly OutcomeError[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const errors: OutcomeError[] = [];
  for (const entry of value as unknown[]) {
    if (!isObject(entry)) return undefined;
    const code = entry['errorCode'] ?? '';
    if (typeof code !== 'string') return undefined;
    if (code.trim() === '') continue;
    if (!isMosipCode(code.trim())) return undefined;
    const action = text(entry['actionMessage'])?.trim();
    errors.push({
      code: code.trim(),
      message: text(entry['errorMessage']) ?? '',
      ...(action ? { action } : {}),
    });
  }
  return errors;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined; // Not UTF-8 or not JSON: said by what parseAnswer returns.
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function instant(value: unknown): Date | undefined {
  const date = new Date(text(value) ?? NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

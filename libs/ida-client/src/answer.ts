import type { OutcomeError } from '@mts/domain';

/** What `/auth` answered, as far as it is used (`AuthResponseDTO`, mosip/id-authentication v1.2.0.1). */
export interface IdaAnswer {
  readonly authStatus: boolean;
  /** As sent, whatever it is; IDA up to 1.2.0.1 sends one with a refusal too (fixed in 1.2.1.0). */
  readonly authToken: unknown;
  /** Without the blank entries that some stand-ins of IDA send with a success. */
  readonly errors: readonly OutcomeError[];
  readonly transactionId: string | undefined;
  /** IDA's clock when it answered. */
  readonly responseTime: Date | undefined;
}

/** Codes begin with a letter; anything else, a number above all, is not IDA speaking and may be somebody's. */
const CODE = /^[A-Z][A-Z0-9_-]{0,39}$/i;

/** Reads the body of a 2xx answer; undefined when it is not IDA's JSON: a portal's page, another service. */
export function parseAnswer(body: Buffer): IdaAnswer | undefined {
  const json = parseJson(body);
  if (!isObject(json)) return undefined;
  const response = isObject(json['response']) ? json['response'] : {};
  const errors = parseErrors(json['errors'] ?? []);
  const authStatus = response['authStatus'] ?? (errors?.length ? false : undefined);
  if (errors === undefined || typeof authStatus !== 'boolean') return undefined;
  return {
    authStatus,
    authToken: response['authToken'],
    errors,
    transactionId: text(json['transactionID']),
    responseTime: instant(json['responseTime']),
  };
}

function parseErrors(value: unknown): readonly OutcomeError[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const errors: OutcomeError[] = [];
  for (const entry of value as unknown[]) {
    if (!isObject(entry)) return undefined;
    const code = (text(entry['errorCode']) ?? '').trim();
    if (code === '') continue;
    if (!CODE.test(code)) return undefined;
    errors.push({ code, message: text(entry['errorMessage']) ?? '' });
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

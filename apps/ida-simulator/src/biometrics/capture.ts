import { isScalar } from '../matching/demographics.js';

/** A block of `request.biometrics`, once its signatures were verified and its value was decrypted: IDA's `DataDTO`. */
export interface Capture {
  readonly bioType: string;
  readonly bioSubType: string;
  readonly transactionId: string | null;
  readonly timestamp: string;
  readonly domainUri: string | null;
  readonly env: string | null;
  readonly deviceCode: string;
  readonly deviceServiceVersion: string;
  /** What the device says of itself; null if it says nothing. */
  readonly digitalId: DigitalId | null;
  /** The template itself. */
  readonly template: Buffer;
}

/** By the names of the device's own record; a missing one is empty. */
export type DigitalId = Readonly<Record<(typeof DIGITAL_ID_FIELDS)[number], string>>;

const DIGITAL_ID_FIELDS = [
  'serialNo',
  'make',
  'model',
  'type',
  'deviceSubType',
  'deviceProvider',
  'deviceProviderId',
  'dateTime',
] as const;

export function readCapture(data: Readonly<Record<string, unknown>>, template: Buffer): Capture {
  const digitalId = data['digitalId'];
  return {
    bioType: textOf(data['bioType']) ?? '',
    bioSubType: textOf(data['bioSubType']) ?? '',
    transactionId: textOf(data['transactionId']),
    timestamp: textOf(data['timestamp']) ?? '',
    domainUri: textOf(data['domainUri']),
    env: textOf(data['env']),
    deviceCode: textOf(data['deviceCode']) ?? '',
    deviceServiceVersion: textOf(data['deviceServiceVersion']) ?? '',
    digitalId: isRecord(digitalId) ? readDigitalId(digitalId) : null,
    template,
  };
}

function readDigitalId(json: Readonly<Record<string, unknown>>): DigitalId {
  const entries = DIGITAL_ID_FIELDS.map((name) => [name, textOf(json[name]) ?? ''] as const);
  return Object.fromEntries(entries) as Record<(typeof DIGITAL_ID_FIELDS)[number], string>;
}

function textOf(json: unknown): string | null {
  return isScalar(json) ? String(json) : null;
}

export function isRecord(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

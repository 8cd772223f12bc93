import { randomInt } from 'node:crypto';

import { PROFILES } from '@mts/ida-client';

import type { Call } from '../cases/case.js';
import { SOME_DOB, type WireDemographics } from '../cases/given.js';
import { ABSENT, type BodyForm, type Changes, type Plaintext, type Times } from './changes.js';
import type { Connection } from './connection.js';
import { seal } from './envelope.js';
import { pathOf } from './path.js';
import { signatureOf } from './signature.js';

/** Who and what is asked. */
export interface Question {
  readonly call: Call;
  readonly individualId: string;
  readonly individualIdType: string;
  readonly demographics?: WireDemographics;
  readonly transactionId: string;
  /** Of the terminal. */
  readonly otp?: string;
}

/** A call as it leaves. The URL holds the licence key and the API key. */
export interface Outgoing {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

type Fields = Readonly<Record<string, unknown>>;

/** A well-formed call with the named changes, made at the moment it is sent: IDA takes it for a minute. */
export function compose(connection: Connection, question: Question, changes: Changes, now: Date): Outgoing {
  const message = changed(messageOf(connection, question, changes, now), changes.outer);
  const body = bodyOf(message, changes.body);
  // undefined never comes out: what needs a key that is not there is not run.
  const signature = signatureOf(body, connection, changes.signature) ?? '';
  const headers = {
    'content-type': 'application/json',
    // IDA wants it not empty and reads no more of it (BaseAuthFilter.authenticateRequest, v1.2.0.1).
    authorization: 'Authorization',
    signature,
  };
  return {
    url: pathOf(connection, question.call, changes.path),
    headers: changed(headers, changes.headers) as Record<string, string>,
    body: changes.body === 'a blank behind, after signing' ? Buffer.concat([body, Buffer.from(' ')]) : body,
  };
}

function messageOf(connection: Connection, question: Question, changes: Changes, now: Date): Fields {
  const { call, individualId, individualIdType, transactionId } = question;
  const common = {
    id: `mosip.identity.${call}`,
    version: '1.0',
    individualId,
    individualIdType,
    transactionID: transactionId,
    requestTime: timeText(now, changes.times?.outsideSeconds, changes.times),
  };
  if (call === 'otp') return { ...common, otpChannel: ['email', 'phone'], metadata: {} };
  const inner = innerOf(question, changes, now);
  const { domainUri, version } = connection;
  const { sendsRequestedAuth } = PROFILES[version];
  return {
    ...common,
    ...(domainUri === undefined ? {} : { domainUri }),
    consentObtained: true,
    ...seal(plaintextOf(inner, changes.plaintext), connection.idaCertificate, changes.envelope),
    ...(sendsRequestedAuth ? { requestedAuth: requestedAuth(inner) } : {}),
  };
}

function innerOf({ demographics, otp }: Question, changes: Changes, now: Date): Fields {
  const inner = {
    timestamp: timeText(now, changes.times?.insideSeconds, changes.times),
    demographics: demographics ?? { dob: SOME_DOB },
    biometrics: [],
    ...(otp === undefined ? {} : { otp }),
  };
  return changed(inner, changes.inner);
}

/** IDA 1.1.x is told which factors there are; later versions see for themselves. */
function requestedAuth({ demographics, otp }: Fields): Fields {
  return { demo: demographics !== undefined, bio: false, otp: otp !== undefined && otp !== '', pin: false };
}

function changed(fields: Fields, changes: Readonly<Record<string, unknown>> = {}): Fields {
  return Object.fromEntries(
    Object.entries({ ...fields, ...changes }).filter(([, value]) => value !== ABSENT && value !== undefined),
  );
}

function bodyOf(message: Fields, form?: BodyForm): Buffer {
  if (form === 'empty') return Buffer.alloc(0);
  if (form === 'not JSON') return Buffer.from('{"id":');
  return asciiJson(form === 'a list' ? [message] : message);
}

function plaintextOf(inner: Fields, form?: Plaintext): Buffer {
  if (form === 'raw UTF-8') return Buffer.from(JSON.stringify(inner));
  if (form === 'with blanks') return Buffer.from(`${JSON.stringify(inner, null, 2)}\n`);
  if (form === 'not JSON') return Buffer.from('{"timestamp":');
  return asciiJson(form === 'a list' ? [inner] : inner);
}

/** IDA turns bytes into text, and back, in the default charset of its JVM. */
function asciiJson(value: object): Buffer {
  const escaped = JSON.stringify(value).replaceAll(
    /[\u007F-\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return Buffer.from(escaped, 'ascii');
}

const HALF_PAST_FIVE_MS = 5.5 * 3_600_000;

function timeText(now: Date, shiftSeconds = 0, { form }: Times = {}): string {
  const at = new Date(now.getTime() + shiftSeconds * 1000);
  const text = at.toISOString();
  if (form === 'no fraction') return text.replace(/\.\d{3}/, '');
  if (form === 'six digits') return text.replace('Z', '000Z');
  const local = new Date(at.getTime() + HALF_PAST_FIVE_MS).toISOString();
  if (form === 'offset +05:30') return local.replace('Z', '+05:30');
  return form === 'offset +0530' ? local.replace('Z', '+0530') : text;
}

const ALPHANUMERICS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `^[A-Za-z0-9]{10}` (`IdAuthValidator.A_Z0_9_10`). */
export function newTransactionId(): string {
  return Array.from({ length: 10 }, () => ALPHANUMERICS.charAt(randomInt(ALPHANUMERICS.length))).join('');
}

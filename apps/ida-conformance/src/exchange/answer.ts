import { type KeyObject, X509Certificate } from 'node:crypto';

import { AnswerVerifier, openIdaAnswer, type SealedIdaAnswer, type SignatureVerdict } from '@mts/crypto';
import { isMosipCode } from '@mts/ida-client';

import type { Call } from '../cases/case.js';
import type { Reply } from './wire.js';

/** What IDA said, as far as cases look at it. `token` is personal data and goes into no report. */
export interface IdaAnswer {
  readonly kind: 'ida';
  readonly status: number;
  readonly confirms: boolean;
  readonly codes: readonly string[];
  readonly token: string | undefined;
  readonly transactionId: string | undefined;
  readonly signature: SignatureVerdict;
  /** How far IDA's clock is ahead of ours; undefined without `responseTime`. */
  readonly aheadSeconds: number | undefined;
  /** Names of the attributes of an eKYC answer; `unopened` when it is not encrypted for this partner. */
  readonly identity: readonly string[] | 'unopened' | undefined;
}

export type Answer =
  | IdaAnswer
  /** Something answered, and it was not IDA's JSON. */
  | {
      readonly kind: 'foreign';
      readonly status: number;
      readonly contentType: string;
      readonly sizeBytes: number;
    }
  | Exclude<Reply, { readonly kind: 'reply' }>;

export interface AnswerReader {
  readonly pins: readonly X509Certificate[];
  readonly privateKey: KeyObject;
  readonly now: () => Date;
}

/** Reads what came back; whatever that is, it does not throw. */
export function readAnswer(reply: Reply, call: Call, reader: AnswerReader): Answer {
  if (reply.kind !== 'reply') return reply;
  const { status, contentType, body } = reply;
  const json = parseJson(body.toString('utf8'));
  const codes = codesOf(json['errors']);
  const response = asRecord(json['response']);
  const success = call === 'otp' ? isOtpOnItsWay(response) : response[SUCCESS[call]];
  if (codes === undefined || (typeof success !== 'boolean' && codes.length === 0)) {
    return { kind: 'foreign', status, contentType, sizeBytes: body.length };
  }
  return {
    kind: 'ida',
    status,
    confirms: success === true && codes.length === 0,
    codes,
    token: text(response['authToken']),
    transactionId: text(json['transactionID']),
    signature: verdictOf(body, reply.signature, reader.pins),
    aheadSeconds: aheadSeconds(text(json['responseTime']), reader.now()),
    identity: identityOf(response, reader.privateKey),
  };
}

const SUCCESS = { auth: 'authStatus', kyc: 'kycStatus' } as const;

/** An OTP request has no status of its own: it says, masked, where the OTP went. */
function isOtpOnItsWay(response: Readonly<Record<string, unknown>>): true | undefined {
  return 'maskedMobile' in response || 'maskedEmail' in response ? true : undefined;
}

/** Codes that look like MOSIP's; undefined when `errors` is something else than a list of errors. Blank ones do not count. */
function codesOf(errors: unknown): readonly string[] | undefined {
  if (errors === undefined || errors === null) return [];
  if (!Array.isArray(errors)) return undefined;
  const codes = errors.map((error) => text(asRecord(error)['errorCode'])?.trim());
  if (codes.some((code) => code === undefined || !(code === '' || isMosipCode(code)))) return undefined;
  return codes.filter((code) => code !== undefined && code !== '') as readonly string[];
}

/** Without a pin the certificate in the signature's own header is taken: that proves the form, not who signed. */
function verdictOf(
  body: Buffer,
  signature: string | undefined,
  pins: readonly X509Certificate[],
): SignatureVerdict {
  const trusted = pins.length > 0 ? pins : ownCertificates(signature);
  return new AnswerVerifier(trusted).verify(body, signature);
}

function ownCertificates(signature = ''): readonly X509Certificate[] {
  const header = parseJson(Buffer.from(signature.split('.')[0] ?? '', 'base64url').toString());
  const [first]: readonly unknown[] = Array.isArray(header['x5c']) ? header['x5c'] : [];
  try {
    return typeof first === 'string' ? [new X509Certificate(Buffer.from(first, 'base64'))] : [];
  } catch {
    return []; // No certificate: the signature is then invalid, which is what is reported.
  }
}

function identityOf(
  response: Readonly<Record<string, unknown>>,
  privateKey: KeyObject,
): IdaAnswer['identity'] {
  const sealed = sealedIdentity(response);
  if (sealed === undefined) return undefined;
  try {
    const opened = openIdaAnswer(sealed, privateKey).toString('utf8');
    return Object.keys(parseJson(opened));
  } catch {
    return 'unopened'; // Encrypted for another certificate: what is reported.
  }
}

/** `mosip.kernel.data-key-splitter` */
const KEY_SPLITTER = '#KEY_SPLITTER#';

/** Two fields; up to 1.1.5 one, with a splitter in it (`IdAuthSecurityManager.encryptData`). */
function sealedIdentity(response: Readonly<Record<string, unknown>>): SealedIdaAnswer | undefined {
  const [sessionKey, identity] = [text(response['sessionKey']), text(response['identity'])];
  if (identity === undefined) return undefined;
  if (sessionKey !== undefined) return { sessionKey, identity };
  const bytes = Buffer.from(identity, 'base64url');
  const at = bytes.indexOf(KEY_SPLITTER);
  if (at < 0) return undefined;
  const [key, data] = [bytes.subarray(0, at), bytes.subarray(at + KEY_SPLITTER.length)];
  return { sessionKey: key.toString('base64url'), identity: data.toString('base64url') };
}

function aheadSeconds(responseTime: string | undefined, now: Date): number | undefined {
  const time = new Date(responseTime ?? Number.NaN).getTime();
  return Number.isNaN(time) ? undefined : Math.round((time - now.getTime()) / 1000);
}

function parseJson(json: string): Readonly<Record<string, unknown>> {
  try {
    return asRecord(JSON.parse(json));
  } catch {
    return {}; // Not JSON: nothing in it is found, and so it is reported.
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

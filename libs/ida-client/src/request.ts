import { randomBytes } from 'node:crypto';
import type { IdaEnvelope } from '@mts/crypto';
import type { Demographics, JsonValue } from '@mts/domain';
import { checkDemographics, type NameCase, wireDemographics } from './demographics.js';
import type { Profile } from './profiles.js';

/** What stays the same in every request of a client. */
export interface RequestSettings {
  readonly profile: Profile;
  readonly nameCase: NameCase;
  readonly domainUri: string | undefined;
  readonly env: string | undefined;
}

/** Whom IDA is asked about, and the factors that are to prove it: at least one. */
export interface AskedPerson {
  readonly individualId: string;
  readonly demographics?: Demographics;
  /** The one-time password of the transaction that requested it. */
  readonly otp?: string;
  /**
   * The capture answer of the device (SBI), sent as it is. The device was given the transactionId of this call, and the
   * client's domainUri and env: IDA compares all three.
   */
  readonly biometrics?: readonly JsonValue[];
}

/**
 * For callers in JavaScript, of whom IDA says no more than that something is wrong. Throws a `TypeError` that names what
 * is of the wrong type and never its value.
 */
export function checkPerson({ individualId, demographics, otp, biometrics }: AskedPerson): void {
  checkText('individualId', individualId);
  checkDemographics(demographics ?? {});
  checkText('otp', otp ?? '');
  if (!Array.isArray(biometrics ?? [])) throw new TypeError('biometrics must be a list');
}

/** A number as a number, above all: past 2^53 it is somebody else's. Throws a `TypeError` that names it. */
export function checkText(name: string, value: unknown): void {
  if (typeof value !== 'string') throw new TypeError(`${name} must be text`);
}

/** One question to IDA about a person. */
export interface Question {
  readonly person: AskedPerson;
  /** Left out of the request when undefined: IDA then finds out by itself. */
  readonly individualIdType: string | undefined;
}

/** What differs from call to call. */
export interface CallStamp {
  readonly transactionId: string;
  readonly time: Date;
}

/** Of `/auth`, and of `/kyc`, which asks the same and gets more (`EkycAuthRequestDTO`, v1.2.0.1). */
export type PersonApi =
  | { readonly id: 'mosip.identity.auth' }
  | { readonly id: 'mosip.identity.kyc'; readonly secondaryLanguage: string | undefined };

/**
 * The body of one call, sealed for IDA with its time in it: IDA takes it for 60 s (1.2.x), so it is made when it is
 * sent. The bytes are final: what is signed is what is sent.
 *
 * Fields: `AuthRequestDTO` and `RequestDTO` of mosip/id-authentication v1.2.0.1. `allowedKycAttributes` is none that a
 * caller fills: IDA's filter writes the policy's over it, in every version (`IdAuthFilter`).
 */
export function requestBody(
  settings: RequestSettings,
  envelope: IdaEnvelope,
  api: PersonApi,
  { person, individualIdType }: Question,
  { transactionId, time }: CallStamp,
): Buffer {
  const { profile } = settings;
  const demographics = wireDemographics(person.demographics ?? {}, settings.nameCase);
  const biometrics = person.biometrics ?? [];
  const otp = person.otp || undefined;
  const sealed = envelope.seal(asciiJson({ timestamp: time.toISOString(), demographics, biometrics, otp }));
  return asciiJson({
    id: api.id,
    version: '1.0',
    individualId: person.individualId,
    individualIdType,
    transactionID: transactionId,
    requestTime: time.toISOString(),
    specVersion: '1.0',
    thumbprint: sealed.thumbprint,
    domainUri: settings.domainUri,
    env: settings.env,
    consentObtained: true,
    requestHMAC: sealed.requestHMAC,
    requestSessionKey: sealed.requestSessionKey,
    request: sealed.request,
    metadata: {},
    requestedAuth: profile.sendsRequestedAuth
      ? {
          demo: Object.keys(demographics).length > 0,
          bio: biometrics.length > 0,
          otp: otp !== undefined,
          pin: false,
        }
      : undefined,
    secondaryLangCode:
      profile.sendsSecondaryLanguage && api.id === 'mosip.identity.kyc' ? api.secondaryLanguage : undefined,
  });
}

const ALPHANUMERICS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `^[A-Za-z0-9]{10}` (`IdAuthValidator.A_Z0_9_10`); IDA does not take it for an idempotency key. */
const TRANSACTION_ID = /^[A-Za-z0-9]{10}$/;
const TRANSACTION_ID_LENGTH = 10;

/** Above the last whole multiple of 62 in a byte: taken, they would make the first letters likelier. */
const FIRST_UNFAIR_BYTE = 248;

export function randomTransactionId(): string {
  let id = '';
  while (id.length < TRANSACTION_ID_LENGTH) {
    // Together: one call of randomInt for each letter costs ten times as much.
    for (const byte of randomBytes(2 * TRANSACTION_ID_LENGTH)) {
      if (byte < FIRST_UNFAIR_BYTE) id += ALPHANUMERICS.charAt(byte % ALPHANUMERICS.length);
    }
  }
  return id.slice(0, TRANSACTION_ID_LENGTH);
}

/** The same, if IDA takes it. Throws a `TypeError`. */
export function checkedTransactionId(transactionId: string): string {
  if (TRANSACTION_ID.test(transactionId)) return transactionId;
  throw new TypeError('transactionId must be 10 letters or digits');
}

/** JSON in ASCII alone: IDA turns bytes into text, and back, in the default charset of its JVM. */
export function asciiJson(value: object): Buffer {
  const json = JSON.stringify(value).replaceAll(
    /[\u007F-\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return Buffer.from(json, 'ascii');
}

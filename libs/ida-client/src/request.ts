import { randomInt } from 'node:crypto';
import type { IdaEnvelope } from '@mts/crypto';
import type { Person } from '@mts/domain';
import { type NameCase, wireDemographics } from './demographics.js';
import type { Profile } from './profiles.js';

/** What stays the same in every request of a client. */
export interface RequestSettings {
  readonly profile: Profile;
  readonly nameCase: NameCase;
  readonly domainUri: string | undefined;
  readonly env: string | undefined;
}

/** One question to IDA. */
export interface Question {
  readonly person: Person;
  /** Left out of the request when undefined: IDA then finds out by itself. */
  readonly individualIdType: string | undefined;
}

/**
 * The body of one call, sealed for IDA with its time in it: IDA takes it for 60 s (1.2.x), so it is made when it is
 * sent. The bytes are final: what is signed is what is sent.
 *
 * Fields: `AuthRequestDTO` and `RequestDTO` of mosip/id-authentication v1.2.0.1.
 */
export function requestBody(
  settings: RequestSettings,
  envelope: IdaEnvelope,
  { person, individualIdType }: Question,
  call: { readonly transactionId: string; readonly time: Date },
): Buffer {
  const time = call.time.toISOString();
  const sealed = envelope.seal(
    asciiJson({
      timestamp: time,
      demographics: wireDemographics(person.demographics, settings.nameCase),
      biometrics: [],
    }),
  );
  return asciiJson({
    id: 'mosip.identity.auth',
    version: '1.0',
    individualId: person.individualId,
    individualIdType,
    transactionID: call.transactionId,
    requestTime: time,
    specVersion: '1.0',
    thumbprint: sealed.thumbprint,
    domainUri: settings.domainUri,
    env: settings.env,
    consentObtained: true,
    requestHMAC: sealed.requestHMAC,
    requestSessionKey: sealed.requestSessionKey,
    request: sealed.request,
    metadata: {},
    requestedAuth: settings.profile.sendsRequestedAuth
      ? { demo: true, bio: false, otp: false, pin: false }
      : undefined,
  });
}

const ALPHANUMERICS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `^[A-Za-z0-9]{10}` (`IdAuthValidator.A_Z0_9_10`); IDA does not take it for an idempotency key. */
export function randomTransactionId(): string {
  return Array.from({ length: 10 }, () => ALPHANUMERICS.charAt(randomInt(ALPHANUMERICS.length))).join('');
}

/** JSON in ASCII alone: IDA turns bytes into text, and back, in the default charset of its JVM. */
function asciiJson(value: object): Buffer {
  const json = JSON.stringify(value).replaceAll(
    /[\u007F-\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return Buffer.from(json, 'ascii');
}

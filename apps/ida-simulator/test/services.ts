import { constants, createDecipheriv, privateDecrypt, type KeyObject } from 'node:crypto';

import { PROFILES, type Profile, type ProfileName } from '../src/service/profiles.js';
import type { Registration } from '../src/service/registration.js';
import { call, VECTOR_PATH, type CallChanges } from './caller.js';
import { certificate, key, type Posted, type VectorIda } from './vector-ida.js';

/** Everything that a policy can allow, and names in clear for what eKYC discloses. */
export async function allowAll(): Promise<(registration: Registration) => Registration> {
  const partnerCertificate = await certificate('partner');
  return (registration) => ({
    ...registration,
    partner: { ...registration.partner, certificate: partnerCertificate },
    policy: {
      ...registration.policy,
      allowedFactors: ['demo', 'otp', 'bio-Finger', 'bio-Iris', 'bio-Face', 'otp-request', 'kyc'],
      allowedKycAttributes: ['fullName', 'dateOfBirth', 'gender', 'phone'],
      kycLanguages: ['eng'],
    },
  });
}

/** What OTPs and eKYC are like in a version, everything else as in the default one. */
export function servicesOf(version: ProfileName): Pick<Profile, 'otp' | 'kyc'> {
  const { otp, kyc } = PROFILES[version];
  return { otp, kyc };
}

const NO_ENVELOPE = {
  request: undefined,
  requestHMAC: undefined,
  requestSessionKey: undefined,
  thumbprint: undefined,
};

/** A request for an OTP by e-mail, for Emana's UIN. */
export function otpCall(changes: CallChanges): CallChanges {
  const message = {
    ...NO_ENVELOPE,
    id: 'mosip.identity.otp',
    individualId: '7405214302',
    individualIdType: 'UIN',
    otpChannel: ['email'],
    ...changes.message,
  };
  return { ...changes, path: VECTOR_PATH.replace('/auth/', '/otp/'), message };
}

export async function askForOtp(ida: VectorIda, changes: CallChanges): Promise<Posted> {
  return call(ida, otpCall(changes));
}

/** The OTP that was "sent". */
export async function sentOtp(
  ida: VectorIda,
  individualId = '7405214302',
  transactionID = '1234567890',
): Promise<string | null> {
  const answer = await fetch(`${ida.url}/admin/otp/query`, {
    method: 'POST',
    body: JSON.stringify({ individualId, transactionID }),
  });
  return ((await answer.json()) as { readonly otp: string | null }).otp;
}

/** An eKYC call that brings a name. */
export function kycCall(changes: CallChanges): CallChanges {
  const message = { id: 'mosip.identity.kyc', ...changes.message };
  return { ...changes, path: VECTOR_PATH.replace('/auth/', '/kyc/'), message };
}

export async function callKyc(ida: VectorIda, changes: CallChanges): Promise<Posted> {
  return call(ida, kycCall(changes));
}

export interface KycResponse {
  readonly kycStatus: boolean;
  readonly authToken: string | null;
  readonly thumbprint: string | null;
  readonly identity: string | null;
  readonly sessionKey?: string | null;
}

export function kycResponse({ json }: Posted): KycResponse {
  return json.response as unknown as KycResponse;
}

/** Opens an answer with the key of the relying party, as MOSIP's description of eKYC has it. */
export async function disclosedIn(response: KycResponse, privateKey?: KeyObject): Promise<unknown> {
  const identity = Buffer.from(response.identity ?? '', 'base64url');
  const sessionKey = Buffer.from(response.sessionKey ?? '', 'base64url');
  return open(sessionKey, identity, privateKey ?? (await key('partner')));
}

/** The same of IDA 1.1.5, where the session key stands before the data. */
export async function disclosedInBlob(response: KycResponse, privateKey?: KeyObject): Promise<unknown> {
  const blob = Buffer.from(response.identity ?? '', 'base64url');
  const splitter = blob.indexOf('#KEY_SPLITTER#');
  const data = blob.subarray(splitter + '#KEY_SPLITTER#'.length);
  return open(blob.subarray(0, splitter), data, privateKey ?? (await key('partner')));
}

function open(encryptedKey: Buffer, data: Buffer, privateKey: KeyObject): unknown {
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  const sessionKey = privateDecrypt({ key: privateKey, ...padding }, encryptedKey);
  const decipher = createDecipheriv('aes-256-gcm', sessionKey, data.subarray(-16));
  decipher.setAuthTag(data.subarray(-32, -16));
  const plaintext = Buffer.concat([decipher.update(data.subarray(0, -32)), decipher.final()]);
  return JSON.parse(plaintext.toString('utf8'));
}

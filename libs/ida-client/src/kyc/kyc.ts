import { certificateThumbprint, openIdaAnswer, openJoinedIdaAnswer, type PartnerKey } from '@mts/crypto';
import { type AuthOutcome, errorText, IdaFault } from '@mts/domain';
import { type IdaAnswer, parseReply } from '../answer.js';
import type { Context, Operation } from '../exchange.js';
import { notIda } from '../faults.js';
import type { Profile } from '../profiles.js';
import { type Question, requestBody, type RequestSettings } from '../request.js';
import { verdict } from '../verdict.js';
import { type KycIdentity, parseIdentity } from './kyc-identity.js';

/** What IDA said of a person, with what the policy lets the relying party know. */
export type KycOutcome =
  | {
      readonly kind: 'matched';
      readonly token: string;
      /** Empty when the policy allows no attribute (and in 1.1.5 when it allows no photo). */
      readonly identity: KycIdentity;
    }
  | Extract<AuthOutcome, { kind: 'refused' }>;

/** The `/kyc` call: `/auth`, with the person's attributes in the answer. */
export function kycOperation(
  settings: RequestSettings,
  question: Question,
  secondaryLanguage: string | undefined,
): Operation<IdaAnswer, KycOutcome> {
  return {
    endpoint: 'kyc',
    body: (call, envelope) =>
      requestBody(settings, envelope, { id: 'mosip.identity.kyc', secondaryLanguage }, question, call),
    parse: parseKycAnswer,
    succeeded: ({ authStatus }) => authStatus,
    judge: (answer, context) => {
      const outcome = verdict(answer, context.host, context.now);
      if (outcome.kind === 'refused') return outcome;
      return { ...outcome, identity: identityOf(answer, settings.profile, context) };
    },
  };
}

/** As `/auth`, but for the name of the status (`EKycResponseDTO`, v1.2.0.1; `KycResponseDTO`, v1.1.5.5). */
function parseKycAnswer(body: Buffer): IdaAnswer | undefined {
  const reply = parseReply(body);
  if (reply === undefined) return undefined;
  const kycStatus = reply.response['kycStatus'] ?? (reply.errors.length > 0 ? false : undefined);
  if (typeof kycStatus !== 'boolean') return undefined;
  return { ...reply, authStatus: kycStatus, authToken: reply.response['authToken'] };
}

function identityOf({ response }: IdaAnswer, { kycIdentity }: Profile, context: Context): KycIdentity {
  const { identity, sessionKey, thumbprint } = response;
  if ((identity ?? '') === '') return {};
  const sealed = { identity: textOf(identity), sessionKey: textOf(sessionKey) };
  const { partnerKey } = context.keys;
  let plaintext: Buffer;
  try {
    plaintext =
      kycIdentity === 'split'
        ? openIdaAnswer(sealed, partnerKey.privateKey)
        : openJoinedIdaAnswer(sealed.identity, partnerKey.privateKey);
  } catch {
    throw notForUs(context.host, partnerKey, textOf(thumbprint)); // Says what crypto's error says, and for which key.
  }
  const attributes = parseIdentity(plaintext);
  if (attributes === undefined) throw notIda(context.host, context.status, 'an identity that is not JSON');
  return attributes;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Of our certificate and of the one that IDA has: hex, to compare with `openssl x509 -fingerprint -sha256`. */
function notForUs(host: string, { certificate }: PartnerKey, thumbprint: string): IdaFault {
  const ours = certificateThumbprint(certificate);
  const theirs = thumbprintOf(thumbprint);
  const reason = theirs.equals(ours)
    ? 'it was altered on its way'
    : `it is sealed for the certificate ${theirs.toString('hex')}, ours is ${ours.toString('hex')}`;
  const text = `${errorText('MTS-IDA-110')} (${host}: ${reason})`;
  return new IdaFault('configuration', 'profile', 'unknown', 'MTS-IDA-110', text);
}

/** SHA-256 in hex, or in base64url up to 1.1.x (`IdAuthSecurityManager.encryptData`). */
function thumbprintOf(text: string): Buffer {
  const bytes = Buffer.from(text, /^[\dA-F]{64}$/i.test(text) ? 'hex' : 'base64url');
  return bytes.length === 32 ? bytes : Buffer.alloc(0);
}

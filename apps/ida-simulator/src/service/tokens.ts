import { createHash, randomBytes } from 'node:crypto';

import type { Registration } from './registration.js';
import type { TokenSettings } from './settings.js';

/** The partner that id-repository computes the stored token of every UIN, VID and handle for. */
const IDA_PARTNER = 'mpartner-default-auth';

/**
 * The Token ID that a relying party is given. The stored token depends on the UIN alone, so whichever VID is used, the
 * token is the same (id-repository v1.2.0.1 `CredentialServiceManager`, id-authentication `AuthFacadeImpl.getToken`).
 */
export function authToken(uin: string, { partner, policy }: Registration, settings: TokenSettings): string {
  if (policy.authTokenType === 'random') return firstDigits(sha256Hex(randomBytes(32)), settings.length);
  return partnerToken(uin, policy.authTokenType === 'partner' ? partner.id : policy.id, settings);
}

/** @param partnerOrPolicyId whom the token is for */
export function partnerToken(uin: string, partnerOrPolicyId: string, settings: TokenSettings): string {
  return tokenId(tokenId(uin, IDA_PARTNER, settings), partnerOrPolicyId, settings);
}

/** id-repository v1.2.0.1 `TokenIDGenerator.generateTokenID`. */
export function tokenId(id: string, partnerCode: string, settings: TokenSettings): string {
  const hashOfId = sha256Hex(id + settings.uinSalt);
  return firstDigits(sha256Hex(settings.partnerCodeSalt + partnerCode + hashOfId), settings.length);
}

/** The hash's text (not its bytes) read as one number, and the first decimal digits of that. */
function firstDigits(hash: string, length: number): string {
  const number = BigInt(`0x${Buffer.from(hash, 'ascii').toString('hex')}`);
  return number.toString().slice(0, length);
}

function sha256Hex(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex').toUpperCase();
}

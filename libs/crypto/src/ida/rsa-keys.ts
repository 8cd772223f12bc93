import type { KeyObject } from 'node:crypto';

/** RFC 7518 §3.3 and §4.3; also what IDA's jose4j and partner management demand. */
export const MIN_KEY_LENGTH_BITS = 2048;

export function isRsaOfEnoughBits({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_KEY_LENGTH_BITS;
}

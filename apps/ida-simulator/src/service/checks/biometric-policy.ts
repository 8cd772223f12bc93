import type { Capture } from '../../biometrics/capture.js';
import { NO_OBJECTION, type Call, type Ida } from '../call.js';
import { idaError, type IdaError } from '../codes.js';
import { BIO_TYPES, type BioType } from '../registration.js';

/** The type as the policy has it; IDA minds no case. */
export function knownBioType(text: string): BioType | undefined {
  return BIO_TYPES.find((type) => type.toLowerCase() === text.toLowerCase());
}

/**
 * `IdAuthFilter.checkAllowedAuthTypeForBio`: what each block is of must be said, by a device for it, and be allowed.
 */
export function objectionsToBioTypes({ captures = [] }: Call, ida: Ida): readonly IdaError[] {
  if (captures.length === 0) return objectionsToNone(ida);
  const unnamed = captures.findIndex(({ bioType }) => bioType === '');
  if (unnamed >= 0) {
    return [idaError('MISSING_INPUT_PARAMETER', `request/biometrics/${unnamed}/data/bioType`)];
  }
  const untyped = captures.findIndex(({ digitalId }) => digitalId?.type === '');
  if (untyped >= 0) {
    return [idaError('MISSING_INPUT_PARAMETER', `request/biometrics/${untyped}/data/digitalId/type`)];
  }
  for (const { bioType } of captures) {
    const objection = objectionToBioType(bioType, captures, ida);
    if (objection !== undefined) return [objection];
  }
  return NO_OBJECTION;
}

/** Only `requestedAuth` can ask for biometrics that are not there. */
function objectionsToNone({ registration }: Ida): readonly IdaError[] {
  const isAnyAllowed = registration.policy.allowedFactors.some((permission) => permission.startsWith('bio-'));
  return isAnyAllowed ? NO_OBJECTION : [idaError('AUTHTYPE_NOT_ALLOWED', 'bio')];
}

function objectionToBioType(
  bioType: string,
  captures: readonly Capture[],
  { registration }: Ida,
): IdaError | undefined {
  const isOfSuchDevice = captures.some(
    ({ digitalId }) => digitalId?.type.toLowerCase() === bioType.toLowerCase(),
  );
  if (!isOfSuchDevice) return idaError('DEVICE_TYPE_BIO_TYPE_NOT_MATCH');
  const type = knownBioType(bioType);
  if (type === undefined) return idaError('INVALID_INPUT_PARAMETER', 'bioType');
  if (registration.policy.allowedFactors.includes(`bio-${type}`)) return undefined;
  return idaError('AUTHTYPE_NOT_ALLOWED', `BIO-${bioType}`);
}

/** How a mandatory type that was not brought is spoken of (`IdAuthFilter.validateAuthPolicy`). */
export function missingBioType(type: BioType, { captures = [], request }: Call): string | undefined {
  if (request?.block?.factors.includes('bio') !== true) return 'bio';
  return captures.some(({ bioType }) => knownBioType(bioType) === type) ? undefined : `bio-${type}`;
}

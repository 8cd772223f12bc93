import type { Capture } from '../../biometrics/capture.js';
import { found, type FactorCheck } from '../call.js';
import { idaError } from '../codes.js';
import type { BioType } from '../registration.js';
import { knownBioType } from './biometric-policy.js';

type Templates = Readonly<Record<string, string>>;

/** How errors speak of a type (`BioAuthType`). */
const NAMES: Readonly<Record<BioType, string>> = { Finger: 'Finger', Iris: 'Iris', Face: 'FACE' };

/**
 * A stand-in has no matcher: a capture matches if it is, byte for byte, what is stored. What is answered is what IDA
 * answers: captures of one type are judged together, and those of several types as one (`BioAuthServiceImpl`,
 * `AuthStatusInfoBuilder.constructBioError`).
 */
export const biometricMatch: FactorCheck = {
  name: 'biometrics',
  step: 28,
  run: ({ captures = [], request, individual }) => {
    if (request?.block?.factors.includes('bio') !== true) return { kind: 'match' };
    const stored = found(individual, 'the individual').person.biometrics ?? {};
    const types = new Set(captures.map(({ bioType }) => knownBioType(bioType)));
    const [only] = types.size === 1 ? types : [];
    if (captures.every((capture) => storedFor(capture, stored).length === 0)) {
      return { kind: 'stopped', error: idaError('BIOMETRIC_MISSING', only ? NAMES[only] : 'bio') };
    }
    const isMatch = captures.every(({ template, ...capture }) =>
      storedFor(capture, stored).some((text) => Buffer.from(text, 'base64').equals(template)),
    );
    if (isMatch) return { kind: 'match' };
    return { kind: 'mismatch', errors: [idaError('BIO_MISMATCH', only ? ` - ${NAMES[only]}` : '')] };
  },
};

/** A finger or an iris that was not said to be a certain one is compared with all of them. */
function storedFor({ bioType, bioSubType }: Omit<Capture, 'template'>, stored: Templates): readonly string[] {
  const type = knownBioType(bioType) ?? '';
  const isAny = type !== 'Face' && bioSubType.toUpperCase() === 'UNKNOWN';
  const wanted = type === 'Face' ? type : `${type}_${bioSubType}`;
  return Object.entries(stored)
    .filter(([name]) => (isAny ? name.startsWith(`${type}_`) : name.toLowerCase() === wanted.toLowerCase()))
    .map(([, template]) => template);
}

import { certificateInHeader } from '../../crypto/request-signature.js';
import { NO_OBJECTION, type Check } from '../call.js';
import { idaError } from '../codes.js';
import { UncaughtInIda } from '../outcomes.js';

/** id-authentication v1.2.0.1, `BaseAuthFilter.validateSignature`. */
export const signaturePresent: Check = {
  name: 'signature present',
  step: 3,
  run: ({ signature = '' }, { profile }) =>
    signature === '' ? [idaError('MISSING_INPUT_PARAMETER', profile.missingSignature)] : NO_OBJECTION,
};

/** JWS header, certificate dates, signature and trust path: whichever fails, the answer is the same. */
export const signatureValid: Check = {
  name: 'signature valid',
  step: 4,
  run: ({ signature = '', text, now }, { signatures, profile }) =>
    signatures.verify(signature, text, now) === 'valid'
      ? NO_OBJECTION
      : [idaError(profile.signatureFailure, 'signature header')],
};

/** `BaseAuthFilter.authenticateRequest`: any text will do. */
export const authorizationPresent: Check = {
  name: 'authorization present',
  step: 5,
  run: ({ authorization = '' }) =>
    authorization === '' ? [idaError('MISSING_INPUT_PARAMETER', 'Authorization - header')] : NO_OBJECTION,
};

/**
 * The certificate that is going to be compared with the registered one. Only where keymanager remembers certificates can
 * a signature be valid without naming any (`IdAuthFilter.getCertificateThumbprintFromSignatureData`).
 */
export const certificateNamed: Check = {
  name: 'certificate named',
  step: 12,
  run: (call, { profile }) => {
    if (profile.signerCertificate !== 'registered') return NO_OBJECTION;
    const certificate = certificateInHeader(call.signature ?? '');
    if (certificate === 'no list') throw new UncaughtInIda('x5c is cast to a list');
    if (certificate === undefined) return [idaError('PARTNER_CERTIFICATE_NOT_FOUND_IN_REQ_HEADER')];
    call.signer = certificate;
    return NO_OBJECTION;
  },
};

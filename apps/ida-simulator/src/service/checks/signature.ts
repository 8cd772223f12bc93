import { idaError } from '../codes.js';
import { NO_OBJECTION, type Check } from '../call.js';

const SIGNATURE_HEADER = 'signature header';

/** id-authentication v1.2.0.1, `BaseAuthFilter.validateSignature`. */
export const signaturePresent: Check = {
  name: 'signature present',
  step: 3,
  run: ({ signature = '' }) =>
    signature === '' ? [idaError('MISSING_INPUT_PARAMETER', SIGNATURE_HEADER)] : NO_OBJECTION,
};

/** JWS header, certificate dates, signature and trust path: whichever fails, the answer is the same. */
export const signatureValid: Check = {
  name: 'signature valid',
  step: 4,
  run: (call, ida) => {
    const signer = ida.signatures.verify(call.signature ?? '', call.text, call.now);
    if (signer === undefined) return [idaError('DSIGN_FAILED', SIGNATURE_HEADER)];
    call.signer = signer;
    return NO_OBJECTION;
  },
};

/** `BaseAuthFilter.authenticateRequest`: any text will do. */
export const authorizationPresent: Check = {
  name: 'authorization present',
  step: 5,
  run: ({ authorization = '' }) =>
    authorization === '' ? [idaError('MISSING_INPUT_PARAMETER', 'Authorization - header')] : NO_OBJECTION,
};

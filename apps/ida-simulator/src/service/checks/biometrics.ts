import { idaError } from '../codes.js';
import { NO_OBJECTION, type Check } from '../call.js';

/**
 * No device is registered here, so no biometric block can carry a signature under a trusted device CA
 * (id-authentication v1.2.0.1, `IdAuthFilter.decipherBioData`, the first of whose steps these are).
 */
export const biometrics: Check = {
  name: 'biometrics',
  step: 11,
  run: ({ requestJson }) => {
    const blocks = requestJson?.['biometrics'];
    if (!Array.isArray(blocks)) return NO_OBJECTION;
    const index = blocks.findIndex(
      (block) => typeof block === 'object' && block !== null && !Array.isArray(block),
    );
    if (index < 0) return NO_OBJECTION;
    const { data } = blocks[index] as { readonly data?: unknown };
    return typeof data === 'string'
      ? [idaError('DSIGN_FAILED', `request/biometrics/${index}/data`)]
      : [idaError('MISSING_INPUT_PARAMETER', `request/biometrics/${index}/data`)];
  },
};

import { answered, type CodeTable, lateSetup, MATCHING, NEVER } from './rule.js';

/** A factor that MTS sends with no call: what IDA says of it is final for the person all the same. */
const OTHER_FACTOR = {
  calls: NEVER,
  advice: 'MTS sends no such factor: report it as a defect.',
} as const;

/** An answer to a call that MTS does not make. */
const OTHER_CALL = {
  since: '1.2.0.1',
  calls: NEVER,
  advice:
    'Check `MTS_IDA_AUTH_URL`: it must end in `/auth`; this answer is one to calls that only eSignet makes.',
} as const;

/**
 * Codes of factors and calls that MTS does not use: static PIN (SPA), password (PSD), key-bound token (KBT), token
 * (TOA); kyc-exchange (KYE), identity-key-binding (IKB), vci-exchange (VCI).
 */
export const ELSEWHERE: CodeTable = {
  'IDA-SPA-001': answered({
    text: 'Pin value did not match',
    ...OTHER_FACTOR,
    calls: MATCHING,
    means: "The PIN is not the person's.",
  }),
  'IDA-SPA-002': lateSetup({
    text: 'Could not store the static pin of the individual',
    ...OTHER_CALL,
    since: '1.1.5',
    means: 'IDA could not keep a new PIN.',
  }),
  'IDA-PSD-001': answered({
    text: 'Password value did not match',
    ...OTHER_FACTOR,
    since: '1.2.0.1',
    means: "The password is not the person's.",
  }),
  'IDA-PSD-002': answered({
    text: 'For the input VID/UIN - No Password found in DB.',
    ...OTHER_FACTOR,
    since: '1.2.0.1',
    means: 'The person has no password.',
  }),
  'IDA-KBT-001': answered({
    text: 'Certificate not found for the input x5t#S256: %s and authtype: %s',
    ...OTHER_FACTOR,
    since: '1.2.0.1',
    means: 'The person has not bound this key.',
  }),
  'IDA-KBT-002': answered({
    text: 'Signed token issued at (iat) is not in allowed time range.',
    ...OTHER_FACTOR,
    since: '1.2.0.1',
    means: "The token of the person's wallet is too old.",
  }),
  'IDA-KBT-003': answered({
    text: 'Binded Token verification failed.', // sic
    ...OTHER_FACTOR,
    since: '1.2.0.1',
    means: "The token of the person's wallet is not signed with the bound key.",
  }),
  'IDA-TOA-001': lateSetup({
    text: 'Input Identity Type does not match Identity Type of Token Request',
    ...OTHER_CALL,
    means: 'The token was asked for with another kind of number.',
  }),
  'IDA-KYE-001': lateSetup({
    text: 'KYC Token not found in Store.',
    ...OTHER_CALL,
    means: 'IDA does not know the KYC token.',
  }),
  'IDA-KYE-002': lateSetup({
    text: 'KYC Token Expired.',
    ...OTHER_CALL,
    means: 'The KYC token is too old.',
  }),
  'IDA-KYE-003': lateSetup({
    text: 'KYC Token already processed.',
    ...OTHER_CALL,
    means: 'The KYC token was used before.',
  }),
  'IDA-KYE-004': lateSetup({
    text: 'KYC Token does not belong to the input oidc client id.',
    ...OTHER_CALL,
    means: "The KYC token is another client's.",
  }),
  'IDA-KYE-005': lateSetup({
    text: 'KYC Auth and KYC Exchange transaction ids are different.',
    ...OTHER_CALL,
    means: 'The KYC token is of another transaction.',
  }),
  'IDA-KYE-006': lateSetup({
    text: 'Partner Policy not found.',
    ...OTHER_CALL,
    means: 'The partner has no policy.',
  }),
  'IDA-KYE-007': lateSetup({
    text: 'KYC Token does not belong to the input UIN/VID.',
    ...OTHER_CALL,
    means: "The KYC token is another person's.",
  }),
  'IDA-IKB-001': lateSetup({
    text: 'Key Binding not allowed for the Id.',
    ...OTHER_CALL,
    means: 'No key can be bound to this kind of number.',
  }),
  'IDA-IKB-002': lateSetup({
    text: 'Error creating Public Key object.',
    ...OTHER_CALL,
    means: 'IDA cannot read the key.',
  }),
  'IDA-IKB-003': lateSetup({
    text: 'Publick Key already Binded to another Id.', // sic
    ...OTHER_CALL,
    means: 'The key is bound to another person.',
  }),
  'IDA-IKB-004': lateSetup({
    text: 'Identity Name not found.',
    ...OTHER_CALL,
    means: 'IDA has no name of the person.',
  }),
  'IDA-IKB-005': lateSetup({
    text: 'Error creating Certificate object.',
    ...OTHER_CALL,
    means: 'IDA could not make the certificate.',
  }),
  'IDA-VCI-001': lateSetup({
    text: 'Not Supported JWK Key Type.',
    ...OTHER_CALL,
    means: 'IDA does not take this kind of key.',
  }),
  'IDA-VCI-002': lateSetup({
    text: 'Error creating Public Key object.',
    ...OTHER_CALL,
    means: 'IDA cannot read the key.',
  }),
  'IDA-VCI-003': lateSetup({
    text: 'Error Key already mapped to different id/vid.',
    ...OTHER_CALL,
    means: 'The key belongs to another number.',
  }),
  'IDA-VCI-004': lateSetup({
    text: 'Error VCI not supported.',
    ...OTHER_CALL,
    means: 'IDA does not issue this kind of credential.',
  }),
  'IDA-VCI-005': lateSetup({
    text: 'Ldp VC generation Failed.',
    ...OTHER_CALL,
    means: 'IDA could not make the credential.',
  }),
};

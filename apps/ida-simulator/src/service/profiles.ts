import type { RequestSignatureRules } from '../crypto/request-signature.js';
import { KYC_RULES, type KycRules } from '../kyc/rules.js';
import { DEMOGRAPHIC_RULES, type DemographicRules } from '../matching/rules.js';
import { OTP_RULES, type OtpRules } from '../otp/rules.js';
import type { CodeName } from './codes.js';

/**
 * What differs between versions of IDA, as data. Read at the tags v1.1.5.5, v1.2.0, v1.2.0.1, v1.2.1.2 and v1.3.0 of
 * id-authentication, with keymanager 1.1.5.5, 1.2.0, 1.2.0.1 and 1.3.0; class names are those of id-authentication
 * where no component is named. Configured values are those of mosip-config at v1.1.5.5-P1, v1.2.0, v1.2.0.1 and v1.3.0.
 */
export interface Profile {
  readonly version: string;

  /** Errors of the filters stand behind the general IDA-MLC-007, or alone (`BaseIDAFilter.sendErrorResponse`). */
  readonly filterErrors: 'after the general error' | 'alone';
  /**
   * A body that is no JSON object: since 1.2.0 a null pointer while the error is being answered
   * (`BaseIDAFilter.sendErrorResponse`), before that an ordinary answer with IDA-MLC-007.
   */
  readonly unreadableBody: 'answered' | 'uncaught';

  /** How the lack of the header is spoken of (`BaseAuthFilter.validateSignature`). */
  readonly missingSignature: 'signature header' | 'signature - header';
  /** The refusal of a signature, with or without saying which (`IdAuthenticationErrorConstants.DSIGN_FALIED`). */
  readonly signatureFailure: CodeName & ('DSIGN_FAILED' | 'DSIGN_FAILED_SOMEWHERE');
  /**
   * How IDA calls a capture, and a device in it, whose signature does not hold (`BaseAuthFilter.verifyJwsData` and
   * `IdAuthFilter.verifyDigitalIdSignature` of 1.1.5, `verifyBioDataSignature` later).
   */
  readonly captureSignatureFailure: { readonly data: CodeName; readonly digitalId: CodeName };
  readonly requestSignature: RequestSignatureRules;
  /** `kid` in the header of an answer's signature (keymanager `SignatureServiceImpl.sign`: from 1.2.0.1 on). */
  readonly answerKeyId: 'sent' | 'not sent';

  /** What a field that is no base64url is taken for (`BaseAuthFilter.decode`). */
  readonly undecodableField: CodeName & ('UNABLE_TO_PROCESS' | 'DSIGN_FAILED_SOMEWHERE');

  /** Fewer than three segments in the URL: no handler takes it, or an error of its own (`IdAuthFilter.getAuthPart`). */
  readonly missingPathParameters: 'not found' | 'refused';
  /**
   * Whom IDA asks about partner, policy and MISP: its own tables, fed by events, or partner management 1.1.5.4, which
   * checks in another order (`PartnerServiceManager.validateAndGetPolicy`).
   */
  readonly partnerRegistry: 'own tables' | 'partner management';
  /** An API key before or after its time (`PartnerServiceManager.validatePartnerMappingDetails`). */
  readonly apiKeyOutOfPeriod: CodeName & ('PARTNER_API_EXPIRED' | 'PARTNER_NOT_REGISTERED');
  /** Whether `x5c` has to be the certificate registered for the partner or its MISP (`isCertificateMatching`). */
  readonly signerCertificate: 'registered' | 'any under a trusted CA';

  /**
   * What decides about the factors: the flags of `requestedAuth`, whose absence is a null pointer
   * (`IdAuthFilter.checkAllowedAuthTypeBasedOnPolicy`), or what is filled in (`AuthTypeUtil`, from 1.2.0 on).
   */
  readonly factors: 'requestedAuth' | 'what is filled in';

  /** `authrequest.received-time-allowed` and `-adjustment`, and the text in their unit (`IdAuthValidator`). */
  readonly requestTime: {
    readonly unit: 'minutes' | 'seconds';
    /** How old a request may be. */
    readonly allowed: number;
    /** Added to that, and how far ahead its clock may be. */
    readonly adjustment: number;
  };
  /** `domainUri` of a demographic request against the configured list (`AuthRequestValidator`). */
  readonly domainUriList: AllowList;
  /** `env` of a demographic request. In 1.2.0 the list is used for that of biometrics only. */
  readonly envList: AllowList;

  /** The types that `IdType` knows; which of them can be used is configured. */
  readonly idTypes: readonly IdTypeName[];
  /** `request.idtypes.allowed`. */
  readonly allowedIdTypes: readonly IdTypeName[];
  /** The form of UIN and VID: the kernel's validators with all their rules, or `IdValidationUtil`. */
  readonly idForm: 'kernel validators' | 'length and check digit';
  /**
   * A letter in an id of the right length, sent without a type: of no known form, or a NumberFormatException that nobody
   * expects (`IdTypeUtil.validateUin`; the kernel's validators never throw it).
   */
  readonly letterInId: 'of no known form' | 'exception';
  /** Which type an unknown id is said to have: the given one, or that of its form (`IdAuthSecurityManager.hash`). */
  readonly unknownIdSpokenOfAs: 'its type' | 'its form';

  /** Hotlists of partners and individuals: `ida.mosip.external.auth.filter.classes.in.execution.order`. */
  readonly hotlists: 'consulted' | 'unknown';
  /** `ChildAuthFilterImpl`, named by the same property; in the repository itself since 1.3.0. */
  readonly childFilter: 'in use' | 'unknown';

  readonly demographics: DemographicRules;
  /** Whether a person whose data did not match is answered with a token all the same (`AuthResponseBuilder.build`). */
  readonly tokenOnMismatch: 'given' | 'withheld';

  readonly otp: OtpRules;
  readonly kyc: KycRules;
}

export type IdTypeName = 'UIN' | 'VID' | 'HANDLE' | 'USERID';

/** `beside biometrics`: only if the block has a `biometrics` list, be it empty. */
type AllowList = 'used' | 'used beside biometrics' | 'not used';

const V1_2_0_1 = {
  version: '1.2.0.1',
  filterErrors: 'after the general error',
  unreadableBody: 'uncaught',
  missingSignature: 'signature header',
  signatureFailure: 'DSIGN_FAILED',
  captureSignatureFailure: { data: 'DSIGN_FAILED', digitalId: 'DSIGN_FAILED' },
  requestSignature: { x5c: 'lenient', certificates: 'read each time', shortestKeyBits: 2048 },
  answerKeyId: 'sent',
  undecodableField: 'UNABLE_TO_PROCESS',
  missingPathParameters: 'refused',
  partnerRegistry: 'own tables',
  apiKeyOutOfPeriod: 'PARTNER_API_EXPIRED',
  signerCertificate: 'registered',
  factors: 'what is filled in',
  requestTime: { unit: 'seconds', allowed: 30, adjustment: 30 },
  domainUriList: 'used',
  envList: 'used',
  idTypes: ['UIN', 'VID', 'HANDLE'],
  allowedIdTypes: ['UIN', 'VID', 'HANDLE'],
  idForm: 'length and check digit',
  letterInId: 'exception',
  unknownIdSpokenOfAs: 'its form',
  hotlists: 'consulted',
  childFilter: 'in use',
  demographics: DEMOGRAPHIC_RULES['1.2.0.1'],
  tokenOnMismatch: 'given',
  otp: OTP_RULES['1.2.0.1'],
  kyc: KYC_RULES['1.2.0.1'],
} as const satisfies Profile;

/** As 1.2.0.1, before certificates were compared, handles came and two errors got codes of their own. */
const V1_2_0 = {
  ...V1_2_0_1,
  version: '1.2.0',
  answerKeyId: 'not sent',
  missingPathParameters: 'not found',
  apiKeyOutOfPeriod: 'PARTNER_NOT_REGISTERED',
  signerCertificate: 'any under a trusted CA',
  domainUriList: 'used beside biometrics',
  envList: 'not used',
  idTypes: ['UIN', 'VID'],
  allowedIdTypes: ['UIN', 'VID'],
  unknownIdSpokenOfAs: 'its type',
  demographics: DEMOGRAPHIC_RULES['1.2.0'],
  otp: OTP_RULES['1.2.0'],
  kyc: KYC_RULES['1.2.0'],
} as const satisfies Profile;

const V1_1_5 = {
  ...V1_2_0,
  version: '1.1.5',
  filterErrors: 'alone',
  unreadableBody: 'answered',
  missingSignature: 'signature - header',
  signatureFailure: 'DSIGN_FAILED_SOMEWHERE',
  captureSignatureFailure: { data: 'INVALID_CERTIFICATE', digitalId: 'UNABLE_TO_PROCESS' },
  undecodableField: 'DSIGN_FAILED_SOMEWHERE',
  partnerRegistry: 'partner management',
  factors: 'requestedAuth',
  requestTime: { unit: 'minutes', allowed: 30, adjustment: 5 },
  domainUriList: 'not used',
  idTypes: ['UIN', 'VID', 'USERID'],
  idForm: 'kernel validators',
  letterInId: 'of no known form',
  hotlists: 'unknown',
  childFilter: 'unknown',
  demographics: DEMOGRAPHIC_RULES['1.1.5'],
  otp: OTP_RULES['1.1.5'],
  kyc: KYC_RULES['1.1.5'],
} as const satisfies Profile;

const V1_2_1 = {
  ...V1_2_0_1,
  version: '1.2.1',
  demographics: DEMOGRAPHIC_RULES['1.2.1'],
  tokenOnMismatch: 'withheld',
  otp: OTP_RULES['1.2.1'],
  kyc: KYC_RULES['1.2.1'],
} as const satisfies Profile;

const V1_3_0 = {
  ...V1_2_1,
  version: '1.3.0',
  requestSignature: { x5c: 'strict', certificates: 'remembered by x5t#S256', shortestKeyBits: 0 },
  letterInId: 'of no known form',
  demographics: DEMOGRAPHIC_RULES['1.3.0'],
  otp: OTP_RULES['1.3.0'],
  kyc: KYC_RULES['1.3.0'],
} as const satisfies Profile;

/** Each stands for the last patch of its line. */
export const PROFILES = {
  '1.1.5': V1_1_5,
  '1.2.0': V1_2_0,
  '1.2.0.1': V1_2_0_1,
  '1.2.1': V1_2_1,
  '1.3.0': V1_3_0,
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;
export const DEFAULT_PROFILE: ProfileName = '1.2.0.1';

interface Code {
  readonly code: string;
  /** `%s` stands for the values, in order. */
  readonly message: string;
  /** What the person is advised to do; only some codes have one. */
  readonly action?: string;
}

/**
 * IDA's error codes and texts, under the names they have there
 * (id-authentication v1.2.0.1, `IdAuthenticationErrorConstants`). `INVALID_TIMESTAMP_OF` is the form that
 * `IdAuthValidator.checkFutureReqTime` builds; `..._MINUTES` and `DSIGN_FAILED_SOMEWHERE` are the texts of v1.1.5.5, and
 * the two about children are those of `ChildAuthFilterImpl` (v1.3.0).
 */
export const CODES = {
  INVALID_TIMESTAMP: {
    code: 'IDA-MLC-001',
    message: 'Request to be received at MOSIP within %s seconds',
    action: 'Please send the request within %s seconds',
  },
  INVALID_TIMESTAMP_OF: {
    code: 'IDA-MLC-001',
    message: 'Request to be received at MOSIP within %s seconds. Attribute: %s',
    action: 'Please send the request within %s seconds',
  },
  INVALID_TIMESTAMP_MINUTES: {
    code: 'IDA-MLC-001',
    message: 'Request to be received at MOSIP within %s minutes',
    action: 'Please send the request within %s minutes',
  },
  INVALID_TIMESTAMP_MINUTES_OF: {
    code: 'IDA-MLC-001',
    message: 'Request to be received at MOSIP within %s minutes. Attribute: %s',
    action: 'Please send the request within %s minutes',
  },
  INVALID_UIN: {
    code: 'IDA-MLC-002',
    message: 'Invalid UIN',
    action: 'Please retry with the correct UIN',
  },
  INVALID_VID: { code: 'IDA-MLC-004', message: 'Invalid VID', action: 'Please retry with correct VID' },
  MISSING_INPUT_PARAMETER: { code: 'IDA-MLC-006', message: 'Missing Input Parameter - %s' },
  UNABLE_TO_PROCESS: {
    code: 'IDA-MLC-007',
    message: 'Request could not be processed. Please try again',
  },
  UNREADABLE_DATE_OF_BIRTH: {
    code: 'IDA-MLC-007',
    message: 'Request could not be processed. Unable to parse %s from DB.',
  },
  NO_AUTHENTICATION_TYPE_SELECTED_IN_REQUEST: {
    code: 'IDA-MLC-008',
    message: 'No authentication type selected',
  },
  INVALID_INPUT_PARAMETER: { code: 'IDA-MLC-009', message: 'Invalid Input Parameter - %s' },
  AUTH_TYPE_NOT_SUPPORTED: {
    code: 'IDA-MLC-011',
    message: 'Unsupported Authentication Type - %s',
    action: 'Please use other Authentication Types in the request',
  },
  AUTH_TYPE_NOT_SUPPORTED_FOR_CHILD: {
    code: 'IDA-MLC-011',
    message: 'Unsupported Authentication Type for child - %s',
  },
  CONSENT_NOT_AVAILABLE: { code: 'IDA-MLC-012', message: "Individual's Consent is not available" },
  MISSING_AUTHTYPE: { code: 'IDA-MLC-013', message: 'Missing %s auth attribute' },
  IDENTITYTYPE_NOT_ALLOWED: {
    code: 'IDA-MLC-015',
    message: 'Identity Type - %s not configured for the country',
  },
  ID_NOT_AVAILABLE: { code: 'IDA-MLC-018', message: '%s not available in database' },
  AUTH_TYPE_LOCKED: { code: 'IDA-MLC-019', message: '%s Auth Type is Locked for the UIN' },
  UIN_DEACTIVATED_BLOCKED: { code: 'IDA-MLC-022', message: 'UIN is deactivated/blocked' },
  IDVID_DEACTIVATED_BLOCKED: { code: 'IDA-MLC-022', message: '%s is blocked' },
  VID_EXPIRED_DEACTIVATED_REVOKED: { code: 'IDA-MLC-023', message: 'VID is expired/deactivated' },
  PARTNER_CERT_NOT_AVAILABLE: { code: 'IDA-MLC-025', message: 'Partner Certificate is not available' },
  DATA_VALIDATION_FAILED: { code: 'IDA-IDV-001', message: 'Input Data Validation Failed' },

  DEMO_DATA_MISMATCH: {
    code: 'IDA-DEA-001',
    message: 'Demographic data %s did not match',
    action: 'Please re-enter your %s',
  },
  DEMOGRAPHIC_DATA_MISMATCH_LANG: {
    code: 'IDA-DEA-001',
    message: 'Demographic data %s in %s did not match',
    action: 'Please re-enter your %s in %s',
  },
  UNSUPPORTED_LANGUAGE: {
    code: 'IDA-DEA-002',
    message: 'Unsupported Language Code - %s',
    action: 'Please provide valid Language',
  },
  DEMO_MISSING: { code: 'IDA-DEA-003', message: 'Demographic data %s not available in database' },
  DEMO_MISSING_LANG: {
    code: 'IDA-DEA-003',
    message: 'Demographic data %s in %s not available in database',
  },

  OTP_REQUEST_FLOODED: { code: 'IDA-OTA-001', message: 'Innumerous OTP requests received' },
  OTP_GENERATION_FAILED: { code: 'IDA-OTA-002', message: 'Could not generate/send OTP. %s' },
  EXPIRED_OTP: {
    code: 'IDA-OTA-003',
    message: 'OTP has expired',
    action: 'Please regenerate OTP and try again after sometime',
  },
  INVALID_OTP: {
    code: 'IDA-OTA-004',
    message: 'OTP is invalid',
    action: 'Please provide correct OTP value',
  },
  INVALID_TXN_ID: {
    code: 'IDA-OTA-005',
    message: 'Input transactionID does not match transactionID of OTP Request',
  },
  OTP_CHANNEL_NOT_PROVIDED: { code: 'IDA-OTA-008', message: 'OTP Notification Channel not provided' },
  OTP_AUTH_IDTYPE_MISMATCH: {
    code: 'IDA-OTA-010',
    message: 'Input Identity Type does not match Identity Type of OTP Request',
  },
  PARTNER_ID_MISMATCH: {
    code: 'IDA-OTA-011',
    message: 'Input Partner-ID does not match Partner-ID of OTP Request',
  },
  OTP_REQUEST_REQUIRED: {
    code: 'IDA-OTA-012',
    message: "OTP validation can't be performed against this Individual-ID. Generate OTP first.",
  },
  OTP_FROZEN: {
    code: 'IDA-OTA-013',
    message:
      'OTP request/validation has been frozen for the Individual-ID for %s due to consecutive failure attempts for %s times.',
  },

  BIO_MISMATCH: {
    code: 'IDA-BIA-001',
    message: 'Biometric data%s did not match',
    action: 'Please give your biometrics again',
  },
  DUPLICATE_FINGER: {
    code: 'IDA-BIA-002',
    message: 'Duplicate fingers in request',
    action: 'Please try again with distinct fingers',
  },
  FINGER_EXCEEDING: { code: 'IDA-BIA-003', message: 'Number of Fingers should not exceed %s' },
  BIOMETRIC_MISSING: { code: 'IDA-BIA-006', message: 'Biometric data %s not available in database' },
  IRIS_EXCEEDING: { code: 'IDA-BIA-008', message: 'Number of Iris should not exceed 2' },
  FACE_EXCEEDING: { code: 'IDA-BIA-009', message: 'Number of FACE records should not exceed 1' },
  INVALID_HASH: { code: 'IDA-BIA-014', message: 'Hash Validation Failed' },
  INPUT_MISMATCH: { code: 'IDA-MLC-024', message: '%s of request is not matching with %s of biometrics' },
  INVALID_BIO_TIMESTAMP: {
    code: 'IDA-MLC-030',
    message: 'Biometrics not captured within %s seconds of previous biometrics',
    action: 'Please capture biometrics within %s seconds of previous biometric capture',
  },
  INVALID_BIO_DIGITALID_TIMESTAMP: {
    code: 'IDA-MLC-031',
    message: 'DigitalId of Biometrics not captured within %s seconds of previous biometrics',
    action: 'Please capture DigitalId of biometrics within %s seconds of previous biometric capture',
  },
  DEVICE_TYPE_BIO_TYPE_NOT_MATCH: {
    code: 'IDA-DPM-004',
    message: 'Device Type and Biometric Type do not match',
  },

  DSIGN_FAILED: { code: 'IDA-MPA-001', message: 'Digital signature verification failed for %s' },
  INVALID_CERTIFICATE: { code: 'IDA-MPA-002', message: 'Invalid certificate in digital signature' },
  DSIGN_FAILED_SOMEWHERE: { code: 'IDA-MPA-001', message: 'Digital signature verification failed' },
  INVALID_ENCRYPTION: { code: 'IDA-MPA-003', message: 'Unable to decrypt Request' },
  OTPREQUEST_NOT_ALLOWED: {
    code: 'IDA-MPA-005',
    message: 'OTP Request Usage not allowed as per policy',
  },
  AUTHTYPE_NOT_ALLOWED: {
    code: 'IDA-MPA-006',
    message: '%s Authentication usage not allowed as per policy',
  },
  INVALID_LICENSEKEY: {
    code: 'IDA-MPA-007',
    message: 'License key does not belong to a registered MISP',
  },
  LICENSEKEY_EXPIRED: { code: 'IDA-MPA-008', message: 'License key of MISP has expired' },
  PARTNER_NOT_REGISTERED: { code: 'IDA-MPA-009', message: 'Partner is not registered' },
  PARTNER_DEACTIVATED: { code: 'IDA-MPA-012', message: 'Partner is deactivated' },
  UNAUTHORISED_PARTNER: { code: 'IDA-MPA-013', message: 'Partner is unauthorised for eKYC' },
  PARTNER_POLICY_NOTMAPPED: {
    code: 'IDA-MPA-014',
    message: 'Partner is not assigned with any policy',
  },
  AUTHTYPE_MANDATORY: {
    code: 'IDA-MPA-015',
    message: '%s-authentiation usage is mandatory as per policy',
  },
  HMAC_VALIDATION_FAILED: { code: 'IDA-MPA-016', message: 'HMAC Validation failed' },
  LICENSEKEY_SUSPENDED: { code: 'IDA-MPA-017', message: 'License key of MISP is blocked' },
  INVALID_POLICY_ID: {
    code: 'IDA-MPA-018',
    message: 'Policy ID does not belong to a registered Partner',
  },
  PARTNER_POLICY_NOT_ACTIVE: { code: 'IDA-MPA-019', message: 'Partner policy is not active' },
  PARTNER_CERTIFICATE_NOT_MATCHED: {
    code: 'IDA-MPA-021',
    message: 'Partner (Auth) Certificate not matching with signature header certificate.',
  },
  PARTNER_CERTIFICATE_NOT_FOUND_IN_REQ_HEADER: {
    code: 'IDA-MPA-022',
    message: 'Partner (Auth) Certificate not found in Request signature header.',
  },
  URI_PATH_PARAMS_MISSING: {
    code: 'IDA-MPA-038',
    message: 'Required Number of Path parameters are missing in URI',
  },
  CLIENT_ERROR: { code: 'IDA-RST-006', message: '4XX - Client Error occurred' },
  PARTNER_API_EXPIRED: {
    code: 'IDA-MPA-039',
    message: 'Partner API is expired or using before Commence Start Date.',
  },
} as const satisfies Record<string, Code>;

export type CodeName = keyof typeof CODES;

/** An error as it stands in an answer. */
export interface IdaError {
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly actionMessage?: string;
}

export function idaError(name: CodeName, ...values: readonly (string | number)[]): IdaError {
  const { code, message, action }: Code = CODES[name];
  return {
    errorCode: code,
    errorMessage: fill(message, values),
    ...(action === undefined ? {} : { actionMessage: fill(action, values) }),
  };
}

function fill(template: string, values: readonly (string | number)[]): string {
  const rest = values.values();
  return template.replaceAll('%s', () => String(rest.next().value));
}

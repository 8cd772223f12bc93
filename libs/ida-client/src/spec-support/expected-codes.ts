import type { ProfileName } from '../profiles.js';

/**
 * What every answer of IDA must mean, told a second time and apart from `codes.ts`: from the sources of
 * mosip/id-authentication (`IdAuthenticationErrorConstants`, `IdAuthFilter`, the validators and facades) and from what
 * each answer leaves the person in. The messages are those on the wire, with IDA's words in them.
 */
export interface Expectation {
  readonly code: string;
  readonly message: string;
  /** Class, scope and effect. */
  readonly verdict: string;
  /** Where IDA says it: its filter, in front of all else; its service; or the comparison, beside a token. */
  readonly stage: Stage;
  readonly calls: readonly ('auth' | 'kyc' | 'otp')[];
  readonly since: ProfileName;
  readonly until: ProfileName;
}

type Stage = 'filter' | 'service' | 'match';
type Line = readonly [
  code: string,
  message: string,
  calls: string,
  since?: ProfileName | undefined,
  until?: ProfileName,
];

const all = 'auth kyc otp';
const match = 'auth kyc';
/** Declared by IDA, answered by none of the three calls; should it come all the same, it must be understood. */
const never = '';

function expect(verdict: string, stage: Stage, lines: readonly Line[]): readonly Expectation[] {
  return lines.map(([code, message, calls, since = '1.1.5', until = '1.3.0']) => ({
    code,
    message,
    verdict,
    stage,
    calls: calls.split(' ').filter((call) => call === 'auth' || call === 'kyc' || call === 'otp'),
    since,
    until,
  }));
}

export const EXPECTATIONS: readonly Expectation[] = [
  // The row itself: final, and nobody was looked up yet.
  ...expect('record record not-asked', 'service', [
    ['IDA-MLC-002', 'Invalid UIN', all],
    ['IDA-MLC-004', 'Invalid VID', all],
    ['IDA-MLC-006', 'Missing Input Parameter - LanguageCode', all],
    ['IDA-MLC-006', 'Missing Input Parameter - individualId', all],
    ['IDA-MLC-006', 'Missing Input Parameter - residenceStatus: language', match],
    ['IDA-MLC-006', 'Missing Input Parameter - request/biometrics/0/data', match],
    ['IDA-MLC-006', 'Missing Input Parameter - bioValue for bioType - Iris & bioSubType - Left', match],
    ['IDA-MLC-008', 'No authentication type selected', match],
    ['IDA-MLC-009', 'Invalid Input Parameter - age', match],
    ['IDA-MLC-009', 'Invalid Input Parameter - DOBType', match],
    ['IDA-MLC-009', 'Invalid Input Parameter - LanguageCode', match],
    ['IDA-MLC-009', 'Invalid Input Parameter - individualId', all],
    ['IDA-MLC-009', 'Invalid VID', all],
    ['IDA-MLC-009', 'Invalid Input Parameter - OTP', match],
    ['IDA-MLC-009', 'Invalid Input Parameter - request/biometrics/0/data/bioType - Fingers', match],
    ['IDA-MLC-013', 'Missing demo auth attribute', match],
    ['IDA-MLC-017', 'Invalid UserID', never],
    ['IDA-MLC-026', 'UIN length should be - 10.', never, '1.2.0'],
    ['IDA-MLC-027', 'UIN should match checksum.', never, '1.2.0'],
    ['IDA-MLC-028', 'UIN length should be  - 16.', never, '1.2.0'],
    ['IDA-MLC-029', 'UIN should match checksum.', never, '1.2.0'],
    ['IDA-OTA-008', 'OTP Notification Channel not provided', 'otp'],
    ['IDA-OTA-009', 'PHONE not configured for the country', never],
  ]),
  ...expect('record record not-asked', 'filter', [
    [
      'IDA-MPA-001',
      'Digital signature verification failed for request/biometrics/0/data/digitalId',
      match,
      '1.2.0',
    ],
  ]),

  // The person: final, and IDA looked; a VID may be used up, the person texted.
  ...expect('record record unknown', 'match', [
    ['IDA-DEA-001', 'Demographic data name did not match', match],
    ['IDA-DEA-001', 'Demographic data address line item(s) in ara did not match', match],
    ['IDA-DEA-003', 'Demographic data gender not available in database', match],
    ['IDA-DEA-003', 'Demographic data gender in fra not available in database', match],
    ['IDA-BIA-001', 'Biometric data - fingerprint did not match', match],
    ['IDA-BIA-006', 'Biometric data Iris not available in database', match],
    ['IDA-OTA-004', 'OTP is invalid', match],
    ['IDA-SPA-001', 'Pin value did not match', match],
  ]),
  ...expect('record record unknown', 'service', [
    ['IDA-MLC-003', 'UIN has been deactivated', match],
    ['IDA-MLC-005', 'VID has expired', never],
    ['IDA-MLC-007', 'Request could not be processed. Unable to parse dateOfBirth from DB.', match, '1.2.0'],
    ['IDA-MLC-009', 'Invalid Input Parameter - request/demographics/dob', match],
    ['IDA-MLC-010', 'VID corresponding to a deactivated UIN', never],
    ['IDA-MLC-011', 'Unsupported Authentication Type for child - demo', match, '1.2.0'],
    ['IDA-MLC-014', 'Phone Number not registered. Individual has to register and try again', never],
    ['IDA-MLC-016', 'Transaction ID parameters in the request does not match', never],
    ['IDA-MLC-018', 'UIN not available in database', all],
    ['IDA-MLC-018', 'dateOfBirth not available in database', match],
    ['IDA-MLC-019', 'demo Auth Type is Locked for the UIN', all],
    ['IDA-MLC-022', 'UIN is deactivated/blocked', all],
    ['IDA-MLC-022', 'individualId is blocked', match, '1.2.0'],
    ['IDA-MLC-022', 'request/biometrics/0/DEVICE is blocked', match, '1.2.0'],
    ['IDA-MLC-023', 'VID is expired/deactivated', all],
    ['IDA-MLC-024', 'request/env of request is not matching with request/env of biometrics', match],
    ['IDA-MLC-030', 'Biometrics not captured within 120 seconds of previous biometrics', match, '1.2.0'],
    [
      'IDA-MLC-031',
      'DigitalId of Biometrics not captured within 120 seconds of previous biometrics',
      match,
      '1.2.0',
    ],
    ['IDA-IDV-001', 'Input Data Validation Failed', all],
    ['IDA-OTA-002', 'Could not generate/send OTP. Email ID is not found in identity data.', 'otp', '1.2.0.1'],
    ['IDA-OTA-003', 'OTP has expired', match],
    ['IDA-OTA-005', 'Input transactionID does not match transactionID of OTP Request', match],
    ['IDA-OTA-010', 'Input Identity Type does not match Identity Type of OTP Request', match],
    ['IDA-OTA-011', 'Input Partner-ID does not match Partner-ID of OTP Request', match],
    [
      'IDA-OTA-012',
      "OTP validation can't be performed against this Individual-ID. Generate OTP first.",
      match,
      '1.2.0.1',
    ],
    ['IDA-BIA-002', 'Duplicate fingers in request', match],
    ['IDA-BIA-003', 'Number of Fingers should not exceed 10', match],
    ['IDA-BIA-004', 'Device not registered with MOSIP', never],
    ['IDA-BIA-005', 'Device provider not registered with MOSIP', never],
    ['IDA-BIA-007', 'Duplicate Irises in request', match],
    ['IDA-BIA-008', 'Number of Iris should not exceed 2', match],
    ['IDA-BIA-009', 'Number of FACE records should not exceed 1', match],
    ['IDA-BIA-010', 'Single FMR record contains more than one finger', never],
    ['IDA-BIA-011', 'Invalid biometric data', never],
    ['IDA-BIA-012', 'MDS verification failed', never],
    ['IDA-BIA-015', 'Signature Validation Failed', never],
    ['IDA-DPM-001', 'Device is not registered with MOSIP', match],
    ['IDA-DPM-002', 'MDS is not registered with MOSIP', match],
    ['IDA-PSD-001', 'Password value did not match', never, '1.2.0.1'],
    ['IDA-PSD-002', 'For the input VID/UIN - No Password found in DB.', never, '1.2.0.1'],
    ['IDA-KBT-001', 'Certificate not found for the input x5t#S256: abc and authtype: WLA', never, '1.2.0.1'],
    ['IDA-KBT-002', 'Signed token issued at (iat) is not in allowed time range.', never, '1.2.0.1'],
    ['IDA-KBT-003', 'Binded Token verification failed.', never, '1.2.0.1'],
  ]),
  ...expect('record record unknown', 'filter', [
    ['IDA-BIA-014', 'Hash Validation Failed', match],
    ['IDA-DPM-004', 'Device Type and Biometric Type do not match', match],
  ]),

  // What one caller chose for a list.
  ...expect('configuration request not-asked', 'service', [
    ['IDA-MLC-015', 'Identity Type - USERID not configured for the country', all],
    ['IDA-DEA-002', 'Unsupported Language Code - request : en', match],
  ]),

  // The set-up: found in the filter, before anything else.
  ...expect('configuration profile not-asked', 'filter', [
    ['IDA-MPA-001', 'Digital signature verification failed', all, '1.1.5', '1.1.5'],
    ['IDA-MPA-001', 'Digital signature verification failed for signature header', all, '1.2.0'],
    ['IDA-MPA-002', 'Invalid certificate in digital signature', all],
    ['IDA-MPA-003', 'Unable to decrypt Request', match],
    ['IDA-MPA-004', 'MOSIP Public key expired', match],
    ['IDA-MPA-005', 'OTP Request Usage not allowed as per policy', 'otp'],
    ['IDA-MPA-006', 'demo Authentication usage not allowed as per policy', match],
    ['IDA-MPA-007', 'License key does not belong to a registered MISP', all],
    ['IDA-MPA-008', 'License key of MISP has expired', all],
    ['IDA-MPA-009', 'Partner is not registered', all],
    ['IDA-MPA-010', 'MISP and Partner not mapped', never],
    ['IDA-MPA-012', 'Partner is deactivated', all],
    ['IDA-MPA-013', 'Partner is unauthorised for eKYC', 'kyc'],
    ['IDA-MPA-014', 'Partner is not assigned with any policy', all],
    ['IDA-MPA-015', 'otp-authentiation usage is mandatory as per policy', match],
    ['IDA-MPA-017', 'License key of MISP is blocked', all],
    ['IDA-MPA-018', 'Policy ID does not belong to a registered Partner', all],
    ['IDA-MPA-019', 'Partner policy is not active', all],
    ['IDA-MPA-020', 'Partner (Auth) Certificate not found in DB.', never, '1.2.0.1'],
    [
      'IDA-MPA-021',
      'Partner (Auth) Certificate not matching with signature header certificate.',
      all,
      '1.2.0.1',
    ],
    ['IDA-MPA-022', 'Partner (Auth) Certificate not found in Request signature header.', all, '1.2.0.1'],
    ['IDA-MPA-023', 'MISP Partner Policy not availble.', never, '1.2.0.1'],
    ['IDA-MPA-024', 'OIDC Client not availble.', never, '1.2.0.1'],
    ['IDA-MPA-025', 'Partner is unauthorised for KYC-Auth', never, '1.2.0.1'],
    ['IDA-MPA-026', 'Partner is unauthorised for KYC-Exchange', never, '1.2.0.1'],
    ['IDA-MPA-027', 'OIDC Client is deactivated', never, '1.2.0.1'],
    ['IDA-MPA-028', 'OIDC Client is not registered', never, '1.2.0.1'],
    [
      'IDA-MPA-029',
      'demo Authentication usage not allowed as per client AMR configuration',
      never,
      '1.2.0.1',
    ],
    ['IDA-MPA-030', 'demo Authentication usage not allowed as per policy', never, '1.2.0.1'],
    ['IDA-MPA-031', 'KYC-Exchange not allowed as per policy', never, '1.2.0.1'],
    ['IDA-MPA-032', 'KeyBinding not allowed as per policy', never, '1.2.0.1'],
    ['IDA-MPA-033', 'Partner is unauthorised for KeyBinding', never, '1.2.0.1'],
    [
      'IDA-MPA-034',
      'For the input VID/UIN - No Binded key found in DB or binded key is expired.',
      never,
      '1.2.0.1',
    ],
    ['IDA-MPA-035', 'KeyBindedToken check failed for the given token.', never, '1.2.0.1'],
    ['IDA-MPA-036', 'Partner is unauthorised for VCI-Exchange', never, '1.2.0.1'],
    ['IDA-MPA-037', 'VCI-Exchange not allowed as per policy', never, '1.2.0.1'],
    ['IDA-MPA-039', 'Partner API is expired or using before Commence Start Date.', all, '1.2.0.1'],
    ['PMS_PMP_016', 'Partner is not active.', never],
    ['PMS_PMP_017', 'Partner is not mapped to any policy.', never],
    ['PMS_PMP_020', 'MISP license key not exists.', never],
    ['PMS_PMP_021', 'MISP license key is expired.', all],
    ['PMS_PMP_024', 'Partner is not registered.', never],
    ['PMS_PMP_025', 'License key of MISP is blocked', never],
  ]),
  ...expect('configuration profile not-asked', 'service', [
    ['IDA-MLC-009', 'Invalid Input Parameter - request/env', match, '1.2.0'],
    ['IDA-MLC-009', 'Invalid Input Parameter - request/domainUri', match, '1.2.0'],
    ['IDA-MLC-009', 'Invalid Input Parameter - individualIdType', all],
    ['IDA-MLC-011', 'Unsupported Authentication Type - demo', match],
  ]),
  // The same, found when IDA has looked.
  ...expect('configuration profile unknown', 'service', [
    ['IDA-MLC-022', 'partnerId is blocked', match, '1.2.0'],
    ['IDA-MLC-025', 'Partner Certificate is not available', 'kyc'],
    ['IDA-EKA-001', 'Unable to encrypt eKYC response', never],
    ['IDA-SPA-002', 'Could not store the static pin of the individual', never],
    ['PMS_PMP_026', 'Policy Data is not available in Event data.', never, '1.2.0.1'],
    ['PMS_PMP_027', 'Partner Data is not available in Event data.', never, '1.2.0.1'],
    ['PMS_PMP_028', 'OIDC Client Data is not available in Event data.', never, '1.2.0.1'],
    ['PMS_PMP_029', 'OIDC Client ID already exist in DB.', never, '1.2.0.1'],
    ['PMS_PMP_030', 'Not Allowed to change the Partner mapping of OIDC Client.', never, '1.2.0.1'],
    ['IDA-TOA-001', 'Input Identity Type does not match Identity Type of Token Request', never, '1.2.0.1'],
    ['IDA-KYE-001', 'KYC Token not found in Store.', never, '1.2.0.1'],
    ['IDA-KYE-002', 'KYC Token Expired.', never, '1.2.0.1'],
    ['IDA-KYE-003', 'KYC Token already processed.', never, '1.2.0.1'],
    ['IDA-KYE-004', 'KYC Token does not belong to the input oidc client id.', never, '1.2.0.1'],
    ['IDA-KYE-005', 'KYC Auth and KYC Exchange transaction ids are different.', never, '1.2.0.1'],
    ['IDA-KYE-006', 'Partner Policy not found.', never, '1.2.0.1'],
    ['IDA-KYE-007', 'KYC Token does not belong to the input UIN/VID.', never, '1.2.0.1'],
    ['IDA-IKB-001', 'Key Binding not allowed for the Id.', never, '1.2.0.1'],
    ['IDA-IKB-002', 'Error creating Public Key object.', never, '1.2.0.1'],
    ['IDA-IKB-003', 'Publick Key already Binded to another Id.', never, '1.2.0.1'],
    ['IDA-IKB-004', 'Identity Name not found.', never, '1.2.0.1'],
    ['IDA-IKB-005', 'Error creating Certificate object.', never, '1.2.0.1'],
    ['IDA-VCI-001', 'Not Supported JWK Key Type.', never, '1.2.0.1'],
    ['IDA-VCI-002', 'Error creating Public Key object.', never, '1.2.0.1'],
    ['IDA-VCI-003', 'Error Key already mapped to different id/vid.', never, '1.2.0.1'],
    ['IDA-VCI-004', 'Error VCI not supported.', never, '1.2.0.1'],
    ['IDA-VCI-005', 'Ldp VC generation Failed.', never, '1.2.0.1'],
  ]),

  // Ourselves: a defect, or the clock.
  ...expect('client profile not-asked', 'filter', [
    ['IDA-MLC-006', 'Missing Input Parameter - signature header', all],
    ['IDA-MLC-006', 'Missing Input Parameter - Authorization - header', all],
    ['IDA-MLC-006', 'Missing Input Parameter - requestHMAC', match],
    ['IDA-MLC-006', 'Missing Input Parameter - id', all],
    ['IDA-MLC-009', 'Invalid Input Parameter - version', all],
    ['IDA-MPA-016', 'HMAC Validation failed', match],
    ['IDA-MPA-038', 'Required Number of Path parameters are missing in URI', all, '1.2.0.1'],
  ]),
  ...expect('client profile not-asked', 'service', [
    ['IDA-MLC-001', 'Request to be received at MOSIP within 30 minutes', all, '1.1.5', '1.1.5'],
    ['IDA-MLC-001', 'Request to be received at MOSIP within 30 seconds', all, '1.2.0'],
    [
      'IDA-MLC-001',
      'Request to be received at MOSIP within 30 seconds. Attribute: request/timestamp',
      match,
      '1.2.0',
    ],
    ['IDA-MLC-006', 'Missing Input Parameter - individualIdType', all],
    ['IDA-MLC-006', 'Missing Input Parameter - requestTime', all],
    ['IDA-MLC-009', 'Invalid Input Parameter - transactionID', all],
    ['IDA-MLC-012', "Individual's Consent is not available", match],
    ['IDA-EKA-002', 'Invalid value in print format request', never],
  ]),

  // IDA's services, for everybody.
  ...expect('transient profile unknown', 'service', [
    ['IDA-MLC-020', 'Unable to encrypt data', all],
    ['IDA-MLC-021', 'Failed to fetch key from HSM', never],
    ['IDA-RST-001', 'URI should not be empty', all],
    ['IDA-RST-002', 'httpMethod is empty or invalid', all],
    ['IDA-RST-003', 'returnType is empty', all],
    ['IDA-RST-004', 'Rest service name is empty or invalid', never],
    ['IDA-RST-005', 'Timeout is invalid', never],
    ['IDA-RST-006', '4XX - Client Error occurred', all],
    ['IDA-RST-007', '5XX - Server Error occurred', all],
    ['IDA-RST-008', 'Connection timed out', all],
    ['IDA-RST-009', 'Error Downloading the data file/config file.', never, '1.2.0.1'],
    ['IDR-IDC-004', 'Unknown error occurred', all, '1.2.0'],
    ['IDR-IDC-008', '4XX - Client Error occured', all, '1.2.0'],
    ['IDR-IDC-009', '5XX - Server Error occured', all, '1.2.0'],
    ['IDR-IDC-010', 'Connection timed out', all, '1.2.0'],
    ['IDA-IDV-003', 'Mail service failed', all, '1.3.0'],
  ]),
  // IDA over this record; over others too, perhaps.
  ...expect('transient record unknown', 'service', [
    ['IDA-MLC-007', 'Request could not be processed. Please try again', all],
    [
      'IDA-MLC-007',
      'Request could not be processed. Please try again - template not found: auth-sms',
      all,
      '1.2.0',
    ],
    ['IDA-IDV-002', 'Invalid email notification data', all, '1.3.0'],
    ['IDA-OTA-001', 'Innumerous OTP requests received', 'otp'],
    ['IDA-OTA-002', 'Could not generate/send OTP', 'otp'],
    ['IDA-OTA-006', 'UIN is locked for OTP generation. Please try again later', never],
    ['IDA-OTA-007', 'UIN is locked for OTP validation due to exceeding no of invalid OTP trials', never],
    [
      'IDA-OTA-013',
      'OTP request/validation has been frozen for the Individual-ID for 1800 seconds due to consecutive failure attempts for 5 times.',
      all,
      '1.2.0.1',
    ],
    ['IDA-BIA-016', 'Unable to Perform Quality Check due to a Technical Issue', never],
    ['IDA-BIA-017', 'Unable to Perform Biometric Match due to a Technical Issue', never],
    ['IDA-BIA-018', 'Unable to Process the Request due to a Technical Issue', match],
  ]),
];
